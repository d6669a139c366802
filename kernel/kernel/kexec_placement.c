// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: placement of the segments that kexec_file_load() loads
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/align.h>
#include <linux/bits.h>
#include <linux/efi.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/math.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/moduleparam.h>
#include <linux/page-flags.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

/*
 * Loading an image reserves nothing at its destination: the data waits in pages
 * from the page allocator and is copied when the image is started. So any
 * System RAM that the next kernel may use will do as a destination. Bottom-up, the
 * search in kexec_file.c takes the lowest range of it that fits, and with that
 * often a large share of the memory below 4 GiB. Top-down, the search here takes
 * the highest place that fits and that no segment placed before covers.
 *
 * All ranges here are in bytes, the end inclusive.
 */

enum placement_policy { PLACEMENT_AUTO, PLACEMENT_TOP_DOWN, PLACEMENT_BOTTOM_UP };

static const char * const policy_names[] = {
	[PLACEMENT_AUTO]	= "auto",
	[PLACEMENT_TOP_DOWN]	= "top-down",
	[PLACEMENT_BOTTOM_UP]	= "bottom-up",
};

static enum placement_policy policy =
	IS_ENABLED(CONFIG_KEXEC_PLACEMENT_AUTO) ? PLACEMENT_AUTO :
	IS_ENABLED(CONFIG_KEXEC_PLACEMENT_BOTTOM_UP) ? PLACEMENT_BOTTOM_UP : PLACEMENT_TOP_DOWN;

static int policy_set(const char *val, const struct kernel_param *kp)
{
	int found = sysfs_match_string(policy_names, val);

	if (found < 0) {
		pr_err("policy '%.*s' is not one of auto, top-down, bottom-up; it stays %s\n",
		       (int)min_t(size_t, strcspn(val, "\n"), 32), val,
		       policy_names[READ_ONCE(policy)]);
		return -EINVAL;
	}

	WRITE_ONCE(policy, found);
	return 0;
}

static int policy_get(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", policy_names[READ_ONCE(policy)]);
}

static const struct kernel_param_ops policy_ops = {
	.set = policy_set,
	.get = policy_get,
};

module_param_cb(policy, &policy_ops, NULL, 0644);
MODULE_PARM_DESC(policy, "auto, top-down or bottom-up");

static unsigned int min_ram_gib = 64;
module_param(min_ram_gib, uint, 0644);
MODULE_PARM_DESC(min_ram_gib, "GiB of RAM from which on auto takes a machine without UEFI for large");

/* Ends the walk at the first range that a segment can go to. */
static int test_range(struct resource *res, void *arg)
{
	return !(res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED);
}

/* UEFI leaves many small holes below 4 GiB; large machines need that memory. */
static bool auto_top_down(void)
{
	unsigned int least = READ_ONCE(min_ram_gib);
	u64 ram_gib = DIV_ROUND_UP_ULL((u64)get_num_physpages() << PAGE_SHIFT, SZ_1G);
	bool large = ram_gib >= least;

	if (!arch_kexec_walk_next_ram_rev(SZ_4G, U64_MAX, NULL, test_range)) {
		pr_info("policy auto: bottom-up (no RAM above 4 GiB for the next kernel)\n");
		return false;
	}

	if (efi_enabled(EFI_BOOT)) {
		pr_info("policy auto: top-down (UEFI boot)\n");
		return true;
	}

	pr_info("policy auto: %s (no UEFI, %llu GiB of RAM, min_ram_gib %u)\n",
		large ? "top-down" : "bottom-up", ram_gib, least);
	return large;
}

/**
 * kexec_placement_decide - decide once for a load where its segments go
 * @image: the image that is being loaded; no segment is placed yet
 *
 * Sets @image->from_top, so that a policy written while the load goes on takes
 * effect with the next one, and says in the log what applies and why. Crash
 * images stay in their reserved region.
 *
 * Context: the caller holds the kexec lock.
 */
