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
KERNEL_MIN = "max_t(u64, MIN_KERNEL_LOAD_ADDR, header->pref_address);" if BASE == "6.1" else "header->pref_address;"
# IMA takes an image that comes to its part of this for the loaded one; arm64 allocates in it
AT_THE_END = [
    "\n\tret = kexec_memory_stayed(image);\n\tif (ret) {\n\t\tlost = true;\n\t\tgoto out;",
    "ret = kexec_post_load(image, flags)" + OR_OUT]
if BASE == "6.1":
    AT_THE_END = ["ret = machine_kexec_post_load(image)" + OR_OUT, AT_THE_END[0]]
LIVE_UPDATE = ["liveupdate_reboot()"] if BASE == "7.2" else []
DECIDE = ["\n\tif (IS_ENABLED(CONFIG_KEXEC_PLACEMENT))\n\t\tkexec_placement_decide(image);"]
if BASE == "7.2":
    DECIDE = ["\n\tif (IS_ENABLED(CONFIG_KEXEC_PLACEMENT)) {\n\t\tkexec_placement_decide(image);", "image->no_cma |= !image->from_top;"]
ACCEPT = ["\n\t\taccept_memory(maddr & PAGE_MASK, PAGE_SIZE);"] if BASE == "6.12" else []
PERMITTED = "kexec_load_disabled)" if BASE == "6.1" else "kexec_load_permitted("
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
        "kexec_trylock()", "error = kexec_begin_start(kexec_image);\n\tif (error)\n\t\tgoto Unlock;",
        *LIVE_UPDATE, "freeze_processes()", "kernel_restart_prepare(", "migrate_to_reboot_cpu()",
        "cpu_hotplug_enable()", "\n\t\tkexec_look_again(kexec_image);", "machine_shutdown()",
        "error = kexec_check_start(kexec_image);\n\tif (!error)\n\t\tmachine_kexec(", "kexec_unlock()"],
    ("kernel/kexec_core.c", "struct kimage *do_kimage_alloc_init("): ["zalloc", "kexec_watch_memory(image)"],
    ("kernel/kexec_core.c", "static int kimage_load_normal_segment("): [
        "kimage_reserve_entry(image)", "shared = kexec_share_page(image, kbuf, ubytes, maddr);",
        "page = shared ?: kimage_alloc_page(image, GFP_HIGHUSER, maddr);", "kimage_add_page(", *ACCEPT,
        "memset(ptr + uchunk, 0, PAGE_SIZE - uchunk);", "else if (!shared)",
        "\n\tresult = kexec_settle_segment(image, segment);\nout:"],
    ("kernel/kexec_core.c", "static void kimage_free_entry("): ["kimage_free_pages(page);\n\tcond_resched();"],
    ("kernel/kexec_core.c", "void kimage_free("): ["\n\tkexec_free_sources(image);", "for_each_kimage_entry("],
    ("kernel/kexec.c", "static int kimage_alloc_init("): ["out_free_image:\n\tkexec_free_sources(image);\n\tkfree(image);"],
    ("kernel/kexec.c", "static int do_kexec_load("): [
        "kimage_terminate(image)", "ret = kexec_memory_stayed(image)" + OR_OUT, "\n\tkexec_free_sources(image);",
        "xchg(dest_image, image)"],
    ("kernel/kexec_file.c", "kimage_file_prepare_segments("): [
        "if (!(flags & KEXEC_FILE_NO_INITRAMFS)) {\n\t\tret = kexec_initrd_fits(image, initrd_fd, KEXEC_FILE_SIZE_MAX);\n\t\tif (ret)\n\t\t\tgoto out;",
        "kernel_read_file_from_fd(initrd_fd,", *DECIDE, "ldata = "],
    ("kernel/kexec_file.c", "kimage_file_alloc_init("): ["out_free_post_load_bufs:\n\tkexec_free_sources(image);"],
    ("kernel/kexec_file.c", "SYSCALL_DEFINE5(kexec_file_load,"): [
        "int ret = 0, i, tries = 3;", PERMITTED, "\n\nagain:\n\tlost = false;\n\timage = NULL;\n\n\tif (!kexec_trylock())\n\t\treturn -EBUSY;",
        "for (i = image->nr_segments - 1; i >= 0; i--) {", "kimage_load_segment(", "kimage_terminate(image)",
        *AT_THE_END, "\n\tkexec_free_sources(image);", "xchg(dest_image, image)",
        "\n\tkexec_unlock();\n\tkimage_free(image);\n\n\t\n\tif (lost && --tries && !schedule_timeout_killable(HZ))\n\t\tgoto again;\n\n\treturn ret;"],
    # A crash image is checked as before; a guest sees that it is, not by what
    ("kernel/kexec_file.c", "static bool use_xxh64("): ["IS_ENABLED(CONFIG_KEXEC_XXH64) && image->type != KEXEC_TYPE_CRASH"],
    ("mm/memory_hotplug.c", "try_remove_memory(u64"): [
        "check_memblock_offlined_cb", "counts = kexec_removal_begins(start, size)",
        "\n\n\t\n\tif (IS_ENABLED(CONFIG_KEXEC_PLACEMENT))\n\t\tsynchronize_rcu_expedited();", "arch_remove_memory(",
        "release_mem_region_adjustable(start, size)", "\n\tkexec_removal_ends(start, size, counts)", "mem_hotplug_done()"],
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
if BASE == "7.2":
    # On x86 no limit is where CMA memory is, and no loader takes segments back
    HOOKS |= {
        ("kernel/kexec_file.c", "static bool may_place_at("): [
            "IS_ALIGNED(mem, kbuf->buf_align) && mem >= kbuf->buf_min &&\n\t       mem + (kbuf->memsz - 1) <= kbuf->buf_max;"],
        ("kernel/kexec_core.c", "void kimage_drop_segments("): [
            "while (image->nr_segments > nr_segments)", "kimage_free_segment_cma(image, --image->nr_segments);", "image->no_cma = 1;"],
        ("arch/arm64/kernel/kexec_image.c", "static void *image_load("): ["if (text_offset)\n\t\timage->no_cma = 1;", "kexec_add_buffer("],
    }


