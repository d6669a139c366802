// SPDX-License-Identifier: GPL-2.0
/*
 * faults sweep KERNEL INITRD	loads again and again; in the n-th load the n-th
 *				allocation fails, until a load has no n-th one.
 *				Prints "n error" for each load that failed.
 * faults nth N KERNEL INITRD	the same once, for one n
 * faults kill MS KERNEL INITRD	kills a load after so many milliseconds and prints
 *				how many microseconds later its process was gone
 * faults reserved		prints how many pages are marked as reserved, as
 *				those of images are
 *
 * The allocations of this task only: /proc/thread-self/fail-nth.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define KPF_RESERVED	32

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int file(const char *name, int flags)
{
	int fd = open(name, flags);

	if (fd < 0)
		die(name);
	return fd;
}

static int load(int kernel, int initrd)
{
	static const char cmdline[] = "";

	return syscall(SYS_kexec_file_load, kernel, initrd, sizeof(cmdline), cmdline, 0UL) ? errno : 0;
}

static int is_loaded(void)
{
	int fd = file("/sys/kernel/kexec_loaded", O_RDONLY);
	char c = 0;

	if (read(fd, &c, 1) != 1)
		die("kexec_loaded");
	close(fd);
	return c == '1';
}

/* Returns whether the load came to its n-th allocation. */
static int fail_nth(long n, int kernel, int initrd)
{
	int fd = file(FAIL_NTH, O_RDWR), error;
	char text[24];

	snprintf(text, sizeof(text), "%ld", n);
	if (write(fd, text, strlen(text)) < 0)
		die(FAIL_NTH);
	error = load(kernel, initrd);
	memset(text, 0, sizeof(text));
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die(FAIL_NTH);
	if (write(fd, "0", 1) < 0)
		die(FAIL_NTH);
	close(fd);
	if (error)
		printf("%ld %s\n", n, strerrorname_np(error));
	if (!is_loaded()) {
		printf("%ld nothing is loaded any more\n", n);
		exit(1);
	}

	return !atol(text);
}

static int sweep(int kernel, int initrd)
{
	long n = 1;

	while (fail_nth(n, kernel, initrd))
		n++;
	printf("%ld end\n", n);
	return 0;
}

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int kill_load(long ms, int kernel, int initrd)
{
	long due = microseconds() + ms * 1000;
	pid_t child = fork();
	int status;

	if (!child)
		exit(load(kernel, initrd) ? 1 : 0);
	if (child < 0)
		die("fork");
	while (microseconds() < due)
		usleep(due - microseconds());
	kill(child, SIGKILL);
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	printf("%ld %s\n", microseconds() - due, WIFSIGNALED(status) ? "killed" : "had ended before");
	return 0;
}

static int reserved(void)
{
	static unsigned long flags[4096];
	int fd = file("/proc/kpageflags", O_RDONLY);
	unsigned long count = 0;
	ssize_t n;

	while ((n = read(fd, flags, sizeof(flags))) > 0)
		for (size_t i = 0; i < n / sizeof(*flags); i++)
			count += flags[i] >> KPF_RESERVED & 1;
	printf("%lu\n", count);
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 4 && !strcmp(argv[1], "sweep"))
		return sweep(file(argv[2], O_RDONLY), file(argv[3], O_RDONLY));
	if (argc == 5 && !strcmp(argv[1], "nth"))
		return fail_nth(atol(argv[2]), file(argv[3], O_RDONLY), file(argv[4], O_RDONLY)) ? 0 : 1;
	if (argc == 5 && !strcmp(argv[1], "kill"))
		return kill_load(atol(argv[2]), file(argv[3], O_RDONLY), file(argv[4], O_RDONLY));
	if (argc == 2 && !strcmp(argv[1], "reserved"))
		return reserved();
	fputs("usage: faults sweep|nth|kill|reserved ..., see faults.c\n", stderr);
	return 2;
}
