"""Where kernels and logs are, what must be there before a guest can boot, and a case's way to machines."""
import contextlib
import fcntl
import functools
import hashlib
import os
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path

import accel
import initrd
from guest import Guest, cmdline, new_token
from machine import Machine
from verdict import HarnessError, Splat

BASE = os.environ.get("BASE", "6.1")
BUILD = Path(__file__).resolve().parents[2] / "build" / BASE
PATCHES = Path(__file__).resolve().parents[2] / "patches" / BASE
# Each on the plain base, with what it needs and nothing else: scripts/build topic NAME
TOPICS = tuple(re.findall(r"^# topic (\w+):", (PATCHES / "series").read_text(), re.M))
KERNELS = ("plain", "patched", "debug", "ima", "plain-ima", *TOPICS)
# Every time limit is for the plain kernel. By how much a guest with another one may be slower:
PATIENCE = {"debug": 6}


def base_has(since=None, until=None):
    """Is this base one of the upstream versions from `since` on, and before `until`? None: no such end."""
    def number(version):
        return tuple(int(part) for part in version.split("."))
    return (not since or number(BASE) >= number(since)) and (not until or number(BASE) < number(until))


# Upstream's order without the series, which the series keeps unless asked
DEFAULT_POLICY = "top-down" if base_has(since="6.8") else "auto"


def bzimage(kernel):
    """The copy made when the run began, since a build may go on beside it; or a step of the series, by number."""
    if kernel.isdigit():
        return BUILD / "steps" / f"{kernel}.bzImage"
    return BUILD / "vm" / f"boot-{kernel}" / "boot" / "bzImage"


@functools.cache
def trees(commits):
    """What git says is in each of these commits, in order."""
    done = subprocess.run(["git", "-C", BUILD / "linux", "log", "--reverse", "--format=%T", *commits.split()], capture_output=True, text=True)
    if done.returncode:
        raise HarnessError(f"there is no branch 'series' in {BUILD / 'linux'}: run `make tree BASE={BASE}` first")
    return done.stdout.split()


def check_built(kernel):
    """A kernel must be of what the branch has now: all of it, a step, by number, or nothing; a topic, of the patches."""
    steps = trees("base..series")
    number = int(kernel) if kernel.isdigit() else len(steps)
    key, now = BUILD / kernel / "bzImage.key", steps[number - 1:number]
    if kernel.isdigit() or kernel == "patched":
        key = BUILD / "steps" / f"{number:04}.bzImage.key"
    elif kernel in TOPICS:
        key = BUILD / kernel / "patches"
        patches = (p.read_bytes() for p in sorted(PATCHES.glob("[0-9]*.patch")) if p.name[:4] != "0000")
        now = [hashlib.sha256(b"".join(patches)).hexdigest()]
    elif kernel.startswith("plain"):
        now = trees("base -1")
    if not key.exists() or key.read_text().split()[:1] != now:
        raise HarnessError(f"the kernel {kernel} is not of what the branch 'series' has now, by {key}: "
                           f"run `make build BASE={BASE}`, or scripts/build for that one")


def prepare(kernels, accelerator, say):
    """Builds the initrds and chooses the accelerator; returns it and why."""
    for kernel in kernels:
        if not (BUILD / kernel / "bzImage").exists():
            own = {"debug": "debug", "ima": "ima", "plain-ima": "ima"} | {topic: f"topic {topic}" for topic in TOPICS}
            target = f"scripts/build {own[kernel]}" if kernel in own else f"make build BASE={BASE}"
            raise HarnessError(f"{BUILD / kernel / 'bzImage'} is missing: run `{target}` first")
        check_built(kernel)
    work = initrd.build(BUILD, kernels)
    if accelerator != "auto":
        return accelerator, "as asked for"
    return accel.choose(BUILD, work, kernels[0], say)


def series():
    """File names of the patches, in order."""
    return [line for line in (PATCHES / "series").read_text().splitlines() if not line.startswith("#")]


def step_kernel(patch):
    """The kernel after a patch, by its number, as boot() takes it."""
    step = patch[:4]
    if not bzimage(step).exists():
        raise HarnessError(f"{bzimage(step)} is missing: run `make build BASE={BASE}` first")
    check_built(step)
    return step


def step_kernels():
    return [step_kernel(patch) for patch in series()]


def step_before(words):
    """The kernel with all patches below the one whose file name has these words."""
    patches = series()
    found = [before for before, name in zip(patches, patches[1:]) if words in name]
    if len(found) != 1:
        raise HarnessError(f"patches/{BASE}/series has {len(found)} patches with '{words}' in their name: {patches}")
    return step_kernel(found[0])


def cpu_of_children():
    """Seconds of processor time of all QEMUs that have ended: what a case costs, whatever else the host does."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Lab:
    """Boots machines for one case; close() ends them all. Logs are below directory."""

    def __init__(self, name, kernel, accelerator, say=lambda text: None):
        self.directory, self.kernel, self.accel, self.machines = BUILD / "logs" / name, kernel, accelerator, []
        self.start, self.say_also, self.remark = time.monotonic(), say, ""
        self.cpu_before = cpu_of_children()
        self.only_user()
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)

    def only_user(self):
        """Two runs of one case would take each other's logs away."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        self.lock = open(f"{self.directory}.lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HarnessError(f"another run of this case is using {self.directory}: wait for its end") from None

    def say(self, text):
        line = f"{time.monotonic() - self.start:7.1f} s  {text}"
        with open(self.directory / "steps.log", "a") as log:
            print(line, file=log)
        self.say_also(line)

    def boot(self, kernel="patched", second=None, append="", timeout=120, defective=False, initrd=None, **machine):
        """Boots a kernel and returns it as a Guest. second: the kernel in its /boot, by default the same.

        initrd: another than the usual one.

        defective: this kernel is here to show a defect, so its splats don't count.
        """
        kernel, second = self.under_test(kernel), self.under_test(second or kernel)
        # A step of the series has no initrd of its own: it jumps into plain
        second = "plain" if second.isdigit() else second
        token = new_token()
        directory = self.directory / f"{len(self.machines) + 1}-{kernel}"
        self.say(f"boot {kernel} {machine} {append}")
        self.machines.append(Machine(directory, bzimage(kernel), initrd or BUILD / "vm" / f"first-{second}.cpio",
                                     cmdline(append, token), self.accel, say=self.say,
                                     patience=PATIENCE.get(kernel, 1), **machine))
        self.machines[-1].defective = defective
        return Guest.boot(self.machines[-1], token, timeout=timeout)

    def under_test(self, kernel):
        """With --kernel the plain or the debug kernel, or a step of the series, stands in for the patched one."""
        return self.kernel if kernel == "patched" else kernel

    @contextlib.contextmanager
    def much_memory(self):
        """For a case whose guests touch more than 4 GiB: one at a time, the host has to hold them."""
        with open(BUILD / "vm" / "much-memory.lock", "w") as lock:
            waiting = time.monotonic()
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.say(f"waited {time.monotonic() - waiting:.0f} s for other cases with much memory")
            yield
            self.close()

    def check_splats(self):
        """A splat in any kernel fails the case, whatever its asserts say."""
        for machine in self.machines:
            if machine.splats() and not machine.defective:
                raise Splat(machine.explain("All asserts passed, but the console holds splats."))

    def close(self):
        """Ends all machines; returns the processor time they took."""
        for machine in self.machines:
            machine.close()
        self.lock.close()
        return cpu_of_children() - self.cpu_before
