/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernel/resource.c has around the walk that is extracted from the patch:
 * the tree, its traversal and its lock.
 */
#ifndef _STUB_RESOURCE_H
#define _STUB_RESOURCE_H

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>

struct resource *fake_next_resource(struct resource *p, bool skip_children);
void fake_read_lock(void);
void fake_read_unlock(void);

#define for_each_resource(_root, _p, _skip_children)		\
	for ((_p) = (_root)->child; (_p);			\
	     (_p) = fake_next_resource(_p, _skip_children))

#define read_lock(lock)		fake_read_lock()
#define read_unlock(lock)	fake_read_unlock()

static inline bool is_type_match(struct resource *p, unsigned long flags,
				 unsigned long desc)
{
	if ((p->flags & flags) != flags)
		return false;

	return desc == IORES_DESC_NONE || desc == p->desc;
}


#endif
