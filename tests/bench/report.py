"""What the bench measured, as ratios: a table with what must be reached, JSON, and a plot."""
import json
import platform
import subprocess
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from lab import BASE, BUILD  # noqa: E402

MIB = 1 << 20
DOCUMENT = Path(__file__).resolve().parents[2] / "Documentation" / "results" / f"{BASE}-bench.md"


FITS = {"first": "the first fits", "none": "none fits"}
OTHERS = {"forward": "forward walk", "array": "walk of a copied array"}


class Figures:
    """Looks up measurements: instructions, by what, kernel, state and size."""

    def __init__(self, results):
        self.by_key = {(r["what"], r["kernel"], r["state"], r["mib"]): r["instructions"] for r in results}

    def __call__(self, what, kernel, state, mib):
        return self.by_key[what, kernel, state, mib]

    def sizes(self, what, kernel, state):
        return sorted(m for w, k, s, m in self.by_key if (w, k, s) == (what, kernel, state))

    def states(self, what, kernel):
        return list(dict.fromkeys(s for w, k, s, _ in self.by_key if (w, k) == (what, kernel)))

    def slope(self, what, kernel, state):
        """Instructions for each further byte, so without what any jump costs."""
        sizes = self.sizes(what, kernel, state)
        low, high = sizes[0], sizes[-1]
        return (self(what, kernel, state, high) - self(what, kernel, state, low)) / ((high - low) * MIB)


def rows_of(figures, search):
    """(what, figure, goal, reached or None where there is no goal)"""
    f, rows = figures, []

    def row(text, value, goal=None):
        # Nothing costs nothing: that was measured wrongly
        reached = value > 0 and (value <= goal if goal else None)
        rows.append((text, f"{value:.3g}", f"<= {goal:g}" if goal else "-", reached))

    states, big = f.states("load", "patched"), f.sizes("memcpy", "patched", "fresh")[-1]
    small, middle = f.sizes("load", "before", "destinations first")
    for state in states:
        sizes = f.sizes("load", "patched", state)
        for mib in sizes:
            if mib * 4 in sizes:
                row(f"load, {state}: {mib * 4} MiB against {mib} MiB",
                    f("load", "patched", state, mib * 4) / f("load", "patched", state, mib), 4.2)
    for mib in (middle, big):
        worst = max(states, key=lambda s: f("load", "patched", s, mib))
        row(f"load, {mib} MiB: worst list state ({worst}) against fresh",
            f("load", "patched", worst, mib) / f("load", "patched", "fresh", mib), 1.1)
    for against in ("plain", "before"):
        row(f"load, {big} MiB, shuffled: patched against {against}",
            f("load", "patched", "shuffled", big) / f("load", against, "shuffled", big), 0.1)
    row(f"load, destinations first, before: {middle} MiB against {small} MiB",
        f("load", "before", "destinations first", middle) / f("load", "before", "destinations first", small))
    row(f"load, destinations first, {middle} MiB: patched against before",
        f("load", "patched", "destinations first", middle) / f("load", "before", "destinations first", middle))
    row(f"kexec_load(), {big} MiB, shuffled: patched against before",
        f("old load", "patched", "shuffled", big) / f("old load", "before", "shuffled", big))

    memcpy = f("memcpy", "patched", "fresh", big) / (big * MIB)
    for kernel in ("plain", "patched"):
        row(f"jump of kexec_load(), {kernel}, against a memcpy of as much", f.slope("old jump", kernel, "fresh") / memcpy,
            1.3 if kernel == "patched" else None)
    for state in states:
        row(f"jump, {state}, against a memcpy of as much", f.slope("jump", "patched", state) / memcpy, 8)
    for kernel in ("plain", "patched"):
        row(f"jump, {kernel}: instructions per byte", f.slope("jump", kernel, "fresh"))

    count = {(r["walk"], r["case"], r["ranges"]): r["instructions"] for r in search}
    for walk, case, ranges in count:
        if walk != "reverse" and ("reverse", case, ranges) in count:
            row(f"search, {ranges} ranges, {FITS[case]}: against the {OTHERS[walk]}",
                count["reverse", case, ranges] / count[walk, case, ranges],
                0.05 if (walk, case, ranges) == ("array", "first", 4096) else None)
    return rows


def table(rows):
    lines = ["| ratio of instructions | figure | goal | |", "|---|---|---|---|"]
    for text, value, goal, reached in rows:
        lines.append(f"| {text} | {value} | {goal} | {'' if reached is None else 'ok' if reached else '**missed**'} |")
    return "\n".join(lines)


def plot(figures, path):
    picture, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5))
    for state in figures.states("load", "patched"):
        sizes = figures.sizes("load", "patched", state)
        left.loglog(sizes, [figures("load", "patched", state, m) for m in sizes], "o-", label=state)
    left.set(title="load, patched", xlabel="initrd, MiB", ylabel="instructions")
    for kernel in ("before", "patched"):
        sizes = figures.sizes("load", kernel, "destinations first")
        right.loglog(sizes, [figures("load", kernel, "destinations first", m) for m in sizes], "o-", label=kernel)
    right.set(title="load, destinations first", xlabel="initrd, MiB", ylabel="instructions")
    for axes in (left, right):
        axes.legend()
        axes.grid(True, which="both", alpha=0.3)
    picture.tight_layout()
    picture.savefig(path)


def report(results, search, seconds):
    figures = Figures(results)
    rows = rows_of(figures, search)
    out = BUILD / "results"
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps({"base": BASE, "mode": "TCG, -icount shift=0,sleep=off",
                                                "guests": results, "search": search}, indent=1) + "\n")
    plot(figures, out / "bench.png")
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=DOCUMENT.parent, capture_output=True,
                            text=True).stdout.strip()
    qemu = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    text = (f"# `make bench`, base {BASE}\n\nCommit {commit}; {qemu}, TCG, `-icount shift=0,sleep=off`, on "
            f"{platform.machine()}; {seconds / 60:.0f} minutes.\nAll figures are ratios of instructions that the guest "
            "executed, except where they say per byte. `before` is the\nseries below \"find source pages\": placed "
            f"top-down, source pages found in lists.\n\n{table(rows)}\n")
    print(text)
    (out / "bench.md").write_text(text)
    missed = [text for text, _, _, reached in rows if reached is False]
    print(f"bench: {len(rows)} figures, {len(missed)} missed their goal; {out}/bench.{{json,png,md}}")
    if missed:
        sys.exit("bench: error: missed: " + "; ".join(missed))
