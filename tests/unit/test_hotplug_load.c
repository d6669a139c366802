// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is removed and a load, or the worker that comes late. The memory is
 * four_dimms.
 */
#include <stdio.h>

#include "check.h"
#include "fake_hotplug.h"
#include "fake_kernel.h"
#include "fake_load.h"
#include "fake_memory.h"
#include "hotplug.h"

#define CUT_OFF	(1ULL << 42)

/* A crash and kexec -e only try for the kexec lock. */
static void lock_is_left_alone(const void *arg)
{
	hot_begin(&four_dimms, 0);
	fake_kexec_lock.taken = 0;
	fake_remove(OTHER);
	CHECK(!fake_hotplug.work);
	CHECK_EQ(0, fake_kexec_lock.taken);
}

static struct kimage *loading;

static void end_load(void)
{
	kexec_image = loading;
	__kexec_lock.counter = 0;
}

/* The load looked before, and lets go of the lock between two looks of the event. */
static void load_ends_during_the_event(const void *arg)
{
	hot_begin(&four_dimms, 0);
	loading = hot_load(&four_dimms, 0, true);
	CHECK_EQ(0, kexec_memory_stayed(loading));
	fake_kexec_lock.on_read = end_load;
	fake_remove(IMAGE);
	fake_run_work();
	CHECK_EQ(NULL, kexec_image);
	CHECK_EQ(1, fake_hotplug.freed);
}

static void barrier_came_first(void)
{
	CHECK_EQ(1, fake_hotplug.barriers);
}

static void barrier_came_before(void)
{
	CHECK_EQ(2, fake_hotplug.barriers);
}

/* A load takes the lock and looks at memory, an event does it the other way round: one sees the other. */
static void barrier_in_between(const void *arg)
{
	hot_begin(&four_dimms, 0);
	fake_on_walked = barrier_came_first;
	hot_install(&four_dimms, 0, true);
	CHECK(!fake_on_walked);
	CHECK_EQ(1, fake_hotplug.barriers);
	fake_kexec_lock.on_read = barrier_came_before;
	fake_remove(OTHER);
	CHECK_EQ(2, fake_hotplug.barriers);
}

static struct kexec_memory_events events_before;

static struct kexec_memory_events events_now(void)
{
	struct kimage image = { };

	kexec_watch_memory(&image);
	return image.memory_events;
}

static void check_nothing_counted(void)
{
	struct kexec_memory_events now = events_now();

	CHECK_EQ(events_before.removed, now.removed);
	CHECK_EQ(events_before.removed_from_map, now.removed_from_map);
}

static void remove_other_memory(void)
{
	fake_remove(OTHER);
}

/* Who sees the count of all removals sees that of the map. */
static void check_map_counted_first(void)
{
	struct kexec_memory_events now = events_now();

	CHECK_EQ(events_before.removed, now.removed);
	CHECK_EQ(events_before.removed_from_map + 1, now.removed_from_map);
}

static void on_second_wmb(void)
{
	check_nothing_counted();
	fake_hotplug.on_wmb = check_map_counted_first;
}

/*
 * A removal: memory is gone, barrier, count of the map, barrier, count of all. Who reads
 * them: counts, barrier, look at memory.
 */
static void counts_are_ordered(const void *arg)
{
	struct kexec_memory_events now;

	hot_begin(&four_dimms, 0);
	events_before = events_now();
	fake_hotplug.on_wmb = on_second_wmb;
	fake_remove(IMAGE);
	CHECK(!fake_hotplug.on_wmb);

	events_before = events_now();
	fake_hotplug.on_rmb = remove_other_memory;
	now = events_now();
	CHECK(!fake_hotplug.on_rmb);
	CHECK_EQ(events_before.removed, now.removed);
	CHECK_EQ(events_before.removed_from_map, now.removed_from_map);
}

/*
 *	0    4    8    12   16   20   24   28   pages
 *	|rrrr|RRRR|rrrr|RRRR|rrrr|RRRR|rrrr|RRRR|
 *	 a    b    c    d    e    f    g    h
 */
static void each_segment_counts(const void *arg)
{
	static const struct hot_picture eight = {
		.before.ram = "rrrrRRRRrrrrRRRRrrrrRRRRrrrrRRRR", .before.placed = "a...b...c...d...e...f...g...h...",
	};
	char lost[40];

	for (u64 n = 0; n < 8; n++) {
		check_context("segment %llu", n);
		hot_begin(&eight, 0);
		hot_install(&eight, 0, n % 2);
		fake_remove(n * BLOCK, (n + 1) * BLOCK - 1);
		fake_run_work();
		snprintf(lost, sizeof(lost), "[%#llx..%#llx] was removed", n * BLOCK, n * BLOCK + BLOCK / 4 - 1);
		CHECK_CONTAINS(fake_log.text, lost);
		CHECK_EQ(NULL, kexec_image);
	}
}

static void segment_of_many_bytes(const void *arg)
{
	struct kimage *image;

	hot_begin(&four_dimms, 0);
	fake_iomem_add(&iomem_resource, CUT_OFF, CUT_OFF + (5ULL << 30) - 1, FAKE_RAM);
	image = hot_load(&four_dimms, 0, true);
	image->segment[0].mem = CUT_OFF;
	image->segment[0].memsz = 5ULL << 30;
	CHECK_EQ(0, kexec_memory_stayed(image));
	kexec_unlock();
	free(image);
}

