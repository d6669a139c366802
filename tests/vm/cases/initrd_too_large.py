"""An initrd larger than any hole is refused with a reason, and the image loaded before stays and works.

The guest has 1 GiB of RAM cut into pieces by reserved pages, so that a file of
256 MiB fits into free memory but not into any piece.
The plain kernel refuses too, but does not say what it wanted.
"""
import pytest

PIECES = ",".join(f"64K${start:#x}" for start in range(0x8000000, 0x40000000, 0x8000000))
INITRD_MIB = 256


@pytest.mark.new_knob("no line `kexec_placement: no room for")
@pytest.mark.seconds(12)
def test_initrd_too_large(vm):
    first = vm.boot(firmware="bios", memory="1G",
                    append=f"nokaslr kexec_placement.policy=top-down memmap={PIECES}")
    largest = max(end - start for start, end in first.iomem())
    assert largest < INITRD_MIB << 20, f"the guest's RAM is not cut as it should be: {first.iomem()}"
    first.load(append="nokaslr", payload_mib=8)

    first.run(f"truncate -s {INITRD_MIB}M /tmp/too-large")
    refused = first.load_refused("/tmp/too-large")
    assert "Cannot assign requested address" in refused.output, \
        f"expected EADDRNOTAVAIL (Cannot assign requested address) from kexec, found: {refused.output}"
    lines = [line for line in refused.log if line.startswith("kexec_placement: no room for ")]
    assert len(lines) == 1, f"no line `kexec_placement: no room for ...` in the kernel's log, or too many: {lines}"
    assert f"{INITRD_MIB << 20:#x}" in lines[0], f"the line should name the size {INITRD_MIB << 20:#x}: {lines[0]}"

    assert first.loaded(), "the image loaded before is gone: kexec_loaded is 0"
    first.jump().check_arrived(first)
