// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that goes away and a load, or the worker that comes late. The memory is
 * four_dimms.
 */
#include <linux/errno.h>
#include <linux/kexec_hotplug.h>

#include "check.h"
#include "fake_hotplug.h"
#include "fake_load.h"
#include "hotplug.h"
#include "suites.h"

/* A crash and kexec -e only try for the kexec lock. */
static void lock_is_left_alone(const void *arg)
{
	hot_begin(&four_dimms, 0);
	fake_kexec_lock.taken = 0;
	fake_offline(OTHER);
	CHECK_EQ(0, fake_kexec_lock.taken);

	hot_install(&four_dimms, 0, true);
	memory_can_go_offline();
	CHECK_EQ(1, fake_kexec_lock.taken);
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
	fake_offline(IMAGE);
	CHECK_EQ(NULL, kexec_image);
	CHECK_EQ(1, fake_hotplug.freed);
}

/* Whatever comes while it is queued is looked at as well. */
static void worker_polls(const void *arg)
{
	hot_begin_with_image();
	kexec_trylock();
	fake_offline(OTHER);
	CHECK(fake_hotplug.work);
	fake_offline(IMAGE);
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
	fake_offline(OTHER);
	kexec_image = NULL;
	fake_run_work();
	CHECK_EQ(0, fake_hotplug.freed);
	hot_install(&four_dimms, 0, true);
	fake_run_work();
	CHECK_EQ(0, fake_hotplug.freed);
}

static unsigned int loads, losses;

/* As often as it is to lose, the next block is removed meanwhile: the second to the last. */
static struct kimage *load_under_removals(void)
{
	struct kimage *image = hot_image(&four_dimms, 0, true);

	if (loads++ < losses)
		fake_remove(loads * BLOCK, (loads + 1) * BLOCK - 1);
	return image;
}

/* The old image stays until another takes its place. */
static void load_is_tried(unsigned int times, int expected, unsigned int tries)
{
	struct kimage *old = hot_begin_with_image();

	check_context("%u losses", times);
	loads = 0;
	losses = times;
	fake_hotplug.load = load_under_removals;
	CHECK_EQ(expected, fake_kexec_file_load());
	CHECK_EQ(tries, loads);
	CHECK_EQ(!!expected, kexec_image == old);
	CHECK_EQ(tries, fake_hotplug.freed);
	CHECK_EQ(0, __kexec_lock.counter);
}

static void load_is_tried_three_times(const void *arg)
{
	load_is_tried(0, 0, 1);
	load_is_tried(1, 0, 2);
	load_is_tried(2, 0, 3);
	load_is_tried(3, -EBUSY, 3);
}

void suite_hotplug_load(void)
{
	static const struct {
		const char *name;
		void (*func)(const void *);
	} cases[] = {
		{ "the lock is left alone", lock_is_left_alone },
		{ "a load ends during the event", load_ends_during_the_event },
		{ "the worker polls", worker_polls },
		{ "the worker finds another image", worker_finds_another },
		{ "a load is tried three times", load_is_tried_three_times },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case("hotplug, load", cases[i].name, cases[i].func, NULL);
}
