"""Where the hooks of the topics fixes and hotplug sit in files that Linux has.

No guest comes to most of these windows, the unit tests call the functions by themselves, and the model has its own text.
"""
import os
import re
import subprocess
from pathlib import Path

import pytest

BASE = os.environ.get("BASE", "6.1")
TREE = Path(__file__).resolve().parents[2] / "build" / BASE / "linux"
OR_OUT = ";\n\tif (ret)\n\t\tgoto out;"
# File, and the beginning of a function: what must be in it, in this order
HOOKS = {
    ("kernel/kexec_core.c", "int kernel_kexec("): [
        "kexec_trylock()", "error = kexec_begin_start(kexec_image);\n\tif (error)\n\t\tgoto Unlock;", "freeze_processes()",
        "kernel_restart_prepare(", "machine_shutdown()",
        "error = kexec_check_start(kexec_image);\n\tif (!error)\n\t\tmachine_kexec(", "kexec_unlock()"],
    ("kernel/kexec_core.c", "struct kimage *do_kimage_alloc_init("): ["zalloc", "kexec_watch_memory(image)"],
    ("kernel/kexec.c", "static int do_kexec_load("): [
        "kimage_terminate(image)", "ret = kexec_memory_stayed(image)" + OR_OUT, "xchg(dest_image, image)"],
    ("kernel/kexec_file.c", "SYSCALL_DEFINE5(kexec_file_load,"): [
        "ret = kexec_memory_stayed(image)" + OR_OUT, "xchg(dest_image, image)"],
    ("mm/memory_hotplug.c", "try_remove_memory(u64"): [
        "check_memblock_offlined_cb", "counts = kexec_removal_begins(start, size)", "arch_remove_memory(",
        "release_mem_region_adjustable(start, size)", "kexec_removal_ends(start, size, counts)", "mem_hotplug_done()"],
    ("mm/memory_hotplug.c", "offline_pages(unsigned long start_pfn"): [
        "signal_pending(current)", "if (system_state > SYSTEM_RUNNING) {\n\t\t\t\tret = -EBUSY;",
        "goto failed_removal_isolated;", "scan_movable_pages("],
    ("arch/x86/kernel/machine_kexec_64.c", "int arch_kimage_file_post_load_cleanup("): ["kexec_e820_cleanup(image)"],
    ("arch/x86/kernel/kexec-bzimage64.c", "setup_boot_parameters("): [
        "setup_rng_seed(", "setup_data_offset += sizeof(struct setup_data) + RNG_SEED_LENGTH", "kexec_e820_ext_setup("],
    ("arch/x86/kernel/kexec-bzimage64.c", "static void *bzImage64_load("): [
        "kexec_e820_prepare(image)", "kexec_load_purgatory(", "kexec_e820_ext_size(image)"],
}


def body(text, start):
    """The function whose definition has these words, up to the brace in the first column."""
    for found in re.finditer(r"(?m)^[^\n;]*" + re.escape(start), text):
        function = text[found.start():text.index("\n}", found.start())]
        if "{" in function and ";" not in function[:function.index("{")]:
            return function
    raise AssertionError(f"{start} is not there")


@pytest.mark.parametrize("file, start", HOOKS)
def test_hooks(file, start):
    rest = body(subprocess.run(["git", "-C", TREE, "show", f"series:{file}"], check=True, text=True,
                               stdout=subprocess.PIPE).stdout, start)
    for words in HOOKS[file, start]:
        assert words in rest, f"{file}: {start}: {words!r} is missing, or not in its place"
        rest = rest.partition(words)[2]
