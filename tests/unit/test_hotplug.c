// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory is removed under an image. Each picture is tried with an image of either
 * system call, wherever the event can come: while the image is loaded, while the
 * kexec lock is taken, during the load, before the jump, and during the shutdown.
 */

#include "check.h"
#include "draw.h"
#include "fake_hotplug.h"
#include "fake_kernel.h"
#include "fake_load.h"
#include "fake_memory.h"
#include "hotplug.h"

/* Two blocks outside of all pictures */
#define FAR	(1ULL << 40)

const struct hot_picture four_dimms = {
	.before.ram    = "rrrrRRRRrrrrRRRR................",
	.before.next   = "eeee............................",
	.before.placed = "aa..............................",
};

static void event(char letter, u64 start, u64 end)
{
	if (letter == 'x')
		fake_remove(start, end);
	else if (letter == 'b')
		fake_refuse_removal(start, end);
}

void hot_events(const struct hot_picture *p, u64 base)
{
	for_each_run(p->goes, base, event);
}

/* Counts that are zero would also fit an image that never looked at them. */
void hot_begin(const struct hot_picture *p, u64 base)
{
	draw_memory(&p->before, base);
	fake_iomem_add(&iomem_resource, FAR, FAR + BLOCK - 1, FAKE_RAM);
	if (p->before.next)
		fake_map_add(e820_table_kexec, FAR, FAR + BLOCK - 1, E820_TYPE_RAM);
	fake_remove(FAR, FAR + BLOCK - 1);
	memset(&fake_hotplug, 0, sizeof(fake_hotplug));
	fake_log_reset();
}

struct kimage *hot_image(const struct hot_picture *p, u64 base, bool file)
{
	struct kimage *image = malloc(sizeof(*image));

	draw_segments(&p->before, base, false, image);
	/* What is behind the last segment is none, whatever it looks like */
	image->segment[image->nr_segments] = (struct kexec_segment) {
		.mem = base, .memsz = PICTURE_PAGES * PAGE_SIZE,
	};
	image->file_mode = file;
	kexec_watch_memory(image);
	return image;
}

struct kimage *hot_load(const struct hot_picture *p, u64 base, bool file)
{
	CHECK(kexec_trylock());
	return hot_image(p, base, file);
}

struct kimage *hot_install(const struct hot_picture *p, u64 base, bool file)
{
	kexec_image = hot_load(p, base, file);
	CHECK_EQ(0, kexec_memory_stayed(kexec_image));
	kexec_unlock();
	return kexec_image;
}

struct kimage *hot_begin_with_image(void)
{
	hot_begin(&four_dimms, 0);
	return hot_install(&four_dimms, 0, true);
}

static void check_log(char level, const char *lost, const char *consequence)
{
	CHECK_EQ(!!lost, fake_log.messages);
	if (!lost)
		return;
	CHECK_EQ(level, fake_log.level);
	CHECK_CONTAINS(fake_log.text, lost);
	CHECK_CONTAINS(fake_log.text, consequence);
}

static void check_dropped(const struct kimage *image, const char *lost)
{
	CHECK_EQ(lost ? NULL : image, kexec_image);
	CHECK_EQ(!!lost, fake_hotplug.freed);
	CHECK_EQ(!!lost, fake_hotplug.notified);
	CHECK_EQ(0, __kexec_lock.counter);
	check_log('4', lost, "the image is dropped, load it again");
	/* A slow console shall not keep a crash from its kernel. */
	CHECK(!fake_log.locked);
}

static void while_loaded(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_install(p, base, file);

	hot_events(p, base);
	CHECK_EQ(image, kexec_image);
	/* For what concerns no image the kexec lock is left alone, which a crash needs. */
	CHECK_EQ(p->restarts, fake_hotplug.work != NULL);
	fake_run_work();
	CHECK_EQ(0, fake_hotplug.sleeps);
	check_dropped(image, lost);
}

static void worker_at_once(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_install(p, base, file);

	fake_hotplug.eager = true;
	hot_events(p, base);
	check_dropped(image, lost);
}

/* The image is in place, and the holder of the kexec lock not done with it. */
static void while_locked(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_install(p, base, file);

	CHECK(kexec_trylock());
	hot_events(p, base);
	CHECK_EQ(image, kexec_image);
	if (!fake_hotplug.work)
		kexec_unlock();
	fake_run_work();
	check_dropped(image, lost);
}

static void during_load(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_load(p, base, file);

	/* kexec_load() may go where no RAM is, but the map of user space is old. */
	if (lost && !file && !strcmp(lost, REMOVED))
		lost = p->restarts ? TOLD : NULL;
	hot_events(p, base);
	CHECK_EQ(lost ? -EBUSY : 0, kexec_memory_stayed(image));
	check_log('4', lost, "the load has to begin again");

	/* A crash image has memory that cannot go away. */
	image->type = KEXEC_TYPE_CRASH;
	CHECK_EQ(0, kexec_memory_stayed(image));
	kexec_unlock();
	free(image);
}

