// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map for the next kernel: what firmware listed, less RAM that was removed, and
 * how the entries that boot_params cannot hold are handed over.
 */

#include <asm/kexec_e820.h>

#include "check.h"
#include "draw.h"
#include "fake_kernel.h"
#include "fake_memory.h"

#define PAGES	24
/* As in the kernel; no code of ours knows these */
#define UNUSABLE	5
#define PMEM		7
#define SOFT_RESERVED	0xefffffff

bool x86_map_lists(u64 start, u64 end);

/*
 * One character is a page. r, R: RAM, two that touch are two entries; n: NVS, v: reserved,
 * u: unusable, p: persistent, s: soft-reserved
 *
 *   firmware	the map of firmware
 *   boot	RAM of this kernel when it booted; without it, as firmware's
 *   now	System RAM now; a gap was removed
 *   expect	the map that is handed over
 */
struct map_picture {
	const char *name, *firmware, *boot, *now, *expect;
};

static const struct map_picture map_pictures[] = {
	{
		"nothing was removed",
		"rrrrnnrrrrRRRR..nnrrrrrr",
		NULL,
		"rrrr..rrrrrrrr....rrrrrr",
		"rrrrnnrrrrRRRR..nnrrrrrr",
	}, {
		"a whole entry",
		"rrrrnn....RRRR....rrrrrr",
		NULL,
		"rrrr..............rrrrrr",
		"rrrrnn............rrrrrr",
	}, {
		"the middle of an entry",
		"rrrrrrrrrrrrnnnnRRRRRRRR",
		NULL,
		"rrrr....rrrr....rrrrrrrr",
		"rrrr....rrrrnnnnRRRRRRRR",
	}, {
		"its start, and the end of another",
		"rrrrrrrr....nnnnRRRRRRRR",
		NULL,
		"....rrrr........rrrr....",
		"....rrrr....nnnnRRRR....",
	}, {
		"three holes in one, a page each",
		"rrrrrrrrrrrrrrrrrrrrrrrr",
		NULL,
		"r.rrrrrrrr.rrrrrrrrrrrr.",
		"r.rrrrrrrr.rrrrrrrrrrrr.",
	}, {
		"over the border of two entries",
		"rrrrrrrrRRRRRRRR....nnnn",
		NULL,
		"rrrr........rrrr........",
		"rrrr........RRRR....nnnn",
	}, {
		"what mem= cut off stays",
		"rrrrrrrrnnnnRRRRRRRRRRRR",
		"rrrrrrrr....rrrr........",
		"rrrrrrrr....rrrr........",
		"rrrrrrrrnnnnRRRRRRRRRRRR",
	}, {
		"what mem= cut off stays, what was removed does not",
		"rrrrrrrrrrrrrrrrRRRRRRRR",
		"rrrrrrrr....rrrr........",
		"rrrr........rrrr........",
		"rrrr....rrrrrrrrRRRRRRRR",
	}, {
		"what memmap= reserved stays",
		"rrrrrrrrrrrr....RRRRRRRR",
		"rrrrvvvvrrrr....vvvvRRRR",
		"rrrr....rrrr........RRRR",
		"rrrrrrrrrrrr....RRRRRRRR",
	}, {
		"what memmap= made RAM of is what firmware says",
		"rrrrnnnn....RRRRnnnnRRRR",
		"rrrrrrrrrrrrrrrrrrrr....",
		"rrrr....................",
		"rrrrnnnn........nnnnRRRR",
	}, {
		"hot-plugged memory is not told of",
		"rrrrrrrr....nnnn........",
		NULL,
		"rrrrrrrrrrrr....rrrrrrrr",
		"rrrrrrrr....nnnn........",
	}, {
		"all of it",
		"rrrrrrrr....nnnn........",
		NULL,
		"........................",
		"............nnnn........",
	}, {
		"other types stay what they are",
		"rrrruuuuppppssssvvvvrrrr",
		NULL,
		"rr....................rr",
		"rr..uuuuppppssssvvvv..rr",
	},
};

static struct e820_table expected;

static enum e820_type type_of(char letter)
{
	return letter == 'n' ? E820_TYPE_NVS :
	       letter == 'v' ? E820_TYPE_RESERVED :
	       letter == 'u' ? UNUSABLE :
	       letter == 'p' ? PMEM :
	       letter == 's' ? SOFT_RESERVED : E820_TYPE_RAM;
}

