/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MEMBLOCK_H
#define _LINUX_MEMBLOCK_H

#include <linux/types.h>

bool memblock_is_reserved(u64 addr);

#endif
