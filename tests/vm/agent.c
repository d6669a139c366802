// SPDX-License-Identifier: GPL-2.0
/*
 * init (PID 1) of the kernels that the harness boots, and its voice. Where
 * systemd is init, a service, and all is mounted already.
 *
 * ttyS0 belongs to the kernel's console and is only kept as a log. All that
 * the host acts on goes over ttyS1, so that no line of the console can look
 * like a verdict, and no verdict can be cut in two by a line of the console:
 *
 *   guest: @hello TOKEN\n                   TOKEN is agent.token= of the command line
 *   host:  @run LENGTH\n COMMAND
 *   guest: @done STATUS LENGTH\n OUTPUT     stdout and stderr of sh -c COMMAND
 *
 * Firmware may write to ttyS1 before us; the host skips all before the hello.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define OUTPUT	"/run/output"

/* What we cannot do without ends init, and with it the kernel: a clear panic. */
static void die(const char *what)
{
	fprintf(stderr, "agent: %s: %s\n", what, strerror(errno));
	tcdrain(STDERR_FILENO); /* a panic does not wait for the line to be sent */
	exit(1);
}

static void mount_at(const char *type, const char *dir, const char *options)
{
	mkdir(dir, 0755);
	if (mount(type, dir, type, 0, options))
		die(dir);
}

static void mount_all(void)
{
	mount_at("proc", "/proc", NULL);
	mount_at("sysfs", "/sys", NULL);
	mount_at("devtmpfs", "/dev", NULL);
	mount_at("debugfs", "/sys/kernel/debug", NULL);
	mount_at("tmpfs", "/run", NULL);
	/* Holds payload and initrd of the next kernel: most of RAM, if need be. */
	mount_at("tmpfs", "/tmp", "size=95%");
}

static int open_line(void)
{
	struct termios tio;
	int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &tio))
		die("/dev/ttyS1");
	cfmakeraw(&tio);
	cfsetspeed(&tio, B115200);
	if (tcsetattr(fd, TCSANOW, &tio))
		die("/dev/ttyS1: raw mode");
	return fd;
}

static void send(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno != EINTR)
			die("write to the host");
		if (n > 0) {
			buf += n;
			len -= n;
		}
	}
}

/* Reads exactly @len bytes: a command never comes without its end. */
static void receive(int fd, char *buf, size_t len)
{
	while (len) {
		ssize_t n = read(fd, buf, len);

		if (n < 0 && errno != EINTR)
			die("read from the host");
		if (n > 0) {
			buf += n;
			len -= n;
		}
	}
}

static char *receive_command(int fd)
{
	char line[64], *command;
	size_t used = 0, len;

	do {
		receive(fd, line + used, 1);
	} while (line[used] != '\n' && ++used < sizeof(line) - 1);
	line[used] = '\0';

	if (sscanf(line, "@run %zu", &len) != 1)
		die("the host did not send @run");
	command = calloc(1, len + 1);
	if (!command)
		die("command");
	receive(fd, command, len);
	return command;
}

static int run(const char *command)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		int out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
			die(OUTPUT);
		setsid();
		execl("/bin/sh", "sh", "-c", command, NULL);
		die("/bin/sh");
	}
	/* As init we also bury what others left behind. */
	while (wait(&status) != pid)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void send_result(int line, int status)
{
	char buf[4096];
	struct stat st;
	ssize_t n;
	off_t left;
	int fd = open(OUTPUT, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		die(OUTPUT);
	n = snprintf(buf, sizeof(buf), "@done %d %lld\n", status, (long long)st.st_size);
	send(line, buf, n);
	/* A process left running may still write: send what was announced, no more. */
	for (left = st.st_size; left > 0; left -= n) {
		n = read(fd, buf, left < (off_t)sizeof(buf) ? left : (off_t)sizeof(buf));
		if (n <= 0)
			die("output became shorter");
		send(line, buf, n);
	}
	close(fd);
}

static void send_hello(int line)
{
	char cmdline[4096] = "", hello[4096] = "";
	char *token;
	FILE *f = fopen("/proc/cmdline", "r");

	if (!f || !fgets(cmdline, sizeof(cmdline), f))
		die("/proc/cmdline");
	fclose(f);
	token = strstr(cmdline, "agent.token=");
	if (token)
		sscanf(token, "agent.token=%1000s", hello);
	dprintf(line, "\n@hello %s\n", hello[0] ? hello : "none");
}

int main(void)
{
	int line;

	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
	setenv("HOME", "/", 1);
	if (getpid() == 1)
		mount_all();
	line = open_line();
	send_hello(line);
	for (;;) {
		char *command = receive_command(line);

		send_result(line, run(command));
		free(command);
	}
}
