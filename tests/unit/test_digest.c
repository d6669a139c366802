// SPDX-License-Identifier: GPL-2.0-only
/*
 * The digest of a reboot image: the xxh64 of what will be at the regions that
 * the purgatory hashes, in their order, zeros behind the data included.
 */

#include "check.h"
#include "fake_load.h"
#include "fake_xxhash.h"

#define GIB	(1ULL << 30)
#define MOST	(16 * 1024)	/* bytes of a random segment */

struct sizes {
	const char *name;
	u64 bufsz, memsz;
};

/* A file may have 4 GiB; a segment is whole pages. */
static const struct sizes sizes[] = {
	{ "nothing", 0, 0 },
	{ "a byte", 1, 4096 },
	{ "a page", 4096, 4096 },
	{ "only zeros", 0, 8192 },
	{ "a page and a byte", 4097, 8192 },
	{ "much behind the data", 100000, 64 << 20 },
	{ "a byte less than 4 GiB", 4 * GIB - 1, 4 * GIB },
	{ "4 GiB", 4 * GIB, 4 * GIB },
	{ "a page more", 4 * GIB + 1, 4 * GIB + 4096 },
	{ "4 GiB of zeros", 1, 4 * GIB + 4096 },
};

static int digest_of_one(const struct sizes *s)
{
	const struct kexec_sha_region regions[KEXEC_SEGMENT_MAX] = {
		{ .start = 0x100000, .len = s->memsz },
	};
	struct kimage image = {
		.nr_segments = 1,
		.segment[0] = { .kbuf = (void *)0x100000, .bufsz = s->bufsz,
				.mem = 0x100000, .memsz = s->memsz },
	};

	fake_hash.not_read = true;
	return kexec_store_xxh64(&image, regions);
}

static void all_in_small_steps(const void *arg)
{
	const struct sizes *s = arg;

	CHECK_EQ(0, digest_of_one(s));
	CHECK_EQ(s->memsz, fake_hash.bytes);
	CHECK_EQ(s->memsz - s->bufsz, fake_hash.zeros);
	CHECK(fake_hash.largest <= PAGE_SIZE);
	CHECK_EQ(fake_hash.calls, fake_hash.pauses);
	CHECK_EQ(1, fake_symbol.times);
}

static void ends_at_a_signal(const void *arg)
{
	fake_hash.signal_after = 3;
	CHECK_EQ(-EINTR, digest_of_one(arg));
	CHECK_EQ(3, fake_hash.calls);
	CHECK_EQ(0, fake_symbol.times);
}

static void error_is_passed_on(const void *arg)
{
	fake_hash.fails_after = 3;
	CHECK_EQ(-EIO, digest_of_one(arg));
	CHECK_EQ(3, fake_hash.calls);
	CHECK_EQ(0, fake_symbol.times);
}

/* A purgatory that cannot check by xxh64 would loop for ever. */
static void purgatory_without_symbol(const void *arg)
{
	fake_symbol.error = -ENOEXEC;
	CHECK_EQ(-ENOEXEC, digest_of_one(arg));
}

/* What is at its destination after the jump, behind what is there already */
static size_t arrive(const struct kexec_segment *segment, unsigned char *at)
{
	memcpy(at, segment->kbuf, segment->bufsz);
	memset(at + segment->bufsz, 0, segment->memsz - segment->bufsz);
	return segment->memsz;
}

static void random_segment(struct kexec_segment *segment, unsigned long mem)
{
	unsigned char *data;
	size_t i;

	segment->bufsz = random_below(MOST);
	segment->memsz = (segment->bufsz + random_below(3) * PAGE_SIZE + PAGE_SIZE - 1) & PAGE_MASK;
	segment->mem = mem;
	segment->kbuf = data = malloc(segment->bufsz);
	for (i = 0; i < segment->bufsz; i++)
		data[i] = random_u64();
}

/* Purgatory and what is written later have no region; these are the odd ones here. */
static size_t random_image(struct kimage *image, struct kexec_sha_region *regions,
			   unsigned char *there)
{
	size_t size = 0;
	unsigned long i;

	image->nr_segments = 1 + random_below(KEXEC_SEGMENT_MAX);
	for (i = 0; i < image->nr_segments; i++) {
		struct kexec_segment *segment = &image->segment[i];

		random_segment(segment, (1 + random_below(1000)) << 24 | i << 20);
		if (random_below(3) == 0)
			continue;

		*regions++ = (struct kexec_sha_region){ segment->mem, segment->memsz };
		size += arrive(segment, there + size);
	}

	return size;
}

static void one_image(void)
{
	static unsigned char there[FAKE_STREAM + MOST];
	struct kexec_sha_region regions[KEXEC_SEGMENT_MAX] = { };
	struct kimage image = { };
	struct kexec_xxh64 xxh64;
	size_t size = random_image(&image, regions, there);

	CHECK_EQ(0, kexec_store_xxh64(&image, regions));
	CHECK_STR("purgatory_xxh64", fake_symbol.name);
	CHECK_EQ(sizeof(xxh64), fake_symbol.size);
	memcpy(&xxh64, fake_symbol.value, sizeof(xxh64));
	CHECK_EQ(true, xxh64.used);
	CHECK_EQ(FAKE_DIGEST + size, xxh64.digest);
	CHECK(!memcmp(there, fake_hash.stream, size));
	for (unsigned long i = 0; i < image.nr_segments; i++)
		free(image.segment[i].kbuf);
}

SUITE(digest)
{
	static const struct sizes large = { "large", 4 << 20, 8 << 20 };
	static const struct sizes zeros = { "zeros", 0, 8 << 20 };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		run_case("digest", sizes[i].name, all_in_small_steps, &sizes[i]);
	run_case("digest", "a signal in the data", ends_at_a_signal, &large);
	run_case("digest", "a signal in the zeros", ends_at_a_signal, &zeros);
	run_case("digest", "an error in the data", error_is_passed_on, &large);
	run_case("digest", "an error in the zeros", error_is_passed_on, &zeros);
	run_case("digest", "a purgatory without the symbol", purgatory_without_symbol, &large);
	run_random("digest", "random images", one_image, 300, 20);
}
