/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A removal as mm/memory_hotplug.c does it, in its order, and what the code
 * under test does to the rest of the kernel.
 */
#ifndef _UNIT_FAKE_HOTPLUG_H
#define _UNIT_FAKE_HOTPLUG_H

struct fake_hotplug {
	struct work_struct *work;	/* is queued */
	unsigned int polls;		/* of which lockdep was told */
	unsigned int sleeps;
	unsigned int freed;		/* images */
	unsigned int notified;		/* that there is none any more */
	unsigned int restarts;
	bool eager;			/* the worker does not wait for us */
	unsigned int barriers;
	void (*on_nap)(void);		/* once */
	void (*on_rmb)(void);
	void (*on_wmb)(void);
};

extern struct fake_hotplug fake_hotplug;

/* try_remove_memory() of a resource, and one that later kernels refuse */
void fake_remove(u64 start, u64 end);
void fake_refuse_removal(u64 start, u64 end);

/* The worker, which finds the kexec lock free after so many naps: loads take long. */
#define FAKE_NAPS	10000
void fake_run_work(void);

#endif
