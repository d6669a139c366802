/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
typedef u64 resource_size_t;

#define U64_MAX		(~0ULL)

#endif
