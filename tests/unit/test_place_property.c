// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random memory, random segments, random requests. First in a small space that
 * is simple to search grain by grain, then with numbers of any size against the
 * reference that tries the place below each thing that is in the way.
 */
#include <stdio.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kexec.h>
#include <linux/mmzone.h>

#include "check.h"
#include "fake_kernel.h"
#include "fake_memory.h"
#include "grains.h"
#include "reference.h"
#include "suites.h"

#define UNTOUCHED	0xdeadb000

static struct kimage image;
static struct kexec_buf kbuf;

static void check_both_references(bool found, u64 mem, bool notice)
{
	bool ref_notice;
	u64 ref_mem;

	CHECK_EQ(found, ref_place(&kbuf, &ref_mem, &ref_notice));
	if (!found)
		return;

	CHECK_EQ(mem, ref_mem);
	CHECK_EQ(notice, ref_notice);
	CHECK(ref_may_place(&kbuf, mem));
}

static void one_small_space(void)
{
	bool found, notice;
	u64 mem;

	random_space(&image, &kbuf);
	found = place_by_grains(&kbuf, &mem, &notice);
	check_both_references(found, mem, notice);

	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, kexec_placement_locate(&kbuf));
	CHECK_EQ(found ? mem : UNTOUCHED, kbuf.mem);
	CHECK_EQ(!found || notice, fake_log.messages);
	CHECK_EQ(0, fake_unsafe_lookups);
	CHECK_EQ(0, fake_rcu_held);
}

/* A number of any size, most often near a power of two */
static u64 any_number(void)
{
	u64 n = random_u64() >> random_below(64);

	return random_below(2) ? n : (1ULL << random_below(64)) - random_below(3);
}

static void any_ram(void)
{
	unsigned int n = random_below(40);
	u64 start, end;

	fake_iomem_reset();
	fake_section_shift = 58 + random_below(6);
	while (n--) {
		start = any_number();
		end = random_below(4) ? start + any_number() : U64_MAX;
		fake_iomem_add(&iomem_resource, start, end,
			       random_below(6) ? FAKE_RAM : FAKE_DRIVER_RAM);
	}
}

/* None that goes beyond the last byte: there are none, and sums are simple. */
static void any_segments(void)
{
	unsigned int n = random_below(6);
	u64 mem, size;

	image = (struct kimage) { .from_top = 1 };
	while (n--) {
		mem = any_number();
		size = any_number() | 1;
		if (mem && size > U64_MAX - mem)
			size = U64_MAX - mem + 1;
		image.segment[image.nr_segments++] = (struct kexec_segment) {
			.mem = mem, .memsz = size,
		};
	}
}

static void one_wide_space(void)
{
	bool found, notice;
	u64 mem;

	any_ram();
	any_segments();
	crashk_res.start = any_number();
	crashk_res.end = crashk_res.start + random_below((U64_MAX - crashk_res.start) | 1);
	kbuf = (struct kexec_buf) {
		.image = &image, .mem = UNTOUCHED, .memsz = any_number() | 1,
		.buf_align = 1ULL << random_below(64), .buf_min = any_number(),
		.buf_max = random_below(3) ? ~0UL : any_number(),
	};

	found = ref_place(&kbuf, &mem, &notice);
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, wide_locate(&kbuf));
	CHECK_EQ(found ? mem : UNTOUCHED, kbuf.mem);
}

static void repeat(const void *arg)
{
	void (*const *one)(void) = arg;
	unsigned int i, n = nr_cases(100000);

	for (i = 0; i < n && !check_failed(); i++) {
		check_context("UNIT_SEED=%llu", first_seed() + i);
		seed(first_seed() + i);
		(*one)();
	}
}

void suite_place_property(void)
{
	static void (*const small)(void) = one_small_space;
	static void (*const wide)(void) = one_wide_space;

	run_case("place", "random small spaces", repeat, &small);
	run_case("place", "random wide spaces", repeat, &wide);
}
