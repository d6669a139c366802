/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small space, a grain at a time, where every question has a simple answer.
 */
#ifndef _UNIT_GRAINS_H
#define _UNIT_GRAINS_H

/* A quarter of a page, so that ranges and limits may end within pages */
#define GRAIN		1024UL
#define PER_PAGE	(PAGE_SIZE / GRAIN)
#define GRAINS		256U
#define PER_SECTION	(4 * PER_PAGE)

/* Makes a random space, and with it a random @image and a random @kbuf. */
void random_space(struct kimage *image, struct kexec_buf *kbuf);

/* Where @kbuf belongs, if anywhere; @notice: not in the first choice */
bool place_by_grains(const struct kexec_buf *kbuf, u64 *mem, bool *notice);

#endif
