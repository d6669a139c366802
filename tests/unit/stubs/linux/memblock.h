/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MEMBLOCK_H
#define _LINUX_MEMBLOCK_H

#include <linux/types.h>

typedef u64 phys_addr_t;

/* The n-th range that was reserved at boot, from 0 on; @end is no part of it, as in the kernel */
bool fake_reserved(u64 n, u64 *start, u64 *end);

#define for_each_reserved_mem_range(i, start, end) for (i = 0; fake_reserved(i, start, end); i++)

#endif
