// SPDX-License-Identifier: GPL-2.0-only
/*
 * Source pages, from allocators of every temper: after the jump each destination
 * holds its own data, no page was used twice, none is lost, and the work for
 * each page that was offered is bounded. Also when any one allocation fails.
 */
#include <stdio.h>

#include "check.h"
#include "fake_pages.h"
#include "fake_xxhash.h"

static struct kimage image;

static void add_segment(unsigned long pfn, unsigned long pages)
{
	struct kexec_segment *segment = &image.segment[image.nr_segments++];

	segment->mem = pfn << PAGE_SHIFT;
	segment->memsz = pages << PAGE_SHIFT;
	/* Behind its data, it goes on with that of the initrd. */
	segment->bufsz = 1;
	segment->kbuf = FAKE_INITRD - PAGE_SIZE;
}

/* Up to four segments, apart from each other, in any order; half of memory at most */
static void random_segments(void)
{
	unsigned long start[4], pages[4], pfn = 0;
	unsigned int i, nr = 1 + random_below(4), first = random_below(nr);

	for (i = 0; i < nr; i++) {
		start[i] = pfn + random_below(FAKE_PAGES / 8);
		pages[i] = 1 + random_below(FAKE_PAGES / 8);
		pfn = start[i] + pages[i];
	}
	for (i = 0; i < nr; i++)
		add_segment(start[(first + i) % nr], pages[(first + i) % nr]);
}

static void random_memory(enum fake_order order)
{
	unsigned long pfn, high = random_below(3) ? FAKE_PAGES : random_below(FAKE_PAGES);
	unsigned int initrd = random_below(6);

	memset(&image, 0, sizeof(image));
	random_segments();
	fake_pages_reset(&image, order);
	for (pfn = high; pfn < FAKE_PAGES; pfn++)
		fake_pages.page[pfn].high = true;
	if (!random_below(4))
		fake_source_limit = (FAKE_PAGES / 2 + random_below(FAKE_PAGES / 2)) << PAGE_SHIFT;
	fake_pages.host_encrypts = !random_below(8);
	if (initrd < image.nr_segments)
		read_initrd(&image, &image.segment[initrd]);
}

static void check_arrived(void)
{
	unsigned long i, pfn;

	for (i = 0; i < image.nr_segments; i++) {
		unsigned long start = image.segment[i].mem >> PAGE_SHIFT;
		unsigned long end = start + (image.segment[i].memsz >> PAGE_SHIFT);

		for (pfn = start; pfn < end; pfn++) {
			CHECK_EQ(word_for(pfn, 0), fake_pages.page[pfn].data[0]);
			CHECK_EQ(word_for(pfn, 7), fake_pages.page[pfn].data[7]);
		}
	}
}

/* A source page twice in the list, or one that is another page's destination; returns how many there are */
static unsigned long check_entries(void)
{
	bool used[FAKE_PAGES] = { };
	kimage_entry_t *ptr = &image.head;
	unsigned long dest = 0, nr = 0;

	while (!(*ptr & IND_DONE)) {
		unsigned long pfn = *ptr >> PAGE_SHIFT;

		if (*ptr & IND_DESTINATION) {
			dest = pfn;
			ptr++;
			continue;
		}
		CHECK(boot_pfn_to_page(pfn)->allocated);
		CHECK(!used[pfn]);
		used[pfn] = true;
		nr++;
		if (*ptr & IND_INDIRECTION) {
			CHECK(!is_destination(&image, pfn));
			ptr = boot_pfn_to_page(pfn)->data;
			continue;
		}
		CHECK(pfn == dest || !is_destination(&image, pfn));
		CHECK(pfn <= fake_source_limit >> PAGE_SHIFT);
		dest++;
		ptr++;
	}

	return nr;
}

static void check_unusable(void)
{
	struct list_head *page = image.unusable_pages.next;

	for (; page; page = page->next)
		CHECK(page_to_boot_pfn((struct page *)page) > fake_source_limit >> PAGE_SHIFT);
}

static void check_freed(void)
{
	if (random_below(2))
		free_initrd(&image);
	free_image(&image);
	free_initrd(&image);
	CHECK_EQ(0, fake_pages_allocated());
}

