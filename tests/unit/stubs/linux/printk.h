/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

void fake_printk(char level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define pr_emerg(fmt, ...)	fake_printk('0', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)	fake_printk('3', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	fake_printk('4', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...)	fake_printk('5', pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	fake_printk('6', pr_fmt(fmt), ##__VA_ARGS__)

#endif
