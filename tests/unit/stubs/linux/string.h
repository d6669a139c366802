/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <string.h>
#include <sys/types.h>

#include <linux/types.h>

/* The length of the prefix, or 0 */
static inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(str, prefix, len) ? 0 : len;
}

ssize_t strscpy(char *dest, const char *src, size_t count);
int __sysfs_match_string(const char * const *array, size_t n, const char *s);

#define sysfs_match_string(array, s) \
	__sysfs_match_string(array, sizeof(array) / sizeof((array)[0]), s)

#endif
