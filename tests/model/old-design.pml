/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel/kexec_hotplug.c of commit ece861e, for hotplug.pml with -DOLD. It waited for
 * memory hotplug with the kexec lock, and let a removal wait for the jump.
 */

bool held;		/* held_image is not NULL */

/* is_lost(), with mem_hotplug_lock: one step */
inline is_lost(i)
{
	d_step {
		i.online = i.online || online[i.dest];
		lost = i.removed || (i.online && !online[i.dest])
	}
}

/* kexec_hold_destinations() */
inline kexec_begin_start()
{
	get_online_mems();
	error = !in_iomem[kexec_image.dest] || kexec_image.removed;
	held = !error;
	put_online_mems()
}

/* kexec_release_destinations() */
inline kexec_end_start()
{
	if
	:: held -> get_online_mems(); held = false; put_online_mems()
	:: else
	fi
}

inline kexec_check_start()
{
	skip
}

inline kexec_look_again()
{
	skip
}

/* kexec_watch_destinations() */
inline kexec_watch_memory()
{
	d_step { image.used = true; image.offline = false; image.removed = false }
}

/* kexec_settle_destinations() */
inline kexec_memory_stayed()
{
	get_online_mems();
	image.online = online[image.dest];
	lost = image.removed || (!image.online && image.offline);
	put_online_mems()
}

/* drop_lost_image() */
inline drop_lost_image()
{
	atomic { drop_work -> drop_work = false };
	get_online_mems();
	do
	:: atomic { kexec_lock == 0 -> kexec_trylock() }; break
	:: kexec_lock != 0 -> put_online_mems(); kexec_lock == 0; get_online_mems()
	od;
	put_online_mems();
	drop_and_unlock()
}

/* kexec_hold_removal(), then kexec_note_removal() */
inline kexec_removal_begins(block)
{
	if
	:: held && (kexec_image.dest == block || LISTED(block)) ->
		release(MEM_HOTPLUG);
		release(DEVICE_HOTPLUG);
		false
	:: else
	fi;
	if
	:: LISTED(block) -> d_step { COUNT(removed) }
	:: else
	fi;
	look_for_loss()
}

inline kexec_removal_ends(block)
{
	skip
}

/* memory_event() of MEM_GOING_OFFLINE */
inline begin_offline(block)
{
	refused = held && kexec_image.dest == block
}

/* memory_event() of MEM_OFFLINE */
inline end_offline()
{
	d_step { COUNT(offline) };
	look_for_loss()
}

/* memory_event() of MEM_ONLINE */
inline memory_is_online()
{
	look_for_loss()
}

/* kexec_placement.c: search_ram() */
inline begin_search()
{
	get_online_mems()
}

inline end_search()
{
	put_online_mems()
}
