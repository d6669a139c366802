"""UEFI, 16 GiB, bottom-up: below 4 GiB, and before 6.8 each segment where the unpatched kernel puts it.

Both kernels load the same next kernel (the plain one) and an initrd of the same
size, so that addresses can be compared one by one. On the plain kernel in place
of the patched one it compares plain with plain, which must pass. Since 6.8 the
plain kernel knows no bottom-up.
"""
import pytest

from lab import base_has
from placement import check_below_4g, same_places


@pytest.mark.core
@pytest.mark.fails_on_plain("above 4 GiB", since="6.8")
@pytest.mark.seconds(25)
def test_uefi_16g_bottom_up(vm):
    first = vm.boot(second="plain", memory="16G", append="nokaslr kexec_placement.policy=bottom-up")
    ours = first.load(append="nokaslr")
    check_below_4g(ours)
    first.jump().check_arrived(first)
    vm.close()

    if base_has(until="6.8"):
        theirs = vm.boot(kernel="plain", memory="16G", append="nokaslr").load(append="nokaslr")
        same_places(ours, theirs)
