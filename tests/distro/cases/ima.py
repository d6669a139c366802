"""IMA with a policy for kexec. Debian's configuration has no CONFIG_IMA_KEXEC, so there is no log to carry over."""
import re

import pytest

from distro import check_at_the_top

IMA = "/sys/kernel/security/ima"
MEASURE = r"measure func=KEXEC_KERNEL_CHECK\nmeasure func=KEXEC_INITRAMFS_CHECK\nmeasure func=KEXEC_CMDLINE\n"


def policy(guest, text):
    guest.run(f"printf '{text}' > {IMA}/policy")


@pytest.mark.fails_on_stock("^below 4 GiB: ", until="6.8")
def test_measured(vm):
    """Kernel, initrd and command line are measured; the image is at the top and starts."""
    guest = vm.boot()
    policy(guest, MEASURE)
    image = guest.load(vm.kernel)
    log = guest.read(f"{IMA}/ascii_runtime_measurements")
    for file in (f"/boot/vmlinuz-{guest.release}", f"/boot/initrd.img-{guest.release}"):
        found = re.search(rf"(sha\d+):([0-9a-f]+) {re.escape(file)}\b", log)
        assert found, f"IMA has not measured {file}: {log}"
        assert guest.run(f"{found[1]}sum {file}").startswith(found[2]), f"IMA has measured {file} as something else: {found[0]}"
    assert "kexec-cmdline" in log, f"IMA has not measured the command line: {log}"
    guest.jump().check_arrived(guest)
    check_at_the_top(image)


@pytest.mark.guards_unchanged
def test_appraised(vm):
    """A kernel without IMA's signature is refused; the image loaded before is still loaded, and starts."""
    guest = vm.boot(append="nokaslr ima_appraise=enforce")
    guest.load(vm.kernel)
    policy(guest, r"appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n")
    vm.remark = guest.refused(guest.arguments(vm.kernel, "refused"), "kexec_file_load failed: Permission denied").partition("\n")[0]
    assert guest.loaded()
    guest.jump().check_arrived(guest)
