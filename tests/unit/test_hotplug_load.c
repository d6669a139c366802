// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is removed and a load, or the worker that comes late. The memory is
 * four_dimms.
 */
#include <stdlib.h>

#include <linux/errno.h>

#include "check.h"
#include "fake_hotplug.h"
#include "fake_kernel.h"
#include "fake_load.h"
#include "fake_memory.h"
#include "hotplug.h"
#include "suites.h"

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

static void barrier_came_before(void)
{
	CHECK_EQ(2, fake_hotplug.barriers);
}

/* A load takes the lock and looks at memory, an event does it the other way round: one sees the other. */
static void barrier_in_between(const void *arg)
{
	hot_begin(&four_dimms, 0);
	hot_install(&four_dimms, 0, true);
	CHECK_EQ(1, fake_hotplug.barriers);
	fake_kexec_lock.on_read = barrier_came_before;
	fake_remove(OTHER);
	CHECK_EQ(2, fake_hotplug.barriers);
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
	CHECK_EQ(3, fake_hotplug.sleeps);
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
	CHECK_CONTAINS(fake_log.text, "was removed: the load fails, try it again");
	free(image);
}

/* Not just any segment, but the first that lost its memory */
static void log_names_the_segment(const void *arg)
{
	static const struct hot_picture two = {
		.before.ram = "rrrrRRRR", .before.next = "eeee....", .before.placed = "a....bb.",
	};

	hot_begin(&two, 0);
	hot_install(&two, 0, true);
	fake_remove(OTHER);
	fake_run_work();
	CHECK_CONTAINS(fake_log.text, "[0x5000..0x6fff] was removed");
}

void suite_hotplug_load(void)
{
#define RUN(func)	run_case("hotplug, load", #func, func, NULL)
	RUN(lock_is_left_alone);
	RUN(load_ends_during_the_event);
	RUN(barrier_in_between);
	RUN(worker_polls);
	RUN(worker_finds_another);
	RUN(load_into_ram_cut_off);
	RUN(file_load_into_missing_memory);
	RUN(log_names_the_segment);
#undef RUN
}
