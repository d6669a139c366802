// SPDX-License-Identifier: GPL-2.0-only

#include "picture.h"

/* See picture.h for how to read them. */
const struct picture pictures[] = {
{
	.name   = "1 the top of the highest range",
	.ram    = "....rrrrrr......rrrrrrrrrrrr....",
	.expect = "........................NNNN....",
}, {
	.name   = "2 an exact fit",
	.ram    = "......rrrrrrrrrr................",
	.expect = "......NNNNNNNNNN................",
}, {
	.name   = "3 one page larger than any range",
	.ram    = "......rrrrrrrrrr....rrrr........",
	.size   = 11,
}, {
	.name   = "4 the highest range is too small",
	.ram    = "......rrrrrrrrrr........rrrr....",
	.expect = "...........NNNNN................",
}, {
	.name   = "5 alignment moves it down",
	.ram    = "...rrrrrrrrrrrrrrrrrrrr.........",
	.expect = "................NNNN............",
	.align  = 8,
}, {
	.name   = "6 alignment moves it out of the higher range",
	.ram    = "rrrrrrrrrrr......rrrrrrr........",
	.expect = "........NNN.....................",
	.align  = 8,
}, {
	.name   = "7 the upper limit is inclusive",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = "...............]................",
	.expect = "............NNNN................",
}, {
	.name   = "8 the lower limit is inclusive",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = "............[..]................",
	.expect = "............NNNN................",
}, {
	.name   = "9 alignment moves it below the lower limit",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = ".................[.....]........",
	.size   = 2,
	.align  = 8,
}, {
	.name   = "10 the limits hold a page of each of two ranges",
	.ram    = "rrrrrrrr................rrrrrrrr",
	.limits = ".......[................].......",
	.expect = "........................N.......",
}, {
	.name   = "11 below a placed segment",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "........................aaaaaaaa",
	.expect = "................NNNNNNNN........",
}, {
	.name   = "12 an exact fit between two",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "aaaaaaaaaaaaaaaa....bbbbbbbbbbbb",
	.expect = "................NNNN............",
}, {
	.name   = "13 segments that touch, and one in the middle",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = ".......bbb..........ccccaaaadddd",
	.expect = "..............NNNNNN............",
}, {
	.name   = "14 a segment over the end of a range",
	.ram    = "rrrrrrrrrrrrrrrr....rrrrrrrr....",
	.placed = "......................aaaaaaaaaa",
	.expect = "....................NN..........",
}, {
	.name   = "15 alignment moves it into a segment, so below",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "................aaaaaaaaaa......",
	.expect = "........NNNNNN..................",
	.align  = 8,
}, {
	.name   = "16 ranges that touch are one",
	.ram    = "....rrrrrrRRRRrrrrrr............",
	.expect = ".....NNNNNNNNNNNNNNN............",
}, {
	.name   = "17 ranges a page apart are two",
	.ram    = "....rrrrrr.RRRRRRR..............",
	.size   = 8,
}, {
	.name   = "18 touching ranges with a segment across the seam",
	.ram    = "rrrrrrrrrrrrrrrrRRRRRRRRRRRRRRRR",
	.placed = "..............aaaa..............",
	.expect = "NNNNNNNNNNNNNN..................",
	.limits = "[..................]............",
}, {
	.name   = "19 never in driver-managed memory",
	.ram    = "rrrrrrrrrrrr............dddddddd",
	.expect = "........NNNN....................",
}, {
	.name   = "20 driver-managed in the middle, room below",
	.ram    = "rrrrrrrrrrddddrrrrrr............",
	.expect = "...NNNNNNN......................",
},
};

const unsigned int nr_pictures = ARRAY_SIZE(pictures);
