// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: a loaded image and memory that goes away
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mmzone.h>
#include <linux/notifier.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/range.h>
#include <linux/reboot.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "kexec_internal.h"

/*
 * Loading reserves nothing at the destination, so memory can be taken away
 * under a loaded image. To jump into it then would kill the machine.
 *
 * Nobody waits here for anybody: not for memory hotplug with the kexec lock, which a
 * crash needs, and not for the jump with the locks of memory hotplug or of a device,
 * which the shutdown needs.
 */

/* Guards what follows, for a few instructions at a time */
static DEFINE_SPINLOCK(memory_lock);

/* The image that is being started, by the holder of the kexec lock */
static const struct kimage *starting;

/* Memory was removed that it needs */
static bool start_lost;

static struct kexec_memory_events events;

/* Inclusive; the segment is not empty. */
static u64 segment_end(const struct kexec_segment *segment)
{
	return segment->mem + (segment->memsz - 1);
}

static bool image_overlaps(const struct kimage *image, const struct range *range)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *segment = &image->segment[i];

		if (segment->memsz && segment->mem <= range->end &&
		    segment_end(segment) >= range->start)
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
static bool is_present(const struct kexec_segment *segment)
{
	u64 present = 0;

	if (segment->memsz)
		walk_system_ram_res(segment->mem, segment_end(segment), &present,
				    count_bytes);
	return present == segment->memsz;
}

/* Memory goes offline in whole sections. */
static bool is_online(const struct kexec_segment *segment)
{
	unsigned long nr, last;

	if (!segment->memsz)
		return true;

	nr = pfn_to_section_nr(PHYS_PFN(segment->mem));
	last = pfn_to_section_nr(PHYS_PFN(segment_end(segment)));
	for (; nr <= last; nr++) {
		if (!online_section_nr(nr))
			return false;
	}

	return true;
}

/* Bit n is set if segment n passes the test. */
static unsigned long segments_that(const struct kimage *image,
				   bool (*test)(const struct kexec_segment *segment))
{
	unsigned long i, found = 0;

	for (i = 0; i < image->nr_segments; i++) {
		if (test(&image->segment[i]))
			found |= BIT(i);
	}

	return found;
}

/* What an image lost: memory, of a segment or of the map, and how; without @how, nothing */
struct loss {
	const struct kexec_segment *segment;
	const char *how;
};

/*
 * Does the map that @image hands over list memory that was removed since? With
 * kexec_load() user space made the map, of whatever memory there was.
 */
static bool is_map_stale(const struct kimage *image)
{
	return image->file_mode ?
		READ_ONCE(events.removed_from_map) != image->memory_events.removed_from_map :
		READ_ONCE(events.removed) != image->memory_events.removed;
}

/* Says nothing, as the kexec lock is held: a console may be slow. */
static struct loss find_loss(const struct kimage *image)
{
	unsigned long removed = image->present_segments & ~segments_that(image, is_present);
	unsigned long offline = image->online_segments & ~segments_that(image, is_online);

	if (is_map_stale(image))
		return (struct loss) {
			.how = "memory was removed that the next kernel would be told of",
		};
	if (removed)
		return (struct loss) { &image->segment[__ffs(removed)], "was removed" };
	if (offline)
		return (struct loss) { &image->segment[__ffs(offline)], "went offline" };

	return (struct loss) { };
}

static void report(struct loss loss, const char *consequence)
{
	if (loss.segment)
		pr_warn("memory of the destination [%#lx..%#llx] %s: %s\n",
			loss.segment->mem, segment_end(loss.segment), loss.how, consequence);
	else
		pr_warn("%s: %s\n", loss.how, consequence);
}

/**
 * kexec_begin_start - the last look before the shutdown
 * @image: the image that is to be started, not a crash image
 *
 * From here to kexec_end_start(), which the caller owes after any error, a removal
 * of memory that the image needs is noted for kexec_check_start().
 *
 * Context: process context, with the kexec lock, before anything is shut down.
 *	    Does not wait.
 * Return: 0, or -EADDRNOTAVAIL if memory that the image needs is gone. The log tells
 *	   more, and the machine can go on.
 */
int kexec_begin_start(const struct kimage *image)
{
	struct loss loss;

	spin_lock(&memory_lock);
	starting = image;
	start_lost = false;
	spin_unlock(&memory_lock);

	loss = find_loss(image);
	if (!loss.how)
		return 0;

	report(loss, "cannot start the image, load it again");
	return -EADDRNOTAVAIL;
}

/**
 * kexec_end_start - the image is not started, or came back
 *
 * Context: process context, with the kexec lock. Does not wait.
 */
void kexec_end_start(void)
{
	spin_lock(&memory_lock);
	starting = NULL;
	spin_unlock(&memory_lock);
}

/**
 * kexec_check_start - did the image lose its memory during the shutdown?
 * @image: the image that is to be started
 *
 * Memory can be removed during the shutdown, for one if it was offline before: the
 * removal cannot be refused, and to wait would be with locks that the shutdown needs.
 * With KEXEC_PRESERVE_CONTEXT there is a way back. Else it is gone, but firmware is
 * there. A removal that is under way has not been noted; on x86 and powerpc its
 * memory is still there, as firmware takes it afterwards.
 *
 * Context: right before the jump. Takes no lock. On x86 no other CPU runs; where
 *	    machine_kexec() stops them, a removal may still end after this look.
 * Return: 0, or -EADDRNOTAVAIL if the caller must go back. May not return.
 */
