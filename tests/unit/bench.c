// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench WALK CASE RANGES: one search for a hole in so many ranges of System RAM,
 * in measured(), for callgrind to count.
 *
 * WALK: reverse, the series' own, as x86 calls it: for an entry of the E820 map at a time, here one for each range; forward; array, which copies all ranges and
 * goes through the copy from behind, finding each as the forward walk does: from
 * the root of the tree on. CASE: first, the first range that the walk offers is
 * large enough; or none.
 */
#include <stdio.h>

#define RANGE	(1ULL << 20)
#define GAP	(1ULL << 16)

struct resource iomem_resource = { .end = U64_MAX, .flags = IORESOURCE_MEM };

void fake_read_lock(void) { }
void fake_read_unlock(void) { }

/* As in the kernel: siblings, then those of the parents */
struct resource *fake_next_resource(struct resource *p, bool skip_children)
{
	if (p->child && !skip_children)
		return p->child;
	while (p && !p->sibling)
		p = p->parent;

	return p ? p->sibling : NULL;
}

static int fits(struct resource *res, void *size)
{
	return resource_size(res) >= *(u64 *)size;
}

static bool find_next(u64 start, u64 end, struct resource *found)
{
	const unsigned long flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY;
	bool skip_children = false;
	struct resource *p;

	for_each_resource(&iomem_resource, p, skip_children) {
		if (p->start > end)
			return false;
		if (p->end < start || (p->flags & flags) != flags)
			continue;
		*found = *p;
		return true;
	}

	return false;
}

static int walk_forward(u64 start, u64 end, void *arg, int (*func)(struct resource *, void *))
{
	struct resource res;
	int ret = -EINVAL;

	while (start < end && find_next(start, end, &res)) {
		ret = func(&res, arg);
		if (ret)
			break;
		start = res.end + 1;
	}

	return ret;
}

static struct resource *copies;
static unsigned int nr_copies, room;

static int copy(struct resource *res, void *arg)
{
	if (nr_copies == room) {
		room = room ? 2 * room : 16;
		copies = realloc(copies, room * sizeof(*copies));
	}
	copies[nr_copies++] = *res;

	return 0;
}

static int walk_array(u64 start, u64 end, void *arg, int (*func)(struct resource *, void *))
{
	int ret = walk_forward(start, end, NULL, copy);

	while (nr_copies) {
		ret = func(&copies[--nr_copies], arg);
		if (ret)
			break;
	}

	return ret;
}

static int walk_entries(u64 start, u64 end, void *arg, int (*func)(struct resource *, void *))
{
	const struct resource *entry = iomem_resource.child;
	int ret = 0;

	while (entry->sibling)
		entry++;
	for (; !ret && entry >= iomem_resource.child; entry--)
		ret = walk_system_ram_res_rev(entry->start, entry->end, arg, func);

	return ret;
}

static void add_ranges(unsigned int ranges)
{
	struct resource *res = calloc(ranges, sizeof(*res));

	iomem_resource.child = res;
	for (unsigned int i = 0; i < ranges; i++) {
		res[i].start = (i + 1) * (RANGE + GAP);
		res[i].end = res[i].start + RANGE - 1;
		res[i].flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY;
		res[i].parent = &iomem_resource;
		res[i].sibling = i + 1 < ranges ? &res[i + 1] : NULL;
	}
}

__attribute__((noinline))
int measured(int (*walk)(u64, u64, void *, int (*)(struct resource *, void *)), u64 size)
{
	return walk(0, U64_MAX - 1, &size, fits);
}

int main(int argc, char **argv)
{
	bool first = argc == 4 && !strcmp(argv[2], "first");
	int ret;

	if (argc != 4)
		return 2;
	add_ranges(atoi(argv[3]));
	ret = measured(!strcmp(argv[1], "reverse") ? walk_entries :
		       !strcmp(argv[1], "forward") ? walk_forward : walk_array,
		       first ? RANGE : RANGE + 1);

	return ret == first ? 0 : 1;
}
