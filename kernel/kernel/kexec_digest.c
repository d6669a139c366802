// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: the digest by which the purgatory sees that a reboot image arrived intact
 */

#include <linux/kexec.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/xxhash.h>

#include "kexec_internal.h"

static int hash(struct xxh64_state *state, const void *data, size_t size)
{
	if (fatal_signal_pending(current))
		return -EINTR;

	cond_resched();

	return xxh64_update(state, data, size);
}

/* As it will be at its destination, with zeros behind its data */
static int hash_segment(struct xxh64_state *state,
			const struct kexec_segment *segment)
{
	const void *zeros = page_address(ZERO_PAGE(0));
	int ret = 0;
	size_t at;

	for (at = 0; at < segment->bufsz && !ret; at += PAGE_SIZE)
		ret = hash(state, segment->kbuf + at,
			   min(segment->bufsz - at, PAGE_SIZE));

	for (at = segment->bufsz; at < segment->memsz && !ret; at += PAGE_SIZE)
		ret = hash(state, zeros, min(segment->memsz - at, PAGE_SIZE));

	return ret;
}

/**
 * kexec_store_xxh64() - let the purgatory check an image by its xxh64
 * @image: an image of kexec_file_load(), with a purgatory that can
 * @regions: what the purgatory will hash: destinations of segments, in order
 *
 * May sleep; ends at a fatal signal.
 *
 * Return: 0 or an error
 */
int kexec_store_xxh64(struct kimage *image,
		      const struct kexec_sha_region *regions)
{
	struct kexec_xxh64 xxh64 = { .used = true };
	struct xxh64_state state;
	unsigned long i;

	xxh64_reset(&state, 0);
	for (i = 0; i < image->nr_segments; i++) {
		int ret;

		if (image->segment[i].mem != regions->start)
			continue;

		ret = hash_segment(&state, &image->segment[i]);
		if (ret)
			return ret;

		regions++;
	}

	xxh64.digest = xxh64_digest(&state);
	return kexec_purgatory_get_set_symbol(image, "purgatory_xxh64", &xxh64,
					      sizeof(xxh64), false);
}
