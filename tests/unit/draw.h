/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _UNIT_DRAW_H
#define _UNIT_DRAW_H

#include "picture.h"

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
