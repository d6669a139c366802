"""Initrds of 2 GiB, with five-level paging and without 1 GiB pages, and of 3.5 GiB arrive to the last byte."""
import pytest


@pytest.mark.guards_unchanged
@pytest.mark.long
@pytest.mark.parametrize("mib, memory, cpu", [(2048, "10G", "la57=on,pdpe1gb=off"), (3584, "18G", "")],
                         ids=["2g-la57-no-gbpages", "3.5g"])
def test_initrd_large(vm, mib, memory, cpu):
    with vm.much_memory():
        first = vm.boot(memory=memory, append="nokaslr", cpu=cpu, cpus=1, timeout=300)
        flags = first.read("/proc/cpuinfo").split()
        assert ("la57" in flags) == ("la57=on" in cpu) and ("pdpe1gb" in flags) == ("pdpe1gb=off" not in cpu)
        first.load(append="nokaslr", payload_mib=mib)
        first.jump(timeout=900).check_arrived(first)
