// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: placement of the segments that kexec_file_load() loads
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/align.h>
#include <linux/efi.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kexec_placement.h>
#include <linux/math.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/moduleparam.h>
#include <linux/page-flags.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/range.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/string.h>

/*
 * Loading an image reserves nothing at its destination: the data waits in pages
 * from the page allocator and is copied when the image is started. So any
 * System RAM that the next kernel may use will do as a destination. Bottom-up, the
 * search in kexec_file.c takes the lowest range of it that fits, and with that
 * often a large share of the memory below 4 GiB. Top-down, the search here takes
 * the highest hole that fits, where a hole is a part of System RAM that no segment
 * placed before covers.
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
	IS_ENABLED(CONFIG_KEXEC_PLACEMENT_AUTO) ? PLACEMENT_AUTO : PLACEMENT_TOP_DOWN;

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

/* Stops at the first part of @res that the next kernel will have. */
static int test_next_ram(struct resource *res, void *arg)
{
	struct range window = { .start = res->start, .end = res->end };
	struct range part;

	return !(res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED) &&
	       arch_kexec_take_next_ram(&window, &part);
}

/* UEFI leaves many small holes below 4 GiB; large machines need that memory. */
static bool auto_top_down(void)
{
	unsigned int least = READ_ONCE(min_ram_gib);
	u64 ram_gib = DIV_ROUND_UP_ULL((u64)get_num_physpages() << PAGE_SHIFT, SZ_1G);
	bool large = ram_gib >= least;

	if (walk_system_ram_res_rev(SZ_4G, U64_MAX, NULL, test_next_ram) != 1) {
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
 * Sets @image->top_down, so that a policy written while the load goes on takes
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

	if (kexec_next_ram_limited(image)) {
		pr_info("policy %s: bottom-up (mem=, memmap= or efi_fake_mem= for the next kernel)\n",
			policy_names[now]);
		return;
	}

	if (now == PLACEMENT_AUTO) {
		image->top_down = auto_top_down();
		return;
	}

	image->top_down = now == PLACEMENT_TOP_DOWN;
	pr_info("policy %s\n", policy_names[now]);
}

/*
 * What a segment must not cover: the segments placed before and the memory of
 * the crash kernel, which the next kernel may want in the same place. May be
 * empty. Returns false after the last one.
 */
static bool get_obstacle(const struct kimage *image, unsigned long i,
			 struct range *obstacle)
{
	const struct resource *crash[] = { &crashk_res, &crashk_low_res };

	if (i < image->nr_segments) {
		const struct kexec_segment *segment = &image->segment[i];

		*obstacle = kexec_to_range(segment->mem, segment->memsz);
		return true;
	}

	i -= image->nr_segments;
	if (!IS_ENABLED(CONFIG_CRASH_RESERVE) || i >= ARRAY_SIZE(crash))
		return false;

	*obstacle = kexec_to_range(crash[i]->start,
				   crash[i]->end ? resource_size(crash[i]) : 0);
	return true;
}

static bool obstacle_at(const struct kimage *image, u64 addr,
			struct range *obstacle)
{
	unsigned long i;

	for (i = 0; get_obstacle(image, i, obstacle); i++) {
		if (addr >= obstacle->start && addr <= obstacle->end)
			return true;
	}

	return false;
}

/*
 * Take the highest hole off @window, which then ends below that hole and is
 * empty once it is used up. Returns false if there is no hole left.
 */
static bool take_highest_hole(const struct kimage *image, struct range *window,
			      struct range *hole)
{
	struct range obstacle;
	unsigned long i;

	if (kexec_range_empty(window))
		return false;

	*hole = *window;
	while (obstacle_at(image, hole->end, &obstacle)) {
		if (obstacle.start <= window->start)
			return false;
		hole->end = obstacle.start - 1;
	}

	for (i = 0; get_obstacle(image, i, &obstacle); i++) {
		if (!kexec_range_empty(&obstacle) && obstacle.end < hole->end)
			hole->start = max(hole->start, obstacle.end + 1);
	}

	kexec_range_keep_below(window, hole->start);
	return true;
}

/* The highest place in @hole for @size bytes, which is not zero. */
static bool fit_top_down(const struct range *hole, u64 size, u64 align, u64 *mem)
{
	if (hole->end - hole->start < size - 1)
		return false;

	*mem = ALIGN_DOWN(hole->end - (size - 1), align);
	return *mem >= hole->start;
}

/*
 * Did this page have a memory error, or did a balloon or virtio-mem give it back?
 * RCU keeps the struct page, as the removal of memory waits for a grace period. To wait
 * for memory hotplug instead would be with the kexec lock, which a crash needs.
 */
static bool is_unusable(u64 addr)
{
	struct page *page;
	bool unusable;

	rcu_read_lock();
	page = pfn_to_online_page(PHYS_PFN(addr));
	unusable = page && (PageHWPoison(page) || PageOffline(page));
	rcu_read_unlock();

	return unusable;
}

/*
 * The lowest page of [@mem..@mem + @size - 1] that cannot be used, in @bad. Looks
 * at each page, which is little beside the copy of each page that follows.
 */
static bool find_unusable(u64 mem, u64 size, u64 *bad)
{
	u64 addr;

	for (addr = mem; addr - mem < size; addr += PAGE_SIZE) {
		if (is_unusable(addr)) {
			*bad = addr;
			return true;
		}
	}

	return false;
}

/* The highest place in @hole without a page that cannot be used */
static bool fit_in_hole(struct range hole, const struct kexec_buf *kbuf, u64 *mem)
{
	u64 bad;

	while (fit_top_down(&hole, kbuf->memsz, kbuf->buf_align, mem)) {
		if (!find_unusable(*mem, kbuf->memsz, &bad))
			return true;
		kexec_range_keep_below(&hole, bad);
		if (kexec_range_empty(&hole))
			return false;
	}

	return false;
}

/**
 * struct hole_search - what a search knows while it walks down System RAM
 * @kbuf: the buffer to be placed
 * @lasting: look only at memory that cannot go away
 * @ram: the ranges of System RAM that touch the last one, as one range
 * @largest: size of the largest hole that was of no use, in bytes; 0 for none
 * @largest_at: where that hole starts
 */
struct hole_search {
	struct kexec_buf *kbuf;
	bool lasting;
	struct range ram;
	u64 largest;
	u64 largest_at;
};

static void note_largest(struct hole_search *search, const struct range *hole)
{
	if (range_len(hole) <= search->largest)
		return;

	search->largest = range_len(hole);
	search->largest_at = hole->start;
}

static bool place_in_ram(struct hole_search *search)
{
	struct kexec_buf *kbuf = search->kbuf;
	struct range window = search->ram;
	struct range hole;
	u64 mem;

	while (take_highest_hole(kbuf->image, &window, &hole)) {
		if (fit_in_hole(hole, kbuf, &mem)) {
			kbuf->mem = mem;
			return true;
		}
		note_largest(search, &hole);
	}

	return false;
}

/*
 * Look for a place in @ram, which lies below all that was searched before.
 * Ranges that touch are one: the kernel splits System RAM where it was handed
 * data by the boot loader.
 */
static bool search_range(struct hole_search *search, const struct range *ram)
{
	if (kexec_range_empty(&search->ram) || ram->end != search->ram.start - 1)
		search->ram.end = ram->end;
	search->ram.start = ram->start;

	return place_in_ram(search);
}

/* Takes the part off @window that is in the section of its last byte. */
static bool take_section(struct range *window, struct range *part)
{
	if (kexec_range_empty(window))
		return false;

	part->start = max(window->start, ALIGN_DOWN(window->end, BIT_ULL(PA_SECTION_SHIFT)));
	part->end = window->end;
	kexec_range_keep_below(window, part->start);
	return true;
}

static bool is_unmovable(u64 addr)
{
	struct page *page;
	bool unmovable;

	rcu_read_lock();
	page = pfn_to_online_page(PHYS_PFN(addr));
	unmovable = page && !is_zone_movable_page(page);
	rcu_read_unlock();

	return unmovable;
}

/*
 * Will @part, which is within one section, still be there at the jump, and does
 * its node stay removable for the next kernel? Memory is onlined, assigned to a
 * zone and removed in whole sections; only the border of ZONE_MOVABLE may be
 * inside of one, hence both ends.
 */
static bool is_lasting(const struct range *part)
{
	return is_unmovable(part->start) && is_unmovable(part->end) &&
	       early_section(__pfn_to_section(PHYS_PFN(part->start)));
}

static bool search_next_ram(struct hole_search *search, struct range ram)
{
	struct range part;

	if (!search->lasting)
		return search_range(search, &ram);

	while (take_section(&ram, &part)) {
		if (is_lasting(&part) && search_range(search, &part))
			return true;
	}

	return false;
}

/*
 * Called for each range of System RAM from the highest down, cut to the limits
 * of the buffer. Returns 1 when a place was found.
 */
static int search_resource(struct resource *res, void *arg)
{
	struct range window = { .start = res->start, .end = res->end };
	struct range part;

	/* The driver that adds this memory is not there when the next kernel boots. */
	if (res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED)
		return 0;

	while (arch_kexec_take_next_ram(&window, &part)) {
		if (search_next_ram(arg, part))
			return 1;
	}

	return 0;
}

static bool search_ram(struct hole_search *search, struct kexec_buf *kbuf,
		       bool lasting)
{
	*search = (struct hole_search) {
		.kbuf = kbuf,
		.lasting = lasting,
		.ram = KEXEC_EMPTY_RANGE,
	};

	return walk_system_ram_res_rev(kbuf->buf_min, kbuf->buf_max, search,
				       search_resource) == 1;
}

/**
 * kexec_placement_locate - find the highest place for a buffer
 * @kbuf: the buffer: memsz and buf_align in bytes and at least a page,
 *	  buf_align a power of two, buf_min and buf_max (inclusive) the limits;
 *	  on success, mem is set to the address that was found
 *
 * Looks first at memory that was there at boot, is online and is not movable;
 * then at any System RAM that the next kernel will have.
 *
 * Context: the caller holds the kexec lock; the segments of @kbuf->image are
 *	    those placed so far. Does not wait for memory hotplug.
 * Return: 0, -EINVAL for a buffer of no size, or -EADDRNOTAVAIL if nothing
 *	   fits; then the log names the largest hole and @kbuf is unchanged.
 */
int kexec_placement_locate(struct kexec_buf *kbuf)
{
	struct hole_search search;

	if (!kbuf->memsz)
		return -EINVAL;

	if (search_ram(&search, kbuf, true))
		return 0;

	if (search_ram(&search, kbuf, false)) {
		pr_notice("%#lx bytes at %#lx may go away or are movable: there is no room elsewhere\n",
			  kbuf->memsz, kbuf->mem);
		return 0;
	}

	pr_err("no hole for %#lx bytes, aligned to %#lx, in [%#lx..%#lx]; the largest hole has %#llx bytes at %#llx; use a smaller kernel or initrd\n",
	       kbuf->memsz, kbuf->buf_align, kbuf->buf_min, kbuf->buf_max,
	       search.largest, search.largest_at);
	return -EADDRNOTAVAIL;
}

#ifdef CONFIG_KEXEC_PLACEMENT_KUNIT_TEST
#include "kexec_placement_test.c"
#endif
