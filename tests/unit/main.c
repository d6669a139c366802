// SPDX-License-Identifier: GPL-2.0-only

#include "check.h"
#include "suites.h"

static const struct {
	const char *name;
	void (*run)(void);
} suites[] = {
	{ "walk", suite_walk },
	{ "walk_tear", suite_walk_tear },
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
};

static bool wanted(const char *name, char **names)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;

	return false;
}

/* unit [SUITE]...: these instead of all */
int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (argc < 2 || wanted(suites[i].name, argv + 1))
			suites[i].run();

	return report_totals();
}
