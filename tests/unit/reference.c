// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sums are made in 128 bits: the reference has no wrap to think of.
 */
#include <stdio.h>
#include <stdlib.h>

#include <linux/kexec.h>
#include <linux/mmzone.h>

#include "fake_kernel.h"
#include "fake_memory.h"
#include "reference.h"

typedef unsigned __int128 u128;

static void add_clipped(const struct resource *res, u64 start, u64 end,
			struct ref_range *range)
{
	*range = (struct ref_range) {
		.start = res->start < start ? start : res->start,
		.end = res->end > end ? end : res->end,
		.flags = res->flags,
		.desc = res->desc,
	};
}

static unsigned int walk_children(const struct resource *parent, u64 start,
				  u64 end, struct ref_range *ranges,
				  unsigned int n)
{
	const struct resource *res;

	for (res = parent->child; res; res = res->sibling) {
		if (res->end < start || res->start > end)
			continue;
		if ((res->flags & FAKE_RAM) != FAKE_RAM) {
			n = walk_children(res, start, end, ranges, n);
			continue;
		}
		if (n == REF_MAX_RANGES)
			abort();
		add_clipped(res, start, end, &ranges[n++]);
	}

	return n;
}

unsigned int ref_walk(u64 start, u64 end, struct ref_range *ranges)
{
	if (start > end)
		return 0;

	return walk_children(&iomem_resource, start, end, ranges, 0);
}

/* Touching ranges become one: they come in ascending order. */
static unsigned int add_range(struct ref_range *ranges, unsigned int n,
			      u64 start, u64 end)
{
	if (n && (u128)ranges[n - 1].end + 1 == start) {
		ranges[n - 1].end = end;
		return n;
	}
	if (n == REF_MAX_RANGES)
		abort();

	ranges[n] = (struct ref_range) { .start = start, .end = end };
	return n + 1;
}

/* The last byte up to which all from @start on is the same: this choice, or not */
static u64 same_until(enum fake_choice choice, u64 start, u64 end, bool *leaves)
{
	struct range range;
	unsigned int i;

	*leaves = false;
	for (i = 0; fake_left_out(choice, i, &range); i++) {
		if (range.start > start && range.start <= end)
			end = range.start - 1;
		if (range.start > start || range.end < start)
			continue;
		*leaves = true;
		if (range.end < end)
			end = range.end;
	}

	return end;
}

static unsigned int add_chosen(struct ref_range *ranges, unsigned int n,
			       enum fake_choice choice, u64 start, u64 end)
{
	bool leaves;
	u64 last;

	for (;; start = last + 1) {
		last = same_until(choice, start, end, &leaves);
		if (!leaves)
			n = add_range(ranges, n, start, last);
		if (last == end)
			return n;
	}
}

static unsigned int add_next_ram(struct ref_range *ranges, unsigned int n,
				 const struct ref_range *ram, enum fake_choice choice)
{
	struct range next;
	unsigned int i;

	for (i = 0; fake_next_ram(i, &next); i++) {
		if (next.start < ram->start)
			next.start = ram->start;
		if (next.end > ram->end)
			next.end = ram->end;
		if (next.start > next.end)
			continue;
		n = add_chosen(ranges, n, choice, next.start, next.end);
	}

	return n;
}

unsigned int ref_candidates(const struct kexec_buf *kbuf, enum fake_choice choice,
			    struct ref_range *ranges)
{
	static struct ref_range ram[REF_MAX_RANGES];
	unsigned int nr_ram = ref_walk(kbuf->buf_min, kbuf->buf_max, ram);
	unsigned int i, n = 0;

	for (i = 0; i < nr_ram; i++) {
		if (!(ram[i].flags & IORESOURCE_SYSRAM_DRIVER_MANAGED))
			n = add_next_ram(ranges, n, &ram[i], choice);
	}

	return n;
}

static bool overlaps(u128 first, u128 last, u128 start, u128 size)
{
	return start <= last && first < start + size;
}

static bool hits_segment(const struct kimage *image, u128 first, u128 last)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++) {
		if (overlaps(first, last, image->segment[i].mem,
			     image->segment[i].memsz))
			return true;
	}

	return false;
}

static bool may_place(const struct kexec_buf *kbuf,
		      const struct ref_range *ranges, unsigned int n, u128 first)
{
	u128 last = first + kbuf->memsz - 1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (ranges[i].start <= first && last <= ranges[i].end)
			break;
	}

	return i < n && first % kbuf->buf_align == 0 &&
	       !hits_segment(kbuf->image, first, last) &&
	       !fake_memory_is(FAKE_POISON, first, last);
}

bool ref_may_place(const struct kexec_buf *kbuf, u64 mem)
{
	static struct ref_range ranges[REF_MAX_RANGES];

	return may_place(kbuf, ranges, ref_candidates(kbuf, LAST_CHOICE, ranges), mem);
}

/* What is being looked for, and the best place so far */
struct attempt {
	const struct kexec_buf *kbuf;
	const struct ref_range *ranges;
	unsigned int n;
	bool found;
	u64 best;
};

/*
 * The best place ends as high as alignment lets it below something that is in
 * the way; @above is the first byte of that.
 */
static void try_below(struct attempt *a, u128 above)
{
	u128 mem;

	if (above < a->kbuf->memsz)
		return;

	mem = above - a->kbuf->memsz;
	mem -= mem % a->kbuf->buf_align;
	if ((a->found && mem <= a->best) ||
	    !may_place(a->kbuf, a->ranges, a->n, mem))
		return;

	a->found = true;
	a->best = mem;
}

static void try_below_all(struct attempt *a)
{
	const struct kimage *image = a->kbuf->image;
	unsigned int i;
	u64 bad;

	for (i = 0; i < a->n; i++)
		try_below(a, (u128)a->ranges[i].end + 1);
	for (i = 0; i < image->nr_segments; i++)
		try_below(a, image->segment[i].mem);
	for (i = 0; fake_unusable(i, &bad); i++)
		try_below(a, bad);
}

bool ref_place(const struct kexec_buf *kbuf, u64 *mem, bool *notice)
{
	static struct ref_range ranges[REF_MAX_RANGES];
	struct attempt a = { .kbuf = kbuf, .ranges = ranges };
	enum fake_choice choice;

	for (choice = FIRST_CHOICE; choice <= LAST_CHOICE && !a.found; choice++) {
		*notice = choice != FIRST_CHOICE;
		a.n = ref_candidates(kbuf, choice, ranges);
		try_below_all(&a);
	}

	*mem = a.best;
	return a.found;
}
