"""pytest's side of the guests: options, the `vm` fixture, verdicts and the results file.

The controller builds the initrds and chooses the accelerator, once; the workers are told.
"""
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab import BASE, BUILD, KERNELS, TOPICS, Lab, base_has, prepare, step_before  # noqa: E402
from verdict import HarnessError, run_case, verdict_of  # noqa: E402

KINDS = {"fails_on_plain": "proof", "new_knob": "knob", "guards_unchanged": "guard"}


def pytest_addoption(parser):
    group = parser.getgroup("guests")
    group.addoption("--kernel", choices=KERNELS, default="patched",
                    help="plain: put the unpatched kernel in the patched one's place and see each case fail as it says;"
                         " debug: the series with KASAN, lockdep and more; ima, plain-ima: with IMA and a device tree;"
                         " a topic: that alone on the plain kernel")
    group.addoption("--long", action="store_true", help="run the cases with the marker long, and only these")
    group.addoption("--accel", choices=("auto", "kvm", "tcg"), default="auto",
                    help="auto: KVM when a guest boots with it, else TCG")


def is_worker(config):
    return hasattr(config, "workerinput")


def is_plain(kernel):
    return kernel.startswith("plain")


# Set-up, once a run

def pytest_configure(config):
    config.addinivalue_line("markers", "fails_on_plain(regex, since=, until=, without=): fails on the plain kernel, and this matches "
                            "the message; since: the first upstream version with the defect, until: the first without; without: "
                            "before 6.8, which places at the bottom, not plain has it, but the series below this patch")
    config.addinivalue_line("markers", "new_knob(regex, since=, until=): the same, as that kernel lacks the knob or the line in "
                            "the log that the case is about: no proof of a defect")
    config.addinivalue_line("markers", "since(version, until=): about what upstream has since then, and until; no case of other bases")
    config.addinivalue_line("markers", "guards_unchanged: passes on the plain kernel too: what must stay as it is")
    config.addinivalue_line("markers", "long: takes minutes and much memory; `make test-long` runs it")
    config.addinivalue_line("markers", "only_on(kernel...): not for the others, which lack an option for it")
    config.addinivalue_line("markers", "topic(name...): passes on the kernel of this topic alone")
    config.addinivalue_line("markers", "core: run for every base, even where time is short")
    config.addinivalue_line("markers", "quick: run by `make test` besides the core")
    config.addinivalue_line("markers", "seconds(n): how long it takes under TCG; the longest are started first")
    if is_worker(config):
        config.accel = config.workerinput["accel"]
    elif not config.option.collectonly and not config.option.help:
        kernel = config.option.kernel
        kernels = ("plain", kernel) if kernel in ("patched", *TOPICS) else (kernel,)
        try:
            config.accel, config.accel_why = prepare(kernels, config.option.accel,
                                                     lambda text: print(text, file=sys.stderr, flush=True))
        except HarnessError as error:
            raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["accel"] = node.config.accel


def pytest_report_header(config):
    if hasattr(config, "accel_why"):
        return [f"base {BASE}, kernel under test: {config.option.kernel}",
                f"accelerator {config.accel}: {config.accel_why}", f"consoles: {BUILD}/logs/"]


