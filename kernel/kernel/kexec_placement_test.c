// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests for the placement of kexec images; included by kexec_placement.c.
 */

#include <kunit/test.h>
#include <linux/sizes.h>

#define FAKE_RAM	(IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY)
#define DRIVER_RAM	(FAKE_RAM | IORESOURCE_SYSRAM_DRIVER_MANAGED)
#define WINDOW_PAGES	256UL
#define MAX_RAM		40

/*
 * The walk, on fake System RAM beside the real one
 */

/* A free part of the address space, and what the test put into it */
struct fake_iomem {
	struct resource window;
	struct resource ram[MAX_RAM];
	unsigned int nr_ram;
};

static int fake_iomem_init(struct kunit *test)
{
	struct fake_iomem *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->window.name = "KUnit window";
	fake->window.flags = IORESOURCE_MEM;
	KUNIT_ASSERT_EQ(test, 0,
			allocate_resource(&iomem_resource, &fake->window,
					  WINDOW_PAGES * PAGE_SIZE, SZ_4G,
					  iomem_resource.end, SZ_1M, NULL, NULL));
	test->priv = fake;
	return 0;
}

static void fake_iomem_exit(struct kunit *test)
{
	struct fake_iomem *fake = test->priv;

	if (!fake)
		return;

	while (fake->nr_ram)
		release_resource(&fake->ram[--fake->nr_ram]);
	release_resource(&fake->window);
}

/* Adds [@start..@end], in bytes from the start of the window, end inclusive. */
static void add_ram(struct kunit *test, u64 start, u64 end, unsigned long flags)
{
	struct fake_iomem *fake = test->priv;
	struct resource *ram;

	KUNIT_ASSERT_LT(test, fake->nr_ram, (unsigned int)MAX_RAM);
	ram = &fake->ram[fake->nr_ram];
	*ram = (struct resource) {
		.name = "KUnit RAM",
		.start = fake->window.start + start,
		.end = fake->window.start + end,
		.flags = IORESOURCE_MEM | flags,
	};
	KUNIT_ASSERT_EQ(test, 0, request_resource(&fake->window, ram));
	fake->nr_ram++;
}

static void add_ram_pages(struct kunit *test, u64 first, u64 last,
			  unsigned long flags)
{
	add_ram(test, first * PAGE_SIZE, (last + 1) * PAGE_SIZE - 1, flags);
}

struct visited {
	struct resource res[MAX_RAM];
	unsigned int nr;
	unsigned int stop_after;
};

static int visit(struct resource *res, void *arg)
{
	struct visited *v = arg;

	v->res[v->nr++] = *res;
	return v->nr == v->stop_after ? 42 : 0;
}

static struct visited *walk_rev(struct kunit *test, u64 start, u64 end,
				unsigned int stop_after, int expected)
{
	struct visited *v = kunit_kzalloc(test, sizeof(*v), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, v);
	v->stop_after = stop_after;
	KUNIT_EXPECT_EQ(test, expected,
			walk_system_ram_res_rev(start, end, v, visit));
	return v;
}

/* More ranges than one pass remembers: what the forward walk finds, reversed. */
static void walk_mirrors_forward_walk(struct kunit *test)
{
	struct fake_iomem *fake = test->priv;
	struct visited *up, *down;
	unsigned int i;

	for (i = 0; i < MAX_RAM; i++)
		add_ram_pages(test, 3 * i, 3 * i + 1,
			      i % 5 ? FAKE_RAM : DRIVER_RAM);

	up = kunit_kzalloc(test, sizeof(*up), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, up);
	walk_system_ram_res(fake->window.start, fake->window.end, up, visit);
	down = walk_rev(test, fake->window.start, fake->window.end, 0, 0);

	KUNIT_EXPECT_EQ(test, up->nr, (unsigned int)MAX_RAM);
	KUNIT_ASSERT_EQ(test, up->nr, down->nr);
	for (i = 0; i < up->nr; i++) {
		struct resource *a = &up->res[i], *b = &down->res[down->nr - 1 - i];

		KUNIT_EXPECT_EQ(test, a->start, b->start);
		KUNIT_EXPECT_EQ(test, a->end, b->end);
		KUNIT_EXPECT_EQ(test, a->flags, b->flags);
		KUNIT_EXPECT_EQ(test, a->desc, b->desc);
	}
}