def body(text, start):
    """The function whose definition has these words, up to the brace in the first column."""
    for found in re.finditer(r"(?m)^[^\n;]*" + re.escape(start), text):
        function = text[found.start():text.index("\n}", found.start())]
        if "{" in function and ";" not in function[:function.index("{")]:
            return function
    raise AssertionError(f"{start} is not there")


def test_purgatory_flags():
    """What runs between the kernels has the flags of SHA-256 there; the guests' kernels have no option that would tell."""
    makefile = subprocess.run(["git", "-C", TREE, "show", "series:arch/x86/purgatory/Makefile"], check=True, text=True, stdout=subprocess.PIPE).stdout
    flags = {name: {re.sub(name, "", line) for line in makefile.splitlines() if re.match(rf"CFLAGS\w*_{name}\.o", line)}
             for name in ("sha256", "xxhash")}
    flags = {name: {" ".join(line.replace("-D__NO_FORTIFY", "").split()) for line in lines} for name, lines in flags.items()}
    assert flags["sha256"] == flags["xxhash"] and len(flags["xxhash"]) == 3, flags


@pytest.mark.parametrize("file, start", HOOKS)
def test_hooks(file, start):
    text = subprocess.run(["git", "-C", TREE, "show", f"series:{file}"], check=True, text=True, stdout=subprocess.PIPE).stdout
    rest = body(re.sub(r"(?s)/\*.*?\*/", "", text), start)
    for words in HOOKS[file, start]:
        assert words in rest, f"{file}: {start}: {words!r} is missing, or not in its place"
        rest = rest.partition(words)[2]
