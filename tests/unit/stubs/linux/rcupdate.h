/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

void rcu_read_lock(void);
void rcu_read_unlock(void);

#endif
