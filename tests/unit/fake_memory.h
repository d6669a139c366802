/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel knows of memory besides the resource tree: its state, the
 * map for the next kernel, the regions of the crash kernel.
 */
#ifndef _UNIT_FAKE_MEMORY_H
#define _UNIT_FAKE_MEMORY_H

enum fake_state {
	FAKE_OFFLINE,	/* whole sections */
	FAKE_ADDED,	/* whole sections: not there at boot */
	FAKE_MOVABLE,	/* to the end of a section */
	FAKE_GIVEN_BACK,	/* pages, by a balloon */
	FAKE_RESERVED,	/* pages, at boot */
	FAKE_POISON,	/* pages */
};

#define FAKE_SECTION_SHIFT	27

/* All is boot memory, online, in no special zone; no map, no crash kernel. */
void fake_memory_reset(void);
void fake_memory_set(enum fake_state state, u64 start, u64 end);
bool fake_memory_is(enum fake_state state, u64 addr);

/*
 * e820_table_kexec: once there is an entry, the next kernel has only the RAM it lists;
 * e820_table: what this kernel took for RAM when it booted
 */
void fake_map_add(struct e820_table *table, u64 start, u64 end, enum e820_type type);

/* Uses of struct page, or of none, without RCU, and how often that is held */
extern unsigned int fake_unsafe_lookups;
extern int fake_rcu_held;

#endif
