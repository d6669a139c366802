/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

/* See fake_xxhash.c */
void cond_resched(void);

#endif
