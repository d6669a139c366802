"""Secure Boot: the kernel is locked down; what is not signed by a known key is refused, and nothing is lost by it."""
import pytest

from distro import check_at_the_top, sign, unsign, vmlinuz
from initrd import call

# What kexec says of each, and a caller acts on
SAYS = {"unsigned": "No data available", "unknown": "Required key not available", "truncated": "corrupted shared library",
        "changed": "Key was rejected by service"}
# Of themselves kernels lock themselves down to integrity under Secure Boot
OPTIONS = {"integrity": "nokaslr", "confidentiality": "nokaslr lockdown=confidentiality"}


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
    return {name: folder / name for name in ("signed", *SAYS)}


def boot(vm, how="integrity"):
    guest = vm.boot(secure=True, append=OPTIONS[how], files=kernels(vm))
    check_locked_down(guest, how)
    return guest


def check_locked_down(guest, how):
    state = guest.read("/sys/kernel/security/lockdown")
    assert f"[{how}]" in state, f"this kernel is not locked down: {state}"


@pytest.mark.fails_on_stock("^below 4 GiB: ", until="6.8")
@pytest.mark.parametrize("how", OPTIONS)
def test_signed(vm, how):
    """At the top; it starts, and the next kernel is locked down, too."""
    guest = boot(vm, how)
    image = guest.load(vm.kernel, file="/mnt/signed", append=OPTIONS[how])
    second = guest.jump().check_arrived(guest)
    check_locked_down(second, how)
    check_at_the_top(image)
    vm.remark = str(image)


@pytest.mark.guards_unchanged
def test_refused(vm):
    """The image loaded before is still loaded after each of them, and starts."""
    guest = boot(vm)
    guest.load(vm.kernel, file="/mnt/signed")
    for name, says in SAYS.items():
        lines = guest.refused(guest.arguments(vm.kernel, "refused", file=f"/mnt/{name}"), f"kexec_file_load failed: .*{says}")
        assert "kernel signature verification failed" in lines, f"the kernel's log does not say why {name} is refused: {lines}"
        assert guest.loaded(), f"after {name} was refused, no image is loaded any more"
    # The old interface can check nothing
    lines = guest.refused(guest.arguments(vm.kernel, "refused", file="/mnt/signed"), "kexec_load failed: Permission denied", flags="-c -l")
    assert "ima: impossible to appraise a kernel image without a file descriptor" in lines, f"the kernel's log does not say why kexec -c is refused: {lines}"
    assert guest.loaded()
    guest.jump().check_arrived(guest)
    vm.remark = ", ".join(f"{name}: {says}" for name, says in SAYS.items())
