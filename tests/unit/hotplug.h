/* SPDX-License-Identifier: GPL-2.0-only */
/* What both suites of memory hotplug do. */
#ifndef _UNIT_HOTPLUG_H
#define _UNIT_HOTPLUG_H

#include "hot_picture.h"
#include "kexec_internal.h"

/* Draws it in a kernel that has seen memory go away before. */
void hot_begin(const struct hot_picture *p, u64 base);

/* The memory events of the picture, whoever has the kexec lock meanwhile */
void hot_events(const struct hot_picture *p, u64 base);

/* A load, with the kexec lock taken: from its begin to before its last look */
struct kimage *hot_load(const struct hot_picture *p, u64 base, bool file);

/* ... which finds all well: the image is in place, the lock is free. */
struct kimage *hot_install(const struct hot_picture *p, u64 base, bool file);

/* Takes no notice of what is offline in the picture. */
bool memory_can_go_offline(void);

#endif
