/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PFN_H
#define _LINUX_PFN_H

#include <linux/mm.h>

#define PFN_PHYS(pfn)	((u64)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(addr)	((unsigned long)((addr) >> PAGE_SHIFT))

#endif
