// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: a loaded image and memory that goes away
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/kexec_hotplug.h>
#include <linux/kexec_placement.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mmzone.h>
#include <linux/notifier.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/range.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "kexec_internal.h"

/*
 * Loading reserves nothing at the destination, so memory can be taken away
 * under a loaded image. To jump into it then would kill the machine.
 *
 * The image that is about to be started; from then on none of its destinations
 * may go. Written with mem_hotplug_lock held for reading, read with it held for
 * writing. There is no way back from there, but for a live update that fails.
 */
static const struct kimage *held_image;

/* Written with mem_hotplug_lock held for writing */
static struct kexec_memory_events events;

static struct range segment_range(const struct kexec_segment *segment)
{
	return kexec_to_range(segment->mem, segment->memsz);
}

static bool image_overlaps(const struct kimage *image, const struct range *range)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++) {
		struct range dest = segment_range(&image->segment[i]);

		if (!kexec_range_empty(&dest) && dest.start <= range->end &&
		    dest.end >= range->start)
			return true;
	}

	return false;
}

static int count_bytes(struct resource *res, void *arg)
{
	*(u64 *)arg += resource_size(res);
	return 0;
}

/* Every byte counts: of two DIMMs side by side one may be gone. */
static int check_segment(const struct kexec_segment *segment)
{
	struct range dest = segment_range(segment);
	u64 present = 0;

	walk_system_ram_res_rev(dest.start, dest.end, &present, count_bytes);
	if (present == range_len(&dest))
		return 0;

	pr_err("cannot start the image: of its destination [%#llx..%#llx] only %llu of %llu bytes are System RAM now; load the image again\n",
	       dest.start, dest.end, present, range_len(&dest));
	return -EADDRNOTAVAIL;
}

/*
 * kexec_load() takes any address, also one that is not System RAM here, such as
 * RAM cut off by mem=. What kexec_file_load() places was System RAM.
 */
static int check_segments(const struct kimage *image)
{
	unsigned long i;
	int ret = 0;

	if (!image->file_mode)
		return 0;

	for (i = 0; i < image->nr_segments && !ret; i++)
		ret = check_segment(&image->segment[i]);

	return ret;
}

/*
 * Does the map that @image hands over list memory that was removed since? With
 * kexec_load() user space made the map, of whatever memory there was.
 */
static bool is_map_stale(const struct kimage *image)
{
	if (image->file_mode)
		return image->memory_events.removed_from_map != events.removed_from_map;

	return image->memory_events.removed != events.removed;
}

/**
 * kexec_hold_destinations - the last look before the jump
 * @image: the image that is to be started, not a crash image
 *
 * Checks that all destinations are still System RAM and that the map is up to
 * date, and keeps both so from then on: a memory block that overlaps a destination
 * is not taken offline any more, and the removal of what is needed or listed, and
 * was offline already, waits for the jump.
 * mem_hotplug_lock is not held until the jump, because the shutdown of devices
 * waits for probes that may be adding memory.
 *
 * Context: process context, with the kexec lock, before anything is shut down.
 *	    Takes mem_hotplug_lock for reading, and so waits for a memory block
 *	    that is going offline.
 * Return: 0, or -EADDRNOTAVAIL if a destination is gone or the map is out of
 *	   date; then the log tells which and the machine can go on.
 */
int kexec_hold_destinations(const struct kimage *image)
{
	int ret;

	/* Comes back, and what is held here is never let go. */
	if (image->preserve_context)
		return 0;

	get_online_mems();
	ret = check_segments(image);
	if (!ret && is_map_stale(image)) {
		pr_err("cannot start the image: memory was removed that the next kernel would be told of; load it again\n");
		ret = -EADDRNOTAVAIL;
	}
	if (!ret)
		held_image = image;
	put_online_mems();

	return ret;
}

#ifdef CONFIG_LIVEUPDATE
/**
 * kexec_release_destinations - the jump is called off
 *
 * Memory may go away again. A removal that has begun to wait for the jump
 * goes on waiting.
 *
 * Context: process context, with the kexec lock. Takes mem_hotplug_lock for
 *	    reading.
 */
void kexec_release_destinations(void)
{
	get_online_mems();
	held_image = NULL;
	put_online_mems();
}
#endif

/* The map of kexec_load() is not known here. */
static bool needs_memory(const struct kimage *image, const struct range *range)
{
	return image_overlaps(image, range) || !image->file_mode ||
	       arch_kexec_map_lists(range->start, range->end);
}

/**
 * kexec_hold_removal - wait for the jump if it needs this memory
 * @start: start of the memory that is about to be removed, in bytes
 * @size: its size, in bytes, not zero
 *
 * Does not return if the image that is being started has a destination in this
 * memory, or tells the next kernel of it: the caller cannot fail, and the machine
 * leaves this kernel shortly. Lets go of the hotplug locks then, which shutdown
 * may need: for probes that add memory, on powerpc to start CPUs. The caller keeps
 * its other locks.
 *
 * Context: process context, with device_hotplug_lock, between
 *	    mem_hotplug_begin() and mem_hotplug_done().
 */
void kexec_hold_removal(u64 start, u64 size)
{
	struct range range = { .start = start, .end = start + (size - 1) };

	if (!held_image || !needs_memory(held_image, &range))
		return;

	mem_hotplug_done();
	unlock_device_hotplug();
	for (;;)
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);
}

/* Memory goes offline in whole sections. */
static bool is_online(const struct range *dest)
{
	u64 addr = dest->start;

	if (kexec_range_empty(dest))
		return true;

	do {
		if (!pfn_to_online_page(PHYS_PFN(addr)))
			return false;
		addr = ALIGN_DOWN(addr, BIT_ULL(PA_SECTION_SHIFT)) + BIT_ULL(PA_SECTION_SHIFT);
	} while (addr && addr <= dest->end);

	return true;
}

