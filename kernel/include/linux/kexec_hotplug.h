/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loaded kexec image and memory that goes away.
 */
#ifndef _LINUX_KEXEC_HOTPLUG_H
#define _LINUX_KEXEC_HOTPLUG_H

#include <linux/types.h>

struct kimage;

#if defined(CONFIG_KEXEC_CORE) && defined(CONFIG_MEMORY_HOTPLUG)
void kexec_watch_memory(struct kimage *image);
int kexec_memory_stayed(const struct kimage *image);
int kexec_begin_start(const struct kimage *image);
void kexec_end_start(void);
void kexec_check_start(void);
void kexec_removal_begins(u64 start, u64 size);
void kexec_removal_ends(u64 start, u64 size);
#else
static inline void kexec_watch_memory(struct kimage *image) { }

static inline int kexec_memory_stayed(const struct kimage *image)
{
	return 0;
}

static inline int kexec_begin_start(const struct kimage *image)
{
	return 0;
}

static inline void kexec_end_start(void) { }
static inline void kexec_check_start(void) { }
static inline void kexec_removal_begins(u64 start, u64 size) { }
static inline void kexec_removal_ends(u64 start, u64 size) { }
#endif

#endif /* _LINUX_KEXEC_HOTPLUG_H */
