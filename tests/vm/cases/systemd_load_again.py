"""A machine with systemd, udev and load-again: an image that memory hotplug took away comes back by itself.

Two DIMMs are in the map, and only there is room for the initrd. The one with the destination is
ejected; the other one takes the image that is loaded again.
"""
import re
import time

import pytest

from dimm_in_map import MEMMAP, OPTIONS
from memory import GIB, MIB, blocks_of, dimm, pieces, set_blocks, unplug_dimm, wait
from systemd_image import COMMAND_LINE, initrd_with_systemd
from verdict import GuestLost

LOWER, UPPER = 6 * GIB, 7 * GIB
# A piece holds systemd's initrd; the last page before the DIMMs too is cut out, so that they are ranges of their own
PIECE_MIB, INITRD_MIB = 128, 150
CUT = (f"{pieces(PIECE_MIB * MIB, 2 * GIB, PIECE_MIB * MIB)} {pieces(4 * GIB, 6 * GIB, PIECE_MIB * MIB)} "
       f"memmap=4K${LOWER - 4096:#x}")
# More than systemd takes of a unit in 10 s, unless told otherwise
EVENTS = "for i in 1 2 3 4 5 6 7 8; do udevadm trigger --settle -s memory -y memory0; sleep 0.3; done"
# The last step of a shutdown waits for the kernel to drop the image
HOLD = '[Service]\nExecStartPre=/bin/sh -c "until grep -q 0 /sys/kernel/kexec_loaded; do sleep 1; done"'
KEPT = "the destination's DIMM is gone, but kexec_loaded is still 1"


def boot_systemd(vm):
    """The second kernel of a chain: systemd is its init, and both DIMMs are in its map."""
    first = vm.boot(memory="4G,slots=2,maxmem=16G", append="nokaslr memhp_default_state=online",
                    extra=dimm("1G", own_node=True) + dimm("1G", own_node=True, name="dimm2"),
                    initrd=initrd_with_systemd(vm.under_test("patched")))
    first.build_initrd(1)
    first.run("cat /boot/systemd.cpio >> /tmp/initrd-1")
    first.load(flags=f"-c -l --mem-max={2 * GIB:#x}", append=f"{OPTIONS} {CUT} {COMMAND_LINE}", payload_mib=1)
    guest = first.jump(timeout=240)
    assert (LOWER, UPPER + GIB) in guest.iomem(), f"both DIMMs should be in the map: {guest.iomem()}"
    return guest


def load(guest, kernel="/boot/bzImage"):
    """As the administrator does; returns the name of the DIMM with the initrd's destination."""
    image = guest.load(program="kexec-load-again", flags="load", kernel=kernel, payload_mib=INITRD_MIB, append="nokaslr")
    assert image["initrd"].start >= LOWER, f"the initrd should be in a DIMM, from {LOWER:#x} on: {image}"
    return "dimm2" if image["initrd"].start >= UPPER else "dimm"


def journal(guest):
    return guest.run("journalctl -b --no-pager -o cat")


def count(guest, text):
    return sum(text in line for line in guest.dmesg())


def starts(guest, unit):
    """When systemd started a unit, in seconds since boot."""
    log = guest.run("journalctl -b --no-pager -o short-monotonic")
    return [float(at) for at in re.findall(rf"(?m)^\[ *([\d.]+)\] .*Start(?:ed|ing) {re.escape(unit)}", log)]


def runs(guest):
    """When the service ran last; 0 before it did."""
    return int(guest.run("systemctl show -P ExecMainExitTimestampMonotonic kexec-load-again.service"))


def rebooted_through_firmware(guest, why):
    """QEMU ends at any reset. Only a reboot through firmware says that the system restarts."""
    end = time.monotonic() + 120
    with pytest.raises(GuestLost):
        while time.monotonic() < end:
            guest.run("sleep 1")
    log = guest.machine.log()
    found = re.search(why, log)
    assert found, guest.machine.explain(f"the console should say why, with '{why}'")
    assert "reboot: Restarting system" in log, guest.machine.explain("it should have restarted through firmware")


