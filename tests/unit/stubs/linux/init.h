/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#define __init

/* The tests boot. */
#define subsys_initcall(fn)	int fake_initcall(void) { return fn(); }
int fake_initcall(void);

#endif
