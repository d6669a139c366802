/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kexec_file_load() places the segments of an image.
 */
#ifndef _LINUX_KEXEC_PLACEMENT_H
#define _LINUX_KEXEC_PLACEMENT_H

#include <linux/kexec.h>
#include <linux/range.h>

/* A range without a single byte; all others have start <= end */
#define KEXEC_EMPTY_RANGE	((struct range) { .start = 1, .end = 0 })

static inline struct range kexec_to_range(u64 start, u64 size)
{
	if (!size)
		return KEXEC_EMPTY_RANGE;

	return (struct range) { .start = start, .end = start + (size - 1) };
}

static inline bool kexec_range_empty(const struct range *range)
{
	return range->start > range->end;
}

/**
 * kexec_range_keep_below - cut the upper end off a range
 * @range: in bytes, the end inclusive
 * @start: lowest byte to cut off, within @range; @range is empty afterwards if
 *	   nothing is left
 */
static inline void kexec_range_keep_below(struct range *range, u64 start)
{
	if (start > range->start)
		range->end = start - 1;
	else
		*range = KEXEC_EMPTY_RANGE;
}

#ifdef CONFIG_KEXEC_FILE
/* There with CONFIG_KEXEC_PLACEMENT; without, calls are compiled out */
void kexec_placement_decide(struct kimage *image);
int kexec_placement_locate(struct kexec_buf *kbuf);
bool arch_kexec_take_next_ram(struct range *window, struct range *part);
bool arch_kexec_next_ram_limited(const char *cmdline);

/**
 * kexec_placement_top_down - is this buffer placed by kexec_placement_locate()?
 * @kbuf: the buffer; its loader may have asked for the lowest address instead
 *
 * Return: true if so, false if the search in kexec_file.c places it.
 */
static inline bool kexec_placement_top_down(const struct kexec_buf *kbuf)
{
	return IS_ENABLED(CONFIG_KEXEC_PLACEMENT) && kbuf->top_down &&
	       kbuf->image->top_down;
}

/**
 * kexec_next_ram_limited - will the next kernel have less RAM than the map lists?
 * @image: the image that is being loaded; its command line is there, if any
 *
 * Return: true if it may have less.
 */
static inline bool kexec_next_ram_limited(const struct kimage *image)
{
	return IS_ENABLED(CONFIG_KEXEC_PLACEMENT) && image->cmdline_buf &&
	       arch_kexec_next_ram_limited(image->cmdline_buf);
}

#endif /* CONFIG_KEXEC_FILE */

#endif /* _LINUX_KEXEC_PLACEMENT_H */