void kexec_placement_decide(struct kimage *image)
{
	enum placement_policy now = READ_ONCE(policy);

	if (image->type == KEXEC_TYPE_CRASH)
		return;

	if (arch_kexec_next_ram_limited(image)) {
		pr_info("policy %s: bottom-up (mem=, memmap= or efi_fake_mem= for the next kernel)\n",
			policy_names[now]);
		return;
	}

	if (now == PLACEMENT_AUTO) {
		image->from_top = auto_top_down();
		return;
	}

	image->from_top = now == PLACEMENT_TOP_DOWN;
	pr_info("policy %s\n", policy_names[now]);
}

/* What may speak against a destination */
#define POISONED	BIT(0)	/* has a memory error */
#define GIVEN_BACK	BIT(1)	/* a balloon has it */
#define MAY_GO_AWAY	BIT(2)	/* before the jump, or its node is to stay removable */
#define RESERVED	BIT(3)	/* since boot, such as by reserve_mem= */
#define CRASH_KERNEL	BIT(4)	/* the next one may want it in the same place */

/**
 * struct search - what a search knows on its way down
 * @kbuf: the buffer to be placed
 * @avoid: POISONED and the like: no such memory is taken
 * @start: where the range at hand starts
 * @last: the highest byte of it that may still be taken
 */
struct search {
	struct kexec_buf *kbuf;
	unsigned int avoid;
	u64 start, last;
};

/* Is any of the @size bytes at @mem in [@start..@end]? */
static bool overlaps(u64 start, u64 end, u64 mem, u64 size)
{
	return start <= mem + (size - 1) && end >= mem;
}

/* Is there what was reserved at boot? Then it starts at @blocked. */
static bool is_reserved(u64 mem, u64 size, u64 *blocked)
{
	phys_addr_t start, end;
	u64 i;

	for_each_reserved_mem_range(i, &start, &end) {
		*blocked = start;
		if (end > start && overlaps(start, end - 1, mem, size))
			return true;
	}

	return false;
}

/*
 * Is a segment there, or what is to be left alone? Then it starts at @blocked.
 */
static bool is_taken(const struct search *search, u64 mem, u64 *blocked)
{
	bool keep_crash = IS_ENABLED(CONFIG_CRASH_DUMP) && (search->avoid & CRASH_KERNEL);
	const struct resource *crash[] = { &crashk_res, &crashk_low_res };
	const struct kimage *image = search->kbuf->image;
	u64 size = search->kbuf->memsz;
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *segment = &image->segment[i];

		*blocked = segment->mem;
		if (segment->memsz &&
		    overlaps(segment->mem, segment->mem + (segment->memsz - 1), mem, size))
			return true;
	}

	for (i = 0; keep_crash && i < ARRAY_SIZE(crash); i++) {
		*blocked = crash[i]->start;
		if (crash[i]->end && overlaps(crash[i]->start, crash[i]->end, mem, size))
			return true;
	}

	return IS_ENABLED(CONFIG_ARCH_KEEP_MEMBLOCK) && (search->avoid & RESERVED) &&
	       is_reserved(mem, size, blocked);
}

/*
 * RCU keeps the struct page there, not what is in it, as the removal of memory waits for a
 * grace period. To wait for memory hotplug instead would be with the kexec lock, which a
 * crash needs.
 */
static unsigned int look_at_page(u64 addr)
{
	unsigned long pfn = PHYS_PFN(addr);
	unsigned int found = MAY_GO_AWAY;
	struct page *page;

	rcu_read_lock();
	page = pfn_to_online_page(pfn);
	if (page)
		found = (PageHWPoison(page) ? POISONED : 0) |
			(PageOffline(page) ? GIVEN_BACK : 0) |
			(is_zone_movable_page(page) || !early_section(__pfn_to_section(pfn)) ?
			 MAY_GO_AWAY : 0);
	rcu_read_unlock();

	return found;
}

