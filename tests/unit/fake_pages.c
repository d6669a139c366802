// SPDX-License-Identifier: GPL-2.0-only

#include "check.h"
#include "fake_pages.h"

#define WORDS	(sizeof(((struct page *)0)->data) / sizeof(unsigned long))

struct fake_pages fake_pages;
unsigned long fake_source_limit;

void fake_pages_reset(struct kimage *image, enum fake_order order)
{
	memset(&fake_pages, 0, sizeof(fake_pages));
	fake_pages.image = image;
	fake_pages.order = order;
	fake_source_limit = FAKE_PAGES << PAGE_SHIFT;
}

struct page *boot_pfn_to_page(unsigned long pfn)
{
	CHECK(pfn < FAKE_PAGES);
	return &fake_pages.page[pfn];
}

unsigned long page_to_boot_pfn(struct page *page)
{
	CHECK(page >= fake_pages.page && page < fake_pages.page + FAKE_PAGES);
	return page - fake_pages.page;
}

bool PageHighMem(const struct page *page)
{
	return page->high;
}

void copy_highpage(struct page *to, struct page *from)
{
	CHECK(to->allocated && from->allocated);
	memcpy(to->data, from->data, sizeof(to->data));
}

void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	head->next = entry;
}

/* The allocator */

bool is_destination(const struct kimage *image, unsigned long pfn)
{
	return kimage_is_destination_range((struct kimage *)image, pfn << PAGE_SHIFT,
					   ((pfn + 1) << PAGE_SHIFT) - 1);
}

/* The page with the greatest wish is offered next. */
static u64 wish(unsigned long pfn)
{
	bool dest = is_destination(fake_pages.image, pfn);
	u64 early = FAKE_PAGES - pfn;

	switch (fake_pages.order) {
	case ASCENDING:
		return early;
	case DESCENDING:
		return pfn;
	case DESTINATIONS_FIRST:
		return early + (dest ? FAKE_PAGES : 0);
	case DESTINATIONS_LAST:
		return early + (dest ? 0 : FAKE_PAGES);
	case SWAPS_FIRST:
		return early + (dest && pfn < fake_pages.at ? FAKE_PAGES : 0);
	case EARLY_FIRST:
		return pfn + (dest && pfn > fake_pages.at ? FAKE_PAGES : 0);
	default:
		return random_u64() >> 1;
	}
}

static bool fails(void)
{
	return ++fake_pages.allocations == fake_pages.fail_at;
}

static struct page *take_page(gfp_t gfp_mask)
{
	struct page *best = NULL, *page;
	u64 most = 0;

	for (page = fake_pages.page; page < fake_pages.page + FAKE_PAGES; page++) {
		u64 w = wish(page_to_boot_pfn(page)) + 1;

		if (page->allocated || page->never || (page->high && !(gfp_mask & __GFP_HIGHMEM)))
			continue;
		if (w > most) {
			most = w;
			best = page;
		}
	}

	if (best) {
		best->allocated = true;
		best->private = 5;
		memset(best->data, 0xa5, sizeof(best->data));
	}
	return best;
}

struct page *kimage_alloc_pages(gfp_t gfp_mask, unsigned int order)
{
	struct page *page;

	CHECK_EQ(0, order);
	CHECK_EQ(GFP_KERNEL, gfp_mask & ~__GFP_HIGHMEM);
	fake_pages.offered++;
	if (fails())
		return NULL;

	page = take_page(gfp_mask);
	if (page) {
		page->private = 0;
		page->reserved = true;
	}
	return page;
}

static void drop_page(struct page *page)
{
	CHECK(page->allocated);
	if (page->shared) {
		page->shared = false;
		return;
	}
	CHECK(!page->reserved);
	page->allocated = false;
	memset(page->data, 0x5a, sizeof(page->data));
}

void kimage_free_pages(struct page *page)
{
	CHECK(page->reserved);
	CHECK_EQ(0, page->private);
	page->reserved = false;
	drop_page(page);
}

void kimage_free_page_list(struct list_head *list)
{
	for (; list->next; list->next = list->next->next)
		kimage_free_pages((struct page *)list->next);
}

bool fake_warn(bool condition)
{
	CHECK(!condition || fake_pages.may_warn);
	fake_pages.warnings += condition;
	return condition;
}

unsigned int fake_pages_allocated(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < FAKE_PAGES; i++)
		nr += fake_pages.page[i].allocated;

	return nr;
}

/* The initrd's buffer */

void get_page(struct page *page)
{
	CHECK(page->allocated && !page->shared && page->flushed && !page->tagged);
	page->shared = true;
}

