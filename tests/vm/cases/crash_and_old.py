"""A crash kernel still lands in its reserved region, and the old system call still loads and jumps.

Neither is touched by the policy, so both must work as on the plain kernel.
"""
import pytest


@pytest.mark.guards_unchanged
@pytest.mark.seconds(10)
def test_crash_kernel(vm):
    guest = vm.boot(firmware="bios", memory="2G", append="nokaslr crashkernel=256M kexec_placement.policy=top-down")
    (start, end), = guest.iomem("Crash kernel")
    image = guest.load("-s -p", payload_mib=1)
    assert guest.read("/sys/kernel/kexec_crash_loaded") == "1", "kexec_crash_loaded is 0 after kexec -s -p"
    # purgatory, boot_params, kernel, initrd and the ELF header of the core
    inside = [s for s in image.segments if start <= s.start and s.end <= end]
    assert len(inside) >= 5, f"expected at least 5 segments in {start:#x}-{end - 1:#x}, found: {image}"
    # The backup region is no more, so nothing may be elsewhere
    assert len(inside) == len(image.segments), f"outside of {start:#x}-{end - 1:#x}: {image}"


@pytest.mark.guards_unchanged
@pytest.mark.seconds(15)
def test_old_interface(vm):
    first = vm.boot(firmware="bios", memory="6G", append="nokaslr")
    first.load("-c -l", append="nokaslr", payload_mib=8)
    assert first.loaded(), "kexec_loaded is 0 after kexec -c -l"
    first.jump().check_arrived(first)