static void check_bounded(void)
{
	/* Three look-ups for each request, another one to note it, two for each page that is offered or exchanged */
	unsigned long requests = 0, i;

	for (i = 0; i < image.nr_segments; i++)
		requests += image.segment[i].memsz >> PAGE_SHIFT;
	CHECK(fake_pages.lookups <= 6 * requests + 2 * fake_pages.offered);
}

/* Enough memory for all: the load must succeed, unless half of it is out of reach. */
static void one_load(enum fake_order order)
{
	int ret;

	random_memory(order);
	ret = load_image(&image, random_below(32));
	if (ret) {
		CHECK_EQ(-ENOMEM, ret);
		CHECK(fake_source_limit < FAKE_PAGES << PAGE_SHIFT ||
		      fake_pages.page[FAKE_PAGES - 1].high);
		check_freed();
		return;
	}
	check_entries();
	check_unusable();
	check_bounded();
	if (random_below(2))
		kexec_free_sources(&image);
	free_initrd(&image);
	jump(&image);
	check_arrived();
	/* The kernel is gone, with all that it held. */
	free(image.sources.slots);
	free(image.sources.left);
}

static void one_order(void)
{
	enum fake_order order = random_below(FAKE_ORDERS);

	one_load(order);
	random_memory(order);
	load_image(&image, random_below(32));
	check_freed();
}

/* Each allocation of one load fails once, be it for a page or for the xarray. */
static void test_failing(const void *arg)
{
	unsigned long fail_at = 0;
	int ret;

	/* To have held a control page in vain is no failure of the load. */
	do {
		fail_at++;
		check_context("allocation %lu", fail_at);
		memset(&image, 0, sizeof(image));
		add_segment(20, 30);
		add_segment(100, 40);
		fake_pages_reset(&image, *(const enum fake_order *)arg);
		fake_pages.fail_at = fail_at;
		ret = load_image(&image, 8);
		if (fail_at > fake_pages.control && fail_at <= fake_pages.allocations)
			CHECK_EQ(-ENOMEM, ret);
		check_freed();
	} while (fake_pages.allocations >= fail_at && !check_failed());
	CHECK(fail_at > 70);
}

/* Where all memory will do, no page is asked for twice, and none is held in vain. */
static void test_all_used(const void *arg)
{
	memset(&image, 0, sizeof(image));
	add_segment(20, 30);
	add_segment(100, 40);
	fake_pages_reset(&image, *(const enum fake_order *)arg);
	CHECK_EQ(0, load_image(&image, 0));
	CHECK_EQ(check_entries(), fake_pages.offered);
	check_freed();
}

/* Memory is full, but for what the tests below give back; from page 64 on it is high. */
static void full_memory(void)
{
	unsigned long pfn;

	memset(&image, 0, sizeof(image));
	add_segment(10, 2);
	fake_pages_reset(&image, ASCENDING);
	for (pfn = 0; pfn < FAKE_PAGES; pfn++) {
		fake_pages.page[pfn].allocated = true;
		fake_pages.page[pfn].reserved = true;
		fake_pages.page[pfn].high = pfn >= 64;
	}
}

static struct page *ask(unsigned long offered, gfp_t gfp_mask, unsigned long pfn)
{
	fake_pages.page[offered].allocated = false;
	return kimage_alloc_page(&image, gfp_mask, pfn << PAGE_SHIFT);
}

/*
 *   memory    5    10      70
 *             s    DD  |   s    high      D: the destination that is offered, s: its source page
 *
 * The source page is as good as any other, unless it is high and may not be.
 */
static void test_swap(unsigned long old, gfp_t gfp_mask, bool good)
{
	struct page *source = &fake_pages.page[old];
	kimage_entry_t entry = old << PAGE_SHIFT | IND_SOURCE;

	full_memory();
	fake_hash.pauses = 0;
	CHECK_EQ(source, ask(old, GFP_HIGHUSER, 10));
	CHECK_EQ(0, kexec_note_source(&image, 10 << PAGE_SHIFT, &entry));
	CHECK_EQ(good ? source : NULL, ask(10, gfp_mask, 11));
	CHECK_EQ(10 << PAGE_SHIFT | IND_SOURCE, entry);
	CHECK_EQ(good, source->allocated);
	CHECK_EQ(good ? 2 : 3, fake_pages.offered);
	CHECK_EQ(1, fake_hash.pauses);
	kexec_free_sources(&image);
	CHECK_EQ(2, fake_hash.pauses);
}

