/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's headers, as far as the code under test needs them: included before all
 * else; the #include lines of the code are blanked. What has the prefix fake_ is of the tests.
 */
#ifndef _UNIT_STUBS_H
#define _UNIT_STUBS_H

#include <asm/errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct page;
struct resource;
struct kernel_param;

/* linux/types.h */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
typedef u64 resource_size_t;

#define U64_MAX		(~0ULL)

/* linux/string.h */
/* The length of the prefix, or 0 */
static inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(str, prefix, len) ? 0 : len;
}

int __sysfs_match_string(const char * const *array, size_t n, const char *s);

#define sysfs_match_string(array, s) \
	__sysfs_match_string(array, sizeof(array) / sizeof((array)[0]), s)

/* linux/err.h */
#define MAX_ERRNO	4095

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

/* linux/bitops.h */
#define BIT(n)		(1UL << (n))
#define __ffs(word)	((unsigned long)__builtin_ctzl(word))

/* linux/build_bug.h */
#define BUILD_BUG_ON(condition)	_Static_assert(!(condition), #condition)

/* linux/align.h */
/* As in the kernel: @a is a power of two, of the type of @x. */
#define ALIGN_DOWN(x, a)	((x) & ~((typeof(x))(a) - 1))

/* linux/minmax.h */
/* As in the kernel: both of one type, or it does not compile. */
#define _SAME_TYPE(a, b) \
	_Static_assert(__builtin_types_compatible_p(typeof(a), typeof(b)), "types")

#define min(a, b) \
	({ __auto_type _a = (a); __auto_type _b = (b); _SAME_TYPE(_a, _b); \
	   _a < _b ? _a : _b; })
#define max(a, b) \
	({ __auto_type _a = (a); __auto_type _b = (b); _SAME_TYPE(_a, _b); \
	   _a > _b ? _a : _b; })
#define min3(a, b, c) \
	({ __auto_type _c = (c); __auto_type _m = min(a, b); min(_m, _c); })
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))

/* linux/kernel.h */
extern unsigned long fake_reads;
#define READ_ONCE(x)		(fake_reads++, *(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BIT_ULL(n)		(1ULL << (n))

/*
 * 1 for an option that is defined as 1, 0 for one that is not defined: only in
 * the first case does the paste below give an argument of its own.
 */
#define _COMMA_1		0,
#define _SECOND(a, b, ...)	b
#define _IS_ONE(comma)		_SECOND(comma 1, 0, 0)
#define _IS_ENABLED(value)	_IS_ONE(_COMMA_##value)
#define IS_ENABLED(option)	_IS_ENABLED(option)

int scnprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* linux/math.h */
#define DIV_ROUND_UP_ULL(n, d)	(((unsigned long long)(n) + (d) - 1) / (d))

/* linux/sizes.h */
#define SZ_1G		0x40000000
#define SZ_4G		0x100000000ULL

/* linux/list.h */
struct list_head {
	struct list_head *next;
};

void list_add(struct list_head *entry, struct list_head *head);

/* linux/range.h */
struct range {
	u64 start;
	u64 end;
};

