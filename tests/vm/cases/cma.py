"""Since 6.17 a segment goes to the default CMA area if there is room: only where it may go, zeros behind its data, not if
the next kernel may not have that memory, and given back if the load fails.

CMA knows no limits and aligns to 1 MiB at most. The plain kernel puts the next kernel, which needs 2 MiB,
at an odd MiB: it moves itself up and so writes into the initrd right behind it.
"""
import re

import pytest

from guest import MIB
from memory import pieces
from placement import ALIGN, TOP_DOWN

pytestmark = pytest.mark.since("6.17")
MACHINE = dict(firmware="bios", memory="1G")
CMA_MIB = 256


def cma_area(guest):
    line = next(line for line in guest.dmesg() if "cma: Reserved" in line)
    start = int(re.search(r"at 0x([0-9a-f]+)", line)[1], 16)
    return start, start + CMA_MIB * MIB


def cma_free(guest):
    """Pages that CMA has not handed out."""
    return int(guest.read("/sys/kernel/mm/cma/*/available_pages"))


def in_cma(guest, image):
    start, end = cma_area(guest)
    return {s.kind for s in image.segments if start <= s.start and s.end <= end}


@pytest.mark.core
@pytest.mark.fails_on_plain("the kernel should be aligned")
@pytest.mark.seconds(12)
def test_cma_aligned(vm):
    first = vm.boot(append=f"{TOP_DOWN} cma={CMA_MIB}M", **MACHINE)
    image = first.load(append="nokaslr", payload_mib=8)
    assert {"purgatory", "boot_params", "initrd"} <= in_cma(first, image), f"not in the CMA area: {image}"
    assert image["kernel"].start % ALIGN["kernel"] == 0, \
        f"the kernel should be aligned to {ALIGN['kernel']:#x}: {image}"
    # Without cma= the next kernel has a little more
    first.jump().check_arrived(first, tolerance=16 * MIB)


def behind_data(guest, image):
    """kind: what memory holds between the end of the segment's data and the end of the segment, if that is in the CMA area."""
    pattern = re.compile(r"(?:Loading segment |segment\[)\d+\]?: .* bufsz=0x([0-9a-f]+) mem=0x([0-9a-f]+) memsz=0x([0-9a-f]+)")
    placed = [tuple(int(hexa, 16) for hexa in m.groups()) for m in map(pattern.search, image.log) if m]
    kinds, (start, end) = {s.start: s.kind for s in image.segments}, cma_area(guest)
    return {kinds[mem]: guest.machine.physical(mem + bufsz, memsz - bufsz)
            for bufsz, mem, memsz in placed if memsz > bufsz and start <= mem and mem + memsz <= end}


@pytest.mark.core
@pytest.mark.fails_on_plain("bytes behind the data are not zero")
@pytest.mark.seconds(40)
def test_cma_cleared(vm):
    """Memory of the CMA area that was used before: the purgatory would hash what is left in it, and loop for ever.

    Behind the kernel's data are some MiB for its BSS. It goes into the area only if a multiple of 2 MiB is the next that
    CMA offers: an image before it, which stays until then, holds the first 1.5 MiB.
    """
    first = vm.boot(memory="4G", append=f"{TOP_DOWN} cma={CMA_MIB}M")
    first.run(f"tr '\\0' '\\377' < /dev/zero | head -c {100 * MIB} > /tmp/ff; truncate -s 1536K /tmp/before")
    for initrd, then in ("ff", "kexec -u"), ("before", "true"):
        status, output, _ = first.kexec(f"-s -l /boot/bzImage --initrd=/tmp/{initrd} --command-line=none")
        assert status == 0, f"kexec refused the initrd {initrd}: {output}"
        first.run(f"{then}; rm /tmp/{initrd}")
    image = first.load(append="nokaslr", payload_mib=8)
    assert in_cma(first, image) >= {"boot_params", "kernel"}, f"not in the CMA area: {image}"
    behind = behind_data(first, image)
    assert len(behind["kernel"]) > MIB, f"the kernel has no BSS behind its data: {len(behind['kernel'])} bytes"
    dirty = {kind: f"{len(data) - data.count(0)} of {len(data)}" for kind, data in behind.items() if data.strip(b"\0")}
    assert not dirty, f"bytes behind the data are not zero: {dirty}; {image}"
    first.jump().check_arrived(first, tolerance=16 * MIB)


@pytest.mark.fails_on_plain("in memory that the next kernel")
@pytest.mark.seconds(20)
@pytest.mark.parametrize("limit", ["mem=3G", "memmap={size}M${start:#x}"], ids=["mem", "memmap"])
def test_cma_less_ram(vm, limit):
    """mem= or memmap= takes the CMA area from the next kernel."""
    first = vm.boot(firmware="bios", memory="6G", append=f"{TOP_DOWN} cma={CMA_MIB}M")
    start, _ = cma_area(first)
    assert start >= 4096 * MIB, f"the CMA area, at {start:#x}, is not above the RAM of a kernel with mem=3G"
    limit = limit.format(start=start, size=CMA_MIB)
    image = first.load(append=f"nokaslr {limit}", payload_mib=8)
    assert not in_cma(first, image), f"in memory that the next kernel, with {limit}, will not have: {image}"
    first.jump()


@pytest.mark.fails_on_plain("less free in the CMA area")
@pytest.mark.seconds(20)
def test_cma_given_back(vm):
    """A load that fails once the kernel is placed: the initrd is larger than the CMA area and than each hole."""
    guest = vm.boot(firmware="bios", memory="2G",
                    append=f"{TOP_DOWN} cma={CMA_MIB}M {pieces(80 * MIB, 1536 * MIB, 80 * MIB)}")
    guest.run(f"truncate -s {CMA_MIB + 64}M /tmp/too-large")
    free = cma_free(guest)
    for _ in range(5):
        refusal = guest.load_refused("/tmp/too-large")
        assert "Cannot assign requested address" in refusal.output, f"refused for another reason: {refusal}"
    lost = free - cma_free(guest)
    assert lost == 0, f"after 5 loads that failed there are {lost} pages less free in the CMA area"
    image = guest.load(append="nokaslr", payload_mib=8)
    assert "purgatory" in in_cma(guest, image), f"not in the CMA area: {image}"
    guest.run("kexec -u")
    assert cma_free(guest) == free, f"{cma_free(guest)} pages of the CMA area are free after an unload, before {free}"
