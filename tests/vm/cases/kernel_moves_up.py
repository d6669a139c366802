"""A kernel that is loaded below its preferred address, 16 MiB, moves itself up there, and onto its initrd.

The plain kernel of before 6.8 takes the lowest range that fits: here one that ends at 29 MiB; the initrd gets the next.
"""
import pytest

from verdict import GuestLost

TWO_LOW_RANGES = "nokaslr memmap=1M$29M memmap=1M$60M"


@pytest.mark.since("6.1", until="6.8")
@pytest.mark.fails_on_plain(r"^the next kernel finds no init|this kernel is at \['0x1000000'\]")
@pytest.mark.topic("fixes")
@pytest.mark.seconds(12)
def test_kernel_moves_up(vm):
    first = vm.boot(second="plain", firmware="bios", memory="2G", append=f"kexec_placement.policy=bottom-up {TWO_LOW_RANGES}")
    first.load(append=TWO_LOW_RANGES, payload_mib=7)
    try:
        second = first.jump()
    except GuestLost:
        assert "No working init found" not in first.machine.log(), "the next kernel finds no init in its initrd"
        raise
    second.check_arrived(first)
