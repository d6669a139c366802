"""kexec-tools' ways to load and unload, as its manual has them: exit codes, and what is loaded after each."""
import pytest

from distro import check_at_the_top
from guest import segments_of

# Options, with KERNEL for kernel, initrd and command line; does it succeed; is an image loaded, a crash kernel?
STEPS = [
    ("-e", False, "0", "0"),
    ("-u", True, "0", "0"),
    ("-s -u", True, "0", "0"),
    ("-l KERNEL", True, "1", "0"),
    ("-u", True, "0", "0"),
    ("-s -l KERNEL", True, "1", "0"),
    ("-s -u", True, "0", "0"),
    ("-c -l KERNEL", True, "1", "0"),
    ("-c -u", True, "0", "0"),
    ("-d -c -l KERNEL", True, "1", "0"),
    ("-s -l /nowhere", False, "1", "0"),
    ("-u", True, "0", "0"),
    ("-s -p KERNEL", True, "0", "1"),
    ("-s -l KERNEL", True, "1", "1"),
    ("-s -p -u", True, "1", "0"),
    ("-c -p KERNEL", True, "1", "1"),
    ("-p -u", True, "1", "0"),
    ("-u", True, "0", "0"),
]


@pytest.mark.fails_on_stock("^below 4 GiB: ")
def test_options(vm):
    """-a comes last: it is to use kexec_file_load(), so the image is at the top; and kexec -e starts it."""
    guest = vm.boot(append="nokaslr crashkernel=256M")
    guest.run("systemctl stop kdump-tools; kexec -p -u")
    kernel = guest.arguments(vm.kernel, "unused")
    for options, success, loaded, crash in STEPS:
        status, output, log = guest.kexec(options.replace("KERNEL", kernel), 120)
        said = "\n".join([output, *log])
        assert (status == 0) == success, f"kexec {options} ended with {status}: {said}"
        now = guest.run("cat /sys/kernel/kexec_loaded /sys/kernel/kexec_crash_loaded").split()
        assert now == [loaded, crash], f"after kexec {options}, kexec_loaded and kexec_crash_loaded are {now}"
        # Of the old interface the kernel does not say which segment is which
        assert "-c" not in options.split() or not any(s.kind != "other" for s in segments_of(log)), f"kexec {options}: {said}"
    image = guest.load(vm.kernel, flags="-a -l")
    guest.run("sysctl -q kernel.kexec_load_disabled=1")
    guest.refused(kernel, "kexec_file_load failed: Operation not permitted")
    assert guest.loaded()
    guest.jump(command="kexec -e").check_arrived(guest, tolerance=260 << 20) # crashkernel= is not on its command line
    check_at_the_top(image)
    vm.remark = f"-a: {image}"