static bool is_ram(char letter)
{
	return letter == 'r' || letter == 'R';
}

static void draw_firmware(char letter, u64 start, u64 end)
{
	fake_map_add(e820_table_kexec, start, end, type_of(letter));
}

static void draw_boot(char letter, u64 start, u64 end)
{
	fake_map_add(e820_table, start, end, type_of(letter));
}

static void draw_now(char letter, u64 start, u64 end)
{
	fake_iomem_add(&iomem_resource, start, end, FAKE_RAM);
}

static void draw_expected(char letter, u64 start, u64 end)
{
	expected.entries[expected.nr_entries++] = (struct e820_entry) {
		.addr = start, .size = end - start + 1, .type = type_of(letter),
	};
}

static void draw_map(const struct map_picture *p, u64 base)
{
	fake_iomem_reset();
	fake_log_reset();
	for_each_run(p->firmware, base, draw_firmware);
	for_each_run(p->boot ?: p->firmware, base, draw_boot);
	for_each_run(p->now, base, draw_now);
	expected.nr_entries = 0;
	for_each_run(p->expect, base, draw_expected);
}

static void check_map(const struct e820_table *map)
{
	u32 i;

	CHECK_EQ(expected.nr_entries, map->nr_entries);
	for (i = 0; i < expected.nr_entries && !check_failed(); i++) {
		CHECK_EQ(expected.entries[i].addr, map->entries[i].addr);
		CHECK_EQ(expected.entries[i].size, map->entries[i].size);
		CHECK_EQ(expected.entries[i].type, map->entries[i].type);
	}
}

/* Each range of pages: listed, if any of them is RAM in both maps */
static void check_lists(const struct map_picture *p, u64 base)
{
	const char *boot = p->boot ?: p->firmware;
	unsigned int i, j;

	for (i = 0; i < PAGES; i++) {
		bool listed = false;

		for (j = i; j < PAGES; j++) {
			listed |= is_ram(p->firmware[j]) && is_ram(boot[j]);
			CHECK_EQ(listed, x86_map_lists(base + i * PAGE_SIZE,
						       base + (j + 1) * PAGE_SIZE - 1));
		}
	}
}

static void make_map(const struct map_picture *p, u64 base)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

	draw_map(p, base);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	check_map(image.arch.e820_map);
	check_lists(p, base);
	kexec_e820_cleanup(&image);
	CHECK(!image.arch.e820_map);
	kexec_e820_cleanup(&image);
}

static void map_is_true(const void *arg)
{
	const u64 bases[] = { 0, 1ULL << 32, (1ULL << 52) - PAGES * PAGE_SIZE };

	for (unsigned int i = 0; i < ARRAY_SIZE(bases); i++) {
		check_context("base %#llx", bases[i]);
		make_map(arg, bases[i]);
	}
}

/* Any maps: what is RAM in all, or in firmware's and not at boot, is handed over */
static void any_map(void)
{
	char firmware[PAGES + 1] = "", boot[PAGES + 1] = "", now[PAGES + 1] = "", expect[PAGES + 1] = "";
	const struct map_picture p = { "any", firmware, boot, now, expect };
	unsigned int i;

	for (i = 0; i < PAGES; i++) {
		bool again = i && random_below(4);

		firmware[i] = again ? firmware[i - 1] : "rRrRnvups."[random_below(10)];
		boot[i] = random_below(8) && is_ram(firmware[i]) ? firmware[i] : '.';
		now[i] = random_below(4) && boot[i] != '.' ? 'r' : '.';
		expect[i] = boot[i] != '.' && now[i] == '.' ? '.' : firmware[i];
	}
	make_map(&p, 0x100000);
}

/*
 *	0x1000[--------]0x1fff	RAM for firmware; a removal need not end with a page
 */
