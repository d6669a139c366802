/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A "kernel" that kexec_file_load() takes for one. It writes the TSC at which it
 * was started, eight bytes, to QEMU's debug console, and resets the machine. The
 * layout is that of the x86 boot protocol: the setup header at 0x1f1 in the first
 * sector, and in 64-bit mode the entry at 0x200 behind the two sectors of setup
 * code (of which there is none).
 */
#define DEBUGCON	0xe9

	.code64
	.text
start:
	.org 0x1f1
	.byte 1			/* setup_sects: one, besides the boot sector */
	.org 0x1fe
	.word 0xaa55		/* boot_flag */
	.byte 0xeb, 0x66	/* a jump over the header; it also tells its length */
	.ascii "HdrS"
	.word 0x020f		/* version of the protocol */
	.org 0x211
	.byte 1			/* loadflags: LOADED_HIGH */
	.org 0x22c
	.long 0x7fffffff	/* initrd_addr_max */
	.long 0x200000		/* kernel_alignment */
	.byte 1			/* relocatable_kernel */
	.byte 21		/* min_alignment */
	.word 3			/* xloadflags: 64-bit entry, may be above 4 GiB */
	.long 2047		/* cmdline_size */
	.org 0x258
	.quad 0x1000000		/* pref_address */
	.long 0x10000		/* init_size */
	.org 0x400		/* here the kernel begins, ... */
	.org 0x600		/* ... and here its 64-bit entry is */
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	$8, %ecx
1:	out	%al, $DEBUGCON
	shr	$8, %rax
	loop	1b
	mov	$0xfe, %al	/* the keyboard controller's reset */
	out	%al, $0x64
2:	hlt
	jmp	2b
	.org 0x2000