/* linux/printk.h */
void fake_printk(char level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define pr_emerg(fmt, ...)	fake_printk('0', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)	fake_printk('3', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	fake_printk('4', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...)	fake_printk('5', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	fake_printk('6', pr_fmt(fmt), ##__VA_ARGS__)

/* linux/sysfs.h */
int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* linux/moduleparam.h */

struct kernel_param_ops {
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
};

/* What the tests see of a parameter: fake_param_<name>, see fake_kernel.h */
struct fake_param {
	const char *name;
	const struct kernel_param_ops *ops;
	unsigned int perm;
};

#ifndef FAKE_PARAM
#define FAKE_PARAM(name)	fake_param_##name
#endif

#define module_param_cb(_name, _ops, _arg, _perm)		\
	extern const struct fake_param FAKE_PARAM(_name);	\
	const struct fake_param FAKE_PARAM(_name) = {		\
		.name = #_name, .ops = (_ops), .perm = (_perm),	\
	}

#define module_param(_name, _type, _perm)			\
	_Static_assert((_perm) == 0644, "root writes, all read");	\
	extern _type *const FAKE_PARAM(_name);			\
	_type *const FAKE_PARAM(_name) = &(_name)

#define MODULE_PARM_DESC(_name, desc) \
	_Static_assert(sizeof(desc) > 1, "describe " #_name)

/* linux/bug.h */
/* Fails the test */
bool fake_warn(bool condition);

#define WARN_ON_ONCE(condition)	fake_warn(condition)

/* linux/efi.h */
#define EFI_BOOT	0

bool efi_enabled(int feature);

/* linux/cc_platform.h */
enum cc_attr { CC_ATTR_HOST_MEM_ENCRYPT };

bool cc_platform_has(enum cc_attr attr);

/* linux/mm.h */
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PAGE_ALIGNED(addr)	(!((unsigned long)(addr) & ~PAGE_MASK))

/* Memory of the tests for source pages; see fake_pages.h */
struct page {
	struct list_head lru;
	bool allocated;
	bool never;	/* offered */
	bool high;
	/* It is the image's, and the initrd's buffer has it as well */
	bool shared;
	bool reserved;
	/* What its data in the buffer is known by, and whether the cache may still have it */
	bool tagged, flushed;
	unsigned long private;
	unsigned long data[8];
};

void page_kasan_tag_reset(struct page *page);
void get_page(struct page *page);
void set_page_private(struct page *page, unsigned long private);
void SetPageReserved(struct page *page);
long si_mem_available(void);

unsigned long get_num_physpages(void);

/* A page of zeros */
#define ZERO_PAGE(vaddr)	((struct page *)NULL)
void *page_address(const struct page *page);

/* linux/gfp.h */
typedef unsigned int gfp_t;

#define GFP_KERNEL	0x1u
#define __GFP_HIGHMEM	0x2u
#define __GFP_NORETRY	0x4u
#define __GFP_NOWARN	0x8u
#define GFP_HIGHUSER	(GFP_KERNEL | __GFP_HIGHMEM)

/* linux/slab.h */
/* Set by the tests: there is no memory */
extern bool fake_no_memory;

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return fake_no_memory || gfp != GFP_KERNEL ? NULL : calloc(1, size);
}

static inline void kvfree(const void *p)
{
	free((void *)p);
}

/* linux/pfn.h */
#define PHYS_PFN(addr)	((unsigned long)((addr) >> PAGE_SHIFT))

/* linux/highmem.h */
bool PageHighMem(const struct page *page);
void copy_highpage(struct page *to, struct page *from);
void flush_kernel_vmap_range(void *vaddr, int size);

/* linux/vmalloc.h */
struct page *vmalloc_to_page(const void *addr);

/* linux/mmzone.h */
/* 128 MiB on x86; the tests also use small ones, to have many in little RAM. */
extern unsigned int fake_section_shift;
#define PA_SECTION_SHIFT	fake_section_shift

struct mem_section *__pfn_to_section(unsigned long pfn);
int early_section(struct mem_section *section);
bool is_zone_movable_page(const struct page *page);

/* linux/page-flags.h */
int PageHWPoison(const struct page *page);
int PageOffline(const struct page *page);

/* linux/memory_hotplug.h */
struct page *pfn_to_online_page(unsigned long pfn);

/* linux/memblock.h */
typedef u64 phys_addr_t;

/* The n-th range that was reserved at boot, from 0 on; @end is no part of it, as in the kernel */
bool fake_reserved(u64 n, u64 *start, u64 *end);

#define for_each_reserved_mem_range(i, start, end) for (i = 0; fake_reserved(i, start, end); i++)

/* linux/swap.h */
long get_nr_swap_pages(void);

/* linux/rcupdate.h */
void rcu_read_lock(void);
void rcu_read_unlock(void);

/* linux/atomic.h */
typedef struct {
	int counter;
} atomic_t;

/* Of the kexec lock, the one that is read; see fake_load.h */
int atomic_read_acquire(const atomic_t *v);

/* What is exchanged is a loaded image, which takes the kexec lock. */
void fake_xchg(void);

/* There is one CPU here: what can be seen is between what they are. */
void smp_mb(void);
void smp_rmb(void);
void smp_wmb(void);

#define xchg(ptr, value) \
	({ fake_xchg(); typeof(*(ptr)) _old = *(ptr); *(ptr) = (value); _old; })

/* linux/delay.h */
void msleep(unsigned int msecs);

/* linux/sched.h */
/* See fake_xxhash.c */
void cond_resched(void);

/* linux/sched/signal.h */
#define current		NULL

bool fatal_signal_pending(const void *task);

/* linux/workqueue.h */
struct work_struct {
	void (*func)(struct work_struct *work);
};

#define DECLARE_WORK(name, _func)	struct work_struct name = { .func = (_func) }

#define system_long_wq	NULL

bool queue_work(void *queue, struct work_struct *work);

/* linux/reboot.h */
void emergency_restart(void);

/* linux/stat.h */
struct kstat {
	long long size;
};

/* linux/fs.h */
int vfs_fstat(int fd, struct kstat *stat);

/* linux/xarray.h */
/*
 * The part of the interface that kexec uses, without its cleverness: an
 * array, in which each access is counted and a store may fail.
 */

struct xarray {
	struct fake_slot {
		unsigned long index;
		void *entry;
	} *slots;
	unsigned long nr;
	void *left;
};

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
/* Nothing may be left in it by then, as it would be done with interrupts off */
void xa_destroy(struct xarray *xa);

static inline int xa_err(void *entry)
{
	return IS_ERR(entry) ? (int)(long)entry : 0;
}

/* In the kernel too, the tag is in the lowest bits of the pointer. */
static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry & 3;
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & ~3UL);
}

/* The first slot at or after *index, which is set to its own; NULL: no more */
void *fake_xa_next(struct xarray *xa, unsigned long *index);

#define xa_for_each(xa, at, slot)					\
	for ((at) = 0; ((slot) = fake_xa_next(xa, &(at))); (at)++)

/* linux/xxhash.h */
/* What the kernel's lib/xxhash.c offers; see fake_xxhash.c */

struct xxh64_state {
	u64 bytes;
};

void xxh64_reset(struct xxh64_state *state, u64 seed);
int xxh64_update(struct xxh64_state *state, const void *input, size_t length);
u64 xxh64_digest(const struct xxh64_state *state);

/* linux/ioport.h */
struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
	unsigned long flags;
	unsigned long desc;
	struct resource *parent, *sibling, *child;
};

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

#define IORESOURCE_MEM				0x00000200UL
#define IORESOURCE_SYSRAM			0x01000000UL
#define IORESOURCE_SYSRAM_DRIVER_MANAGED	0x02000000UL
#define IORESOURCE_SYSRAM_MERGEABLE		0x04000000UL
#define IORESOURCE_BUSY				0x80000000UL
#define IORESOURCE_SYSTEM_RAM	(IORESOURCE_MEM | IORESOURCE_SYSRAM)

enum {
	IORES_DESC_NONE			= 0,
	IORES_DESC_CRASH_KERNEL		= 1,
	IORES_DESC_SOFT_RESERVED	= 8,
};

extern struct resource iomem_resource;

/* Upwards as in the kernel, where the order matters; else one walk will do. */
#ifdef BUILD_E820
#define walk_system_ram_res walk_system_ram_res_up
#else
#define walk_system_ram_res walk_system_ram_res_rev
#endif
int walk_system_ram_res_up(u64 start, u64 end, void *arg,
			   int (*func)(struct resource *, void *));
int walk_system_ram_res_rev(u64 start, u64 end, void *arg,
			    int (*func)(struct resource *, void *));

/* resource.h */
/*
 * What kernel/resource.c has around the walk that is extracted from the patch:
 * the tree, its traversal and its lock.
 */

struct resource *fake_next_resource(struct resource *p, bool skip_children);
void fake_read_lock(void);
void fake_read_unlock(void);

#define for_each_resource(_root, _p, _skip_children)		\
	for ((_p) = (_root)->child; (_p);			\
	     (_p) = fake_next_resource(_p, _skip_children))

#define read_lock(lock)		fake_read_lock()
#define read_unlock(lock)	fake_read_unlock()

static inline bool is_type_match(struct resource *p, unsigned long flags,
				 unsigned long desc)
{
	if ((p->flags & flags) != flags)
		return false;

	return desc == IORES_DESC_NONE || desc == p->desc;
}

/* asm/bootparam.h */
#define SETUP_E820_EXT			1
#define E820_MAX_ENTRIES_ZEROPAGE	128

struct setup_data {
	u64 next;
	u32 type;
	u32 len;
	unsigned char data[];
};

struct boot_e820_entry {
	u64 addr;
	u64 size;
	u32 type;
} __attribute__((packed));

struct boot_params {
	struct {
		u64 setup_data;
	} hdr;
};

/* asm/e820/api.h */
enum e820_type {
	E820_TYPE_RAM = 1,
	E820_TYPE_RESERVED = 2,
	E820_TYPE_NVS = 4,
};

#define FAKE_E820_ENTRIES	1024

struct e820_entry {
	u64 addr;
	u64 size;
	enum e820_type type;
} __attribute__((packed));

struct e820_table {
	u32 nr_entries;
	struct e820_entry entries[FAKE_E820_ENTRIES];
};

extern struct e820_table *e820_table, *e820_table_kexec;

bool e820__mapped_any(u64 start, u64 end, enum e820_type type);

/* asm/kexec.h */
/*
 * The hooks of the architecture, in two builds: of x86 itself, and of code that
 * calls what the tests provide.
 */

bool fake_walk_next_ram_rev(u64 start, u64 end, void *arg,
			    int (*func)(struct resource *, void *));
bool x86_walk_next_ram_rev(u64 start, u64 end, void *arg,
			   int (*func)(struct resource *, void *));

#ifdef BUILD_X86_HOOKS
#define arch_kexec_walk_next_ram_rev	x86_walk_next_ram_rev
#else
#define arch_kexec_walk_next_ram_rev	fake_walk_next_ram_rev
#endif
#define arch_kexec_next_ram_limited	x86_next_ram_limited

/* linux/kexec.h */
extern struct resource crashk_res, crashk_low_res;

#define KEXEC_SEGMENT_MAX	16
#define KEXEC_TYPE_DEFAULT	0
#define KEXEC_TYPE_CRASH	1

struct kexec_segment {
	void *kbuf;
	size_t bufsz;
	unsigned long mem;
	size_t memsz;
};

typedef unsigned long kimage_entry_t;

#define IND_DESTINATION	0x1
#define IND_INDIRECTION	0x2
#define IND_DONE	0x4
#define IND_SOURCE	0x8

/* Set by the tests, so that some pages are out of reach */
extern unsigned long fake_source_limit;
#define KEXEC_SOURCE_MEMORY_LIMIT	fake_source_limit

struct page *boot_pfn_to_page(unsigned long pfn);
unsigned long page_to_boot_pfn(struct page *page);

struct kexec_memory_events {
	unsigned int removed;
	unsigned int removed_from_map;
};

struct kimage {
	kimage_entry_t head, *entry, *last_entry;
	struct list_head unusable_pages;
	struct xarray sources;
	char *cmdline_buf;
	void *initrd_buf;
	unsigned long initrd_buf_len;
	unsigned long nr_segments;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	unsigned int type : 1;
	unsigned int file_mode : 1;
	unsigned int preserve_context : 1;
	unsigned int from_top : 1;
	unsigned long present_segments;
	struct kexec_memory_events memory_events;
	struct {
		struct e820_table *e820_map;
	} arch;
};

extern struct kimage *kexec_image;

bool arch_kexec_map_lists(u64 start, u64 end);
bool arch_kexec_next_ram_limited(const struct kimage *image);
bool kexec_removal_begins(u64 start, u64 size);
void kexec_removal_ends(u64 start, u64 size, bool counts);

struct kexec_buf {
	struct kimage *image;
	void *buffer;
	unsigned long bufsz;
	unsigned long mem;
	unsigned long memsz;
	unsigned long buf_align;
	unsigned long buf_min;
	unsigned long buf_max;
};

void kexec_placement_decide(struct kimage *image);
int kexec_placement_locate(struct kexec_buf *kbuf);

/* kexec_internal.h */
/* What kernel/kexec_core.c gives to its neighbours; see fake_pages.c */

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
