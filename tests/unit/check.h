/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks that report and go on, and cases that run in a process of their own,
 * so that one that crashes or hangs counts as failed and the rest still runs.
 */
#ifndef _UNIT_CHECK_H
#define _UNIT_CHECK_H

#define CHECK_EQ(expected, actual) \
	check_eq(__FILE__, __LINE__, #actual, (u64)(expected), (u64)(actual))
#define CHECK_STR(expected, actual) \
	check_str(__FILE__, __LINE__, #actual, expected, actual)
#define CHECK_CONTAINS(text, part) \
	check_contains(__FILE__, __LINE__, text, part)
#define CHECK(condition) \
	check_eq(__FILE__, __LINE__, #condition, true, !!(condition))

bool check_eq(const char *file, int line, const char *what, u64 expected,
	      u64 actual);
bool check_str(const char *file, int line, const char *what,
	       const char *expected, const char *actual);
bool check_contains(const char *file, int line, const char *text,
		    const char *part);

/* Printed with every failure from here on; NULL for nothing */
void check_context(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool check_failed(void);

/* SUITE(name) { ... } runs its cases; adding a file with one adds it. */
#define SUITE(name)						\
	static void suite_##name(void);				\
	__attribute__((constructor))				\
	static void add_##name(void)				\
	{							\
		add_suite(#name, suite_##name);			\
	}							\
	static void suite_##name(void)

void add_suite(const char *name, void (*run)(void));
void run_case(const char *suite, const char *name, void (*func)(const void *),
	      const void *arg);

/*
 * A case of @usual random ones, each from a seed of its own that is named when it fails; with
 * UNIT_CASES, that many, divided by @cost
 */
void run_random(const char *suite, const char *name, void (*one)(void), unsigned int usual, unsigned int cost);

/* Random numbers: the same seed gives the same case again. */
void seed(u64 value);
u64 random_u64(void);
u64 random_below(u64 limit);

#endif
