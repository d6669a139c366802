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
 * An image that is being loaded or freed has one user.
 */

#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
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

/* Make a destination its own source page; returns the page that was it before */
static struct page *replace_source(kimage_entry_t *entry, struct page *page)
{
	struct page *old = boot_pfn_to_page(*entry >> PAGE_SHIFT);

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
		} else if (page_to_boot_pfn(page) != pfn && is_destination(image, page)) {
			page = exchange(image, page, gfp_mask);
			cond_resched();
		}
	}

	return IS_ERR(page) ? NULL : page;
}
