#!/usr/bin/python3
"""make bench-split: where the work of a kexec reboot goes, from `kexec -s -l` to the next kernel's init.

A UEFI guest with one processor loads itself with an initrd of so many MiB, and jumps. In instructions that it executed:
QEMU runs with -icount, so that the kernel's log tells the parts of the load, and with the plugin phases.c, which tells those
of the jump by the pages that the code is in. Nothing is built into the kernels. Memory is as the boot left it ("fresh").
"""
import json
import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "vm"))

import matplotlib  # noqa: E402

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from guest import PRELOAD, Image, cmdline, new_token, segments_of  # noqa: E402
from initrd import call  # noqa: E402
from lab import BASE, BUILD, Lab, prepare  # noqa: E402
from verdict import HarnessError  # noqa: E402

PHASES = ("read", "search", "hash", "copy to source pages", "shutdown", "copy to destinations", "check", "decompress", "start")
KERNEL_HALF = 1 << 63
# Below it is the program of the first init and its like, above it are the segments
USER = range(0x400000, 0x1000000)
PATIENCE = 40
RESULT = ROOT / "Documentation" / "results" / "split.md"


def say(text):
    print(f"bench-split: {text}", flush=True)


def load(guest, mib):
    """kexec -s -l; instructions of its parts, from the time stamps of the log."""
    payload, token = guest.build_initrd(mib), new_token()
    guest.run(f"dmesg -n 1; echo 'split: begins' > /dev/kmsg; {PRELOAD}kexec -s -l /boot/bzImage --initrd=/tmp/initrd-{mib} "
              f"--command-line='{cmdline('nokaslr', token)}'; echo 'split: ends' > /dev/kmsg", timeout=60 + mib)
    log = guest.run("dmesg | sed -n '/split: begins/,$p'").splitlines()
    guest.image = Image(segments_of(log), token, payload, tuple(log))
    at = []
    for text in ("split: begins", "Loaded purgatory", "Loaded initrd", r"(Loading segment |segment\[)\d", "split: ends"):
        lines = [line for line in log if re.search(text, line)]
        if not lines:
            raise HarnessError(f"the log of the load has no line with {text}: {log}")
        at.append(float(re.match(r"\[ *([\d.]+)\]", lines[0])[1]) * 1e9)
    return [after - before for before, after in zip(at, at[1:])]


def jump(guest, lines):
    """kexec -e; instructions of its parts. lines(): what the plugin has said so far."""
    before = len(lines())
    guest.jump(timeout=600)
    seen, image = lines()[before:], guest.image

    def first(what, after, condition):
        for i in range(after, len(seen)):
            if condition(seen[i][1]):
                return i
        raise HarnessError(f"the guest never came to its {what}: {image}")

    def within(kind):
        return lambda address: image[kind].start <= address < image[kind].end

    purgatory = first("purgatory", 0, within("purgatory"))
    kernel = first("next kernel", purgatory, within("kernel"))
    high = first("kernel, unpacked", kernel, lambda address: address >= KERNEL_HALF)
    init = first("init", high, lambda address: address in USER)
    # The page before the purgatory's is that of relocate_kernel(), which copies
    counts = [seen[i][0] for i in (0, purgatory - 1, purgatory, kernel, high, init)]
    return [after - before for before, after in zip(counts, counts[1:])]


def measure(plugin, kernel, mib):
    start, lab = time.monotonic(), Lab(f"split-{kernel}-{mib}", kernel, "tcg")
    said = lab.directory / "pages"

    def lines():
        return [(int(count), int(address, 16)) for count, address in map(str.split, said.read_text().splitlines())]

    try:
        guest = lab.boot(kernel, append="nokaslr", memory="7G", cpus=1, timeout=600,
                         extra=["-icount", "shift=0,sleep=off", "-plugin", f"{plugin},out={said}"])
        guest.machine.patience = PATIENCE
        parts = load(guest, mib) + jump(guest, lines)
    finally:
        lab.close()
    say(f"{kernel:8} {mib:5} MiB  " + "  ".join(f"{name} {part / 1e9:.3f}" for name, part in zip(PHASES, parts))
        + f" G instructions ({time.monotonic() - start:.0f} s of wall time, TCG)")
    return {"kernel": kernel, "mib": mib, "instructions": dict(zip(PHASES, parts))}


def table(results):
    head = [f"{r['kernel']}, {r['mib']} MiB" for r in results]
    lines = [f"| {' | '.join(['part', *head])} |", "|---" * (len(head) + 1) + "|"]
    for name in PHASES:
        lines.append(f"| {name} | " + " | ".join(f"{r['instructions'][name] / 1e9:.3f}" for r in results) + " |")
    lines.append("| all | " + " | ".join(f"{sum(r['instructions'].values()) / 1e9:.2f}" for r in results) + " |")
    return "\n".join(lines)


def bars(ax, title, results):
    names, below = [f"{r['kernel']}\n{r['mib']} MiB" for r in results], [0] * len(results)
    for phase in PHASES:
        parts = [r["instructions"][phase] / r["mib"] / (1 << 20) for r in results]
        ax.bar(names, parts, bottom=below, label=phase)
        below = [a + b for a, b in zip(below, parts)]
    ax.set(title=title, ylabel="instructions for a byte of the initrd")


def plot(bases, path):
    picture, axes = plt.subplots(len(bases), 2, figsize=(11, 4.5 * len(bases)), squeeze=False)
    for (left, right), (base, run) in zip(axes, bases.items()):
        bars(left, base, run["results"])
        bars(right, f"{base}, patched", [r for r in run["results"] if r["kernel"] == "patched"])
        right.legend(bbox_to_anchor=(1, 1), loc="upper left")
    picture.tight_layout()
    picture.savefig(path)


def write_page():
    """Of all bases that were measured."""
    bases = {path.parents[1].name: json.loads(path.read_text()) for path in sorted(BUILD.parent.glob("*/results/split.json"))}
    text = RESULT.read_text().partition("\n## ")[0].rstrip() if RESULT.exists() else "# Where the work of a kexec reboot goes"
    for base, run in bases.items():
        text += f"\n\n## {base}\n\n{run['of']}\n\n{table(run['results'])}"
    RESULT.write_text(text + "\n")
    plot(bases, RESULT.with_suffix(".png"))


if __name__ == "__main__":
    try:
        prepare(("plain", "patched"), "tcg", say)
        # Now: a commit may come while it runs
        of = call(["bash", "-c", f". {ROOT}/scripts/lib.sh && of"]).strip()
        so = BUILD / "vm" / "phases.so"
        call(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", so, HERE / "phases.c"])
        found = [measure(so, kernel, mib) for mib in (64, 1024) for kernel in ("plain", "patched")]
    except HarnessError as error:
        sys.exit(f"bench-split: error: {error}")
    (BUILD / "results").mkdir(exist_ok=True)
    (BUILD / "results" / "split.json").write_text(json.dumps({"base": BASE, "of": of, "results": found}, indent=1) + "\n")
    write_page()
    say(f"all parts are in {RESULT.relative_to(ROOT)}")
