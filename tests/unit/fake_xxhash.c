// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/xxhash.h>

#include "check.h"
#include "fake_xxhash.h"

#define P1	11400714785074694791ULL
#define P2	14029467366897019727ULL
#define P3	1609587929392839161ULL
#define P4	9650029242287828579ULL
#define P5	2870177450012600261ULL

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

u64 xxh64_digest(const struct xxh64_state *state)
{
	return fake_hash.not_read ? 0 : naive_xxh64(fake_hash.stream, state->bytes);
}

static u64 little_endian(const unsigned char *data, int bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | data[bytes];
	return value;
}

static u64 turn(u64 x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static u64 mix(u64 lane, u64 word)
{
	return turn(lane + word * P2, 31) * P1;
}

static u64 join(const u64 *lane)
{
	u64 hash = turn(lane[0], 1) + turn(lane[1], 7) + turn(lane[2], 12) +
		   turn(lane[3], 18);
	int i;

	for (i = 0; i < 4; i++)
		hash = (hash ^ mix(0, lane[i])) * P1 + P4;
	return hash;
}

static u64 rest(u64 hash, const unsigned char *data, size_t size)
{
	for (; size >= 8; data += 8, size -= 8)
		hash = turn(hash ^ mix(0, little_endian(data, 8)), 27) * P1 + P4;
	for (; size >= 4; data += 4, size -= 4)
		hash = turn(hash ^ little_endian(data, 4) * P1, 23) * P2 + P3;
	for (; size; data++, size--)
		hash = turn(hash ^ *data * P5, 11) * P1;
	hash = (hash ^ hash >> 33) * P2;
	hash = (hash ^ hash >> 29) * P3;
	return hash ^ hash >> 32;
}

u64 naive_xxh64(const void *data, size_t size)
{
	u64 lane[4] = { P1 + P2, P2, 0, -P1 };
	const unsigned char *at = data, *end = at + size;
	int i;

	for (; end - at >= 32; at += 32)
		for (i = 0; i < 4; i++)
			lane[i] = mix(lane[i], little_endian(at + 8 * i, 8));
	return rest((size >= 32 ? join(lane) : P5) + size, at, end - at);
}
