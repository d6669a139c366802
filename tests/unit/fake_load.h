/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a load does beside placing and source pages: the lock, sysfs,
 * symbols of the purgatory.
 */
#ifndef _UNIT_FAKE_LOAD_H
#define _UNIT_FAKE_LOAD_H

/* How often the kexec lock was taken, and what happens before it is read */
struct fake_kexec_lock {
	unsigned int taken;
	void (*on_read)(void);
};

/* What was set last */
struct fake_symbol {
	char name[32];
	unsigned int size;
	unsigned char value[32];
	unsigned int times;
	int error;		/* to be returned */
};

/* The initrd's file, and the memory there is for it */
struct fake_file {
	int error;
	long long size;
	long available, swap;	/* pages */
};

extern struct fake_file fake_file;
extern struct fake_kexec_lock fake_kexec_lock;
extern struct fake_symbol fake_symbol;

#endif
