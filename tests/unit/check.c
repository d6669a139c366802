// SPDX-License-Identifier: GPL-2.0-only
#include <sanitizer/lsan_interface.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static unsigned int nr_run, nr_failed;
static unsigned int failures;
static char context[256];

static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '\n')
			printf("\\n");
		else
			putchar(*text);
	}
	putchar('"');
}

static void report(const char *file, int line, const char *what)
{
	failures++;
	printf("%s:%d: ", file, line);
	if (*context)
		printf("%s: ", context);
	printf("%s: ", what);
}

bool check_eq(const char *file, int line, const char *what, u64 expected,
	      u64 actual)
{
	if (expected == actual)
		return true;

	report(file, line, what);
	printf("expected %#llx, actual %#llx\n", expected, actual);
	return false;
}

static void print_strings(const char *expected, const char *actual)
{
	printf("expected ");
	print_quoted(expected);
	printf(", actual ");
	print_quoted(actual);
	putchar('\n');
}

bool check_str(const char *file, int line, const char *what,
	       const char *expected, const char *actual)
{
	if (!strcmp(expected, actual))
		return true;

	report(file, line, what);
	print_strings(expected, actual);
	return false;
}

bool check_contains(const char *file, int line, const char *text,
		    const char *part)
{
	if (strstr(text, part))
		return true;

	report(file, line, "contains");
	print_strings(part, text);
	return false;
}

void check_context(const char *fmt, ...)
{
	va_list args;

	context[0] = '\0';
	if (!fmt)
		return;

	va_start(args, fmt);
	vsnprintf(context, sizeof(context), fmt, args);
	va_end(args);
}

bool check_failed(void)
{
	return failures;
}

static u64 from_environment(const char *name, u64 otherwise)
{
	const char *value = getenv(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

static void run_in_child(void (*func)(const void *), const void *arg)
{
	alarm(from_environment("UNIT_SECONDS", 30));
	func(arg);
	if (__lsan_do_recoverable_leak_check()) {
		failures++;
		printf("it leaks, see above\n");
	}
	fflush(stdout);
	_exit(failures ? 1 : 0);
}

static const char *verdict(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? "hangs" : "crashes";
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		return "crashes";

	return WEXITSTATUS(status) ? "fails" : NULL;
}

static int report_totals(void)
{
	printf("%u passed, %u failed\n", nr_run - nr_failed, nr_failed);
	return nr_failed || !nr_run;
}

void run_case(const char *suite, const char *name, void (*func)(const void *),
	      const void *arg)
{
	const char *bad;
	int status;
	pid_t child;

	nr_run++;
	fflush(stdout);
	child = fork();
	if (!child)
		run_in_child(func, arg);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("cannot run a case");
		exit(2);
	}

	bad = verdict(status);
	if (bad)
		nr_failed++;
	if (!bad && !getenv("UNIT_VERBOSE"))
		return;

	printf("%s %s: ", bad ? bad : "passes", suite);
	print_quoted(name);
	putchar('\n');
	if (bad && getenv("UNIT_STOP"))
		exit(report_totals());
}

/* splitmix64: good for any seed, also for small ones in a row */
static u64 random_state;

void seed(u64 value)
{
	random_state = value;
}

u64 random_u64(void)
{
	u64 x = random_state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

u64 random_below(u64 limit)
{
	return random_u64() % limit;
}

struct random_cases {
	void (*one)(void);
	u64 nr;
};

static void random_cases(const void *arg)
{
	const struct random_cases *cases = arg;
	u64 first = from_environment("UNIT_SEED", 1);

	for (u64 i = 0; i < cases->nr && !failures; i++) {
		check_context("UNIT_SEED=%llu", first + i);
		seed(first + i);
		cases->one();
	}
}

void run_random(const char *suite, const char *name, void (*one)(void), unsigned int usual, unsigned int cost)
{
	struct random_cases cases = { one, from_environment("UNIT_CASES", usual * cost) / cost ?: 1 };

	run_case(suite, name, random_cases, &cases);
}

#define MAX_SUITES	32

static struct {
	const char *name;
	void (*run)(void);
} suites[MAX_SUITES];
static unsigned int nr_suites;

void add_suite(const char *name, void (*run)(void))
{
	if (nr_suites == MAX_SUITES)
		abort();
	suites[nr_suites].name = name;
	suites[nr_suites++].run = run;
}

static bool wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;

	return false;
}

/* unit [SUITE]...: these instead of all */
int main(int argc, char **argv)
{
	int nr = 0;

	for (unsigned int i = 0; i < nr_suites; i++) {
		if (!wanted(suites[i].name, argv + 1))
			continue;
		suites[i].run();
		nr++;
	}
	if (argc > 1 && nr != argc - 1) {
		fprintf(stderr, "%d of %d suites are here\n", nr, argc - 1);
		return 2;
	}

	return report_totals();
}
