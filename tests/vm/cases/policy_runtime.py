"""The policy can be written while the machine runs, a wrong value is refused, the boot parameter is honoured.

The plain kernel fails: it has no such file.
"""
import pytest

from lab import DEFAULT_POLICY
from placement import FOUR_GIB, check_above_4g, check_policy_line

POLICY = "/sys/module/kexec_placement/parameters/policy"
MIN_RAM = "/sys/module/kexec_placement/parameters/min_ram_gib"


def write(guest, text, path=POLICY):
    """Status and output of writing a parameter; echo names the errno."""
    return guest.status(f"echo '{text}' > {path}")


@pytest.mark.topic("placement")
@pytest.mark.core
@pytest.mark.new_knob("policy is missing")
@pytest.mark.seconds(15)
def test_policy_runtime(vm):
    guest = vm.boot(memory="6G", append="nokaslr kexec_placement.policy=bottom-up kexec_placement.min_ram_gib=3")
    assert guest.status(f"test -e {POLICY}")[0] == 0, f"{POLICY} is missing"
    assert guest.read(POLICY) == "bottom-up", "the boot parameter policy= was not honoured"
    assert guest.read(MIN_RAM) == "3", "the boot parameter min_ram_gib= was not honoured"
    image = guest.load(payload_mib=1)
    assert all(s.start < FOUR_GIB for s in image.segments), f"bottom-up, but above 4 GiB: {image}"

    for wrong in ("sideways", "top-downward", "top", ""):
        status, output = write(guest, wrong)
        assert status and "Invalid argument" in output, f"writing '{wrong}': expected EINVAL, found {status} {output}"
        assert guest.read(POLICY) == "bottom-up", f"the wrong value '{wrong}' changed the policy"

    for policy, line in (("top-down", "policy top-down"), ("auto", r"policy auto: top-down \(UEFI boot\)")):
        assert write(guest, policy)[0] == 0, f"writing {policy} was refused"
        assert guest.read(POLICY) == policy
        image = guest.load(payload_mib=1)
        check_above_4g(image)
        check_policy_line(image, line)


@pytest.mark.new_knob("policy is missing")
@pytest.mark.seconds(8)
def test_min_ram(vm):
    """BIOS: auto goes by size alone, and by the limit as it is at the time of the load."""
    guest = vm.boot(firmware="bios", memory="6G", append="nokaslr")
    assert guest.status(f"test -e {POLICY}")[0] == 0, f"{POLICY} is missing"
    assert guest.read(POLICY) == DEFAULT_POLICY, f"{DEFAULT_POLICY} should be the default"
    assert write(guest, "auto")[0] == 0, "writing auto was refused"
    assert all(s.start < FOUR_GIB for s in guest.load(payload_mib=1).segments)
    for wrong in ("-1", "4G", "junk", ""):
        assert write(guest, wrong, MIN_RAM)[0], f"min_ram_gib took '{wrong}'"
    assert write(guest, "4", MIN_RAM)[0] == 0, "min_ram_gib can't be written"
    check_above_4g(guest.load(payload_mib=1))
