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

/* A callback for the walk, which remembers what it was called with */
struct visits {
	struct ref_range range[REF_MAX_RANGES];
	unsigned int nr;
	unsigned int stop_at;	/* the n-th call, from 1 on, returns stop_value */
	int stop_value;
};

int visit(struct resource *res, void *arg);

/* Walks all of [@start..@end] and compares with the reference, mirrored. */
void check_walk(u64 start, u64 end);

#endif
