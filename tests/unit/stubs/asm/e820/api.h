/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_E820_API_H
#define _ASM_E820_API_H

#include <linux/types.h>

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

#endif