static void test_swaps(const void *arg)
{
	test_swap(5, GFP_KERNEL, true);
	test_swap(5, GFP_HIGHUSER, true);
	test_swap(70, GFP_HIGHUSER, true);
	test_swap(70, GFP_KERNEL, false);
}

static void test_asked_for_twice(const void *arg)
{
	kimage_entry_t entry = 5 << PAGE_SHIFT | IND_SOURCE;

	full_memory();
	ask(5, GFP_KERNEL, 10);
	CHECK_EQ(0, kexec_note_source(&image, 10 << PAGE_SHIFT, &entry));
	CHECK_EQ(GFP_KERNEL, fake_pages.gfp);
	fake_pages.may_warn = true;
	CHECK_EQ(NULL, ask(6, GFP_KERNEL, 10));
	CHECK_EQ(1, fake_pages.warnings);
	kexec_free_sources(&image);
}

static bool holds(unsigned long pfn)
{
	return kexec_hold_destination(&image, &fake_pages.page[pfn]);
}

/*
 *   memory    0         10         30      40
 *             ..........DD.........D]......D.      ]: what is behind is out of reach
 */
static void test_hold(const void *arg)
{
	full_memory();
	add_segment(30, 1);
	add_segment(40, 1);
	fake_source_limit = 30 << PAGE_SHIFT;
	CHECK(!holds(9));
	CHECK(holds(10));
	CHECK_EQ(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN, fake_pages.gfp);
	CHECK(!holds(12));
	CHECK(holds(30));
	CHECK(!holds(40));
	CHECK(!xa_load(&image.sources, 40));
	fake_pages.fail_at = fake_pages.allocations + 1;
	CHECK(!holds(11));
	kexec_free_sources(&image);
	CHECK(!fake_pages.page[10].allocated && fake_pages.page[11].allocated);
}

/* A destination that is offered is held for its own load, which may try hard for memory. */
static void test_held_while_loading(const void *arg)
{
	full_memory();
	fake_pages.page[5].allocated = false;
	fake_pages.page[11].allocated = false;
	fake_pages.order = DESTINATIONS_FIRST;
	CHECK_EQ(&fake_pages.page[5], kimage_alloc_page(&image, GFP_KERNEL, 10 << PAGE_SHIFT));
	CHECK_EQ(GFP_KERNEL, fake_pages.gfp);
	CHECK_EQ(&fake_pages.page[11], kimage_alloc_page(&image, GFP_KERNEL, 11 << PAGE_SHIFT));
	CHECK_EQ(2, fake_pages.offered);
	kexec_free_sources(&image);
}

/*
 *   memory   0         8         16
 *            ..........DDDDDDDD..      the allocator begins with the D's, lowest first
 *
 * Each D that is offered is its own source page, so nothing is left to copy.
 */
static void test_in_place(const void *arg)
{
	kimage_entry_t *ptr;

	memset(&image, 0, sizeof(image));
	add_segment(8, 6);
	fake_pages_reset(&image, DESTINATIONS_FIRST);
	CHECK_EQ(0, load_image(&image, 0));
	ptr = boot_pfn_to_page(image.head >> PAGE_SHIFT)->data;
	CHECK_EQ(8 << PAGE_SHIFT | IND_DESTINATION, ptr[0]);
	for (unsigned long i = 0; i < 6; i++)
		CHECK_EQ((8 + i) << PAGE_SHIFT | IND_SOURCE, ptr[1 + i]);
	check_freed();
}

SUITE(sources)
{
	static const char *const names[] = { "ascending", "descending", "random",
		"destinations first", "destinations last", "swaps first", "early first" };
	char name[60];

	for (enum fake_order order = 0; order < FAKE_ORDERS; order++) {
		snprintf(name, sizeof(name), "%s, each allocation fails", names[order]);
		run_case("sources", name, test_failing, &order);
		snprintf(name, sizeof(name), "%s, each page is used", names[order]);
		run_case("sources", name, test_all_used, &order);
	}
	run_random("sources", "any order", one_order, 400, 5);
	run_case("sources", "the page that a destination replaces", test_swaps, NULL);
	run_case("sources", "a destination that is asked for twice", test_asked_for_twice, NULL);
	run_case("sources", "held before the load", test_hold, NULL);
	run_case("sources", "held while loading", test_held_while_loading, NULL);
	run_case("sources", "destinations that are offered stay in place", test_in_place, NULL);
}
