"""From the stock kernel to the one under test without the firmware: apt installs it, kexec starts it, and there kexec works on."""
import pytest

from distro import NOT_AT_THE_TOP, check_at_the_top, package, version

INSTALL_SECONDS = 600
TOLERANCE = 64 << 20 # between two configurations


@pytest.mark.fails_on_stock(NOT_AT_THE_TOP)
def test_upgrade(vm):
    """The three commands of Documentation/debian.md, with the command line that the machine was booted with; with KASLR, as Debian has it."""
    first = vm.boot("stock", append="", files={"kernel.deb": package(vm.kernel)})
    name = version(vm.kernel)
    if vm.kernel != "stock":
        first.run(f"DEBIAN_FRONTEND=noninteractive apt-get purge -y linux-image-{name} && ! ls /boot/*{name}", INSTALL_SECONDS)
    first.run("DEBIAN_FRONTEND=noninteractive apt-get install -y --reinstall /mnt/kernel.deb", INSTALL_SECONDS)
    first.run(f"ls /boot/initrd.img-{name} /var/lib/kdump/initrd.img-{name}")
    first.load(vm.kernel, token=first.token)
    second = first.jump().check_arrived(first, tolerance=TOLERANCE)
    assert second.run("uname -r") == name
    image = second.load(vm.kernel, token=second.token)
    second.jump().check_arrived(second)
    check_at_the_top(image)
    vm.remark = str(image)
