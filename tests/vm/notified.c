// SPDX-License-Identifier: GPL-2.0
/*
 * notified FILE SECONDS	waits until sysfs tells that FILE has changed, and
 *				prints what it holds then
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct pollfd file = { .events = POLLPRI | POLLERR };
	char text[4096];
	ssize_t n;

	if (argc != 3) {
		fputs("usage: notified FILE SECONDS\n", stderr);
		return 2;
	}

	file.fd = open(argv[1], O_RDONLY);
	/* sysfs tells of changes since the last read only. */
	if (file.fd < 0 || read(file.fd, text, sizeof(text)) < 0) {
		perror(argv[1]);
		return 2;
	}

	puts("waiting");
	fflush(stdout);
	if (poll(&file, 1, atoi(argv[2]) * 1000) != 1) {
		fputs("notified: nothing happened in time\n", stderr);
		return 1;
	}

	n = pread(file.fd, text, sizeof(text), 0);
	if (n < 0) {
		perror(argv[1]);
		return 2;
	}

	return fwrite(text, 1, n, stdout) != (size_t)n;
}
