/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the interface that kexec uses, without its cleverness: a sorted
 * array, in which each access is counted and a store may fail.
 */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/types.h>

struct xarray {
	struct fake_slot {
		unsigned long index;
		void *entry;
	} *slots;
	unsigned long nr;
	void *left;
};

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
/* Nothing may be left in it by then, as it would be done with interrupts off */
void xa_destroy(struct xarray *xa);

static inline int xa_err(void *entry)
{
	return IS_ERR(entry) ? (int)(long)entry : 0;
}

/* In the kernel too, the tag is in the lowest bits of the pointer. */
static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry & 3;
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & ~3UL);
}

/* The first slot at or after *index, which is set to its own; NULL: no more */
void *fake_xa_next(struct xarray *xa, unsigned long *index);

#define xa_for_each(xa, at, slot)					\
	for ((at) = 0; ((slot) = fake_xa_next(xa, &(at))); (at)++)

#endif
