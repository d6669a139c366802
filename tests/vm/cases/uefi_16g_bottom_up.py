"""UEFI, 16 GiB, bottom-up: each segment where the unpatched kernel puts it.

Both kernels load the same next kernel (the plain one) and an initrd of the same
size, so that addresses can be compared one by one. On the plain kernel in place
of the patched one it compares plain with plain, which must pass.
"""
import pytest

from placement import same_places


@pytest.mark.guards_unchanged
@pytest.mark.seconds(25)
def test_uefi_16g_bottom_up(vm):
    first = vm.boot(second="plain", memory="16G", append="nokaslr kexec_placement.policy=bottom-up")
    ours = first.load(append="nokaslr")
    first.jump().check_arrived(first)
    vm.close()

    theirs = vm.boot(kernel="plain", memory="16G", append="nokaslr").load(append="nokaslr")
    same_places(ours, theirs)