static void single_bytes(const void *arg)
{
	static const struct {
		u64 boot_start, boot_end, now_start, now_end, start, end;
	} cases[] = {
		/* both ends were removed, a byte each */
		{ 0x1000, 0x1fff, 0x1001, 0x1ffe, 0x1001, 0x1ffe },
		/* all but the first, all but the last */
		{ 0x1000, 0x1fff, 0x1000, 0x1000, 0x1000, 0x1000 },
		{ 0x1000, 0x1fff, 0x1fff, 0x1fff, 0x1fff, 0x1fff },
		/* RAM at boot were only the first and the last: the kernel's walk finds no single byte */
		{ 0x0800, 0x1000, 0x0800, 0x1000, 0x1000, 0x1fff },
		{ 0x1fff, 0x2fff, 0x1fff, 0x2fff, 0x1000, 0x1fff },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

		check_context("case %u", i);
		fake_iomem_reset();
		fake_map_add(e820_table_kexec, 0x1000, 0x1fff, E820_TYPE_RAM);
		fake_map_add(e820_table, cases[i].boot_start, cases[i].boot_end, E820_TYPE_RAM);
		fake_iomem_add(&iomem_resource, cases[i].now_start, cases[i].now_end, FAKE_RAM);
		expected.nr_entries = 0;
		draw_expected('r', cases[i].start, cases[i].end);
		CHECK_EQ(0, kexec_e820_prepare(&image));
		check_map(image.arch.e820_map);
		kexec_e820_cleanup(&image);
	}
}

/* |RAM|: 5 GiB, the first page was removed */
static void large_entry(const void *arg)
{
	const u64 start = 1ULL << 32, end = start + (5ULL << 30) - 1;
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

	fake_iomem_reset();
	fake_map_add(e820_table_kexec, start, end, E820_TYPE_RAM);
	fake_map_add(e820_table, start, end, E820_TYPE_RAM);
	fake_iomem_add(&iomem_resource, start + PAGE_SIZE, end, FAKE_RAM);
	expected.nr_entries = 0;
	draw_expected('r', start + PAGE_SIZE, end);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	check_map(image.arch.e820_map);
	kexec_e820_cleanup(&image);
}

/* RAM up to the last byte of the address space: nothing to compute behind it */
static void top_of_the_address_space(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

	fake_iomem_reset();
	fake_map_add(e820_table_kexec, 0x1000, 0x1fff, E820_TYPE_RAM);
	fake_map_add(e820_table_kexec, U64_MAX - 0xfff, U64_MAX, E820_TYPE_RAM);
	fake_map_add(e820_table, U64_MAX - 0xfff, U64_MAX, E820_TYPE_RAM);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	CHECK_EQ(2, image.arch.e820_map->nr_entries);
	CHECK_EQ(U64_MAX - 0xfff, image.arch.e820_map->entries[1].addr);
	kexec_e820_cleanup(&image);

	/* Up to the last but one, there is room to see that it was removed */
	fake_iomem_reset();
	fake_map_add(e820_table_kexec, U64_MAX - 0xfff, U64_MAX - 1, E820_TYPE_RAM);
	fake_map_add(e820_table, U64_MAX - 0xfff, U64_MAX - 1, E820_TYPE_RAM);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	CHECK_EQ(0, image.arch.e820_map->nr_entries);
	kexec_e820_cleanup(&image);
}

static void no_map(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_CRASH };
	struct boot_params params = { .hdr.setup_data = 42 };

	CHECK_EQ(0, kexec_e820_prepare(&image));
	CHECK(!image.arch.e820_map);
	CHECK_EQ(0, kexec_e820_ext_size(&image));
	kexec_e820_ext_setup(&image, &params, 0, 0);
	CHECK_EQ(42, params.hdr.setup_data);
	image.type = KEXEC_TYPE_DEFAULT;
	fake_no_memory = true;
	CHECK_EQ(-ENOMEM, kexec_e820_prepare(&image));
	kexec_e820_cleanup(&image);
}

/*
 * @nr entries of three pages, a page apart, each fourth reserved; of the last @holes the
 * middle was removed
 */
static void many_entries(unsigned int nr, unsigned int holes)
{
	unsigned int i;

	fake_iomem_reset();
	fake_log_reset();
	for (i = 0; i < nr; i++) {
		u64 start = i * 4 * PAGE_SIZE, end = start + 3 * PAGE_SIZE - 1;
		bool hole = i >= nr - holes;

		fake_map_add(e820_table_kexec, start, end, type_of(i % 4 ? 'r' : 'v'));
		fake_map_add(e820_table, start, end, type_of(i % 4 ? 'r' : 'v'));
		if (i % 4)
			fake_iomem_add(&iomem_resource, start, hole ? start + PAGE_SIZE - 1 : end, FAKE_RAM);
		if (hole)
			fake_iomem_add(&iomem_resource, start + 2 * PAGE_SIZE, end, FAKE_RAM);
	}
}

