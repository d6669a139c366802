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
#ifndef _UNIT_PICTURE_H
#define _UNIT_PICTURE_H

#define PICTURE_PAGES	32
#define PICTURE_SECTION_SHIFT	14

struct picture {
	const char *name;
	const char *ram, *state, *next, *placed, *limits, *expect;
	unsigned int size;	/* in pages; where expect does not show it */
	unsigned int align;	/* in pages; 0 is one */
	bool notice;		/* it is not the first choice, and said so */
};

extern const struct picture pictures[];
extern const unsigned int nr_pictures;

extern const struct picture state_pictures[];
extern const unsigned int nr_state_pictures;

#endif
