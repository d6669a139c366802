/* SPDX-License-Identifier: GPL-2.0-only */
/* What the suites of memory hotplug have in common */
#ifndef _UNIT_HOTPLUG_H
#define _UNIT_HOTPLUG_H

#include "draw.h"

/*
 * Memory that is removed under an image, drawn. What was there when the load began
 * is drawn as in draw.h; each segment is a destination. Then, from the left:
 *
 *   goes	x: is removed, b: the removal begins and is refused
 */
struct hot_picture {
	struct picture before;
	const char *goes;
	/* What the log says when an image of kexec_file_load() is lost; NULL: it is not */
	const char *file;
	/* ... of kexec_load(), where user space made the map */
	const char *user;
	/* The jump goes through firmware if it began before that */
	bool restarts;
};

#define REMOVED	"was removed: "
#define TOLD	"would be told of"

extern const struct hot_picture hot_pictures[];
extern const unsigned int nr_hot_pictures;

/*
 * Memory for cases that need no other: four DIMMs, the image in the first, which
 * alone is in the map
 *
 *	0    4    8    12   pages
 *	|rrrr|RRRR|rrrr|RRRR|
 *	 eeee
 *	 aa
 */
extern const struct hot_picture four_dimms;

#define BLOCK	(1ULL << PICTURE_SECTION_SHIFT)
#define IMAGE	0, BLOCK - 1
#define OTHER	BLOCK, 2 * BLOCK - 1
#define DIMM	2 * BLOCK, 3 * BLOCK - 1

/* Draws it in a kernel that has seen memory go away before. */
void hot_begin(const struct hot_picture *p, u64 base);

/* The memory events of the picture, whoever has the kexec lock meanwhile */
void hot_events(const struct hot_picture *p, u64 base);

/* A new image, whose load begins; the caller has the kexec lock. */
struct kimage *hot_image(const struct hot_picture *p, u64 base, bool file);

/* A load, with the kexec lock taken: from its begin to before its last look */
struct kimage *hot_load(const struct hot_picture *p, u64 base, bool file);

/* ... which finds all well: the image is in place, the lock is free. */
struct kimage *hot_install(const struct hot_picture *p, u64 base, bool file);

/* With four_dimms at 0 and its image, of kexec_file_load() */
struct kimage *hot_begin_with_image(void);

#endif
