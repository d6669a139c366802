/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of kernel/kexec_hotplug.c and of all it meets: loads, memory hotplug,
 * kexec -e and a crash. See README.md.
 *
 * Two memory blocks. Block 0 is a DIMM that was there at boot: the map that is
 * handed over lists it. Block 1 came later, through a device whose lock its removal
 * takes: no map lists it. An image has one destination, in either block.
 */

#ifndef LOADS
#define LOADS 2		/* calls of kexec_file_load() */
#endif
#ifndef STARTS
#define STARTS 2	/* calls of kernel_kexec() */
#endif
#ifndef HOTPLUGS
#define HOTPLUGS 2	/* ejects of block 0, and writes to the state of block 1 */
#endif
#ifndef UNBINDS
#define UNBINDS 1	/* unbinds of the driver of block 1: 0 or 1 */
#endif

#define LISTED(block)	(block == 0)

/* ---- What must not happen. -DONLY=n_NAME looks for one of these only. ---- */

#define n_crash_finds_holder_waiting	1
#define n_shutdown_sleeps_for_ever	2
#define n_kexec_call_sleeps_for_ever	3
#define n_hotplug_sleeps_for_ever	4
#define n_kexec_lock_stays_taken	5
#define n_rests_with_stale_map		6
#define n_rests_with_lost_destination	7
#define n_jumps_with_stale_map		8
#define n_jumps_into_missing_memory	9
#define n_load_takes_missing_memory	10
#define n_drops_for_nothing		11
#define n_reads_freed_struct_page	12
#define n_work_stays_queued		13
#define n_restarts_for_nothing		14
#define n_shuts_down_for_a_lost_image	15

hidden byte crash_finds_holder_waiting, shutdown_sleeps_for_ever,
	kexec_call_sleeps_for_ever, hotplug_sleeps_for_ever, kexec_lock_stays_taken,
	rests_with_stale_map,
	rests_with_lost_destination, jumps_with_stale_map, jumps_into_missing_memory,
	load_takes_missing_memory, drops_for_nothing, reads_freed_struct_page,
	work_stays_queued, restarts_for_nothing, shuts_down_for_a_lost_image;

#ifdef ONLY
#define MUST_NOT(what, condition) what = (n_##what == ONLY && (condition)); assert(!what)
#else
#define MUST_NOT(what, condition) what = (condition); assert(!what)
#endif

/* ---- The machine ---- */

bool online[2];			/* the sections are online */
bool in_iomem[2] = true;	/* is System RAM */
bool gone[2];			/* was ejected by firmware, after the removal */

bool endless;			/* an offline_pages() tries again until the system goes down */
bool in_shutdown;		/* of kexec -e: system_state says so */
bool left;			/* jumped, or restarted through firmware */

/* Calls that have not returned */
byte kexec_calls, hotplug_calls;

/* ---- Locks ---- */

#define DEVICE_HOTPLUG	1	/* device_hotplug_lock */
#define ACPI_SCAN	2	/* acpi_scan_lock */
#define MEM_HOTPLUG	3	/* mem_hotplug_lock for writing */
#define DAX		4	/* device_lock() of the device of block 1 */
#define BLOCK		5	/* device_lock() of block 0, then of block 1 */

bool taken[7];
byte rcu_readers;
byte readers;			/* mem_hotplug_lock for reading */
byte kexec_lock;		/* who holds it, 0 for nobody */
byte holder_waits_for;		/* the lock that the holder of the kexec lock waits for */

#define ME (_pid + 1)
#define FREE(lock) (!taken[lock] && (lock != MEM_HOTPLUG || readers == 0))

inline note_wait(lock)
{
	if
	:: kexec_lock == ME -> holder_waits_for = lock
	:: else
	fi
}

inline take(lock)
{
	atomic { note_wait(lock); FREE(lock); taken[lock] = true; note_wait(0) }
}

inline release(lock)
{
	taken[lock] = false
}

/* Takes it for a moment. */
inline pass(lock)
{
	atomic { note_wait(lock); FREE(lock); note_wait(0) }
}

inline get_online_mems()
{
	atomic { note_wait(MEM_HOTPLUG); !taken[MEM_HOTPLUG]; readers++; note_wait(0) }
}

inline put_online_mems()
{
	readers--
}

