// SPDX-License-Identifier: GPL-2.0-only

#include "check.h"
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

int visit(struct resource *res, void *arg)
{
	struct visits *v = arg;

	CHECK_EQ(0, fake_lock.depth);
	CHECK(!res->parent && !res->sibling && !res->child);
	if (v->nr == REF_MAX_RANGES)
		return -E2BIG;

	v->range[v->nr++] = (struct ref_range) {
		.start = res->start, .end = res->end,
		.flags = res->flags, .desc = res->desc,
	};

	/* It is a copy: to spoil it must not lead the walk astray. */
	memset(res, 0x5a, sizeof(*res));
	return v->nr == v->stop_at ? v->stop_value : 0;
}

static void check_range(const struct ref_range *expected,
			const struct ref_range *actual)
{
	CHECK_EQ(expected->start, actual->start);
	CHECK_EQ(expected->end, actual->end);
	CHECK_EQ(expected->flags, actual->flags);
	CHECK_EQ(expected->desc, actual->desc);
}

void check_walk(u64 start, u64 end)
{
	static struct ref_range up[REF_MAX_RANGES];
	static struct visits down;
	unsigned int i, n = ref_walk(start, end, up);
	int ret;

	memset(&down, 0, sizeof(down));
	ret = walk_system_ram_res_rev(start, end, &down, visit);
	CHECK_EQ(n ? 0 : -EINVAL, ret);
	CHECK_EQ(0, fake_lock.depth);
	CHECK_EQ(n, down.nr);

	for (i = 0; i < n && i < down.nr; i++)
		check_range(&up[n - 1 - i], &down.range[i]);
}
