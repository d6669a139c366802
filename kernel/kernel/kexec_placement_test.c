// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for the placement of kexec images; included by kexec_placement.c.
 */

#include <kunit/test.h>
#include <linux/sizes.h>

/* The walk, on the machine's own memory */

#define MAX_RAM	1024

struct visited {
	struct resource res[MAX_RAM];
	unsigned int nr;
	unsigned int stop_after;
};

static int visit(struct resource *res, void *arg)
{
	struct visited *v = arg;

	if (v->nr == MAX_RAM)
		return -ENOSPC;

	v->res[v->nr++] = *res;
	return v->nr == v->stop_after ? 42 : 0;
}

static void walk_mirrors_forward_walk(struct kunit *test)
{
	struct visited *up = kunit_kzalloc(test, sizeof(*up), GFP_KERNEL);
	struct visited *down = kunit_kzalloc(test, sizeof(*down), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, up);
	KUNIT_ASSERT_NOT_NULL(test, down);
	if (walk_system_ram_res(0, U64_MAX, up, visit))
		kunit_skip(test, "more ranges of System RAM than the test has room for");
	KUNIT_ASSERT_EQ(test, 0, walk_system_ram_res_rev(0, U64_MAX, down, visit));

	KUNIT_ASSERT_EQ(test, up->nr, down->nr);
	for (i = 0; i < up->nr; i++) {
		struct resource *a = &up->res[i], *b = &down->res[down->nr - 1 - i];

		KUNIT_EXPECT_EQ(test, a->start, b->start);
		KUNIT_EXPECT_EQ(test, a->end, b->end);
		KUNIT_EXPECT_EQ(test, a->flags, b->flags);
		KUNIT_EXPECT_EQ(test, a->desc, b->desc);
	}
}

static void walk_stops_when_told(struct kunit *test)
{
	struct visited *v = kunit_kzalloc(test, sizeof(*v), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, v);
	v->stop_after = 1;
	KUNIT_EXPECT_EQ(test, 42, walk_system_ram_res_rev(0, U64_MAX, v, visit));
	KUNIT_EXPECT_EQ(test, v->nr, 1U);
	KUNIT_EXPECT_EQ(test, -EINVAL, walk_system_ram_res_rev(1, 0, v, visit));
}

/*
 * The search, on made-up memory. All numbers are pages, the last one inclusive.
 */

#define NOWHERE	ULONG_MAX

struct pages {
	unsigned long first, last;
};

struct search_case {
	const char *name;
	struct pages ram[3];		/* from the highest down, last == 0 ends it */
	struct pages segments[2];
	unsigned long size, align;
	unsigned long expected;
};

static const struct search_case search_cases[] = {
	{ .name = "the top of the highest range",
	  .ram = { { 40, 59 }, { 10, 19 } },
	  .size = 4, .align = 1, .expected = 56 },
	{ .name = "an exact fit",
	  .ram = { { 10, 19 } },
	  .size = 10, .align = 1, .expected = 10 },
	{ .name = "one page too large",
	  .ram = { { 10, 19 } },
	  .size = 11, .align = 1, .expected = NOWHERE },
	{ .name = "ranges that touch are one",
	  .ram = { { 17, 19 }, { 15, 16 }, { 10, 14 } },
	  .size = 9, .align = 1, .expected = 11 },
	{ .name = "exactly between two placed segments",
	  .ram = { { 10, 31 } }, .segments = { { 28, 31 }, { 10, 23 } },
	  .size = 4, .align = 1, .expected = 24 },
	{ .name = "alignment moves down",
	  .ram = { { 3, 20 } },
	  .size = 4, .align = 8, .expected = 16 },
};

static void search_case_name(const struct search_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(search, search_cases, search_case_name);

static void search_finds_the_highest(struct kunit *test)
{
	const struct search_case *c = test->param_value;
	struct kimage *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);
	struct kexec_buf kbuf = {
		.image = image,
		.memsz = c->size * PAGE_SIZE,
		.buf_align = c->align * PAGE_SIZE,
	};
	struct search search = { .kbuf = &kbuf, .last = U64_MAX };
	const struct pages *p;
	bool found = false;

	KUNIT_ASSERT_NOT_NULL(test, image);
	for (p = c->segments; p < c->segments + ARRAY_SIZE(c->segments) && p->last; p++)
		image->segment[image->nr_segments++] = (struct kexec_segment) {
			.mem = p->first * PAGE_SIZE,
			.memsz = (p->last - p->first + 1) * PAGE_SIZE,
		};

	for (p = c->ram; p < c->ram + ARRAY_SIZE(c->ram) && p->last && !found; p++) {
		struct resource ram = {
			.start = p->first * PAGE_SIZE,
			.end = (p->last + 1) * PAGE_SIZE - 1,
		};

		found = search_range(&ram, &search);
	}

	KUNIT_EXPECT_EQ(test, found, c->expected != NOWHERE);
	if (found)
		KUNIT_EXPECT_EQ(test, kbuf.mem, c->expected * PAGE_SIZE);
}

/* On the real map of the machine */
static void next_ram_comes_from_the_top(struct kunit *test)
{
	struct visited *v = kunit_kzalloc(test, sizeof(*v), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, v);
	KUNIT_EXPECT_FALSE(test, arch_kexec_walk_next_ram_rev(0, U64_MAX, v, visit));

	KUNIT_EXPECT_GT(test, v->nr, 0U);
	for (i = 0; i < v->nr; i++) {
		KUNIT_EXPECT_LE(test, v->res[i].start, v->res[i].end);
		if (i)
			KUNIT_EXPECT_LT(test, v->res[i].end, v->res[i - 1].start);
	}
}

static struct kunit_case placement_cases[] = {
	KUNIT_CASE(walk_mirrors_forward_walk),
	KUNIT_CASE(walk_stops_when_told),
	KUNIT_CASE_PARAM(search_finds_the_highest, search_gen_params),
	KUNIT_CASE(next_ram_comes_from_the_top),
	{}
};

static struct kunit_suite placement_suite = {
	.name = "kexec_placement",
	.test_cases = placement_cases,
};

kunit_test_suite(placement_suite);
