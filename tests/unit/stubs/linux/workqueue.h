/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/types.h>

struct work_struct {
	void (*func)(struct work_struct *work);
};

#define DECLARE_WORK(name, _func)	struct work_struct name = { .func = (_func) }

#define system_long_wq	NULL

bool queue_work(void *queue, struct work_struct *work);

#endif
