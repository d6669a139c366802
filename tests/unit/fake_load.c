// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include "check.h"
#include "fake_load.h"

struct fake_kexec_lock fake_kexec_lock;
atomic_t __kexec_lock;
struct fake_symbol fake_symbol;
struct kimage *kexec_image;

bool kexec_trylock(void)
{
	if (__kexec_lock.counter)
		return false;
	fake_kexec_lock.taken++;
	__kexec_lock.counter = 1;
	return true;
}

void kexec_unlock(void)
{
	CHECK_EQ(1, __kexec_lock.counter);
	__kexec_lock.counter = 0;
}

int atomic_read_acquire(const atomic_t *v)
{
	if (fake_kexec_lock.on_read)
		fake_kexec_lock.on_read();
	return v->counter;
}

void fake_xchg(void)
{
	CHECK_EQ(1, __kexec_lock.counter);
}

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list args;
	int len;

	CHECK_EQ(1, __kexec_lock.counter);
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

	return fake_symbol.error;
}

struct fake_file fake_file;

int vfs_fstat(int fd, struct kstat *stat)
{
	CHECK_EQ(7, fd);
	stat->size = fake_file.size;

	return fake_file.error;
}

long si_mem_available(void)
{
	return fake_file.available;
}

long get_nr_swap_pages(void)
{
	return fake_file.swap;
}
