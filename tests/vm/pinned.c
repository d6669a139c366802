// SPDX-License-Identifier: GPL-2.0
/*
 * pinned NODE MIB	fills MIB mebibytes of NODE and keeps a page in each 2 MiB
 *			of it in a pipe, where it can't be migrated from; prints
 *			"pinned" and stays until killed
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define STEP		(2UL << 20)
#define PAGE		4096UL
#define MPOL_BIND	2

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void pin(char *page)
{
	struct iovec iov = { .iov_base = page, .iov_len = PAGE };
	int ends[2];

	if (pipe(ends) || vmsplice(ends[1], &iov, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
}

int main(int argc, char **argv)
{
	struct rlimit files = { .rlim_cur = 4096, .rlim_max = 4096 };
	unsigned long node, size, done;
	char *memory;

	if (argc != 3) {
		fputs("usage: pinned NODE MIB\n", stderr);
		return 2;
	}

	node = 1UL << atoi(argv[1]);
	size = strtoul(argv[2], NULL, 10) << 20;
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("setrlimit");
	if (syscall(SYS_set_mempolicy, MPOL_BIND, &node, 8 * sizeof(node)))
		die("set_mempolicy");

	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	memset(memory, 1, size);
	for (done = 0; done < size; done += STEP)
		pin(memory + done);

	puts("pinned");
	fflush(stdout);
	pause();
	return 0;
}
