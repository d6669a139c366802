// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: which RAM the next kernel will have
 */

#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <asm/e820/api.h>

/*
 * Paging with four levels reaches 64 TiB. The next kernel may use it although
 * this one uses five.
 */
#define NEXT_KERNEL_MAX		((1ULL << 46) - 1)

/**
 * arch_kexec_walk_next_ram_rev - walk down the RAM that the next kernel will have
 * @start: lowest address of interest, in bytes
 * @end: highest address of interest, inclusive
 * @arg: passed on to @func
 * @func: called for each range of System RAM that the next kernel is told of as
 *	  RAM, the highest first; see walk_system_ram_res_rev(). Ends the walk by 1
 *
 * The next kernel gets e820_table_kexec: what firmware said at boot, which only
 * __init code changes. Memory that was added later is not in it, be it a DIMM or
 * RAM named by memmap= or add_efi_memmap.
 *
 * Return: true if @func ended the walk.
 */
bool arch_kexec_walk_next_ram_rev(u64 start, u64 end, void *arg,
				  int (*func)(struct resource *, void *))
{
	u32 i;

	for (i = e820_table_kexec->nr_entries; i > 0; i--) {
		const struct e820_entry *entry = &e820_table_kexec->entries[i - 1];
		u64 last = entry->addr + (entry->size - 1);

		if (entry->type != E820_TYPE_RAM || !entry->size || last < entry->addr)
			continue;

		if (walk_system_ram_res_rev(max(start, entry->addr),
					    min3(end, last, NEXT_KERNEL_MAX), arg, func) == 1)
			return true;
	}

	return false;
}

/* mem=nopentium is about page tables. */
static bool limits_ram(const char *option, size_t len)
{
	if (str_has_prefix(option, "mem="))
		return len != strlen("mem=nopentium") ||
		       !str_has_prefix(option, "mem=nopentium");

	return str_has_prefix(option, "memmap=") ||
	       str_has_prefix(option, "efi_fake_mem=") ||
	       str_has_prefix(option, "efi-fake-mem=");
}

/**
 * arch_kexec_next_ram_limited - is the next kernel told to ignore RAM?
 * @image: the image that is being loaded; its command line is there, if any
 *
 * mem= cuts off the top, memmap= can take away any part, efi_fake_mem= can make
 * any part special purpose memory. Each that is there takes effect, not just the
 * last of a kind.
 *
 * Return: true if it may leave out RAM that the map lists.
 */
bool arch_kexec_next_ram_limited(const struct kimage *image)
{
	static const char between[] = " \t\n\v\f\r\"";
	const char *option = image->cmdline_buf ?: "";
	size_t len;

	for (; *option; option += len) {
		option += strspn(option, between);
		len = strcspn(option, between);
		if (limits_ram(option, len))
			return true;
	}

	return false;
}
