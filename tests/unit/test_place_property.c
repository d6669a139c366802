// SPDX-License-Identifier: GPL-2.0-only
/* Random memory, random segments, random requests, in a space that is simple to search grain by grain. */

#include "check.h"
#include "fake_kernel.h"
#include "fake_memory.h"
#include "grains.h"
#include "suites.h"

#define UNTOUCHED	0xdeadb000

static struct kimage image;
static struct kexec_buf kbuf;

static void one_space(void)
{
	bool found, notice;
	u64 mem;

	random_space(&image, &kbuf);
	found = place_by_grains(&kbuf, &mem, &notice);

	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, kexec_placement_locate(&kbuf));
	CHECK_EQ(found ? mem : UNTOUCHED, kbuf.mem);
	CHECK_EQ(!found || notice, fake_log.messages);
	CHECK_EQ(0, fake_unsafe_lookups);
	CHECK_EQ(0, fake_rcu_held);
}

void suite_place_property(void)
{
	run_random("place", "random spaces", one_space, 100000, 1);
}
