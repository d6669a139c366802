"""Loads in one loop, memory under the destination offline and online in another.

No splat, no hang, no leak; images are dropped, loads succeed or say EAGAIN, and
the next load and jump work. The plain kernel never drops an image.
"""
import time

import pytest

from dimm_in_map import DIMM, boot_with_dimm_in_the_map, check_loads_and_jumps_again, load_into_dimm
from memory import BLOCKS, GIB, MIB, blocks_of

SECONDS = 40
# Loads and unloads leave free memory where it was, but for what per-CPU lists hold
TOLERANCE = 16 * MIB
LOOP = """while [ ! -e /tmp/stop ]; do
    kexec -s -l /boot/bzImage --initrd=/tmp/initrd-150 --command-line=none 2>&1 || true
done"""


@pytest.mark.fails_on_plain("no image was dropped")
@pytest.mark.seconds(110)
def test_load_races_offline(vm):
    guest = boot_with_dimm_in_the_map(vm)
    load_into_dimm(guest)
    guest.run("kexec -u")
    free, rounds = guest.free(), 0
    guest.run(f"({LOOP}) > /tmp/loads 2>&1 &")
    blocks = blocks_of(guest, DIMM, DIMM + GIB)[-3:]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for block in blocks:
            if guest.status(f"echo offline > {BLOCKS}/memory{block}/state")[0]:
                continue
            guest.run(f"echo online_movable > {BLOCKS}/memory{block}/state")
            rounds += 1
    guest.run("touch /tmp/stop; while pidof kexec > /dev/null; do sleep 0.1; done; sleep 0.5; kexec -u")
    dropped = sum("the image is dropped" in line for line in guest.dmesg())
    refused = guest.run("grep -v 'Resource temporarily unavailable' /tmp/loads || true")
    guest.machine.say(f"{rounds} rounds, {dropped} images dropped, loads that failed: {guest.run('wc -l < /tmp/loads')}")
    assert dropped, f"no image was dropped in {rounds} rounds"
    assert not refused, f"a load failed with another error than EAGAIN: {refused[:500]}"
    lost = free - guest.free()
    assert lost <= TOLERANCE, f"{lost // MIB} MiB less free memory after the loads"
    check_loads_and_jumps_again(guest)
