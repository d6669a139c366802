"""A memory block that never ends to go offline, because a page in it is pinned: nobody may wait for it.

Not a load, as it would with the kexec lock: then a crash finds that lock taken, and there is no dump. Not a shutdown,
which wants the lock of that block with half of the machine down.
"""
import time

import pytest

from memory import GIB, check_still_going, check_vmcore, dimm, start_endless_offline
from verdict import GuestLost, HarnessError

DIMM = 4 * GIB
PINNED_MIB = 256


def boot_with_offline_under_way(vm):
    """A guest with both images loaded. Returns it, the crash image, and the block that is going offline."""
    crash_mib = 512 if vm.kernel == "debug" else 256  # with KASAN
    guest = vm.boot(firmware="bios", memory="2G,slots=2,maxmem=8G", extra=dimm("1G", own_node=True),
                    append=f"nokaslr memhp_default_state=online_movable crashkernel={crash_mib}M")
    crash = guest.load("-s -p", payload_mib=1)
    guest.load(payload_mib=8, append="nokaslr")
    return guest, crash, start_endless_offline(guest, 1, DIMM, DIMM + GIB, PINNED_MIB)


WAITS = "{} waits for memory to go offline"


def check_waits(guest, program):
    state = guest.run(f"cut -d ' ' -f 3 /proc/$(pidof {program})/stat")
    if state != "D":
        raise HarnessError(f"{program} has not ended, but does not wait: its state is {state}")


def ends(guest, arguments, seconds=30):
    """Runs kexec beside us; returns its status, or says that it waits."""
    guest.run(f"rm -f /tmp/status; (kexec {arguments}; echo $? > /tmp/status) > /tmp/said 2>&1 &")
    deadline = guest.machine.deadline(seconds)
    while not (status := guest.run("cat /tmp/status 2>/dev/null || true")):
        if time.monotonic() > deadline:
            check_waits(guest, "kexec")
            raise AssertionError(WAITS.format(f"kexec {arguments}"))
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


@pytest.mark.topic("fixes")
@pytest.mark.core
@pytest.mark.fails_on_plain(WAITS.format("kexec -e"))
@pytest.mark.seconds(45)
def test_jump(vm):
    """kexec -e ends the offline, and the next kernel starts."""
    guest, _, block = boot_with_offline_under_way(vm)
    check_still_going(guest, block)
    second = guest.try_jump(command="(kexec -e > /dev/null 2>&1 &); sleep 20; false")
    if not second:
        check_waits(guest, "kexec")
    assert second, WAITS.format("kexec -e")
    second.run("true")


@pytest.mark.topic("fixes")
@pytest.mark.fails_on_plain(WAITS.format("the reboot"))
@pytest.mark.seconds(45)
def test_reboot(vm):
    """So does a reboot. QEMU ends at any reset."""
    guest, _, block = boot_with_offline_under_way(vm)
    check_still_going(guest, block)
    try:
        guest.run("(reboot -f > /dev/null 2>&1 &); sleep 20")
    except GuestLost:
        assert "reboot: Restarting system" in guest.machine.log(), guest.machine.explain("it should have restarted")
        return
    check_waits(guest, "reboot")
    raise AssertionError(WAITS.format("the reboot"))
