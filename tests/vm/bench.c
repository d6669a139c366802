// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's side of `make bench`. Times are ticks of the TSC, which under
 * -icount counts instructions.
 *
 * bench load KERNEL INITRD		prints the ticks of one kexec_file_load()
 * bench old STUB START MIB		the same of a kexec_load(): STUB to START, and
 *					zeros behind it
 * bench memcpy MIB			of a copy of so many MiB, page by page
 * bench jump				tells the debug console the TSC, the log that
 *					it did, and jumps
 * bench hold random KEEP		takes all free memory and gives back in random
 *					order all but each KEEPth page, and stays
 * bench hold destinations START END	the same so that, for an image at START-END,
 *					its file gets pages below START, and its source
 *					pages are its destinations
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#define PAGE		4096UL
#define MIB		(1UL << 20)
/* What the rest of the guest keeps; it comes from the smaller, lower zone */
#define RESERVE_MIB	160

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int file(const char *name)
{
	int fd = open(name, O_RDONLY);

	if (fd < 0)
		die(name);
	return fd;
}

static int load(const char *kernel, const char *initrd)
{
	static const char cmdline[] = "";
	int kernel_fd = file(kernel), initrd_fd = file(initrd);
	unsigned long ticks = __rdtsc();

	if (syscall(SYS_kexec_file_load, kernel_fd, initrd_fd, sizeof(cmdline), cmdline, 0UL))
		die("kexec_file_load");
	printf("%lu\n", (unsigned long)__rdtsc() - ticks);
	return 0;
}

/* Where the stub's 64-bit entry is; see tests/bench/stub.S */
#define STUB_ENTRY	0x600
#define STUB_SIZE	0x2000UL

static int load_old(const char *stub, unsigned long start, unsigned long size)
{
	struct kexec_segment segments[] = {
		{ .mem = (void *)start, .memsz = STUB_SIZE, .bufsz = STUB_SIZE },
		{ .mem = (void *)(start + STUB_SIZE), .memsz = size, .bufsz = size },
	};
	unsigned long ticks;

	segments[0].buf = mmap(NULL, STUB_SIZE, PROT_READ, MAP_PRIVATE, file(stub), 0);
	/* Zeros that take no memory */
	segments[1].buf = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (segments[0].buf == MAP_FAILED || segments[1].buf == MAP_FAILED)
		die("mmap");
	ticks = __rdtsc();
	if (syscall(SYS_kexec_load, start + STUB_ENTRY, 2UL, segments, KEXEC_ARCH_DEFAULT))
		die("kexec_load");
	printf("%lu\n", (unsigned long)__rdtsc() - ticks);
	return 0;
}

/* As the kernel copies at the jump: eight bytes at a time */
static int copy(unsigned long mib)
{
	static char from[16 * MIB], to[16 * MIB];
	unsigned long ticks, done;

	memset(from, 1, sizeof(from));
	memset(to, 2, sizeof(to));
	ticks = __rdtsc();
	for (done = 0; done < mib * MIB; done += PAGE) {
		void *source = from + done % sizeof(from), *destination = to + done % sizeof(to);
		unsigned long words = PAGE / 8;

		asm volatile("rep movsq" : "+S"(source), "+D"(destination), "+c"(words) : : "memory");
	}
	printf("%lu\n", (unsigned long)__rdtsc() - ticks);
	return 0;
}

/* QEMU's debug console; what the stub says there comes behind it. */
#define DEBUGCON	0xe9

static int jump(void)
{
	int ports = open("/dev/port", O_WRONLY), log = open("/dev/kmsg", O_WRONLY);
	unsigned long long ticks = __rdtsc();

	if (write(log, "bench jump", 10) != 10)
		die("/dev/kmsg");

	for (int i = 0; i < 8; i++) {
		unsigned char byte = ticks >> (8 * i);

		if (pwrite(ports, &byte, 1, DEBUGCON) != 1)
			die("/dev/port");
	}
	reboot(LINUX_REBOOT_CMD_KEXEC);
	die("reboot");
	return 1;
}

static unsigned long free_mib(void)
{
	unsigned long kib = 0;
	char line[128];
	FILE *meminfo = fopen("/proc/meminfo", "r");

	while (meminfo && fgets(line, sizeof(line), meminfo))
		if (sscanf(line, "MemFree: %lu", &kib) == 1)
			break;
	if (!meminfo || !kib)
		die("/proc/meminfo");
	fclose(meminfo);
	return kib / 1024;
}

struct held {
	unsigned long key, address;
};

static int by_key(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static unsigned long random_key(void)
{
	static unsigned long x = 0x2545f4914f6cdd1d;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

/*
 * The sooner a page is given back, the later the page allocator hands it out. Which first:
 * below the image as much as the file takes, then the image, the lowest page first, but for
 * its first 4 MiB. So the list of rejected pages starts with those that are wanted last.
 */
static unsigned long key_of(unsigned long addr, unsigned long start, unsigned long end)
{
	unsigned long order;

	if (!end)
		return random_key();
	if (addr < start - (end - start) || addr >= end)
		order = 1;
	else if (addr < start)
		order = 4;
	else
		order = addr < start + 4 * MIB ? 2 : 3;
	return (order << 60) - addr;
}

static int hold(unsigned long keep, unsigned long start, unsigned long end)
{
	unsigned long pages = (free_mib() - RESERVE_MIB) * (MIB / PAGE), i;
	int pagemap = file("/proc/self/pagemap");
	struct held *held;
	char *memory;

	/* The table, its sorting and the page tables need memory too. */
	pages -= pages * (2 * sizeof(*held) + 8) / PAGE;
	memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	held = malloc(pages * sizeof(*held));
	if (memory == MAP_FAILED || !held)
		die("no memory");
	if (madvise(memory, pages * PAGE, MADV_NOHUGEPAGE))
		die("MADV_NOHUGEPAGE");
	/* Its pages shall not lie among those of memory: they are kept. */
	memset(held, 0, pages * sizeof(*held));
	for (i = 0; i < pages; i++) {
		unsigned long entry;

		memory[i * PAGE] = 1;
		if (pread(pagemap, &entry, 8, (unsigned long)(memory + i * PAGE) / PAGE * 8) != 8)
			die("/proc/self/pagemap");
		held[i].address = (unsigned long)(memory + i * PAGE);
		held[i].key = key_of((entry & ((1UL << 55) - 1)) * PAGE, start, end);
	}
	qsort(held, pages, sizeof(*held), by_key);
	for (i = 0; i < pages; i++)
		if ((!keep || i % keep) && madvise((void *)held[i].address, PAGE, MADV_DONTNEED))
			die("madvise");
	puts("given back");
	fflush(stdout);
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "load"))
		return load(argv[2], argv[3]);
	if (argc == 5 && !strcmp(argv[1], "old"))
		return load_old(argv[2], strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0) * MIB);
	if (argc == 3 && !strcmp(argv[1], "memcpy"))
		return copy(strtoul(argv[2], NULL, 0));
	if (argc == 2 && !strcmp(argv[1], "jump"))
		return jump();
	if (argc == 4 && !strcmp(argv[1], "hold") && !strcmp(argv[2], "random"))
		return hold(strtoul(argv[3], NULL, 0), 0, 0);
	if (argc == 5 && !strcmp(argv[1], "hold") && !strcmp(argv[2], "destinations"))
		return hold(0, strtoul(argv[3], NULL, 0), strtoul(argv[4], NULL, 0));
	fputs("usage: bench load|old|memcpy|jump|hold ..., see bench.c\n", stderr);
	return 2;
}
