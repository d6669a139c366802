/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loaded kexec image and memory that goes away.
 */
#ifndef _LINUX_KEXEC_HOTPLUG_H
#define _LINUX_KEXEC_HOTPLUG_H

#include <linux/types.h>

struct kimage;

#if defined(CONFIG_KEXEC_CORE) && defined(CONFIG_MEMORY_HOTPLUG)
void kexec_watch_destinations(struct kimage *image);
int kexec_settle_destinations(struct kimage *image);
int kexec_hold_destinations(const struct kimage *image);
void kexec_hold_removal(u64 start, u64 size);
void kexec_note_removal(u64 start, u64 size);
#else
static inline void kexec_watch_destinations(struct kimage *image) { }

static inline int kexec_settle_destinations(struct kimage *image)
{
	return 0;
}

static inline int kexec_hold_destinations(const struct kimage *image)
{
	return 0;
}

static inline void kexec_hold_removal(u64 start, u64 size) { }
static inline void kexec_note_removal(u64 start, u64 size) { }
#endif

#if defined(CONFIG_MEMORY_HOTPLUG) && defined(CONFIG_LIVEUPDATE)
void kexec_release_destinations(void);
#else
static inline void kexec_release_destinations(void) { }
#endif

#endif /* _LINUX_KEXEC_HOTPLUG_H */
