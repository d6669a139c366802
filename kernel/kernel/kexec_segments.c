// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: show where the loaded image will be
 */

#include <linux/errno.h>
#include <linux/kexec.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "kexec_internal.h"

#ifdef CONFIG_KEXEC_FILE
/**
 * kexec_name_segment - note what a segment is, for kexec_segments_show()
 * @image: the image that is being loaded
 * @kbuf: the buffer that becomes the next segment of @image
 *
 * Context: the caller holds the kexec lock; the buffers of @image still exist.
 */
void kexec_name_segment(struct kimage *image, const struct kexec_buf *kbuf)
{
	const char **name = &image->segment_name[image->nr_segments];

	/* What is not there is no part of what is not there */
	if (!kbuf->buffer)
		*name = "parameters";
	else if (kbuf->buffer == image->initrd_buf)
		*name = "initrd";
	else if (kbuf->buffer == image->purgatory_info.purgatory_buf)
		*name = "purgatory";
	else if (kbuf->buffer >= image->kernel_buf &&
		 kbuf->buffer < image->kernel_buf + image->kernel_buf_len)
		*name = "kernel";
	else
		*name = "parameters";
}
#endif

/**
 * kexec_segments_show - list the segments of the loaded image
 * @kobj: not used
 * @attr: the file in sysfs, which only root may read
 * @buf: a page, which gets one line for each segment
 *
 * Context: takes the kexec lock, and does not wait for it.
 * Return: bytes in @buf, or -EBUSY if an image is being loaded or started.
 */
ssize_t kexec_segments_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	unsigned long i;
	int len = 0;

	if (!kexec_trylock())
		return -EBUSY;

	for (i = 0; kexec_image && i < kexec_image->nr_segments; i++) {
		const struct kexec_segment *segment = &kexec_image->segment[i];

		if (!segment->memsz)
			continue;
		len += sysfs_emit_at(buf, len, "%08lx-%08lx : %s\n", segment->mem,
				     segment->mem + (segment->memsz - 1),
				     kexec_image->segment_name[i] ?: "segment");
	}

	kexec_unlock();
	return len;
}
