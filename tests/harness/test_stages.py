"""make test: every stage must say its verdict; a missing one is never a pass."""
import shutil
import time

import pytest

from conftest import ROOT

GOOD = {"setup": "all 30 packages are installed", "check-quick": "all quick checks passed",
        "tree": "tree is up to date", "build": "all kernels are built", "check": "all checks passed",
        "test-topics": "each topic stands alone: toy"}
PASSES = "def test_it():\n    pass\n"
TWO_GUESTS = "import pytest\n@pytest.mark.core\ndef test_it():\n    pass\ndef test_slow():\n    pass\n"


@pytest.fixture
def suite(bare):
    """The stage runner, with stages that only say they passed."""
    for name, verdict in GOOD.items():
        bare.write(f"scripts/{name}", f"#!/bin/sh\necho '{verdict}'\n", 0o755)
    for name in ("harness/test_hooks", "model/test_toy"):
        bare.write(f"tests/{name}.py", PASSES)
    bare.write("tests/vm/test_toy.py", TWO_GUESTS)
    bare.write("tests/vm/pytest.ini", "[pytest]\nmarkers = core\n")
    return bare


def summary(output):
    return output[output.index("== make test"):].splitlines()


def test_all_pass(suite):
    lines = summary(suite.ok("make", "-s", "test"))
    assert [line.split()[2] for line in lines[1:]] == \
        ["setup", "check-quick", "tree", "plain", "build", "check", "harness", "model", "vm"]
    assert all(line.split()[0] == "ok" for line in lines[1:])
    assert "1 passed" in lines[9], "pytest's closing line is seen at the end: of the core guests"


def test_stage_that_fails(suite):
    suite.write("scripts/check", "#!/bin/sh\necho 'all checks passed'\nexit 3\n", 0o755)
    lines = summary(suite.fails("make", "-s", "test"))
    assert "FAIL" in lines[6] and "exit code 3" in lines[6]
    assert lines[9].split()[0] == "ok", "stages that don't need it go on"


def test_stage_that_the_others_need(suite):
    suite.write("scripts/build", "#!/bin/sh\nexit 1\n", 0o755)
    output = suite.fails("scripts/test")
    assert "stages after it have no verdict" in output and len(summary(output)[1].split()) and "vm" not in output.split("==")[-1]


def test_early_failure_is_not_forgotten(suite):
    suite.write("scripts/check-quick", "#!/bin/sh\nexit 1\n", 0o755)
    output = suite.fails("make", "-s", "test")
    assert "1 of 9 stages failed" in output


def test_stage_beside_that_does_not_end(suite):
    """What ran beside the builds and was killed has no verdict."""
    suite.write("scripts/check", "#!/bin/sh\necho 'all checks passed'\nkill -KILL 0\n", 0o755)
    lines = summary(suite.fails("scripts/test"))
    assert "FAIL" in lines[6] and "exit code unknown" in lines[6]
    assert lines[9].split()[0] == "ok"


def test_nothing_goes_on_after_the_end(suite):
    suite.write("scripts/build", "#!/bin/sh\necho 'all kernels are built'\n[ \"$*\" = plain ]\n", 0o755)
    suite.write("scripts/check", "#!/bin/sh\nsleep 100\n", 0o755)
    started = time.monotonic()
    suite.fails("scripts/test")
    assert time.monotonic() - started < 50


def test_missing_verdict_of_a_stage(suite):
    suite.write("scripts/check", "#!/bin/sh\nexit 0\n", 0o755)
    assert "ended with 0, but without its verdict" in suite.fails("scripts/test")


@pytest.mark.parametrize("case, why", [
    ("", "exit code 5"),                                              # nothing collected
    ("def test_it():\n    import os\n    os._exit(0)\n", ""),              # pytest or a worker dies, silently
    ("def test_it():\n    pytest.skip('x')\n", "without its verdict"),
])
def test_missing_verdict_of_pytest(suite, case, why):
    suite.write("tests/vm/test_toy.py", "import pytest\npytestmark = pytest.mark.core\n" + case)
    lines = summary(suite.fails("scripts/test"))
    assert lines[9].split()[0] == "FAIL" and "vm" in lines[9] and why in lines[9]


# make test-all

@pytest.fixture
def bases(suite):
    """Three bases: the archive has no source for 6.2; the guests leave a result each, and 6.3 gets core only."""
    for base in ("6.2", "6.3"):
        shutil.copytree(suite.root / "patches/6.1", suite.root / "patches" / base)
    suite.write("scripts/tree", "#!/bin/sh\n[ $BASE != 6.2 ] || exit 77\necho 'tree is up to date'\n", 0o755)
    shutil.copy(ROOT / "tests/vm/matrix.py", suite.root / "tests/vm/matrix.py")
    suite.write("tests/vm/conftest.py", RESULTS)
    suite.write("Documentation/results/.keep", "")
    return suite


RESULTS = """
import json, os, pathlib

def pytest_addoption(parser):
    parser.addoption("--kernel", default="patched")

def pytest_configure(config):
    config.addinivalue_line("markers", "core")
    file = "vm.json" if config.option.kernel == "patched" else "vm-on-plain.json"
    results = pathlib.Path("build", os.environ["BASE"], "results", file)
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps([{"case": "cases/toy.py::test_it", "verdict": "success", "message": ""}]))
"""


def test_topics_too(bases):
    lines = summary(bases.ok("env", "BASE=6.1", "scripts/test", "on-plain"))
    assert [line.split()[2] for line in lines[-3:]] == ["vm", "vm", "topics"] and "vm on plain" in lines[-3]
    assert all("2 passed" in line for line in lines[-3:-1]), "all guests, on both kernels"


def test_every_base(bases):
    output = bases.ok("bash", ".ci/run")
    assert output.count("== vm on plain: guests -m core --kernel plain") == 1, "of the first base"
    guests = [line for line in output.splitlines() if line.split()[:1] == ["ok"] and " vm " in line]
    assert ["2 passed" in line for line in guests] == [False, True, False], "6.1 on plain, 6.1: all guests, 6.3"
    assert "NOT TESTED  6.2: the archive has no 6.2 source" in output
    assert "make test BASE=6.1" in output and "make test BASE=6.2" not in output
    assert any("success" in line and "not tested" in line for line in output.splitlines())
    assert output.splitlines()[-1].split()[:2] == ["ok", "6.3"], "the summary comes last"


def test_old_results_do_not_count(bases):
    bases.write("build/6.2/results/vm.json", "[]")
    assert "**6.2: not tested**" in bases.ok("scripts/test-all")


def test_a_base_that_fails(bases):
    bases.write("scripts/check-quick", "#!/bin/sh\n[ $BASE != 6.3 ] || exit 1\necho 'all quick checks passed'\n", 0o755)
    output = bases.fails("scripts/test-all", "core")
    assert "FAIL        6.3: exit code 1" in output and "ok          6.1" in output
    assert "1 of 3 bases failed" in output


def test_hooks_of_other_bases(bases):
    bases.write("tests/harness/test_hooks.py", "import os\ndef test_it():\n    assert os.environ['BASE'] != '6.3'\n")
    output = bases.fails("scripts/test-all", "core")
    assert "ok          6.1" in output and "FAIL        6.3" in output
