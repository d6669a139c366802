// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a load decides, and what it says about it.
 */
#include <string.h>

#include <linux/kexec_placement.h>

#include "check.h"
#include "fake_kernel.h"
#include "suites.h"

#define GIB	(1ULL << 30)

struct decision {
	const char *name;
	const char *policy, *min_ram;
	bool efi;
	u64 ram;
	bool top_down;
	const char *says[4];
};

/* min_ram is in GiB here: 64 unless the case says otherwise. */
static const struct decision decisions[] = {
	{ "1 auto, UEFI, small", "auto", "64G", true, 4 * GIB, true,
	  { "policy auto: top-down", "UEFI" } },
	{ "2 auto, UEFI, large", "auto", "64G", true, 96 * GIB, true,
	  { "policy auto: top-down", "UEFI" } },
	{ "3 auto, BIOS, small", "auto", "64G", false, 4 * GIB, false,
	  { "policy auto: bottom-up", "no UEFI", "4096 MiB", "65536 MiB" } },
	{ "4 auto, BIOS, a page below", "auto", "64G", false,
	  64 * GIB - 4096, false, { "policy auto: bottom-up", "no UEFI" } },
	{ "5 auto, BIOS, exactly", "auto", "64G", false, 64 * GIB, true,
	  { "policy auto: top-down", "no UEFI", "65536 MiB" } },
	{ "6 auto, BIOS, a page above", "auto", "64G", false,
	  64 * GIB + 4096, true, { "policy auto: top-down" } },
	{ "7 auto, BIOS, 16 TiB", "auto", "64G", false, 16384 * GIB, true,
	  { "policy auto: top-down", "16777216 MiB" } },
	{ "8 auto, BIOS, min_ram 0", "auto", "0", false, GIB / 4, true,
	  { "policy auto: top-down", "256 MiB", "min_ram 0 MiB" } },
	{ "9 auto, BIOS, min_ram beyond all", "auto", "15E", false,
	  16384 * GIB, false, { "policy auto: bottom-up" } },
	{ "10 top-down, BIOS, small", "top-down", "64G", false, GIB, true,
	  { "policy top-down" } },
	{ "11 top-down, UEFI", "top-down", "64G", true, GIB, true,
	  { "policy top-down" } },
	{ "12 bottom-up, BIOS, large", "bottom-up", "64G", false, 96 * GIB,
	  false, { "policy bottom-up" } },
	{ "13 bottom-up, UEFI, large", "bottom-up", "64G", true, 96 * GIB,
	  false, { "policy bottom-up" } },
};

static void prepare(const struct decision *d)
{
	CHECK_EQ(0, fake_param_policy.ops->set(d->policy, NULL));
	CHECK_EQ(0, fake_param_min_ram.ops->set(d->min_ram, NULL));
	fake_efi_boot = d->efi;
	fake_ram_bytes = d->ram;
	fake_log_reset();
}

static void decision_is_right(const void *arg)
{
	const struct decision *d = arg;
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };
	const char *newline;
	int i;

	prepare(d);
	kexec_placement_decide(&image);
	CHECK_EQ(d->top_down, image.top_down);

	CHECK_EQ(1, fake_log.messages);
	CHECK_EQ('6', fake_log.level);
	CHECK_CONTAINS(fake_log.text, "kexec_placement: ");
	for (i = 0; i < 4 && d->says[i]; i++)
		CHECK_CONTAINS(fake_log.text, d->says[i]);
	newline = strchr(fake_log.text, '\n');
	CHECK(newline && !newline[1]);
}

/* Whatever else is true, a crash image stays in its region, silently. */
static void crash_image_is_left_alone(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_CRASH };

	prepare(arg);
	kexec_placement_decide(&image);
	CHECK_EQ(0, image.top_down);
	CHECK_EQ(0, fake_log.messages);
}

/* What a load decided stays, whatever is written while it goes on. */
static void decision_holds_for_the_load(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

	prepare(&decisions[10]);
	kexec_placement_decide(&image);
	prepare(&decisions[12]);
	CHECK_EQ(1, image.top_down);
}

struct next_cmdline {
	const char *text;
	bool limited;
};

static const struct next_cmdline next_cmdlines[] = {
	{ "", false },
	{ "root=/dev/vda1 quiet", false },
	{ "mem=4G", true },
	{ "quiet mem=4G", true },
	{ "memmap=1G!4G quiet", true },
	{ "memmap=exactmap memmap=640K@0", true },
	{ "crashkernel=256M memtest=4 mem_encrypt=on", false },
	{ "xmem=4G notmemmap=1", false },
	{ "mem=nopentium", false },
	{ "quiet mem=nopentium memtest=4", false },
	{ "mem=nopentium mem=4G", true },
	{ "mem=4G mem=nopentium", true },
	{ "mem=nopentiums", true },
	{ "mem=123456789", true },
	{ "mem=nopentiu", true },
	{ "efi_fake_mem=1G@4G:0x40000", true },
	{ "efi_fake_memory=1G xefi_fake_mem=1G", false },
	{ "quiet\tmem=4G", true },
	{ "\"mem=4G\" quiet", true },
	{ "  mem=4G", true },
	{ "quiet ", false },
};

/* mem= or memmap= for the next kernel: it may not have the top of memory. */
static void next_kernel_with_less_ram(const void *arg)
{
	const struct next_cmdline *next = arg;
	char text[64];
	struct kimage image = { .cmdline_buf = strcpy(text, next->text) };

	prepare(&decisions[9]);
	kexec_placement_decide(&image);
	CHECK_EQ(!next->limited, image.top_down);
	CHECK_EQ(1, fake_log.messages);
	CHECK_EQ('6', fake_log.level);
	CHECK_CONTAINS(fake_log.text, next->limited ? "bottom-up" : "top-down");
	CHECK_CONTAINS(fake_log.text, next->limited ? "mem=" : "");
	CHECK_EQ(strlen(fake_log.text) - 1, strcspn(fake_log.text, "\n"));
}

void suite_decide(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(decisions); i++) {
		run_case("decide", decisions[i].name, decision_is_right,
			 &decisions[i]);
		run_case("decide, crash image", decisions[i].name,
			 crash_image_is_left_alone, &decisions[i]);
	}
	for (i = 0; i < ARRAY_SIZE(next_cmdlines); i++)
		run_case("decide, next kernel", next_cmdlines[i].text,
			 next_kernel_with_less_ram, &next_cmdlines[i]);
#define RUN(func)	run_case("decide", #func, func, NULL)
	RUN(decision_holds_for_the_load);
#undef RUN
}
