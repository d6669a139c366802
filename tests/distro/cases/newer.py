"""The user space of Debian's testing: with no image loaded, systemctl kexec loads the boot loader's default entry itself; then as ever."""
import pytest

from distro import NOT_AT_THE_TOP, ROOT, Loaded, check_at_the_top, check_high, places_of, version
from guest import cmdline, new_token

# The disk has no boot partition: systemd is told that /boot is one
SYSTEMCTL = "SYSTEMD_ESP_PATH=/boot SYSTEMD_RELAX_ESP_CHECKS=1 systemctl kexec"
ENTRY = "mkdir -p /boot/loader/entries; printf '%s\\n' 'title Debian' 'linux /vmlinuz-{0}' 'initrd /initrd.img-{0}' 'options {1}' > /boot/loader/entries/debian.conf"


@pytest.mark.fails_on_stock(NOT_AT_THE_TOP)
def test_newer(vm):
    first = vm.boot(disk=vm.new_disk("newer.img"))
    first.image = Loaded((), new_token(), first.payload(), (), first.top_of_ram())
    first.run(ENTRY.format(version(vm.kernel), cmdline(f"{ROOT} nokaslr", first.image.token)))
    # kexec shall have no part in it
    first.run("chmod a-x /usr/sbin/kexec")
    assert not first.loaded()
    second = first.jump(command=SYSTEMCTL).check_arrived(first)

    second.run("chmod a+x /usr/sbin/kexec")
    image = second.load(vm.kernel)
    places = places_of(second)
    second.jump().check_arrived(second)
    check_at_the_top(image)
    vm.remark = f"systemctl: {check_high(places)}; kexec: {image}"
