// SPDX-License-Identifier: GPL-2.0-only

#include "check.h"
#include "fake_hotplug.h"
#include "fake_kernel.h"
#include "fake_memory.h"

struct fake_hotplug fake_hotplug;
struct lockdep_map kexec_lock_map;

/* ---- What the code calls ---- */

void smp_mb(void)
{
	fake_hotplug.barriers++;
}

static void once(void (**on)(void))
{
	void (*then)(void) = *on;

	*on = NULL;
	if (then)
		then();
}

void smp_rmb(void)
{
	once(&fake_hotplug.on_rmb);
}

void smp_wmb(void)
{
	once(&fake_hotplug.on_wmb);
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
	CHECK(msecs <= 100);
	once(&fake_hotplug.on_nap);
	if (++fake_hotplug.sleeps == FAKE_NAPS)
		kexec_unlock();
}

bool queue_work(void *queue, struct work_struct *work)
{
	bool queued = fake_hotplug.work;

	fake_hotplug.work = work;
	if (fake_hotplug.eager)
		work->func(work);
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
	CHECK_EQ(0, __kexec_lock.counter);
	CHECK_EQ(++fake_hotplug.notified, fake_hotplug.freed);
}

/* The real one does not return. */
void emergency_restart(void)
{
	fake_hotplug.restarts++;
}

/* ---- What memory hotplug does ---- */

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
	bool counts = kexec_removal_begins(start, end - start + 1);

	release_mem_region(start, end);
	kexec_removal_ends(start, end - start + 1, counts);
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
