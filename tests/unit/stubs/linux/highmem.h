/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

#include <linux/types.h>

struct page;

bool PageHighMem(const struct page *page);
void copy_highpage(struct page *to, struct page *from);
void flush_kernel_vmap_range(void *vaddr, int size);

#endif
