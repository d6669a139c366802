// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: the source pages, in which the data of an image waits for the jump
 *
 * A source page is its own destination or no destination at all. So at the
 * jump the pages can be copied in any order. The page allocator knows nothing
 * of that and hands out destinations as well:
 *
 * - The source page of that destination exists already: the new page takes its
 *   place and its data, and the old one, which is no destination, gets free.
 * - It does not: the new page is held until it is asked for.
 *
 * image->sources tells which, in one look-up by the frame number of the
 * destination. A slot has the held page, or else the entry of the image's page
 * list where the source page is written down; the latter with the tag ENTRY.
 * That takes about 9 bytes a page, while loading only.
 *
 * The pages that a file was read into become source pages as they are. Some may
 * be destinations; these are exchanged in the same way, as soon as their whole
 * segment is there.
 *
 * An image that is being loaded or freed has one user.
 */

#define pr_fmt(fmt) "kexec_file: " fmt

#include <linux/bug.h>
#include <linux/cc_platform.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/swap.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include "kexec_internal.h"

#define ENTRY	1

static int hold(struct kimage *image, struct page *page, gfp_t gfp_mask)
{
	return xa_err(xa_store(&image->sources, page_to_boot_pfn(page), page,
			       gfp_mask));
}

static bool out_of_reach(struct page *page)
{
	return page_to_boot_pfn(page) > (KEXEC_SOURCE_MEMORY_LIMIT >> PAGE_SHIFT);
}

static bool is_destination(struct kimage *image, struct page *page)
{
	unsigned long addr = page_to_boot_pfn(page) << PAGE_SHIFT;

	return kimage_is_destination_range(image, addr, addr + PAGE_SIZE - 1);
}

/**
 * kexec_hold_destination() - keep a destination until it is asked for
 * @image: the image that is being loaded; the kexec lock is held
 * @page: a page of order 0 from kimage_alloc_pages()
 *
 * Once all segments are loaded, nobody asks any more; the page is then held in
 * vain until kexec_free_sources(). May sleep, but does not try hard for memory.
 *
 * Return: true if the page belongs to @image now. False if it still is the
 * caller's: it can't be a source page, is no destination, or there is no memory.
 */
