"""UEFI, 2 GiB: all RAM is below 4 GiB, where the boot stub left a table that the next kernel clears, if it is told of it.

Since 6.19 a kernel clears the table of the initrd (LINUX_EFI_INITRD_MEDIA_GUID) once it was read. The memory is free
then. The kernel after it gets the same list of tables, and clears 16 bytes of its own initrd: the plain kernel fails.
"""
import re

import pytest

from lab import DEFAULT_POLICY
from placement import check_policy_line


@pytest.mark.fails_on_plain("the payload changed", since="6.19")
@pytest.mark.seconds(15)
def test_uefi_2g_default(vm):
    first = vm.boot(memory="2G", append="nokaslr")
    table = re.search(r"(?m)^efi: .*INITRD=(0x[0-9a-f]+)", "\n".join(first.dmesg()))
    assert table, "the boot stub left no table of the initrd"
    image = first.load(append="nokaslr")
    if vm.kernel == "patched" and DEFAULT_POLICY == "auto":
        check_policy_line(image, r"policy auto: bottom-up \(no RAM above 4 GiB for the next kernel\)")
    initrd, where = image["initrd"], int(table[1], 16)
    assert initrd.start <= where < initrd.end, f"the table at {where:#x} should be in the initrd: {image}"
    first.jump().check_arrived(first)
