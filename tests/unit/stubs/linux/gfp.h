/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

typedef unsigned int gfp_t;

#define GFP_KERNEL	0x1u
#define __GFP_HIGHMEM	0x2u
#define __GFP_NORETRY	0x4u
#define __GFP_NOWARN	0x8u
#define GFP_HIGHUSER	(GFP_KERNEL | __GFP_HIGHMEM)

#endif
