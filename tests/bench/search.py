"""Instructions of one search for a hole, by callgrind, in the user-space build of the walk."""
import re
import subprocess
from pathlib import Path

UNIT = Path(__file__).resolve().parents[1] / "unit"
WALKS = ("reverse", "forward", "array")
RANGES = (16, 256, 4096, 65536)
# Without a hole that fits, the other walks take the square of it
RANGES_NONE = RANGES[:3]


def instructions(walk, case, ranges):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           "--toggle-collect=measured", UNIT / "out" / "bench-walk", walk, case, str(ranges)],
                          capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        raise SystemExit(f"bench: error: bench-walk {walk} {case} {ranges} ended with {done.returncode}: {done.stderr}")
    return int(found[1])


def measure(say):
    subprocess.run(["make", "-s", "-C", UNIT, "bench"], check=True, stdin=subprocess.DEVNULL)
    results = []
    for case, sizes in (("first", RANGES[:3]), ("none", RANGES_NONE), ("first", RANGES[3:])):
        for ranges in sizes:
            for walk in WALKS:
                if walk == "array" and ranges > RANGES_NONE[-1]:
                    continue
                count = instructions(walk, case, ranges)
                say(f"search     {walk:8} {case:6} {ranges:6} ranges  {count:12} instructions")
                results.append({"walk": walk, "case": case, "ranges": ranges, "instructions": count})
    return results
