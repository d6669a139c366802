"""A load takes the size of the initrd once, not twice, and fails before anybody is killed for want of memory.

The plain kernel reads the file into a buffer, and copies that into the pages of the image.
"""
import pytest

from memory import MIB

FILE_MIB = 1024
WATCH = "while :; do awk '/MemAvailable/ {print $2}' /proc/meminfo; done > /tmp/available & watcher=$!; sleep 1; "
LOWEST = "kill $watcher; sort -n /tmp/available | head -n 1"


@pytest.mark.topic("cost")
@pytest.mark.fails_on_plain("MiB of memory at its peak")
@pytest.mark.seconds(60)
def test_peak(vm):
    with vm.much_memory():
        guest = vm.boot(memory="6G", append="nokaslr")
        guest.build_initrd(FILE_MIB)
        size = int(guest.run(f"ls -l /tmp/initrd-{FILE_MIB}").split()[4])
        before = guest.meminfo()["MemAvailable"]
        lowest = int(guest.run(f"{WATCH} kexec -s -l /boot/bzImage --initrd=/tmp/initrd-{FILE_MIB} --command-line=x || exit; "
                               f"{LOWEST}", timeout=300)) * 1024
        assert guest.loaded()
        guest.machine.say(f"a load of {size / MIB:.0f} MiB took {(before - lowest) / MIB:.0f} MiB at its peak")
        assert before - lowest <= size * 1.03 + 64 * MIB, \
            f"a load of {size / MIB:.0f} MiB took {(before - lowest) / MIB:.0f} MiB of memory at its peak"


@pytest.mark.topic("cost")
@pytest.mark.fails_on_plain("Killed process .* \\(kexec\\)")
@pytest.mark.seconds(90)
def test_small_machine(vm):
    """The file in tmpfs, the image beside it, and no room for another copy."""
    with vm.much_memory():
        first = vm.boot(memory="3G", append="nokaslr kexec_placement.policy=top-down")
        # A tmpfs may have half of the memory that is free when it is mounted: too little for what is in the initrd
        first.load(append="nokaslr rootfstype=ramfs", payload_mib=FILE_MIB)
        # Since 6.12 the next kernel has 3 MiB more
        first.jump().check_arrived(first, tolerance=4 * MIB)


@pytest.mark.topic("cost")
@pytest.mark.fails_on_plain("expected ENOMEM .*Killed process .* \\(kexec\\)")
@pytest.mark.seconds(30)
def test_no_memory(vm):
    first = vm.boot(firmware="bios", memory="1G", append="nokaslr")
    first.load(append="nokaslr", payload_mib=8)
    first.run("truncate -s 950M /tmp/large")
    refused = first.load_refused("/tmp/large")
    assert "Cannot allocate memory" in refused.output, f"expected ENOMEM (Cannot allocate memory), found: {refused}"
    assert any("no memory for an initrd of 972800 KiB" in line for line in refused.log), f"the log does not say why: {refused.log}"
    killed = first.dmesg("sed -n '/[Oo]ut of memory/p'")
    assert not killed, f"somebody was killed: {killed}"
    first.jump().check_arrived(first)
