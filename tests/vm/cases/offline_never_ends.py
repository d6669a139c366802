"""A memory block that never ends to go offline, because a page in it is pinned: nobody may wait for it.

Not a load, as it would with the kexec lock: then a crash finds that lock taken, and there is no dump. Not kexec -e,
whose shutdown wants the lock of that block, with half of the machine down.
"""
import time

import pytest

from memory import BLOCKS, GIB, MIB, block_size, blocks_of, dimm, jump_refused

DIMM = 4 * GIB
PINNED_MIB = 256


def boot_with_offline_under_way(vm):
    """A guest with both images loaded. Returns it, the crash image, and the block that is going offline."""
    guest = vm.boot(firmware="bios", memory="2G,slots=2,maxmem=8G", extra=dimm("1G", own_node=True),
                    append="nokaslr memhp_default_state=online_movable crashkernel=256M")
    crash = guest.load("-s -p", payload_mib=1)
    guest.load(payload_mib=8, append="nokaslr")
    guest.run(f"pinned 1 {PINNED_MIB} > /tmp/pinned & for i in $(seq 100); do"
              " grep -q pinned /tmp/pinned && exit; sleep 0.1; done; exit 1")
    blocks = " ".join(map(str, blocks_of(guest, DIMM, DIMM + GIB)))
    guest.run(f"(for b in {blocks}; do echo $b > /tmp/going; echo offline > {BLOCKS}/memory$b/state; done;"
              " echo none > /tmp/going) > /dev/null 2>&1 &")
    time.sleep(5)
    going = guest.read("/tmp/going")
    time.sleep(5)
    assert going == guest.read("/tmp/going") != "none", f"no block keeps going offline: {going}"
    assert guest.read(f"{BLOCKS}/memory{going}/state") == "going-offline"
    return guest, crash, int(going)


def ends(guest, arguments, seconds=30):
    """Runs kexec beside us; returns its status, or says that it waits."""
    guest.run(f"rm -f /tmp/status; (kexec {arguments}; echo $? > /tmp/status) > /tmp/said 2>&1 &")
    deadline = guest.machine.deadline(seconds)
    while not (status := guest.run("cat /tmp/status 2>/dev/null || true")):
        assert time.monotonic() < deadline, f"kexec {arguments} waits for memory to go offline"
        time.sleep(0.2)
    return int(status)


@pytest.mark.core
@pytest.mark.guards_unchanged
@pytest.mark.seconds(45)
def test_load_and_crash(vm):
    """Both loads end, and a panic starts the crash kernel. The series up to commit ece861e failed here."""
    guest, crash, _ = boot_with_offline_under_way(vm)
    load = "/boot/bzImage --initrd=/tmp/initrd-{} --command-line=none"
    assert ends(guest, "-s -l " + load.format(8)) == 0, guest.read("/tmp/said")
    assert ends(guest, "-s -l " + load.format(8)) == 0, guest.read("/tmp/said")
    after = guest.panic(crash)
    core = after.run("head -c 4 /proc/vmcore | od -A n -t x1; head -c 16777216 /proc/vmcore | wc -c; ls -l /proc/vmcore").split()
    assert core[:4] == ["7f", "45", "4c", "46"], f"/proc/vmcore is no ELF file: {core}"
    assert int(core[4]) == 16 * MIB and int(core[9]) > GIB, f"/proc/vmcore can't be read, or is too small: {core}"


@pytest.mark.core
@pytest.mark.fails_on_plain("does not come back")
@pytest.mark.seconds(45)
def test_jump_refused(vm):
    """kexec -e says at once which block it would wait for, and nothing was shut down: once that ends, it jumps."""
    guest, _, block = boot_with_offline_under_way(vm)
    try:
        status = ends(guest, "-e")
    except AssertionError as waits:
        raise AssertionError(f"kexec -e does not come back: {waits}") from waits
    assert status, "kexec -e says it succeeded, but the kernel is the same"
    assert "Device or resource busy" in guest.read("/tmp/said"), guest.read("/tmp/said")
    said = [line for line in guest.dmesg() if f"cannot start the image while memory{block} " in line]
    assert said and f"[{block * block_size(guest):#x}.." in said[0], guest.dmesg()[-5:]
    guest.run("killall pinned; for i in $(seq 100); do [ $(cat /tmp/going) = none ] && exit; sleep 0.2; done; exit 1")
    guest.jump().run("true")
