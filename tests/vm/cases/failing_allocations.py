"""Each allocation of a load fails once: the load says ENOMEM, no page is lost, and the image before stays.

The plain kernel loses a source page when there is no memory for the entry that would tell of it.
"""
import pytest

FAULTS = "/sys/kernel/debug"
# Which allocations may fail: those of whatever order and flags; without a trace in the log for each
SETTINGS = {"failslab": ("ignore-gfp-wait", "verbose"),
            "fail_page_alloc": ("ignore-gfp-wait", "ignore-gfp-highmem", "min-order", "verbose")}
# Entries for two more pages of the image's page list, 512 in a page
INITRD_MIB = 3
LOAD = "/lib/stub /tmp/small"


@pytest.mark.fails_on_plain("pages are lost")
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
    lines = [line.split(" ", 1) for line in first.run(f"faults sweep {LOAD}", timeout=300).splitlines()]
    errors = {int(n): error for n, error in lines[:-1]}
    first.machine.say(f"{lines[-1][0]} allocations, {len(errors)} of them fatal to the load")
    assert set(errors.values()) == {"ENOMEM"}, f"other errors than ENOMEM: {errors}"
    assert len(errors) > INITRD_MIB * 256, f"too few loads failed: {len(errors)}"
    first.run("kexec -u")
    lost = int(first.run("faults reserved")) - reserved
    assert not lost, f"{lost} pages are lost, after {len(errors)} loads that failed"

    first.load(append="nokaslr", payload_mib=8)
    middle = sorted(errors)[len(errors) // 2]
    assert "ENOMEM" in first.run(f"faults nth {middle} {LOAD}")
    first.jump().check_arrived(first)
