"""BIOS, 96 GiB, auto: top-down without UEFI, because of size.

The plain kernel fails: it places all segments below 4 GiB (since 6.8 at the top, but by no policy).
"""
import pytest

from placement import AUTO, check_above_4g, check_packed, check_policy_line


@pytest.mark.fails_on_plain("below 4 GiB", until="6.8")
@pytest.mark.new_knob("expected one line .kexec_placement: policy auto", since="6.8")
@pytest.mark.seconds(20)
def test_bios_96g_auto(vm):
    first = vm.boot(firmware="bios", memory="96G", append=f"nokaslr {AUTO}")
    image = first.load(append="nokaslr")
    check_above_4g(image)
    check_packed(image, first.top_of_ram())
    check_policy_line(image, r"policy auto: top-down \(no UEFI, 96 GiB of RAM, min_ram_gib 64\)")
    first.jump().check_arrived(first)
