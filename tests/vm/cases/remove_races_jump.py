"""kexec -e while the DIMM with a destination is being ejected, in both orders: arrive, or be refused and live on.

The plain kernel jumps into memory that is gone.
"""
import time

import pytest

from dimm_in_map import boot_with_dimm_in_the_map, check_loads_and_jumps_again, load_into_dimm
from verdict import GuestLost, GuestTimeout


def end_well(guest):
    try:
        second = guest.try_jump(timeout=60)
    except (GuestLost, GuestTimeout) as death:
        raise AssertionError(f"kexec -e killed the machine: {death}") from death
    if second:
        second.run("true")
    else:
        guest.machine.wait_event("DEVICE_DELETED", 60)
        check_loads_and_jumps_again(guest)


@pytest.mark.fails_on_plain("killed the machine")
@pytest.mark.seconds(50)
def test_remove_first(vm):
    """The removal is under way; destination_removed has the one that is done."""
    guest = boot_with_dimm_in_the_map(vm)
    load_into_dimm(guest)
    guest.machine.qmp("device_del", id="dimm")
    time.sleep(0.3)
    end_well(guest)


@pytest.mark.guards_unchanged
@pytest.mark.seconds(50)
def test_jump_first(vm):
    """The eject comes while devices are shut down; nothing may leave any more."""
    guest = boot_with_dimm_in_the_map(vm)
    load_into_dimm(guest)
    guest.run("(sleep 1; exec kexec -e) > /dev/null 2>&1 &")
    time.sleep(1.02)
    guest.machine.qmp("device_del", id="dimm")
    deadline = guest.machine.deadline(60)
    hello = f"@hello {guest.image.token}\n".encode()
    guest.machine.receive_until(hello, deadline, "the next kernel to say hello")
