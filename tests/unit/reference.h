/* SPDX-License-Identifier: GPL-2.0-only */
/* What the walk must find, the simple way */
#ifndef _UNIT_REFERENCE_H
#define _UNIT_REFERENCE_H

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

/* @n ranges of RAM, 100 bytes from one to the next */
void ref_add_ram(unsigned int n);

#endif
