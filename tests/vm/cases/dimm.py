"""A hot-plugged DIMM is never a destination, and the next kernel gets it back whole.

The map that the next kernel is started with lists boot memory only. Upstream's
top-down search, since 6.8, takes the DIMM, which lies above all boot memory, and
the next kernel loses it: 4 GiB instead of 8. The plain 6.1 kernel places at the
bottom and keeps the DIMM; that must stay so.
"""
import pytest

from lab import step_before
from memory import GIB, MIB
from verdict import GuestLost, GuestTimeout

POLICY = "kexec_placement.policy=top-down"
BACKEND = "memory-backend-ram,id=m1,size=4G,reserve=off"


def machine(firmware, plugged):
    extra = ["-object", BACKEND] + ([] if plugged else ["-device", "pc-dimm,memdev=m1,id=d1"])
    return dict(memory="4G,slots=4,maxmem=32G", firmware=firmware, extra=extra)


def check_dimm_whole(guest, options):
    """Loads, jumps, and compares RAM before and after, range by range."""
    ram, total = guest.iomem(), guest.meminfo()["MemTotal"]
    # KASAN's shadow takes an eighth of it
    least = (6 if guest.run("uname -r").endswith("-debug") else 7) * GIB
    assert total > least, f"the DIMM is not online before the jump: MemTotal is {total // GIB} GiB"
    image = guest.load(payload_mib=8, append=options)
    second = guest.jump()
    log = second.dmesg()
    lost = total - second.meminfo()["MemTotal"]
    assert lost < GIB, f"the next kernel has {lost / GIB:.1f} GiB less RAM ({image})"
    moved = [line for line in log if "E820_TYPE_RAM" in line or "Move RAMDISK" in line]
    assert not moved, f"the next kernel finds itself outside its RAM: {moved} ({image})"
    assert sum(e - s for s, e in second.iomem()) == sum(e - s for s, e in ram), \
        f"System RAM before: {ram}, after: {second.iomem()}"
    second.check_arrived(guest)


@pytest.mark.core
@pytest.mark.fails_on_plain("less RAM|outside its RAM|not marked as E820_TYPE_RAM", since="6.8")
@pytest.mark.seconds(20)
@pytest.mark.parametrize("firmware,online,plugged,kaslr", [
    ("uefi", "online", False, "nokaslr"), ("uefi", "online_movable", True, ""),
    ("bios", "online", True, ""), ("bios", "online_movable", False, "nokaslr")])
def test_dimm(vm, firmware, online, plugged, kaslr):
    options = f"{kaslr} {POLICY} memhp_default_state={online}"
    guest = vm.boot(append=options, **machine(firmware, plugged))
    if plugged:
        guest.machine.qmp("device_add", driver="pc-dimm", id="d1", memdev="m1")
        guest.run("i=0; until [ $(awk '/MemTotal/ { print $2 }' /proc/meminfo) -gt 7000000 ]; do"
                  " sleep 0.2; i=$((i + 1)); [ $i -lt 100 ] || exit 1; done")
    check_dimm_whole(guest, options)


@pytest.mark.core
@pytest.mark.fails_on_plain("killed the machine", since="6.8")
@pytest.mark.seconds(20)
def test_dimm_ejected(vm):
    """Ejected after the load: it holds nothing of the image, and the jump succeeds."""
    guest = vm.boot(append=f"nokaslr {POLICY} memhp_default_state=online_movable", **machine("uefi", False))
    guest.load(payload_mib=8, append="nokaslr")
    guest.machine.qmp("device_del", id="d1")
    guest.machine.wait_event("DEVICE_DELETED", 60)
    try:
        second = guest.jump(timeout=60)
    except (GuestLost, GuestTimeout) as death:
        raise AssertionError(f"kexec -e killed the machine: {death}") from death
    # Removal gives the memory map of the DIMM back: 64 MiB
    second.check_arrived(guest, tolerance=64 * MIB)


@pytest.mark.guards_unchanged
@pytest.mark.only_on("patched", "plain") # the steps are not built with the debug options
@pytest.mark.seconds(15)
def test_dimm_is_lost_without_the_patch(vm):
    """The same check sees the defect on the series without the patch that prevents it."""
    options = f"nokaslr {POLICY} memhp_default_state=online"
    guest = vm.boot(kernel=step_before("place-only-in-RAM"), second="plain", append=options, defective=True,
                    **machine("uefi", False))
    with pytest.raises(AssertionError, match="the next kernel has 4.0 GiB less RAM"):
        check_dimm_whole(guest, options)
