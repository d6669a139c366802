"""mem=, or memmap= at the top of RAM, in the first or the next kernel: the image is in RAM that the next one uses.

Since 6.8 the plain kernel puts a next kernel with either where that has no RAM.
"""
import pytest

from memory import GIB, MIB
from placement import TOP_DOWN

BEYOND = pytest.mark.fails_on_plain("beyond the RAM", without="stay-at-the-bottom")
SAME = pytest.mark.guards_unchanged
MEMMAP = "memmap=64M$0x1fc000000"
# Of 6 GiB, 2 are below 4 GiB; the BIOS keeps half a MiB of them
RAM = {"": 6 * GIB, MEMMAP: 6 * GIB - 64 * MIB, "mem=3G": 2 * GIB}


@pytest.mark.seconds(40)
@pytest.mark.parametrize("first,second", [
    pytest.param("", "mem=3G", marks=BEYOND),
    pytest.param("mem=3G", "", marks=SAME),
    pytest.param(MEMMAP, "", marks=SAME),
    pytest.param("", MEMMAP, marks=BEYOND),
])
def test_less_ram(vm, first, second):
    guest = vm.boot(firmware="bios", memory="6G", append=f"{TOP_DOWN} {first}")
    guest.load(payload_mib=8, append=f"nokaslr {second}")
    after = guest.jump(timeout=60)
    log, ram, without = after.machine.log(), after.top_of_ram(), after.iomem("Reserved")
    beyond = [str(s) for s in guest.image.segments
              if s.end > ram or any(s.start < end and s.end > start for start, end in without)]
    assert not beyond and "are not marked as E820_TYPE_RAM" not in log, f"put beyond the RAM that it may use: {beyond}"
    have = sum(end - start for start, end in after.iomem())
    assert RAM[second] - MIB < have <= RAM[second], f"the next kernel has {have:#x} bytes of RAM, and should have {RAM[second]:#x}"
    after.check_arrived(guest, tolerance=abs(RAM[first] - RAM[second]) + MIB)
