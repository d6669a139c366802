"""tests/vm/matrix.py: a base that was not tested is seen as that, and nothing but success counts as a pass."""
import json
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

CASE = "tests/vm/cases/dimm.py::test_dimm"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "tests/vm").mkdir(parents=True)
    shutil.copy(ROOT / "tests/vm/matrix.py", tmp_path / "tests/vm/matrix.py")
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "Documentation/results").mkdir(parents=True)
    return tmp_path


def base(project, name, patched=None, plain=None, not_tested=None, kind="proof"):
    """Writes the results of one base: verdict and message of CASE on either kernel."""
    (project / "patches" / name).mkdir(parents=True)
    results = project / "build" / name / "results"
    results.mkdir(parents=True)
    for file, found in (("vm.json", patched), ("vm-on-plain.json", plain)):
        if found:
            verdict = {"case": CASE, "verdict": found[0], "message": found[1], "accelerator": "tcg", "kind": kind}
            (results / file).write_text(json.dumps([verdict]))
    if not_tested:
        (results / "not-tested").write_text(not_tested)


def run(project):
    done = subprocess.run([sys.executable, "tests/vm/matrix.py"], cwd=project, text=True, capture_output=True)
    assert not done.stderr
    assert done.stdout in (project / "Documentation/results/matrix.md").read_text()
    return done.returncode, done.stdout


def test_bases_side_by_side(project):
    base(project, "6.1", ("success", ""), ("success", ""), kind="guard")
    base(project, "6.12", ("success", ""), ("success", "the next kernel has 4.0 GiB less RAM"))
    code, output = run(project)
    assert code == 0
    assert "| dimm: dimm | 6.1 guard, 6.12 proof | success / passes | success / fails |" in output


def test_no_source_is_not_a_pass(project):
    base(project, "6.1", ("success", ""))
    base(project, "7.2", not_tested="the archive has no 7.2 source")
    code, output = run(project)
    assert code == 0
    assert "**7.2: not tested** (the archive has no 7.2 source)" in output
    assert "| dimm: dimm | proof | success | not tested |" in output


def test_no_run_is_a_failure(project):
    base(project, "6.1", ("success", ""))
    base(project, "6.12")
    code, output = run(project)
    assert code == 1
    assert "**6.12: not tested** (no run)" in output


@pytest.mark.parametrize("verdict", ["failure", "error", "missing"])
@pytest.mark.parametrize("on_plain", [False, True])
def test_any_other_verdict_counts(project, verdict, on_plain):
    good, bad = ("success", ""), (verdict, "why")
    base(project, "6.12", good if on_plain else bad, bad if on_plain else good)
    code, output = run(project)
    assert code == 1
    assert verdict.upper() in output
