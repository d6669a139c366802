/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <stdlib.h>

#include <linux/gfp.h>

/* Set by the tests: there is no memory */
extern bool fake_no_memory;

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return fake_no_memory || gfp != GFP_KERNEL ? NULL : calloc(1, size);
}

static inline void kvfree(const void *p)
{
	free((void *)p);
}

#endif