def pytest_collection_modifyitems(config, items):
    """Long cases or all others, what this kernel and this base can run; the longest start first."""
    def chosen(item):
        only, topics = item.get_closest_marker("only_on"), item.get_closest_marker("topic")
        if config.option.kernel in TOPICS and not (topics and config.option.kernel in topics.args):
            return False
        if config.option.kernel.endswith("ima") and not only:
            return False
        return ((item.get_closest_marker("long") is not None) == config.option.long
                and (not only or config.option.kernel.removeprefix("plain-") in only.args)
                and all(base_has(*m.args, m.kwargs.get("until")) for m in item.iter_markers("since")))
    others = [item for item in items if not chosen(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = filter(chosen, items)
    items.sort(key=lambda item: -(item.get_closest_marker("seconds") or pytest.mark.seconds(10).mark).args[0])


def pytest_runtest_setup(item):
    """Each case says what the plain kernel makes of it."""
    names = {marker.name for marker in item.iter_markers()} & set(KINDS)
    if not names or len(names) > 1 and "guards_unchanged" in names or len(expectations(item)) > 1:
        raise HarnessError(f"{item.nodeid} needs one of the markers {', '.join(KINDS)}: "
                           "does it fail on the plain kernel, and how, or guard what must not change?")


def expectations(item):
    """The marker that says how the case fails on the plain kernel of this base; none if it guards what that has, too."""
    return [marker for name in ("fails_on_plain", "new_knob") for marker in item.iter_markers(name)
            if base_has(marker.kwargs.get("since"), marker.kwargs.get("until"))]


def stands_in(item):
    """On the plain kernel: what the case runs on, and how it must fail there."""
    expected = expectations(item)
    kernel = item.config.option.kernel
    if not is_plain(kernel) or not expected:
        return kernel, None
    without = expected[0].kwargs.get("without")
    return step_before(without) if without and base_has(until="6.8") else kernel, expected[0].args[0]


# The fixture

@pytest.fixture
def vm(request):
    name = re.sub(r"[^\w.=-]+", "-", request.node.name).strip("-")
    lab = Lab(name, stands_in(request.node)[0], request.config.accel)
    request.node.lab = lab
    yield lab
    lab.close()


# Verdicts

@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """On the plain kernel a case must fail as its marker says."""
    kernel, expected = stands_in(pyfuncitem)
    failed = run_case(pyfuncitem, expected, "plain")
    if failed:
        step = f"(the series up to {kernel}) " if kernel.isdigit() else ""
        pyfuncitem.user_properties.append(("failed_as_it_says", step + failed))
    return True


def message_of(item, exception):
    """Why it failed; on the plain kernel how it failed as it should; else what the case has to tell."""
    if exception:
        return str(exception)
    if is_plain(item.config.option.kernel):
        return dict(item.user_properties).get("failed_as_it_says", "")
    return getattr(getattr(item, "lab", None), "remark", "")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    exception = call.excinfo.value if call.excinfo else None
    report.verdict = verdict_of(exception) if call.when == "call" or not exception else "error"
    report.accel = item.config.accel
    report.message = message_of(item, exception)
    report.kind = next((KINDS[marker.name] for marker in expectations(item)), "guard")
    report.cpu = item.lab.close() if call.when == "call" and hasattr(item, "lab") else 0
    if isinstance(exception, AssertionError) and hasattr(item, "lab"):
        for machine in item.lab.machines:
            report.sections.append((f"console {machine.console}", machine.explain("The last machine state.")))


def pytest_report_teststatus(report):
    """What pytest calls failed is an error where the harness broke; each line names the accelerator."""
    if report.when == "collect" or report.when != "call" and report.passed:
        return None
    # A worker that died can't say anything: that is no verdict on the kernel.
    verdict, accelerator = getattr(report, "verdict", "error"), getattr(report, "accel", "worker died")
    category = {"success": "passed", "failure": "failed", "error": "error"}[verdict]
    return category, verdict[0].upper(), \
        f"{verdict.upper()} [{accelerator}, {report.duration:.0f} s, cpu {getattr(report, 'cpu', 0):.0f} s]"


# Results: every case that was collected must have its verdict

def pytest_sessionstart(session):
    session.config.pluginmanager.register(Results(session.config), "guest-results")


class Results:
    """Collects verdicts in the controller and writes build/BASE/results/vm.json."""

    def __init__(self, config):
        self.config, self.verdicts, self.expected = config, {}, set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids):
        self.expected.update(ids)

    def pytest_collection_finish(self, session):
        self.expected.update(item.nodeid for item in session.items)

    def pytest_runtest_logreport(self, report):
        verdict = getattr(report, "verdict", "error")
        if report.when == "call" or report.failed:
            self.verdicts[report.nodeid] = {
                "case": report.nodeid, "verdict": verdict, "base": BASE, "kernel": self.config.option.kernel,
                "kind": getattr(report, "kind", ""),
                "accelerator": getattr(report, "accel", "unknown"), "seconds": round(report.duration, 1),
                "cpu": round(getattr(report, "cpu", 0), 1),
                "message": getattr(report, "message", str(report.longrepr))[:4000]}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if is_worker(self.config) or self.config.option.collectonly or not hasattr(self.config, "accel"):
            return
        for case in sorted(self.expected - set(self.verdicts)):
            self.verdicts[case] = {"case": case, "verdict": "missing", "message": "the run ended without a verdict"}
        # pytest takes a skipped case for no failure
        if session.exitstatus == 0 and any(v["verdict"] != "success" for v in self.verdicts.values()):
            session.exitstatus = 1
        long, kernel = self.config.option.long, self.config.option.kernel
        chosen = kernel != "debug" and any(arg.endswith(".py") or "::" in arg for arg in self.config.args)
        if self.config.option.keyword or chosen:
            return # a few cases by hand are not the results of the suite
        path = BUILD / "results" / f"vm{'-long' * long}{'' if kernel == 'patched' else f'-on-{kernel}'}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sorted(self.verdicts.values(), key=lambda v: v["case"]), indent=1) + "\n")

    def pytest_terminal_summary(self, terminalreporter):
        missing = [case for case, v in self.verdicts.items() if v["verdict"] == "missing"]
        for case in missing:
            terminalreporter.write_line(f"MISSING {case}: the run ended without a verdict", red=True)
