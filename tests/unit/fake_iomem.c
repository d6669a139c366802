// SPDX-License-Identifier: GPL-2.0-only

#include "fake_kernel.h"
#include "fake_memory.h"

#define MAX_RESOURCES	2048

struct resource iomem_resource;
struct fake_lock fake_lock;
void (*fake_on_walked)(void);

/* A slot whose parent is NULL is free. */
static struct resource pool[MAX_RESOURCES];
static unsigned int pool_used;

void fake_iomem_reset(void)
{
	memset(pool, 0, pool_used * sizeof(pool[0]));
	pool_used = 0;
	memset(&fake_lock, 0, sizeof(fake_lock));
	fake_memory_reset();
	iomem_resource = (struct resource) {
		.name = "PCI mem",
		.end = U64_MAX,
		.flags = IORESOURCE_MEM,
	};
}

static struct resource *free_slot(void)
{
	unsigned int i;

	for (i = 0; i < pool_used; i++) {
		if (!pool[i].parent)
			return &pool[i];
	}
	if (pool_used == MAX_RESOURCES)
		abort();

	return &pool[pool_used++];
}

struct resource *fake_iomem_add(struct resource *parent, u64 start, u64 end,
				unsigned long flags)
{
	struct resource **link = &parent->child;
	struct resource *res;

	if (start > end || start < parent->start || end > parent->end)
		return NULL;

	while (*link && (*link)->end < start)
		link = &(*link)->sibling;
	if (*link && (*link)->start <= end)
		return NULL;

	res = free_slot();
	*res = (struct resource) {
		.name = "fake", .start = start, .end = end, .flags = flags,
		.parent = parent, .sibling = *link,
	};
	*link = res;
	return res;
}

/* Whatever is below it goes with it; those slots are not used again. */
void fake_iomem_remove(struct resource *res)
{
	struct resource **link = &res->parent->child;

	while (*link != res)
		link = &(*link)->sibling;
	*link = res->sibling;
	memset(res, 0, sizeof(*res));
}

static struct resource *next_up(struct resource *p)
{
	while (p && !p->sibling)
		p = p->parent;

	return p ? p->sibling : NULL;
}

struct resource *fake_next_resource(struct resource *p, bool skip_children)
{
	return p->child && !skip_children ? p->child : next_up(p);
}

void fake_read_lock(void)
{
	fake_lock.depth++;
	fake_lock.taken++;
	if (fake_lock.on_lock)
		fake_lock.on_lock();
}

void fake_read_unlock(void)
{
	void (*then)(void) = fake_on_walked;

	fake_lock.depth--;
	fake_on_walked = NULL;
	if (then)
		then();
}

/* As in the kernel: a single byte is not found */
int walk_system_ram_res_up(u64 start, u64 end, void *arg,
			   int (*func)(struct resource *, void *))
{
	struct resource *p, part;
	int ret = 0;

	for (p = iomem_resource.child; p && !ret && start < end; p = p->sibling) {
		if ((p->flags & FAKE_RAM) != FAKE_RAM || p->start > end || p->end < start)
			continue;
		part = *p;
		part.start = max(start, p->start);
		part.end = min(end, p->end);
		ret = func(&part, arg);
	}

	return ret;
}
