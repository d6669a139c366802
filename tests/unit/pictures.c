// SPDX-License-Identifier: GPL-2.0-only

#include "draw.h"

/* See draw.h for how to read them. */
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
/* Memory that may go away, is bad, or is unknown to the next kernel. Sections: |...|...|...|...|...|...|...|... */
{
	.name   = "21 not in offline memory",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "........................oooooooo",
	.expect = "....................NNNN........",
}, {
	.name   = "22 not in memory that was added",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "................hhhhhhhhhhhhhhhh",
	.expect = "..............NN................",
}, {
	.name   = "23 not in movable memory",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "................mmmmmmmmmmmmmmmm",
	.expect = "............NNNN................",
}, {
	.name   = "24 up to where a section gets movable",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..................mmmmmmmmmmmmmm",
	.expect = "..............NNNN..............",
}, {
	.name   = "25 lasting memory first, though it is lower",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............mmmmmmmmmmmmmmmmmmmm",
	.expect = "..NNNNNN........................",
}, {
	.name   = "26 memory that may go away joins nothing",
	.ram    = "rrrrrrrrrrrrrrrrrrrr............",
	.state  = "........hhhh....................",
	.expect = "..........NNNNNNNNNN............",
	.notice = MAY_GO_AWAY,
}, {
	.name   = "27 second choice: all of it movable",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm",
	.expect = "................NNNN............",
	.notice = MAY_GO_AWAY,
}, {
	.name   = "28 second choice: the lasting is too small",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............hhhhhhhhhhhhhhhhhhhh",
	.expect = ".....................NNNNNNNNNNN",
	.notice = MAY_GO_AWAY,
}, {
	.name   = "29 not even the second choice is large enough",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrr....",
	.state  = "............hhhhhhhhhhhhhhhhhhhh",
	.size   = 17,
}, {
	.name   = "30 below a page with an error",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..............................p.",
	.expect = "..........................NNNN..",
}, {
	.name   = "31 between pages with an error",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....p.....p....p....p......p...p",
	.expect = ".....................NNNNNN.....",
}, {
	.name   = "32 not over the crash kernel, while there is room",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....yyyy................xxxxxx..",
	.expect = "..............NNNNNNNNNN........",
}, {
	.name   = "33 nothing left by the crash kernel, as the second choice",
	.ram    = "....rrrrrrrrrrrr................",
	.state  = "....yyyyxxxxxxxx................",
	.expect = "...............N................",
	.notice = RESERVED,
}, {
	.name   = "34 too large for what the crash kernel leaves, and not where a segment is",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..xxxxxxxxxxxxxxxxxx............",
	.placed = "..............................aa",
	.expect = ".................NNNNNNNNNNNNN..",
	.notice = RESERVED,
}, {
	.name   = "35 not over what was reserved at boot, while there is room",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..........................kkk...",
	.expect = "......................NNNN......",
}, {
	.name   = "36 reserved at boot, as the second choice",
	.ram    = "....rrrrrrrr....................",
	.state  = "....kkkkkkkk....................",
	.expect = "........NNNN....................",
	.notice = RESERVED,
}, {
	.name   = "37 one page of a section that stays is reserved",
	.ram    = "rrrrrrrrrrrrrrrrrrrr............",
	.state  = "..............k.hhhh............",
	.expect = "...........NNN..................",
}, {
	.name   = "38 movable before the crash kernel's and what is reserved",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmkkxxxxxx",
	.expect = "....................NNNN........",
	.notice = MAY_GO_AWAY,
}, {
	.name   = "39 and these before none",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmkkxxxxxx",
	.expect = ".NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
	.notice = RESERVED,
}, {
	.name   = "40 only where the next kernel has RAM",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "eeeeeeeeeeeeeeee................",
	.expect = "............NNNN................",
}, {
	.name   = "41 only where both have RAM",
	.ram    = "....rrrrrrrr........rrrrrrrr....",
	.next   = "........eeeeeeeeeeeeeeee........",
	.expect = "....................NNNN........",
}, {
	.name   = "42 entries of the map that touch are one",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "..eeeeEEEEEEEEeeeeee............",
	.expect = "..NNNNNNNNNNNNNNNNNN............",
}, {
	.name   = "43 a hole in the map is a hole",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "eeeeeeeeeeeeeee.EEEEEEEE........",
	.expect = "......NNNNNNNNN.................",
}, {
	.name   = "44 touching in one map and not at the same place in the other",
	.ram    = "..rrrrrrrrRRRRRRRRrrrr..........",
	.next   = "eeeeeEEEEEEEEEEEEEEEEEEE........",
	.expect = "..NNNNNNNNNNNNNNNNNNNN..........",
}, {
	.name   = "45 the next kernel has none of it",
	.ram    = "........rrrrrrrr................",
	.next   = "eeeeeeee........eeeeeeee........",
	.size   = 1,
}, {
	.name   = "46 all at once",
	.ram    = "rrrrrrrrRRRRRRRR.rrrrrrrddddrrrr",
	.state  = "..........p.....yyy.mmmmmmmmmmmm",
	.next   = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
	.placed = "..............aa................",
	.expect = "...........NNN..................",
}, {
	.name   = "47 below a page that was given back to the host",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..............................b.",
	.expect = "..........................NNNN..",
}, {
	.name   = "48 given back, as the second choice",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "mmmmmmmmmmmmmmmmmmbmmmmmmmmmmmmm",
	.expect = "................NNNN............",
	.notice = MAY_GO_AWAY,
}, {
	.name   = "49 an error in the first and in the last page of a section",
	.ram    = "................rrrr............",
	.state  = "................p..p............",
	.expect = ".................NN.............",
},
};

const unsigned int nr_pictures = ARRAY_SIZE(pictures);