void page_kasan_tag_reset(struct page *page)
{
	page->tagged = false;
}

/* What was written to the buffer can be read at the page's own address now */
void flush_kernel_vmap_range(void *vaddr, int size)
{
	CHECK_EQ(PAGE_SIZE, size);
	vmalloc_to_page(vaddr)->flushed = true;
}

void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

void SetPageReserved(struct page *page)
{
	page->reserved = true;
}

struct page *vmalloc_to_page(const void *addr)
{
	unsigned long nr = ((const char *)addr - FAKE_INITRD) >> PAGE_SHIFT;

	CHECK((const char *)addr >= FAKE_INITRD && nr < fake_pages.buffer_pages);
	return fake_pages.buffer[nr];
}

bool cc_platform_has(enum cc_attr attr)
{
	CHECK_EQ(CC_ATTR_HOST_MEM_ENCRYPT, attr);
	return fake_pages.host_encrypts;
}

static void fill_page(struct page *page, unsigned long pfn)
{
	for (unsigned int i = 0; i < WORDS; i++)
		page->data[i] = word_for(pfn, i);
}

void read_initrd(struct kimage *image, struct kexec_segment *segment)
{
	unsigned int nr = segment->memsz >> PAGE_SHIFT;

	image->initrd_buf = segment->kbuf = FAKE_INITRD;
	image->initrd_buf_len = segment->bufsz = segment->memsz - 100;
	for (fake_pages.buffer_pages = 0; fake_pages.buffer_pages < nr; fake_pages.buffer_pages++) {
		struct page *page = take_page(GFP_HIGHUSER);

		page->tagged = true;
		fill_page(page, (segment->mem >> PAGE_SHIFT) + fake_pages.buffer_pages);
		fake_pages.buffer[fake_pages.buffer_pages] = page;
	}
}

void free_initrd(struct kimage *image)
{
	while (fake_pages.buffer_pages)
		drop_page(fake_pages.buffer[--fake_pages.buffer_pages]);
	image->initrd_buf = NULL;
	image->initrd_buf_len = 0;
}

/* The xarray */

static struct fake_slot *slot_at(struct xarray *xa, unsigned long index)
{
	struct fake_slot *slot;

	fake_pages.lookups++;
	for (slot = xa->slots; slot < xa->slots + xa->nr; slot++)
		if (slot->index == index)
			return slot;

	return NULL;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct fake_slot *slot = slot_at(xa, index);

	return slot ? slot->entry : NULL;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct fake_slot *slot = slot_at(xa, index);
	void *old;

	fake_pages.gfp = gfp;
	CHECK(!(gfp & __GFP_HIGHMEM));
	/* To replace an entry takes no memory. */
	if (!slot) {
		if (fails()) {
			/* Of the nodes that it takes it may have got one */
			xa->left = xa->left ?: malloc(1);
			return ERR_PTR(-ENOMEM);
		}
		xa->slots = realloc(xa->slots, (xa->nr + 1) * sizeof(*slot));
		slot = &xa->slots[xa->nr++];
		*slot = (struct fake_slot) { .index = index };
	}
	old = slot->entry;
	slot->entry = entry;

	return old;
}

void *fake_xa_next(struct xarray *xa, unsigned long *index)
{
	struct fake_slot *slot, *next = NULL;

	for (slot = xa->slots; slot < xa->slots + xa->nr; slot++)
		if (slot->index >= *index && (!next || slot->index < next->index))
			next = slot;
	if (!next)
		return NULL;
	*index = next->index;

	return next->entry;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	struct fake_slot *slot = slot_at(xa, index);
	void *entry = slot ? slot->entry : NULL;

	if (slot)
		*slot = xa->slots[--xa->nr];
	/* Without entries an xarray holds no memory. */
	if (!xa->nr) {
		free(xa->slots);
		xa->slots = NULL;
	}

	return entry;
}

void xa_destroy(struct xarray *xa)
{
	CHECK_EQ(0, xa->nr);
	free(xa->slots);
	free(xa->left);
	memset(xa, 0, sizeof(*xa));
}

/* The loader */

/* The end is exclusive in 6.1 and inclusive in 6.12: what is asked must fit both. */
int kimage_is_destination_range(struct kimage *image, unsigned long start,
				unsigned long end)
{
	const struct kexec_segment *s = image->segment;

	for (; s < image->segment + image->nr_segments; s++) {
		bool old = start < s->mem + s->memsz && end > s->mem;
		bool new = start <= s->mem + s->memsz - 1 && end >= s->mem;

		CHECK_EQ(old, new);
		if (old)
			return 1;
	}

	return 0;
}

unsigned long word_for(unsigned long pfn, unsigned int word)
{
	return pfn * WORDS + word;
}

