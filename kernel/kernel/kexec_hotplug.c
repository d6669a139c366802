// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: a loaded image and memory that is removed
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/workqueue.h>

#include "kexec_internal.h"

/*
 * Loading reserves nothing at the destination, so memory can be removed under a
 * loaded image. To jump into it then would kill the machine. Memory that is only
 * offline is still there.
 *
 * Loads, kexec -e and removals do not wait for each other: not for memory hotplug with
 * the kexec lock, which a crash needs, and not for the jump with the locks of memory
 * hotplug or of a device, which the shutdown needs.
 */

/* Written with the lock of device hotplug */
static struct kexec_memory_events events;

/* Removals, when the start of an image began. With the kexec lock */
static unsigned int removed_at_start;

static struct kexec_memory_events get_events(void)
{
	const struct kexec_memory_events now = {
		.removed = READ_ONCE(events.removed),
		.removed_from_map = READ_ONCE(events.removed_from_map),
	};

	/* Before a look at memory, or at the other count; pairs with kexec_removal_ends() */
	smp_rmb();
	return now;
}

/* Inclusive; the segment is not empty. */
static u64 segment_end(const struct kexec_segment *segment)
{
	return segment->mem + (segment->memsz - 1);
}

static int count_bytes(struct resource *res, void *arg)
{
	*(u64 *)arg += resource_size(res);
	return 0;
}

/* Every byte counts: of two DIMMs side by side one may be gone. */
static bool is_present(const struct kexec_segment *segment)
{
	u64 present = 0;

	if (segment->memsz)
		walk_system_ram_res(segment->mem, segment_end(segment), &present,
				    count_bytes);
	return present == segment->memsz;
}

/* Bit n is set if the memory of segment n is there. */
static unsigned long find_present(const struct kimage *image)
{
	unsigned long i, found = 0;

	for (i = 0; i < image->nr_segments; i++) {
		if (is_present(&image->segment[i]))
			found |= BIT(i);
	}

	return found;
}

/*
 * Does the map that @image hands over list memory that was removed since? With
 * kexec_load() user space made the map, of whatever memory there was.
 */
static bool is_map_stale(const struct kimage *image)
{
	struct kexec_memory_events now = get_events();

	return image->file_mode ?
		now.removed_from_map != image->memory_events.removed_from_map :
		now.removed != image->memory_events.removed;
}

/* The first segment whose memory was removed since the load */
static const struct kexec_segment *find_lost(const struct kimage *image)
{
	unsigned long lost = image->present_segments & ~find_present(image);

	return lost ? &image->segment[__ffs(lost)] : NULL;
}

static bool is_lost(const struct kimage *image)
{
	return is_map_stale(image) || find_lost(image);
}

static void report(const struct kimage *image, const char *consequence)
{
	const struct kexec_segment *lost = find_lost(image);

	if (lost)
		pr_warn("memory of the destination [%#lx..%#llx] was removed: %s\n",
			lost->mem, segment_end(lost), consequence);
	else
		pr_warn("memory was removed that the next kernel would be told of: %s\n",
			consequence);
}

/* Removals from here on are for kexec_check_start(). */
static bool lost_at_start(const struct kimage *image, const char *consequence)
{
	removed_at_start = get_events().removed;
	if (!is_lost(image))
		return false;

	report(image, consequence);
	return true;
}

/**
 * kexec_begin_start - look before anything is shut down
 * @image: the image that is to be started, not a crash image
 *
 * Context: process context, with the kexec lock, before anything is shut down.
 *	    Does not wait.
 * Return: 0, or -EADDRNOTAVAIL if memory that the image needs is gone. The log tells
 *	   more, and the machine can go on.
 */
int kexec_begin_start(const struct kimage *image)
{
	return lost_at_start(image, "cannot start the image, load it again") ?
	       -EADDRNOTAVAIL : 0;
}

static void restart(void)
{
	pr_emerg("memory was removed during the shutdown: restarting through firmware\n");
	emergency_restart();
}

/**
 * kexec_look_again - the last look while other CPUs run
 * @image: the image that is to be started and will not come back
 *
 * The shutdown may have taken long. Memory that the image does not need may have gone
 * meanwhile.
 *
 * Context: process context, with the kexec lock; the devices are shut down. Does not wait,
 *	    and does not return if memory that the image needs is gone.
 */
void kexec_look_again(const struct kimage *image)
{
	if (lost_at_start(image, "cannot start the image"))
		restart();
}

