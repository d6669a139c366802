/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A case of the search, drawn. One character is one page, 32 of them:
 *
 *   ram	r or R: System RAM, d: driver-managed; each run of one letter is
 *		a range of its own, so rrRR are two that touch
 *   state	o: offline, h: added after boot, m: movable, p: poisoned, b: given
 *		back to the host, k: reserved at boot, x: of the crash kernel, y: of its low
 *		region; a section is 4 pages
 *   next	e or E: RAM that the next kernel is told of; without it, all
 *   placed	a, b, c, ...: a segment each, placed in that order
 *   limits	[: the lowest page allowed, ]: the highest; without it, none
 *   expect	N: where the new segment must go; without it, nowhere
 */
#ifndef _UNIT_DRAW_H
#define _UNIT_DRAW_H

#define PICTURE_PAGES	32
#define PICTURE_SECTION_SHIFT	14

#define MAY_GO_AWAY	"may go away, are movable or in a balloon"
#define RESERVED	"are reserved, or the crash kernel's"

struct picture {
	const char *name;
	const char *ram, *state, *next, *placed, *limits, *expect;
	unsigned int size;	/* in pages; where expect does not show it */
	unsigned int align;	/* in pages; 0 is one */
	const char *notice;	/* what is said of a place that is not the first choice */
};

extern const struct picture pictures[];
extern const unsigned int nr_pictures;

/* For @image, of that size, anywhere */
#define REQUEST(size) { .image = &image, .mem = 1, .memsz = (size), .buf_align = PAGE_SIZE, .buf_max = ~0UL }

/* Calls @draw for each run of one letter, except dots. */
void for_each_run(const char *row, u64 base,
		  void (*draw)(char letter, u64 start, u64 end));

/* Each draws a part of the picture, whose first page is at @base. */
void draw_memory(const struct picture *p, u64 base);
void draw_segments(const struct picture *p, u64 base, bool backwards,
		   struct kimage *image);
void draw_request(const struct picture *p, u64 base, struct kexec_buf *kbuf);

/* Where the picture says that the segment must go; false for nowhere */
bool drawn_place(const struct picture *p, u64 base, u64 *mem);

#endif