static const struct kexec_segment *offline_segment(const struct kimage *image)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++) {
		struct range dest = segment_range(&image->segment[i]);

		if (!is_online(&dest))
			return &image->segment[i];
	}

	return NULL;
}

/**
 * kexec_watch_destinations - note that a load begins
 * @image: the new image
 *
 * What happens to memory right now may be counted or not; what happens after
 * the first segment was placed is.
 *
 * Context: the caller holds the kexec lock. Does not wait, as crash images come
 *	    here too.
 */
void kexec_watch_destinations(struct kimage *image)
{
	image->memory_events.offline = READ_ONCE(events.offline);
	image->memory_events.removed = READ_ONCE(events.removed);
	image->memory_events.removed_from_map = READ_ONCE(events.removed_from_map);
}

/**
 * kexec_settle_destinations - did memory go away under a load?
 * @image: the image, which is complete
 *
 * Notes also if all destinations are online. If some are not, they were offline
 * when they were chosen, and the image is not dropped for that: what goes offline
 * counts from the moment when all were online.
 *
 * Context: process context, with the kexec lock, after the last segment was
 *	    loaded. Takes mem_hotplug_lock for reading.
 * Return: 0, or -EAGAIN if memory under a destination went offline meanwhile, or
 *	   memory was removed that the next kernel would be told of.
 */
int kexec_settle_destinations(struct kimage *image)
{
	bool lost;

	if (image->type == KEXEC_TYPE_CRASH)
		return 0;

	get_online_mems();
	image->online = !offline_segment(image);
	lost = is_map_stale(image) ||
	       (!image->online && image->memory_events.offline != events.offline);
	put_online_mems();

	if (!lost)
		return 0;

	pr_err("memory went away while the image was loaded; load it again\n");
	return -EAGAIN;
}

static bool is_lost(struct kimage *image)
{
	const struct kexec_segment *segment;

	if (is_map_stale(image)) {
		pr_warn("memory was removed that the next kernel would be told of: the image is dropped, load it again\n");
		return true;
	}

	segment = offline_segment(image);
	/* Once all are online, it counts when one goes. */
	if (!segment)
		image->online = true;
	if (!segment || !image->online)
		return false;

	pr_warn("memory of the destination [%#lx..%#lx] went offline: the image is dropped, load it again\n",
		segment->mem, segment->mem + (segment->memsz - 1));
	return true;
}

/* With the kexec lock, and memory hotplug held off. Returns what is to be freed. */
static struct kimage *take_lost_image(void)
{
	if (!kexec_image || !is_lost(kexec_image))
		return NULL;

	return xchg(&kexec_image, NULL);
}

static void discard_image(struct kimage *image)
{
	if (!image)
		return;

	kimage_free(image);
	kexec_notify_unloaded();
}

/* Memory went away while the kexec lock was taken: look once it is free. */
static void drop_later(struct work_struct *work)
{
	struct kimage *image;

	/* Polls, which is to wait: tell lockdep. */
	lock_map_acquire(&kexec_lock_map);
	lock_map_release(&kexec_lock_map);

	/* Never wait for memory hotplug with the kexec lock: a crash needs it. */
	get_online_mems();
	while (!kexec_trylock()) {
		put_online_mems();
		msleep(20);
		get_online_mems();
	}

	image = take_lost_image();
	put_online_mems();

	kexec_unlock();
	discard_image(image);
}

static DECLARE_WORK(drop_work, drop_later);

/*
 * Waiting for the kexec lock here could be for ever: its holder may be waiting
 * for mem_hotplug_lock.
 */
static void drop_lost_image(void)
{
	struct kimage *image;

	if (!kexec_trylock()) {
		queue_work(system_long_wq, &drop_work);
		return;
	}

	image = take_lost_image();
	kexec_unlock();
	discard_image(image);
}

static int test_driver_managed(struct resource *res, void *arg)
{
	return !!(res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED);
}

/* Such memory is in no map, neither of kexec_file_load() nor of user space. */
static bool is_driver_managed(const struct range *range)
{
	return walk_system_ram_res_rev(range->start, range->end, NULL,
				       test_driver_managed) == 1;
}

/**
 * kexec_note_removal - drop an image that would tell of removed memory
 * @start: start of the memory that is about to be removed, in bytes
 * @size: its size, in bytes, not zero
 *
 * Context: process context, between mem_hotplug_begin() and mem_hotplug_done().
 */
void kexec_note_removal(u64 start, u64 size)
{
	const struct range range = kexec_to_range(start, size);

	if (is_driver_managed(&range))
		return;

	WRITE_ONCE(events.removed, events.removed + 1);
	if (arch_kexec_map_lists(range.start, range.end))
		WRITE_ONCE(events.removed_from_map, events.removed_from_map + 1);
	drop_lost_image();
}

static int memory_event(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct memory_notify *what = data;
	struct range range = {
		.start = PFN_PHYS(what->start_pfn),
		.end = PFN_PHYS(what->start_pfn + what->nr_pages) - 1,
	};

	if (action == MEM_GOING_OFFLINE && held_image &&
	    image_overlaps(held_image, &range))
		return notifier_from_errno(-EBUSY);

	if (action == MEM_OFFLINE)
		WRITE_ONCE(events.offline, events.offline + 1);
	if (action == MEM_OFFLINE || action == MEM_ONLINE)
		drop_lost_image();

	return NOTIFY_OK;
}

static struct notifier_block memory_nb = {
	.notifier_call = memory_event,
};

static int __init kexec_hotplug_init(void)
{
	return register_memory_notifier(&memory_nb);
}
subsys_initcall(kexec_hotplug_init);