/* Whatever comes while it is queued is looked at as well. */
static void worker_polls(const void *arg)
{
	hot_begin_with_image();
	kexec_trylock();
	fake_remove(OTHER);
	CHECK(fake_hotplug.work);
	fake_remove(IMAGE);
	fake_run_work();
	CHECK_EQ(FAKE_NAPS, fake_hotplug.sleeps);
	CHECK_EQ(1, fake_hotplug.polls);
	CHECK_EQ(0, kexec_lock_map.held);
	CHECK_EQ(NULL, kexec_image);
}

/* The worker is late: the image was unloaded, then another is there. */
static void worker_finds_another(const void *arg)
{
	hot_begin_with_image();
	kexec_trylock();
	fake_remove(OTHER);
	free(xchg(&kexec_image, NULL));
	fake_run_work();
	CHECK_EQ(0, fake_hotplug.freed);
	hot_install(&four_dimms, 0, true);
	fake_run_work();
	CHECK_EQ(0, fake_hotplug.freed);
}

/* The holder of the kexec lock has the image replaced, by one that was loaded after the removal. */
static void replace_image(void)
{
	free(kexec_image);
	kexec_image = hot_image(&four_dimms, 2 * BLOCK, true);
	CHECK_EQ(0, kexec_memory_stayed(kexec_image));
}

static void worker_looks_with_the_lock(const void *arg)
{
	hot_begin_with_image();
	kexec_trylock();
	fake_remove(IMAGE);
	fake_hotplug.on_nap = replace_image;
	fake_run_work();
	CHECK_EQ(0, fake_hotplug.freed);
	CHECK(kexec_image);
}

/* A removal after the last look of a load is not forgotten. */
static void removed_after_the_load_looked(const void *arg)
{
	static const struct hot_picture both_listed = {
		.before.ram = "rrrrRRRR", .before.next = "eeeeEEEE", .before.placed = "aa......",
	};
	struct kimage *image;

	hot_begin(&both_listed, 0);
	image = hot_load(&both_listed, 0, true);
	fake_on_walked = remove_other_memory;
	CHECK_EQ(0, kexec_memory_stayed(image));
	CHECK(!fake_on_walked);
	CHECK_EQ(-EADDRNOTAVAIL, kexec_begin_start(image));
	kexec_unlock();
	free(image);
}

/* The most segments there are, of which the first is where mem= cut memory off: the last is looked at */
static void last_of_all_segments(const void *arg)
{
	struct kimage *image;

	hot_begin(&four_dimms, 0);
	image = hot_load(&four_dimms, 0, false);
	image->nr_segments = KEXEC_SEGMENT_MAX;
	for (unsigned long i = 0; i < KEXEC_SEGMENT_MAX; i++)
		image->segment[i] = (struct kexec_segment){ .mem = i ? i * PAGE_SIZE : CUT_OFF, .memsz = PAGE_SIZE };
	CHECK_EQ(0, kexec_memory_stayed(image));
	fake_remove(3 * BLOCK, 4 * BLOCK - 1);
	CHECK_EQ(-EADDRNOTAVAIL, kexec_begin_start(image));
	CHECK_CONTAINS(fake_log.text, "[0xc000..0xcfff] was removed");
	kexec_unlock();
	free(image);
}

/*
 *	0    4    8    12   pages
 *	|rrrr|RRRR|rrrr|RRRR|    mem= cut off what is far above, where kexec_load() may go
 */
static void load_into_ram_cut_off(const void *arg)
{
	struct kimage *image;

	hot_begin(&four_dimms, 0);
	image = hot_load(&four_dimms, 0, false);
	image->segment[0].mem = CUT_OFF;
	CHECK_EQ(0, kexec_memory_stayed(image));
	CHECK_EQ(0, kexec_begin_start(image));
	CHECK_EQ(0, fake_log.messages);
	kexec_unlock();
	free(image);
}

/* It never was System RAM, or is no more: the same search would not have found it. */
static void file_load_into_missing_memory(const void *arg)
{
	struct kimage *image;

	hot_begin(&four_dimms, 0);
	image = hot_load(&four_dimms, 0, true);
	image->segment[0].mem = CUT_OFF;
	CHECK_EQ(-EBUSY, kexec_memory_stayed(image));
	CHECK_CONTAINS(fake_log.text, "was removed: the load has to begin again");
	free(image);
}

/* Not just any segment, but the first that lost its memory */
static void log_names_the_segment(const void *arg)
{
	static const struct hot_picture two = {
		.before.ram = "rrrrRRRR", .before.next = "eeee....", .before.placed = "a....bbc",
	};

	hot_begin(&two, 0);
	hot_install(&two, 0, true);
	fake_remove(OTHER);
	fake_run_work();
	CHECK_CONTAINS(fake_log.text, "[0x5000..0x6fff] was removed");
}

SUITE(hotplug_load)
{
#define RUN(func)	run_case("hotplug, load", #func, func, NULL)
	RUN(lock_is_left_alone);
	RUN(load_ends_during_the_event);
	RUN(barrier_in_between);
	RUN(counts_are_ordered);
	RUN(each_segment_counts);
	RUN(segment_of_many_bytes);
	RUN(worker_polls);
	RUN(worker_finds_another);
	RUN(worker_looks_with_the_lock);
	RUN(removed_after_the_load_looked);
	RUN(last_of_all_segments);
	RUN(load_into_ram_cut_off);
	RUN(file_load_into_missing_memory);
	RUN(log_names_the_segment);
#undef RUN
}
