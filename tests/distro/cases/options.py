"""kexec-tools' ways to load and unload, as its manual has them: exit codes and errors, and what is loaded after each."""
import re

import pytest

from distro import check_at_the_top
from guest import segments_of

# A kernel without kexec_file_load(), as the caller sees it
NOSYS = "systemd-run -q --pipe --wait -p SystemCallFilter=~kexec_file_load:ENOSYS kexec"
# Program, options, with KERNEL for kernel, initrd and command line; exit code, what it says; is an image loaded, a crash kernel?
STEPS = [
    ("kexec", "-e", 1, "Nothing has been loaded!", "0", "0"),
    ("kexec", "-l", 255, "No kernel specified", "0", "0"),
    ("kexec", "-u", 0, "", "0", "0"),
    ("kexec", "-s -u", 0, "", "0", "0"),
    ("kexec", "-l KERNEL", 0, "", "1", "0"),
    ("kexec", "-u", 0, "", "0", "0"),
    ("kexec", "-s -l KERNEL", 0, "", "1", "0"),
    ("kexec", "-s -u", 0, "", "0", "0"),
    ("kexec", "-d -s -l KERNEL", 0, "", "1", "0"),
    ("kexec", "-s -u", 0, "", "0", "0"),
    ("kexec", "-c -l KERNEL", 0, "", "1", "0"),
    ("kexec", "-c -u", 0, "", "0", "0"),
    ("kexec", "-d -c -l KERNEL", 0, "kernel_size: 0x", "1", "0"),
    ("kexec", "-l /nowhere", 1, "Cannot open `/nowhere': No such file or directory", "1", "0"),
    ("kexec", "-s -l /nowhere", 255, "Failed to open file /nowhere:No such file or directory", "1", "0"),
    ("kexec", "-a -l /etc/passwd", 255, "Cannot determine the file type of /etc/passwd", "1", "0"),
    ("kexec", "-u", 0, "", "0", "0"),
    ("kexec", "-s -p KERNEL", 0, "", "0", "1"),
    ("kexec", "-s -l KERNEL", 0, "", "1", "1"),
    ("kexec", "-s -p -u", 0, "", "1", "0"),
    ("kexec", "-c -p KERNEL", 0, "", "1", "1"),
    ("kexec", "-p -u", 0, "", "1", "0"),
    ("kexec", "-u", 0, "", "0", "0"),
    # -s says by a code of its own that the old interface may do, which -a then takes
    (NOSYS, "-s -l KERNEL", 253, "syscall kexec_file_load not available", "0", "0"),
    (NOSYS, "-a -l KERNEL", 0, "", "1", "0"),
    (NOSYS, "-s -u", 253, "syscall kexec_file_load not available", "1", "0"),
    (NOSYS, "-a -u", 0, "", "0", "0"),
]
# What kexec says of an error that it passes on; -a then tries nothing else
FAILED = {"-s -l KERNEL": "kexec_file_load failed", "-a -l KERNEL": "kexec_file_load failed", "-c -l KERNEL": "kexec_load failed",
          "-u": "kexec unload failed", "-s -u": r"kexec_file_load\(unload\) failed", "-s -p KERNEL": "kexec_file_load failed"}
# An image whose load takes its time
LARGE = "/var/tmp/large"


def check(guest, command, status, said, code, says, loaded):
    assert status == code, f"{command} ended with {status} instead of {code}: {said}"
    assert re.search(says, said), f"{command} does not say '{says}': {said}"
    now = guest.run("cat /sys/kernel/kexec_loaded /sys/kernel/kexec_crash_loaded").split()
    assert now == list(loaded), f"after {command}, kexec_loaded and kexec_crash_loaded are {now}"


def step(guest, kernel, program, options, code, says, *loaded):
    status, output, log = guest.kexec(options.replace("KERNEL", kernel), 120, program)
    check(guest, f"{program} {options}", status, output, code, says, loaded)
    # Of the old interface, which -l takes of itself, the kernel does not say which segment is which
    if "-l" in options and code == 0:
        new = any(segment.kind != "other" for segment in segments_of(log))
        assert new == (program != NOSYS and "-s" in options), f"{program} {options} took the wrong system call: {log}"


def check_busy(guest, kernel, options, says):
    """While another load is under way, which is not disturbed: tried until the second falls into the time of the other."""
    large = re.sub("--initrd=[^ ]*", f"--initrd={LARGE}", kernel)
    status, said = guest.status(f"""for s in 0.7 0.4 0.2 0.1 1 1.5; do
        kexec -s -l {large} & sleep $s; out=$(kexec {options.replace("KERNEL", kernel)} 2>&1); status=$?
        wait $! && [ $status != 0 ] && {{ echo $out; break; }}; done; kexec -p -u; exit $status""", 240)
    check(guest, f"kexec {options} beside a load", status, said, 255, f"^{says}: Device or resource busy", "10")


@pytest.mark.fails_on_stock("^below 4 GiB: ", until="6.8")
def test_options(vm):
    """-a comes last: it is to use kexec_file_load(), so the image is at the top; and kexec -e starts it."""
    guest = vm.boot(append="nokaslr crashkernel=256M systemd.mask=kdump-tools.service")
    guest.run(f"head -c 300M /dev/zero > {LARGE}")
    kernel = guest.arguments(vm.kernel, "unused")
    for command in STEPS:
        step(guest, kernel, *command)
    for options, says in FAILED.items():
        check_busy(guest, kernel, options, says)
    image = guest.load(vm.kernel, flags="-a -l")
    guest.run("sysctl -q kernel.kexec_load_disabled=1")
    for options, says in FAILED.items():
        step(guest, kernel, "kexec", options, 255, f"{says}: Operation not permitted", "1", "0")
    second = guest.jump(command="kexec -e").check_arrived(guest, tolerance=260 << 20) # crashkernel= is not on its command line
    for options in ("-s -p KERNEL", "-c -p KERNEL"):
        step(second, kernel, "kexec", options, 1, "Memory for crashkernel is not reserved", "0", "0")
    check_at_the_top(image)
    vm.remark = f"-a: {image}"
