/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/list.h>
#include <linux/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PAGE_ALIGNED(addr)	(!((unsigned long)(addr) & ~PAGE_MASK))

/* Memory of the tests for source pages; see fake_pages.h */
struct page {
	struct list_head lru;
	bool allocated;
	bool never;	/* offered */
	bool high;
	/* It is the image's, and the initrd's buffer has it as well */
	bool shared;
	bool reserved;
	/* What its data in the buffer is known by, and whether the cache may still have it */
	bool tagged, flushed;
	unsigned long private;
	unsigned long data[8];
};

void page_kasan_tag_reset(struct page *page);
void get_page(struct page *page);
void set_page_private(struct page *page, unsigned long private);
void SetPageReserved(struct page *page);
long si_mem_available(void);

unsigned long get_num_physpages(void);

/* A page of zeros */
#define ZERO_PAGE(vaddr)	((struct page *)NULL)
void *page_address(const struct page *page);

#endif