@pytest.mark.fails_on_plain(KEPT)
@pytest.mark.seconds(150)
def test_again(vm):
    """Unloaded by hand: stays so. Ejected: loaded again, once, when memory is quiet; systemctl kexec arrives."""
    guest = boot_systemd(vm)
    load(guest)
    guest.run("kexec -s -u")
    elsewhere = blocks_of(guest, LOWER, LOWER + 1)
    set_blocks(guest, elsewhere, "offline")
    guest.run(EVENTS)
    wait(guest, lambda: runs(guest), "udev starts the service, after however many events")
    assert not guest.loaded(), "the administrator has unloaded the image, and it was loaded again"
    set_blocks(guest, elsewhere, "online_movable")

    name = load(guest)
    wait(guest, lambda: guest.status("systemctl is-active kexec-load-again.timer kexec-load-again.service")[0],
         "the timer of the blocks' coming back ends")
    before = len(starts(guest, "kexec-load-again.timer"))
    unplug_dimm(guest, name=name)
    assert count(guest, "the image is dropped"), KEPT
    wait(guest, guest.loaded, "the image is loaded again by itself", timeout=60)
    wait(guest, lambda: count(guest, "kexec-load-again: loaded again"), "kexec-load-again says so")
    assert count(guest, "kexec-load-again: loading") == 3, "to load once was enough"
    # By systemd's clock, not by when blocks went: on a slow host udev may tell of that long after
    timer, service = starts(guest, "kexec-load-again.timer"), starts(guest, "kexec-load-again.service")
    assert any(b - a < 1.9 for a, b in zip(timer, timer[1:])), f"no event has started a running timer anew: {timer}"
    quiet = min(at for at in service if at > timer[before]) - timer[before]
    assert quiet >= 1.9, f"the service should run 2 s after the last event, and ran {quiet} s after the first"
    guest.jump(timeout=240, command="systemctl kexec").check_arrived(guest, tolerance=MEMMAP)


@pytest.mark.fails_on_plain(KEPT)
@pytest.mark.seconds(120)
def test_cannot(vm):
    """The kernel's file is gone: systemctl kexec refuses; kexec-load-again reboot goes through firmware and says why.

    udev is stopped here: that the kernel notifies kexec_loaded must be enough to start the service.
    """
    guest = boot_systemd(vm)
    guest.run("cp /boot/bzImage /tmp/bzImage")
    name = load(guest, "/tmp/bzImage")
    guest.run("rm /tmp/bzImage && systemctl stop systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udevd")
    unplug_dimm(guest, name=name)
    assert count(guest, "the image is dropped"), KEPT
    wait(guest, lambda: "error: kexec -s -l /tmp/bzImage" in journal(guest), "the journal says why", timeout=60)
    status, output = guest.status("systemctl kexec")
    assert status and "No kexec kernel loaded" in output, f"systemctl kexec has nothing to start, and said: {output}"
    guest.run("kexec-load-again reboot")
    rebooted_through_firmware(guest, "no image to kexec .*/tmp/bzImage.*through firmware")


@pytest.mark.fails_on_plain(KEPT)
@pytest.mark.seconds(120)
def test_too_late(vm):
    """The image is dropped when systemctl kexec has begun: systemd finds nothing to start, and reboots through firmware."""
    guest = boot_systemd(vm)
    name = load(guest)
    held = "/run/systemd/system/systemd-kexec.service.d"
    guest.run(f"mkdir -p {held} && echo '{HOLD}' > {held}/hold.conf && systemctl daemon-reload && systemctl kexec")
    unplug_dimm(guest, name=name)
    wait(guest, lambda: "the image is dropped" in guest.machine.log(), KEPT)
    rebooted_through_firmware(guest, r"(?s)the image is dropped.*\(sd-kexec\) failed with exit status 1")
