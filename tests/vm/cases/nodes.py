"""Four nodes, the third without memory, the last movable: destinations are in the highest of the others."""
import pytest

from memory import GIB
from placement import TOP_DOWN, check_above_4g


@pytest.mark.fails_on_plain("should end where node 1 does", without="place-only-in-RAM")
@pytest.mark.seconds(25)
def test_nodes(vm):
    nodes = ["-object", "memory-backend-ram,id=m2,size=2G,reserve=off", "-numa", "node,nodeid=1,memdev=m2",
             "-numa", "node,nodeid=2"]
    extra = nodes + ["-numa", "node,nodeid=3", "-object", "memory-backend-ram,id=m3,size=1G,reserve=off",
                     "-device", "pc-dimm,memdev=m3,id=d3,node=3"]
    options = f"{TOP_DOWN} memhp_default_state=online_movable"
    guest = vm.boot(firmware="bios", memory="6G,slots=2,maxmem=16G", node0="4G", extra=extra, append=options)
    image = guest.load(payload_mib=8, append=options)
    check_above_4g(image)
    end = 8 * GIB
    assert max(s.end for s in image.segments) == end, f"the highest should end where node 1 does, at {end:#x}: {image}"
    guest.jump().check_arrived(guest)
