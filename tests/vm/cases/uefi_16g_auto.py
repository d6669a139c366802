"""UEFI, 16 GiB, auto: everything goes to the top of RAM, and arrives.

Proves that all segments lie above 4 GiB, that the highest ends at the top of
RAM, and that between them no more is lost than alignment asks for.
The plain kernel fails: it places all of them below 4 GiB (since 6.8 at the top, but by no policy).
"""
import pytest

from placement import AUTO, check_above_4g, check_packed, check_policy_line


@pytest.mark.topic("placement")
@pytest.mark.fails_on_plain("below 4 GiB", until="6.8")
@pytest.mark.new_knob("expected one line .kexec_placement: policy auto", since="6.8")
@pytest.mark.core
@pytest.mark.seconds(15)
def test_uefi_16g_auto(vm):
    first = vm.boot(memory="16G", append=f"nokaslr {AUTO}")
    image = first.load(append="nokaslr")
    check_above_4g(image)
    check_packed(image, first.top_of_ram())
    check_policy_line(image, r"policy auto: top-down \(UEFI boot\)")
    first.jump().check_arrived(first)
