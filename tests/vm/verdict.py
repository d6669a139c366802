"""The words in which a run can end, and what on a console counts as a splat.

Four verdicts: success; failure (the kernel did wrong); error (the harness
broke, or skipped the case: nothing is known about the kernel); missing.
"""
import re
from pathlib import Path

ALLOW = Path(__file__).with_name("console-allow.txt")

SPLAT = re.compile(
    r"WARNING: |BUG: |Oops: |Kernel panic|Call Trace:|cut here|general protection fault"
    r"|KASAN|KFENCE|KCSAN|UBSAN|INFO: (possible|suspicious|inconsistent|rcu|task|trying to register)"
    r"|possible (circular|recursive|irq lock|deadlock)|DEBUG_LOCKS_WARN_ON|Bad page state"
    r"|unreferenced object|stack segment|divide error|invalid opcode|soft lockup|hard LOCKUP"
    r"|not marked as E820_TYPE_RAM|\bnot ok \d")


class Failure(Exception):
    """The kernel did wrong, though no assert of the case says so."""


class GuestLost(Failure):
    """The guest reset or died: panic, triple fault, power off."""


class GuestTimeout(Failure):
    """The guest did not answer in time: it hangs."""


class CommandFailed(Failure):
    """A command in the guest ended with a status that the case didn't expect."""


class Splat(Failure):
    """The console holds a warning, oops, lockdep report or the like."""


class HarnessError(Exception):
    """The harness broke: nothing is known about the kernel."""


def verdict_of(exception):
    """A failure must be earned; whatever else went wrong is the harness's fault."""
    if exception is None:
        return "success"
    return "failure" if isinstance(exception, (AssertionError, Failure)) else "error"


def run_case(item, expected, kernel):
    """Runs a pytest item that has a lab, then looks for splats. Where a failure is expected, the regex must match its first line.

    Returns that line, or "".
    """
    try:
        item.obj(**{name: item.funcargs[name] for name in item._fixtureinfo.argnames})
        item.lab.check_splats()
    except (AssertionError, Failure) as failure:
        first_line = str(failure).partition("\n")[0]
        if not expected or not re.search(expected, first_line):
            raise
        return first_line
    assert not expected, f"passed on the {kernel} kernel, but should fail there with: {expected}"
    return ""


def allowed(path=ALLOW):
    """The allow-list: lines `regular expression  # reason`; a line without a reason is refused."""
    rules = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, mark, reason = line.partition("  # ")
        if not mark or not reason.strip():
            raise HarnessError(f"{path}:{number}: a line must be `pattern  # reason`, found: {line}")
        rules.append(re.compile(pattern.strip()))
    return rules


def splats(text, rules=None):
    """The lines of a console that are splats and not on the allow-list."""
    rules = allowed() if rules is None else rules
    return [line for line in text.splitlines()
            if SPLAT.search(line) and not any(rule.search(line) for rule in rules)]
