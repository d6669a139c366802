"""The verdicts of both first kernels as one table in Markdown: table.py build/BASE/results."""
import json
import sys
from pathlib import Path


def cell(verdict):
    """One kernel's verdict; on the stock kernel a proof passes by failing as it must."""
    if not verdict:
        return "not run"
    return f"{'as it must' if verdict['message'].startswith('fails as it must') else verdict['verdict']}, {verdict.get('seconds', 0)} s"


def note(name, verdict):
    text = (verdict or {}).get("message", "").partition("\n")[0][:400].replace("|", "\\|")
    return f"{name}: {text}" if text else ""


def table(patched, stock):
    lines = ["| case | kind | patched | stock | |", "|---|---|---|---|---|"]
    for case in sorted(patched | stock):
        ours, theirs = patched.get(case), stock.get(case)
        kind = (ours or theirs).get("kind", "")
        notes = "; ".join(filter(None, (note("patched", ours), note("stock", theirs))))
        lines.append(f"| {case} | {kind} | {cell(ours)} | {cell(theirs)} | {notes} |")
    return "\n".join(lines)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    files = [folder / f"distro-{kernel}.json" for kernel in ("patched", "stock")]
    print(table(*(json.loads(file.read_text()) if file.exists() else {} for file in files)))
