"""tests/vm with cases that must not pass: a guest that hangs, one that dies, a
splat, a worker that dies before its verdict, a machine without QEMU.

The cases run for real, in guests with the plain kernel, in a project of their own.
"""
import json
import os
import shutil
import struct
import subprocess
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/vm"))

from machine import Machine  # noqa: E402
from verdict import Failure, HarnessError  # noqa: E402

BASE = os.environ.get("BASE", "6.1")
PLAIN = ROOT / "build" / BASE / "plain" / "bzImage"

CASES = '''
import os
import pytest

pytestmark = [pytest.mark.guards_unchanged]
SMALL = {"firmware": "bios", "memory": "512M", "append": "nokaslr"}


def test_good(vm):
    assert vm.boot(**SMALL).run("echo here") == "here"


def test_never_answers(vm):
    vm.boot(**SMALL).run("sleep 1000", timeout=2)


def test_splat(vm):
    vm.boot(**SMALL).run("echo 'WARNING: CPU: 0 PID: 1 at kernel/toy.c:1' > /dev/kmsg")


def test_panic(vm):
    guest = vm.boot(**SMALL | {"memory": "256M"})
    guest.run("echo 2 > /proc/sys/vm/panic_on_oom; tail /dev/zero", timeout=90)


def test_agent_dies(vm):
    guest = vm.boot(**SMALL)
    guest.machine.send(b"the agent ends on what it does not understand\\n")
    guest.run("true")


def test_command_fails(vm):
    vm.boot(**SMALL).run("cat /nowhere")


@pytest.mark.new_knob("guard or knob?")
def test_two_kinds(vm):
    pass


def test_dies_without_verdict(vm):
    os._exit(0)
'''


