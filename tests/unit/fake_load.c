// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#include "check.h"
#include "fake_load.h"
#include "kexec_internal.h"

struct fake_kexec_lock fake_kexec_lock;
struct fake_symbol fake_symbol;
struct kimage *kexec_image;

bool kexec_trylock(void)
{
	if (fake_kexec_lock.busy)
		return false;
	CHECK_EQ(0, fake_kexec_lock.depth++);
	return true;
}

void kexec_unlock(void)
{
	CHECK_EQ(1, fake_kexec_lock.depth--);
}

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list args;
	int len;

	CHECK_EQ(1, fake_kexec_lock.depth);
	va_start(args, fmt);
	len = vsnprintf(buf + at, PAGE_SIZE - at, fmt, args);
	va_end(args);
	CHECK(at + len < (int)PAGE_SIZE);

	return len;
}

int kexec_purgatory_get_set_symbol(struct kimage *image, const char *name,
				   void *buf, unsigned int size, bool get_value)
{
	CHECK(!get_value && size <= sizeof(fake_symbol.value));
	snprintf(fake_symbol.name, sizeof(fake_symbol.name), "%s", name);
	memcpy(fake_symbol.value, buf, size);
	fake_symbol.size = size;
	fake_symbol.times++;

	return 0;
}
