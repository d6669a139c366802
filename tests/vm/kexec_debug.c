/*
 * LD_PRELOAD for kexec: where the kernel knows KEXEC_FILE_DEBUG (since 6.7),
 * ask it to log where it puts each segment. Older ones log it with pr_debug().
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>

#define KEXEC_FILE_DEBUG 8UL

long syscall(long number, ...)
{
	long (*real)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long a[6], ret;
	va_list list;
	int i;

	va_start(list, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);

	if (number == SYS_kexec_file_load) {
		ret = real(number, a[0], a[1], a[2], a[3], a[4] | KEXEC_FILE_DEBUG);
		if (ret != -1 || errno != EINVAL)
			return ret;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