static int reserve_entry(struct kimage *image)
{
	struct page *page;

	if (*image->entry)
		image->entry++;
	if (image->entry != image->last_entry)
		return 0;

	page = kimage_alloc_page(image, GFP_KERNEL, KIMAGE_NO_DEST);
	if (!page)
		return -ENOMEM;
	CHECK(!page->high);
	*image->entry = (page_to_boot_pfn(page) << PAGE_SHIFT) | IND_INDIRECTION;
	image->entry = page->data;
	image->last_entry = page->data + WORDS - 1;
	*image->entry = 0;

	return 0;
}

static int add_entry(struct kimage *image, kimage_entry_t entry)
{
	int ret = reserve_entry(image);

	if (ret)
		return ret;
	*image->entry++ = entry;
	*image->entry = 0;

	return 0;
}

static int load_page(struct kimage *image, unsigned long pfn, char *kbuf, size_t left)
{
	struct page *page, *shared;
	int ret;

	ret = reserve_entry(image);
	if (ret)
		return ret;
	shared = kexec_share_page(image, kbuf, left, pfn << PAGE_SHIFT);
	page = shared ?: kimage_alloc_page(image, GFP_HIGHUSER, pfn << PAGE_SHIFT);
	if (!page)
		return -ENOMEM;
	ret = add_entry(image, (page_to_boot_pfn(page) << PAGE_SHIFT) | IND_SOURCE);
	CHECK_EQ(0, ret);
	ret = kexec_note_source(image, pfn << PAGE_SHIFT, image->entry - 1);
	if (ret)
		return ret;
	if (!shared)
		fill_page(page, pfn);

	return 0;
}

static int load_segment(struct kimage *image, const struct kexec_segment *segment)
{
	unsigned long pfn = segment->mem >> PAGE_SHIFT;
	unsigned long end = (segment->mem + segment->memsz) >> PAGE_SHIFT;
	char *kbuf = segment->kbuf;
	size_t left = segment->bufsz;
	int ret = add_entry(image, segment->mem | IND_DESTINATION);

	for (; !ret && pfn < end; pfn++) {
		fake_pages.at = pfn;
		ret = load_page(image, pfn, kbuf, left);
		kbuf += PAGE_SIZE;
		left -= min(left, PAGE_SIZE);
	}

	return ret ?: kexec_settle_segment(image, segment);
}

/* Pages that are destinations, and so of no use to those who asked for control pages */
static int hold_control_rejects(struct kimage *image, unsigned int pages)
{
	while (pages--) {
		struct page *page = kimage_alloc_pages(GFP_KERNEL, 0);

		if (!page)
			return -ENOMEM;
		if (!kexec_hold_destination(image, page))
			kimage_free_pages(page);
	}

	return 0;
}

int load_image(struct kimage *image, unsigned int control_pages)
{
	unsigned long i;
	int ret;

	image->entry = image->last_entry = &image->head;
	ret = hold_control_rejects(image, control_pages);
	fake_pages.control = fake_pages.allocations;
	for (i = 0; !ret && i < image->nr_segments; i++)
		ret = load_segment(image, &image->segment[i]);
	if (!ret)
		*image->entry = IND_DONE;

	return ret;
}

#define for_each_entry(image, ptr, entry)				\
	for (ptr = &(image)->head; (entry = *ptr) && !(entry & IND_DONE); \
	     ptr = entry & IND_INDIRECTION ?				\
		     boot_pfn_to_page(entry >> PAGE_SHIFT)->data : ptr + 1)

static void free_entry(kimage_entry_t entry)
{
	kimage_free_pages(boot_pfn_to_page(entry >> PAGE_SHIFT));
}

void free_image(struct kimage *image)
{
	kimage_entry_t *ptr, entry, ind = 0;

	kexec_free_sources(image);
	for_each_entry(image, ptr, entry) {
		if (entry & IND_INDIRECTION) {
			if (ind)
				free_entry(ind);
			ind = entry;
		} else if (entry & IND_SOURCE) {
			free_entry(entry);
		}
	}
	if (ind)
		free_entry(ind);
}

void jump(struct kimage *image)
{
	kimage_entry_t *ptr, entry;
	unsigned long dest = 0;

	for_each_entry(image, ptr, entry) {
		if (entry & IND_DESTINATION)
			dest = entry >> PAGE_SHIFT;
		else if (entry & IND_SOURCE)
			memmove(boot_pfn_to_page(dest++)->data,
				boot_pfn_to_page(entry >> PAGE_SHIFT)->data,
				sizeof(boot_pfn_to_page(0)->data));
	}
}
