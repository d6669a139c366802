// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"
#include "suites.h"

int main(int argc, char **argv)
{
	suite_walk();
	suite_walk_tear();
	suite_walk_property();
	suite_place();
	suite_place_bytes();
	suite_place_property();
	suite_params();
	suite_decide();
	suite_sources();
	suite_digest();
	suite_hotplug();
	suite_hotplug_start();
	suite_hotplug_load();
	suite_e820();
	suite_maps(argc > 1 ? argv[1] : "maps");

	return report_totals();
}