/* kexec_internal.h */
inline kexec_trylock()
{
	d_step {
		locked = (kexec_lock == 0);
		if
		:: locked -> kexec_lock = ME
		:: else
		fi
	}
}

inline kexec_unlock()
{
	d_step { kexec_lock = 0; locked = false }
}

/* ---- Images ---- */

typedef image_t {
	bool used;		/* not NULL */
	byte dest;		/* block of the destination */
	bool map;		/* the map lists block 0 */
	bool removed;		/* has been counted since: events != image->memory_events */
	bool offline;		/* so did the design of before with this */
	bool online;		/* ... which noted that the destination was online */
	bool harmed;		/* what it needs was removed */
};

image_t image;			/* that is being loaded */
image_t kexec_image;

/* events.removed++ and the like; an image that is not there has counted nothing */
#define COUNT(what)		image.what = image.used; kexec_image.what = kexec_image.used

#define HAS_STALE_MAP(i)	(i.map && !in_iomem[0])
#define HAS_LOST_DEST(i)	(!in_iomem[i.dest])

inline harm_image(i, block)
{
	i.harmed = i.harmed || (i.used && (i.dest == block || LISTED(block)))
}

inline harm(block)
{
	harm_image(image, block);
	harm_image(kexec_image, block)
}

inline forget(i)
{
	d_step { i.used = false; i.dest = 0; i.map = false; i.offline = 0; i.removed = 0; i.online = false; i.harmed = false }
}

/* xchg(&kexec_image, image) */
inline install()
{
	kexec_image.used = true;
	kexec_image.dest = image.dest;
	kexec_image.map = image.map;
	kexec_image.offline = image.offline;
	kexec_image.removed = image.removed;
	kexec_image.online = image.online;
	kexec_image.harmed = image.harmed
}

/* ---- kernel/kexec_hotplug.c ---- */

bool drop_work;			/* is queued */
bool counted_in_fact;		/* since the start began: memory that is gone was counted */

/* drop_lost_image(), once it has the lock */
inline drop_and_unlock()
{
	lost = false;
	if
	:: kexec_image.used -> is_lost(kexec_image)
	:: else
	fi;
	if
	:: lost -> d_step { MUST_NOT(drops_for_nothing, !kexec_image.harmed); forget(kexec_image); lost = false }
	:: else
	fi;
	kexec_unlock()
}

/*
 * look_for_loss(), with mem_hotplug_lock for writing. Nothing is queued if the lock is free
 * and nothing is loaded; it looks at the lock first, as a load installs its image before it
 * lets go.
 */
inline look_for_loss()
{
#ifdef MUTANT_WAITS_FOR_KEXEC_LOCK
	kexec_lock == 0;
#endif
#ifdef MUTANT_LOOKS_AT_IMAGE_FIRST
	lost = !kexec_image.used;
	atomic { lost = lost && kexec_lock == 0 };
#else
	lost = (kexec_lock == 0);
	atomic { lost = lost && !kexec_image.used };
#endif
	if
	:: d_step { lost -> lost = false }
#ifdef MUTANT_NO_WORK
	:: else
#else
	:: else -> drop_work = true
#endif
	fi
}

#ifdef OLD
#include "old-design.pml"
#else
bool removed_since_start;	/* events.removed != removed_at_start */

/*
 * is_lost(). What is read in one step here could as well be read one by one: what was
 * removed does not come back.
 */
inline is_lost(i)
{
#ifdef MUTANT_DOES_NOT_LOOK_FOR_MEMORY
	lost = i.removed;
#else
	/* is_map_stale(), find_lost() */
	lost = i.removed || !in_iomem[i.dest];
#endif
#ifdef MUTANT_DROPS_FOR_OFFLINE
	lost = lost || !online[i.dest]
#endif
}

inline take_events()
{
#ifdef MUTANT_START_KEEPS_OLD_COUNT
	d_step { counted_in_fact = false }
#else
	d_step { removed_since_start = false; counted_in_fact = false }
#endif
}

/* kexec_begin_start() */
inline kexec_begin_start()
{
#ifdef MUTANT_START_DOES_NOT_LOOK
	take_events()
#else
	take_events();
	is_lost(kexec_image);
	error = lost
#endif
}

