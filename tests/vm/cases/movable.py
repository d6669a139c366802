"""Movable memory is avoided, and taken with a notice where nothing else fits."""
import pytest

from memory import BLOCKS, GIB, MIB, block_size, blocks_of, pieces, set_blocks, zone_blocks
from placement import TOP_DOWN, check_above_4g


def offline_all(guest, blocks):
    """Takes offline what can be; returns that."""
    return [b for b in blocks if guest.status(f"echo offline > {BLOCKS}/memory{b}/state", timeout=120)[0] == 0]


@pytest.mark.fails_on_plain("in ZONE_MOVABLE", without="prefer-memory")
# Not on debug: of 6.12 and 7.2, all of the movable memory has a part of KASAN's shadow
@pytest.mark.only_on("patched", "plain")
@pytest.mark.seconds(25)
def test_below_movable(vm):
    """The top is movable: destinations lie below it, and the next kernel can offline what this one could."""
    options = f"{TOP_DOWN} movablecore=1G"
    guest = vm.boot(firmware="bios", memory="6G", append=options)
    movable = zone_blocks(guest, "Movable")
    assert movable, "movablecore= made no movable memory block"
    removable = offline_all(guest, movable)
    assert removable, f"no movable block can be offlined: {movable}"
    set_blocks(guest, removable, "online_movable")
    image = guest.load(payload_mib=8, append=options)
    check_above_4g(image)
    border = movable[0] * block_size(guest)
    above = [str(s) for s in image.segments if s.end > border]
    assert not above, f"in ZONE_MOVABLE, which starts at {border:#x}: {above}"
    second = guest.jump()
    second.check_arrived(guest)
    assert zone_blocks(second, "Movable") == movable, "the next kernel has other movable blocks"
    missing = set(removable) - set(offline_all(second, movable))
    assert not missing, f"this kernel could offline {removable}, the next one can't: {sorted(missing)}"


@pytest.mark.new_knob("no line in the log says that movable memory was taken")
@pytest.mark.seconds(25)
def test_second_choice(vm):
    """Kernel memory is little and in pieces: the initrd goes to movable memory, with a notice."""
    guest = vm.boot(firmware="bios", memory="4G",
                    append=f"{TOP_DOWN} kernelcore=1G {pieces(80 * MIB, 2 * GIB, 80 * MIB)}")
    movable = zone_blocks(guest, "Movable")
    image = guest.load(payload_mib=70, append="nokaslr")
    notice = [line for line in image.log if "may go away, are movable or in a balloon" in line]
    assert notice, f"no line in the log says that movable memory was taken: {image}"
    assert len(notice) == 1, f"only the initrd fits nowhere else: {notice}"
    inside = blocks_of(guest, image["initrd"].start, image["initrd"].end)
    assert set(inside) <= set(movable), f"the initrd is in blocks {inside}, movable are {movable}"
    guest.jump().check_arrived(guest)
