"""Loading reserves nothing at the destination: memory can go, and comes back.

With an image loaded whose destinations are at the top of RAM, a DIMM of movable
memory is removed and the machine runs on. Over 50 loads and unloads free memory
is back to what it was.
"""
import pytest

from memory import MIB, dimm, unplug_dimm
from placement import check_policy

LOADS = 50
# An image is 7 MiB, so 50 leaked ones are 350 MiB. Free memory wanders by itself (per-CPU lists, slab):
# measured, by up to 1.5 MiB either way and without a trend. 4 MiB is 20 pages leaked by each load.
TOLERANCE = 4 * MIB


@pytest.mark.guards_unchanged
@pytest.mark.seconds(30)
def test_nothing_reserved(vm):
    guest = vm.boot(firmware="bios", memory="4G,slots=2,maxmem=8G", extra=dimm("1G"),
                    append="nokaslr memhp_default_state=online_movable kexec_placement.policy=top-down")
    before = guest.meminfo()["MemTotal"]
    check_policy(vm, guest.load(payload_mib=8))

    unplug_dimm(guest)
    lost = before - guest.meminfo()["MemTotal"]
    assert lost == 1 << 30, f"removing a DIMM of 1 GiB took {lost // MIB} MiB from MemTotal"
    guest.run("kexec -u")

    guest.run("rm -f /tmp/initrd-*; payload make 1 4 > /tmp/small")
    load = "kexec -s -l /boot/bzImage --initrd=/tmp/small --command-line=none && kexec -s -u"
    guest.run(load)
    free = guest.free()
    guest.run(f"for i in $(seq {LOADS}); do {load} || exit 1; done", timeout=120)
    lost = free - guest.free()
    vm.say(f"free memory changed by {-lost // 1024} KiB over {LOADS} loads")
    assert lost <= TOLERANCE, f"{lost // 1024} KiB less free memory after {LOADS} loads and unloads"
