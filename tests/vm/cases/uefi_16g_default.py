"""UEFI, 16 GiB, and nobody asked for a policy: the top of RAM, and arrives.

Since 6.8 that is upstream's order, so each segment must be where the unpatched kernel puts it.
The plain kernel fails before 6.8: it places all of them below 4 GiB.
"""
import pytest

from lab import base_has
from placement import check_above_4g, same_places


@pytest.mark.fails_on_plain("below 4 GiB", until="6.8")
@pytest.mark.seconds(25)
def test_uefi_16g_default(vm):
    first = vm.boot(second="plain", memory="16G", append="nokaslr")
    ours = first.load(append="nokaslr")
    check_above_4g(ours)
    first.jump().check_arrived(first)
    vm.close()

    if base_has(since="6.8"):
        theirs = vm.boot(kernel="plain", memory="16G", append="nokaslr").load(append="nokaslr")
        same_places(ours, theirs)
