"""A DIMM that the kernel's memory map lists is ejected: the image is dropped, load-again loads it again, systemctl kexec arrives."""
import pytest

from distro import check_at_the_top
from memory import GIB, dimm, unplug_dimm, wait

# The memory map of the DIMM is spent by the kernel that boots with it, and not by the next one
MEMMAP = 64 << 20
KEPT = "the map of the image lists a DIMM that is gone, but the image is still loaded"


def count(guest, text):
    return sum(text in line for line in guest.dmesg())


@pytest.mark.fails_on_stock(KEPT)
def test_ejected(vm):
    first = vm.boot(append="nokaslr memhp_default_state=online", memory="4G,slots=2,maxmem=16G", extra=dimm("1G", own_node=True))
    # The old interface passes on all RAM that there is, the next kernel has the DIMM in its map
    first.load(vm.kernel, flags=f"-c -l --mem-max={2 * GIB:#x}", append="nokaslr movable_node")
    guest = first.jump()
    top = guest.top_of_ram()
    assert top == 7 * GIB, f"the DIMM should be in the map: {guest.iomem()}"
    image = guest.load(vm.kernel, program="kexec-load-again", flags="load")
    unplug_dimm(guest)
    wait(guest, lambda: guest.top_of_ram() < top, "the DIMM is gone")
    guest.run("sleep 5")
    assert count(guest, "the image is dropped"), KEPT
    wait(guest, lambda: count(guest, "kexec-load-again: loaded again"), "load-again loads it again", timeout=60)
    assert guest.loaded()
    guest.jump().check_arrived(guest, tolerance=MEMMAP)
    vm.remark = f"before the eject: {image}"