/* kexec_check_start() */
inline kexec_check_start()
{
#ifdef MUTANT_NO_LAST_LOOK
	skip
#else
	firmware = firmware || removed_since_start
#endif
}

/* kexec_look_again() */
inline kexec_look_again()
{
#ifdef MUTANT_DOES_NOT_LOOK_AGAIN
	skip
#elif defined(MUTANT_ONLY_COUNTS_AGAIN)
	take_events()
#elif defined(MUTANT_LOOKS_BEFORE_IT_COUNTS)
	is_lost(kexec_image);
	firmware = lost;
	take_events()
#else
	take_events();
	is_lost(kexec_image);
	firmware = lost
#endif
}

/* kexec_watch_memory() */
inline kexec_watch_memory()
{
	d_step { image.used = true; image.removed = false }
}

/* kexec_memory_stayed() */
inline kexec_memory_stayed()
{
#ifdef MUTANT_LOAD_DOES_NOT_LOOK
	skip
#else
	is_lost(image)
#endif
}

/* drop_lost_image() */
inline drop_lost_image()
{
	/* Polls. What is queued meanwhile is looked at as well. */
	atomic { drop_work && kexec_lock == 0 -> drop_work = false; kexec_trylock() };
#ifdef MUTANT_WORKER_WAITS_FOR_HOTPLUG
	get_online_mems();
	put_online_mems();
#endif
	drop_and_unlock()
}

inline count_of_map(block)
{
	d_step {
		if
		:: LISTED(block) -> COUNT(removed)	/* removed_from_map */
		:: else
		fi;
		if
		:: !in_iomem[block] -> harm(block)
		:: else
		fi
	}
}

inline count_of_all(block)
{
	d_step {
		removed_since_start = true;
		if
		:: !in_iomem[block] -> counted_in_fact = true
		:: else
		fi
	}
}

inline count_removal(block)
{
#ifdef MUTANT_COUNTS_ALL_FIRST
	count_of_all(block);
	count_of_map(block);
#else
	count_of_map(block);
	count_of_all(block);
#endif
	look_for_loss()
}

/* kexec_removal_begins() */
inline kexec_removal_begins(block)
{
#ifdef MUTANT_REMOVAL_WAITS_FOR_JUMP
	!in_shutdown && !kexec_lock;
#endif
#ifdef MUTANT_COUNTS_REFUSED_REMOVAL
	count_removal(block);
#endif
#ifdef MUTANT_NO_GRACE_PERIOD
	skip
#else
	rcu_readers == 0
#endif
}

/* kexec_removal_ends() */
inline kexec_removal_ends(block)
{
#if defined(MUTANT_COUNTS_BEFORE_RELEASE) || defined(MUTANT_COUNTS_REFUSED_REMOVAL)
	skip
#else
	count_removal(block)
#endif
}

inline end_offline()
{
#ifdef MUTANT_DROPS_FOR_OFFLINE
	look_for_loss()
#else
	skip
#endif
}

inline begin_offline(block)
{
	refused = false
}

inline memory_is_online()
{
	skip
}

/* kexec_placement.c: is_unusable(), may_go_away() */
inline begin_search()
{
#ifdef MUTANT_SEARCH_WAITS_FOR_HOTPLUG
	get_online_mems();
	put_online_mems();
#endif
	rcu_readers++
}

inline end_search()
{
	rcu_readers--
}

#endif /* !OLD */



/* ---- mm/memory_hotplug.c and its callers ---- */

/*
 * memory_subsys_offline(), offline_pages(). What the caller has with
 * device_hotplug_lock alone is taken in one step. It ends when the system goes down;
 * the shutdown of the design of before did not say so.
 */
#if defined(OLD) || defined(MUTANT_OFFLINE_GOES_ON)
#define SYSTEM_GOES_DOWN	false
#else
#define SYSTEM_GOES_DOWN	in_shutdown
#endif

inline offline_pages(block)
{
	atomic { take(BLOCK + block); take(MEM_HOTPLUG); begin_offline(block) };
	if
	:: refused
	:: !refused && SYSTEM_GOES_DOWN -> refused = true
	:: !refused && !SYSTEM_GOES_DOWN ->
		if
		:: online[block] = false;
			end_offline()
		:: refused = true
#ifndef EVERY_OFFLINE_ENDS
		:: endless = true; SYSTEM_GOES_DOWN; d_step { endless = false; refused = true }
#endif
		fi
	fi;
	d_step { release(MEM_HOTPLUG); release(BLOCK + block) }
}

