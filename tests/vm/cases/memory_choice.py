"""Which memory is chosen: never what a driver manages, movable memory only if nothing else fits."""
import pytest

from memory import GIB, MIB, block_size, blocks_of, pieces, set_blocks, wait, zone_blocks
from placement import check_above_4g

TOP_DOWN = "nokaslr kexec_placement.policy=top-down"


def ends_of(guest, zone):
    """The first byte after the highest memory block of a zone."""
    return (zone_blocks(guest, zone)[-1] + 1) * block_size(guest)


@pytest.mark.fails_on_plain("below 4 GiB")
@pytest.mark.seconds(20)
def test_virtio_mem(vm):
    """virtio-mem, plugged to 4 GiB above all boot memory, is never chosen."""
    extra = ["-object", "memory-backend-ram,id=vmem,size=8G,reserve=off",
             "-device", "virtio-mem-pci,id=vm0,memdev=vmem,requested-size=4G"]
    guest = vm.boot(memory="6G,slots=2,maxmem=32G", extra=extra, append=f"{TOP_DOWN} memhp_default_state=online")
    wait(guest, lambda: guest.meminfo()["MemTotal"] > 9 * GIB, "virtio-mem plugs 4 GiB")
    driver = guest.iomem("System RAM (virtio_mem)")
    assert driver, f"no System RAM (virtio_mem) in /proc/iomem: {guest.read('/proc/iomem')}"
    image = guest.load(payload_mib=8, append=f"{TOP_DOWN} memhp_default_state=online")
    check_above_4g(image)
    inside = [str(s) for s in image.segments if any(s.start < end and s.end > start for start, end in driver)]
    assert not inside, f"in memory of virtio-mem: {inside}"
    guest.jump()


@pytest.mark.fails_on_plain("below 4 GiB")
@pytest.mark.seconds(25)
def test_below_movable(vm):
    """The top is movable: destinations lie below it, and the next kernel can offline what this one could."""
    options = f"{TOP_DOWN} movablecore=1G"
    guest = vm.boot(memory="6G", append=options)
    movable = zone_blocks(guest, "Movable")
    assert movable, "movablecore= made no movable memory block"
    image = guest.load(payload_mib=8, append=options)
    check_above_4g(image)
    border = movable[0] * block_size(guest)
    above = [str(s) for s in image.segments if s.end > border]
    assert not above, f"in ZONE_MOVABLE, which starts at {border:#x}: {above}"
    second = guest.jump()
    second.check_arrived(guest)
    assert zone_blocks(second, "Movable") == movable, "the next kernel has other movable blocks"
    set_blocks(second, movable, "offline")


@pytest.mark.fails_on_plain("no line in the log says that movable memory was taken")
@pytest.mark.seconds(25)
def test_second_choice(vm):
    """Kernel memory is little and in pieces: the initrd goes to movable memory, with a notice."""
    guest = vm.boot(memory="4G", append=f"{TOP_DOWN} kernelcore=1G {pieces(128 * MIB, 2 * GIB)}")
    movable = zone_blocks(guest, "Movable")
    image = guest.load(payload_mib=150, append="nokaslr")
    notice = [line for line in image.log if "may go away or are movable" in line]
    assert notice, f"no line in the log says that movable memory was taken: {image}"
    assert len(notice) == 1, f"only the initrd fits nowhere else: {notice}"
    inside = blocks_of(guest, image["initrd"].start, image["initrd"].end)
    assert set(inside) <= set(movable), f"the initrd is in blocks {inside}, movable are {movable}"
    guest.jump()


@pytest.mark.fails_on_plain("below 4 GiB")
@pytest.mark.seconds(20)
def test_crashkernel_high(vm):
    """crashkernel=,high and ,low are reserved in the next kernel where they were, and stay clear of the image."""
    options = f"{TOP_DOWN} crashkernel=512M,high crashkernel=72M,low"
    guest = vm.boot(memory="8G", append=options)
    reserved = guest.iomem("Crash kernel")
    assert len(reserved) == 2, f"crashkernel= was not honoured: {reserved}"
    image = guest.load(payload_mib=8, append=options)
    check_above_4g(image)
    inside = [str(s) for s in image.segments if any(s.start < end and s.end > start for start, end in reserved)]
    assert not inside, f"in the memory of the crash kernel {reserved}: {inside}"
    guest.load(flags="-s -p", payload_mib=8)
    second = guest.jump()
    second.check_arrived(guest)
    assert second.iomem("Crash kernel") == reserved, f"before: {reserved}, after: {second.iomem('Crash kernel')}"
    second.load(flags="-s -p", payload_mib=8)


@pytest.mark.fails_on_plain("below 4 GiB")
@pytest.mark.seconds(60)
def test_chain(vm):
    """Ten kexecs: memory map, MemTotal and placement stay the same."""
    guest = vm.boot(memory="6G", append=TOP_DOWN)
    places, table = None, guest.run("cat /sys/firmware/memmap/*/{start,end,type}")
    for hop in range(10):
        image = guest.load(payload_mib=1, append=TOP_DOWN)
        check_above_4g(image)
        kernel = image["kernel"]
        places = places or kernel
        assert kernel == places, f"hop {hop}: {kernel}, before: {places}"
        previous, guest = guest, guest.jump()
        guest.check_arrived(previous)
        if hop == 0:
            # Firmware's own map has what the boot loader has taken; from here on it is what kexec hands over.
            table = guest.run("cat /sys/firmware/memmap/*/{start,end,type}")
        assert guest.run("cat /sys/firmware/memmap/*/{start,end,type}") == table, f"hop {hop}: another memory map"
