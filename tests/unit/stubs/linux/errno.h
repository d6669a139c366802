/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

/* Also what the errno.h of the C library ends up with, hence no more here */
#include <asm/errno.h>

#endif
