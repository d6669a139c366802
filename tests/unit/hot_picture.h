/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is removed under an image, drawn. What was there when the load began
 * is drawn as in picture.h; each segment is a destination. Then, from the left:
 *
 *   goes	x: is removed, b: the removal begins and is refused
 */
#ifndef _UNIT_HOT_PICTURE_H
#define _UNIT_HOT_PICTURE_H

#include "picture.h"

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

#endif
