"""Where our hooks sit in files that Linux has.

No guest comes to most of these windows, or sees what a hook saves; the unit tests call the functions by themselves,
and the model has its own text.
"""
import os
import re
import subprocess
from pathlib import Path

import pytest

BASE = os.environ.get("BASE", "6.1")
TREE = Path(__file__).resolve().parents[2] / "build" / BASE / "linux"
OR_OUT = ";\n\tif (ret)\n\t\tgoto out;"
# Since 6.8 upstream starts at the preferred address, whatever the policy
KERNEL_MIN = "kernel_buf_min(image, header->pref_address);" if BASE == "6.1" else "header->pref_address;"
# File, and the beginning of a function: what must be in it, in this order
HOOKS = {
    # Where lockdep reports nothing, it may know nothing
    ("kernel/kexec_internal.h", "static inline bool kexec_trylock("): [
        "__kexec_lock, ", "\n\t\treturn false;", "lock_acquire_exclusive(&kexec_lock_map, 0, 1,", "return true;"],
    ("kernel/kexec_internal.h", "static inline void kexec_unlock("): ["lock_map_release(&kexec_lock_map)", "__kexec_lock, 0)"],
    # No guest runs under Xen
    ("arch/x86/platform/efi/efi.c", "efi_forget_stale_tables(void *tables"): [
        "if (efi_enabled(EFI_PARAVIRT))\n\t\treturn;", "memset(tables, 0, size)"],
    ("kernel/kexec_core.c", "int kernel_kexec("): [
        "kexec_trylock()", "error = kexec_begin_start(kexec_image);\n\tif (error)\n\t\tgoto Unlock;", "freeze_processes()",
        "kernel_restart_prepare(", "machine_shutdown()",
        "error = kexec_check_start(kexec_image);\n\tif (!error)\n\t\tmachine_kexec(", "kexec_unlock()"],
    ("kernel/kexec_core.c", "struct kimage *do_kimage_alloc_init("): ["zalloc", "kexec_watch_memory(image)"],
    ("kernel/kexec_core.c", "static int kimage_load_normal_segment("): [
        "kimage_reserve_entry(image)", "shared = kexec_share_page(image, kbuf, ubytes, maddr);",
        "page = shared ?: kimage_alloc_page(image, GFP_HIGHUSER, maddr);", "kimage_add_page(",
        "memset(ptr + uchunk, 0, PAGE_SIZE - uchunk);", "else if (!shared)",
        "\n\tresult = kexec_settle_segment(image, segment);\nout:"],
    ("kernel/kexec_core.c", "void kimage_free("): ["\n\tkexec_free_sources(image);", "for_each_kimage_entry("],
    ("kernel/kexec.c", "static int kimage_alloc_init("): ["out_free_image:\n\tkexec_free_sources(image);\n\tkfree(image);"],
    ("kernel/kexec.c", "static int do_kexec_load("): [
        "kimage_terminate(image)", "ret = kexec_memory_stayed(image)" + OR_OUT, "\n\tkexec_free_sources(image);",
        "xchg(dest_image, image)"],
    ("kernel/kexec_file.c", "kimage_file_prepare_segments("): [
        "if (!(flags & KEXEC_FILE_NO_INITRAMFS)) {\n\t\tret = kexec_initrd_fits(image, initrd_fd, KEXEC_FILE_SIZE_MAX);\n\t\tif (ret)\n\t\t\tgoto out;",
        "kernel_read_file_from_fd(initrd_fd,", "kexec_placement_decide(image);", "ldata = "],
    ("kernel/kexec_file.c", "kimage_file_alloc_init("): ["out_free_post_load_bufs:\n\tkexec_free_sources(image);"],
    ("kernel/kexec_file.c", "SYSCALL_DEFINE5(kexec_file_load,"): [
        "for (i = image->nr_segments - 1; i >= 0; i--) {", "kimage_load_segment(", "kimage_terminate(image)",
        "ret = kexec_memory_stayed(image)" + OR_OUT, "\n\tkexec_free_sources(image);", "xchg(dest_image, image)"],
    ("mm/memory_hotplug.c", "try_remove_memory(u64"): [
        "check_memblock_offlined_cb", "counts = kexec_removal_begins(start, size)",
        "if (IS_ENABLED(CONFIG_KEXEC_PLACEMENT))\n\t\tsynchronize_rcu_expedited();", "arch_remove_memory(",
        "release_mem_region_adjustable(start, size)", "kexec_removal_ends(start, size, counts)", "mem_hotplug_done()"],
    ("mm/memory_hotplug.c", "offline_pages(unsigned long start_pfn"): [
        "signal_pending(current)", "if (system_state > SYSTEM_RUNNING) {\n\t\t\t\tret = -EBUSY;",
        "goto failed_removal_isolated;", "scan_movable_pages("],
    ("arch/x86/kernel/machine_kexec_64.c", "int arch_kimage_file_post_load_cleanup("): ["kexec_e820_cleanup(image)"],
    ("arch/x86/kernel/kexec-bzimage64.c", "setup_boot_parameters("): [
        "setup_rng_seed(", "setup_data_offset += sizeof(struct setup_data) + RNG_SEED_LENGTH", "kexec_e820_ext_setup("],
    ("arch/x86/kernel/kexec-bzimage64.c", "static void *bzImage64_load("): [
        "ret = kexec_e820_prepare(image);\n\tif (ret)\n\t\treturn ERR_PTR(ret);", "kexec_load_purgatory(", "kexec_e820_ext_size(image)",
        "kbuf.buf_min = " + KERNEL_MIN, "Loaded 64bit kernel"],
}
if BASE == "6.1":
    HOOKS["arch/x86/kernel/kexec-bzimage64.c", "static unsigned long kernel_buf_min("] = [
        "return image->top_down ? max_t(u64, MIN_KERNEL_LOAD_ADDR, pref_address) :\n\t\t\t\t MIN_KERNEL_LOAD_ADDR;"]


def body(text, start):
    """The function whose definition has these words, up to the brace in the first column."""
    for found in re.finditer(r"(?m)^[^\n;]*" + re.escape(start), text):
        function = text[found.start():text.index("\n}", found.start())]
        if "{" in function and ";" not in function[:function.index("{")]:
            return function
    raise AssertionError(f"{start} is not there")


@pytest.mark.parametrize("file, start", HOOKS)
def test_hooks(file, start):
    text = subprocess.run(["git", "-C", TREE, "show", f"series:{file}"], check=True, text=True, stdout=subprocess.PIPE).stdout
    rest = body(re.sub(r"(?s)/\*.*?\*/", "", text), start)
    for words in HOOKS[file, start]:
        assert words in rest, f"{file}: {start}: {words!r} is missing, or not in its place"
        rest = rest.partition(words)[2]
