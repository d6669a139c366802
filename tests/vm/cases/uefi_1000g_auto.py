"""UEFI, 1000 GiB, auto: the top of a very large machine, and arrives.

The plain kernel fails before 6.8: it places all segments below 4 GiB.
"""
import pytest

from placement import AUTO, check_above_4g, check_packed


@pytest.mark.fails_on_plain("below 4 GiB", until="6.8")
@pytest.mark.seconds(100)
def test_uefi_1000g_auto(vm):
    # 17 GiB of struct pages
    with vm.much_memory():
        first = vm.boot(memory="1000G", append=f"nokaslr {AUTO}", cpus=1, timeout=240)
        image = first.load(append="nokaslr")
        check_above_4g(image)
        check_packed(image, first.top_of_ram())
        first.jump().check_arrived(first)
