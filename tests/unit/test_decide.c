// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a load decides, and what it says about it.
 */

#include "check.h"
#include "fake_kernel.h"
#include "fake_memory.h"

#define GIB	(1ULL << 30)

/* What the next kernel has above 4 GiB, beside all below it */
enum high { NOTHING, ONE_PAGE, DIMM, DRIVERS };

struct decision {
	const char *name;
	const char *policy;
	unsigned int min_ram_gib;
	bool efi;
	u64 ram;
	enum high high;
	bool top_down;
	const char *says[4];
};

/*
 *      0                 4G        5G       6G
 *      RRRRRRRRRRRRRRRRRRh.........HHHHHHHHH
 *
 * R is in the map for the next kernel. At h it has ONE_PAGE; H is a DIMM that its
 * map does not have, or a driver's memory that it does have.
 */
static const struct decision decisions[] = {
	{ "1 auto, UEFI, small", "auto", 64, true, 4 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "UEFI" } },
	{ "2 auto, UEFI, large", "auto", 64, true, 96 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "UEFI" } },
	{ "3 auto, BIOS, small", "auto", 64, false, 4 * GIB, ONE_PAGE, false,
	  { "policy auto: bottom-up", "no UEFI", "4 GiB", "min_ram_gib 64" } },
	{ "4 auto, BIOS, exactly a GiB less", "auto", 64, false, 63 * GIB, ONE_PAGE,
	  false, { "policy auto: bottom-up", "no UEFI", "63 GiB" } },
	{ "5 auto, BIOS, a GiB less and a page", "auto", 64, false,
	  63 * GIB + 4096, ONE_PAGE, true, { "policy auto: top-down", "64 GiB" } },
	{ "6 auto, BIOS, exactly", "auto", 64, false, 64 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "no UEFI", "64 GiB" } },
	{ "7 auto, BIOS, 16 TiB", "auto", 64, false, 16384 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "16384 GiB" } },
	{ "8 auto, BIOS, min_ram_gib 0", "auto", 0, false, GIB / 4, ONE_PAGE, true,
	  { "policy auto: top-down", "1 GiB", "min_ram_gib 0" } },
	{ "9 auto, BIOS, min_ram_gib beyond all", "auto", ~0U, false,
	  16384 * GIB, ONE_PAGE, false, { "policy auto: bottom-up" } },
	{ "10 top-down, BIOS, small", "top-down", 64, false, GIB, NOTHING, true,
	  { "policy top-down" } },
	{ "11 top-down, UEFI", "top-down", 64, true, GIB, NOTHING, true,
	  { "policy top-down" } },
	{ "12 bottom-up, BIOS, large", "bottom-up", 64, false, 96 * GIB, ONE_PAGE,
	  false, { "policy bottom-up" } },
	{ "13 bottom-up, UEFI, large", "bottom-up", 64, true, 96 * GIB, ONE_PAGE,
	  false, { "policy bottom-up" } },
	{ "14 auto, UEFI, nothing high", "auto", 64, true, 2 * GIB, NOTHING, false,
	  { "policy auto: bottom-up", "no RAM above 4 GiB" } },
	{ "15 auto, large, nothing high", "auto", 1, false, 2 * GIB, NOTHING, false,
	  { "policy auto: bottom-up", "no RAM above 4 GiB" } },
	{ "16 auto, UEFI, only a DIMM is high", "auto", 64, true, 4 * GIB, DIMM,
	  false, { "policy auto: bottom-up", "no RAM above 4 GiB" } },
	{ "17 auto, UEFI, only a driver's is high", "auto", 64, true, 4 * GIB,
	  DRIVERS, false, { "policy auto: bottom-up", "no RAM above 4 GiB" } },
	{ "18 auto, UEFI, very small", "auto", 64, true, GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "UEFI" } },
	{ "19 auto, BIOS, less than 128 GiB", "auto", 128, false, 127 * GIB, ONE_PAGE,
	  false, { "policy auto: bottom-up", "127 GiB", "min_ram_gib 128" } },
	{ "20 auto, BIOS, 128 GiB", "auto", 128, false, 128 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "128 GiB", "min_ram_gib 128" } },
	{ "21 auto, BIOS, less than 4 TiB", "auto", 4096, false, 4095 * GIB, ONE_PAGE,
	  false, { "policy auto: bottom-up", "4095 GiB", "min_ram_gib 4096" } },
	{ "22 auto, BIOS, 4 TiB", "auto", 4096, false, 4096 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "4096 GiB", "min_ram_gib 4096" } },
	{ "23 auto, BIOS, min_ram_gib beyond 16 bits", "auto", 65536 + 64, false, 64 * GIB,
	  ONE_PAGE, false, { "policy auto: bottom-up", "64 GiB", "min_ram_gib 65600" } },
	{ "24 auto, BIOS, RAM beyond 16 bits", "auto", 64, false, 65537 * GIB, ONE_PAGE, true,
	  { "policy auto: top-down", "65537 GiB", "min_ram_gib 64" } },
};