/* kexec -e comes before the worker. */
static void before_jump(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_install(p, base, file);
	struct kimage before = *image;

	CHECK(kexec_trylock());
	hot_events(p, base);
	CHECK_EQ(lost ? -EADDRNOTAVAIL : 0, kexec_begin_start(image));
	check_log('4', lost, "cannot start the image, load it again");
	CHECK(kexec_image == image && !memcmp(&before, image, sizeof(before)));
	CHECK_EQ(0, fake_hotplug.freed);
	kexec_unlock();
}

/* Nothing of the last one, not even what it lost */
static void check_next_start(void)
{
	struct kimage none = { };

	kexec_watch_memory(&none);
	fake_hotplug.restarts = 0;
	CHECK_EQ(0, kexec_begin_start(&none));
	CHECK_EQ(0, kexec_check_start(&none));
	CHECK_EQ(0, fake_hotplug.restarts);
}

/* Once the devices are down the image is looked at, and what it does not need is forgotten. */
static void when_devices_are_down(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_install(p, base, file);

	CHECK(kexec_trylock());
	CHECK_EQ(0, kexec_begin_start(image));
	hot_events(p, base);
	kexec_look_again(image);
	CHECK_EQ(!!lost, fake_hotplug.restarts);
	/* The first of two says what went; the second is for who boots with "quiet". */
	CHECK_EQ(lost ? 2 : 0, fake_log.messages);
	if (lost) {
		CHECK_EQ('0', fake_log.level);
		CHECK_CONTAINS(fake_log.text, "restarting through firmware");
	}
	CHECK_EQ(0, kexec_check_start(image));
	CHECK_EQ(!!lost, fake_hotplug.restarts);
	kexec_unlock();
}

/* ... and while the other CPUs are stopped */
static void during_shutdown(const struct hot_picture *p, u64 base, bool file, const char *lost)
{
	struct kimage *image = hot_install(p, base, file);

	CHECK(kexec_trylock());
	CHECK_EQ(0, kexec_begin_start(image));
	hot_events(p, base);
	image->preserve_context = 1;
	CHECK_EQ(p->restarts ? -EADDRNOTAVAIL : 0, kexec_check_start(image));
	check_log('3', p->restarts ? "cannot start the image, load it again" : NULL, "");
	CHECK_EQ(0, fake_hotplug.restarts);
	image->preserve_context = 0;
	fake_log_reset();
	CHECK_EQ(0, kexec_check_start(image));
	CHECK_EQ(p->restarts, fake_hotplug.restarts);
	check_log('0', p->restarts ? "restarting through firmware" : NULL, "");
	CHECK_EQ(image, kexec_image);
	check_next_start();
	kexec_unlock();
}

typedef void (*way_func)(const struct hot_picture *p, u64 base, bool file, const char *lost);

static const struct {
	const char *name;
	way_func try;
} ways[] = {
	{ "while it is loaded", while_loaded },
	{ "with a worker that looks at once", worker_at_once },
	{ "while the kexec lock is taken", while_locked },
	{ "during the load", during_load },
	{ "before the jump", before_jump },
	{ "before the devices are down", when_devices_are_down },
	{ "at the end of the shutdown", during_shutdown },
};

static void try_at(const struct hot_picture *p, u64 base, unsigned int way, bool file)
{
	check_context("%s, kexec_%sload, base %#llx", ways[way].name, file ? "file_" : "", base);
	hot_begin(p, base);
	ways[way].try(p, base, file, file ? p->file : p->user);
	CHECK_EQ(0, fake_unsafe_lookups);
	CHECK_EQ(0, fake_rcu_held);
	free(kexec_image);
	kexec_image = NULL;
}

/* With a map for the next kernel, the top is at 64 TiB. */
static void picture_is_true(const void *arg)
{
	const struct hot_picture *p = arg;
	const u64 top = p->before.next ? 1ULL << 46 : 0;
	const u64 bases[] = { 0, 1ULL << 32, top - PICTURE_PAGES * PAGE_SIZE };
	unsigned int i, way;

	for (way = 0; way < ARRAY_SIZE(ways); way++) {
		for (i = 0; i < ARRAY_SIZE(bases); i++) {
			try_at(p, bases[i], way, false);
			try_at(p, bases[i], way, true);
		}
	}
}

SUITE(hotplug)
{
	unsigned int i;

	for (i = 0; i < nr_hot_pictures; i++)
		run_case("hotplug", hot_pictures[i].before.name, picture_is_true,
			 &hot_pictures[i]);
}