/* The last one that fits, and one more */
static void too_many_entries(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

	many_entries(FAKE_E820_ENTRIES - 1, 1);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	CHECK_EQ(FAKE_E820_ENTRIES, image.arch.e820_map->nr_entries);
	CHECK(!memcmp(image.arch.e820_map->entries, e820_table_kexec->entries,
		      (FAKE_E820_ENTRIES - 2) * sizeof(struct e820_entry)));
	CHECK_EQ('6', fake_log.level);
	kexec_e820_cleanup(&image);

	many_entries(FAKE_E820_ENTRIES - 1, 2);
	CHECK_EQ(-ENOSPC, kexec_e820_prepare(&image));
	CHECK_EQ('3', fake_log.level);
	CHECK_CONTAINS(fake_log.text, "more than 1024 entries");
	kexec_e820_cleanup(&image);
}

/* Both may be anywhere */
#define PARAMS		0x47fff9000
#define OTHER_DATA	0x41234000000

/* boot_params | room, with a canary behind it */
static void hand_over(struct kimage *image, unsigned int extra)
{
	struct {
		struct boot_params params;
		struct setup_data sd;
		struct boot_e820_entry entries[FAKE_E820_ENTRIES + 1];
	} buffer;
	const unsigned int offset = sizeof(buffer.params);
	const struct e820_entry *from = &image->arch.e820_map->entries[E820_MAX_ENTRIES_ZEROPAGE];
	const unsigned char *end = (unsigned char *)&buffer.entries[extra];

	memset(&buffer, 0xaa, sizeof(buffer));
	buffer.params.hdr.setup_data = OTHER_DATA;
	CHECK_EQ(sizeof(buffer.sd) + extra * sizeof(*from), kexec_e820_ext_size(image));
	kexec_e820_ext_setup(image, &buffer.params, PARAMS, offset);
	CHECK_EQ(PARAMS + offset, buffer.params.hdr.setup_data);
	CHECK_EQ(OTHER_DATA, buffer.sd.next);
	CHECK_EQ(SETUP_E820_EXT, buffer.sd.type);
	CHECK_EQ(extra * sizeof(*from), buffer.sd.len);
	CHECK(!memcmp(buffer.entries, from, extra * sizeof(*from)));
	CHECK_EQ(0xaa, *end);
}

static void entries_of_setup_data(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };
	struct boot_params params = { .hdr.setup_data = 42 };
	unsigned int nr;

	for (nr = E820_MAX_ENTRIES_ZEROPAGE - 1; nr <= E820_MAX_ENTRIES_ZEROPAGE; nr++) {
		many_entries(nr, 0);
		CHECK_EQ(0, kexec_e820_prepare(&image));
		CHECK_EQ(0, kexec_e820_ext_size(&image));
		kexec_e820_ext_setup(&image, &params, 0, 0);
		CHECK_EQ(42, params.hdr.setup_data);
		kexec_e820_cleanup(&image);
	}

	many_entries(E820_MAX_ENTRIES_ZEROPAGE + 1, 0);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	hand_over(&image, 1);
	kexec_e820_cleanup(&image);

	many_entries(FAKE_E820_ENTRIES, 0);
	CHECK_EQ(0, kexec_e820_prepare(&image));
	hand_over(&image, FAKE_E820_ENTRIES - E820_MAX_ENTRIES_ZEROPAGE);
	kexec_e820_cleanup(&image);
}

SUITE(e820)
{
	unsigned int i;

	for (i = 0; i < sizeof(map_pictures) / sizeof(map_pictures[0]); i++)
		run_case("e820", map_pictures[i].name, map_is_true, &map_pictures[i]);
#define RUN(name) run_case("e820", #name, name, NULL)
	RUN(single_bytes);
	RUN(large_entry);
	RUN(top_of_the_address_space);
	RUN(no_map);
	RUN(too_many_entries);
	RUN(entries_of_setup_data);
#undef RUN
	run_random("e820", "any map", any_map, 2000, 1);
}
