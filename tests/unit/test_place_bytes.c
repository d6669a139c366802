// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search where pages are too coarse: sums that could wrap, ranges that end
 * within a page, and what the message says when nothing fits.
 */
#include <stdio.h>

#include "check.h"
#include "draw.h"
#include "fake_kernel.h"
#include "fake_memory.h"

#define NOWHERE		1UL	/* is not aligned, so no place */
#define ALL		U64_MAX
#define GIB		(1UL << 30)
#define TOP_PAGE	(U64_MAX - PAGE_SIZE + 1)

struct bytes_case {
	const char *name;
	struct { u64 start, end; } ram[4];	/* ends with an end of 0 */
	struct { u64 mem, size; } segment[3];	/* ends with a size of 0 */
	u64 size, align, min, max;		/* align 0: a page; max 0: none */
	u64 expected;
};

static const struct bytes_case cases[] = {
/* |RAM.........................................................RAM| 2^64 */
	{ .name = "as large as the whole space but a page",
	  .ram = { { 0, ALL } }, .size = 0 - PAGE_SIZE, .expected = PAGE_SIZE },
	{ .name = "the largest size there is",
	  .ram = { { 0, ALL } }, .size = ALL, .expected = 0 },
	{ .name = "the largest size, in a smaller range at the top",
	  .ram = { { TOP_PAGE, ALL } }, .size = ALL, .expected = NOWHERE },
	{ .name = "the largest size, in a range at 0",
	  .ram = { { 0, 0xffff } }, .size = ALL, .expected = NOWHERE },
	{ .name = "a page too large for all above 1 MiB",
	  .ram = { { 0x100000, ALL } }, .size = 0 - 0xff000UL, .expected = NOWHERE },
/* |.....[RAM max]RAM RAM RAM RAM.....|: the size reaches below 0 */
	{ .name = "larger than all below its upper limit",
	  .ram = { { 0, 0xffffffff } }, .size = 0x200000, .max = 0xfffff,
	  .expected = NOWHERE },
	{ .name = "exactly all below its upper limit",
	  .ram = { { 0, 0xffffffff } }, .size = 0x100000, .max = 0xfffff,
	  .expected = 0 },
	{ .name = "the limits hold two bytes",
	  .ram = { { 0, 0xffffffff } }, .size = PAGE_SIZE, .min = 0, .max = 1,
	  .expected = NOWHERE },
	{ .name = "the lower limit above the upper",
	  .ram = { { 0, ALL } }, .size = PAGE_SIZE, .min = 0x200000, .max = 0xfffff,
	  .expected = NOWHERE },
	{ .name = "the lower limit in the last page",
	  .ram = { { 0, ALL } }, .size = PAGE_SIZE, .min = TOP_PAGE,
	  .expected = TOP_PAGE },
	{ .name = "the lower limit one byte into the last page",
	  .ram = { { 0, ALL } }, .size = PAGE_SIZE, .min = TOP_PAGE + 1,
	  .expected = NOWHERE },
/* Aligned to half of the space: |0.............|2^63............| */
	{ .name = "a huge alignment, at its multiple",
	  .ram = { { 1UL << 62, ALL } }, .size = PAGE_SIZE, .align = 1UL << 63,
	  .expected = 1UL << 63 },
	{ .name = "a huge alignment, only 0 is left",
	  .ram = { { 0, (1UL << 63) - 1 } }, .size = PAGE_SIZE, .align = 1UL << 63,
	  .expected = 0 },
	{ .name = "a huge alignment, and no multiple in RAM",
	  .ram = { { PAGE_SIZE, (1UL << 63) - 1 } }, .size = PAGE_SIZE,
	  .align = 1UL << 63, .expected = NOWHERE },
/* |......aaaa|: a segment to the last byte, or from the first */
	{ .name = "below a segment that ends with the space",
	  .ram = { { 0x100000, ALL } }, .segment = { { TOP_PAGE, PAGE_SIZE } },
	  .size = PAGE_SIZE, .expected = TOP_PAGE - PAGE_SIZE },
	{ .name = "above a segment at 0",
	  .ram = { { 0, 0x1fff } }, .segment = { { 0, PAGE_SIZE } },
	  .size = PAGE_SIZE, .expected = PAGE_SIZE },
	{ .name = "all taken by a segment at 0",
	  .ram = { { 0, 0xfff } }, .segment = { { 0, PAGE_SIZE } },
	  .size = PAGE_SIZE, .expected = NOWHERE },
	{ .name = "a segment that is larger than its range",
	  .ram = { { 0x100000, 0x1fffff } }, .segment = { { 0, 0 - PAGE_SIZE } },
	  .size = PAGE_SIZE, .expected = NOWHERE },
/* BIOS: RAM ends at 639 KiB, in the middle of a page */
	{ .name = "a range that ends within a page",
	  .ram = { { 0x1000, 0x9fbff } }, .size = PAGE_SIZE, .expected = 0x9e000 },
	{ .name = "a range that starts within a page",
	  .ram = { { 0x1400, 0x2fff } }, .size = PAGE_SIZE, .expected = 0x2000 },
	{ .name = "a range that starts and ends within a page, none whole",
	  .ram = { { 0x1400, 0x2bff } }, .size = PAGE_SIZE, .expected = NOWHERE },
/* setup_data: rrrrrrr|RRR|rrrrrr, split within pages, all of it RAM */
	{ .name = "split within pages, all of it taken",
	  .ram = { { 0x10000, 0x12217 }, { 0x12218, 0x1226f }, { 0x12270, 0x14fff } },
	  .size = 0x5000, .expected = 0x10000 },
	{ .name = "as 22, but a byte is missing",
	  .ram = { { 0x10000, 0x12217 }, { 0x12219, 0x1226f }, { 0x12270, 0x14fff } },
	  .size = 0x3000, .expected = NOWHERE },
	{ .name = "the last byte is a range of its own",
	  .ram = { { TOP_PAGE, ALL - 1 }, { ALL, ALL } },
	  .size = PAGE_SIZE, .expected = TOP_PAGE },
	{ .name = "RAM at 0 in two ranges, the lower a page",
	  .ram = { { 0, 0xfff }, { 0x1000, 0x1fff } }, .size = 0x2000, .expected = 0 },
	{ .name = "a byte short at either end of the limits",
	  .ram = { { 0, ALL } }, .size = 0x3000, .min = 0x100001, .max = 0x103ffe,
	  .expected = NOWHERE },
	{ .name = "limits within pages, exactly",
	  .ram = { { 0, ALL } }, .size = 0x3000, .min = 0x100001, .max = 0x103fff,
	  .expected = 0x101000 },
	{ .name = "wanted: all, in RAM that is neither at 0 nor at the top",
	  .ram = { { 0x1000, 0x2fff } }, .size = ALL, .expected = NOWHERE },
/* 4 GiB[aaaaaaaaaa]9 GiB: nothing is counted in 32 bits */
	{ .name = "above the first GiB of a segment of 5",
	  .ram = { { 4 * GIB, 9 * GIB - 1 } }, .segment = { { 4 * GIB, 5 * GIB } },
	  .size = PAGE_SIZE, .expected = NOWHERE },
	{ .name = "4 GiB and a page, over a segment in its last page",
	  .ram = { { 4 * GIB, 8 * GIB + PAGE_SIZE - 1 } }, .segment = { { 8 * GIB, PAGE_SIZE } },
	  .size = 4 * GIB + PAGE_SIZE, .expected = NOWHERE },
/* RAM, and a segment that no page holds */
	{ .name = "a byte less than a page, at 0",
	  .ram = { { 0, 0xffe } }, .size = PAGE_SIZE, .expected = NOWHERE },
	{ .name = "the last byte of the only page is taken",
	  .ram = { { 0x2000, 0x2fff } }, .segment = { { 0x2fff, 1 } },
	  .size = PAGE_SIZE, .expected = NOWHERE },
	{ .name = "its first byte",
	  .ram = { { 0x2000, 0x2fff } }, .segment = { { 0x1000, 0x1001 } },
	  .size = PAGE_SIZE, .expected = NOWHERE },
	{ .name = "a page and a byte, below a segment",
	  .ram = { { 0x1000, 0x3fff } }, .segment = { { 0x3000, 0x1000 } },
	  .size = PAGE_SIZE + 1, .expected = 0x1000 },
};

