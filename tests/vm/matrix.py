"""Base x case x verdict, from the results files of the last runs, as a table.

    matrix.py      prints it and writes Documentation/results/matrix.md

A cell is the verdict on the patched kernel, and after a stroke, if that was run, what the plain kernel
made of the case: `fails` where it shows the defect that the case names, `passes` where it does not have it.
The kind is what that says: a proof of a defect, a knob that the plain kernel lacks, or a guard of what it has.
Ends with a status other than 0 if a base has verdicts other than success, or a base that is tested has none.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "Documentation/results/matrix.md"


def verdicts(base, name):
    """Verdicts of a results file by case, or None if there was no such run."""
    path = ROOT / "build" / base / "results" / name
    return {v["case"]: v for v in json.loads(path.read_text())} if path.exists() else None


def on_plain(verdict):
    """What the plain kernel did with a case."""
    if not verdict:
        return "not run"
    if verdict["verdict"] != "success":
        return verdict["verdict"].upper()
    return "fails" if verdict.get("message") else "passes"


def reason(base):
    path = ROOT / "build" / base / "results/not-tested"
    return path.read_text().strip() if path.exists() else "no run"


def of(base):
    """What scripts/lib.sh says the results of a base are of; check-quick compares it."""
    return subprocess.run(["bash", "-c", ". scripts/lib.sh && of"], cwd=ROOT, env=os.environ | {"BASE": base}, check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()


def source(base):
    tree = ROOT / "build" / base / "linux"
    done = subprocess.run(["git", "-C", tree, "log", "-1", "--format=%s", "base"], capture_output=True, text=True)
    return done.stdout.strip() or "no source"


class Column:
    """One base: its verdicts, or why there are none."""

    def __init__(self, base):
        self.base, self.patched, self.plain = base, verdicts(base, "vm.json"), verdicts(base, "vm-on-plain.json")

    def cell(self, case):
        if self.patched is None:
            return "not tested"
        found = self.patched.get(case, {"verdict": "not run"})
        text = found["verdict"] if found["verdict"] in ("success", "not run") else found["verdict"].upper()
        return text if self.plain is None else f"{text} / {on_plain(self.plain.get(case))}"

    def kind(self, case):
        return ((self.patched or {}).get(case) or (self.plain or {}).get(case) or {}).get("kind", "")

    def sum(self):
        if self.patched is None:
            return f"**{self.base}: not tested** ({reason(self.base)})"
        good = sum(v["verdict"] == "success" for v in self.patched.values())
        accelerators = sorted({v.get("accelerator", "unknown") for v in self.patched.values()})
        return f"{self.base}: {good} of {len(self.patched)} cases pass on {source(self.base)}, {' and '.join(accelerators)}"

    def bad(self):
        """A failure counts on either kernel; a base without source is no failure, one that should have run is."""
        if self.patched is None:
            return reason(self.base) == "no run"
        runs = list(self.patched.values()) + list((self.plain or {}).values())
        return any(v["verdict"] != "success" for v in runs)


def short(case):
    return re.sub(r"^.*?([^/]+)\.py::test_", r"\1: ", case)


def kinds(columns, case):
    """One word if it is the same on all bases that have the case, else one for each."""
    found = {c.base: c.kind(case) for c in columns if c.kind(case)}
    return ", ".join(f"{base} {kind}" for base, kind in found.items()) if len(set(found.values())) > 1 else \
        next(iter(found.values()), "")


def matrix(columns):
    cases = sorted({case for c in columns for case in (c.patched or {})}, key=short)
    rows = [["case", "kind"] + [c.base for c in columns]]
    rows += [[short(case), kinds(columns, case)] + [c.cell(case) for c in columns] for case in cases]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join([*(f"* {c.sum()}" for c in columns), "", *lines])


def how_it_fails(columns):
    """What each case said on the plain kernel, where it must fail; the first base that ran it there."""
    lines = ["| case | base | the unpatched kernel |", "|---|---|---|"]
    for case in sorted({case for c in columns for case in (c.plain or {})}, key=short):
        base, said = next((c.base, c.plain[case].get("message", "")) for c in columns if case in (c.plain or {}))
        if said:
            lines.append(f"| {short(case)} | {base} | {said[:200].replace('|', '/')} |")
    return "\n".join(lines)


def main():
    bases = sorted((p.name for p in (ROOT / "patches").iterdir()), key=lambda b: [int(n) for n in b.split(".")])
    columns = [Column(base) for base in bases]
    text = matrix(columns)
    heads = "\n".join(of(base) for base in bases)
    TARGET.write_text(f"# Guests: base x case x verdict\n\n{heads}\n\nWritten by `make test-all` (and `make matrix`). After the "
                      "stroke: the unpatched kernel, where that\nwas run; `fails` means as the case says it must. Its kind is what that shows: a "
                      "proof of a defect, a knob\nthat it lacks, or a guard of what it has. A case that none of these runs took is not listed.\n\n"
                      f"{text}\n\n{how_it_fails(columns)}\n")
    print(text)
    return any(column.bad() for column in columns)


if __name__ == "__main__":
    sys.exit(main())
