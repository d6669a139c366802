"""What the guests run: agent, busybox, kexec, and both initrds, built once a run.

base.cpio          /init (the agent), busybox, payload, our other programs, kexec with its libraries
first-KERNEL.cpio  base.cpio and boot/{bzImage,base.cpio}: a guest boots from it and
                   makes the next kernel's initrd of what it finds in /boot
"""
import fcntl
import re
import shutil
import subprocess
from pathlib import Path

from verdict import HarnessError

HERE = Path(__file__).parent
APPLETS = ("sh cat cpio dmesg echo cut dd find free grep head ls mkdir md5sum mv rm sleep sync tail "
           "truncate wc killall mount umount sed awk sort tr test kill ps uname cp ln seq printf true false od").split()


PROGRAMS = {"agent": "init", "payload": "bin/payload", "notified": "bin/notified",
            "faults": "bin/faults", "bench": "bin/bench", "pinned": "bin/pinned",
            "comeback": "bin/comeback", "atonce": "bin/atonce",
            "kexec_debug": "lib/kexec_debug.so"}


def call(argv, **kwargs):
    """A host tool, with its own words in the error."""
    if not shutil.which(argv[0]):
        raise HarnessError(f"{argv[0]} is missing on this machine: run `make setup` or install its package")
    done = subprocess.run(argv, capture_output=True, text=kwargs.pop("text", True), **kwargs)
    if done.returncode:
        raise HarnessError(f"{' '.join(map(str, argv))} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def pack(root, target):
    """All files below root as one newc archive, padded as the kernel wants it."""
    names = "\0".join(sorted(str(p.relative_to(root)) for p in root.rglob("*")))
    data = subprocess.run(["cpio", "-0", "-o", "-H", "newc", "--quiet", "--owner=0:0", "--reproducible"],
                          input=names.encode(), cwd=root, capture_output=True)
    if data.returncode:
        raise HarnessError(f"cpio of {root}: {data.stderr.decode()}")
    target.write_bytes(data.stdout)


def libraries(program):
    """The shared objects that a program needs, from ldd."""
    return re.findall(r"(/\S+) \(0x", call(["ldd", program]))


def add(root, source, name):
    target = root / name.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    target.chmod(0o755)


def current(target, sources):
    """Whether a target is newer than all it is made of: a run must not replace files under another one."""
    return target.exists() and all(s.stat().st_mtime < target.stat().st_mtime for s in sources)


def build_base(work):
    if current(work / "base.cpio", [HERE / "initrd.py", HERE / "stub.S"] + [HERE / f"{program}.c" for program in PROGRAMS]):
        return
    root = work / "base"
    shutil.rmtree(root, ignore_errors=True)
    for program, name in PROGRAMS.items():
        flags = ("-shared", "-fPIC") if name.endswith(".so") else ("-static", "-s")
        call(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", *flags, "-o", work / program, HERE / f"{program}.c"])
        add(root, work / program, name)
    call(["gcc", "-c", "-o", work / "stub.o", HERE / "stub.S"])
    call(["objcopy", "-O", "binary", "-j", ".text", work / "stub.o", work / "stub"])
    add(root, work / "stub", "lib/stub")
    kexec, busybox = shutil.which("kexec", path="/usr/sbin:/sbin:/usr/bin"), shutil.which("busybox")
    if not kexec or not busybox:
        raise HarnessError("kexec or busybox is missing: apt install kexec-tools busybox-static")
    add(root, kexec, "bin/kexec")
    for library in libraries(kexec):
        add(root, library, library)
    add(root, busybox, "bin/busybox")
    for applet in APPLETS:
        (root / "bin" / applet).symlink_to("busybox")
    pack(root, work / "base.cpio")


def build_first(work, bzimage, name):
    if current(work / f"first-{name}.cpio", (bzimage, work / "base.cpio")):
        return
    root = work / f"boot-{name}"
    shutil.rmtree(root, ignore_errors=True)
    add(root, bzimage, "boot/bzImage")
    add(root, work / "base.cpio", "boot/base.cpio")
    pack(root, work / f"boot-{name}.cpio")
    with open(work / f"first-{name}.cpio", "wb") as first:
        for part in ("base.cpio", f"boot-{name}.cpio"):
            first.write((work / part).read_bytes())


def build(build_dir, kernels):
    """Everything for the named kernels; under a lock, since two runs may start at once."""
    work = build_dir / "vm"
    work.mkdir(parents=True, exist_ok=True)
    with open(work / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_base(work)
        for name in kernels:
            build_first(work, build_dir / name / "bzImage", name)
    return work
