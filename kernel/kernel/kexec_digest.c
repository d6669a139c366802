// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: the digest by which the purgatory knows that an image arrived intact
 */

#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>

#include "kexec_internal.h"

static bool check = true;
module_param(check, bool, 0644);
MODULE_PARM_DESC(check, "Let the purgatory check a reboot image before it starts it");

/**
 * kexec_digest_wanted() - is this image to be checked by the purgatory?
 * @image: the image that is being loaded
 *
 * A crash image waits in memory that a broken kernel may have written to; it
 * always is. Without a region to hash, the purgatory finds the digest of nothing.
 * Ask once for an image, as the parameter may change any time.
 */
bool kexec_digest_wanted(const struct kimage *image)
{
	return image->type == KEXEC_TYPE_CRASH || READ_ONCE(check);
}

/* Some 100 us; where SHA-256 uses the FPU, nothing else can run for that long */
#define STEP	SZ_64K

static int hash(void *digest, const void *data, size_t size)
{
	while (size) {
		size_t step = min_t(size_t, size, STEP);
		int ret = kexec_hash(digest, data, step);

		if (ret)
			return ret;

		if (fatal_signal_pending(current))
			return -EINTR;

		cond_resched();
		data += step;
		size -= step;
	}

	return 0;
}

static int hash_zeros(void *digest, size_t size)
{
	int ret = 0;

	while (size && !ret) {
		size_t step = min_t(size_t, size, PAGE_SIZE);

		ret = hash(digest, page_address(ZERO_PAGE(0)), step);
		size -= step;
	}

	return ret;
}

/**
 * kexec_digest_segment() - hash a segment as it will be at its destination
 * @digest: the digest so far, as kexec_hash() takes it
 * @segment: a segment of kexec_file_load(); zeros fill it behind its buffer
 *
 * May sleep; ends at a fatal signal.
 *
 * Return: 0, -EINTR, or what kexec_hash() says
 */
int kexec_digest_segment(void *digest, const struct kexec_segment *segment)
{
	int ret = hash(digest, segment->kbuf, segment->bufsz);

	if (ret)
		return ret;

	return hash_zeros(digest, segment->memsz - segment->bufsz);
}
