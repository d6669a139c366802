#!/usr/bin/python3
"""make bench: what a load and a jump cost, patched against plain, in instructions of the guest.

QEMU runs with -icount shift=0,sleep=off: the guest's TSC counts its instructions, so the figures are the
same on every machine, however busy. They are ratios of work, not of time on real hardware.

Kernels: patched; plain; before, which is the series up to the patch below "find source pages", so that
images are placed top-down and source pages are found by searching lists.
"""
import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "vm"))

import search  # noqa: E402
from guest import Guest, cmdline, new_token, segments_of  # noqa: E402
from lab import BUILD, bzimage, prepare, step_before  # noqa: E402
from machine import Machine  # noqa: E402
from report import report  # noqa: E402
from verdict import HarnessError  # noqa: E402

STATES = ("fresh", "shuffled", "fragmented", "destinations first")
MIB = 1 << 20
OLD_START = 4 << 30
ICOUNT = ("-icount", "shift=0,sleep=off")
# Nearly all memory in one zone, whatever its size
LOW_MIB = 256
ONE_ZONE = ("-machine", f"max-ram-below-4g={LOW_MIB}M")
# A guest with icount does some 50 to 300 million instructions a second
LONG = 3600


def say(text):
    print(f"bench: {text}", flush=True)


class Bench:
    """One guest, booted for one measurement or one after the other."""

    def __init__(self, kernel, state, memory):
        name = {"before": before}.get(kernel, kernel)
        token, append = new_token(), "nokaslr kexec_placement.policy=top-down"
        if state == "shuffled":
            append += " page_alloc.shuffle=1"
        directory = BUILD / "logs" / "bench" / f"{kernel}-{state}".replace(" ", "-")
        self.debugcon = directory / "debugcon"
        self.machine = Machine(directory, bzimage(name), BUILD / "vm" / "base.cpio", cmdline(append, token), "tcg",
                               firmware="bios", memory=memory, cpus=1,
                               extra=ICOUNT + ONE_ZONE + ("-debugcon", f"file:{self.debugcon}"))
        self.guest, self.state = Guest.boot(self.machine, token, timeout=LONG), state
        self.run = lambda command: self.guest.run(command, timeout=LONG)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.machine.close()

    def arrange(self, mib):
        """Brings the page allocator's lists into the state, for an image of that size."""
        if self.state == "fragmented":
            self.hold("random 8")
        elif self.state == "destinations first":
            self.file_load(mib)
            initrd_at = max(segments_of(self.guest.dmesg()[-20:]), key=lambda s: s.size)
            self.run("kexec -u")
            self.hold(f"destinations {initrd_at.start:#x} {initrd_at.end:#x}")

    def hold(self, arguments):
        self.run(f"bench hold {arguments} > /tmp/hold & while kill -0 $! && ! grep -q given /tmp/hold; do sleep 1; done;"
                 " grep -q given /tmp/hold")

    def file_load(self, mib):
        """Ticks of one kexec_file_load(). The initrd is one hole: it takes no memory in the guest."""
        self.run(f"rm -f /tmp/initrd; truncate -s {mib}M /tmp/initrd")
        return int(self.run("bench load /lib/stub /tmp/initrd"))

    def old_load(self, mib):
        return int(self.run(f"bench old /lib/stub {OLD_START:#x} {mib}"))

    def jump(self):
        """Ticks from `Starting new kernel` in the log to the first instruction of what was loaded.

        What comes before stops devices, with delays that have nothing to do with the image. The log's time is
        brought to the TSC by the line `bench jump`, of which both are known: within a microsecond or so.
        """
        command = b"bench jump"
        self.machine.send(b"@run %d\n" % len(command) + command)
        self.machine.process.wait(LONG)
        ticks = self.debugcon.read_bytes()
        seconds = {text: float(at) for at, text in
                   re.findall(r"\[ *([\d.]+)\] (bench jump|kexec_core: Starting new kernel)", self.machine.log())}
        if len(ticks) != 16 or len(seconds) != 2:
            raise HarnessError(self.machine.explain(f"Two TSCs and two lines in the log: {ticks!r}, {seconds}"))
        marked, started = seconds.values()
        stub, mark = int.from_bytes(ticks[8:], "little"), int.from_bytes(ticks[:8], "little")
        return round(stub - mark - (started - marked) * 1e9)


def measure(what, kernel, state, mib, function):
    start = time.monotonic()
    # Room for the file as the kernel reads it and for its source pages. To arrange the lists of a large guest takes
    # long, so it is as large as the image needs: the same share of the memory for every size.
    memory = "7G" if state in ("fresh", "shuffled") else f"{LOW_MIB + 512 + 3 * mib}M"
    with Bench(kernel, state, memory) as bench:
        ticks = function(bench, mib)
    wall = time.monotonic() - start
    say(f"{what:10} {kernel:8} {state:19} {mib:5} MiB  {ticks / 1e9:9.3f} G instructions, "
        f"{ticks / mib / MIB:7.2f} a byte ({wall:.0f} s of wall time, TCG)")
    results.append({"what": what, "kernel": kernel, "state": state, "mib": mib, "instructions": ticks,
                    "wall_seconds": round(wall, 1)})


def load(bench, mib):
    bench.arrange(mib)
    return bench.file_load(mib)


def old(bench, mib):
    bench.arrange(mib)
    return bench.old_load(mib)


def jump(loader):
    def function(bench, mib):
        loader(bench, mib)
        return bench.jump()
    return function


def all_measurements(quick):
    small, middle, big = (64, 256, 256) if quick else (64, 256, 1024)
    for state in STATES:
        for mib in sorted({small, middle, big, 2 * big}):
            measure("load", "patched", state, mib, load)
    for kernel in ("before", "plain"):
        measure("load", kernel, "shuffled", big, load)
    for mib in (small, middle):
        measure("load", "before", "destinations first", mib, load)
    for kernel in ("patched", "before"):
        measure("old load", kernel, "shuffled", big, old)
    for kernel in ("patched", "plain"):
        for mib in (small, big):
            measure("old jump", kernel, "fresh", mib, jump(old))
    for mib in (small, middle):
        measure("jump", "plain", "fresh", mib, jump(load))
    for state in STATES:
        for mib in (small, big):
            measure("jump", "patched", state, mib, jump(load))
    measure("memcpy", "patched", "fresh", big, lambda bench, mib: int(bench.run(f"bench memcpy {mib}")))


if __name__ == "__main__":
    results = []
    try:
        prepare(("plain", "patched"), "tcg", say)
        before = step_before("find-source-pages")
    except HarnessError as error:
        sys.exit(f"bench: error: {error}")
    started = time.monotonic()
    all_measurements(quick="--quick" in sys.argv)
    report(results, search.measure(say), time.monotonic() - started)
