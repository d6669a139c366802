"""A guest with a DIMM that the E820 map lists as RAM, and that can be ejected.

The kernel before it has passed its hot-plugged memory on with the old interface
(kexec -c). RAM below is in pieces, so only the DIMM has room for the initrd: little
RAM and small pieces, because each MiB of the initrd costs 50 ms on its way (TCG).
"""
from memory import GIB, MIB, dimm, pieces

# A piece holds the kernel, and swiotlb's 64 MiB, which else shrink and MemTotal is not the same after the jump
PIECE_MIB, INITRD_MIB = 80, 70
# What a kernel that boots with a DIMM of 1 GiB spends on it, and the next one does not: its memory map, and
# on the debug kernel KASAN's shadow
MEMMAP, SHADOW = 16 * MIB, 128 * MIB
DIMM = 4 * GIB
MACHINE = dict(firmware="bios", memory="2G,slots=2,maxmem=16G", extra=dimm("1G", own_node=True))
CUT = pieces(PIECE_MIB * MIB, 2 * GIB, PIECE_MIB * MIB)
OPTIONS = "nokaslr movable_node kexec_placement.policy=top-down"


def boot_with_dimm_in_the_map(vm, crash_mib=0, in_pieces=True):
    """The second kernel of a chain; its E820 map has the DIMM. crash_mib: reserved for a crash kernel."""
    first = vm.boot(append="nokaslr memhp_default_state=online", **MACHINE)
    # The last pieces are one, of which the crash kernel, 16 MiB aligned, leaves less than the initrd needs
    whole = (2032 - crash_mib) // PIECE_MIB * PIECE_MIB if crash_mib else 2047
    cut = pieces(PIECE_MIB * MIB, (whole + 1) * MIB, PIECE_MIB * MIB) if in_pieces else ""
    crash = f"crashkernel={crash_mib}M@{whole + 16}M" if crash_mib else ""
    # An image in the DIMM would make the whole of its node unmovable for the next kernel; the debug kernel needs a whole piece
    first.load(flags=f"-c -l --mem-max={whole // PIECE_MIB * PIECE_MIB * MIB:#x}", append=f"{OPTIONS} {cut} {crash}", payload_mib=1)
    guest = first.jump()
    assert (DIMM, DIMM + GIB) in guest.iomem(), f"the DIMM should be in the map: {guest.iomem()}"
    return guest


def load_into_dimm(guest):
    image = guest.load(payload_mib=INITRD_MIB, append="nokaslr")
    assert image["initrd"].start >= DIMM, f"the initrd should be in the DIMM at {DIMM:#x}: {image}"
    return image


def check_jumps_without_dimm(guest):
    debug = guest.run("uname -r").endswith("-debug")
    guest.jump().check_arrived(guest, tolerance=MEMMAP + (SHADOW if debug else 0))


def check_loads_and_jumps_again(guest):
    guest.load(payload_mib=8, append="nokaslr")
    check_jumps_without_dimm(guest)
