"""With kexec handover (kho=on, since 6.16) all segments go to its scratch memory, whatever the policy; without, to the top."""
import pytest

from guest import MIB
from placement import TOP_DOWN, check_above_4g

pytestmark = pytest.mark.since("6.16")
MACHINE = dict(memory="6G", firmware="uefi")
KHO = "/sys/kernel/debug/kho/out"


def scratch(guest):
    """(start, end) of each piece of scratch memory."""
    starts, sizes = (guest.read(f"{KHO}/scratch_{what}").split() for what in ("phys", "len"))
    return [(int(start, 16), int(start, 16) + int(size, 16)) for start, size in zip(starts, sizes)]


@pytest.mark.guards_unchanged
@pytest.mark.seconds(20)
@pytest.mark.parametrize("policy", ["top-down", "bottom-up"])
def test_kho_on(vm, policy):
    options = f"nokaslr kho=on kho_scratch=16M,256M,16M kexec_placement.policy={policy}"
    first = vm.boot(append=options, **MACHINE)
    areas = scratch(first)
    assert areas, "there should be scratch memory"
    image = first.load(append=options, payload_mib=8)
    outside = [str(s) for s in image.segments if not any(start <= s.start and s.end <= end for start, end in areas)]
    assert not outside, f"outside of the scratch memory {areas}: {outside}"
    first.jump().check_arrived(first, tolerance=64 * MIB)


@pytest.mark.guards_unchanged
@pytest.mark.seconds(20)
def test_kho_off(vm):
    first = vm.boot(append=f"{TOP_DOWN} kho=off", **MACHINE)
    check_above_4g(first.load(append="nokaslr", payload_mib=8))
    first.jump().check_arrived(first)
