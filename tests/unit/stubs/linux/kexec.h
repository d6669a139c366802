/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KEXEC_H
#define _LINUX_KEXEC_H

#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/xarray.h>

#include <asm/kexec.h>

extern struct resource crashk_res, crashk_low_res;

#define KEXEC_SEGMENT_MAX	16
#define KEXEC_TYPE_DEFAULT	0
#define KEXEC_TYPE_CRASH	1

struct kexec_segment {
	void *kbuf;
	size_t bufsz;
	unsigned long mem;
	size_t memsz;
};

typedef unsigned long kimage_entry_t;

#define IND_DESTINATION	0x1
#define IND_INDIRECTION	0x2
#define IND_DONE	0x4
#define IND_SOURCE	0x8

/* Set by the tests, so that some pages are out of reach */
extern unsigned long fake_source_limit;
#define KEXEC_SOURCE_MEMORY_LIMIT	fake_source_limit

struct page *boot_pfn_to_page(unsigned long pfn);
unsigned long page_to_boot_pfn(struct page *page);

struct kexec_memory_events {
	unsigned int removed;
	unsigned int removed_from_map;
};

struct kimage {
	kimage_entry_t head, *entry, *last_entry;
	struct list_head unusable_pages;
	struct xarray sources;
	char *cmdline_buf;
	void *initrd_buf;
	unsigned long initrd_buf_len;
	unsigned long nr_segments;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	unsigned int type : 1;
	unsigned int file_mode : 1;
	unsigned int preserve_context : 1;
	unsigned int from_top : 1;
	unsigned long present_segments;
	struct kexec_memory_events memory_events;
	struct {
		struct e820_table *e820_map;
	} arch;
};

extern struct kimage *kexec_image;

bool arch_kexec_map_lists(u64 start, u64 end);
bool arch_kexec_next_ram_limited(const struct kimage *image);
bool kexec_removal_begins(u64 start, u64 size);
void kexec_removal_ends(u64 start, u64 size, bool counts);

struct kexec_buf {
	struct kimage *image;
	void *buffer;
	unsigned long bufsz;
	unsigned long mem;
	unsigned long memsz;
	unsigned long buf_align;
	unsigned long buf_min;
	unsigned long buf_max;
	bool top_down;
};

void kexec_placement_decide(struct kimage *image);
int kexec_placement_locate(struct kexec_buf *kbuf);

#endif