/* memory_subsys_online(), online_pages() */
inline online_pages(block)
{
	atomic { take(BLOCK + block); take(MEM_HOTPLUG); online[block] = true; memory_is_online() };
	d_step { release(MEM_HOTPLUG); release(BLOCK + block) }
}

/* try_remove_memory(); the later kernels can refuse after the first hook */
inline try_remove_memory(block)
{
	refused = online[block];
	if
	:: refused
	:: else ->
		take(MEM_HOTPLUG);
		kexec_removal_begins(block);
		if
		:: refused = true	/* memory_blocks_have_altmaps() */
		:: true ->
#ifdef MUTANT_COUNTS_BEFORE_RELEASE
			count_removal(block);
#endif
			/* arch_remove_memory(), release_mem_region_adjustable() */
			d_step { in_iomem[block] = false; harm(block) };
			kexec_removal_ends(block)
		fi;
		release(MEM_HOTPLUG)
	fi
}

/* state_store() */
inline write_state(block)
{
	take(DEVICE_HOTPLUG);
	if
	:: !in_iomem[block]
	:: in_iomem[block] && online[block] -> offline_pages(block)
	:: in_iomem[block] && !online[block] -> online_pages(block)
	fi;
	release(DEVICE_HOTPLUG)
}

/* acpi_device_hotplug(), acpi_scan_hot_remove() */
inline eject(block)
{
	atomic { take(DEVICE_HOTPLUG); take(ACPI_SCAN); was_online = online[block] };
	if
	:: was_online -> offline_pages(block)
	:: else
	fi;
	if
	:: !refused -> try_remove_memory(block);
		if
		:: refused && was_online -> online_pages(block)
		:: refused && !was_online
		:: else -> gone[block] = true	/* acpi_evaluate_ej0() */
		fi
	:: else
	fi;
	d_step { release(ACPI_SCAN); release(DEVICE_HOTPLUG); refused = false; was_online = false }
}

/* Two of these would only wait for each other: device_hotplug_lock is the first lock. */
proctype hotplug()
{
	bool refused, locked, lost, was_online;
	byte n;

	do
	:: n < HOTPLUGS -> n++;
		refused = false;
		if
		:: true -> write_state(1)
		:: in_iomem[0] -> eject(0)
		fi
	:: else -> break
	od;
	hotplug_calls--
}

#if UNBINDS
/* unbind_store(), dev_dax_kmem_remove(), remove_memory() of block 1 */
proctype unbind()
{
	bool refused, locked, lost;

	take(DAX);
	take(DEVICE_HOTPLUG);
	try_remove_memory(1);
	release(DEVICE_HOTPLUG);
	if
	:: !refused -> gone[1] = true
	:: else
	fi;
	release(DAX);
	hotplug_calls--
}

#endif

/* ---- kernel/kexec*.c ---- */

/* kexec_file_load() */
proctype load()
{
	bool locked, lost, missing, page;
	byte n;

	do
	:: n < LOADS -> n++;
		atomic {
			kexec_trylock();
			if
#ifndef MUTANT_LOAD_WATCHES_LATE
			:: locked -> kexec_watch_memory()
#endif
			:: else
			fi
		};
		if
		:: !locked
		:: locked -> forget(image); kexec_unlock()	/* a crash image: does not look */
		:: locked ->
			atomic {
				/* kexec_e820_prepare(), kexec_placement_locate() */
				image.map = in_iomem[0];
				begin_search();
				if
				:: in_iomem[0] -> image.dest = 0
				:: in_iomem[1] -> image.dest = 1
				:: !in_iomem[0] && !in_iomem[1] ->
					end_search(); forget(image); kexec_unlock(); break
				fi;
				page = online[image.dest]	/* pfn_to_online_page() */
			};
#ifdef MUTANT_LOAD_WATCHES_LATE
			kexec_watch_memory();
#endif
			d_step {
				MUST_NOT(reads_freed_struct_page, page && !in_iomem[image.dest]);
				page = false;
				end_search();
				missing = gone[image.dest] || (image.map && gone[0])
			};
			kexec_memory_stayed();
			if
			:: !lost ->
				d_step { MUST_NOT(load_takes_missing_memory, missing); install() }
			:: else
			fi;
#ifdef MUTANT_FAILED_LOAD_KEEPS_LOCK
			locked = locked && !lost;
			if
			:: !locked -> break
			:: else
			fi;
#endif
			d_step { missing = false; lost = false; forget(image); kexec_unlock() }
		fi
	:: else -> break
	od;
	kexec_calls--
}

