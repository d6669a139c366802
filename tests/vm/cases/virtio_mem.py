"""virtio-mem, plugged to 4 GiB above all boot memory, is never chosen."""
import pytest

from memory import GIB, MIB, wait
from placement import TOP_DOWN, check_policy


@pytest.mark.guards_unchanged
@pytest.mark.seconds(20)
def test_virtio_mem(vm):
    extra = ["-object", "memory-backend-ram,id=vmem,size=8G,reserve=off",
             "-device", "virtio-mem-pci,id=vm0,memdev=vmem,requested-size=0"]
    guest = vm.boot(firmware="bios", memory="6G,slots=2,maxmem=32G", extra=extra,
                    append=f"{TOP_DOWN} memhp_default_state=online")
    # Not at boot: Linux adds to pfn_mapped[] without a lock, and free_initmem() may read it just then and oops
    guest.machine.qmp("qom-set", path="/machine/peripheral/vm0", property="requested-size", value=4 * GIB)
    wait(guest, lambda: guest.meminfo()["MemTotal"] > 9 * GIB, "virtio-mem plugs 4 GiB")
    driver = guest.iomem("System RAM (virtio_mem)")
    assert driver, f"no System RAM (virtio_mem) in /proc/iomem: {guest.read('/proc/iomem')}"
    image = guest.load(payload_mib=8, append=f"{TOP_DOWN} memhp_default_state=online")
    check_policy(vm, image)
    inside = [str(s) for s in image.segments if any(s.start < end and s.end > start for start, end in driver)]
    assert not inside, f"in memory of virtio-mem: {inside}"
    second = guest.jump()
    wait(second, lambda: second.meminfo()["MemTotal"] > guest.mem_total - MIB, "it is plugged again")
    second.check_arrived(guest)
