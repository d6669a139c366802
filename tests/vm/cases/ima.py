"""IMA's list of measurements goes to the next kernel in a segment of its own.

Since 6.16, and in Debian's 6.12, it is copied at kexec -e, into source pages that stay mapped after the load.
"""
import pytest

from lab import base_has

IMA = "/sys/kernel/security/ima"
# A program has its path in the list
LONG = "/tmp" + f"/{'x' * 250}" * 6


def measure(guest):
    """From now on each program that is started for the first time is in the list."""
    guest.run(f"mount -t securityfs none /sys/kernel/security; echo 'measure func=BPRM_CHECK' > {IMA}/policy")


def grow(guest, name, count):
    """By so many programs that are started, 3 KiB of the list for two."""
    guest.run(f"""
        set -e; mkdir -p {LONG}; cd {LONG}; i=0
        while [ $i -lt {count} ]; do
            printf '#!/bin/true\\n' > {name}-$i; chmod +x {name}-$i; ./{name}-$i; i=$((i + 1)); done""")


def entries(guest):
    return guest.read(f"{IMA}/ascii_runtime_measurements").splitlines()


def check_list(guest, at_least):
    """The list of this kernel begins with what the one before had. The one of 7.2 (ima-7.2.config) does not take it up."""
    measure(guest)
    if base_has(since="7.2"):
        return
    found = entries(guest)
    assert found[:len(at_least)] == at_least, f"of {len(at_least)} entries of the kernel before, not all are in {len(found)} here"


@pytest.mark.only_on("ima")
@pytest.mark.since("6.1", until="7.2")
@pytest.mark.guards_unchanged
@pytest.mark.parametrize("policy", ["top-down", "bottom-up"])
def test_list_arrives(vm, policy):
    options = f"nokaslr kexec_placement.policy={policy}"
    guest = vm.boot(memory="6G", append=options)
    measure(guest)
    for hop in range(2):
        grow(guest, f"hop-{hop}", 20)
        ours = entries(guest)
        assert len(ours) > 20 * (hop + 1), f"only {len(ours)} measurements"
        guest.load(append=options)
        second = guest.jump()
        check_list(second, ours)
        guest = second.check_arrived(guest)


@pytest.mark.only_on("ima")
@pytest.mark.since("6.12")
@pytest.mark.fails_on_plain("The guest (hangs|reset|panicked).* kernel 2 to say hello")
def test_unloaded(vm):
    """The pages of an image that was unloaded may be those of the next one, or anybody's; kexec_load() has no place for the list."""
    guest = vm.boot(firmware="bios", memory="1G", append="nokaslr")
    measure(guest)
    grow(guest, "program", 300)
    guest.load(append="nokaslr")
    guest.run("kexec -u")
    guest.load(flags="-c -l", payload_mib=250, append="nokaslr")
    guest.jump().check_arrived(guest)


@pytest.mark.only_on("ima")
@pytest.mark.since("6.12")
@pytest.mark.fails_on_plain("^The guest (panicked|reset)")
def test_grown(vm):
    """A load that failed leaves the one before, with the place that it had for the list."""
    guest = vm.boot(append="nokaslr")
    measure(guest)
    grow(guest, "before", 20)
    ours = entries(guest)
    image = guest.load(append="nokaslr")
    grow(guest, "after", 40)
    status, output, _ = guest.kexec(f"-s -l /boot/bzImage --initrd=/boot/base.cpio --command-line={'x' * 2100}")
    assert status, f"a command line of 2100 bytes should have been refused, but it was taken: {output}"
    assert len(entries(guest)) >= len(ours) + 40 and guest.image is image
    second = guest.jump()
    check_list(second, ours)
    second.check_arrived(guest)


@pytest.mark.only_on("ima")
@pytest.mark.since("6.12")
@pytest.mark.guards_unchanged
@pytest.mark.parametrize("flags", ["-s -l", "-s -p"])
def test_another_image_is_freed(vm, flags):
    """An image that was loaded before, or a crash image, has no say about the place of the list in this one."""
    options = "nokaslr crashkernel=256M"
    guest = vm.boot(memory="6G", append=options)
    measure(guest)
    grow(guest, "before", 5)
    if flags == "-s -l":
        guest.load(append=options)
    guest.load(append=options)
    if flags == "-s -p":
        guest.load(flags, payload_mib=1)
        guest.run("kexec -p -u")
    ours = entries(guest)
    second = guest.jump()
    assert "Kexec buffer not set" not in guest.machine.log()
    check_list(second, ours)
    second.check_arrived(guest)
