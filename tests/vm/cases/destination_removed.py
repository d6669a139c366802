"""Memory is taken away under a loaded image: the machine must survive kexec -e.

The plain kernel keeps the image and dies at the jump, up to 7.2.
"""
import errno
import os
import time

import pytest

from dimm_in_map import (CUT, DIMM, MACHINE, MEMMAP, boot_with_dimm_in_the_map, check_jumps_without_dimm,
                         check_loads_and_jumps_again, load_into_dimm)
from guest import BEGINS_AGAIN, Image, cmdline, new_token
from memory import GIB, block_size, blocks_of, check_dropped, set_blocks, unplug_dimm, wait
from verdict import HarnessError

LONG_LOAD, TRIES = 250, 4


def unplug_during_load(guest):
    """Leaves the load running; returns its image, or None if it ended too early."""
    payload, token = guest.build_initrd(LONG_LOAD), new_token()
    # The size of the crash kernel's memory cannot be read while somebody has the lock
    guest.run(f"""(kexec -s -l /boot/bzImage --initrd=/tmp/initrd-{LONG_LOAD} --command-line='{cmdline("nokaslr", token)}'
        echo $? > /tmp/load) > /dev/null 2>&1 &
        while cat /sys/kernel/kexec_crash_size; do sleep 0.1; done""")
    unplug_dimm(guest)
    return None if "load" in guest.run("ls /tmp").split() else Image((), token, payload, ())


def end_of_load(guest):
    wait(guest, lambda: "load" in guest.run("ls /tmp").split(), "the load ends", timeout=60)
    return guest.read("/tmp/load")


@pytest.mark.topic("hotplug")
@pytest.mark.core
@pytest.mark.fails_on_plain("kexec_loaded is still 1")
@pytest.mark.seconds(60)
def test_ejected(vm):
    """The image is dropped, who polls kexec_loaded is woken, new loads of either kind work."""
    guest = boot_with_dimm_in_the_map(vm)
    load_into_dimm(guest)
    guest.run("notified /sys/kernel/kexec_loaded 60 > /tmp/notified & until grep -q waiting /tmp/notified; do :; done")
    unplug_dimm(guest)
    check_dropped(guest, "the DIMM with the initrd's destination is gone")
    assert any("was removed: the image is dropped" in line for line in guest.dmesg())
    wait(guest, lambda: guest.read("/tmp/notified").split() == ["waiting", "0"], "who polls kexec_loaded is woken")
    guest.load(f"-c -l --mem-max={2 * GIB:#x}", payload_mib=1, append="nokaslr")
    check_loads_and_jumps_again(guest)


@pytest.mark.core
@pytest.mark.fails_on_plain("kexec_loaded is still 1")
@pytest.mark.seconds(40)
def test_ejected_without_event(vm):
    """Not in the map, and offline at the load: the image is dropped for its destination alone.

    Only bottom-up takes such memory, as the plain kernel does.
    """
    guest = vm.boot(append=f"nokaslr {CUT} memhp_default_state=offline kexec_placement.policy=bottom-up", **MACHINE)
    load_into_dimm(guest)
    unplug_dimm(guest)
    check_dropped(guest, "the DIMM with the initrd's destination is gone")
    assert any("was removed: the image is dropped" in line for line in guest.dmesg())
    check_loads_and_jumps_again(guest)


@pytest.mark.guards_unchanged
@pytest.mark.seconds(60)
def test_offlined(vm):
    """A block under the destination goes offline, and stays so: its memory is still there. The image is kept, and starts."""
    guest = boot_with_dimm_in_the_map(vm)
    image = load_into_dimm(guest)
    under = blocks_of(guest, image["initrd"].start, image["initrd"].end)
    set_blocks(guest, under[:1], "offline")
    time.sleep(1)
    assert guest.loaded(), "memory went offline, and the image is gone"
    tolerance = block_size(guest) + MEMMAP
    guest.jump().check_arrived(guest, tolerance=tolerance)


@pytest.mark.topic("hotplug")
@pytest.mark.fails_on_plain("kexec_loaded is still 1")
@pytest.mark.seconds(40)
@pytest.mark.parametrize("flags", ["-s -l", f"-c -l --mem-max={2 * GIB:#x}"])
def test_listed_only(vm, flags):
    """No destination is in the DIMM, but the map that the next kernel gets has it: dropped too."""
    guest = boot_with_dimm_in_the_map(vm)
    image = guest.load(flags, payload_mib=8, append="nokaslr")
    assert all(segment.end <= DIMM for segment in image.segments), f"nothing should be in the DIMM: {image}"
    unplug_dimm(guest)
    check_dropped(guest, "the map lists a DIMM that is gone")
    assert any("would be told of: the image is dropped" in line for line in guest.dmesg())


@pytest.mark.fails_on_plain("while waiting for the end of `atonce`")
@pytest.mark.seconds(60)
def test_refused_before_it_is_dropped(vm):
    """A load has the kexec lock while the DIMM goes, and kexec -e comes right behind it, before the image can be dropped."""
    guest = boot_with_dimm_in_the_map(vm)
    load_into_dimm(guest)
    if not unplug_during_load(guest):
        raise HarnessError(f"the load of {LONG_LOAD} MiB ended before the DIMM was out")
    status, output = guest.status("atonce", timeout=120)
    if output.strip() == os.strerror(errno.EINVAL) and not guest.loaded():
        raise HarnessError("the image was dropped before kexec -e came")
    assert (status, output.strip()) == (0, os.strerror(errno.EADDRNOTAVAIL))
    assert any("was removed: cannot start the image" in line for line in guest.dmesg())
    check_dropped(guest, "the DIMM with the initrd's destination is gone")
    assert end_of_load(guest) != "0", "a load passed for which there is no room without the DIMM"
    check_loads_and_jumps_again(guest)


def lose_a_load(vm):
    """A load during which the DIMM went, and how it ended. If it ended just before, its image is dropped: another guest."""
    for _ in range(TRIES):
        guest = boot_with_dimm_in_the_map(vm, in_pieces=False)
        guest.image = unplug_during_load(guest)
        status = end_of_load(guest)
        guest.run("sleep 1")
        if guest.image and not any("the image is dropped" in line for line in guest.dmesg()):
            return guest, status
    raise HarnessError(f"the load of {LONG_LOAD} MiB ended before the DIMM was out, {TRIES} times")


@pytest.mark.topic("hotplug")
@pytest.mark.fails_on_plain("The guest (hangs|reset|panicked).* kernel 3 to say hello")
@pytest.mark.seconds(60)
def test_load_begins_again(vm):
    """The DIMM goes during a load for which there is room elsewhere: it succeeds, without the DIMM in its map."""
    guest, status = lose_a_load(vm)
    assert status == "0", "the load was given up"
    log = guest.dmesg()
    check_jumps_without_dimm(guest)
    assert sum(BEGINS_AGAIN in line for line in log) == 1, "the load did not begin again, once"
