"""mem= and memmap= in the first or the next kernel: it boots, as from the plain kernel."""
import pytest

from placement import TOP_DOWN


@pytest.mark.guards_unchanged
@pytest.mark.seconds(40)
@pytest.mark.parametrize("first,second", [("", "mem=3G"), ("mem=3G", ""), ("memmap=64M$0x150000000", ""),
                                          ("", "memmap=64M$0x178000000")])
def test_less_ram(vm, first, second):
    guest = vm.boot(firmware="bios", memory="6G", append=f"{TOP_DOWN} {first}")
    guest.load(payload_mib=8, append=f"nokaslr {second}")
    guest.jump(timeout=60)
