"""systemctl kexec with an image loaded, three times: a file on the disk stays, and each image is at the top. With two processors."""
import pytest

from distro import NOT_AT_THE_TOP, check_at_the_top


@pytest.mark.fails_on_stock(NOT_AT_THE_TOP)
def test_three_hops(vm):
    guest, images = vm.boot(cpus=2), []
    for _ in range(3):
        images.append(guest.load(vm.kernel))
        before, guest = guest, guest.jump()
        guest.check_arrived(before)
    assert guest.run("systemctl is-system-running") == "running", guest.run("systemctl --failed --no-pager")
    # Last, so that the stock kernel has done all else
    for image in images:
        check_at_the_top(image)
    vm.remark = f"three times {images[0]}"
