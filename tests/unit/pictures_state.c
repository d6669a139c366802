// SPDX-License-Identifier: GPL-2.0-only

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
	.name   = "s5 lasting memory first, though it is lower",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............mmmmmmmmmmmmmmmmmmmm",
	.expect = "..NNNNNN........................",
}, {
	.name   = "s6 memory that may go away joins nothing",
	.ram    = "rrrrrrrrrrrrrrrrrrrr............",
	.state  = "........hhhh....................",
	.expect = "..........NNNNNNNNNN............",
	.notice = true,
}, {
	.name   = "s7 second choice: all of it movable",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm",
	.expect = "................NNNN............",
	.notice = true,
}, {
	.name   = "s8 second choice: the lasting is too small",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrrrrrr",
	.state  = "............hhhhhhhhhhhhhhhhhhhh",
	.expect = ".....................NNNNNNNNNNN",
	.notice = true,
}, {
	.name   = "s9 not even the second choice is large enough",
	.ram    = "rrrrrrrr....rrrrrrrrrrrrrrrr....",
	.state  = "............hhhhhhhhhhhhhhhhhhhh",
	.size   = 17,
}, {
	.name   = "s10 below a page with an error",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..............................p.",
	.expect = "..........................NNNN..",
}, {
	.name   = "s11 between pages with an error",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....p.....p....p....p......p...p",
	.expect = ".....................NNNNNN.....",
}, {
	.name   = "s12 not over the crash kernel, while there is room",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "....yyyy................xxxxxx..",
	.expect = "..............NNNNNNNNNN........",
}, {
	.name   = "s13 nothing left by the crash kernel, as the second choice",
	.ram    = "....rrrrrrrrrrrr................",
	.state  = "....yyyyxxxxxxxx................",
	.expect = "...............N................",
	.notice = true,
}, {
	.name   = "s14 too large for what the crash kernel leaves, and not where a segment is",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..xxxxxxxxxxxxxxxxxx............",
	.placed = "..............................aa",
	.expect = ".................NNNNNNNNNNNNN..",
	.notice = true,
}, {
	.name   = "s15 not over what was reserved at boot, while there is room",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..........................kkk...",
	.expect = "......................NNNN......",
}, {
	.name   = "s16 reserved at boot, as the second choice",
	.ram    = "....rrrrrrrr....................",
	.state  = "....kkkkkkkk....................",
	.expect = "........NNNN....................",
	.notice = true,
}, {
	.name   = "s17 one page of a section that stays is reserved",
	.ram    = "rrrrrrrrrrrrrrrrrrrr............",
	.state  = "..............k.hhhh............",
	.expect = "...........NNN..................",
}, {
	.name   = "s18 movable before the crash kernel's and what is reserved",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmkkxxxxxx",
	.expect = "....................NNNN........",
	.notice = true,
}, {
	.name   = "s19 and these before none",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "mmmmmmmmmmmmmmmmmmmmmmmmkkxxxxxx",
	.expect = ".NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
	.notice = true,
}, {
	.name   = "s20 only where the next kernel has RAM",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "eeeeeeeeeeeeeeee................",
	.expect = "............NNNN................",
}, {
	.name   = "s21 only where both have RAM",
	.ram    = "....rrrrrrrr........rrrrrrrr....",
	.next   = "........eeeeeeeeeeeeeeee........",
	.expect = "....................NNNN........",
}, {
	.name   = "s22 entries of the map that touch are one",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "..eeeeEEEEEEEEeeeeee............",
	.expect = "..NNNNNNNNNNNNNNNNNN............",
}, {
	.name   = "s23 a hole in the map is a hole",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.next   = "eeeeeeeeeeeeeee.EEEEEEEE........",
	.expect = "......NNNNNNNNN.................",
}, {
	.name   = "s24 touching in one map and not at the same place in the other",
	.ram    = "..rrrrrrrrRRRRRRRRrrrr..........",
	.next   = "eeeeeEEEEEEEEEEEEEEEEEEE........",
	.expect = "..NNNNNNNNNNNNNNNNNNNN..........",
}, {
	.name   = "s25 the next kernel has none of it",
	.ram    = "........rrrrrrrr................",
	.next   = "eeeeeeee........eeeeeeee........",
	.size   = 1,
}, {
	.name   = "s26 all at once",
	.ram    = "rrrrrrrrRRRRRRRR.rrrrrrrddddrrrr",
	.state  = "..........p.....yyy.mmmmmmmmmmmm",
	.next   = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
	.placed = "..............aa................",
	.expect = "...........NNN..................",
}, {
	.name   = "s27 below a page that was given back to the host",
	.ram    = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	.state  = "..............................b.",
	.expect = "..........................NNNN..",
}, {
	.name   = "s28 given back, as the second choice",
	.ram    = "....rrrrrrrrrrrrrrrr............",
	.state  = "mmmmmmmmmmmmmmmmmmbmmmmmmmmmmmmm",
	.expect = "................NNNN............",
	.notice = true,
}, {
	.name   = "s29 an error in the first and in the last page of a section",
	.ram    = "................rrrr............",
	.state  = "................p..p............",
	.expect = ".................NN.............",
},
};

const unsigned int nr_state_pictures =
	ARRAY_SIZE(state_pictures);
