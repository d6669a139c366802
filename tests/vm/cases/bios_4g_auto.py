"""BIOS, 4 GiB, auto: no UEFI and little memory, so each segment stays where the unpatched kernel puts it."""
import pytest

from placement import check_policy_line, same_places


@pytest.mark.guards_unchanged
@pytest.mark.seconds(12)
def test_bios_4g_auto(vm):
    machine = {"firmware": "bios", "memory": "4G"}
    theirs = vm.boot(kernel="plain", append="nokaslr", **machine).load(append="nokaslr")
    vm.close()

    first = vm.boot(second="plain", append="nokaslr", **machine)
    ours = first.load(append="nokaslr")
    first.jump().check_arrived(first)
    same_places(ours, theirs)
    if vm.kernel == "patched":
        check_policy_line(ours, r"policy auto: bottom-up \(no UEFI, 409\d MiB of RAM, min_ram 65536 MiB\)")
