"""crashkernel=,high is reserved in the next kernel where it was, ,low somewhere; both are clear of the image."""
import pytest

from placement import TOP_DOWN, check_above_4g


@pytest.mark.fails_on_plain("in the memory of the crash kernel", without="prefer-memory")
@pytest.mark.seconds(20)
def test_crashkernel_high(vm):
    options = f"{TOP_DOWN} crashkernel=512M,high crashkernel=72M,low"
    guest = vm.boot(firmware="bios", memory="8G", append=options)
    reserved = guest.iomem("Crash kernel")
    assert len(reserved) == 2, f"crashkernel= was not honoured: {reserved}"
    image = guest.load(payload_mib=8, append=options)
    check_above_4g(image)
    inside = [str(s) for s in image.segments if any(s.start < end and s.end > start for start, end in reserved)]
    assert not inside, f"in the memory of the crash kernel {reserved}: {inside}"
    guest.load(flags="-s -p", payload_mib=8)
    second = guest.jump()
    second.check_arrived(guest)
    (low, high), (next_low, next_high) = reserved, second.iomem("Crash kernel")
    assert next_high == high, f"crashkernel=,high was at {high}, is at {next_high}"
    assert next_low[1] - next_low[0] == low[1] - low[0], f"crashkernel=,low was {low}, is {next_low}"
    second.load(flags="-s -p", payload_mib=8)
