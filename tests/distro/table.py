"""The verdicts of both first kernels as one table in Markdown: table.py build/BASE/results. Ends with 1 if any is not a success."""
import json
import sys
from pathlib import Path

from conftest import HERE, key_of


def cell(verdict):
    """One kernel's verdict; on the stock kernel a proof passes by failing as it must."""
    if not verdict:
        return "not run"
    word = "fails as it must" if verdict["message"].startswith("fails as it must: ") else verdict["verdict"]
    return f"{word}, {verdict.get('seconds', 0)} s"


def note(name, verdict):
    text = (verdict or {}).get("message", "").partition("\n")[0].removeprefix("fails as it must: ")[:400].replace("|", "\\|")
    return f"{name}: {text}" if text else ""


def table(patched, stock):
    lines = ["| case | kind | patched | stock | |", "|---|---|---|---|---|"]
    for case in sorted(patched | stock):
        ours, theirs = patched.get(case), stock.get(case)
        kind = (ours or theirs).get("kind", "")
        notes = "; ".join(filter(None, (note("patched", ours), note("stock", theirs))))
        lines.append(f"| {case} | {kind} | {cell(ours)} | {cell(theirs)} | {notes} |")
    both = [*patched.values(), *stock.values()]
    lines += ["", f"{sum(v.get('seconds', 0) for v in both) // 60} minutes in all, {sum(v.get('cpu', 0) for v in both) // 60} of it processor time."]
    return "\n".join(lines)


def current(file):
    """The verdicts that are of the image and the cases as they are now."""
    found = json.loads(file.read_text()) if file.exists() else {}
    return {case: verdict for case, verdict in found.items() if verdict.get("key") == key_of(case)}


def without_rows(verdicts):
    """The files of cases of which there is no verdict at all."""
    return [file.name for file in sorted((HERE / "cases").glob("*.py")) if not any(case.startswith(file.name) for case in verdicts)]


if __name__ == "__main__":
    columns = [current(Path(sys.argv[1]) / f"distro-{kernel}.json") for kernel in ("patched", "stock")]
    print(table(*columns))
    lacking = sorted(set(columns[0]) ^ set(columns[1])) + without_rows(columns[0])
    if lacking:
        print(f"without a verdict in one column or both: {', '.join(lacking)}", file=sys.stderr)
    sys.exit(1 if lacking or any(v["verdict"] != "success" for column in columns for v in column.values()) else 0)
