// SPDX-License-Identifier: GPL-2.0-only
/*
 * The initrd's buffer becomes source pages: which of its pages do, where its data
 * is moved to when they are destinations, and who frees them.
 *
 *   memory   0         10        20        30
 *            ..........IIII......KK........bb      I, K: destinations of initrd and kernel
 *                                                  b: the buffer; high memory
 */

#include "check.h"
#include "fake_kernel.h"
#include "fake_load.h"
#include "fake_pages.h"

#define INITRD	10
#define KERNEL	20

static struct kimage image;
static struct kexec_segment *initrd;

/* The buffer has the pages at @pfn; the list ends with 0. All that is free else is at 100 and behind. */
static void buffer_at(const unsigned long *pfn, bool kernel_first)
{
	struct kexec_segment *kernel = &image.segment[!kernel_first];
	unsigned long i;

	memset(&image, 0, sizeof(image));
	initrd = &image.segment[kernel_first];
	image.nr_segments = 2;
	/* Behind its data, the kernel's buffer goes on with the initrd. */
	kernel->kbuf = FAKE_INITRD - PAGE_SIZE;
	kernel->bufsz = 1;
	kernel->mem = KERNEL << PAGE_SHIFT;
	kernel->memsz = 2 << PAGE_SHIFT;
	initrd->mem = INITRD << PAGE_SHIFT;
	for (i = 0; pfn[i]; i++)
		initrd->memsz += PAGE_SIZE;

	fake_pages_reset(&image, ASCENDING);
	for (i = 0; i < 100; i++) {
		fake_pages.page[i].never = true;
		fake_pages.page[i].high = i >= 30;
	}
	read_initrd(&image, initrd);
	for (i = 0; pfn[i]; i++) {
		struct page *page = &fake_pages.page[pfn[i]], *from = fake_pages.buffer[i];

		memcpy(page->data, from->data, sizeof(page->data));
		page->private = from->private;
		page->tagged = from->tagged;
		page->allocated = true;
		from->allocated = false;
		fake_pages.buffer[i] = page;
	}
}

/* Where the data for the initrd's page number @nr waits */
static unsigned long source_of(unsigned int nr)
{
	kimage_entry_t *ptr = &image.head;
	unsigned long dest = 0;

	for (; !(*ptr & IND_DONE); ptr++) {
		if (*ptr & IND_INDIRECTION)
			ptr = boot_pfn_to_page(*ptr >> PAGE_SHIFT)->data;
		if (*ptr & IND_DESTINATION)
			dest = *ptr >> PAGE_SHIFT;
		else if (dest++ == INITRD + nr)
			return *ptr >> PAGE_SHIFT;
	}

	return 0;
}

/* Where the data of the initrd's pages waits; then jump, and all must have arrived. */
static void check_sources(const unsigned long *pfn)
{
	unsigned int i;

	CHECK_EQ(0, load_image(&image, 0));
	for (i = 0; pfn[i]; i++)
		CHECK_EQ(pfn[i], source_of(i));
	kexec_free_sources(&image);
	free_initrd(&image);
	jump(&image);
	for (i = 0; pfn[i]; i++)
		CHECK_EQ(word_for(INITRD + i, 7), fake_pages.page[INITRD + i].data[7]);
	for (i = 0; i < 2; i++)
		CHECK_EQ(word_for(KERNEL + i, 7), fake_pages.page[KERNEL + i].data[7]);
	free_image(&image);
	CHECK_EQ(0, fake_pages_allocated());
}

#define PAGES(...)	((const unsigned long []){ __VA_ARGS__, 0 })

struct settled {
	const char *name;
	unsigned long buffer[5];	/* where the data is read to */
	unsigned long sources[5];	/* where it waits for the jump */
	bool kernel_first;
	unsigned int offered;		/* pages from the allocator: two for the list, two for the kernel ... */
};

static const struct settled settled[] = {
	{ "as they are", { 30, 31, 32, 33 }, { 30, 31, 32, 33 }, false, 4 },
	{ "in place", { 10, 11, 12, 13 }, { 10, 11, 12, 13 }, false, 4 },
	/* ... one for the first, which is the second's; that goes there, and its own page gets free */
	{ "a chain", { 11, 30, 31, 32 }, { 101, 11, 31, 32 }, false, 5 },
	{ "two chains, one spare page", { 11, 30, 13, 31 }, { 101, 11, 30, 13 }, false, 5 },
	{ "a circle", { 11, 12, 10, 30 }, { 10, 11, 12, 30 }, false, 5 },
	/* ... one for each that is the kernel's, whose turn comes: it needs none then */
	{ "the kernel's, which comes later", { 20, 30, 21, 31 }, { 101, 30, 102, 31 }, false, 4 },
	/* ... whose data goes there; the page it had is for the next */
	{ "the kernel's, which is there", { 20, 30, 21, 31 }, { 104, 30, 101, 31 }, true, 5 },
};

static void test_settled(const void *arg)
{
	const struct settled *t = arg;

	buffer_at(t->buffer, t->kernel_first);
	check_sources(t->sources);
	CHECK_EQ(t->offered, fake_pages.offered);
}

