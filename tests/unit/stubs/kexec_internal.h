/* SPDX-License-Identifier: GPL-2.0-only */
/* What kernel/kexec_core.c gives to its neighbours; see fake_pages.c */
#ifndef _STUB_KEXEC_INTERNAL_H
#define _STUB_KEXEC_INTERNAL_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/kexec.h>

#define KIMAGE_NO_DEST (-1UL)

struct page *kimage_alloc_pages(gfp_t gfp_mask, unsigned int order);
void kimage_free_pages(struct page *page);
void kimage_free(struct kimage *image);
void kimage_free_page_list(struct list_head *list);
int kimage_is_destination_range(struct kimage *image, unsigned long start,
				unsigned long end);

struct page *kimage_alloc_page(struct kimage *image, gfp_t gfp_mask,
			       unsigned long destination);
bool kexec_hold_destination(struct kimage *image, struct page *page);
int kexec_note_source(struct kimage *image, unsigned long destination,
		      kimage_entry_t *entry);
void kexec_free_sources(struct kimage *image);
int kexec_initrd_fits(const struct kimage *image, int fd, s64 max);
struct page *kexec_share_page(struct kimage *image, void *data, size_t size,
			      unsigned long destination);
int kexec_settle_segment(struct kimage *image, const struct kexec_segment *segment);

extern atomic_t __kexec_lock;
extern struct lockdep_map {
	int held;
} kexec_lock_map;
void lock_map_acquire(struct lockdep_map *map);
void lock_map_release(struct lockdep_map *map);
bool kexec_trylock(void);
void kexec_unlock(void);
void kexec_notify_unloaded(void);

void kexec_watch_memory(struct kimage *image);
int kexec_memory_stayed(struct kimage *image);
int kexec_begin_start(const struct kimage *image);
void kexec_look_again(const struct kimage *image);
int kexec_check_start(const struct kimage *image);

/* include/linux/purgatory.h */
struct kexec_sha_region {
	unsigned long start;
	unsigned long len;
};

struct kexec_xxh64 {
	u64 used;
	u64 digest;
};

int kexec_store_xxh64(struct kimage *image,
		      const struct kexec_sha_region *regions);
int kexec_purgatory_get_set_symbol(struct kimage *image, const char *name,
				   void *buf, unsigned int size, bool get_value);

#endif
