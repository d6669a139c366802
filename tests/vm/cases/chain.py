"""Ten kexecs: memory map, MemTotal and placement stay the same."""
import pytest

from memory import memory_map
from placement import TOP_DOWN, check_policy


@pytest.mark.guards_unchanged
@pytest.mark.seconds(60)
def test_chain(vm):
    guest = vm.boot(memory="6G", append=TOP_DOWN)
    kernel, table = None, memory_map(guest)
    for hop in range(10):
        image = guest.load(payload_mib=1, append=TOP_DOWN)
        check_policy(vm, image)
        kernel = kernel or image["kernel"]
        assert image["kernel"] == kernel, f"hop {hop}: {image['kernel']}, first: {kernel}"
        previous, guest = guest, guest.jump()
        guest.check_arrived(previous)
        assert memory_map(guest) == table, f"hop {hop}: {sorted(set(memory_map(guest)) ^ set(table))}"
