"""BIOS, 4 GiB, auto: no UEFI and little memory, so bottom-up: before 6.8 where the unpatched kernel puts each segment.

Since 6.8 the plain kernel fails: it places at the top, on any machine.
"""
import pytest

from lab import base_has
from placement import AUTO, check_below_4g, check_policy_line, same_places


@pytest.mark.fails_on_plain("above 4 GiB", since="6.8")
@pytest.mark.seconds(12)
def test_bios_4g_auto(vm):
    machine = {"firmware": "bios", "memory": "4G"}
    first = vm.boot(second="plain", append=f"nokaslr {AUTO}", **machine)
    ours = first.load(append="nokaslr")
    check_below_4g(ours)
    if vm.kernel == "patched":
        check_policy_line(ours, r"policy auto: bottom-up \(no UEFI, 4 GiB of RAM, min_ram_gib 64\)")
    first.jump().check_arrived(first)
    vm.close()

    if base_has(until="6.8"):
        theirs = vm.boot(kernel="plain", append="nokaslr", **machine).load(append="nokaslr")
        same_places(ours, theirs)
