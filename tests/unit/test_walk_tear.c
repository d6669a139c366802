// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callback may do what it likes, and the tree may change while it runs. At
 * each pass over the tree, which starts with taking the lock, a picture of it
 * is kept: what is reported next must come from that picture, from the top
 * down, and lie below all that was reported before.
 */

#include "check.h"
#include "fake_kernel.h"
#include "reference.h"

#define SPACE	4096

static struct ref_range picture[REF_MAX_RANGES];
static unsigned int picture_left;	/* ranges not yet reported, the lowest */
static u64 limit_start, limit_end;	/* where the next pass may look */
static bool limit_empty;
static unsigned int calls;

static void take_picture(void)
{
	picture_left = limit_empty ? 0 : ref_walk(limit_start, limit_end, picture);
}

static void check_against_picture(const struct resource *res)
{
	const struct ref_range *expected;

	calls++;
	if (!CHECK(picture_left > 0))
		return;

	expected = &picture[--picture_left];
	CHECK_EQ(expected->start, res->start);
	CHECK_EQ(expected->end, res->end);
	CHECK_EQ(expected->flags, res->flags);
	limit_empty = res->start == limit_start;
	limit_end = res->start - 1;
}

static int walk_with(u64 start, u64 end, int (*func)(struct resource *, void *))
{
	limit_start = start;
	limit_end = end;
	limit_empty = false;
	calls = 0;
	fake_lock.on_lock = take_picture;
	return walk_system_ram_res_rev(start, end, NULL, func);
}

static void remove_all(void)
{
	while (iomem_resource.child)
		fake_iomem_remove(iomem_resource.child);
}

static int check_and_remove_all(struct resource *res, void *arg)
{
	check_against_picture(res);
	remove_all();
	return 0;
}

/* What the first pass found is still reported; then the walk ends well. */
static void tree_that_vanishes(const void *arg)
{
	ref_add_ram(3);
	CHECK_EQ(0, walk_with(0, U64_MAX, check_and_remove_all));
	CHECK_EQ(1, calls);
	CHECK_EQ(2, fake_lock.taken);
}

static int check_and_fill(struct resource *res, void *arg)
{
	check_against_picture(res);
	remove_all();
	fake_iomem_add(&iomem_resource, 0, U64_MAX, FAKE_RAM);
	return 0;
}

/* A range that grows over what was reported is cut below that. */
static void range_that_grows(const void *arg)
{
	ref_add_ram(3);
	CHECK_EQ(0, walk_with(7, U64_MAX, check_and_fill));
	CHECK_EQ(2, calls);
	CHECK_EQ(true, limit_empty);
}

static int check_and_add_below(struct resource *res, void *arg)
{
	u64 start = res->start;

	check_against_picture(res);
	if (start >= 4)
		fake_iomem_add(&iomem_resource, start - 4, start - 3, FAKE_RAM);
	return 0;
}

/* New ranges below each one that is reported: the walk still ends. */
static void ranges_that_keep_coming(const void *arg)
{
	ref_add_ram(32);
	CHECK_EQ(0, walk_with(0, U64_MAX, check_and_add_below));
	CHECK(calls > 32);
}

static void add_somewhere(void)
{
	struct resource *parent = &iomem_resource;
	u64 start = random_below(SPACE);

	if (parent->child && !random_below(4))
		parent = parent->child;
	fake_iomem_add(parent, start, start + random_below(40),
		       random_below(4) ? FAKE_RAM : IORESOURCE_MEM);
}

static void remove_somewhere(void)
{
	struct resource *res = iomem_resource.child;
	u64 skip = random_below(60);

	while (res && res->sibling && skip--)
		res = res->sibling;
	if (res)
		fake_iomem_remove(res);
}

static int check_and_change(struct resource *res, void *arg)
{
	u64 changes = random_below(6);

	check_against_picture(res);
	while (changes--) {
		if (random_below(2))
			add_somewhere();
		else
			remove_somewhere();
	}
	return random_below(200) ? 0 : 7;
}

static void one_random_walk(void)
{
	u64 start = random_below(SPACE / 4);
	int i, ret;

	fake_iomem_reset();
	for (i = 0; i < 120; i++)
		add_somewhere();

	ret = walk_with(start, start + random_below(SPACE), check_and_change);
	CHECK(ret == 0 || ret == 7 || (ret == -EINVAL && !calls));
	CHECK_EQ(0, fake_lock.depth);
	/* Unless told to stop, it ends only when a pass has no more. */
	if (!ret)
		CHECK_EQ(0, picture_left);
}

SUITE(walk_tear)
{
#define RUN(func)	run_case("walk, torn", #func, func, NULL)
	RUN(tree_that_vanishes);
	RUN(range_that_grows);
	RUN(ranges_that_keep_coming);
#undef RUN
	run_random("walk, torn", "tree that changes at random", one_random_walk, 4000, 1);
}
