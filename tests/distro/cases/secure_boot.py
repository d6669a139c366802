"""Secure Boot: the kernel is locked down; what is not signed by a known key is refused, and nothing is lost by it."""
import pytest

from distro import check_at_the_top, sign, unsign, vmlinuz
from initrd import call

SAYS = "kexec_file_load failed: Operation not permitted"


def kernels(vm):
    """The kernel under test, signed and spoilt."""
    folder = vm.directory / "kernels"
    folder.mkdir()
    call(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=nobody", "-days", "30",
          "-keyout", folder / "nobody.key", "-out", folder / "nobody.pem"])
    sign(vmlinuz(vm.kernel), folder / "signed")
    unsign(folder / "signed", folder / "unsigned")
    sign(folder / "signed", folder / "unknown", folder / "nobody.key", folder / "nobody.pem")
    whole = (folder / "signed").read_bytes()
    (folder / "truncated").write_bytes(whole[:len(whole) // 2])
    changed = bytearray(whole)
    changed[len(changed) // 2] ^= 1
    (folder / "changed").write_bytes(changed)
    return {name: folder / name for name in ("signed", "unsigned", "unknown", "truncated", "changed")}


def boot(vm):
    guest = vm.boot(secure=True, files=kernels(vm))
    check_locked_down(guest)
    return guest


def check_locked_down(guest):
    state = guest.read("/sys/kernel/security/lockdown")
    assert "[integrity]" in state, f"this kernel is not locked down: {state}"


@pytest.mark.fails_on_stock("^below 4 GiB: ")
def test_signed(vm):
    """At the top; it starts, and the next kernel is locked down, too."""
    guest = boot(vm)
    image = guest.load(vm.kernel, file="/mnt/signed")
    second = guest.jump().check_arrived(guest)
    check_locked_down(second)
    check_at_the_top(image)
    vm.remark = str(image)


@pytest.mark.guards_unchanged
def test_refused(vm):
    """The image loaded before is still loaded after each of them, and starts."""
    guest = boot(vm)
    guest.load(vm.kernel, file="/mnt/signed")
    said = []
    for name in ("unsigned", "unknown", "truncated", "changed"):
        lines = guest.refused(f"-s -l {guest.arguments(vm.kernel, 'refused', file=f'/mnt/{name}')}", SAYS)
        assert "unsigned images is restricted" in lines, f"the kernel's log does not say why {name} is refused: {lines}"
        assert guest.loaded(), f"after {name} was refused, no image is loaded any more"
        said.append(name)
    # The old interface can check nothing
    guest.refused(f"-c -l {guest.arguments(vm.kernel, 'refused', file='/mnt/signed')}", "Operation not permitted|ermission denied")
    assert guest.loaded()
    guest.jump().check_arrived(guest)
    vm.remark = f"{', '.join(said)}: {SAYS}"
