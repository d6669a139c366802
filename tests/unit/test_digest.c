// SPDX-License-Identifier: GPL-2.0-only
/*
 * The digest: all bytes of a segment, zeros behind its data, in small steps.
 */
#include <string.h>

#include <linux/errno.h>
#include <linux/sizes.h>

#include "check.h"
#include "fake_load.h"
#include "kexec_internal.h"
#include "suites.h"

#define GIB	(1ULL << 30)

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
	{ "a step", SZ_64K, SZ_64K },
	{ "a step and a byte", SZ_64K + 1, SZ_64K + 4096 },
	{ "much behind the data", 100000, 64 << 20 },
	{ "a byte less than 4 GiB", 4 * GIB - 1, 4 * GIB },
	{ "4 GiB", 4 * GIB, 4 * GIB },
	{ "a page more", 4 * GIB + 1, 4 * GIB + 4096 },
	{ "4 GiB of zeros", 1, 4 * GIB + 4096 },
};

static int digest(const struct sizes *s)
{
	struct kexec_segment segment = {
		.kbuf = (void *)0x100000, .bufsz = s->bufsz, .memsz = s->memsz,
	};

	return kexec_digest_segment(&fake_hash, &segment);
}

static void all_in_small_steps(const void *arg)
{
	const struct sizes *s = arg;

	CHECK_EQ(0, digest(s));
	CHECK_EQ(s->memsz, fake_hash.bytes);
	CHECK_EQ(s->memsz - s->bufsz, fake_hash.zeros);
	CHECK(fake_hash.largest <= SZ_64K);
}

static void ends_at_a_signal(const void *arg)
{
	fake_hash.signal_after = 3;
	CHECK_EQ(-EINTR, digest(arg));
	CHECK_EQ(3, fake_hash.calls);
}

static void error_is_passed_on(const void *arg)
{
	fake_hash.fails_after = 3;
	CHECK_EQ(-EIO, digest(arg));
	CHECK_EQ(3, fake_hash.calls);
}

static void wanted_unless_switched_off(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };
	struct kimage crash = { .type = KEXEC_TYPE_CRASH };

	CHECK(kexec_digest_wanted(&image));
	CHECK(kexec_digest_wanted(&crash));
	*fake_value_check = false;
	CHECK(!kexec_digest_wanted(&image));
	CHECK(kexec_digest_wanted(&crash));
}

void suite_digest(void)
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
	run_case("digest", "check=", wanted_unless_switched_off, NULL);
}
