"""The series' KUnit tests pass in a real boot, each suite of its patches by name.

The plain kernel has none of them.
"""
import re

import pytest

from lab import PATCHES, series

SUITE = re.compile(r'struct kunit_suite \w+ = \{\n\+\s*\.name = "(\w+)"')


@pytest.mark.quick
@pytest.mark.new_knob("the KUnit suite kexec_placement did not run")
@pytest.mark.seconds(5)
def test_kunit(vm):
    log = vm.boot(firmware="bios", memory="512M").dmesg()
    results = [line for line in log if re.match(r"(not )?ok \d+ ", line)]
    suites = [name for patch in series() for name in SUITE.findall((PATCHES / patch).read_text())]
    assert suites, "no patch has a KUnit suite"
    for suite in suites:
        assert any(re.fullmatch(rf"ok \d+ {suite}", line) for line in results), f"the KUnit suite {suite} did not run: {results}"
    failed = [line for line in log if re.match(r"\s*not ok ", line)]
    assert not failed, f"KUnit tests failed: {failed}"
