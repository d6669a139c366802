/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_CMDLINE_H
#define _ASM_CMDLINE_H

int cmdline_find_option(const char *cmdline, const char *option, char *buffer,
			int size);

#endif
