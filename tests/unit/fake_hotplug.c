// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include <linux/delay.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/reboot.h>
#include <linux/spinlock.h>

#include "check.h"
#include "fake_hotplug.h"
#include "fake_kernel.h"
#include "fake_memory.h"
#include "kexec_internal.h"

struct fake_hotplug fake_hotplug;
struct lockdep_map kexec_lock_map;

static struct notifier_block *memory_chain;

/* ---- What the code calls ---- */

void smp_mb(void)
{
	fake_hotplug.barriers++;
}

void spin_lock(spinlock_t *lock)
{
	CHECK_EQ(0, (*lock)++);
}

void spin_unlock(spinlock_t *lock)
{
	CHECK_EQ(1, (*lock)--);
}

void lock_map_acquire(struct lockdep_map *map)
{
	CHECK_EQ(0, map->held++);
	fake_hotplug.polls++;
}

void lock_map_release(struct lockdep_map *map)
{
	CHECK_EQ(1, map->held--);
}

void msleep(unsigned int msecs)
{
	CHECK_EQ(0, kexec_lock_map.held);
	if (++fake_hotplug.sleeps == 3)
		kexec_unlock();
}

bool queue_work(void *queue, struct work_struct *work)
{
	bool queued = fake_hotplug.work;

	fake_hotplug.work = work;
	return !queued;
}

/* Frees pages, for which a crash shall not find the lock taken. */
void kimage_free(struct kimage *image)
{
	if (!image)
		return;

	CHECK_EQ(0, __kexec_lock.counter);
	fake_hotplug.freed++;
	free(image);
}

void kexec_notify_unloaded(void)
{
	CHECK(!kexec_image);
	fake_hotplug.notified++;
}

/* The real one does not return. */
void emergency_restart(void)
{
	fake_hotplug.restarts++;
}

/* The crash kernel's own has priority 0, and goes first. */
int register_memory_notifier(struct notifier_block *nb)
{
	CHECK(nb->priority < 0);
	memory_chain = nb;
	return 0;
}

unsigned long memory_block_size_bytes(void)
{
	return 1UL << fake_section_shift;
}

/* Does any of it belong to the RAM that firmware listed at boot? */
bool arch_kexec_map_lists(u64 start, u64 end)
{
	struct range ram;
	unsigned int i;

	for (i = 0; fake_next_ram(i, &ram); i++)
		if (ram.start <= end && ram.end >= start)
			return true;

	return false;
}

/* ---- What memory hotplug does ---- */

int memory_notify(unsigned long action, u64 start, u64 end)
{
	struct memory_notify what = {
		.start_pfn = start >> PAGE_SHIFT,
		.nr_pages = (end - start + 1) >> PAGE_SHIFT,
	};
	int ret = memory_chain->notifier_call(memory_chain, action, &what);

	/* The rest of the chain is told, unless it is an error. */
	CHECK(notifier_to_errno(ret) || !(ret & NOTIFY_STOP_MASK));
	return notifier_to_errno(ret);
}

void fake_cancel_offline(u64 start, u64 end)
{
	memory_notify(MEM_CANCEL_OFFLINE, start, end);
}

int fake_begin_offline(u64 start, u64 end)
{
	int ret = memory_notify(MEM_GOING_OFFLINE, start, end);

	/* Also those are told who refused. */
	if (ret)
		fake_cancel_offline(start, end);
	return ret;
}

static int offline_block(u64 start, u64 end)
{
	int ret;

	if (fake_memory_is(FAKE_OFFLINE, start, end))
		return 0;

	ret = fake_begin_offline(start, end);
	if (ret)
		return ret;
	fake_memory_set(FAKE_OFFLINE, start, end);
	memory_notify(MEM_OFFLINE, start, end);
	return 0;
}

int fake_offline(u64 start, u64 end)
{
	const u64 size = memory_block_size_bytes();
	u64 block;
	int ret = 0;

	for (block = 0; !ret && block < (end - start + 1) / size; block++)
		ret = offline_block(start + block * size, start + (block + 1) * size - 1);

	return ret;
}

void fake_online(u64 start, u64 end)
{
	memory_notify(MEM_GOING_ONLINE, start, end);
	fake_memory_unset(FAKE_OFFLINE, start, end);
	memory_notify(MEM_ONLINE, start, end);
}

static void release_mem_region(u64 start, u64 end)
{
	struct resource *res = iomem_resource.child;

	while (res && (res->start != start || res->end != end))
		res = res->sibling;
	if (CHECK(res))
		fake_iomem_remove(res);
}

void fake_remove(u64 start, u64 end)
{
	if (fake_offline(start, end))
		return;

	kexec_removal_begins(start, end - start + 1);
	release_mem_region(start, end);
	kexec_removal_ends(start, end - start + 1);
}

void fake_refuse_removal(u64 start, u64 end)
{
	kexec_removal_begins(start, end - start + 1);
}

void fake_run_work(void)
{
	struct work_struct *work = fake_hotplug.work;

	fake_hotplug.work = NULL;
	if (work)
		work->func(work);
}
