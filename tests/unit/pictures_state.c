// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "picture.h"

/*
 * Memory that may go away, is bad, or is unknown to the next kernel. See
 * picture.h for how to read them. Sections: |...|...|...|...|...|...|...|...
 */
const struct picture state_pictures[] = {
{
	.name   = "s1 not in offline memory",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "........................oooooooo",
	.expect = "....................NNNN........",
}, {
	.name   = "s2 not in memory that was added",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "................hhhhhhhhhhhhhhhh",
	.expect = "..............NN................",
}, {
	.name   = "s3 not in movable memory",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "................mmmmmmmmmmmmmmmm",
	.expect = "............NNNN................",
}, {
	.name   = "s4 up to where a section gets movable",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..................mmmmmmmmmmmmmm",
	.expect = "..............NNNN..............",
}, {
	.name   = "s5 movable in part, but RAM ends before",
	.ram    = "rrrrrrrrrrrrrrrrrr..............",
	.state  = "..................mmmmmmmmmmmmmm",
	.expect = "................NN..............",
}, {
	.name   = "s6 movable in part, but the limit is before",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..................mmmmmmmmmmmmmm",
	.limits = ".................]..............",
	.expect = "................NN..............",
}, {
	.name   = "s7 above memory that may go away",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "........hhhhoooommmm............",
	.expect = "....................NNNNNNNNNNNN",
}, {
	.name   = "s8 lasting memory first, though it is lower",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............mmmmmmmmmmmmmmmmmmmm",
	.expect = "..NNNNNN........................",
}, {
	.name   = "s9 memory that may go away joins nothing",
	.ram    = "rrrrrrrrrrrrrrrrrrrr............",
	.state  = "........hhhh....................",
	.expect = "..........NNNNNNNNNN............",
	.notice = true,
}, {
	.name   = "s10 sections of one range are one",
	.ram    = "..rrrrrrrrrrrrrrrrrr............",
	.expect = "..NNNNNNNNNNNNNNNNNN............",
}, {
	.name   = "s11 ranges that touch within a section are one",
	.ram    = "..rrrrRRRRrrrrrrRRRR............",
	.expect = "...NNNNNNNNNNNNNNNNN............",
}, {
	.name   = "s12 second choice: all of it movable",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm",
	.expect = "................NNNN............",
	.notice = true,
}, {
	.name   = "s13 second choice: the lasting is too small",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............hhhhhhhhhhhhhhhhhhhh",
	.expect = ".....................NNNNNNNNNNN",
	.notice = true,
}, {
	.name   = "s14 second choice: the lasting is taken",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............oooooooooooooooooooo",
	.placed = "aaaaaaaa........................",
	.expect = "...............................N",
	.notice = true,
}, {
	.name   = "s15 not even the second choice is large enough",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrr....",
	.state  = "............hhhhhhhhhhhhhhhhhhhh",
	.size   = 17,
}, {
	.name   = "s16 below a page with an error",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..............................p.",
	.expect = "..........................NNNN..",
}, {
	.name   = "s17 between pages with an error",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....p.....p....p....p......p...p",
	.expect = ".....................NNNNNN.....",
}, {
	.name   = "s18 below several in the same place",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....................p..p..p..p.p",
	.expect = "............NNNNNNNN............",
}, {
	.name   = "s19 an error in the lowest page of the only place",
	.ram    = "........rrrrrrrr................",
	.state  = "........p.......................",
	.size   = 8,
}, {
	.name   = "s20 an error, and alignment",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = ".........................p......",
	.expect = "................NNN.............",
	.align  = 8,
}, {
	.name   = "s21 an error in every page",
	.ram    = "....rrrr........................",
	.state  = "....pppp........................",
	.size   = 1,
}, {
	.name   = "s22 not over the crash kernel, while there is room",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....yyyy................xxxxxx..",
	.expect = "..............NNNNNNNNNN........",
}, {
	.name   = "s23 between the crash kernel and its low region",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....yyyy................xxxxxxxx",
	.expect = "........NNNNNNNNNNNNNNNN........",
}, {
	.name   = "s24 nothing left by the crash kernel, as the second choice",
	.ram    = "....rrrrrrrrrrrr................",
	.state  = "....yyyyxxxxxxxx................",
	.expect = "...............N................",
	.notice = true,
}, {
	.name   = "s39 too large for what the crash kernel leaves, and not where a segment is",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..xxxxxxxxxxxxxxxxxx............",
	.placed = "..............................aa",
	.expect = ".................NNNNNNNNNNNNN..",
	.notice = true,
}, {
	.name   = "s40 not over what was reserved at boot, while there is room",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..........................kkk...",
	.expect = "......................NNNN......",
}, {
	.name   = "s41 reserved at boot, as the second choice",
	.ram    = "....rrrrrrrr....................",
	.state  = "....kkkkkkkk....................",
	.expect = "........NNNN....................",
	.notice = true,
}, {
	.name   = "s42 one page of a section that stays is reserved",
	.ram    = "rrrrrrrrrrrrrrrrrrrr............",
	.state  = "..............k.hhhh............",
	.expect = "...........NNN..................",}, {
	.name   = "s43 movable before the crash kernel's and what is reserved",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmkkxxxxxx",
	.expect = "....................NNNN........",
	.notice = true,
}, {
	.name   = "s44 and these before none",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmkkxxxxxx",
	.expect = ".NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
	.notice = true,
}, {
	.name   = "s25 only where the next kernel has RAM",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "eeeeeeeeeeeeeeee................",
	.expect = "............NNNN................",
}, {
	.name   = "s26 only where both have RAM",
	.ram    = "....rrrrrrrr........rrrrrrrr....",
	.next   = "........eeeeeeeeeeeeeeee........",
	.expect = "....................NNNN........",
}, {
	.name   = "s27 entries of the map that touch are one",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "..eeeeEEEEEEEEeeeeee............",
	.expect = "..NNNNNNNNNNNNNNNNNN............",
}, {
	.name   = "s28 a hole in the map is a hole",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "eeeeeeeeeeeeeee.EEEEEEEE........",
	.expect = "......NNNNNNNNN.................",
}, {
	.name   = "s29 touching in one map and not at the same place in the other",
	.ram    = "..rrrrrrrrRRRRRRRRrrrr..........",
	.next   = "eeeeeEEEEEEEEEEEEEEEEEEE........",
	.expect = "..NNNNNNNNNNNNNNNNNNNN..........",
}, {
	.name   = "s30 the next kernel has none of it",
	.ram    = "........rrrrrrrr................",
	.next   = "eeeeeeee........eeeeeeee........",
	.size   = 1,
}, {
	.name   = "s31 all at once",
	.ram    = "rrrrrrrrRRRRRRRR.rrrrrrrddddrrrr",
	.state  = "..........p.....yyy.mmmmmmmmmmmm",
	.next   = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
	.placed = "..............aa................",
	.expect = "...........NNN..................",
}, {
	.name   = "s32 below a page that was given back to the host",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..............................b.",
	.expect = "..........................NNNN..",
}, {
	.name   = "s33 given back, as the second choice",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "mmmmmmmmmmmmmmmmmmbmmmmmmmmmmmmm",
	.expect = "................NNNN............",
	.notice = true,
}, {
	.name   = "s34 above what is movable of a section",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "................mm..............",
	.expect = "..................NNNNNNNNNNNNNN",
}, {
	.name   = "s35 below it, if it is too large for that",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "................mm..............",
	.expect = ".NNNNNNNNNNNNNNN................",
}, {
	.name   = "s36 an error in the first and in the last page of a section",
	.ram    = "................rrrr............",
	.state  = "................p..p............",
	.expect = ".................NN.............",
}, {
	.name   = "s37 the movable part is the middle of a section",
	.ram    = "............rrrrrrrr............",
	.state  = ".................mm.............",
	.expect = "............NNNNN...............",
}, {
	.name   = "s38 an error above what is free of a section",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "................mm.p............",
	.expect = "..................N.............",
},
};

const unsigned int nr_state_pictures =
	ARRAY_SIZE(state_pictures);