/*
 * In a space of that size, sections of 128 MiB would be too many to walk. The
 * crash kernel is out of the way, except where nothing is: then there is none.
 */
static void start_wide(u64 size)
{
	fake_iomem_reset();
	fake_section_shift = 60;
	if (size > 1UL << 51)
		return;

	crashk_res.start = 1UL << 51;
	crashk_res.end = crashk_res.start;
	crashk_low_res = crashk_res;
}

static void set_up(const struct bytes_case *c, struct kimage *image,
		   struct kexec_buf *kbuf)
{
	unsigned int i;

	start_wide(c->size);
	for (i = 0; i < 4 && c->ram[i].end; i++)
		fake_iomem_add(&iomem_resource, c->ram[i].start, c->ram[i].end,
			       FAKE_RAM);

	*image = (struct kimage) { .from_top = 1 };
	for (i = 0; i < 3 && c->segment[i].size; i++)
		image->segment[image->nr_segments++] = (struct kexec_segment) {
			.mem = c->segment[i].mem, .memsz = c->segment[i].size,
		};

	*kbuf = (struct kexec_buf) {
		.image = image, .mem = 0xdeadb000, .memsz = c->size,
		.buf_align = c->align ? c->align : PAGE_SIZE,
		.buf_min = c->min, .buf_max = c->max ? c->max : ALL,
	};
}

