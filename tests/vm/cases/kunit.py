"""The series' KUnit tests pass in a real boot.

The plain kernel fails: it has no such suite.
"""
import re

import pytest


@pytest.mark.fails_on_plain("the KUnit suite kexec_placement did not run")
@pytest.mark.seconds(5)
def test_kunit(vm):
    log = vm.boot(firmware="bios", memory="512M").dmesg()
    results = [line for line in log if re.match(r"(not )?ok \d+ ", line)]
    assert any("kexec_placement" in line for line in results), f"the KUnit suite kexec_placement did not run: {results}"
    failed = [line for line in log if re.match(r"\s*not ok ", line)]
    assert not failed, f"KUnit tests failed: {failed}"
