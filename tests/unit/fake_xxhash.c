// SPDX-License-Identifier: GPL-2.0-only

#include "check.h"
#include "fake_xxhash.h"

struct fake_hash fake_hash;

static const char zeros[PAGE_SIZE];

void *page_address(const struct page *page)
{
	return (void *)zeros;
}

bool fatal_signal_pending(const void *task)
{
	return fake_hash.signal_after && fake_hash.calls >= fake_hash.signal_after;
}

void cond_resched(void)
{
	fake_hash.pauses++;
}

void xxh64_reset(struct xxh64_state *state, u64 seed)
{
	CHECK_EQ(0, seed);
	state->bytes = 0;
}

int xxh64_update(struct xxh64_state *state, const void *input, size_t length)
{
	struct fake_hash *hash = &fake_hash;

	CHECK(length);
	if (++hash->calls == hash->fails_after)
		return -EIO;

	if (input == zeros)
		hash->zeros += length;
	if (length > hash->largest)
		hash->largest = length;
	if (!hash->not_read && CHECK(state->bytes + length <= FAKE_STREAM))
		memcpy(hash->stream + state->bytes, input, length);
	hash->bytes += length;
	state->bytes += length;

	return 0;
}

/* Of no stream but this one */
u64 xxh64_digest(const struct xxh64_state *state)
{
	return FAKE_DIGEST + state->bytes;
}
