/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/stat.h>

int vfs_fstat(int fd, struct kstat *stat);

#endif