static void bytes_are_exact(const void *arg)
{
	const struct bytes_case *c = arg;
	bool found = c->expected != NOWHERE;
	struct kimage image;
	struct kexec_buf kbuf, before;

	set_up(c, &image, &kbuf);
	before = kbuf;
	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, wide_locate(&kbuf));
	if (found)
		before.mem = c->expected;
	CHECK_EQ(before.mem, kbuf.mem);
	CHECK(!memcmp(&before, &kbuf, sizeof(kbuf)));
	CHECK_EQ(!found, fake_log.messages);
}

/* |b|RAM RAM|: the first byte is a range of its own */
static void first_byte_alone(const void *arg)
{
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(PAGE_SIZE);

	start_wide(PAGE_SIZE);
	fake_iomem_add(&iomem_resource, 0, 0, FAKE_RAM);
	CHECK_EQ(-EADDRNOTAVAIL, kexec_placement_locate(&kbuf));

	fake_iomem_add(&iomem_resource, 1, PAGE_SIZE - 1, FAKE_RAM);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(0, kbuf.mem);
}

/* |RAM..x..|: each page of 4 GiB and more is looked at; one is bad, and there is no room but over it */
static void bad_page_far_in(const void *arg)
{
	const u64 start = 4 * GIB, bad[] = { start + 4096 * PAGE_SIZE, 8 * GIB + PAGE_SIZE };
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(4 * GIB + 2 * PAGE_SIZE);

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		fake_iomem_reset();
		fake_iomem_add(&iomem_resource, start, start + kbuf.memsz - 1, FAKE_RAM);
		CHECK_EQ(0, kexec_placement_locate(&kbuf));
		CHECK_EQ(start, kbuf.mem);
		fake_memory_set(FAKE_POISON, bad[i], bad[i] + PAGE_SIZE - 1);
		CHECK_EQ(-EADDRNOTAVAIL, kexec_placement_locate(&kbuf));
	}
}

/*
 *	|rrrr|rrrr|rrrr|....	sections of a TiB, 64 of them, all but the lowest added: page by
 *	 stay added added	page they would take hours
 */
static void whole_sections_are_passed(const void *arg)
{
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(PAGE_SIZE);

	fake_iomem_reset();
	fake_section_shift = 40;
	fake_iomem_add(&iomem_resource, 0, (1ULL << 46) - 1, FAKE_RAM);
	fake_memory_set(FAKE_ADDED, 1ULL << 40, (1ULL << 46) - 1);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ((1ULL << 40) - PAGE_SIZE, kbuf.mem);
}

