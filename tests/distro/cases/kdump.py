"""kdump-tools: its crash kernel is loaded at boot, takes over at a panic, and leaves a dump on the disk that can be read."""
import pytest

from distro import version
from verdict import GuestLost

DUMP_SECONDS = 600


@pytest.mark.guards_unchanged
def test_kdump(vm):
    disk = vm.new_disk()
    guest = vm.boot(append="nokaslr crashkernel=256M", disk=disk, memory="2G")
    assert guest.read("/sys/kernel/kexec_crash_loaded") == "1", guest.run("kdump-config status; journalctl -b -u kdump-tools --no-pager")
    # That was kexec_load(); what is to take over shall come by kexec_file_load()
    guest.run("echo 'KDUMP_KEXEC_ARGS=-s' >> /etc/default/kdump-tools; kdump-config unload && kdump-config load", timeout=120)
    assert " -p -s " in guest.run("kdump-config show") and guest.read("/sys/kernel/kexec_crash_loaded") == "1"
    assert not guest.machine.splats(), guest.machine.explain("A splat before the panic.")
    # The crash kernel dumps, and reboots through firmware, at which QEMU ends
    with pytest.raises(GuestLost):
        guest.run("sync; echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger", timeout=DUMP_SECONDS)
    log = guest.machine.log()
    assert log.count("Linux version") == 2, guest.machine.explain("No crash kernel has started.")
    # The splats of a panic that was wanted don't count, those of the crash kernel do
    guest.machine.forgiven = log.rindex("Linux version")
    vm.close_machines()

    after = vm.boot(disk=disk, memory="2G")
    dump = after.run("ls /var/crash/*/dump.*")
    assert len(dump.split()) == 1, f"expected one dump, found: {dump}"
    # kdump-tools writes it flattened
    after.run(f"makedumpfile -R /var/tmp/core < {dump} && makedumpfile --dump-dmesg /var/tmp/core /tmp/dmesg", timeout=240)
    dmesg = after.read("/tmp/dmesg")
    assert "sysrq: Trigger a crash" in dmesg and f"Linux version {version(vm.kernel)}" in dmesg, f"not the log of the crash: {dmesg[-500:]}"
    vm.remark = after.run(f"ls -sh {dump}")
