"""The series' selftest, as the kernel's own users run it. A skip is no pass here."""
import subprocess

import pytest

from guest import PRELOAD
from lab import BUILD

FOLDER = "tools/testing/selftests/kexec"
SCRIPTS = ("kexec_common_lib.sh", "test_kexec_placement.sh")
INITRD_MIB = 8


@pytest.mark.quick
@pytest.mark.topic("placement")
@pytest.mark.new_knob("has no placement policy .SKIP")
@pytest.mark.seconds(10)
def test_selftest(vm):
    guest = vm.boot(memory="6G", append="nokaslr")
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
