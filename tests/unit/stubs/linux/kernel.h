/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/types.h>

extern unsigned long fake_reads;
#define READ_ONCE(x)		(fake_reads++, *(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BIT_ULL(n)		(1ULL << (n))

/*
 * 1 for an option that is defined as 1, 0 for one that is not defined: only in
 * the first case does the paste below give an argument of its own.
 */
#define _COMMA_1		0,
#define _SECOND(a, b, ...)	b
#define _IS_ONE(comma)		_SECOND(comma 1, 0, 0)
#define _IS_ENABLED(value)	_IS_ONE(_COMMA_##value)
#define IS_ENABLED(option)	_IS_ENABLED(option)

int scnprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int kstrtou64(const char *s, unsigned int base, u64 *res);

#endif
