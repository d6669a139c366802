"""UEFI, 16 GiB, and nobody asked for a policy: the top of RAM, and arrives.

Since 6.8 that is upstream's order, so each segment must be where the unpatched kernel puts it.
The plain kernel fails before 6.8: it places all of them below 4 GiB.
"""
import pytest

from placement import check_16g, check_above_4g


@pytest.mark.fails_on_plain("below 4 GiB", until="6.8")
@pytest.mark.seconds(25)
def test_uefi_16g_default(vm):
    check_16g(vm, "", check_above_4g, since="6.8")
