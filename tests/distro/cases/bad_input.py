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
]


@pytest.mark.guards_unchanged
def test_bad_input(vm):
    guest = vm.boot(append=f"nokaslr {CUT}")
    largest = max(end - start for start, end in guest.iomem())
    assert largest <= PIECE, f"the guest's RAM is not cut as it should be: {guest.iomem()}"
    guest.load(vm.kernel)
    guest.run("truncate -s 600M /var/tmp/600m")
    good = guest.arguments(vm.kernel, "refused").split(" ", 2)
    for kernel, initrd, says in BAD:
        arguments = f"{kernel or good[0]} {f'--initrd={initrd}' if initrd else good[1]} {good[2]}"
        said = guest.refused(arguments, says, timeout=240)
        vm.say(said)
        assert guest.loaded(), f"after {kernel}{initrd} was refused, no image is loaded any more"
    guest.jump().check_arrived(guest)