bool kexec_hold_destination(struct kimage *image, struct page *page)
{
	return !out_of_reach(page) && is_destination(image, page) &&
	       !hold(image, page, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
}

/**
 * kexec_note_source() - remember where the source page of a destination is written
 * @image: the image that is being loaded; the kexec lock is held
 * @destination: physical address of the destination, in bytes
 * @entry: its entry in the page list of @image
 *
 * A page that was held for @destination is the one in @entry by now; until then
 * it is also the one that is held, so the caller must not free it. May sleep.
 *
 * Return: 0 or -ENOMEM
 */
int kexec_note_source(struct kimage *image, unsigned long destination,
		      kimage_entry_t *entry)
{
	return xa_err(xa_store(&image->sources, destination >> PAGE_SHIFT,
			       xa_tag_pointer(entry, ENTRY), GFP_KERNEL));
}

/**
 * kexec_free_sources() - free what is only needed while an image is loaded
 * @image: the image; pages in its page list stay, those that are held or out of
 *	reach go
 *
 * May sleep. Does nothing when called again.
 */
void kexec_free_sources(struct kimage *image)
{
	unsigned long pfn;
	void *slot;

	xa_for_each(&image->sources, pfn, slot) {
		if (xa_pointer_tag(slot) != ENTRY)
			kimage_free_pages(slot);
		xa_erase(&image->sources, pfn);
		cond_resched();
	}
	/* This turns interrupts off: only for what a failed store may have left */
	xa_destroy(&image->sources);
	kimage_free_page_list(&image->unusable_pages);
}

static struct page *source_page(const kimage_entry_t *entry)
{
	return boot_pfn_to_page(*entry >> PAGE_SHIFT);
}

/* Another page takes over the data; returns the page that had it before */
static struct page *replace_source(kimage_entry_t *entry, struct page *page)
{
	struct page *old = source_page(entry);

	copy_highpage(page, old);
	*entry = (page_to_boot_pfn(page) << PAGE_SHIFT) | (*entry & ~PAGE_MASK);

	return old;
}

/*
 * What a destination that was offered is good for: a page that can be used in
 * place of it, or NULL if there is none (yet), or -ENOMEM.
 */
static struct page *exchange(struct kimage *image, struct page *page,
			     gfp_t gfp_mask)
{
	kimage_entry_t *entry;

	/* No held page is in this slot: the held one would be this page. */
	entry = xa_untag_pointer(xa_load(&image->sources, page_to_boot_pfn(page)));
	if (!entry) {
		if (!hold(image, page, GFP_KERNEL))
			return NULL;
		kimage_free_pages(page);
		return ERR_PTR(-ENOMEM);
	}

	page = replace_source(entry, page);
	if (!PageHighMem(page) || (gfp_mask & __GFP_HIGHMEM))
		return page;

	kimage_free_pages(page);
	return NULL;
}

/* The destination of data other than what is meant for @pfn */
static bool is_anothers(struct kimage *image, struct page *page, unsigned long pfn)
{
	return page_to_boot_pfn(page) != pfn && is_destination(image, page);
}

/* Exchange a page until one is there that can be the source page of @pfn; else as above */
static struct page *make_usable(struct kimage *image, struct page *page,
				gfp_t gfp_mask, unsigned long pfn)
{
	while (!IS_ERR_OR_NULL(page) && is_anothers(image, page, pfn)) {
		page = exchange(image, page, gfp_mask);
		cond_resched();
	}

	return page;
}

/**
 * kimage_alloc_page() - allocate a page that is no destination, but its own
 * @image: the image that is being loaded; the kexec lock is held
 * @gfp_mask: how to allocate
 * @destination: physical address, in bytes, that the data of the page is for;
 *	KIMAGE_NO_DEST if it is for none
 *
 * Constant time for each page that the page allocator offers. May sleep.
 *
 * Return: the page, in any state, or NULL: no memory, or a fatal signal
 */
struct page *kimage_alloc_page(struct kimage *image, gfp_t gfp_mask,
			       unsigned long destination)
{
	unsigned long pfn = destination >> PAGE_SHIFT;
	struct page *page = xa_load(&image->sources, pfn);

	/* Each destination is asked for once: no entry is in its slot. */
	if (WARN_ON_ONCE(xa_pointer_tag(page) == ENTRY))
		return NULL;

	while (!page) {
		page = kimage_alloc_pages(gfp_mask, 0);
		if (!page)
			break;

		if (out_of_reach(page)) {
			list_add(&page->lru, &image->unusable_pages);
			page = NULL;
		} else {
			page = make_usable(image, page, gfp_mask, pfn);
		}
	}

	return IS_ERR(page) ? NULL : page;
}

#ifdef CONFIG_KEXEC_FILE
/**
 * kexec_initrd_fits() - is there memory that a reboot image's initrd can be read into?
 * @image: the image that is being loaded; the kexec lock is held
 * @fd: the initrd's file; what is wrong with it is told by who reads it
 * @max: the most that can be read, in bytes; a larger file is no matter of memory
 *
 * To read more than there is would kill others, and this load at last. It may be
 * worth that for a crash image, as the one before is gone already.
 *
 * Return: 0 or -ENOMEM
 */
int kexec_initrd_fits(const struct kimage *image, int fd, s64 max)
{
	long available = si_mem_available() + get_nr_swap_pages();
	struct kstat stat;

	if (image->type == KEXEC_TYPE_CRASH || vfs_fstat(fd, &stat) || stat.size > max ||
	    stat.size >> PAGE_SHIFT <= available)
		return 0;

	pr_err("no memory for an initrd of %lld KiB: %ld KiB are available, with swap\n",
	       stat.size >> 10, available << (PAGE_SHIFT - 10));
	return -ENOMEM;
}

/* A page of vmalloc() that nobody reads or writes any more once it is loaded */
static bool in_initrd(const struct kimage *image, const void *data)
{
	return data >= image->initrd_buf &&
	       data < image->initrd_buf + image->initrd_buf_len && PAGE_ALIGNED(data);
}

/**
 * kexec_share_page() - make a page of the initrd's buffer a source page
 * @image: the image that is being loaded; the kexec lock is held
 * @data: the data of a page; of an image of kexec_load(): NULL
 * @size: how much is left, in bytes. 0: none, and @data may be any address
 * @destination: physical address that the data is for, in bytes
 *
 * The page belongs to the image and to the buffer then, and gets free when both
 * are. It may be any destination until kexec_settle_segment() was called.
 *
 * A page that is held for @destination gets free: all the rest may be held.
 *
 * Return: the page. NULL if the data must be copied: it is not the initrd's, or
 * the host encrypts memory, but not that of an image.
 */
struct page *kexec_share_page(struct kimage *image, void *data, size_t size,
			      unsigned long destination)
{
	struct page *page, *held;

	if (!size || !in_initrd(image, data) || cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT))
		return NULL;

	page = vmalloc_to_page(data);
	if (out_of_reach(page))
		return NULL;

	held = xa_erase(&image->sources, destination >> PAGE_SHIFT);
	if (held)
		kimage_free_pages(held);

	/* From now on it is used by its own address, not by that in the buffer */
	flush_kernel_vmap_range(data, PAGE_SIZE);
	page_kasan_tag_reset(page);

	/* As kimage_alloc_pages() leaves one */
	get_page(page);
	set_page_private(page, 0);
	SetPageReserved(page);

	return page;
}

/**
 * kexec_settle_segment() - let no source page of a segment be a wrong destination
 * @image: the image that is being loaded; the kexec lock is held
 * @segment: a segment of it, all of whose source pages are there
 *
 * A page that is, is copied to a spare one, takes the place of the one that is
 * the source page of that destination so far, and that is the next spare one.
 * So this needs one page, and one more for each destination of segments to come.
 * May sleep.
 *
 * Return: 0 or -ENOMEM
 */
int kexec_settle_segment(struct kimage *image, const struct kexec_segment *segment)
{
	unsigned long pfn = segment->mem >> PAGE_SHIFT;
	unsigned long end = pfn + (segment->memsz >> PAGE_SHIFT);
	struct page *spare = NULL;

	if (!in_initrd(image, segment->kbuf))
		return 0;

	for (; pfn < end; pfn++) {
		kimage_entry_t *entry = xa_untag_pointer(xa_load(&image->sources, pfn));

		cond_resched();
		if (!is_anothers(image, source_page(entry), pfn))
			continue;

		if (!spare)
			spare = kimage_alloc_page(image, GFP_HIGHUSER, KIMAGE_NO_DEST);
		if (!spare)
			return -ENOMEM;

		spare = make_usable(image, replace_source(entry, spare),
				    GFP_HIGHUSER, KIMAGE_NO_DEST >> PAGE_SHIFT);
		if (IS_ERR(spare))
			return PTR_ERR(spare);
	}

	if (spare)
		kimage_free_pages(spare);

	return 0;
}
#endif
