/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_STAT_H
#define _LINUX_STAT_H

struct kstat {
	long long size;
};

#endif
