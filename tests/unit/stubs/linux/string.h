/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <string.h>
#include <sys/types.h>

ssize_t strscpy(char *dest, const char *src, size_t count);
int __sysfs_match_string(const char * const *array, size_t n, const char *s);

#define sysfs_match_string(array, s) \
	__sysfs_match_string(array, sizeof(array) / sizeof((array)[0]), s)

#endif
