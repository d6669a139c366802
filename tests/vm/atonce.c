// SPDX-License-Identifier: GPL-2.0
/*
 * atonce	reboot(2) into the loaded kernel, at the moment in which the kexec lock
 *		is free; comes back only if that is refused, and prints the error
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>

#define LINUX_REBOOT_CMD_KEXEC 0x45584543

int main(void)
{
	do {
		reboot(LINUX_REBOOT_CMD_KEXEC);
	} while (errno == EBUSY);
	puts(strerror(errno));
	return 0;
}