static void add_ram(u64 start, u64 end, unsigned long flags, bool listed)
{
	fake_iomem_add(&iomem_resource, start, end, flags);
	if (listed)
		fake_map_add(e820_table_kexec, start, end, E820_TYPE_RAM);
}

static void prepare(const struct decision *d)
{
	fake_iomem_reset();
	add_ram(0, 4 * GIB - 1, FAKE_RAM, true);
	if (d->high == ONE_PAGE)
		add_ram(4 * GIB, 4 * GIB + 4095, FAKE_RAM, true);
	if (d->high == DIMM || d->high == DRIVERS)
		add_ram(5 * GIB, 6 * GIB - 1, d->high == DIMM ? FAKE_RAM : FAKE_DRIVER_RAM,
			d->high == DRIVERS);

	CHECK_EQ(0, fake_param_policy.ops->set(d->policy, NULL));
	*fake_param_min_ram_gib = d->min_ram_gib;
	fake_efi_boot = d->efi;
	fake_ram_bytes = d->ram;
	fake_log_reset();
}

static void decision_is_right(const void *arg)
{
	const struct decision *d = arg;
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };
	int i;

	prepare(d);
	fake_reads = 0;
	kexec_placement_decide(&image);
	CHECK_EQ(d->top_down, image.from_top);
	/* The policy, and for auto what is large: a second look might find another one */
	CHECK_EQ(strcmp(d->policy, "auto") ? 1 : 2, fake_reads);

	check_one_line('6', "kexec_placement: ");
	for (i = 0; i < 4 && d->says[i]; i++)
		CHECK_CONTAINS(fake_log.text, d->says[i]);
}

/* Whatever else is true, a crash image stays in its region, silently. */
static void crash_image_is_left_alone(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_CRASH };

	prepare(arg);
	kexec_placement_decide(&image);
	CHECK_EQ(0, image.from_top);
	CHECK_EQ(0, fake_log.messages);
}

/* What a load decided stays, whatever is written while it goes on. */
static void decision_holds_for_the_load(const void *arg)
{
	struct kimage image = { .type = KEXEC_TYPE_DEFAULT };

	prepare(&decisions[10]);
	kexec_placement_decide(&image);
	prepare(&decisions[12]);
	CHECK_EQ(1, image.from_top);
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
	{ "mem=268435456", true },	/* as long as mem=nopentium */
	{ "efi_fake_mem=1G@4G:0x40000", true },
	{ "efi-fake-mem=1G@4G:0x40000", true },
	{ "quiet\rmem=4G", true },
	{ "quiet\vmem=4G", true },
	{ "quiet\fmem=4G", true },
	{ "efi_fake_memory=1G xefi_fake_mem=1G", false },
	{ "quiet\tmem=4G", true },
	{ "\"mem=4G\" quiet", true },
	{ "  mem=4G", true },
	{ "quiet ", false },
	{ "memmap=1M$0x110000000,1M$0x120000000,1M$0x130000000,1M$0x140000000 quiet", true },
	{ "mem=\"4G\"", true },
	{ "\"mem=nopentium\" quiet", false },
	/* Only cautious: the next kernel takes no notice of these */
	{ "mem=\"nopentium\"", true },
	{ "init=\"/bin/sh mem=4G\"", true },
	{ "quiet -- mem=4G", true },
};

/* mem= or memmap= for the next kernel: it may not have the top of memory, by auto (UEFI) or top-down. */
static void next_kernel_with_less_ram(const void *arg)
{
	const struct next_cmdline *next = arg;
	char text[128];
	unsigned int i;

	for (i = 1; i <= 9; i += 8) {
		struct kimage image = { .cmdline_buf = strcpy(text, next->text) };

		check_context("%s", decisions[i].name);
		prepare(&decisions[i]);
		kexec_placement_decide(&image);
		CHECK_EQ(!next->limited, image.from_top);
		check_one_line('6', next->limited ? "bottom-up" : "top-down");
		CHECK_CONTAINS(fake_log.text, next->limited ? "mem=" : "");
	}
}

SUITE(decide)
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
