// SPDX-License-Identifier: GPL-2.0-only

#include "fake_memory.h"

#define MAX_STATES	64

static struct {
	enum fake_state state;
	u64 start, end;
} states[MAX_STATES];
static unsigned int nr_states;

static struct e820_table map, boot_map;
struct e820_table *e820_table_kexec = &map, *e820_table = &boot_map;
struct resource crashk_res, crashk_low_res;
unsigned int fake_section_shift;
unsigned int fake_unsafe_lookups;
int fake_rcu_held;
bool fake_no_memory;

void fake_memory_reset(void)
{
	nr_states = 0;
	map.nr_entries = 0;
	boot_map.nr_entries = 0;
	memset(&crashk_res, 0, sizeof(crashk_res));
	memset(&crashk_low_res, 0, sizeof(crashk_low_res));
	fake_section_shift = FAKE_SECTION_SHIFT;
	fake_unsafe_lookups = 0;
	fake_rcu_held = 0;
	fake_no_memory = false;
}

void fake_memory_set(enum fake_state state, u64 start, u64 end)
{
	if (nr_states == MAX_STATES)
		abort();

	states[nr_states].state = state;
	states[nr_states].start = start;
	states[nr_states++].end = end;
}

bool fake_memory_is(enum fake_state state, u64 addr)
{
	unsigned int i;

	for (i = 0; i < nr_states; i++)
		if (states[i].state == state && states[i].start <= addr && addr <= states[i].end)
			return true;

	return false;
}

bool fake_reserved(u64 n, u64 *start, u64 *end)
{
	unsigned int i;

	for (i = 0; i < nr_states; i++) {
		if (states[i].state != FAKE_RESERVED || n--)
			continue;
		*start = states[i].start;
		*end = states[i].end + 1;
		return true;
	}

	return false;
}

void fake_map_add(struct e820_table *table, u64 start, u64 end, enum e820_type type)
{
	if (table->nr_entries == FAKE_E820_ENTRIES)
		abort();

	table->entries[table->nr_entries++] = (struct e820_entry) {
		.addr = start, .size = end - start + 1, .type = type,
	};
	/* What is behind the last one is none, whatever it looks like */
	if (table->nr_entries < FAKE_E820_ENTRIES)
		table->entries[table->nr_entries] = (struct e820_entry) {
			.size = U64_MAX, .type = E820_TYPE_RAM,
		};
}

/* As in the kernel: @end is no part of it */
bool e820__mapped_any(u64 start, u64 end, enum e820_type type)
{
	const struct e820_entry *entry = boot_map.entries;

	for (; entry < boot_map.entries + boot_map.nr_entries; entry++)
		if (entry->type == type && entry->addr < end && entry->addr + entry->size > start)
			return true;

	return false;
}

/* The real one is tested with its own maps. Without a map, all is listed. */
bool arch_kexec_map_lists(u64 start, u64 end)
{
	const struct e820_entry *entry = map.entries;

	for (; entry < map.entries + map.nr_entries; entry++)
		if (entry->type == E820_TYPE_RAM && entry->addr <= end && entry->addr + entry->size - 1 >= start)
			return true;

	return !map.nr_entries;
}

bool fake_walk_next_ram_rev(u64 start, u64 end, void *arg,
			    int (*func)(struct resource *, void *))
{
	if (map.nr_entries)
		return x86_walk_next_ram_rev(start, end, arg, func);

	return walk_system_ram_res_rev(start, end, arg, func) == 1;
}

void rcu_read_lock(void)
{
	fake_rcu_held++;
}

void rcu_read_unlock(void)
{
	fake_rcu_held--;
}

/* There are no struct pages here: a pointer to one is its number, plus 1. */
static u64 page_addr(const struct page *page)
{
	return ((u64)(unsigned long)page - 1) << PAGE_SHIFT;
}

struct page *pfn_to_online_page(unsigned long pfn)
{
	u64 addr = (u64)pfn << PAGE_SHIFT;

	fake_unsafe_lookups += fake_rcu_held != 1;
	return fake_memory_is(FAKE_OFFLINE, addr) ? NULL :
	       (struct page *)(pfn + 1);
}

static bool page_is(enum fake_state state, const struct page *page)
{
	return fake_memory_is(state, page_addr(page));
}

static bool flag_of(enum fake_state state, const struct page *page)
{
	fake_unsafe_lookups += !page || fake_rcu_held != 1;
	return page_is(state, page);
}

int PageHWPoison(const struct page *page)
{
	return flag_of(FAKE_POISON, page);
}

int PageOffline(const struct page *page)
{
	return flag_of(FAKE_GIVEN_BACK, page);
}

bool is_zone_movable_page(const struct page *page)
{
	return flag_of(FAKE_MOVABLE, page);
}

/* Nor are there sections: a pointer to one is a page of it. */
struct mem_section *__pfn_to_section(unsigned long pfn)
{
	return (struct mem_section *)(pfn + 1);
}

int early_section(struct mem_section *section)
{
	return !page_is(FAKE_ADDED, (const struct page *)section);
}
