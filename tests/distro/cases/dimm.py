"""A DIMM that the kernel's memory map lists is ejected: the image is dropped, load-again loads it again, systemctl kexec arrives.

Before that another DIMM comes and goes, which neither the image nor its map has: udev's rule starts load-again, and nothing is dropped.
"""
import pytest

from distro import check_high, places_of
from memory import GIB, dimm, unplug_dimm, wait
from placement import check_above_4g, check_packed

# The memory map of the DIMM is spent by the kernel that boots with it, and not by the next one
MEMMAP = 64 << 20
DROPPED = "memory was removed that the next kernel would be told of: the image is dropped"
KEPT = "the map of the image lists a DIMM that is gone, but the image is still loaded"


def count(guest, text):
    return sum(text in line for line in guest.dmesg())


def timer_starts(guest):
    return guest.run("systemctl show --value -p InactiveExitTimestampMonotonic kexec-load-again.timer")


def another_dimm(guest, top):
    before = timer_starts(guest)
    guest.machine.qmp("device_add", driver="pc-dimm", id="dimm2", memdev="dimm2-memory", node=1)
    wait(guest, lambda: guest.top_of_ram() > top, "another DIMM is there")
    wait(guest, lambda: timer_starts(guest) != before, "udev's rule starts load-again's timer")
    unplug_dimm(guest, name="dimm2")
    wait(guest, lambda: guest.top_of_ram() == top, "the other DIMM is gone")
    guest.run("sleep 5")
    assert guest.loaded() and not count(guest, "is dropped"), "the image is dropped for a DIMM that it does not need"


@pytest.mark.fails_on_stock(KEPT)
def test_ejected(vm):
    first = vm.boot(append="nokaslr memhp_default_state=online", memory="4G,slots=2,maxmem=16G",
                    extra=dimm("1G", own_node=True) + dimm("1G", plugged_at_boot=False, own_node=True, name="dimm2"))
    # The old interface passes on all RAM that there is, the next kernel has the DIMM in its map
    first.load(vm.kernel, flags=f"-c -l --mem-max={2 * GIB:#x}", append="nokaslr movable_node")
    guest = first.jump()
    top = guest.top_of_ram()
    assert top == 7 * GIB, f"the DIMM should be in the map: {guest.iomem()}"
    image = guest.load(vm.kernel, program="kexec-load-again", flags="load")
    another_dimm(guest, top)
    unplug_dimm(guest)
    wait(guest, lambda: guest.top_of_ram() < top, "the DIMM is gone")
    guest.run("sleep 5")
    if not count(guest, DROPPED):
        assert not guest.loaded(), KEPT
        raise AssertionError(f"the image is gone, but not for its map: {guest.dmesg('grep -i kexec')}")
    wait(guest, lambda: count(guest, "kexec-load-again: loaded again"), "load-again loads it again", timeout=60)
    assert guest.loaded()
    second = guest.jump().check_arrived(guest, tolerance=MEMMAP)
    # Below the DIMM, though that was the top of RAM
    check_above_4g(image)
    check_packed(image, top - GIB)
    vm.remark = f"before the eject: {image}; loaded again: {check_high(places_of(second))}"
