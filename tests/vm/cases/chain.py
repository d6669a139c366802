"""Ten kexecs: memory map, MemTotal and placement stay the same."""
import pytest

from guest import MEM_TOTAL_TOLERANCE
from memory import memory_map
from placement import TOP_DOWN, check_policy


@pytest.mark.guards_unchanged
@pytest.mark.seconds(60)
def test_chain(vm):
    guest = vm.boot(memory="6G", append=TOP_DOWN)
    first, total, table = None, guest.meminfo()["MemTotal"], memory_map(guest)
    for hop in range(10):
        image = guest.load(payload_mib=1, append=TOP_DOWN)
        check_policy(vm, image)
        first = first or image
        # RAM is split where a kernel was handed setup_data: plain puts what is small elsewhere then
        same = image["kernel"] == first["kernel"] if vm.kernel == "plain" else image.segments == first.segments
        assert same, f"hop {hop}: {image}, first: {first}"
        previous, guest = guest, guest.jump()
        guest.check_arrived(previous)
        now = guest.meminfo()["MemTotal"]
        assert abs(now - total) <= MEM_TOTAL_TOLERANCE, f"hop {hop}: MemTotal is {now} bytes, in the first kernel it was {total}"
        assert memory_map(guest) == table, f"hop {hop}: {sorted(set(memory_map(guest)) ^ set(table))}"
