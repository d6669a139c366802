/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A callback for the walk that remembers what it was called with.
 */
#ifndef _UNIT_VISITS_H
#define _UNIT_VISITS_H

#include <linux/ioport.h>

#include "reference.h"

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