/* |RAM|: 5 GiB, all of it the crash kernel's, or reserved at boot: at its top, but said */
static void large_and_left_out(const void *arg)
{
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(PAGE_SIZE);

	for (int reserved = 0; reserved < 2; reserved++) {
		fake_iomem_reset();
		fake_log_reset();
		fake_iomem_add(&iomem_resource, 4 * GIB, 9 * GIB - 1, FAKE_RAM);
		if (reserved)
			fake_memory_set(FAKE_RESERVED, 4 * GIB, 9 * GIB - 1);
		else
			crashk_res = (struct resource) { .start = 4 * GIB, .end = 9 * GIB - 1 };
		CHECK_EQ(0, kexec_placement_locate(&kbuf));
		CHECK_EQ(9 * GIB - PAGE_SIZE, kbuf.mem);
		check_one_line('5', "are reserved, or the crash kernel's");
	}
}

/* |RAM......r|: what is reserved is left out with no crash kernel, too */
static void reserved_without_crash_kernel(const void *arg)
{
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(PAGE_SIZE);

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, 0, 8 * PAGE_SIZE - 1, FAKE_RAM);
	fake_memory_set(FAKE_RESERVED, 7 * PAGE_SIZE, 8 * PAGE_SIZE - 1);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(6 * PAGE_SIZE, kbuf.mem);
}

/* Without a crash kernel its resource ends at 0: that is not a range. */
static void page_0_is_free(const void *arg)
{
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(2 * PAGE_SIZE);

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, 0, 2 * PAGE_SIZE - 1, FAKE_RAM);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(0, kbuf.mem);
}

/* A segment of no size covers nothing, wherever it is. */
static void empty_segment_covers_nothing(const void *arg)
{
	struct kimage image = { .from_top = 1, .nr_segments = 2 };
	struct kexec_buf kbuf = REQUEST(4 * PAGE_SIZE);

	image.segment[1].mem = 2 * PAGE_SIZE;
	/* One too many, left by an earlier load */
	image.segment[2] = (struct kexec_segment) { .mem = 0, .memsz = 4 * PAGE_SIZE };
	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, 0, 4 * PAGE_SIZE - 1, FAKE_RAM);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(0, kbuf.mem);

	/* ... and hides none behind it */
	image.segment[1].memsz = PAGE_SIZE;
	kbuf.memsz = 2 * PAGE_SIZE;
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(0, kbuf.mem);
}

static void check_number(const char *before, u64 number, const char *after)
{
	char part[64];

	snprintf(part, sizeof(part), "%s%#llx%s", before, number, after);
	CHECK_CONTAINS(fake_log.text, part);
}

/*
 * rrrr....rrrrrrrr....dddddddddddddddd	none is large enough; what the driver
 *         aa.....b			manages would be
 */
static void message_names_what_was_wanted(const void *arg)
{
	static const struct bytes_case c = {
		.ram = { { 0x100000, 0x103fff }, { 0x108000, 0x10ffff } },
		.segment = { { 0x108000, 0x2000 }, { 0x10f000, 0x1000 } },
		.size = 0x6000, .align = 0x2000, .min = 0x1000, .max = 0x7fffffff,
	};
	struct kimage image;
	struct kexec_buf kbuf;

	set_up(&c, &image, &kbuf);
	fake_iomem_add(&iomem_resource, 0x200000, 0x2fffff, FAKE_DRIVER_RAM);
	fake_log_reset();
	CHECK_EQ(-EADDRNOTAVAIL, kexec_placement_locate(&kbuf));

	check_one_line('3', "kexec_placement: ");
	check_number("", 0x6000, " bytes");
	check_number("aligned to ", 0x2000, "");
	check_number("[", 0x1000, "..");
	check_number("..", 0x7fffffff, "]");
}

SUITE(place_bytes)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		run_case("bytes", cases[i].name, bytes_are_exact, &cases[i]);

	run_case("bytes", "the first byte is a range of its own",
		 first_byte_alone, NULL);
	run_case("bytes", "page 0 is free", page_0_is_free, NULL);
	run_case("bytes", "an empty segment covers nothing", empty_segment_covers_nothing, NULL);
	run_case("place", "whole_sections_are_passed", whole_sections_are_passed, NULL);
	run_case("place", "large_and_left_out", large_and_left_out, NULL);
	run_case("place", "reserved_without_crash_kernel", reserved_without_crash_kernel, NULL);
	run_case("place", "bad_page_far_in", bad_page_far_in, NULL);
	run_case("place", "message_names_what_was_wanted", message_names_what_was_wanted, NULL);
}
