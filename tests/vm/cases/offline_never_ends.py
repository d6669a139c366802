"""A memory block that never ends to go offline, because a page in it is pinned: nobody may wait for it.

Not a load, as it would with the kexec lock: then a crash finds that lock taken, and there is no dump. Not kexec -e,
whose shutdown wants the lock of that block, with half of the machine down.
"""
import time

import pytest

from memory import GIB, block_size, check_still_going, check_vmcore, dimm, end_endless_offline, start_endless_offline
from verdict import HarnessError

DIMM = 4 * GIB
PINNED_MIB = 256


def boot_with_offline_under_way(vm):
    """A guest with both images loaded. Returns it, the crash image, and the block that is going offline."""
    guest = vm.boot(firmware="bios", memory="2G,slots=2,maxmem=8G", extra=dimm("1G", own_node=True),
                    append="nokaslr memhp_default_state=online_movable crashkernel=256M")
    crash = guest.load("-s -p", payload_mib=1)
    guest.load(payload_mib=8, append="nokaslr")
    return guest, crash, start_endless_offline(guest, 1, DIMM, DIMM + GIB, PINNED_MIB)


def ends(guest, arguments, seconds=30):
    """Runs kexec beside us; returns its status, or says that it waits."""
    guest.run(f"rm -f /tmp/status; (kexec {arguments}; echo $? > /tmp/status) > /tmp/said 2>&1 &")
    deadline = guest.machine.deadline(seconds)
    while not (status := guest.run("cat /tmp/status 2>/dev/null || true")):
        if time.monotonic() > deadline:
            state = guest.run("cut -d ' ' -f 3 /proc/$(pidof kexec)/stat")
            if state != "D":
                raise HarnessError(f"kexec {arguments} has not ended in {seconds} s, but does not wait: its state is {state}")
            raise AssertionError(f"kexec {arguments} waits for memory to go offline")
        time.sleep(0.2)
    return int(status)


@pytest.mark.core
@pytest.mark.guards_unchanged
@pytest.mark.seconds(45)
def test_load_and_crash(vm):
    """Both loads end, and a panic starts the crash kernel. The series up to commit ece861e failed here."""
    guest, crash, block = boot_with_offline_under_way(vm)
    load = "/boot/bzImage --initrd=/tmp/initrd-{} --command-line=none"
    assert ends(guest, "-s -l " + load.format(8)) == 0, guest.read("/tmp/said")
    assert ends(guest, "-s -l " + load.format(8)) == 0, guest.read("/tmp/said")
    check_still_going(guest, block)
    after = guest.panic(crash)
    check_vmcore(after, GIB)


@pytest.mark.topic("hotplug")
@pytest.mark.core
@pytest.mark.fails_on_plain("kexec -e waits for memory to go offline")
@pytest.mark.seconds(45)
def test_jump_refused(vm):
    """kexec -e says at once which block it would wait for, and nothing was shut down: once that ends, it jumps."""
    guest, _, block = boot_with_offline_under_way(vm)
    assert ends(guest, "-e"), "kexec -e says it succeeded, but the kernel is the same"
    assert "Device or resource busy" in guest.read("/tmp/said"), guest.read("/tmp/said")
    said = [line for line in guest.dmesg() if f"cannot start the image while memory{block} " in line]
    assert said and f"[{block * block_size(guest):#x}.." in said[0], guest.dmesg()[-5:]
    end_endless_offline(guest, block)
    guest.jump().run("true")