int kexec_check_start(const struct kimage *image)
{
	if (!READ_ONCE(start_lost))
		return 0;

	if (image->preserve_context) {
		pr_err("memory that the image needs was removed: cannot start it, load it again\n");
		return -EADDRNOTAVAIL;
	}

	pr_emerg("memory that the image needs was removed during the shutdown: restarting through firmware\n");
	emergency_restart();
	return 0;
}

/**
 * kexec_watch_memory - note that a load begins
 * @image: the new image
 *
 * Context: the caller holds the kexec lock. No map is made yet. Does not wait, as
 *	    crash images come here too.
 */
void kexec_watch_memory(struct kimage *image)
{
	spin_lock(&memory_lock);
	image->memory_events = events;
	spin_unlock(&memory_lock);
}

/**
 * kexec_memory_stayed - did memory go away under a load?
 * @image: the image, which is complete
 *
 * Notes what memory @image has: it is lost if that goes away later, and then a
 * look at it is queued. What kexec_file_load() places is System RAM. kexec_load()
 * takes any address, such as RAM cut off by mem=. A destination that is offline by
 * now is not lost before it is removed.
 *
 * Context: process context, with the kexec lock, after the last segment was
 *	    loaded. Does not wait.
 * Return: 0, or -EBUSY if memory that the image needs went away.
 */
int kexec_memory_stayed(struct kimage *image)
{
	struct loss loss;

	if (image->type == KEXEC_TYPE_CRASH)
		return 0;

	/* The kexec lock was taken before this looks; pairs with look_for_loss() */
	smp_mb();
	image->present_segments = image->file_mode ? BIT(image->nr_segments) - 1 :
				  segments_that(image, is_present);
	image->online_segments = segments_that(image, is_online);

	loss = find_loss(image);
	if (!loss.how)
		return 0;

	report(loss, "the load fails, try it again");
	return -EBUSY;
}

/* Takes what is lost off, once the kexec lock is free. */
static void drop_lost_image(struct work_struct *work)
{
	struct kimage *image = NULL;
	struct loss loss;

	/* Polls, which is to wait: tell lockdep. */
	lock_map_acquire(&kexec_lock_map);
	lock_map_release(&kexec_lock_map);

	while (!kexec_trylock())
		msleep(20);

	if (kexec_image) {
		loss = find_loss(kexec_image);
		if (loss.how)
			image = xchg(&kexec_image, NULL);
	}
	kexec_unlock();

	if (!image)
		return;

	report(loss, "the image is dropped, load it again");
	kimage_free(image);
	kexec_notify_unloaded();
}

static DECLARE_WORK(drop_work, drop_lost_image);

/*
 * Memory went away. Looks at the image later, as the caller has locks of memory
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

/* Such memory is in no map, neither of kexec_file_load() nor of user space. */
static bool is_driver_managed(const struct range *range)
{
	return walk_system_ram_res(range->start, range->end, NULL,
				   test_driver_managed) == 1;
}

/* Memory that is being removed is in a map. With the lock of device hotplug. */
static bool removal_counts;

/**
 * kexec_removal_begins - memory is about to be removed
 * @start: start of the memory, in bytes
 * @size: its size, in bytes, not zero
 *
 * Context: process context, with the lock of device hotplug. Does not wait.
 */
void kexec_removal_begins(u64 start, u64 size)
{
	const struct range range = { .start = start, .end = start + (size - 1) };

	removal_counts = !is_driver_managed(&range);
}

/* Is memory needed that was removed? The map of kexec_load() is not known here. */
static bool needs_removed(const struct kimage *image, const struct range *range,
			  bool listed)
{
	return image_overlaps(image, range) ||
	       (image->file_mode ? listed : removal_counts);
}

/**
 * kexec_removal_ends - memory was removed
 * @start: start of the memory, in bytes
 * @size: its size, in bytes, not zero
 *
 * Counts when the memory is no System RAM any more: a map that was made before
 * belongs to an image that began with the old count.
 *
 * Context: process context, between mem_hotplug_begin() and mem_hotplug_done(),
 *	    after kexec_removal_begins(). Does not wait.
 */
void kexec_removal_ends(u64 start, u64 size)
{
	const struct range range = { .start = start, .end = start + (size - 1) };
	bool listed = arch_kexec_map_lists(range.start, range.end);

	spin_lock(&memory_lock);
	events.removed += removal_counts;
	events.removed_from_map += listed;
	if (starting && needs_removed(starting, &range, listed))
		start_lost = true;
	spin_unlock(&memory_lock);

	look_for_loss();
}

static int memory_event(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == MEM_OFFLINE)
		look_for_loss();

	return NOTIFY_OK;
}

/* After the crash kernel's own, which only tries for the kexec lock */
static struct notifier_block memory_nb = {
	.notifier_call = memory_event,
	.priority = -1,
};

static int __init kexec_hotplug_init(void)
{
	return register_memory_notifier(&memory_nb);
}
subsys_initcall(kexec_hotplug_init);
