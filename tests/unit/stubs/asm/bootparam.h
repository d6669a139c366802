/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_BOOTPARAM_H
#define _ASM_BOOTPARAM_H

#include <linux/types.h>

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

#endif
