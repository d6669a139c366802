"""UEFI, 16 GiB, bottom-up: below 4 GiB, and before 6.8 each segment where the unpatched kernel puts it.

On the plain kernel in place of the patched one it compares plain with plain, which must pass. Since 6.8 the
plain kernel knows no bottom-up.
"""
import pytest

from placement import check_16g, check_below_4g


@pytest.mark.core
@pytest.mark.fails_on_plain("above 4 GiB", since="6.8")
@pytest.mark.seconds(25)
def test_uefi_16g_bottom_up(vm):
    check_16g(vm, "kexec_placement.policy=bottom-up", check_below_4g, until="6.8")
