/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_ALIGN_H
#define _LINUX_ALIGN_H

/* As in the kernel: @a is a power of two, of the type of @x. */
#define ALIGN_DOWN(x, a)	((x) & ~((typeof(x))(a) - 1))

#endif
