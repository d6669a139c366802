/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks of the architecture, in two builds: of x86 itself, and of code that
 * calls what the tests provide.
 */
#ifndef _ASM_KEXEC_H
#define _ASM_KEXEC_H

#include <linux/types.h>

struct range;

bool fake_take_next_ram(struct range *window, struct range *part);
bool x86_take_next_ram(struct range *window, struct range *part);

#ifdef BUILD_X86_HOOKS
#define arch_kexec_take_next_ram	x86_take_next_ram
#else
#define arch_kexec_take_next_ram	fake_take_next_ram
#endif
#define arch_kexec_next_ram_limited	x86_next_ram_limited

#endif
