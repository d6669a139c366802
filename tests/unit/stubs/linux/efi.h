/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_EFI_H
#define _LINUX_EFI_H

#include <linux/types.h>

#define EFI_BOOT	0
#define EFI_64BIT	5

bool efi_enabled(int feature);

#endif
