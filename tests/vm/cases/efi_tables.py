"""UEFI: the next kernel is told of no EFI table whose memory is free, and of all others, hop after hop.

The boot stub leaves the initrd's table in memory that is free soon, the firmware the memory attributes table in
memory that the next kernel takes for free: LINUX_EFI_INITRD_MEDIA_GUID and EFI_MEMORY_ATTRIBUTES_TABLE_GUID. The
plain kernel hands on the list with both. What is there then is anything: part of the next image, or what a program
had in its memory. See Documentation/efi-tables.md.
"""
import re

import pytest

from guest import CMDLINE, MIB, new_token
from verdict import GuestLost

STALE = ("INITRD", "MEMATTR")
INVALID = 2**64 - 1
BOTH_SIDES = [("patched", "patched"), ("patched", "plain"), ("plain", "patched")]


def tables(log):
    """name: address of the EFI tables that a kernel says it was told of, of the last boot in a log."""
    line = [line for line in log if re.match(r"efi: (ACPI|SMBIOS|MEMATTR|INITRD|TPM|RNG|ESRT|\()", line)][-1]
    found = re.findall(r"(\w[\w .]*)=0x([0-9a-f]+)", line)
    return {name: int(where, 16) for name, where in found if int(where, 16) != INVALID}


def check_tables(guest, first):
    log = guest.dmesg("head -n 100")
    complaints = [line for line in log if "memattr: " in line]
    told = tables(log)
    stale = {name: hex(told[name]) for name in STALE if name in told}
    assert not stale and not complaints, \
        f"hop {guest.hop} is told of tables that were in free memory: {stale}; it says: {complaints}"
    wanted = {name: where for name, where in first.items() if name not in STALE}
    assert told == wanted, f"hop {guest.hop} is told of other tables than the first kernel: {told}, first {wanted}"


@pytest.mark.topic("fixes")
@pytest.mark.fails_on_plain("hop 1 is told of tables that were in free memory: .*INITRD")
@pytest.mark.seconds(40)
@pytest.mark.parametrize("running, then", [pytest.param(*BOTH_SIDES[0], marks=pytest.mark.core), *BOTH_SIDES[1:]])
def test_efi_tables(vm, running, then):
    """Three hops. Either of two kernels with the fix is enough."""
    # With a source of random numbers, the stub leaves a seed as well, where it lasts
    guest = vm.boot(running, second=then, memory="2G", append="nokaslr", extra=["-device", "virtio-rng-pci"])
    first = tables(guest.dmesg("head -n 100"))
    assert first.keys() >= {*STALE, "RNG"}, f"stub and firmware should leave {STALE} and RNG, found {first}"
    for _ in range(3):
        guest.load(payload_mib=1, append="nokaslr")
        previous, guest = guest, guest.jump()
        check_tables(guest, first)
        guest.check_arrived(previous)


@pytest.mark.core
@pytest.mark.topic("fixes")
@pytest.mark.fails_on_plain("KiB of RAM less than the first", since="6.14")
@pytest.mark.seconds(25)
def test_efi_memory(vm):
    """The first kernel keeps nothing of the firmware's memory that the next one would lose: the region of 160 KiB with the
    memory attributes in this OVMF. Before 6.14 the plain next kernel is told of them, and keeps only the table, 4 KiB."""
    guest = vm.boot(firmware="secboot", memory="6G", append="nokaslr")
    total = guest.meminfo()["MemTotal"]
    for hop in range(2):
        guest.load(payload_mib=1, append="nokaslr")
        previous, guest = guest, guest.jump()
        guest.check_arrived(previous)
        less = (total - guest.meminfo()["MemTotal"]) // 1024
        assert less <= 16, f"kernel {hop + 2} has {less} KiB of RAM less than the first"


@pytest.mark.fails_on_plain("without an initrd, the next kernel is told of .*INITRD")
@pytest.mark.seconds(20)
@pytest.mark.parametrize("running, then", BOTH_SIDES)
def test_efi_tables_no_initrd(vm, running, then):
    """Without --initrd the next kernel has none, and ends where it finds no init. Free memory is not zero, as in life."""
    first = vm.boot(running, second=then, memory="1G", append="nokaslr", defective=True)
    first.run(f"payload make {new_token()} {first.meminfo()['MemFree'] // MIB - 100} > /tmp/fill; rm /tmp/fill")
    status, output, _ = first.kexec(f"-s -l /boot/bzImage --command-line='{CMDLINE} nokaslr'")
    assert status == 0, f"kexec -s -l without an initrd was refused: {output}"
    assert not first.machine.splats(), first.machine.explain("a splat before the jump")
    with pytest.raises(GuestLost):
        first.run("kexec -e")
    log = first.machine.log().rpartition("Linux version")[2]
    told = tables(re.sub(r"(?m)^\[ *[\d.]+\] ", "", log).splitlines())
    stale = {name: hex(told[name]) for name in STALE if name in told}
    ramdisk = re.findall(r"RAMDISK: .*", log)
    assert not stale and not ramdisk, f"without an initrd, the next kernel is told of {stale}; it takes: {ramdisk[:1]}"
    assert "No working init found" in log, first.machine.explain("the next kernel did not come to its init")
