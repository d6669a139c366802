"""The results of a run (build/BASE/results/*.json) as a table in Markdown."""
import json
import sys
from pathlib import Path


def table(verdicts):
    ran = {f"base {v['base']}, the {v['kernel']} kernel, {v['accelerator']}" for v in verdicts if "kernel" in v}
    lines = [*sorted(ran), "", "| case | verdict | seconds | processor seconds | |", "|---|---|---|---|---|"]
    for v in verdicts:
        text = v.get("message", "").partition("\n")[0][:240].replace("|", "\\|")
        lines.append(f"| {v['case']} | {v['verdict']} | {v.get('seconds', 0):.0f} | {v.get('cpu', 0):.0f} | {text} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text())))
