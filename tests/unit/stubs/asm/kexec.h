/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hooks of the architecture, in two builds: of x86 itself, and of code that
 * calls what the tests provide.
 */
#ifndef _ASM_KEXEC_H
#define _ASM_KEXEC_H

#include <linux/types.h>

struct resource;

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

#endif
