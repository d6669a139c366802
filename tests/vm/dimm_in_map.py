"""A guest with a DIMM that the E820 map lists as RAM, and that can be ejected.

The kernel before it has passed its hot-plugged memory on with the old interface
(kexec -c). RAM below is in pieces, so only the DIMM has room for the initrd.
"""
from memory import GIB, MIB, dimm, pieces

INITRD_MIB = 150
# The memory map of a DIMM of 1 GiB, which its removal gives back to the page allocator: 16 MiB
REMOVED_MEMMAP = 16 * MIB
DIMM = 6 * GIB
# The last page before the DIMM too, so that it is a range of its own
CUT = f"{pieces(128 * MIB, 2 * GIB)} {pieces(4 * GIB, 6 * GIB)} memmap=4K${DIMM - 4096:#x}"
OPTIONS = "nokaslr movable_node kexec_placement.policy=top-down"


def boot_with_dimm_in_the_map(vm):
    """The second kernel of a chain; its E820 map has the DIMM."""
    first = vm.boot(memory="4G,slots=2,maxmem=16G", extra=dimm("1G", own_node=True),
                    append="nokaslr memhp_default_state=online")
    # An image in the DIMM would make the whole of its node unmovable for the next kernel
    first.load(flags=f"-c -l --mem-max={2 * GIB:#x}", append=f"{OPTIONS} {CUT}", payload_mib=1)
    guest = first.jump()
    assert (DIMM, DIMM + GIB) in guest.iomem(), f"the DIMM should be in the map: {guest.iomem()}"
    return guest


def load_into_dimm(guest):
    image = guest.load(payload_mib=INITRD_MIB, append="nokaslr")
    assert image["initrd"].start >= DIMM, f"the initrd should be in the DIMM at {DIMM:#x}: {image}"
    return image


def check_loads_and_jumps_again(guest):
    guest.load(payload_mib=8, append="nokaslr")
    guest.jump().check_arrived(guest, tolerance=REMOVED_MEMMAP)
