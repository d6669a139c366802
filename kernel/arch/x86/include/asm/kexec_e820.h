/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_X86_KEXEC_E820_H
#define _ASM_X86_KEXEC_E820_H

#include <linux/types.h>

struct boot_params;
struct kimage;

int kexec_e820_prepare(struct kimage *image);
void kexec_e820_cleanup(struct kimage *image);
size_t kexec_e820_ext_size(const struct kimage *image);
void kexec_e820_ext_setup(const struct kimage *image, struct boot_params *params,
			  unsigned long params_load_addr, unsigned int offset);

#endif /* _ASM_X86_KEXEC_E820_H */
