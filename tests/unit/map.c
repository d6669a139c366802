// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps have the form of /proc/iomem: "start-end : name", hexadecimal, the end
 * inclusive, two spaces more for each level of nesting. # starts a comment. RAM
 * that was there at boot is also what the next kernel is told of. Behind a name
 * stands what /proc/iomem does not tell: [added], [offline], [movable].
 */
#include <stdio.h>
#include <string.h>

#include <asm/e820/api.h>
#include <linux/kexec.h>

#include "fake_kernel.h"
#include "fake_memory.h"
#include "map.h"

#define MAX_DEPTH	8

/* In /proc/iomem the name is all that tells; drivers add theirs in brackets. */
static unsigned long flags_by_name(const char *name)
{
	if (!strncmp(name, "System RAM (", 12))
		return FAKE_DRIVER_RAM;
	if (!strncmp(name, "System RAM", 10) || !strncmp(name, "Kernel ", 7) ||
	    !strcmp(name, "Crash kernel"))
		return FAKE_RAM;

	return IORESOURCE_MEM;
}

static void note_state(const char *name, u64 start, u64 end)
{
	if (strstr(name, "[added]"))
		fake_memory_set(FAKE_ADDED, start, end);
	else if (!strncmp(name, "System RAM", 10) && !strchr(name, '('))
		fake_map_add(start, end, E820_TYPE_RAM);
	else if (!strncmp(name, "Reserved", 8))
		fake_map_add(start, end, E820_TYPE_RESERVED);

	if (strstr(name, "[offline]"))
		fake_memory_set(FAKE_OFFLINE, start, end);
	if (strstr(name, "[movable]"))
		fake_memory_set(FAKE_MOVABLE, start, end);
}

static void note_crash_kernel(const char *name, u64 start, u64 end)
{
	struct resource *res = crashk_res.end ? &crashk_low_res : &crashk_res;

	if (strcmp(name, "Crash kernel"))
		return;

	res->start = start;
	res->end = end;
}

static bool load_line(const char *line, struct resource **parents)
{
	unsigned int depth = strspn(line, " ") / 2;
	struct resource *res;
	u64 start, end;
	char name[64];

	if (depth + 2 >= MAX_DEPTH || !parents[depth] ||
	    sscanf(line, "%llx-%llx : %63[^\n]", &start, &end, name) != 3)
		return false;

	res = fake_iomem_add(parents[depth], start, end, flags_by_name(name));
	if (!res)
		return false;

	note_state(name, start, end);
	note_crash_kernel(name, start, end);
	parents[depth + 1] = res;
	parents[depth + 2] = NULL;
	return true;
}

static unsigned int load_lines(FILE *file, const char *path)
{
	struct resource *parents[MAX_DEPTH] = { &iomem_resource };
	unsigned int number = 0, ranges = 0;
	char line[160];

	while (fgets(line, sizeof(line), file)) {
		number++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (!load_line(line, parents)) {
			printf("%s:%u: bad range: %s", path, number, line);
			return 0;
		}
		ranges++;
	}

	return ranges;
}

unsigned int map_load(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned int ranges;

	fake_iomem_reset();
	if (!file) {
		perror(path);
		return 0;
	}

	ranges = load_lines(file, path);
	fclose(file);
	return ranges;
}
