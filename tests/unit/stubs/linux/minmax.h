/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

/* As in the kernel: both of one type, or it does not compile. */
#define _SAME_TYPE(a, b) \
	_Static_assert(__builtin_types_compatible_p(typeof(a), typeof(b)), "types")

#define min(a, b) \
	({ __auto_type _a = (a); __auto_type _b = (b); _SAME_TYPE(_a, _b); \
	   _a < _b ? _a : _b; })
#define max(a, b) \
	({ __auto_type _a = (a); __auto_type _b = (b); _SAME_TYPE(_a, _b); \
	   _a > _b ? _a : _b; })
#define min3(a, b, c) \
	({ __auto_type _c = (c); __auto_type _m = min(a, b); min(_m, _c); })
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))

#endif
