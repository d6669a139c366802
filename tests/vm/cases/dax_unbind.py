"""Memory of a driver is given back to it while kexec -e shuts its device down: neither waits for the other.

The series up to commit ece861e let the removal sleep until the jump, with the lock of the device that the shutdown wants.
"""
import time

import pytest

from memory import BLOCKS, GIB, blocks_of
from placement import TOP_DOWN
from verdict import HarnessError

SOFT_RESERVED = 32 * GIB


@pytest.mark.guards_unchanged
@pytest.mark.seconds(30)
def test_dax_unbind(vm):
    start = 4 * GIB
    guest = vm.boot(firmware="bios", memory="36G", append=f"{TOP_DOWN} nokaslr memhp_default_state=offline "
                    f"memmap=32G%{start:#x}-1+0xefffffff")
    guest.run("cd /sys/bus/dax/drivers && echo dax0.0 > device_dax/unbind; echo dax0.0 > kmem/new_id")
    blocks = blocks_of(guest, start, start + SOFT_RESERVED)
    assert guest.iomem("System RAM (kmem)"), f"no System RAM (kmem): {guest.read('/proc/iomem')}"
    assert guest.read(f"{BLOCKS}/memory{blocks[1]}/state") == "offline"
    guest.load(payload_mib=8, append="nokaslr")
    guest.run("(echo 'harness: unbind begins' > /dev/kmsg; echo dax0.0 > /sys/bus/dax/drivers/kmem/unbind &&"
              " echo 'harness: unbound' > /dev/kmsg) > /dev/null 2>&1 &")
    guest.jump().run("true")
    before = guest.machine.log().rpartition("Linux version")[0]
    if "harness: unbind begins" not in before:
        raise HarnessError("the unbind did not begin before the jump")
    vm.remark = "the unbind " + ("ended before the jump" if "harness: unbound" in before else "was cut off by the jump")


@pytest.mark.guards_unchanged
@pytest.mark.seconds(30)
def test_driver_memory_is_in_no_map(vm):
    """It is removed: no image is dropped for it, not even one of kexec_load(), whose map the kernel does not know."""
    guest = vm.boot(firmware="bios", memory="6G", append=f"nokaslr memhp_default_state=offline memmap=1G%{4 * GIB:#x}-1+0xefffffff")
    guest.run("cd /sys/bus/dax/drivers && echo dax0.0 > device_dax/unbind; echo dax0.0 > kmem/new_id")
    assert guest.iomem("System RAM (kmem)"), f"no System RAM (kmem): {guest.read('/proc/iomem')}"
    guest.load("-c -l", payload_mib=8, append="nokaslr")
    guest.run("echo dax0.0 > /sys/bus/dax/drivers/kmem/unbind")
    assert not guest.iomem("System RAM (kmem)"), "the driver's memory was not removed"
    time.sleep(1)
    assert guest.loaded(), "a driver's memory was removed, and the image is gone"
