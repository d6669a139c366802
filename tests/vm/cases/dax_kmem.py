"""Memory that dax/kmem onlined as RAM, above all other, is never chosen."""
import pytest

from memory import BLOCKS, GIB, MIB, blocks_of
from placement import TOP_DOWN, check_policy


@pytest.mark.guards_unchanged
@pytest.mark.seconds(25)
def test_dax_kmem(vm):
    # The last GiB of RAM as soft-reserved memory, which dax takes: a type of the E820 map, 1 being RAM
    guest = vm.boot(memory="6G", append=f"{TOP_DOWN} memmap=1G%{7 * GIB:#x}-1+0xefffffff")
    guest.run("cd /sys/bus/dax/drivers && echo dax0.0 > device_dax/unbind; echo dax0.0 > kmem/new_id")
    for block in blocks_of(guest, 7 * GIB, 8 * GIB):
        guest.status(f"echo online > {BLOCKS}/memory{block}/state")
    kmem = guest.iomem("System RAM (kmem)")
    assert kmem, f"no System RAM (kmem): {guest.read('/proc/iomem')}"
    image = guest.load(payload_mib=8, append="nokaslr")
    check_policy(vm, image)
    inside = [str(s) for s in image.segments if any(s.start < end and s.end > start for start, end in kmem)]
    assert not inside, f"in memory of dax/kmem {kmem}: {inside}"
    # The next kernel has it at boot, and its 16 MiB of struct pages are not in MemTotal
    guest.jump().check_arrived(guest, tolerance=17 * MIB)
