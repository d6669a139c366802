// SPDX-License-Identifier: GPL-2.0-only

#include "check.h"
#include "fake_kernel.h"
#include "reference.h"

#define NONE	1, 0

struct visits {
	struct ref_range range[REF_MAX_RANGES];
	unsigned int nr;
	unsigned int stop_at;	/* the n-th call, from 1 on, returns stop_value */
	int stop_value;
};

/* A callback for the walk, which remembers what it was called with */
static int visit(struct resource *res, void *arg)
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

/* Walks all of [@start..@end] and compares with the reference, mirrored. */
static void check_walk(u64 start, u64 end)
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

/*
 * Every way in which one range can lie to the limits [1000..1999], which are
 * what the walk is asked for.
 */
struct position {
	const char *name;
	u64 start, end;
	u64 found_start, found_end;
};

static const struct position positions[] = {
	/*                                  1000[--------]1999               */
	{ "1 below",                        100,  899, NONE },
	{ "2 below, touching",              100,  999, NONE },
	{ "3 one byte of its end inside",   100, 1000, 1000, 1000 },
	{ "4 across the lower limit",       100, 1499, 1000, 1499 },
	{ "5 across it, to the upper",      100, 1999, 1000, 1999 },
	{ "6 across both",                  100, 2999, 1000, 1999 },
	{ "7 from the lower limit",        1000, 1499, 1000, 1499 },
	{ "8 the same",                    1000, 1999, 1000, 1999 },
	{ "9 from the lower, and on",      1000, 2999, 1000, 1999 },
	{ "10 inside",                     1200, 1299, 1200, 1299 },
	{ "11 to the upper limit",         1500, 1999, 1500, 1999 },
	{ "12 across the upper limit",     1500, 2999, 1500, 1999 },
	{ "13 one byte of its start",      1999, 2999, 1999, 1999 },
	{ "14 above, touching",            2000, 2999, NONE },
	{ "15 above",                      2100, 2999, NONE },
	{ "16 one byte, at the lower",     1000, 1000, 1000, 1000 },
	{ "17 one byte, inside",           1234, 1234, 1234, 1234 },
	{ "18 one byte, at the upper",     1999, 1999, 1999, 1999 },
	{ "19 one byte, just below",        999,  999, NONE },
	{ "20 one byte, just above",       2000, 2000, NONE },
};

static void position_is_cut(const void *arg)
{
	const struct position *p = arg;
	bool found = p->found_start <= p->found_end;
	struct visits v = { 0 };

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, p->start, p->end, FAKE_RAM);

	CHECK_EQ(found ? 0 : -EINVAL,
		 walk_system_ram_res_rev(1000, 1999, &v, visit));
	CHECK_EQ(found, v.nr);
	if (v.nr) {
		CHECK_EQ(p->found_start, v.range[0].start);
		CHECK_EQ(p->found_end, v.range[0].end);
	}
	check_walk(1000, 1999);
}

/*
 * [------------ CXL window ------------]     not RAM
 *    [-------- region --------]              not RAM
 *      [R 1]   [- dax -]   [R 3]
 *                [R 2]
 */
static void add_windows(unsigned long flags, unsigned long desc)
{
	struct resource *window, *region, *dax;

	fake_iomem_reset();
	window = fake_iomem_add(&iomem_resource, 100, 999, flags);
	region = fake_iomem_add(window, 200, 799, flags);
	dax = fake_iomem_add(region, 400, 599, flags);
	window->desc = region->desc = dax->desc = desc;
	fake_iomem_add(region, 300, 349, FAKE_RAM);
	fake_iomem_add(dax, 450, 499, FAKE_DRIVER_RAM);
	fake_iomem_add(region, 700, 799, FAKE_RAM);
	fake_iomem_add(&iomem_resource, 1000, 1099, FAKE_RAM);
}

static void ram_is_found_in_what_is_not_ram(const void *arg)
{
	static const unsigned long flags[] = {
		0, IORESOURCE_MEM, IORESOURCE_BUSY, IORESOURCE_SYSTEM_RAM, IORESOURCE_MEM | IORESOURCE_BUSY,
	};
	u64 start, end;

	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(flags); i++) {
		add_windows(flags[i / 2], i % 2 ? IORES_DESC_SOFT_RESERVED : IORES_DESC_NONE);
		check_walk(0, U64_MAX);
		for (start = 50; start < 1150; start += 25)
			for (end = start; end < 1150; end += 25)
				check_walk(start, end);
	}
}

/*
 * [------- RAM -------]    [--- not RAM ---]
 *   [code]   [crash]          [RAM]
 *                               [data]
 */
