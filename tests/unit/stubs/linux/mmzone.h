/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MMZONE_H
#define _LINUX_MMZONE_H

#include <linux/types.h>

struct page;
struct mem_section;

/* 128 MiB on x86; the tests also use small ones, to have many in little RAM. */
extern unsigned int fake_section_shift;
#define PA_SECTION_SHIFT	fake_section_shift

struct mem_section *__pfn_to_section(unsigned long pfn);
int early_section(struct mem_section *section);
bool is_zone_movable_page(const struct page *page);

#endif
