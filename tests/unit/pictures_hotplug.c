// SPDX-License-Identifier: GPL-2.0-only

#include "hotplug.h"

/* See hotplug.h for how to read them. Blocks: |...|...|...|...|...|...|...|... */
const struct hot_picture hot_pictures[] = {
{
	.before.name   = "h1 removed: a DIMM that no map lists",
	.before.ram    = "rrrrrrrrRRRRrrrrrrrrrrrrrrrrrrrr",
	.before.next   = "eeeeeeee....eeeeeeeeeeeeeeeeeeee",
	.before.placed = "........aaaa....................",
	.goes          = "........xxxx....................",
	.file = REMOVED,
	.user = REMOVED,
	.restarts = true,
}, {
	.before.name   = "h2 removed: the second of two DIMMs",
	.before.ram    = "rrrrrrrrRRRRrrrrRRRRRRRRRRRRRRRR",
	.before.next   = "eeeeeeee........eeeeeeeeeeeeeeee",
	.before.placed = "........aaaaaaaa................",
	.goes          = "............xxxx................",
	.file = REMOVED,
	.user = REMOVED,
	.restarts = true,
}, {
	.before.name   = "h3 removed: the DIMM of the second segment",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrRRRRrrrrrrrr",
	.before.next   = "eeeeeeeeeeeeeeeeeeee....eeeeeeee",
	.before.placed = "........aaaa.........bb.........",
	.goes          = "....................xxxx........",
	.file = REMOVED,
	.user = REMOVED,
	.restarts = true,
}, {
	.before.name   = "h4 removed: a DIMM elsewhere that the map lists",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrRRRRrrrrrrrr",
	.before.placed = "........aaaa....................",
	.goes          = "....................xxxx........",
	.file = TOLD,
	.user = TOLD,
	.restarts = true,
}, {
	.before.name   = "h5 removed: a DIMM elsewhere that no map of ours lists",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrRRRRrrrrrrrr",
	.before.next   = "eeeeeeeeeeeeeeeeeeee....eeeeeeee",
	.before.placed = "........aaaa....................",
	.goes          = "....................xxxx........",
	.user = TOLD,
	.restarts = true,
}, {
	.before.name   = "h6 removed: a driver's memory elsewhere",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrddddrrrrrrrr",
	.before.next   = "eeeeeeeeeeeeeeeeeeee....eeeeeeee",
	.before.placed = "........aaaa....................",
	.goes          = "....................xxxx........",
}, {
	.before.name   = "h7 removed: a driver's memory that was RAM at boot",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrddddrrrrrrrr",
	.before.placed = "........aaaa....................",
	.goes          = "....................xxxx........",
	.file = TOLD,
	.user = TOLD,
	.restarts = true,
}, {
	.before.name   = "h8 a removal is refused",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrRRRRrrrrrrrr",
	.before.placed = "........aaaa....................",
	.goes          = "....................bbbb........",
}, {
	.before.name   = "h9 ... and then a driver's memory is removed",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrRRRRddddrrrr",
	.before.next   = "eeeeeeeeeeeeeeeeeeeeeeee....eeee",
	.before.placed = "........aaaa....................",
	.goes          = "....................bbbbxxxx....",
}, {
	.before.name   = "h10 that of a driver's memory is refused, another is not",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrddddRRRRrrrr",
	.before.next   = "eeeeeeeeeeeeeeeeeeee........eeee",
	.before.placed = "........aaaa....................",
	.goes          = "....................bbbbxxxx....",
	.user = TOLD,
	.restarts = true,
}, {
	.before.name   = "h11 removed: a DIMM right below a driver's memory",
	.before.ram    = "rrrrrrrrrrrrrrrrrrrrRRRRddddrrrr",
	.before.next   = "eeeeeeeeeeeeeeeeeeee........eeee",
	.before.placed = "........aaaa....................",
	.goes          = "....................xxxx........",
	.user = TOLD,
	.restarts = true,
}, {
	.before.name   = "h12 removed: a DIMM of which the map lists the upper half",
	.before.ram    = "rrrrrrrrrrrrrrrrRRRRRRRRrrrrrrrr",
	.before.next   = "eeeeeeeeeeeeeeee....eeeeeeeeeeee",
	.before.placed = "........aaaa....................",
	.goes          = "................xxxxxxxx........",
	.file = TOLD,
	.user = TOLD,
	.restarts = true,
},
};

const unsigned int nr_hot_pictures = ARRAY_SIZE(hot_pictures);
