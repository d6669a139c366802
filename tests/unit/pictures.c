// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

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
	.name   = "5 an exact fit below one that is too small",
	.ram    = "......rrrrr.............rrrr....",
	.expect = "......NNNNN.....................",
}, {
	.name   = "6 all of memory, from the first page to the last",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.expect = "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
}, {
	.name   = "7 one page more than all of memory",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.size   = 33,
}, {
	.name   = "8 no memory at all",
	.ram    = "................................",
	.size   = 1,
}, {
	.name   = "9 a single page at the very top",
	.ram    = "rrrr...........................r",
	.expect = "...............................N",
}, {
	.name   = "10 a single page at the very bottom",
	.ram    = "r...............................",
	.expect = "N...............................",
}, {
	.name   = "11 alignment moves it down",
	.ram    = "...rrrrrrrrrrrrrrrrrrrr.........",
	.expect = "................NNNN............",
	.align  = 8,
}, {
	.name   = "12 alignment moves it out of the range",
	.ram    = ".........rrrrrrrrrrr............",
	.size   = 5,
	.align  = 16,
}, {
	.name   = "13 alignment moves it out of the higher range",
	.ram    = "rrrrrrrrrrr......rrrrrrr........",
	.expect = "........NNN.....................",
	.align  = 8,
}, {
	.name   = "14 aligned, and an exact fit",
	.ram    = "........rrrrr...................",
	.expect = "........NNNNN...................",
	.align  = 8,
}, {
	.name   = "15 aligned to more than is left",
	.ram    = ".rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.size   = 1,
	.align  = 32,
}, {
	.name   = "16 aligned down to the first page",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.expect = "N...............................",
	.align  = 32,
}, {
	.name   = "17 the upper limit is inclusive",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = "...............]................",
	.expect = "............NNNN................",
}, {
	.name   = "18 the lower limit is inclusive",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = "............[..]................",
	.expect = "............NNNN................",
}, {
	.name   = "19 the limits leave a page too little",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = "............[..]................",
	.size   = 5,
}, {
	.name   = "20 alignment moves it below the lower limit",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.limits = ".................[.....]........",
	.size   = 2,
	.align  = 8,
}, {
	.name   = "21 the limits lie between two ranges",
	.ram    = "rrrrrrrr................rrrrrrrr",
	.limits = "........[..............]........",
	.size   = 1,
}, {
	.name   = "22 the limits hold a page of each of two ranges",
	.ram    = "rrrrrrrr................rrrrrrrr",
	.limits = ".......[................].......",
	.expect = "........................N.......",
}, {
	.name   = "23 below a placed segment",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "........................aaaaaaaa",
	.expect = "................NNNNNNNN........",
}, {
	.name   = "24 above a placed segment",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "........aaaaaaaa................",
	.expect = "................NNNNNNNNNNNNNNNN",
}, {
	.name   = "25 an exact fit between two",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "aaaaaaaaaaaaaaaa....bbbbbbbbbbbb",
	.expect = "................NNNN............",
}, {
	.name   = "26 a page too large for the gap between two",
	.ram    = "..rrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "............aaaa....bbbbbbbbbbbb",
	.expect = ".......NNNNN....................",
}, {
	.name   = "27 segments that touch, and one in the middle",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = ".......bbb..........ccccaaaadddd",
	.expect = "..............NNNNNN............",
}, {
	.name   = "28 all covered by segments",
	.ram    = "....rrrrrrrrrrrrrrrrrrrrrrrr....",
	.placed = "....aaaaaaaabbbbbbbbcccccccc....",
	.size   = 1,
}, {
	.name   = "29 a segment over the end of a range",
	.ram    = "rrrrrrrrrrrrrrrr....rrrrrrrr....",
	.placed = "......................aaaaaaaaaa",
	.expect = "....................NN..........",
}, {
	.name   = "30 a segment over all of a range",
	.ram    = "rrrrrrrr.......rrrrrrr..........",
	.placed = ".............aaaaaaaaaaa........",
	.expect = "......NN........................",
}, {
	.name   = "31 alignment moves it into a segment, so below",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "................aaaaaaaaaa......",
	.expect = "........NNNNNN..................",
	.align  = 8,
}, {
	.name   = "32 a page at the top is left by a segment",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.",
	.expect = "...............................N",
}, {
	.name   = "33 a page at the bottom is left by segments",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = ".aaaaaaaaaaaaaaabbbbbbbbbbbbbbbb",
	.expect = "N...............................",
}, {
	.name   = "34 a segment at the lower limit",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.placed = "........aaaa....................",
	.limits = "..........[........]............",
	.expect = "............NNNNNNNN............",
}, {
	.name   = "35 ranges that touch are one",
	.ram    = "....rrrrrrRRRRrrrrrr............",
	.expect = ".....NNNNNNNNNNNNNNN............",
}, {
	.name   = "36 three ranges that touch, an exact fit",
	.ram    = "....rrrrrrRRRRrrrrrr....rrrr....",
	.expect = "....NNNNNNNNNNNNNNNN............",
}, {
	.name   = "37 ranges a page apart are two",
	.ram    = "....rrrrrr.RRRRRRR..............",
	.size   = 8,
}, {
	.name   = "38 touching ranges with a segment across the seam",
	.ram    = "rrrrrrrrrrrrrrrrRRRRRRRRRRRRRRRR",
	.placed = "..............aaaa..............",
	.expect = "NNNNNNNNNNNNNN..................",
	.limits = "[..................]............",
}, {
	.name   = "39 as 35, with a range above that is too small",
	.ram    = "....rrrrrrRRRRRR...........rr...",
	.expect = "....NNNNNNNNNNNN................",
}, {
	.name   = "40 never in driver-managed memory",
	.ram    = "rrrrrrrrrrrr............dddddddd",
	.expect = "........NNNN....................",
}, {
	.name   = "41 only driver-managed memory",
	.ram    = "dddddddddddddddddddddddddddddddd",
	.size   = 1,
}, {
	.name   = "42 driver-managed memory joins nothing",
	.ram    = "....rrrrrrddddrrrrrr............",
	.size   = 7,
}, {
	.name   = "43 driver-managed in the middle, room below",
	.ram    = "rrrrrrrrrrddddrrrrrr............",
	.expect = "...NNNNNNN......................",
}, {
	.name   = "44 more ranges than one pass remembers",
	.ram    = "rr.r.r.r.r.r.r.r.r.r.r.r.r.r.r.r",
	.expect = "NN..............................",
}, {
	.name   = "45 touching, from one pass to the next",
	.ram    = "rRrRrRrRrRrRrRrRrRrRrRrRrRrRrRrR",
	.expect = ".NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
},
};

const unsigned int nr_pictures = ARRAY_SIZE(pictures);
