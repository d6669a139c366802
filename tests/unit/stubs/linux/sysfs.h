/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SYSFS_H
#define _LINUX_SYSFS_H

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
