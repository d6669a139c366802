"""Since 6.17 a segment goes to the default CMA area if there is room: only where it may go, and given back if the load fails.

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