/* system_long_wq */
proctype worker()
{
	bool locked, lost;

end:	do
	:: drop_lost_image()
	od
}

/*
 * kernel_restart_prepare(), machine_shutdown(). Waits for whoever holds a lock: for one
 * of them here, any one, which allows more than to wait for each.
 */
inline shutdown()
{
	in_shutdown = true;
	atomic { select (wanted : DEVICE_HOTPLUG .. BLOCK + 1); pass(wanted); wanted = 0 };
	/* What went until here, and is not needed, is no reason to restart. */
	counted_in_fact = false;
	kexec_look_again()
}

/* From here on no other CPU runs. */
inline leave()
{
	kexec_check_start();
	if
	:: firmware ->
		MUST_NOT(restarts_for_nothing, !counted_in_fact && !kexec_image.harmed)
	:: else ->
		MUST_NOT(jumps_into_missing_memory, gone[kexec_image.dest]);
		MUST_NOT(jumps_with_stale_map, kexec_image.map && gone[0])
	fi;
	in_shutdown = false;
	left = true
}

/* kernel_kexec() */
proctype start()
{
	bool locked, lost, error, firmware, known;
	byte n, wanted;

	do
	:: n < STARTS -> n++;
		atomic {
			kexec_trylock();
			error = !kexec_image.used;
			known = kexec_image.removed || !in_iomem[kexec_image.dest]
		};
		if
		:: !locked
		:: else ->
			if
			:: !error -> kexec_begin_start()
			:: else
			fi;
			if
			:: error
			:: !error	/* liveupdate_reboot() or the suspend fails */
			:: !error ->
				MUST_NOT(shuts_down_for_a_lost_image, known);
				shutdown(); atomic { leave() }; break
			fi;
			lost = false;
#ifdef OLD
			kexec_end_start();
#endif
			kexec_unlock()
		fi
	:: else -> break
	od;
	kexec_calls--
}

/* ---- Those who look ---- */

/*
 * __crash_kexec() tries the kexec lock once. It may fail only if the holder goes on.
 * Comes when it hurts. The shutdown of kexec -e may wait for memory hotplug.
 */
proctype crash()
{
end:	atomic {
		holder_waits_for && taken[holder_waits_for] && !in_shutdown ->
			MUST_NOT(crash_finds_holder_waiting, true)
	}
}

/*
 * When nobody can move. Who waits for an offline that never ends would wait in
 * plain Linux, too, if it is memory hotplug. Stands for spin's check for invalid
 * end states, which is off.
 */
proctype at_rest()
{
	timeout;
	atomic {
		if
		:: left
		:: else ->
			MUST_NOT(shutdown_sleeps_for_ever, in_shutdown);
			MUST_NOT(kexec_call_sleeps_for_ever, kexec_calls > 0);
			MUST_NOT(hotplug_sleeps_for_ever, hotplug_calls > 0 && !endless);
			MUST_NOT(kexec_lock_stays_taken, kexec_lock);
			MUST_NOT(work_stays_queued, drop_work);
			MUST_NOT(rests_with_stale_map, kexec_image.used && HAS_STALE_MAP(kexec_image));
			MUST_NOT(rests_with_lost_destination,
				 kexec_image.used && HAS_LOST_DEST(kexec_image))
		fi
	}
}

init {
	atomic {
		if
		:: online[0] = true
		:: online[0] = false
		fi;
		if
		:: online[1] = true
		:: online[1] = false
		fi;
		hotplug_calls = 1 + UNBINDS; kexec_calls = 2;
		run hotplug();
#if UNBINDS
		run unbind();
#endif
		run load(); run start(); run worker();
		run crash(); run at_rest()
	}
}

/* Once the machine has left, nothing is looked at any more. */
never {
	do
	:: !left
	od
}
