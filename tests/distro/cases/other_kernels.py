"""Kernels of the archive, as they are, as next kernel."""
import pytest

from distro import check_at_the_top, version

# What two kernels of other versions and configurations keep of RAM for themselves
TOLERANCE = 128 << 20


@pytest.mark.fails_on_stock("^below 4 GiB: ", until="6.8")
@pytest.mark.parametrize("kernel", ["6.1", "6.12", "7.2"])
def test_next(vm, kernel):
    guest = vm.boot()
    image = guest.load(kernel)
    second = guest.jump().check_arrived(guest, tolerance=TOLERANCE)
    assert second.run("uname -r") == version(kernel)
    check_at_the_top(image)
    vm.remark = f"{version(kernel)}: {image}"
