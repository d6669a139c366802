/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/types.h>

/* Fails the test */
bool fake_warn(bool condition);

#define WARN_ON_ONCE(condition)	fake_warn(condition)

#endif
