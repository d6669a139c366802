// SPDX-License-Identifier: GPL-2.0
/*
 * payload make SEED MIB > file	writes MIB MiB of pseudo-random data
 * payload sum < file		prints a 64-bit checksum and the size of it
 *
 * For payloads of a GiB under an emulator, where /dev/urandom and md5sum take
 * half a minute each and this takes seconds. Every page differs from every
 * other one. The sum is a bijection of each word and of the sum before it, so
 * one changed word always changes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB	0x100000

static unsigned long buf[MIB / sizeof(unsigned long)];

/* xorshift64 (Marsaglia, 2003): full period for any seed but 0 */
static unsigned long next(unsigned long x)
{
	x ^= x << 13;
	x ^= x >> 7;
	return x ^ (x << 17);
}

static int make(unsigned long x, unsigned long mib)
{
	while (mib--) {
		for (size_t i = 0; i < MIB / sizeof(*buf); i++) {
			x = next(x);
			buf[i] = x;
		}
		if (fwrite(buf, sizeof(buf), 1, stdout) != 1) {
			perror("payload: write");
			return 1;
		}
	}
	return 0;
}

static int sum(void)
{
	unsigned long h = 1, bytes = 0;
	size_t n;

	while ((n = fread(buf, 1, sizeof(buf), stdin))) {
		memset((char *)buf + n, 0, sizeof(buf) - n);
		for (size_t i = 0; i < (n + 7) / 8; i++) {
			h = (h ^ buf[i]) * 0x9e3779b97f4a7c15;
			h ^= h >> 29;
		}
		bytes += n;
	}
	printf("%016lx-%lu\n", h, bytes);
	return ferror(stdin);
}

int main(int argc, char **argv)
{
	unsigned long seed;

	setvbuf(stdout, NULL, _IONBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	if (argc == 4 && !strcmp(argv[1], "make")) {
		seed = strtoul(argv[2], NULL, 16);
		return make(seed ? seed : 1, strtoul(argv[3], NULL, 10));
	}
	if (argc == 2 && !strcmp(argv[1], "sum"))
		return sum();
	fputs("usage: payload make SEED MIB > file\n       payload sum < file\n", stderr);
	return 2;
}
