// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random memory, random segments, random requests, in a space that is simple to search a
 * grain at a time.
 */
#include "check.h"
#include "fake_kernel.h"
#include "fake_memory.h"

/* A quarter of a page, so that ranges and limits may end within pages */
#define GRAIN		1024UL
#define PER_PAGE	(PAGE_SIZE / GRAIN)
#define GRAINS		256U
#define PER_SECTION	(4 * PER_PAGE)
#define UNTOUCHED	0xdeadb000

/* In three steps: what stays; then also what may go away; at last also what is reserved or the crash kernel's */
enum choice { FIRST_CHOICE, SECOND_CHOICE, LAST_CHOICE };

#define PAGES	(GRAINS / PER_PAGE)

/* A number for the range that a grain is in, 0 for none */
static unsigned int ram[GRAINS], next[GRAINS];
static bool taken[GRAINS], poison[GRAINS];
/* The first choice that takes it */
static enum choice first_choice[GRAINS];
static unsigned int min, max;
static u64 base;

static u64 grain_start(unsigned int i)
{
	return base + i * GRAIN;
}

static u64 grain_end(unsigned int i)
{
	return grain_start(i) + GRAIN - 1;
}

static void add_ram(unsigned int first, unsigned int last, unsigned int number)
{
	bool driver = !random_below(8);

	fake_iomem_add(&iomem_resource, grain_start(first), grain_end(last),
		       driver ? FAKE_DRIVER_RAM : FAKE_RAM);
	for (; first <= last && !driver; first++)
		ram[first] = number;
}

static void add_next(unsigned int first, unsigned int last, unsigned int number)
{
	bool other = !random_below(8);

	fake_map_add(e820_table_kexec, grain_start(first), grain_end(last),
		     other ? E820_TYPE_RESERVED : E820_TYPE_RAM);
	for (; first <= last && !other; first++)
		next[first] = number;
}

/* Many ranges touch the one before. */
static void random_ranges(void (*add)(unsigned int, unsigned int, unsigned int))
{
	unsigned int i = random_below(40), number = 1, last;

	while (i < GRAINS) {
		last = i + random_below(random_below(4) ? 24 : 4);
		if (last >= GRAINS)
			last = GRAINS - 1;
		add(i, last, number++);
		i = last + 1 + (random_below(2) ? random_below(12) : 0);
	}
}

/* With no map, or a map in which all is RAM, or one that has holes */
static void random_map(void)
{
	unsigned int i;

	for (i = 0; i < GRAINS; i++)
		next[i] = 1;
	if (random_below(2))
		return;

	memset(next, 0, sizeof(next));
	random_ranges(add_next);
}

/* Of whole pages, anywhere, also over each other and where there is no RAM */
static u64 take_pages(u64 *size)
{
	unsigned int page = random_below(PAGES), k;
	unsigned int pages = 1 + random_below(6);

	if (page + pages > PAGES)
		pages = PAGES - page;
	for (k = 0; k < pages * PER_PAGE; k++)
		taken[page * PER_PAGE + k] = true;

	*size = pages * PAGE_SIZE;
	return grain_start(page * PER_PAGE);
}

static void random_segments(struct kimage *image)
{
	unsigned int n = random_below(KEXEC_SEGMENT_MAX);
	u64 size;

	*image = (struct kimage) { .from_top = 1 };
	if (random_below(2))
		n /= 4;
	for (; n; n--) {
		struct kexec_segment *s = &image->segment[image->nr_segments++];

		s->mem = take_pages(&size);
		s->memsz = size;
	}
}

static void random_crash_kernel(struct resource *res)
{
	unsigned int first = random_below(PAGES) * PER_PAGE;
	unsigned int last = first + random_below(GRAINS - first) / PER_PAGE * PER_PAGE + PER_PAGE - 1;

	res->start = res->end = base + (1ULL << 40);
	if (random_below(4))
		return;

	res->start = grain_start(first);
	res->end = grain_end(last);
	for (; first <= last; first++)
		first_choice[first] = LAST_CHOICE;
}

static void set_leaving(enum fake_state state, unsigned int first,
			unsigned int last)
{
	enum choice choice = state == FAKE_RESERVED ? LAST_CHOICE : SECOND_CHOICE;

	fake_memory_set(state, grain_start(first), grain_end(last));
	for (; first <= last; first++)
		if (first_choice[first] < choice)
			first_choice[first] = choice;
}

