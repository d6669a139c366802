"""A bit that flips in a loaded image is seen by the purgatory, which then loops for ever; unflipped, it starts.

The first and the last byte of what was loaded, and of the zeros behind it, of each kind of segment. One guest: the state
with the image loaded is kept, and taken again for each flip.
"""
import re
import time

import pytest

from machine import bytes_of, chunk
from snapshot import PAGE, Memory, Snapshot, monitor

KINDS = ("boot_params", "kernel", "initrd")
MEMORY = "768M"
# A jump to itself, as the purgatory has where the digest is wrong
FOR_EVER = b"\xeb\xfe"


def loops_in(machine, purgatory):
    """Is the processor in such a jump there?"""
    at = int(re.search(r"RIP=([0-9a-f]+)", monitor(machine, "info registers"))[1], 16)
    return purgatory.start <= at < purgatory.end and machine.physical(at, 2) == FOR_EVER


def check_refused(guest, image, what, timeout=120):
    """The purgatory finds the image wrong, and no kernel starts."""
    machine, heard, deadline = guest.machine, b"", guest.machine.deadline(timeout)
    while not loops_in(machine, image["purgatory"]):
        data = chunk(machine.agent, time.monotonic() + 0.2)
        if data == b"":
            machine.lost(f"with a bit flipped in the {what}")
        heard += data or b""
        assert b"@hello" not in heard, f"started with a bit flipped in the {what}"
        if time.monotonic() > deadline:
            machine.time_is_up(f"the purgatory to refuse, or a kernel to start, with a bit flipped in the {what}")
    assert machine.qmp("query-status")["status"] == "running"
    machine.say(f"refused: {what}")


def data_end(image, segment):
    line = next(line for line in image.log if re.search(rf"mem=0x0*{segment.start:x} memsz", line))
    return segment.start + int(re.search(r"bufsz=0x([0-9a-f]+)", line)[1], 16)


def places(image):
    """name: address of the bytes to flip."""
    found = {}
    for kind in KINDS:
        segment = image[kind]
        end = data_end(image, segment)
        found |= {f"{kind}, first byte": segment.start, f"{kind}, last byte": end - 1}
        if end < segment.end:
            found |= {f"{kind}, first zero": end, f"{kind}, last zero": segment.end - 1}
    assert sum("zero" in name for name in found) >= 4, f"kernel and initrd should have zeros behind them: {found}"
    return found


def check_sources(memory, image, sources):
    """The jump may copy the pages in any order, and what lies behind the data is zero."""
    wrong = [f"{page:#x} for {at:#x}" for at, page in sources.items() if page != at and page in sources]
    assert not wrong, f"source pages that are destinations of others: {wrong}"
    for kind in ("kernel", "initrd"):
        end = data_end(image, image[kind])
        rest = memory.read(sources[end - end % PAGE] + end % PAGE, -end % PAGE)
        assert not any(rest), f"what lies behind the data of the {kind} is not zero"


@pytest.mark.topic("cost")
@pytest.mark.guards_unchanged
@pytest.mark.seconds(60)
def test_flipped_bit(vm):
    guest = vm.boot(firmware="bios", memory=MEMORY, append="nokaslr", cpus=1)
    # Memory that is free has been used
    guest.run("payload make 1 500 > /tmp/fill; rm /tmp/fill")
    image, memory = guest.load(payload_mib=1, append="nokaslr"), Memory(guest.machine)
    sources, state = memory.sources(image, bytes_of(MEMORY)), Snapshot(guest.machine)
    check_sources(memory, image, sources)
    flips = {name: sources[address - address % PAGE] + address % PAGE for name, address in places(image).items()}
    for name, address in flips.items():
        memory.flip(address)
        guest.machine.send(b"@run 8\nkexec -e")
        check_refused(guest, image, name)
        state.back()
    for address in list(flips.values()) * 2:
        memory.flip(address)
    guest.jump().check_arrived(guest)


@pytest.mark.guards_unchanged
@pytest.mark.seconds(40)
def test_flipped_bit_crash(vm):
    """The same of a crash image, which waits where it will run."""
    guest = vm.boot(firmware="bios", memory=MEMORY, append="nokaslr crashkernel=128M", cpus=1)
    image, memory = guest.load("-s -p", payload_mib=1, append="nokaslr"), Memory(guest.machine)
    guest.run("echo 1 > /proc/sys/kernel/unknown_nmi_panic")
    state = Snapshot(guest.machine)
    for name, address in places(image).items():
        memory.flip(address)
        guest.machine.qmp("inject-nmi")
        check_refused(guest, image, name)
        state.back()
        # A panic that is wanted
        guest.machine.forgiven = len(guest.machine.log())
    guest.panic(image)
