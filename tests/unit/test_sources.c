// SPDX-License-Identifier: GPL-2.0-only
/*
 * Source pages, from allocators of every temper: after the jump each destination
 * holds its own data, no page was used twice, none is lost, and the work for
 * each page that was offered is bounded. Also when any one allocation fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>

#include "check.h"
#include "fake_pages.h"
#include "kexec_internal.h"
#include "suites.h"

static struct kimage image;

static void add_segment(unsigned long pfn, unsigned long pages)
{
	struct kexec_segment *segment = &image.segment[image.nr_segments++];

	segment->mem = pfn << PAGE_SHIFT;
	segment->memsz = pages << PAGE_SHIFT;
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

	memset(&image, 0, sizeof(image));
	random_segments();
	fake_pages_reset(&image, order);
	for (pfn = high; pfn < FAKE_PAGES; pfn++)
		fake_pages.page[pfn].high = true;
	if (!random_below(4))
		fake_source_limit = (FAKE_PAGES / 2 + random_below(FAKE_PAGES / 2)) << PAGE_SHIFT;
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

/* A source page twice in the list, or one that is another page's destination */
static void check_entries(void)
{
	bool used[FAKE_PAGES] = { };
	kimage_entry_t *ptr = &image.head;
	unsigned long dest = 0;

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
}

static void check_freed(void)
{
	free_image(&image);
	CHECK_EQ(0, fake_pages_allocated());
}

static void check_bounded(void)
{
	/* One look-up for each request, two for each page that is offered, one to note it */
	unsigned long requests = 0, i;

	for (i = 0; i < image.nr_segments; i++)
		requests += image.segment[i].memsz >> PAGE_SHIFT;
	CHECK(fake_pages.lookups <= 3 * requests + 2 * fake_pages.offered);
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
	check_bounded();
	if (random_below(2))
		kexec_free_sources(&image);
	jump(&image);
	check_arrived();
	/* The kernel is gone, with all that it held. */
	free(image.sources.slots);
	free(image.sources.left);
}

static void test_order(const void *arg)
{
	enum fake_order order = *(const enum fake_order *)arg;
	unsigned int i, nr = nr_cases(2000) / 40 + 1;

	for (i = 0; i < nr && !check_failed(); i++) {
		check_context("seed %llu", first_seed() + i);
		seed(first_seed() + i);
		one_load(order);
		seed(first_seed() + i);
		random_memory(order);
		load_image(&image, random_below(32));
		check_freed();
	}
}

/* Each allocation of one load fails once, be it for a page or for the xarray. */
static void test_failing(const void *arg)
{
	unsigned long fail_at = 0;

	/* To have held a control page in vain is no failure of the load. */
	do {
		fail_at++;
		check_context("allocation %lu", fail_at);
		memset(&image, 0, sizeof(image));
		add_segment(20, 30);
		add_segment(100, 40);
		fake_pages_reset(&image, *(const enum fake_order *)arg);
		fake_pages.fail_at = fail_at;
		load_image(&image, 8);
		check_freed();
	} while (fake_pages.allocations >= fail_at && !check_failed());
	CHECK(fail_at > 70);
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

void suite_sources(void)
{
	static const char *const names[] = { "ascending", "descending", "random",
		"destinations first", "destinations last", "swaps first", "early first" };
	char name[60];

	for (enum fake_order order = 0; order < FAKE_ORDERS; order++) {
		run_case("sources", names[order], test_order, &order);
		snprintf(name, sizeof(name), "%s, each allocation fails", names[order]);
		run_case("sources", name, test_failing, &order);
	}
	run_case("sources", "destinations that are offered stay in place", test_in_place, NULL);
}
