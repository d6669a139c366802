"""mem= and memmap= in the first or the next kernel: it boots, as from the plain kernel of 6.1.

Since 6.8 the plain kernel puts a next kernel with mem= above the RAM that this one will use.
"""
import pytest

from placement import TOP_DOWN


BEYOND = pytest.mark.fails_on_plain("beyond the RAM", since="6.8")
SAME = pytest.mark.guards_unchanged


@pytest.mark.seconds(40)
@pytest.mark.parametrize("first,second", [
    pytest.param("", "mem=3G", marks=BEYOND),
    pytest.param("mem=3G", "", marks=SAME),
    pytest.param("memmap=64M$0x150000000", "", marks=SAME),
    pytest.param("", "memmap=64M$0x178000000", marks=SAME),
])
def test_less_ram(vm, first, second):
    guest = vm.boot(firmware="bios", memory="6G", append=f"{TOP_DOWN} {first}")
    guest.load(payload_mib=8, append=f"nokaslr {second}")
    log = guest.jump(timeout=60).machine.log()
    assert "are not marked as E820_TYPE_RAM" not in log, "the next kernel was put beyond the RAM that it may use"
