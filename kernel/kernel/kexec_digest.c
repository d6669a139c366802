// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: the digest by which the purgatory knows that an image arrived intact
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
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
 */
bool kexec_digest_wanted(const struct kimage *image)
{
	return image->type == KEXEC_TYPE_CRASH || READ_ONCE(check);
}

/* Milliseconds, even with the generic C implementation */
#define STEP	SZ_1M

/**
 * kexec_digest_update() - hash the buffer of a segment
 * @digest: the digest so far, as kexec_hash() of kexec_internal.h takes it
 * @data: the buffer
 * @size: its size in bytes
 *
 * Sleeps between steps, and ends at a fatal signal. The purgatory counts the
 * bytes of a segment in 32 bits, so more than that is refused.
 *
 * Return: 0, -EINTR, -EFBIG, or what kexec_hash() says
 */
int kexec_digest_update(void *digest, const void *data, size_t size)
{
	if (PAGE_ALIGN(size) > UINT_MAX) {
		pr_err("a segment of %zu bytes, but the purgatory can hash less than 4 GiB; use a smaller file, or kexec_digest.check=0\n",
		       size);
		return -EFBIG;
	}

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