/* Whatever fails, the load does, and all is freed. */
static void test_failing(const void *arg)
{
	const struct settled *t = arg;
	unsigned long fail_at = 0;

	do {
		check_context("allocation %lu", ++fail_at);
		buffer_at(t->buffer, t->kernel_first);
		fake_pages.fail_at = fail_at;
		CHECK_EQ(fail_at > fake_pages.allocations ? 0 : -ENOMEM, load_image(&image, 0));
		free_image(&image);
		free_initrd(&image);
		CHECK_EQ(0, fake_pages_allocated());
	} while (fake_pages.allocations >= fail_at && !check_failed());
}

/* 11 is held when the load begins: it gets free, unless its data must be copied. 150 is the last in reach. */
static void test_copied(const void *arg)
{
	buffer_at(PAGES(30, 31), false);
	fake_pages.page[11].allocated = true;
	fake_pages.page[11].reserved = true;
	CHECK(kexec_hold_destination(&image, &fake_pages.page[11]));
	check_sources(PAGES(30, 31));

	buffer_at(PAGES(150, 151), false);
	fake_pages.page[11].allocated = true;
	fake_pages.page[11].reserved = true;
	CHECK(kexec_hold_destination(&image, &fake_pages.page[11]));
	fake_source_limit = 150 << PAGE_SHIFT;
	check_sources(PAGES(150, 11));

	buffer_at(PAGES(30, 31), false);
	fake_pages.host_encrypts = true;
	check_sources(PAGES(101, 102));
}

/* One page, and what lies before and behind it; no buffer at all */
static void test_limits(const void *arg)
{
	unsigned long dest = INITRD << PAGE_SHIFT;

	buffer_at(PAGES(30, 31), false);
	image.initrd_buf_len = PAGE_SIZE;
	CHECK_EQ(NULL, kexec_share_page(&image, FAKE_INITRD - PAGE_SIZE, PAGE_SIZE, dest));
	CHECK_EQ(NULL, kexec_share_page(&image, FAKE_INITRD + PAGE_SIZE, PAGE_SIZE, dest));
	CHECK_EQ(NULL, kexec_share_page(&image, FAKE_INITRD, 0, dest));
	CHECK_EQ(NULL, kexec_share_page(&image, FAKE_INITRD + 8, 1, dest));
	/* The largest there is */
	image.initrd_buf_len = 1UL << 32;
	CHECK_EQ(&fake_pages.page[30], kexec_share_page(&image, FAKE_INITRD, 1, dest));
	kimage_free_pages(&fake_pages.page[30]);
	free_initrd(&image);
	CHECK_EQ(NULL, kexec_share_page(&image, NULL, PAGE_SIZE, dest));
}

struct fits {
	long long size;
	long available, swap;
	const char *text;
};

static void test_fits(const void *arg)
{
	static const struct fits fits[] = {
		{ 0, 0, 0, NULL },
		{ 4096, 1, 0, NULL },
		{ 8191, 0, 1, NULL },
		{ 8192, 1, 0, "8 KiB: 4 KiB" },
		{ 3LL << 30, (3 << 18) - 2, 1, "3145728 KiB: 3145724 KiB" },
		{ 3LL << 30, (3 << 18) - 2, 2, NULL },
		{ 1LL << 32, 1 << 20, 0, NULL },
		{ 8192, 1L << 32, 0, NULL },
		{ 1LL << 32, (1 << 20) - 6, 5, "4194304 KiB: 4194300 KiB" },
		/* Too large is told by who reads it */
		{ (1LL << 32) + 1, 0, 0, NULL },
	};

	memset(&image, 0, sizeof(image));
	for (unsigned int i = 0; i < sizeof(fits) / sizeof(fits[0]); i++) {
		check_context("size %lld", fits[i].size);
		fake_log_reset();
		fake_file = (struct fake_file){ 0, fits[i].size, fits[i].available, fits[i].swap };
		CHECK_EQ(fits[i].text ? -ENOMEM : 0, kexec_initrd_fits(&image, 7, 1LL << 32));
		CHECK_EQ(fits[i].text ? '3' : 0, fake_log.level);
		if (fits[i].text)
			CHECK_CONTAINS(fake_log.text, fits[i].text);
	}
}

/* A crash image, and a file of which nothing is known */
static void test_fits_always(const void *arg)
{
	memset(&image, 0, sizeof(image));
	fake_log_reset();
	fake_file = (struct fake_file){ .error = -EBADF, .size = 8192 };
	CHECK_EQ(0, kexec_initrd_fits(&image, 7, 1LL << 32));
	fake_file.error = 0;
	CHECK_EQ(-ENOMEM, kexec_initrd_fits(&image, 7, 1LL << 32));
	CHECK_STR("kexec_file: no memory for an initrd of 8 KiB: 0 KiB are available, with swap\n", fake_log.text);
	image.type = KEXEC_TYPE_CRASH;
	CHECK_EQ(0, kexec_initrd_fits(&image, 7, 1LL << 32));
}

SUITE(initrd)
{
	for (unsigned int i = 0; i < sizeof(settled) / sizeof(settled[0]); i++) {
		run_case("initrd", settled[i].name, test_settled, &settled[i]);
		run_case("initrd", "each allocation fails", test_failing, &settled[i]);
	}
	run_case("initrd", "pages that must be copied", test_copied, NULL);
	run_case("initrd", "where the buffer begins and ends", test_limits, NULL);
	run_case("initrd", "memory for the file", test_fits, NULL);
	run_case("initrd", "memory is not looked at", test_fits_always, NULL);
}
