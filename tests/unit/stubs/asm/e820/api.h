/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_E820_API_H
#define _ASM_E820_API_H

#include <linux/types.h>

#define E820_TYPE_RAM		1
#define E820_TYPE_RESERVED	2
#define FAKE_E820_ENTRIES	1024

struct e820_entry {
	u64 addr;
	u64 size;
	unsigned int type;
} __attribute__((packed));

struct e820_table {
	u32 nr_entries;
	struct e820_entry entries[FAKE_E820_ENTRIES];
};

extern struct e820_table *e820_table_kexec;

#endif