/**
 * kexec_check_start - was memory removed during the shutdown?
 * @image: the image that is to be started
 *
 * Memory that was offline before the shutdown can be removed during it: that cannot
 * be refused, and to wait would be with locks that the shutdown needs. Whether the image
 * needs it cannot be looked up any more, as a CPU that was stopped may have the lock.
 * With KEXEC_PRESERVE_CONTEXT there is a way back. Else it is gone, but firmware is
 * there. A removal that is under way has not been counted; on x86 and powerpc its memory
 * is still there, as firmware takes it afterwards.
 *
 * Context: right before the jump. Takes no lock. On x86 no other CPU runs; where
 *	    machine_kexec() stops them, a removal may still end after this look.
 * Return: 0, or -EADDRNOTAVAIL if the caller must go back. May not return.
 */
int kexec_check_start(const struct kimage *image)
{
	if (READ_ONCE(events.removed) == removed_at_start)
		return 0;

	if (image->preserve_context) {
		pr_err("memory was removed during the shutdown: cannot start the image, load it again\n");
		return -EADDRNOTAVAIL;
	}

	restart();
	return 0;
}

/**
 * kexec_watch_memory - note that a load begins
 * @image: the new image
 *
 * Context: the caller holds the kexec lock. kexec_file_load() has made no map yet. Does
 *	    not wait, as crash images come here too.
 */
void kexec_watch_memory(struct kimage *image)
{
	image->memory_events = get_events();
}

/**
 * kexec_memory_stayed - was memory removed under a load?
 * @image: the image, which is complete
 *
 * Notes what memory @image has: it is lost if that is removed later, and then a
 * look at it is queued. What kexec_file_load() places is System RAM. kexec_load()
 * takes any address, such as RAM cut off by mem=.
 *
 * Context: process context, with the kexec lock, after the last segment was
 *	    loaded. Does not wait.
 * Return: 0, or -EBUSY if memory that the image needs was removed.
 */
int kexec_memory_stayed(struct kimage *image)
{
	if (image->type == KEXEC_TYPE_CRASH)
		return 0;

	/* The kexec lock was taken before this looks; pairs with look_for_loss() */
	smp_mb();
	image->present_segments = image->file_mode ? BIT(image->nr_segments) - 1 :
				  find_present(image);
	if (!is_lost(image))
		return 0;

	report(image, "the load has to begin again");
	return -EBUSY;
}

/* Takes what is lost off, once the kexec lock is free. */
static void drop_lost_image(struct work_struct *work)
{
	struct kimage *image = NULL;

	/* Polls, which is to wait: tell lockdep. */
	lock_map_acquire(&kexec_lock_map);
	lock_map_release(&kexec_lock_map);

	while (!kexec_trylock())
		msleep(20);

	if (kexec_image && is_lost(kexec_image))
		image = xchg(&kexec_image, NULL);
	kexec_unlock();

	if (!image)
		return;

	report(image, "the image is dropped, load it again");
	kimage_free(image);
	kexec_notify_unloaded();
}

static DECLARE_WORK(drop_work, drop_lost_image);

/*
 * Memory was removed. Looks at the image later, as the caller has locks of memory
 * hotplug and of devices, and freeing takes time. Not for nothing, as kexec -e and a
 * crash only try for the kexec lock: if nothing is loaded, a load that begins now
 * sees that the memory went.
 */
static void look_for_loss(void)
{
	/* What went is written before the lock is read; pairs with kexec_memory_stayed() */
	smp_mb();
	if (atomic_read_acquire(&__kexec_lock) || READ_ONCE(kexec_image))
		queue_work(system_long_wq, &drop_work);
}

static int test_driver_managed(struct resource *res, void *arg)
{
	return !!(res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED);
}

/**
 * kexec_removal_begins - memory is about to be removed
 * @start: start of the memory, in bytes
 * @size: its size, in bytes, not zero
 *
 * Context: process context, with the lock of device hotplug. Does not wait.
 * Return: what kexec_removal_ends() is to be told. False for memory that a driver
 *	   manages, which no map has and where no image goes.
 */
bool kexec_removal_begins(u64 start, u64 size)
{
	return walk_system_ram_res(start, start + (size - 1), NULL,
				   test_driver_managed) != 1;
}

/**
 * kexec_removal_ends - memory was removed
 * @start: start of the memory, in bytes
 * @size: its size, in bytes, not zero
 * @counts: what kexec_removal_begins() returned
 *
 * Counts when the memory is no System RAM any more: a map that was made before
 * belongs to an image that began with the old count.
 *
 * Context: process context, between mem_hotplug_begin() and mem_hotplug_done().
 *	    Does not wait.
 */
void kexec_removal_ends(u64 start, u64 size, bool counts)
{
	bool listed = arch_kexec_map_lists(start, start + (size - 1));

	counts |= listed;

	/* The memory is gone before it is counted; pairs with get_events() */
	smp_wmb();
	WRITE_ONCE(events.removed_from_map, events.removed_from_map + listed);
	/* The start of an image waits for no one: who sees the second count sees the first */
	smp_wmb();
	WRITE_ONCE(events.removed, events.removed + counts);

	if (counts)
		look_for_loss();
}
