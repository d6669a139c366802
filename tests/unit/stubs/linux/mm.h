/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/list.h>
#include <linux/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

/* Memory of the tests for source pages; see fake_pages.h */
struct page {
	struct list_head lru;
	bool allocated;
	bool high;
	unsigned long data[8];
};

unsigned long get_num_physpages(void);

/* A page of zeros */
#define ZERO_PAGE(vaddr)	((struct page *)NULL)
void *page_address(const struct page *page);

#endif
