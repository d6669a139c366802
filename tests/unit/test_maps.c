// SPDX-License-Identifier: GPL-2.0-only
/*
 * The segments of a usual load, placed one after the other into memory maps in
 * the shape of real machines.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kexec.h>

#include "check.h"
#include "fake_kernel.h"
#include "map.h"
#include "reference.h"
#include "suites.h"
#include "visits.h"

#define KIB	1024UL
#define MIB	(1024 * KIB)
#define GIB	(1024 * MIB)
#define MIN_MAPS	10

struct wanted {
	const char *name;
	u64 size, align, min;
};

/* In the order, and with the limits, of arch/x86/kernel/kexec-bzimage64.c */
static const struct wanted small_load[] = {
	{ "purgatory",		20 * KIB, 4 * KIB, 12 * KIB },
	{ "boot parameters",	28 * KIB, 4 * KIB, 12 * KIB },
	{ "kernel",		60 * MIB, 2 * MIB, 16 * MIB },
	{ "initrd",		64 * MIB, 4 * KIB, 16 * MIB },
};

static const struct wanted large_load[] = {
	{ "purgatory",		20 * KIB, 4 * KIB, 12 * KIB },
	{ "boot parameters",	28 * KIB, 4 * KIB, 12 * KIB },
	{ "kernel",		60 * MIB, 2 * MIB, 16 * MIB },
	{ "initrd",		 1 * GIB, 4 * KIB, 16 * MIB },
};

/* What x86 asks for; as for a kernel that cannot be loaded above 4 GiB */
static const u64 upper_limits[] = { U64_MAX, 4 * GIB - 1 };

static void place_one(struct kimage *image, const struct wanted *w, u64 max)
{
	struct kexec_buf kbuf = {
		.image = image, .mem = 1, .memsz = w->size,
		.buf_align = w->align, .buf_min = w->min, .buf_max = max,
	};
	bool found, notice;
	u64 expected;

	found = ref_place(&kbuf, &expected, &notice);
	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, kexec_placement_locate(&kbuf));
	CHECK_EQ(!found || notice, fake_log.messages);
	CHECK_EQ(found ? expected : 1, kbuf.mem);
	if (!found)
		return;

	CHECK(ref_may_place(&kbuf, kbuf.mem));
	image->segment[image->nr_segments++] = (struct kexec_segment) {
		.mem = kbuf.mem, .memsz = kbuf.memsz,
	};
}

static void place_all(const char *path, const struct wanted *wanted, u64 max)
{
	struct kimage image = { .from_top = 1 };
	int i;

	for (i = 0; i < 4; i++) {
		check_context("%s: %s below %#llx", path, wanted[i].name, max);
		place_one(&image, &wanted[i], max);
	}
	check_context(NULL);

	/* Not to test nothing: each map has room for the small load somewhere. */
	if (wanted == small_load && max == U64_MAX)
		CHECK_EQ(4, image.nr_segments);
}

static void map_is_placed_well(const void *arg)
{
	const char *path = arg;
	unsigned int i;

	if (!CHECK(map_load(path) > 0))
		return;

	check_walk(0, U64_MAX);
	for (i = 0; i < ARRAY_SIZE(upper_limits); i++) {
		place_all(path, small_load, upper_limits[i]);
		place_all(path, large_load, upper_limits[i]);
	}
}

static void map_says_its_source(const void *arg)
{
	FILE *file = fopen(arg, "r");
	char line[160] = "";

	CHECK(file && fgets(line, sizeof(line), file));
	CHECK_CONTAINS(line, "# Shape after ");
	if (file)
		fclose(file);
}

static void enough_maps(const void *arg)
{
	CHECK(*(const int *)arg >= MIN_MAPS);
}

static int is_map(const struct dirent *entry)
{
	return strstr(entry->d_name, ".iomem") != NULL;
}

void suite_maps(const char *dir)
{
	struct dirent **maps = NULL;
	int i, n = scandir(dir, &maps, is_map, alphasort);
	char path[512];

	run_case("maps", "there are enough", enough_maps, &n);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, maps[i]->d_name);
		run_case("maps, source", path, map_says_its_source, path);
		run_case("maps", path, map_is_placed_well, path);
		free(maps[i]);
	}
	free(maps);
}
