/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small memory with a page allocator that is as unhelpful as it is told to
 * be, and the part of kernel/kexec_core.c that loads an image from it.
 */
#ifndef _UNIT_FAKE_PAGES_H
#define _UNIT_FAKE_PAGES_H

#define FAKE_PAGES	256

enum fake_order {
	ASCENDING,		/* lowest page first */
	DESCENDING,
	RANDOM,
	DESTINATIONS_FIRST,	/* ascending: the worst case of a search in lists */
	DESTINATIONS_LAST,
	SWAPS_FIRST,		/* what was loaded already, to be replaced each time */
	EARLY_FIRST,		/* what comes last, to be held the longest */
	FAKE_ORDERS
};

struct fake_pages {
	struct page page[FAKE_PAGES];
	enum fake_order order;
	struct kimage *image;
	/* Frame number that the loader is at: below it all have been loaded */
	unsigned long at;
	/* An allocation fails: the how manieth; 0: none */
	unsigned long fail_at;
	unsigned long allocations, offered, lookups;
	/* Allocations when the control pages were there */
	unsigned long control;
	/* How the last entry was stored */
	gfp_t gfp;
	/* A warning is expected: true; how many there were */
	bool may_warn;
	unsigned int warnings;
	/* The buffer that the initrd was read into */
	struct page *buffer[FAKE_PAGES];
	unsigned int buffer_pages;
	bool host_encrypts;
};

extern struct fake_pages fake_pages;

void fake_pages_reset(struct kimage *image, enum fake_order order);
unsigned int fake_pages_allocated(void);

bool is_destination(const struct kimage *image, unsigned long pfn);

/* What the page at @pfn shall hold after the jump */
unsigned long word_for(unsigned long pfn, unsigned int word);

/* An address that no other data has, and none may be read from or written to */
#define FAKE_INITRD	((char *)0x100000000)

/* What segment @segment has was read from a file, into pages of its own; the last one is not full. */
void read_initrd(struct kimage *image, struct kexec_segment *segment);
void free_initrd(struct kimage *image);

int load_image(struct kimage *image, unsigned int control_pages);
void free_image(struct kimage *image);
void jump(struct kimage *image);

#endif
