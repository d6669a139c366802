"""Each allocation of a load fails once: the load says ENOMEM, no page is lost, and the image before stays.

The plain kernel loses a source page when there is no memory for the entry that would tell of it. Since 6.8 it also
says that there is no room for a segment, when there was no memory for its list of ranges.
"""
import pytest

from verdict import splats

FAULTS = "/sys/kernel/debug"
# Which allocations may fail: those of whatever order and flags; without a trace in the log for each
SETTINGS = {"failslab": ("ignore-gfp-wait", "verbose"),
            "fail_page_alloc": ("ignore-gfp-wait", "ignore-gfp-highmem", "min-order", "verbose")}
# Entries for two pages of the image's page list, 512 in a page
INITRD_MIB = 3
LOAD = "/lib/stub /tmp/small"


def sweep(guest):
    """What each load said whose n-th allocation failed, by n. vmalloc() tells of each with a trace: not to the console."""
    lines = guest.run(f"dmesg -n 1; faults sweep {LOAD}; dmesg -n 8", timeout=300).splitlines()
    log = guest.dmesg()
    traces = [line for line in splats("\n".join(log)) if line != "Call Trace:"]
    assert not traces and len(splats("\n".join(log))) <= sum("vmalloc error: " in line for line in log), \
        f"the log holds splats: {splats(chr(10).join(log))}"
    assert lines[-1].endswith(" end"), f"the sweep ended early: {lines[-1]}"
    guest.machine.say(f"{lines[-1]} after so many loads, {len(lines) - 1} of them failed")
    return {int(n): error for n, error in (line.split(" ", 1) for line in lines[:-1])}


@pytest.mark.topic("cost")
@pytest.mark.fails_on_plain("[1-9][0-9]* pages are lost", until="6.8")
@pytest.mark.fails_on_plain("[1-9][0-9]* pages are lost.*EADDRNOTAVAIL", since="6.8")
@pytest.mark.seconds(30)
def test_failing_allocations(vm):
    first = vm.boot(firmware="bios", memory="1G", append="nokaslr kexec_placement.policy=top-down", cpus=1)
    for name, files in SETTINGS.items():
        first.run(" && ".join(f"echo 0 > {FAULTS}/{name}/{file}" for file in files))
    first.run(f"truncate -s {INITRD_MIB}M /tmp/small")
    first.load(append="nokaslr", payload_mib=1)
    first.run("kexec -u")

    reserved = int(first.run("faults reserved"))
    first.load(append="nokaslr", payload_mib=1)
    errors = sweep(first)
    first.run("kexec -u")
    lost = int(first.run("faults reserved")) - reserved
    others = sorted({error for error in errors.values() if error != "ENOMEM"})
    assert not lost and not others, \
        f"{lost} pages are lost, after {len(errors)} loads that failed; other errors than ENOMEM: {others or 'none'}"
    assert len(errors) > 40, f"too few loads failed: {len(errors)}"

    # The same again costs nothing: with 10 KiB for each load it would be more than a MiB; 30 KiB come and go
    free = first.free()
    first.load(append="nokaslr", payload_mib=1)
    sweep(first)
    first.run("kexec -u")
    lost = (free - first.free()) // 1024
    first.machine.say(f"another sweep took {lost} KiB")
    assert lost < 256, f"{lost} KiB of memory are lost"

    # The n-th allocation may be another one this time, and one that the load can do without
    for n in sorted(errors)[-10:]:
        first.load(append="nokaslr", payload_mib=8)
        output = first.status(f"faults nth {n} {LOAD}")[1]
        if "ENOMEM" in output:
            break
    assert "ENOMEM" in output, f"none of ten loads failed, each with one allocation that did: {output}"
    first.jump().check_arrived(first)
