// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: which RAM the next kernel will have
 */

#include <linux/kexec_placement.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <asm/e820/api.h>

/*
 * Paging with four levels reaches 64 TiB. The next kernel may use it although
 * this one uses five.
 */
#define NEXT_KERNEL_MAX		((1ULL << 46) - 1)

/**
 * arch_kexec_take_next_ram - take RAM that the next kernel will have off a range
 * @window: System RAM of this kernel, in bytes, the end inclusive; afterwards
 *	    what lies below @part
 * @part: the highest part of @window that the next kernel is told of as RAM
 *
 * The next kernel gets e820_table_kexec: what firmware said at boot, which only
 * __init code changes. Memory that was added later is not in it, be it a DIMM or
 * RAM named by memmap= or add_efi_memmap.
 *
 * Return: true, or false if there is no such part left.
 */
bool arch_kexec_take_next_ram(struct range *window, struct range *part)
{
	u32 i;

	for (i = e820_table_kexec->nr_entries; i > 0; i--) {
		const struct e820_entry *entry = &e820_table_kexec->entries[i - 1];
		u64 last = entry->addr + entry->size - 1;

		if (entry->type != E820_TYPE_RAM || !entry->size || last < entry->addr)
			continue;

		part->start = max(window->start, entry->addr);
		part->end = min3(window->end, last, NEXT_KERNEL_MAX);
		if (part->start > part->end)
			continue;

		kexec_range_keep_below(window, part->start);
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
	       str_has_prefix(option, "efi_fake_mem=");
}

/**
 * arch_kexec_next_ram_limited - is the next kernel told to ignore RAM?
 * @cmdline: its command line
 *
 * mem= cuts off the top, memmap= can take away any part, efi_fake_mem= can make
 * any part special purpose memory. Each that is there takes effect, not just the
 * last of a kind.
 *
 * Return: true if it may leave out RAM that the map lists.
 */
bool arch_kexec_next_ram_limited(const char *cmdline)
{
	size_t len;

	for (; *cmdline; cmdline += len) {
		cmdline += strspn(cmdline, " \t\n\"");
		len = strcspn(cmdline, " \t\n\"");
		if (limits_ram(cmdline, len))
			return true;
	}

	return false;
}
