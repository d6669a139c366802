// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a picture to the fake kernel.
 */

#include "draw.h"
#include "fake_kernel.h"
#include "fake_memory.h"

static u64 page_start(u64 base, unsigned int page)
{
	return base + page * PAGE_SIZE;
}

static u64 page_end(u64 base, unsigned int page)
{
	return page_start(base, page) + PAGE_SIZE - 1;
}

void for_each_run(const char *row, u64 base,
		  void (*draw)(char letter, u64 start, u64 end))
{
	unsigned int first, last;

	for (first = 0; row && row[first]; first = last + 1) {
		for (last = first; row[last + 1] == row[first]; last++)
			;
		if (row[first] != '.')
			draw(row[first], page_start(base, first),
			     page_end(base, last));
	}
}

static void draw_ram(char letter, u64 start, u64 end)
{
	fake_iomem_add(&iomem_resource, start, end,
		       letter == 'd' ? FAKE_DRIVER_RAM : FAKE_RAM);
}

static void draw_next(char letter, u64 start, u64 end)
{
	fake_map_add(e820_table_kexec, start, end, E820_TYPE_RAM);
}

static void draw_crash(struct resource *res, u64 start, u64 end)
{
	res->start = start;
	res->end = end;
}

static void draw_state(char letter, u64 start, u64 end)
{
	if (letter == 'o')
		fake_memory_set(FAKE_OFFLINE, start, end);
	else if (letter == 'h')
		fake_memory_set(FAKE_ADDED, start, end);
	else if (letter == 'm')
		fake_memory_set(FAKE_MOVABLE, start, end);
	else if (letter == 'p')
		fake_memory_set(FAKE_POISON, start, end);
	else if (letter == 'b')
		fake_memory_set(FAKE_GIVEN_BACK, start, end);
	else if (letter == 'k')
		fake_memory_set(FAKE_RESERVED, start, end);
	else if (letter == 'x')
		draw_crash(&crashk_res, start, end);
	else if (letter == 'y')
		draw_crash(&crashk_low_res, start, end);
}

/* Where it is in nobody's way: otherwise both are the byte at 0. */
static void crash_kernel_elsewhere(void)
{
	draw_crash(&crashk_res, 1ULL << 50, (1ULL << 50) + 1);
	draw_crash(&crashk_low_res, 1ULL << 50, (1ULL << 50) + 1);
}

void draw_memory(const struct picture *p, u64 base)
{
	fake_iomem_reset();
	fake_section_shift = PICTURE_SECTION_SHIFT;
	crash_kernel_elsewhere();
	for_each_run(p->ram, base, draw_ram);
	for_each_run(p->next, base, draw_next);
	for_each_run(p->state, base, draw_state);
}

static void draw_segment(const struct picture *p, u64 base, char letter,
			 struct kimage *image)
{
	const char *start = strchr(p->placed, letter);
	unsigned int pages;

	if (!start)
		return;

	for (pages = 1; start[pages] == letter; pages++)
		;
	image->segment[image->nr_segments++] = (struct kexec_segment) {
		.mem = page_start(base, start - p->placed),
		.memsz = pages * PAGE_SIZE,
	};
}

void draw_segments(const struct picture *p, u64 base, bool backwards,
		   struct kimage *image)
{
	char i;

	*image = (struct kimage) { .from_top = 1 };
	if (!p->placed)
		return;

	for (i = 0; i < 8; i++)
		draw_segment(p, base, backwards ? 'h' - i : 'a' + i, image);
}

static unsigned int picture_size(const struct picture *p)
{
	const char *start = p->expect ? strchr(p->expect, 'N') : NULL;

	return start ? strspn(start, "N") : p->size;
}

void draw_request(const struct picture *p, u64 base, struct kexec_buf *kbuf)
{
	const char *min = p->limits ? strchr(p->limits, '[') : NULL;
	const char *max = p->limits ? strchr(p->limits, ']') : NULL;

	kbuf->memsz = picture_size(p) * PAGE_SIZE;
	kbuf->buf_align = (p->align ? p->align : 1) * PAGE_SIZE;
	kbuf->buf_min = min ? page_start(base, min - p->limits) : 0;
	kbuf->buf_max = max ? page_end(base, max - p->limits) : ~0UL;
}

bool drawn_place(const struct picture *p, u64 base, u64 *mem)
{
	const char *expect = p->expect ? strchr(p->expect, 'N') : NULL;

	*mem = expect ? page_start(base, expect - p->expect) : 0;
	return expect;
}
