/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the walk and the search must find, the simple way.
 */
#ifndef _UNIT_REFERENCE_H
#define _UNIT_REFERENCE_H

#include <linux/kexec.h>
#include <linux/types.h>

#define REF_MAX_RANGES	1024

struct ref_range {
	u64 start, end;
	unsigned long flags, desc;
};

/*
 * System RAM within [@start..@end], both inclusive, the lowest first. Where
 * one range lies inside another, only the outer one counts.
 */
unsigned int ref_walk(u64 start, u64 end, struct ref_range *ranges);

/*
 * System RAM of @kbuf's limits that the next kernel will have and no driver
 * manages. Ranges that touch are one. @lasting leaves out what may go away.
 */
unsigned int ref_candidates(const struct kexec_buf *kbuf, bool lasting,
			    struct ref_range *ranges);

/* Whether @kbuf may be placed at @mem, in any RAM */
bool ref_may_place(const struct kexec_buf *kbuf, u64 mem);

/*
 * The highest place for @kbuf in lasting memory, or else in any, then @notice
 * is set. Returns false if there is none.
 */
bool ref_place(const struct kexec_buf *kbuf, u64 *mem, bool *notice);

#endif
