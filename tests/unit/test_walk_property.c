// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random trees of random depth, at either end of the address space and in
 * between: the walk down finds what the simple walk up finds, mirrored.
 */

#include "check.h"
#include "fake_kernel.h"
#include "reference.h"
#include "suites.h"

#define SPACE	2048

static const unsigned long some_flags[] = {
	FAKE_RAM, FAKE_RAM, FAKE_RAM, FAKE_DRIVER_RAM, IORESOURCE_MEM,
	IORESOURCE_MEM, IORESOURCE_SYSTEM_RAM, IORESOURCE_BUSY, 0,
};

static const u64 some_bases[] = { 0, 1, 1ULL << 32, 1ULL << 63, U64_MAX - SPACE + 1 };

static void add_random(struct resource *parent, u64 lowest, u64 length, int depth)
{
	unsigned int tries = 1 + random_below(depth ? 8 : 60);
	struct resource *res;
	u64 start, longest;

	while (tries--) {
		start = lowest + random_below(length);
		longest = lowest + length - start;
		res = fake_iomem_add(parent, start,
				     start + random_below(longest) / (1 + random_below(40)),
				     some_flags[random_below(9)]);
		if (!res)
			continue;
		res->desc = random_below(3);
		if (depth < 3 && random_below(2))
			add_random(res, res->start, res->end - res->start + 1,
				   depth + 1);
	}
}

static void one_random_tree(void)
{
	u64 base = some_bases[random_below(5)];
	int i;

	fake_iomem_reset();
	add_random(&iomem_resource, base, SPACE, 0);

	check_walk(0, U64_MAX);
	for (i = 0; i < 4; i++)
		check_walk(base + random_below(SPACE), base + random_below(SPACE));
}

void suite_walk_property(void)
{
	run_random("walk", "random trees", one_random_tree, 5000, 1);
}
