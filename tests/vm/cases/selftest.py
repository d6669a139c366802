"""The series' selftest, as the kernel's own users run it: both policies, and an image is dropped when its memory goes.

A skip is no pass here: a DIMM, the only room for the initrd, lets itself go offline. The plain kernel keeps the image.
"""
import subprocess

import pytest

from dimm_in_map import INITRD_MIB, boot_with_dimm_in_the_map
from guest import PRELOAD
from lab import BUILD

FOLDER = "tools/testing/selftests/kexec"
SCRIPTS = ("kexec_common_lib.sh", "test_kexec_memory.sh")


@pytest.mark.topic("hotplug")
@pytest.mark.fails_on_plain("went offline is dropped .FAIL")
@pytest.mark.seconds(40)
def test_selftest(vm):
    guest = boot_with_dimm_in_the_map(vm)
    guest.build_initrd(INITRD_MIB)
    guest.run("mkdir -p /tmp/kexec; ln -s bzImage /boot/vmlinuz-$(uname -r);"
              f" ln -s /tmp/initrd-{INITRD_MIB} /boot/initrd.img-$(uname -r)")
    for name in SCRIPTS:
        lines = subprocess.run(["git", "-C", BUILD / "linux", "show", f"series:{FOLDER}/{name}"], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        for k in range(0, len(lines), 40):
            guest.run(f"cat >> /tmp/kexec/{name} << 'END'\n" + "\n".join(lines[k:k + 40]) + "\nEND")
    status, output = guest.status(f"cd /tmp/kexec; {PRELOAD}sh ./{SCRIPTS[-1]}", timeout=120)
    assert status == 0 and output.rstrip().endswith("[PASS]"), f"{output.splitlines()[-1:]}, status {status}: {output}"
