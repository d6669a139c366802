"""A DIMM goes during the shutdown: the machine restarts through firmware if the image needs that memory, and else jumps.

The shutdown waits for the lock of a dax device, whose unbind waits for the lock of device hotplug, which the eject has.
"""
import re

import pytest

from memory import BLOCKS, GIB, blocks_of, dimm
from verdict import GuestLost, HarnessError

LOOK = "was removed.*: cannot start the image"
RESTART = "memory was removed during the shutdown: restarting through firmware"
TRIES = 5


def race(vm, flags):
    """Did kexec -e wait before the eject was through, did it jump, and what does the console say?

    If it comes back, as the image was dropped before, the guest restarts: too late.
    """
    guest = vm.boot(firmware="bios", memory="6G,slots=2,maxmem=256G", extra=dimm("128G"),
                    append=f"nokaslr memhp_default_state=offline memmap=1G%{4 * GIB:#x}-1+0xefffffff")
    guest.run("cd /sys/bus/dax/drivers && echo dax0.0 > device_dax/unbind; echo dax0.0 > kmem/new_id")
    start, end = max(guest.iomem())
    assert end - start == 128 * GIB, f"the DIMM is not at the top: {guest.iomem()}"
    guest.load(flags, payload_mib=1, append="nokaslr")
    guest.run(f"""(
        while [ -e {BLOCKS}/memory{blocks_of(guest, start, end)[0]} ]; do :; done
        (echo dax0.0 > /sys/bus/dax/drivers/kmem/unbind) &
        while grep -q '^State:.[^DZ]' /proc/$!/status; do :; done
        kexec -e &
        until grep -q '^State:.D' /proc/$!/status; do grep -q '^State:.[^Z]' /proc/$!/status || reboot -f; done
        grep -qi '^{start:x}-' /proc/iomem && echo 'harness: in time' > /dev/kmsg) > /dev/null 2>&1 &""")
    guest.machine.qmp("device_del", id="dimm")
    try:
        guest.machine.receive_until(f"@hello {guest.image.token}\n".encode(), guest.machine.deadline(60), "a restart or a kernel")
        guest.gone = jumped = True
        if guest.machine.qmp("query-memory-devices"):
            raise HarnessError("the DIMM was not ejected")
    except GuestLost:
        jumped = False
    log = guest.machine.log()
    return "harness: in time" in log, jumped, log


def race_in_time(vm, flags):
    for _ in range(TRIES):
        in_time, jumped, log = race(vm, flags)
        if in_time:
            return jumped, log
    raise HarnessError(f"the eject was through before kexec -e began, {TRIES} times")


@pytest.mark.topic("hotplug")
@pytest.mark.fails_on_plain("^it died")
@pytest.mark.seconds(30)
def test_restart(vm):
    """kexec-tools puts the image into the DIMM, and made a map that lists it."""
    jumped, log = race_in_time(vm, "-c -l")
    assert not jumped, "it jumped"
    assert re.search(LOOK, log) and RESTART in log, "it died: " + "; ".join(log.splitlines()[-3:])


@pytest.mark.topic("hotplug")
@pytest.mark.guards_unchanged
@pytest.mark.seconds(30)
def test_jump(vm):
    """kexec_file_load() has the DIMM neither for a destination nor in its map."""
    jumped, log = race_in_time(vm, "-s -l")
    assert jumped, "it did not jump: " + "; ".join(log.splitlines()[-3:])