static void ram_in_ram_is_not_found_twice(const void *arg)
{
	struct resource *ram, *other;
	struct visits v = { 0 };

	fake_iomem_reset();
	ram = fake_iomem_add(&iomem_resource, 100, 499, FAKE_RAM);
	fake_iomem_add(ram, 150, 199, FAKE_RAM);
	fake_iomem_add(ram, 400, 450, FAKE_RAM)->desc = IORES_DESC_CRASH_KERNEL;
	other = fake_iomem_add(&iomem_resource, 600, 899, IORESOURCE_MEM);
	ram = fake_iomem_add(other, 700, 799, FAKE_RAM);
	fake_iomem_add(ram, 750, 799, FAKE_RAM);

	CHECK_EQ(0, walk_system_ram_res_rev(0, U64_MAX, &v, visit));
	CHECK_EQ(2, v.nr);
	CHECK_EQ(700, v.range[0].start);
	CHECK_EQ(799, v.range[0].end);
	CHECK_EQ(100, v.range[1].start);
	CHECK_EQ(499, v.range[1].end);
}

static void only_busy_system_ram_counts(const void *arg)
{
	static const unsigned long others[] = {
		0, IORESOURCE_MEM, IORESOURCE_BUSY, IORESOURCE_SYSTEM_RAM,
		IORESOURCE_SYSRAM | IORESOURCE_BUSY,
		IORESOURCE_MEM | IORESOURCE_BUSY,
	};
	struct visits v = { 0 };
	unsigned int i;

	fake_iomem_reset();
	for (i = 0; i < ARRAY_SIZE(others); i++)
		fake_iomem_add(&iomem_resource, i * 10, i * 10 + 9, others[i]);

	CHECK_EQ(-EINVAL, walk_system_ram_res_rev(0, U64_MAX, &v, visit));
	CHECK_EQ(0, v.nr);
}

static void flags_and_desc_are_kept(const void *arg)
{
	const unsigned long flags = FAKE_DRIVER_RAM | IORESOURCE_SYSRAM_MERGEABLE;
	struct visits v = { 0 };
	struct resource *res;

	fake_iomem_reset();
	res = fake_iomem_add(&iomem_resource, 100, 199, flags);
	res->desc = IORES_DESC_SOFT_RESERVED;
	fake_iomem_add(&iomem_resource, 200, 299, FAKE_RAM)->desc = IORES_DESC_CRASH_KERNEL;

	CHECK_EQ(0, walk_system_ram_res_rev(0, U64_MAX, &v, visit));
	CHECK_EQ(2, v.nr);
	CHECK_EQ(FAKE_RAM, v.range[0].flags);
	CHECK_EQ(IORES_DESC_CRASH_KERNEL, v.range[0].desc);
	CHECK_EQ(flags, v.range[1].flags);
	CHECK_EQ(IORES_DESC_SOFT_RESERVED, v.range[1].desc);
}

static void both_ends_of_the_address_space(const void *arg)
{
	static const u64 limits[] = { 0, 1, 9, 10, U64_MAX - 10, U64_MAX - 9,
				      U64_MAX - 1, U64_MAX };
	unsigned int i, j;

	fake_iomem_reset();
	check_walk(0, U64_MAX);
	fake_iomem_add(&iomem_resource, 0, 9, FAKE_RAM);
	fake_iomem_add(&iomem_resource, U64_MAX - 9, U64_MAX, FAKE_RAM);
	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			check_walk(limits[i], limits[j]);

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, 0, U64_MAX, FAKE_RAM);
	check_walk(0, U64_MAX);
	check_walk(U64_MAX, U64_MAX);
	check_walk(0, 0);
	check_walk(1, 0);
}

/* And none to see that nothing is left below address 0 */
static void one_pass_for_each_range(const void *arg)
{
	unsigned int n;

	for (n = 1; n <= 80; n++) {
		check_context("%u ranges", n);
		ref_add_ram(n);
		check_walk(0, U64_MAX);
		CHECK_EQ(n, fake_lock.taken);
	}
}

static void value_of_the_callback_is_returned(const void *arg)
{
	static const int values[] = { 1, 42, -1, -EINVAL, -EADDRNOTAVAIL };
	const unsigned int n = 48;
	unsigned int i;

	for (i = 1; i <= n; i++) {
		struct visits v = { .stop_at = i, .stop_value = values[i % 5] };

		check_context("stop at call %u", i);
		ref_add_ram(n);
		CHECK_EQ(v.stop_value,
			 walk_system_ram_res_rev(0, U64_MAX, &v, visit));
		CHECK_EQ(i, v.nr);
		CHECK_EQ((n - i) * 100, v.range[i - 1].start);
		CHECK_EQ(i, fake_lock.taken);
		CHECK_EQ(0, fake_lock.depth);
	}
}

SUITE(walk)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(positions); i++)
		run_case("walk position", positions[i].name, position_is_cut,
			 &positions[i]);

#define RUN(func)	run_case("walk", #func, func, NULL)
	RUN(ram_is_found_in_what_is_not_ram);
	RUN(ram_in_ram_is_not_found_twice);
	RUN(only_busy_system_ram_counts);
	RUN(flags_and_desc_are_kept);
	RUN(both_ends_of_the_address_space);
	RUN(one_pass_for_each_range);
	RUN(value_of_the_callback_is_returned);
#undef RUN
}
