// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU for one processor: counts the guest's instructions, and says
 * at which count the guest came to another page of code below 1 TiB, or to the
 * kernel half, for the first time since that page's contents changed: QEMU
 * translates it then. Lines of "COUNT ADDRESS" go to the file that out= names.
 *
 * The functions are those of QEMU's plugin interface, version 1, which has no
 * header in Debian 12.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t id_t_;
struct tb;

void qemu_plugin_register_vcpu_tb_trans_cb(id_t_ id, void (*on_translation)(id_t_ id, struct tb *tb));
void qemu_plugin_register_vcpu_tb_exec_inline(struct tb *tb, int op, void *counter, uint64_t add);
size_t qemu_plugin_tb_n_insns(const struct tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct tb *tb);

#define ADD_U64		0
#define PAGE_SHIFT	12
#define KERNEL_HALF	(1ULL << 63)

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static uint64_t count, last;
static FILE *out;

static void translated(id_t_ id, struct tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	uint64_t where = address & KERNEL_HALF ? KERNEL_HALF : address >> PAGE_SHIFT;

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &count, qemu_plugin_tb_n_insns(tb));
	if (where == last || (address >> 40 && where != KERNEL_HALF))
		return;
	last = where;
	fprintf(out, "%" PRIu64 " %" PRIx64 "\n", count, address);
}

__attribute__((visibility("default")))
int qemu_plugin_install(id_t_ id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return 1;
	setvbuf(out, NULL, _IOLBF, 0);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
