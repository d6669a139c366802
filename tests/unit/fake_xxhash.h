/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash that keeps what it is given, so that a test sees the stream. */
#ifndef _UNIT_FAKE_XXHASH_H
#define _UNIT_FAKE_XXHASH_H

#define FAKE_STREAM	(2 << 20)
#define FAKE_DIGEST	0x123456789abcdef0ULL

struct fake_hash {
	u64 bytes;		/* hashed so far */
	size_t largest;		/* most bytes in one call */
	u64 zeros;		/* bytes from the page of zeros */
	u64 fails_after;	/* calls; 0: never */
	u64 signal_after;	/* calls; 0: never */
	u64 calls;
	u64 pauses;		/* in which others may run */
	bool not_read;		/* the data is larger than memory, and not there */
	unsigned char stream[FAKE_STREAM];
};

extern struct fake_hash fake_hash;

#endif
