/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

struct page;

int PageHWPoison(const struct page *page);
int PageOffline(const struct page *page);

#endif
