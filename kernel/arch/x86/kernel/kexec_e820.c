// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: the E820 map that kexec_file_load() hands to the next kernel
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/range.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/bootparam.h>
#include <asm/e820/api.h>
#include <asm/kexec_e820.h>

/**
 * struct map_builder - builds the map entry by entry
 * @map: the map so far, with room for E820_MAX_ENTRIES
 * @type: type of the entry at hand
 * @rest: what of that entry is not in @map yet; ends before it starts when done
 * @next: end of the RAM that was found last, plus one
 * @full: something did not fit
 */
struct map_builder {
	struct e820_table *map;
	bool full;
	enum e820_type type;
	struct range rest;
	u64 next;
};

static void add_entry(struct map_builder *builder, u64 start, u64 end)
{
	struct e820_table *map = builder->map;

	builder->full |= map->nr_entries == ARRAY_SIZE(map->entries);
	if (builder->full)
		return;

	map->entries[map->nr_entries++] = (struct e820_entry) {
		.addr = start,
		.size = end - start + 1,
		.type = builder->type,
	};
}

/* Leave [@start..@end], within the rest of the entry, out of the map. */
static void leave_out(struct map_builder *builder, u64 start, u64 end)
{
	pr_info("RAM [%#llx..%#llx] was removed, the next kernel is not told of it\n",
		start, end);

	if (start > builder->rest.start)
		add_entry(builder, builder->rest.start, start - 1);
	builder->rest.start = end + 1;
}

static int leave_out_gap(struct resource *res, void *arg)
{
	struct map_builder *builder = arg;

	if (res->start > builder->next)
		leave_out(builder, builder->next, res->start - 1);
	builder->next = res->end + 1;
	return 0;
}

/* [@start..@end] was RAM when this kernel booted: leave out what is not now. */
static void leave_out_removed(struct map_builder *builder, u64 start, u64 end)
{
	builder->next = start;
	walk_system_ram_res(start, end, builder, leave_out_gap);
	if (builder->next <= end)
		leave_out(builder, builder->next, end);
}

/*
 * RAM that this kernel was told not to use (mem=, memmap=) is in the map but was
 * not RAM here at boot. It stays.
 */
static void add_ram(struct map_builder *builder)
{
	struct range ram = builder->rest;
	u32 i;

	for (i = 0; i < e820_table->nr_entries; i++) {
		const struct e820_entry *entry = &e820_table->entries[i];
		u64 start = max(ram.start, entry->addr);
		u64 end = min(ram.end, entry->addr + (entry->size - 1));

		if (entry->type == E820_TYPE_RAM && start < end)
			leave_out_removed(builder, start, end);
	}

	if (builder->rest.start <= builder->rest.end)
		add_entry(builder, builder->rest.start, builder->rest.end);
}

/**
 * kexec_e820_prepare - make the map that the next kernel will get
 * @image: the image that is being loaded
 *
 * The map is what firmware said at boot, less RAM that was removed since.
 *
 * Context: the caller holds the kexec lock. May sleep.
 * Crash images get a map of their own.
 *
 * Return: 0, -ENOMEM, or -ENOSPC if there are too many entries.
 *	   kexec_e820_cleanup() frees the map.
 */
int kexec_e820_prepare(struct kimage *image)
{
	struct map_builder builder = { };
	u32 i;

	if (image->type == KEXEC_TYPE_CRASH)
		return 0;

	builder.map = kvzalloc(sizeof(*builder.map), GFP_KERNEL);
	if (!builder.map)
		return -ENOMEM;
	image->arch.e820_map = builder.map;

	for (i = 0; i < e820_table_kexec->nr_entries; i++) {
		const struct e820_entry *entry = &e820_table_kexec->entries[i];

		builder.type = entry->type;
		builder.rest.start = entry->addr;
		builder.rest.end = entry->addr + (entry->size - 1);
		/* Below the top, so that the end plus one cannot wrap */
		if (entry->type == E820_TYPE_RAM && builder.rest.end < U64_MAX)
			add_ram(&builder);
		else
			add_entry(&builder, builder.rest.start, builder.rest.end);
	}

	if (!builder.full)
		return 0;

	pr_err("without removed RAM the E820 map has more than %zu entries; kexec -c may do\n",
	       ARRAY_SIZE(builder.map->entries));
	return -ENOSPC;
}

/**
 * kexec_e820_cleanup - free what kexec_e820_prepare() made
 * @image: the image, complete or not
 */
void kexec_e820_cleanup(struct kimage *image)
{
	kvfree(image->arch.e820_map);
	image->arch.e820_map = NULL;
}

/**
 * arch_kexec_map_lists - is the next kernel told of this memory as RAM?
 * @start: in bytes
 * @end: in bytes, inclusive
 *
 * RAM that this kernel was told not to use stays in the map, whatever a driver
 * makes of it.
 *
 * Return: true if any part of it was RAM at boot, for firmware and here.
 */
bool arch_kexec_map_lists(u64 start, u64 end)
{
	u32 i;

	for (i = 0; i < e820_table_kexec->nr_entries; i++) {
		const struct e820_entry *entry = &e820_table_kexec->entries[i];

		u64 first = max(start, entry->addr);
		u64 last = min(end, entry->addr + (entry->size - 1));

		if (entry->type == E820_TYPE_RAM && first < last &&
		    e820__mapped_any(first, last, E820_TYPE_RAM))
			return true;
	}

	return false;
}

static unsigned int nr_ext_entries(const struct kimage *image)
{
	const struct e820_table *map = image->arch.e820_map;

	/* Crash images get a map of their own */
	if (!map || map->nr_entries <= E820_MAX_ENTRIES_ZEROPAGE)
		return 0;

	return map->nr_entries - E820_MAX_ENTRIES_ZEROPAGE;
}

static size_t ext_entries_size(unsigned int nr)
{
	return nr * sizeof(struct boot_e820_entry);
}

/**
 * kexec_e820_ext_size - room for the E820 entries that boot_params cannot hold
 * @image: the image that is being loaded
 *
 * Return: bytes, with the header of the setup_data, or 0 if there are no such
 *	   entries.
 */
size_t kexec_e820_ext_size(const struct kimage *image)
{
	unsigned int nr = nr_ext_entries(image);

	return nr ? sizeof(struct setup_data) + ext_entries_size(nr) : 0;
}

/**
 * kexec_e820_ext_setup - hand over the E820 entries that boot_params cannot hold
 * @image: the image that is being loaded
 * @params: boot parameters of the next kernel, with room behind them
 * @params_load_addr: destination of @params, in bytes
 * @offset: offset of that room from @params, in bytes; there are
 *	    kexec_e820_ext_size() bytes of it
 */
void kexec_e820_ext_setup(const struct kimage *image, struct boot_params *params,
			  unsigned long params_load_addr, unsigned int offset)
{
	struct setup_data *sd = (void *)params + offset;
	unsigned int nr = nr_ext_entries(image);

	BUILD_BUG_ON(sizeof(struct e820_entry) != sizeof(struct boot_e820_entry));
	if (!nr)
		return;

	sd->type = SETUP_E820_EXT;
	sd->len = ext_entries_size(nr);
	memcpy(sd->data, &image->arch.e820_map->entries[E820_MAX_ENTRIES_ZEROPAGE],
	       sd->len);
	sd->next = params->hdr.setup_data;
	params->hdr.setup_data = params_load_addr + offset;
}
