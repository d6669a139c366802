// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters, as the file in sysfs and the kernel command line set them.
 */

#include "check.h"
#include "fake_kernel.h"

/* Exactly as large as sysfs gives: the sanitizers see a write beyond it. */
static char page[4096];

static int set(const struct fake_param *param, const char *value)
{
	fake_log_reset();
	return param->ops->set(value, NULL);
}

static const char *get(const struct fake_param *param)
{
	int len;

	memset(page, 'x', sizeof(page));
	len = param->ops->get(page, NULL);
	if (!CHECK(len > 0 && len < (int)sizeof(page)))
		return "";

	CHECK_EQ('\0', page[len]);
	CHECK_EQ(strlen(page), len);
	return page;
}

/* Refused, the state is as before, and one line of sane length says so. */
static void check_refused(const struct fake_param *param, const char *value,
			  const char *state)
{
	check_context("%s '%.*s'", param->name, (int)strcspn(value, "\n"), value);
	CHECK_EQ(-EINVAL, set(param, value));
	check_one_line('3', "kexec_placement: ");
	CHECK(strlen(fake_log.text) < 200);
	CHECK_STR(state, get(param));
}

static void check_accepted(const struct fake_param *param, const char *value,
			   const char *state)
{
	check_context("%s '%.*s'", param->name, (int)strcspn(value, "\n"), value);
	CHECK_EQ(0, set(param, value));
	CHECK_EQ(0, fake_log.messages);
	CHECK_STR(state, get(param));
}

static const char *long_string(void)
{
	static char text[4096];

	memset(text, 'a', sizeof(text) - 1);
	return text;
}

static void policies_are_accepted(const void *arg)
{
	check_accepted(&fake_param_policy, "top-down", "top-down\n");
	check_accepted(&fake_param_policy, "bottom-up", "bottom-up\n");
	check_accepted(&fake_param_policy, "auto", "auto\n");
	check_accepted(&fake_param_policy, "top-down\n", "top-down\n");
	check_accepted(&fake_param_policy, "bottom-up\n", "bottom-up\n");
	check_accepted(&fake_param_policy, "auto\n", "auto\n");
}

static void other_policies_are_refused(const void *arg)
{
	static const char * const wrong[] = {
		"", "\n", "nonsense", "nonsense\n", "auto ", " auto", "Auto",
		"aut", "autox", "auto\n\n", "auto\ntop-down", "top-down,auto",
		"top_down", "0", "1", "%s%s%s%n",
	};
	static const char * const states[] = { "top-down", "bottom-up", "auto" };
	unsigned int i, k;

	for (k = 0; k < ARRAY_SIZE(states); k++) {
		CHECK_EQ(0, set(&fake_param_policy, states[k]));
		for (i = 0; i < ARRAY_SIZE(wrong); i++) {
			char state[16] = "";

			strcat(strcpy(state, states[k]), "\n");
			check_refused(&fake_param_policy, wrong[i], state);
			CHECK_CONTAINS(fake_log.text, states[k]);
		}
	}
	check_refused(&fake_param_policy, long_string(), "auto\n");
}

static void defaults_are_those_of_kconfig(const void *arg)
{
	CHECK_STR("auto\n", get(&fake_param_policy));
	CHECK_STR("top-down\n", get(&wide_policy));
	CHECK_STR("bottom-up\n", get(&low_policy));
	CHECK_EQ(64, *fake_param_min_ram_gib);
}

/* Root writes, all read; the names are what the documentation promises. */
static void names_and_modes(const void *arg)
{
	CHECK_STR("policy", fake_param_policy.name);
	CHECK_EQ(0644, fake_param_policy.perm);
}

SUITE(params)
{
#define RUN(func)	run_case("params", #func, func, NULL)
	RUN(policies_are_accepted);
	RUN(other_policies_are_refused);
	RUN(defaults_are_those_of_kconfig);
	RUN(names_and_modes);
#undef RUN
}
