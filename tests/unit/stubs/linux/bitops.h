/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#ifndef BIT
#define BIT(n)		(1UL << (n))
#endif
#define __ffs(word)	((unsigned long)__builtin_ctzl(word))

#endif
