"""pytest's side of the Debian guests: the `vm` fixture, verdicts as tests/vm has them, and the results file.

Each case runs on the patched kernel, and with --kernel stock on the archive's. A marker says how it must
fail there (proof), or that it passes there as well (guard).
"""
import functools
import hashlib
import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "vm")]

from distro import KERNELS, WORK, Distro, version  # noqa: E402
from lab import BASE, BUILD, base_has  # noqa: E402
from verdict import HarnessError, run_case, verdict_of  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--kernel", choices=KERNELS, default="patched", help="stock: the archive's kernel in the patched one's place")
    parser.addoption("--left", action="store_true", help="leave out what succeeded before, if image, case and harness are the same")


def pytest_configure(config):
    config.addinivalue_line("markers", "fails_on_stock(regex, until=): proof: fails on the stock kernel, and this matches the message; "
                            "until: the first upstream version on which it passes, so that the case is a guard")
    config.addinivalue_line("markers", "guards_unchanged: passes on the stock kernel too")
    config.verdicts = {}
    if not config.option.collectonly and not (WORK / "disk.img.key").exists():
        raise pytest.UsageError(f"{WORK / 'disk.img'} is missing: `make test-distro` makes it")


def proof_of(item):
    """How the case must fail on this base's stock kernel; None if it passes there, too."""
    proof = item.get_closest_marker("fails_on_stock")
    if not proof and not item.get_closest_marker("guards_unchanged"):
        raise HarnessError(f"{item.nodeid} must say what the stock kernel makes of it")
    return proof.args[0] if proof and base_has(until=proof.kwargs.get("until")) else None


@functools.cache
def key_of(nodeid):
    """What a verdict is of: the image, the case, and what it stands on."""
    vm = HERE.parent / "vm"
    files = [WORK / "disk.img.key", *sorted(HERE.glob("*.py")), *sorted(vm.glob("*.py")), vm / "console-allow.txt", HERE / "cases" / nodeid.partition("::")[0]]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()[:12]


def case_of(item):
    return item.nodeid.rpartition("cases/")[2]


def pytest_collection_modifyitems(config, items):
    """What is edited from now on does not run, so no verdict is of it."""
    for item in items:
        key_of(case_of(item))
    old = saved(config) if config.option.left else {}
    done = [item for item in items if old.get(case_of(item), {}).get("verdict") == "success"]
    items[:] = [item for item in items if item not in done]
    config.hook.pytest_deselected(items=done)
    config.left_out = len(done)


@pytest.fixture
def vm(request):
    lab = Distro(request.node.name, request.config.option.kernel)
    request.node.lab = lab
    yield lab
    lab.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """On the stock kernel a proof must fail as its marker says."""
    stock = pyfuncitem.config.option.kernel == "stock"
    failed = run_case(pyfuncitem, proof_of(pyfuncitem) if stock else None, "stock")
    if failed:
        pyfuncitem.lab.remark = f"fails as it must: {failed}"
    return True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    exception = call.excinfo.value if call.excinfo else None
    if call.when != "call" and not exception:
        return
    verdict = verdict_of(exception) if call.when == "call" else "error"
    lab = getattr(item, "lab", None)
    report.verdict = verdict
    case = case_of(item)
    item.config.verdicts[case] = {
        "verdict": verdict, "kind": "proof" if proof_of(item) else "guard",
        "seconds": round(report.duration), "cpu": round(lab.close()) if lab else 0, "kernel": version(item.config.option.kernel),
        "key": key_of(case),
        "message": str(exception)[:4000] if exception else lab.remark}
    save(item.config)


def pytest_report_teststatus(report):
    if report.when == "collect" or report.when != "call" and report.passed:
        return None
    verdict = getattr(report, "verdict", "error")
    return {"success": "passed", "failure": "failed"}.get(verdict, "error"), verdict[0].upper(), \
        f"{verdict.upper()} [{report.duration:.0f} s]"


def results(config):
    return BUILD / "results" / f"distro-{config.option.kernel}.json"


def saved(config):
    """The verdicts of earlier runs that are of what is here now."""
    old = json.loads(results(config).read_text()) if results(config).exists() else {}
    return {case: v for case, v in old.items() if v.get("key") == key_of(case)}


def save(config):
    """Verdicts go to build/BASE/results, after each case; those of cases that do not run now stay, if nothing changed."""
    kept = saved(config)
    results(config).parent.mkdir(parents=True, exist_ok=True)
    results(config).write_text(json.dumps(dict(sorted((kept | config.verdicts).items())), indent=1) + "\n")


def pytest_sessionfinish(session):
    config = session.config
    if config.option.collectonly:
        return
    for case in map(case_of, session.items):
        config.verdicts.setdefault(case, {"verdict": "missing", "kernel": version(config.option.kernel), "key": key_of(case),
                                          "message": "the run ended without a verdict"})
    if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and config.left_out:
        session.exitstatus = pytest.ExitCode.OK
    if session.exitstatus == 0 and any(v["verdict"] != "success" for v in config.verdicts.values()):
        session.exitstatus = 1
    save(config)


def pytest_report_header(config):
    return [f"base {BASE}, first kernel: {config.option.kernel}, accelerator tcg; consoles: {BUILD}/logs/distro/"]
