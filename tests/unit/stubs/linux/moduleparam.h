/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

struct kernel_param;

struct kernel_param_ops {
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
};

/* What the tests see of a parameter: fake_param_<name>, see fake_kernel.h */
struct fake_param {
	const char *name;
	const struct kernel_param_ops *ops;
	unsigned int perm;
};

#ifndef FAKE_PARAM
#define FAKE_PARAM(name)	fake_param_##name
#endif

#define module_param_cb(_name, _ops, _arg, _perm)		\
	extern const struct fake_param FAKE_PARAM(_name);	\
	const struct fake_param FAKE_PARAM(_name) = {		\
		.name = #_name, .ops = (_ops), .perm = (_perm),	\
	}

#define MODULE_PARM_DESC(_name, desc) \
	_Static_assert(sizeof(desc) > 1, "describe " #_name)

#endif
