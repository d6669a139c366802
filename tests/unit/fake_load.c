// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sysfs.h>

#include "check.h"
#include "fake_load.h"
#include "kexec_internal.h"

struct fake_hash fake_hash;
struct fake_kexec_lock fake_kexec_lock;
atomic_t __kexec_lock;
struct kimage *kexec_image;

static const char zeros[PAGE_SIZE];

void *page_address(const struct page *page)
{
	return (void *)zeros;
}

/* Data is not read: the tests have segments that are larger than memory. */
int kexec_hash(void *digest, const void *data, size_t size)
{
	struct fake_hash *hash = digest;

	if (++hash->calls == hash->fails_after)
		return -EIO;

	if (data == zeros)
		hash->zeros += size;
	else
		CHECK(!hash->next || data == hash->next);
	hash->next = data + size;
	hash->bytes += size;
	if (size > hash->largest)
		hash->largest = size;

	return 0;
}

bool fatal_signal_pending(const void *task)
{
	return fake_hash.signal_after && fake_hash.calls >= fake_hash.signal_after;
}

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