/* Can a segment not go to @mem? Then it has to end below @blocked. */
static bool is_blocked(const struct search *search, u64 mem, u64 *blocked)
{
	u64 size = search->kbuf->memsz, addr, section;
	unsigned int found;

	if (is_taken(search, mem, blocked))
		return true;

	for (addr = mem; addr - mem < size; addr += PAGE_SIZE) {
		found = look_at_page(addr) & search->avoid;
		if (!found)
			continue;

		/* As a rule all of a section may go away. */
		section = ALIGN_DOWN(addr, BIT_ULL(PA_SECTION_SHIFT));
		if (found & look_at_page(section) & MAY_GO_AWAY)
			addr = section;
		*blocked = addr;
		return true;
	}

	return false;
}

/*
 * Called for each range of RAM from the highest down, cut to the limits of the
 * buffer. Ranges that touch are one: the kernel splits System RAM where it was
 * handed data by the boot loader. Returns 1 when a place was found.
 */
static int search_range(struct resource *res, void *arg)
{
	struct search *search = arg;
	struct kexec_buf *kbuf = search->kbuf;
	u64 mem, blocked;

	/* The driver that adds this memory is not there when the next kernel boots. */
	if (res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED)
		return 0;

	if (res->end + 1 != search->start)
		search->last = res->end;
	search->start = res->start;

	while (search->last >= res->start && search->last - res->start >= kbuf->memsz - 1) {
		cond_resched();
		mem = ALIGN_DOWN(search->last - (kbuf->memsz - 1), (u64)kbuf->buf_align);
		if (mem < res->start)
			return 0;
		if (!is_blocked(search, mem, &blocked)) {
			kbuf->mem = mem;
			return 1;
		}
		if (!blocked)
			return 0;
		search->last = blocked - 1;
	}

	return 0;
}

static bool search_ram(struct kexec_buf *kbuf, unsigned int avoid)
{
	struct search search = { .kbuf = kbuf, .avoid = avoid, .last = U64_MAX };

	return arch_kexec_walk_next_ram_rev(kbuf->buf_min, kbuf->buf_max, &search,
					    search_range);
}

/**
 * kexec_placement_locate - find the highest place for a buffer
 * @kbuf: the buffer: memsz and buf_align in bytes and at least a page,
 *	  buf_align a power of two, buf_min and buf_max (inclusive) the limits;
 *	  on success, mem is set to the address that was found
 *
 * Looks first at memory that was there at boot, is online, not movable and not in a
 * balloon; then at any System RAM that the next kernel will have, at last with what is
 * reserved or the crash kernel's.
 *
 * Context: the caller holds the kexec lock; the segments of @kbuf->image are
 *	    those placed so far. Does not wait for memory hotplug.
 * Return: 0, -EINVAL for a buffer of no size, or -EADDRNOTAVAIL if nothing
 *	   fits; then the log says what was wanted and @kbuf is unchanged.
 */
int kexec_placement_locate(struct kexec_buf *kbuf)
{
	if (!kbuf->memsz)
		return -EINVAL;

	if (search_ram(kbuf, POISONED | RESERVED | CRASH_KERNEL | GIVEN_BACK | MAY_GO_AWAY))
		return 0;

	if (search_ram(kbuf, POISONED | RESERVED | CRASH_KERNEL)) {
		pr_notice("%#lx bytes at %#lx may go away, are movable or in a balloon: there is no room elsewhere\n",
			  kbuf->memsz, kbuf->mem);
		return 0;
	}

	if (search_ram(kbuf, POISONED)) {
		pr_notice("%#lx bytes at %#lx are reserved, or the crash kernel's: there is no room elsewhere\n",
			  kbuf->memsz, kbuf->mem);
		return 0;
	}

	pr_err("no room for %#lx bytes, aligned to %#lx, in RAM in [%#lx..%#lx]; use policy bottom-up or a smaller initrd\n",
	       kbuf->memsz, kbuf->buf_align, kbuf->buf_min, kbuf->buf_max);
	return -EADDRNOTAVAIL;
}

#ifdef CONFIG_KEXEC_PLACEMENT_KUNIT_TEST
#include "kexec_placement_test.c"
#endif