static void walk_without_match(struct kunit *test)
{
	struct fake_iomem *fake = test->priv;
	u64 start = fake->window.start;

	add_ram_pages(test, 8, 9, 0);
	walk_rev(test, start, fake->window.end, 0, -EINVAL);
	walk_rev(test, start + 1, start, 0, -EINVAL);
}

static void walk_stops_when_told(struct kunit *test)
{
	struct fake_iomem *fake = test->priv;
	struct visited *v;
	unsigned int i;

	for (i = 0; i < MAX_RAM; i++)
		add_ram_pages(test, 2 * i, 2 * i, FAKE_RAM);

	/* In the first pass, at its end, and in the second one */
	for (i = 1; i < MAX_RAM; i += 15) {
		v = walk_rev(test, fake->window.start, fake->window.end, i, 42);
		KUNIT_EXPECT_EQ(test, v->nr, i);
	}
}

/* A range of one byte counts, and ranges are cut to the limits, inclusive. */
static void walk_is_exact_at_both_ends(struct kunit *test)
{
	struct fake_iomem *fake = test->priv;
	u64 base = fake->window.start;
	struct visited *v;

	add_ram(test, 0, 99, FAKE_RAM);
	add_ram(test, 200, 200, FAKE_RAM);
	add_ram(test, 300, 399, FAKE_RAM);

	v = walk_rev(test, base + 99, base + 300, 0, 0);
	KUNIT_ASSERT_EQ(test, v->nr, 3U);
	KUNIT_EXPECT_EQ(test, (u64)v->res[0].start, base + 300);
	KUNIT_EXPECT_EQ(test, (u64)v->res[0].end, base + 300);
	KUNIT_EXPECT_EQ(test, (u64)v->res[1].start, base + 200);
	KUNIT_EXPECT_EQ(test, (u64)v->res[1].end, base + 200);
	KUNIT_EXPECT_EQ(test, (u64)v->res[2].start, base + 99);
	KUNIT_EXPECT_EQ(test, (u64)v->res[2].end, base + 99);
}

static struct kunit_case walk_cases[] = {
	KUNIT_CASE(walk_mirrors_forward_walk),
	KUNIT_CASE(walk_without_match),
	KUNIT_CASE(walk_stops_when_told),
	KUNIT_CASE(walk_is_exact_at_both_ends),
	{}
};

static struct kunit_suite walk_suite = {
	.name = "system_ram_walk_rev",
	.init = fake_iomem_init,
	.exit = fake_iomem_exit,
	.test_cases = walk_cases,
};

/*
 * The search, on made-up memory. All numbers are pages, the last one inclusive.
 */

#define NO_HOLE	ULONG_MAX

struct pages {
	unsigned long first, last;
};

struct search_case {
	const char *name;
	struct pages ram[3];		/* from the highest down, last == 0 ends it */
	struct pages segments[2];
	unsigned long size, align;
	unsigned long expected, largest;
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
	  .size = 11, .align = 1, .expected = NO_HOLE, .largest = 10 },
	{ .name = "the highest range too small",
	  .ram = { { 40, 43 }, { 10, 19 } },
	  .size = 8, .align = 1, .expected = 12 },
	{ .name = "ranges that touch are one",
	  .ram = { { 17, 19 }, { 15, 16 }, { 10, 14 } },
	  .size = 9, .align = 1, .expected = 11 },
	{ .name = "ranges a page apart are two",
	  .ram = { { 16, 20 }, { 11, 14 } },
	  .size = 6, .align = 1, .expected = NO_HOLE, .largest = 5 },
	{ .name = "below a placed segment",
	  .ram = { { 0, 31 } }, .segments = { { 24, 31 } },
	  .size = 8, .align = 1, .expected = 16 },
	{ .name = "exactly between two placed segments",
	  .ram = { { 10, 31 } }, .segments = { { 28, 31 }, { 10, 23 } },
	  .size = 4, .align = 1, .expected = 24 },
	{ .name = "above a placed segment",
	  .ram = { { 1, 31 } }, .segments = { { 8, 15 } },
	  .size = 16, .align = 1, .expected = 16 },
	{ .name = "all covered by placed segments",
	  .ram = { { 1, 31 } }, .segments = { { 1, 15 }, { 16, 31 } },
	  .size = 1, .align = 1, .expected = NO_HOLE, .largest = 0 },
	{ .name = "alignment moves down",
	  .ram = { { 3, 20 } },
	  .size = 4, .align = 8, .expected = 16 },
	{ .name = "alignment leaves the hole",
	  .ram = { { 9, 15 } },
	  .size = 4, .align = 8, .expected = NO_HOLE, .largest = 7 },
	{ .name = "alignment falls into a placed segment",
	  .ram = { { 1, 31 } }, .segments = { { 16, 25 } },
	  .size = 6, .align = 8, .expected = 8 },
};

