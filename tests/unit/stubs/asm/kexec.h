/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks that an architecture has, in three builds: of x86 itself, of code
 * that calls what the tests provide, and of code for an architecture without.
 */
#ifndef _ASM_KEXEC_H
#define _ASM_KEXEC_H

#include <linux/types.h>

struct range;

bool x86_take_next_ram(struct range *window, struct range *part);
bool fake_take_next_ram(struct range *window, struct range *part);
bool x86_next_ram_limited(const char *cmdline);

#if defined(BUILD_X86_HOOKS)
#define arch_kexec_take_next_ram	x86_take_next_ram
#define arch_kexec_next_ram_limited	x86_next_ram_limited
#elif defined(BUILD_WITH_HOOKS)
#define arch_kexec_take_next_ram	fake_take_next_ram
#define arch_kexec_next_ram_limited	x86_next_ram_limited
#endif

#endif
