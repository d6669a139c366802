/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
	unsigned long flags;
	unsigned long desc;
	struct resource *parent, *sibling, *child;
};

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

#define IORESOURCE_MEM				0x00000200UL
#define IORESOURCE_SYSRAM			0x01000000UL
#define IORESOURCE_SYSRAM_DRIVER_MANAGED	0x02000000UL
#define IORESOURCE_SYSRAM_MERGEABLE		0x04000000UL
#define IORESOURCE_BUSY				0x80000000UL
#define IORESOURCE_SYSTEM_RAM	(IORESOURCE_MEM | IORESOURCE_SYSRAM)

enum {
	IORES_DESC_NONE			= 0,
	IORES_DESC_CRASH_KERNEL		= 1,
	IORES_DESC_ACPI_TABLES		= 2,
	IORES_DESC_SOFT_RESERVED	= 8,
};

extern struct resource iomem_resource;

/* Upwards as in the kernel, where the order matters; else one walk will do. */
#ifdef BUILD_E820
#define walk_system_ram_res walk_system_ram_res_up
#else
#define walk_system_ram_res walk_system_ram_res_rev
#endif
int walk_system_ram_res_up(u64 start, u64 end, void *arg,
			   int (*func)(struct resource *, void *));
int walk_system_ram_res_rev(u64 start, u64 end, void *arg,
			    int (*func)(struct resource *, void *));

#endif
