// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "check.h"
#include "suites.h"

static const char *maps = "maps";

static void run_maps(void)
{
	suite_maps(maps);
}

static const struct {
	const char *name;
	void (*run)(void);
} suites[] = {
	{ "walk", suite_walk },
	{ "walk_tear", suite_walk_tear },
	{ "walk_property", suite_walk_property },
	{ "place", suite_place },
	{ "place_bytes", suite_place_bytes },
	{ "place_property", suite_place_property },
	{ "params", suite_params },
	{ "decide", suite_decide },
	{ "sources", suite_sources },
	{ "initrd", suite_initrd },
	{ "digest", suite_digest },
	{ "hotplug", suite_hotplug },
	{ "hotplug_start", suite_hotplug_start },
	{ "hotplug_load", suite_hotplug_load },
	{ "e820", suite_e820 },
	{ "maps", run_maps },
};

static bool wanted(const char *name, char **names)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;

	return false;
}

/* unit [MAPS [SUITE]...]: the folder with the maps, and the suites instead of all */
int main(int argc, char **argv)
{
	unsigned int i;

	if (argc > 1)
		maps = argv[1];
	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (argc < 3 || wanted(suites[i].name, argv + 2))
			suites[i].run();

	return report_totals();
}
