// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include "check.h"
#include "fake_kernel.h"

struct fake_log fake_log;
bool fake_efi_boot;
u64 fake_ram_bytes;
unsigned long fake_reads;

void fake_log_reset(void)
{
	memset(&fake_log, 0, sizeof(fake_log));
}

void fake_printk(char level, const char *fmt, ...)
{
	va_list args;

	fake_log.messages++;
	fake_log.level = level;
	fake_log.locked = __kexec_lock.counter;
	va_start(args, fmt);
	vsnprintf(fake_log.text, sizeof(fake_log.text), fmt, args);
	va_end(args);
}

void check_one_line(char level, const char *text)
{
	CHECK_EQ(1, fake_log.messages);
	CHECK_EQ(level, fake_log.level);
	CHECK_CONTAINS(fake_log.text, text);
	CHECK_EQ(strlen(fake_log.text) - 1, strcspn(fake_log.text, "\n"));
}

bool efi_enabled(int feature)
{
	return fake_efi_boot && feature == EFI_BOOT;
}

unsigned long get_num_physpages(void)
{
	return fake_ram_bytes >> PAGE_SHIFT;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len < (int)size ? len : (int)size - 1;
}

/* sysfs hands over what was written, most often with a newline at the end. */
static bool same_but_newline(const char *a, const char *b)
{
	size_t n = strlen(a);

	return !strncmp(a, b, n) && (!b[n] || !strcmp(b + n, "\n"));
}

int __sysfs_match_string(const char * const *array, size_t n, const char *s)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++) {
		if (same_but_newline(array[i], s))
			return i;
	}

	return -EINVAL;
}
