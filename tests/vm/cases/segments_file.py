"""The file kexec_segments shows each segment of the loaded image, to root only, and nothing without one."""
import re

import pytest

from lab import base_has

FILE = "/sys/kernel/kexec/segments" if base_has(since="6.19") else "/sys/kernel/kexec_segments"
NAMES = {"boot_params": "parameters"}


@pytest.mark.fails_on_plain("there is no /sys/kernel/kexec")
@pytest.mark.seconds(8)
def test_segments_file(vm):
    guest = vm.boot(firmware="bios", memory="1G")
    assert guest.status(f"test -e {FILE}")[0] == 0, f"there is no {FILE}"
    assert guest.run(f"stat -c %a {FILE}") == "400"
    assert guest.read(FILE) == "", "no image is loaded"
    image = guest.load(payload_mib=1)
    found = [(name, int(start, 16), int(end, 16) + 1)
             for start, end, name in re.findall(r"([0-9a-f]{8,})-([0-9a-f]{8,}) : (.+)", guest.read(FILE))]
    expected = [(NAMES.get(s.kind, s.kind), s.start, s.end) for s in image.segments]
    assert found == expected, f"the file says {found}, the image is at {expected}"
    guest.run("kexec -u")
    assert guest.read(FILE) == "", "the image was unloaded"
