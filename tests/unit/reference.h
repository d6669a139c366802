/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the walk and the search must find, the simple way.
 */
#ifndef _UNIT_REFERENCE_H
#define _UNIT_REFERENCE_H

#include <linux/kexec.h>
#include <linux/types.h>

#include "fake_memory.h"

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
 * manages, as far as it is of this choice. Ranges that touch are one.
 */
unsigned int ref_candidates(const struct kexec_buf *kbuf, enum fake_choice choice,
			    struct ref_range *ranges);

/* Whether @kbuf may be placed at @mem, in any RAM */
bool ref_may_place(const struct kexec_buf *kbuf, u64 mem);

/*
 * The highest place for @kbuf in the first choice that has one; @notice is set
 * if that is not FIRST_CHOICE. Returns false if there is none.
 */
bool ref_place(const struct kexec_buf *kbuf, u64 *mem, bool *notice);

#endif
