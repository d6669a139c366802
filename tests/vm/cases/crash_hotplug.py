"""Memory under a loaded image goes away while a crash kernel is loaded: that one still starts.

Since 6.6 the kernel itself writes its list of memory anew, when a block goes offline. The image is dropped only after that,
so this does not see that both take the kexec lock. (The plain kernel's list keeps a DIMM that is gone, and so it does here.)
"""
import pytest

from dimm_in_map import boot_with_dimm_in_the_map, load_into_dimm
from memory import BLOCKS, GIB, check_vmcore, unplug_dimm


@pytest.mark.since("6.12")
@pytest.mark.guards_unchanged
@pytest.mark.seconds(40)
def test_crash_hotplug(vm):
    guest = boot_with_dimm_in_the_map(vm, crash_mib=176)
    crash = guest.load("-s -p", payload_mib=1)
    load_into_dimm(guest)
    unplug_dimm(guest)
    assert guest.read(f"{BLOCKS}/crash_hotplug") == "1", "this kernel does not make that list anew"
    said = [line for line in guest.dmesg() if "kdump image may be inaccurate" in line]
    assert not said, f"the list of memory of the crash kernel was not made anew: {said}"
    after = guest.panic(crash)
    check_vmcore(after, GIB)
    vm.say(f"/proc/vmcore: {after.run('ls -l /proc/vmcore')}")