/* Sections that are offline or were added, and a movable top of some */
static void random_states(void)
{
	unsigned int first, last, n = random_below(2) ? 0 : random_below(8);

	for (; n; n--) {
		first = random_below(GRAINS / PER_SECTION) * PER_SECTION;
		last = first + PER_SECTION - 1;
		if (random_below(2))
			first += random_below(4) * PER_PAGE;
		if (first % PER_SECTION || random_below(2))
			set_leaving(FAKE_MOVABLE, first, last);
		else
			set_leaving(random_below(2) ? FAKE_OFFLINE : FAKE_ADDED,
				    first, last);
	}
}

/* Not where memory is offline: there is no struct page that could say so. */
static void random_poison(void)
{
	unsigned int n = random_below(4) ? 0 : random_below(8);
	unsigned int first, k;

	for (; n; n--) {
		first = random_below(PAGES) * PER_PAGE;
		if (fake_memory_is(FAKE_OFFLINE, grain_start(first)))
			continue;
		if (!random_below(3)) {
			set_leaving(random_below(2) ? FAKE_GIVEN_BACK : FAKE_RESERVED, first, first + PER_PAGE - 1);
			continue;
		}
		fake_memory_set(FAKE_POISON, grain_start(first),
				grain_end(first + PER_PAGE - 1));
		for (k = 0; k < PER_PAGE; k++)
			poison[first + k] = true;
	}
}

static void random_request(struct kimage *image, struct kexec_buf *kbuf)
{
	min = random_below(3) ? 0 : random_below(GRAINS);
	max = random_below(3) ? GRAINS - 1 : random_below(GRAINS);
	*kbuf = (struct kexec_buf) {
		.image = image,
		.mem = 0xdeadb000,
		.memsz = PAGE_SIZE * (1 + random_below(random_below(3) ? 6 : 50)),
		.buf_align = PAGE_SIZE << (random_below(2) ? 0 : random_below(6)),
		.buf_min = grain_start(min),
		.buf_max = grain_end(max),
	};
}

static void random_space(struct kimage *image, struct kexec_buf *kbuf)
{
	static const u64 bases[] = { 0, 1ULL << 32, (1ULL << 46) - GRAINS * GRAIN };

	memset(ram, 0, sizeof(ram));
	memset(taken, 0, sizeof(taken));
	memset(poison, 0, sizeof(poison));
	memset(first_choice, 0, sizeof(first_choice));
	base = bases[random_below(3)];
	fake_iomem_reset();
	fake_section_shift = 14;

	random_ranges(add_ram);
	random_map();
	random_crash_kernel(&crashk_res);
	random_crash_kernel(&crashk_low_res);
	random_segments(image);
	random_states();
	random_poison();
	random_request(image, kbuf);
}

static bool is_hole(unsigned int i, enum choice choice)
{
	return ram[i] && next[i] && i >= min && i <= max && !taken[i] && !poison[i] &&
	       choice >= first_choice[i];
}

/*
 * Down from the top, count the free grains from each one on. The first that has
 * enough and is aligned is the place.
 */
static bool find_place(const struct kexec_buf *kbuf, enum choice choice, u64 *mem)
{
	unsigned int i = GRAINS, n = 0;

	while (i--) {
		n = is_hole(i, choice) ? n + 1 : 0;
		*mem = grain_start(i);
		if (n * GRAIN >= kbuf->memsz && *mem % kbuf->buf_align == 0)
			return true;
	}

	return false;
}

static bool place_by_grains(const struct kexec_buf *kbuf, u64 *mem, bool *notice)
{
	enum choice choice;

	for (choice = FIRST_CHOICE; choice <= LAST_CHOICE; choice++) {
		*notice = choice != FIRST_CHOICE;
		if (find_place(kbuf, choice, mem))
			return true;
	}

	return false;
}

static struct kimage image;
static struct kexec_buf kbuf;

static void one_space(void)
{
	bool found, notice;
	u64 mem;

	random_space(&image, &kbuf);
	found = place_by_grains(&kbuf, &mem, &notice);

	fake_log_reset();
	CHECK_EQ(found ? 0 : -EADDRNOTAVAIL, kexec_placement_locate(&kbuf));
	CHECK_EQ(found ? mem : UNTOUCHED, kbuf.mem);
	CHECK_EQ(!found || notice, fake_log.messages);
	CHECK_EQ(0, fake_unsafe_lookups);
	CHECK_EQ(0, fake_rcu_held);
}

SUITE(place_property)
{
	run_random("place", "random spaces", one_space, 100000, 1);
}
