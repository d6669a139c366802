// SPDX-License-Identifier: GPL-2.0-only

#include "fake_kernel.h"
#include "reference.h"

static void add_clipped(const struct resource *res, u64 start, u64 end,
			struct ref_range *range)
{
	*range = (struct ref_range) {
		.start = res->start < start ? start : res->start,
		.end = res->end > end ? end : res->end,
		.flags = res->flags,
		.desc = res->desc,
	};
}

static unsigned int walk_children(const struct resource *parent, u64 start,
				  u64 end, struct ref_range *ranges,
				  unsigned int n)
{
	const struct resource *res;

	for (res = parent->child; res; res = res->sibling) {
		if (res->end < start || res->start > end)
			continue;
		if ((res->flags & FAKE_RAM) != FAKE_RAM) {
			n = walk_children(res, start, end, ranges, n);
			continue;
		}
		if (n == REF_MAX_RANGES)
			abort();
		add_clipped(res, start, end, &ranges[n++]);
	}

	return n;
}

unsigned int ref_walk(u64 start, u64 end, struct ref_range *ranges)
{
	if (start > end)
		return 0;

	return walk_children(&iomem_resource, start, end, ranges, 0);
}

void ref_add_ram(unsigned int n)
{
	fake_iomem_reset();
	for (unsigned int i = 0; i < n; i++)
		fake_iomem_add(&iomem_resource, i * 100, i * 100 + 49, FAKE_RAM);
}
