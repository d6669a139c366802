/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

typedef struct {
	int counter;
} atomic_t;

/* Of the kexec lock, the one that is read; see fake_load.h */
int atomic_read_acquire(const atomic_t *v);

/* What is exchanged is a loaded image, which takes the kexec lock. */
void fake_xchg(void);

/* There is one CPU here: what can be seen is between what they are. */
void smp_mb(void);
void smp_rmb(void);
void smp_wmb(void);

#define xchg(ptr, value) \
	({ fake_xchg(); typeof(*(ptr)) _old = *(ptr); *(ptr) = (value); _old; })

#endif
