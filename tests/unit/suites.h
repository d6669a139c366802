/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _UNIT_SUITES_H
#define _UNIT_SUITES_H

void suite_walk(void);
void suite_walk_tear(void);
void suite_place(void);
void suite_place_bytes(void);
void suite_place_property(void);
void suite_params(void);
void suite_decide(void);
void suite_sources(void);
void suite_initrd(void);
void suite_digest(void);
void suite_hotplug(void);
void suite_hotplug_start(void);
void suite_hotplug_load(void);
void suite_e820(void);

#endif