static void search_case_name(const struct search_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(search, search_cases, search_case_name);

static struct range to_bytes(const struct pages *p)
{
	return (struct range) {
		.start = p->first * PAGE_SIZE,
		.end = (p->last + 1) * PAGE_SIZE - 1,
	};
}

static void search_finds_the_highest(struct kunit *test)
{
	const struct search_case *c = test->param_value;
	struct kimage *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);
	struct kexec_buf kbuf = {
		.image = image,
		.memsz = c->size * PAGE_SIZE,
		.buf_align = c->align * PAGE_SIZE,
	};
	struct hole_search search = { .kbuf = &kbuf, .ram = KEXEC_EMPTY_RANGE };
	const struct pages *p;
	bool found = false;

	KUNIT_ASSERT_NOT_NULL(test, image);
	for (p = c->segments; p < c->segments + ARRAY_SIZE(c->segments) && p->last; p++)
		image->segment[image->nr_segments++] = (struct kexec_segment) {
			.mem = p->first * PAGE_SIZE,
			.memsz = (p->last - p->first + 1) * PAGE_SIZE,
		};

	for (p = c->ram; p < c->ram + ARRAY_SIZE(c->ram) && p->last && !found; p++) {
		struct range ram = to_bytes(p);

		found = search_range(&search, &ram);
	}

	KUNIT_EXPECT_EQ(test, found, c->expected != NO_HOLE);
	if (found)
		KUNIT_EXPECT_EQ(test, kbuf.mem, c->expected * PAGE_SIZE);
	else
		KUNIT_EXPECT_EQ(test, search.largest, (u64)c->largest * PAGE_SIZE);
}

/* On the real map of the machine */
static void next_ram_comes_from_the_top(struct kunit *test)
{
	struct range window = { .start = 0, .end = U64_MAX };
	struct range part, above = KEXEC_EMPTY_RANGE;
	unsigned int nr = 0;

	while (arch_kexec_take_next_ram(&window, &part)) {
		KUNIT_ASSERT_LE(test, part.start, part.end);
		if (nr++)
			KUNIT_ASSERT_LT(test, part.end, above.start);
		above = part;
	}

	KUNIT_EXPECT_GT(test, nr, 0U);
}

static void driver_managed_memory_is_left_out(struct kunit *test)
{
	struct resource res = {
		.start = SZ_1M, .end = SZ_2M - 1, .flags = DRIVER_RAM,
	};

	/* A search is not even looked at. */
	KUNIT_EXPECT_EQ(test, 0, search_resource(&res, NULL));
}

static struct kunit_case placement_cases[] = {
	KUNIT_CASE_PARAM(search_finds_the_highest, search_gen_params),
	KUNIT_CASE(next_ram_comes_from_the_top),
	KUNIT_CASE(driver_managed_memory_is_left_out),
	{}
};

static struct kunit_suite placement_suite = {
	.name = "kexec_placement",
	.test_cases = placement_cases,
};

kunit_test_suites(&walk_suite, &placement_suite);