def run_cases(root, *arguments, path=None, cases=CASES):
    """pytest over a copy of tests/vm with these cases, on the plain kernel."""
    assert PLAIN.exists(), f"{PLAIN} is missing: run `make build BASE={BASE}` first"
    shutil.copytree(ROOT / "tests/vm", root / "tests/vm", ignore=shutil.ignore_patterns("cases", "__pycache__"))
    shutil.copytree(ROOT / "patches" / BASE, root / "patches" / BASE)
    (root / "tests/vm/cases").mkdir()
    (root / "tests/vm/cases/toy.py").write_text(cases)
    (root / "build" / BASE / "plain").mkdir(parents=True)
    for name in ("linux", "plain/bzImage", "plain/bzImage.key"):
        (root / "build" / BASE / name).symlink_to(ROOT / "build" / BASE / name)
    done = subprocess.run([sys.executable, "-m", "pytest", "tests/vm", "--kernel", "plain", "--accel", "tcg", *arguments],
                          cwd=root, env={**os.environ, "PATH": path or os.environ["PATH"]}, text=True, timeout=250,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    results = root / "build" / BASE / "results/vm-on-plain.json"
    verdicts = json.loads(results.read_text()) if results.exists() else []
    return done.returncode, done.stdout, {v["case"].split("::")[-1]: v for v in verdicts}


@pytest.mark.parametrize("code, then, error, words", [
    (b"\xeb\xfe", None, Failure, "The guest hangs"),              # a jump to itself
    (b"\xf4\xeb\xfd", None, Failure, "The guest hangs"),          # halts
    (b"\x40\xeb\xfd", None, HarnessError, "The guest is slow"),   # counts
    (b"\x0f\x0b", None, Failure, "guest-reset"),                  # an exception without a handler
    (b"\xeb\xfe", lambda machine: machine.qmp("stop"), HarnessError, "QEMU says `paused`"),
    (b"\xeb\xfe", lambda machine: machine.process.terminate(), HarnessError, "not by the guest's doing"),
])
def test_time_is_up(tmp_path, code, then, error, words):
    """Dead, hanging or only slow: the smallest kernel that multiboot takes, at 1 MiB, with code behind its header."""
    start, magic, flags = 1 << 20, 0x1badb002, 1 << 16
    header = struct.pack("<8I", magic, flags, -(magic + flags) & 0xffffffff, start, start, 0, 0, start + 32)
    kernel = tmp_path / "kernel"
    kernel.write_bytes(header + code)
    machine = Machine(tmp_path, kernel, kernel, "", firmware="bios", memory="64M")
    try:
        if then:
            then(machine)
        with pytest.raises(error, match=words):
            machine.receive_until(b"an answer", machine.deadline(3), "an answer")
    finally:
        machine.close()


@pytest.fixture(scope="module")
def bad_run(tmp_path_factory):
    return run_cases(tmp_path_factory.mktemp("guests"), "-n", "2")


def test_exit_code_and_closing_line(bad_run):
    code, output, _ = bad_run
    assert code != 0
    assert "1 passed" in output.splitlines()[-1], output[-2000:]


@pytest.mark.parametrize("case, verdict, words", [
    ("test_good", "success", []),
    ("test_never_answers", "failure", ["The guest hangs: time is up while waiting for the end of `sleep 1000` (2 s)", "Console: "]),
    ("test_splat", "failure", ["All asserts passed, but the console holds splats", "WARNING: CPU: 0 PID: 1 at kernel/toy.c:1"]),
    ("test_panic", "failure", ["The guest ", "Kernel panic - not syncing: Out of memory"]),
    ("test_agent_dies", "error", ["The agent in the guest gave up"]),
    ("test_two_kinds", "error", ["needs one of the markers"]),
    ("test_command_fails", "failure", ["`cat /nowhere` ended with status 1", "No such file"]),
])
def test_verdict(bad_run, case, verdict, words):
    found = bad_run[2][case]
    assert found["verdict"] == verdict, found
    for word in words:
        assert word in found["message"]
    assert verdict != "success" or found["kind"] == "guard"


def test_missing_verdict(bad_run):
    _, output, verdicts = bad_run
    assert verdicts["test_dies_without_verdict"]["verdict"] in ("error", "missing")
    assert "test_dies_without_verdict" in output


def test_without_qemu(tmp_path, path_without):
    code, output, verdicts = run_cases(tmp_path, path=path_without("qemu-system-x86_64"),
                                       cases=CASES[:CASES.index("def test_never_answers")])
    assert code != 0
    assert verdicts.get("test_good", {"verdict": "error"})["verdict"] == "error"
    assert "qemu-system-x86" in output


def test_without_a_kernel(tmp_path):
    shutil.copytree(ROOT / "tests/vm", tmp_path / "tests/vm", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "patches" / BASE, tmp_path / "patches" / BASE)
    done = subprocess.run([sys.executable, "-m", "pytest", "tests/vm"], cwd=tmp_path, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode != 0
    assert "bzImage is missing: run `make build" in done.stdout


@pytest.mark.parametrize("kernel, key", [("plain", "bzImage.key"), ("fixes", "patches")])
def test_stale_kernel(tmp_path, kernel, key):
    shutil.copytree(ROOT / "tests/vm", tmp_path / "tests/vm", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "patches" / BASE, tmp_path / "patches" / BASE)
    build = tmp_path / "build" / BASE
    for name in ("plain", kernel):
        (build / name).mkdir(parents=True, exist_ok=True)
    for name in ("linux", "plain/bzImage", "plain/bzImage.key"):
        (build / name).symlink_to(ROOT / "build" / BASE / name)
    (build / kernel / key).unlink(missing_ok=True)
    (build / kernel / key).write_text("of another series\n")
    if kernel != "plain":
        (build / kernel / "bzImage").touch()
    done = subprocess.run([sys.executable, "-m", "pytest", "tests/vm", "--kernel", kernel], cwd=tmp_path, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode != 0
    assert f"the kernel {kernel} is not of what the branch 'series' has now" in done.stdout
