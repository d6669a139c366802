// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search, case by case. Each picture is tried at the bottom of the address
 * space, somewhere, and at its top, and with the segments in either order.
 */
#include <stdio.h>

#include "check.h"
#include "draw.h"
#include "fake_kernel.h"
#include "fake_memory.h"

typedef int locate_func(struct kexec_buf *kbuf);

/* It names what was placed where. */
static void check_notice(const struct kexec_buf *kbuf, const char *notice)
{
	char text[100];

	snprintf(text, sizeof(text), "%#lx bytes at %#lx %s", kbuf->memsz, kbuf->mem, notice);
	check_one_line('5', text);
}

/* Only mem may change, and only if there is a place. */
static void check_locate(locate_func *locate, struct kexec_buf kbuf, bool found,
			 u64 expected, const char *notice)
{
	struct kexec_buf before = kbuf;

	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, locate(&kbuf));
	CHECK_EQ(found ? expected : before.mem, kbuf.mem);
	before.mem = kbuf.mem;
	CHECK(!memcmp(&before, &kbuf, sizeof(kbuf)));

	if (!found)
		check_one_line('3', "no room for ");
	else if (notice)
		check_notice(&kbuf, notice);
	else
		CHECK_EQ(0, fake_log.messages);
	CHECK_EQ(0, fake_unsafe_lookups);
	CHECK_EQ(0, fake_rcu_held);
}

static void try_picture(const struct picture *p, u64 base, bool backwards)
{
	struct kimage image;
	struct kexec_buf kbuf = { .image = &image, .mem = 0xdeadb000 };
	u64 expected;
	bool found = drawn_place(p, base, &expected);

	check_context("base %#llx%s", base, backwards ? ", backwards" : "");
	draw_memory(p, base);
	draw_segments(p, base, backwards, &image);
	draw_request(p, base, &kbuf);

	CHECK_EQ(PICTURE_PAGES, strlen(p->ram));
	check_locate(kexec_placement_locate, kbuf, found, expected, p->notice);
	if (!p->state && !p->next)
		check_locate(wide_locate, kbuf, found, expected, p->notice);
}

/* With a map for the next kernel, the top is at 64 TiB. */
static void picture_is_true(const void *arg)
{
	const struct picture *p = arg;
	const u64 top = p->next ? 1ULL << 46 : 0;
	const u64 bases[] = { 0, 1ULL << 32, top - PICTURE_PAGES * PAGE_SIZE };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		try_picture(p, bases[i], false);
		try_picture(p, bases[i], true);
	}
}

static void without_size(const void *arg)
{
	struct kimage image = { .nr_segments = 0 };
	struct kexec_buf kbuf = {
		.image = &image, .mem = 42, .buf_align = PAGE_SIZE,
		.buf_max = ~0UL,
	};
	struct kexec_buf before = kbuf;

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, 0, 0xffffff, FAKE_RAM);
	CHECK_EQ(-EINVAL, kexec_placement_locate(&kbuf));
	CHECK(!memcmp(&before, &kbuf, sizeof(kbuf)));
}

/* rrrrrrrr|RRRRRRRR	all RAM in both kernels; | is 64 TiB */
static void below_64_tib(const void *arg)
{
	const u64 top = 1ULL << 46;
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(2 * PAGE_SIZE);

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, top - 0x8000, top + 0x7fff, FAKE_RAM);
	fake_map_add(e820_table_kexec, top - 0x8000, top + 0x7fff, 1);
	fake_map_add(e820_table_kexec, top + 0x10000, top + 0x1ffff, 1);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(top - 2 * PAGE_SIZE, kbuf.mem);

	kbuf.buf_min = top;
	CHECK_EQ(-EADDRNOTAVAIL, kexec_placement_locate(&kbuf));
}

/* eeee|E|eeee	the entry in the middle of the map has a single byte */
static void map_entry_of_one_byte(const void *arg)
{
	const u64 start = 1ULL << 32;
	struct kimage image = { .from_top = 1 };
	struct kexec_buf kbuf = REQUEST(2 * PAGE_SIZE);

	fake_iomem_reset();
	fake_iomem_add(&iomem_resource, start, start + 0x1fff, FAKE_RAM);
	fake_map_add(e820_table_kexec, start, start + 0xfff, 1);
	fake_map_add(e820_table_kexec, start + 0x1000, start + 0x1000, 1);
	fake_map_add(e820_table_kexec, start + 0x1001, start + 0x1fff, 1);
	CHECK_EQ(0, kexec_placement_locate(&kbuf));
	CHECK_EQ(start, kbuf.mem);
}

/* rrrr|eeee	the next kernel has RAM below; all of it is RAM here, but nothing else in the map is */
static void map_entries_of_other_types(const void *arg)
{
	static const unsigned int types[] = { 0, 2, 3, 4, 5, 6, 7, 12, 128, 0xefffffff, ~0U };
	const u64 start = 1ULL << 32;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct kimage image = { .from_top = 1 };
		struct kexec_buf kbuf = REQUEST(PAGE_SIZE);

		check_context("type %#x", types[i]);
		fake_iomem_reset();
		fake_iomem_add(&iomem_resource, start, start + 0x1fff, FAKE_RAM);
		fake_map_add(e820_table_kexec, start, start + 0xfff, 1);
		fake_map_add(e820_table_kexec, start + 0x1000, start + 0x1fff, types[i]);
		CHECK_EQ(0, kexec_placement_locate(&kbuf));
		CHECK_EQ(start, kbuf.mem);
	}
}

SUITE(place)
{
	unsigned int i;

	for (i = 0; i < nr_pictures; i++)
		run_case("picture", pictures[i].name, picture_is_true,
			 &pictures[i]);

	run_case("place", "without size", without_size, NULL);
	run_case("place", "below 64 TiB", below_64_tib, NULL);
	run_case("place", "map entry of one byte", map_entry_of_one_byte, NULL);
	run_case("place", "map entries of other types", map_entries_of_other_types, NULL);
}
