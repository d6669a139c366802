// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is removed and kexec -e: each way out of it, and what the pictures
 * cannot draw. The memory is four_dimms, unless another is drawn.
 */

#include "check.h"
#include "fake_hotplug.h"
#include "fake_kernel.h"
#include "fake_memory.h"
#include "hotplug.h"

/* Calls what kernel_kexec() of kernel/kexec_core.c does, in its order. */
static int start(int suspend_error)
{
	int error = -EINVAL;

	if (!kexec_trylock())
		return -EBUSY;
	if (!kexec_image)
		goto unlock;
	error = kexec_begin_start(kexec_image);
	if (error)
		goto unlock;
	error = suspend_error;
	if (error)
		goto unlock;
	kexec_look_again(kexec_image);
	error = kexec_check_start(kexec_image);
unlock:
	kexec_unlock();
	return error;
}

static void check_start(int expected, int suspend_error)
{
	CHECK_EQ(expected, start(suspend_error));
	CHECK_EQ(0, fake_hotplug.restarts);
}

static void each_way_out(const void *arg)
{
	hot_begin_with_image();
	check_start(0, 0);
	check_start(-ENOMEM, -ENOMEM);
	fake_remove(IMAGE);
	check_start(-EADDRNOTAVAIL, 0);
	CHECK_CONTAINS(fake_log.text, "[0..0x1fff]");
	fake_run_work();
	check_start(-EINVAL, 0);
}

/* The jump before was given up after a removal: that is not for the next one. */
static void loss_is_forgotten(const void *arg)
{
	hot_begin_with_image();
	kexec_trylock();
	CHECK_EQ(0, kexec_begin_start(kexec_image));
	fake_remove(DIMM);
	kexec_unlock();
	check_start(0, 0);
}

static void remove_image(void)
{
	fake_remove(IMAGE);
}

/* ... right after a look: the first, or the last */
static void removed_after_the_look(const void *arg)
{
	hot_begin_with_image();
	CHECK(kexec_trylock());
	fake_on_walked = remove_image;
	CHECK_EQ(0, kexec_begin_start(kexec_image));
	kexec_check_start(kexec_image);
	CHECK_EQ(1, fake_hotplug.restarts);
	kexec_unlock();
}

static void removed_after_the_last_look(const void *arg)
{
	hot_begin_with_image();
	CHECK(kexec_trylock());
	CHECK_EQ(0, kexec_begin_start(kexec_image));
	fake_on_walked = remove_image;
	kexec_look_again(kexec_image);
	CHECK_EQ(0, fake_hotplug.restarts);
	kexec_check_start(kexec_image);
	CHECK_EQ(1, fake_hotplug.restarts);
	kexec_unlock();
}

/*
 * A segment of no bytes needs no memory, neither where it is said to be nor at 0:
 *
 *	0    4    8    pages
 *	|dddd|rrrr|RRRR|
 *	 b a
 */
static void empty_segments(const void *arg)
{
	static const struct hot_picture driver = { .before.ram = "ddddrrrrRRRR", .before.next = "....EEEE" };
	struct kimage *image;

	hot_begin(&driver, 0);
	image = hot_load(&driver, 0, true);
	memset(image->segment, 0, sizeof(image->segment));
	image->segment[0].mem = BLOCK / 2;
	image->nr_segments = 2;
	CHECK_EQ(0, kexec_memory_stayed(image));
	kexec_image = image;
	kexec_unlock();
	fake_remove(IMAGE);
	fake_run_work();
	CHECK_EQ(image, kexec_image);
	check_start(0, 0);
}

/*
 * RAM that this kernel was told not to use, to which only kexec_load() goes:
 *
 *	|rrrr|....|....	 with mem=
 *	      aa
 */
static void cut_off_memory(const void *arg)
{
	static const struct hot_picture cut_off = {
		.before.ram    = "rrrr............................",
		.before.placed = "....aa..........................",
	};

	hot_begin(&cut_off, 0);
	hot_install(&cut_off, 0, false);
	check_start(0, 0);
	kexec_image->present_segments = 1;
	check_start(-EADDRNOTAVAIL, 0);
}

SUITE(hotplug_start)
{
#define RUN(func)	run_case("hotplug, start", #func, func, NULL)
	RUN(each_way_out);
	RUN(loss_is_forgotten);
	RUN(removed_after_the_look);
	RUN(removed_after_the_last_look);
	RUN(empty_segments);
	RUN(cut_off_memory);
#undef RUN
}
