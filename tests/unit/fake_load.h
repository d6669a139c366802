/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a load does beside placing and source pages: the lock, the hash, sysfs.
 */
#ifndef _UNIT_FAKE_LOAD_H
#define _UNIT_FAKE_LOAD_H

#include <linux/types.h>

struct fake_hash {
	u64 bytes;		/* hashed so far */
	size_t largest;		/* most bytes in one call */
	const void *next;	/* where the next data has to be */
	u64 zeros;		/* bytes from the page of zeros */
	u64 fails_after;	/* calls; 0: never */
	u64 signal_after;	/* calls; 0: never */
	u64 calls;
};

/* How often the kexec lock was taken, and what happens before it is read */
struct fake_kexec_lock {
	unsigned int taken;
	void (*on_read)(void);
};

extern struct fake_hash fake_hash;
extern struct fake_kexec_lock fake_kexec_lock;

/* kexec_digest.check */
extern bool *const fake_value_check;

#endif
