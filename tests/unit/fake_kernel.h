/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the kernel around the code under test, and what a test sets or
 * sees of them.
 */
#ifndef _UNIT_FAKE_KERNEL_H
#define _UNIT_FAKE_KERNEL_H

/*
 * The resource tree. Add and remove keep the order; NULL: no room for it. To
 * reset it also resets what fake_memory.h has.
 */
#define FAKE_RAM	(IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY)
#define FAKE_DRIVER_RAM	(FAKE_RAM | IORESOURCE_SYSRAM_DRIVER_MANAGED)

void fake_iomem_reset(void);
struct resource *fake_iomem_add(struct resource *parent, u64 start, u64 end,
				unsigned long flags);
void fake_iomem_remove(struct resource *res);

/* What happens next after a look at the tree, once */
extern void (*fake_on_walked)(void);

/* Its lock */
struct fake_lock {
	unsigned int depth;
	unsigned int taken;
	void (*on_lock)(void);
};

extern struct fake_lock fake_lock;

/* The log: how many messages, and the last one */
struct fake_log {
	bool locked;		/* the kexec lock was taken */
	unsigned int messages;
	char level;
	char text[1024];
};

extern struct fake_log fake_log;

void fake_log_reset(void);
/* One message, one line, of this level, with this text */
void check_one_line(char level, const char *text);

/* The machine */
extern bool fake_efi_boot;
extern u64 fake_ram_bytes;

/* The parameters */
extern const struct fake_param fake_param_policy;
extern unsigned int *const fake_param_min_ram_gib;

/*
 * The same code with the other defaults in Kconfig, top-down and bottom-up; the first looks
 * at the first page of a destination only
 */
extern const struct fake_param wide_policy, low_policy;
int wide_locate(struct kexec_buf *kbuf);

#endif
