// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: the input chooses memory, segments and a request, or a
 * text for a parameter. What the kernel code says is compared with the simple
 * references; the sanitizers watch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/mmzone.h>

#include "check.h"
#include "fake_kernel.h"
#include "fake_memory.h"
#include "reference.h"
#include "visits.h"

static const unsigned char *input;
static size_t left;
static struct kimage image;
static struct kexec_buf kbuf;

static u64 take(unsigned int bytes)
{
	u64 value = 0;

	for (; bytes && left; bytes--, left--)
		value = value << 8 | *input++;

	return value;
}

/* A page number of a small space, or any number, as @wide says */
static u64 take_address(bool wide)
{
	return wide ? take(8) : (1ULL << 32) + take(1) * 1024;
}

static void take_ram(bool wide)
{
	unsigned int n = take(1) % 48;
	u64 start, length;

	for (; n; n--) {
		start = take_address(wide);
		length = wide ? take(8) : take(1) * 256;
		fake_iomem_add(&iomem_resource, start,
			       start + length < start ? U64_MAX : start + length,
			       take(1) % 8 ? FAKE_RAM : FAKE_DRIVER_RAM);
	}
}

static void take_segments(bool wide)
{
	unsigned int n = take(1) % KEXEC_SEGMENT_MAX;
	u64 mem, size;

	image = (struct kimage) { .from_top = 1 };
	for (; n; n--) {
		mem = take_address(wide);
		size = 1 + (wide ? take(7) : take(2));
		if (mem + size < mem)
			size = U64_MAX - mem + 1;
		image.segment[image.nr_segments++] = (struct kexec_segment) {
			.mem = mem, .memsz = size,
		};
	}
}

/* Ascending and apart, as the kernel keeps its map */
static void take_map(void)
{
	unsigned int n = take(1) % 16;
	u64 start = 1ULL << 32, end;

	for (; n; n--) {
		start += take(1) * 1024;
		end = start + take(2);
		fake_map_add(start, end, 1 + take(1) % 4 / 3);
		start = end + 1;
	}
}

/* Whole sections, so that the state of a part does not depend on its middle */
static void take_states(void)
{
	unsigned int n = take(1) % 8;
	u64 start;

	for (; n; n--) {
		start = (1ULL << 32) + (take(1) % 16 << 14);
		fake_memory_set(FAKE_OFFLINE + take(1) % 3, start, start + 0x3fff);
	}
}

static void take_request(bool wide)
{
	kbuf = (struct kexec_buf) {
		.image = &image, .mem = 1,
		.memsz = 1 + (wide ? take(8) % U64_MAX : take(2) * 16),
		.buf_align = 1UL << (wide ? take(1) % 64 : 12 + take(1) % 6),
		.buf_min = take(1) % 2 ? take_address(wide) : 0,
		.buf_max = take(1) % 2 ? take_address(wide) : ~0UL,
	};
}

static void fuzz_search(bool wide)
{
	int (*locate)(struct kexec_buf *kbuf) =
		wide ? wide_locate : kexec_placement_locate;
	bool found, notice;
	u64 mem;

	fake_section_shift = wide ? 60 : 14;
	take_request(wide);
	take_ram(wide);
	take_segments(wide);
	if (!wide) {
		take_map();
		take_states();
	}

	found = ref_place(&kbuf, &mem, &notice);
	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, locate(&kbuf));
	CHECK_EQ(found ? mem : 1, kbuf.mem);
	CHECK_EQ(!found || notice, fake_log.messages);
}

static void fuzz_walk(void)
{
	struct resource *parent = &iomem_resource;
	unsigned int n = take(1) % 64;
	u64 start = take(8), end;

	for (; n; n--) {
		struct resource *res;

		start += take(2);
		end = start + take(2);
		res = fake_iomem_add(parent, start, end,
				     take(1) % 4 ? FAKE_RAM : IORESOURCE_MEM);
		if (res && take(1) % 4 == 0)
			parent = res;
		else
			start = end + 1;
		if (take(1) % 8 == 0)
			parent = &iomem_resource;
	}

	check_walk(0, U64_MAX);
	start = take(8);
	check_walk(start, take(1) % 2 ? take(8) : start + take(2));
}

static void take_text(char *text, size_t size)
{
	size_t n = left < size - 1 ? left : size - 1;

	memcpy(text, input, n);
	text[n] = '\0';
}

static bool is_policy(const char *text)
{
	static const char * const names[] = { "auto", "top-down", "bottom-up" };
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strlen(names[i]);
		if (!strncmp(text, names[i], n) &&
		    (!text[n] || !strcmp(text + n, "\n")))
			return true;
	}

	return false;
}

static void fuzz_policy(void)
{
	char text[300], before[64], after[64];
	bool good;

	take_text(text, sizeof(text));
	good = is_policy(text);

	fake_param_policy.ops->get(before, NULL);
	CHECK_EQ(good ? 0 : -EINVAL, fake_param_policy.ops->set(text, NULL));
	fake_param_policy.ops->get(after, NULL);
	if (!good)
		CHECK_STR(before, after);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	input = data;
	left = size;
	fake_iomem_reset();

	switch (take(1) % 8) {
	case 0:
	case 1:
		fuzz_policy();
		break;
	case 2:
		fuzz_walk();
		break;
	case 3:
	case 4:
		fuzz_search(true);
		break;
	default:
		fuzz_search(false);
	}

	if (check_failed())
		abort();
	return 0;
}
