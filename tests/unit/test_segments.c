// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of segments: what each is called, and how it is written.
 */
#include <string.h>

#include <linux/errno.h>
#include <linux/mm.h>

#include "check.h"
#include "fake_load.h"
#include "kexec_internal.h"
#include "suites.h"

static char kernel[100], initrd[100], purgatory[100], other[100];

struct naming {
	const char *name;
	void *kernel, *initrd, *purgatory, *buffer;
	const char *expected;
};

static const struct naming namings[] = {
	{ "the initrd", kernel, initrd, purgatory, initrd, "initrd" },
	{ "the purgatory", kernel, initrd, purgatory, purgatory, "purgatory" },
	{ "the file of the kernel", kernel, initrd, purgatory, kernel, "kernel" },
	{ "behind its header", kernel, initrd, purgatory, kernel + 50, "kernel" },
	{ "its last byte", kernel, initrd, purgatory, kernel + 99, "kernel" },
	{ "behind it", kernel, initrd, purgatory, kernel + 100, "parameters" },
	{ "parameters", kernel, initrd, purgatory, other, "parameters" },
	{ "no initrd", kernel, NULL, purgatory, other, "parameters" },
	{ "no buffer", kernel, initrd, purgatory, NULL, "parameters" },
	{ "no buffer, no initrd", kernel, NULL, purgatory, NULL, "parameters" },
	{ "no buffer, no purgatory", kernel, initrd, NULL, NULL, "parameters" },
	{ "no buffer, nothing else", NULL, NULL, NULL, NULL, "parameters" },
};

static void name_is_right(const void *arg)
{
	const struct naming *n = arg;
	struct kimage image = {
		.kernel_buf = n->kernel, .kernel_buf_len = n->kernel ? sizeof(kernel) : 0,
		.initrd_buf = n->initrd, .purgatory_info.purgatory_buf = n->purgatory,
		.nr_segments = 3,
	};
	struct kexec_buf kbuf = { .image = &image, .buffer = n->buffer };

	kexec_name_segment(&image, &kbuf);
	CHECK_STR(n->expected, image.segment_name[3]);
	CHECK(!image.segment_name[2] && !image.segment_name[4]);
}

static void list_is_right(const void *arg)
{
	char page[PAGE_SIZE] = "";
	struct kimage image = {
		.nr_segments = 3,
		.segment = { { .mem = 0x1000, .memsz = 0x2000 }, { .mem = 0x8000 },
			     { .mem = 0x47fffa000, .memsz = 0x5000 } },
		.segment_name = { NULL, "initrd", "purgatory" },
	};
	const char *expected = "00001000-00002fff : segment\n"
			       "47fffa000-47fffefff : purgatory\n";

	CHECK_EQ(0, kexec_segments_show(NULL, NULL, page));
	kexec_image = &image;
	CHECK_EQ(strlen(expected), kexec_segments_show(NULL, NULL, page));
	CHECK_STR(expected, page);
	CHECK_EQ(0, __kexec_lock.counter);
	__kexec_lock.counter = 1;
	CHECK_EQ(-EBUSY, kexec_segments_show(NULL, NULL, page));
}

void suite_segments(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(namings) / sizeof(namings[0]); i++)
		run_case("segments, name", namings[i].name, name_is_right, &namings[i]);
	run_case("segments", "the list", list_is_right, NULL);
}
