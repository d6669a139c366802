/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KEXEC_H
#define _LINUX_KEXEC_H

#include <linux/ioport.h>
#include <linux/kernel.h>

#include <asm/kexec.h>

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

struct kimage {
	char *cmdline_buf;
	unsigned long nr_segments;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	unsigned int type : 1;
	unsigned int top_down : 1;
};

struct kexec_buf {
	struct kimage *image;
	void *buffer;
	unsigned long bufsz;
	unsigned long mem;
	unsigned long memsz;
	unsigned long buf_align;
	unsigned long buf_min;
	unsigned long buf_max;
	bool top_down;
};

#endif
