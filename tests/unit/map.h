/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _UNIT_MAP_H
#define _UNIT_MAP_H

/*
 * Loads a map into the fake kernel: its resource tree, the map for the next
 * kernel, the crash kernel and the state of memory. Returns how many ranges the
 * map has, or 0 after saying in which line it is wrong.
 */
unsigned int map_load(const char *path);

#endif
