"""An initrd with 1 GiB of payload: placed at the top of RAM, and arrives to the last byte.

The plain kernel fails before 6.8: it takes half of the memory below 4 GiB for it.
"""
import pytest

from placement import check_above_4g, check_packed


@pytest.mark.fails_on_plain("below 4 GiB", until="6.8")
@pytest.mark.seconds(90)
def test_initrd_1g(vm):
    # 1 GiB each for the file, the pages of the image and, on the plain kernel, the copy that they are filled from
    with vm.much_memory():
        first = vm.boot(memory="6G", append="nokaslr", cpus=1)
        image = first.load(append="nokaslr", payload_mib=1024)
        check_above_4g(image)
        check_packed(image, first.top_of_ram())
        first.jump().check_arrived(first)
