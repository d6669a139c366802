"""With --keep (as `make test` does) a case that passed is not run again while all that it depends on is the same.

It gets a verdict of its own, KEPT, with the time at which it passed. All that it depends on: the kernels, to the
byte; this harness and what it puts into guests; the case's file; all packages installed, QEMU and OVMF among them.
"""
import functools
import hashlib
import json
import subprocess
import time
from pathlib import Path

from lab import BUILD

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ("tests/vm/*.*", "load-again/*")
KERNELS = ("plain/bzImage", "patched/bzImage", "debug/bzImage", "steps/*.bzImage")


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@functools.cache
def surroundings(accelerator, kernel):
    """The same for all cases of a run."""
    files = [p for pattern in HARNESS for p in ROOT.glob(pattern)] + [p for k in KERNELS for p in BUILD.glob(k)]
    packages = subprocess.run(["dpkg-query", "-W"], capture_output=True, check=True).stdout
    return digest(packages, accelerator.encode(), kernel.encode(),
                  *(str(p).encode() + b" " + p.read_bytes() for p in sorted(files) if p.is_file()))


def key_of(item):
    config = item.config
    return digest(surroundings(config.accel, config.option.kernel).encode(), item.path.read_bytes())


def stamp(item):
    name = digest(item.nodeid.encode(), item.config.option.kernel.encode())[:16]
    return BUILD / "results" / "kept" / name


def remember(item, message):
    path = stamp(item)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"case": item.nodeid, "key": item.key, "at": time.strftime("%Y-%m-%d %H:%M"),
                                "message": message}))


def recall(item):
    """When it passed as it is now and what it said then, or nothing."""
    try:
        then = json.loads(stamp(item).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return then if then["key"] == item.key else None
