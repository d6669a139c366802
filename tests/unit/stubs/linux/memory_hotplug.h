/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MEMORY_HOTPLUG_H
#define _LINUX_MEMORY_HOTPLUG_H

struct page;

struct page *pfn_to_online_page(unsigned long pfn);

#endif
