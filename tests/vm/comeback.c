// SPDX-License-Identifier: GPL-2.0
/*
 * comeback	jumps with KEXEC_PRESERVE_CONTEXT into a few bytes of code that
 *		write one word and return. The destinations are pages of this
 *		process, which must hold after it what they held before.
 */
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

#define PAGE		4096UL
#define DESTINATIONS	3UL
#define WORD		0x636f6d652d6261ULL

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long physical(const void *page)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);
	unsigned long entry;

	if (pagemap < 0 || pread(pagemap, &entry, 8, (unsigned long)page / PAGE * 8) != 8)
		die("/proc/self/pagemap");
	close(pagemap);
	return (entry & ((1UL << 55) - 1)) * PAGE;
}

/* mov $WORD, %rax; mov %rax, (address); ret */
static void write_code(unsigned char *code, unsigned long address)
{
	unsigned long long word = WORD;

	memcpy(code, "\x48\xb8", 2);
	memcpy(code + 2, &word, 8);
	memcpy(code + 10, "\x48\xa3", 2);
	memcpy(code + 12, &address, 8);
	code[20] = 0xc3;
}

int main(void)
{
	static unsigned char content[DESTINATIONS][PAGE];
	unsigned char *memory = mmap(NULL, (DESTINATIONS + 1) * PAGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *written = memory + DESTINATIONS * PAGE;
	struct kexec_segment segments[DESTINATIONS];

	if (memory == MAP_FAILED || mlock(memory, (DESTINATIONS + 1) * PAGE))
		die("memory");
	memset(written, 0, PAGE);
	for (unsigned long i = 0; i < DESTINATIONS; i++) {
		memset(memory + i * PAGE, 0x10 + i, PAGE);
		memset(content[i], 0x80 + i, PAGE);
		segments[i] = (struct kexec_segment) {
			.buf = content[i], .bufsz = PAGE, .memsz = PAGE,
			.mem = (void *)physical(memory + i * PAGE),
		};
	}
	write_code(content[0], physical(written));
	if (syscall(SYS_kexec_load, segments[0].mem, DESTINATIONS, segments,
		    KEXEC_PRESERVE_CONTEXT | KEXEC_ARCH_DEFAULT))
		die("kexec_load");
	if (reboot(LINUX_REBOOT_CMD_KEXEC))
		die("reboot");

	if (memcmp(written, &(unsigned long long){ WORD }, 8)) {
		puts("came back, but the code did not run");
		return 1;
	}
	for (unsigned long i = 0; i < DESTINATIONS * PAGE; i++) {
		if (memory[i] != 0x10 + i / PAGE) {
			printf("came back, but byte %lu of the destinations is %#x\n", i, memory[i]);
			return 1;
		}
	}
	puts("came back");
	return 0;
}
