"""What can't be loaded is refused with a reason, and the image loaded before is still loaded, and starts."""
import pytest

# No piece of RAM has room for the initrd
PIECE = 512 << 20
CUT = "memmap=" + ",".join(f"4K${address:#x}" for address in range(PIECE, 6 << 30, PIECE) if not 2 << 30 <= address < 4 << 30)
BAD = [
    ("/etc", "", "Is a directory"),
    ("/etc/passwd", "", "Cannot determine the file type"),
    # The kernel says EINVAL, which kexec-tools takes for a kernel without the system call
    ("", "/etc", "syscall kexec_file_load not available"),
    ("", "/nowhere", "No such file or directory"),
    ("", "/var/tmp/600m", "Cannot assign requested address"),
    ("", "/var/tmp/5g", "File too large"),
    # Ends within the setup sectors
    ("/var/tmp/cut", "", "Exec format error|syscall kexec_file_load not available"),
]
TRACE = "the kernel traces an initrd of 4 GiB as if it were at fault"


@pytest.mark.guards_unchanged
def test_bad_input(vm):
    guest = vm.boot(append=f"nokaslr {CUT}")
    largest = max(end - start for start, end in guest.iomem())
    assert largest <= PIECE, f"the guest's RAM is not cut as it should be: {guest.iomem()}"
    guest.load(vm.kernel)
    guest.run(f"truncate -s 600M /var/tmp/600m; truncate -s 5G /var/tmp/5g; head -c 8K /boot/vmlinuz-{guest.release} > /var/tmp/cut")
    good = guest.arguments(vm.kernel, "refused").split(" ", 2)
    for kernel, initrd, says in BAD:
        arguments = f"{kernel or good[0]} {f'--initrd={initrd}' if initrd else good[1]} {good[2]}"
        said = guest.refused(arguments, says, timeout=240)
        vm.say(said)
        assert guest.loaded(), f"after {kernel}{initrd} was refused, no image is loaded any more"
    guest.jump().check_arrived(guest)


@pytest.mark.fails_on_stock(TRACE)
def test_initrd_4g(vm):
    """The largest that kexec_file_load() takes, for which there is no memory: refused with a line that says so, not with a trace."""
    guest = vm.boot()
    guest.load(vm.kernel)
    guest.run("truncate -s 4G /var/tmp/4g")
    kernel, _, line = guest.arguments(vm.kernel, "refused").split(" ", 2)
    vm.remark = guest.refused(f"{kernel} --initrd=/var/tmp/4g {line}", "kexec_file_load failed: Cannot allocate memory", timeout=240)
    assert guest.loaded(), "after an initrd of 4 GiB was refused, no image is loaded any more"
    assert "Call Trace" not in vm.remark, TRACE
    assert "no memory for an initrd of 4194304 KiB" in vm.remark, f"the kernel's log does not say why: {vm.remark}"
    guest.jump().check_arrived(guest)
