/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's lib/xxhash.c offers; see fake_xxhash.c */
#ifndef _LINUX_XXHASH_H
#define _LINUX_XXHASH_H

#include <linux/types.h>

struct xxh64_state {
	u64 bytes;
};

void xxh64_reset(struct xxh64_state *state, u64 seed);
int xxh64_update(struct xxh64_state *state, const void *input, size_t length);
u64 xxh64_digest(const struct xxh64_state *state);

#endif
