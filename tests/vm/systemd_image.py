"""A guest with systemd, udev and load-again, from the Debian packages of this machine.

/boot/systemd.cpio is laid over the usual initrd, with systemd as init and the agent as a service.
"""
import fcntl
import hashlib
import re
import shutil
from pathlib import Path

from initrd import add, call, current, libraries, pack
from lab import BUILD

HERE, WORK = Path(__file__).parent, BUILD / "vm"
LOAD_AGAIN = HERE.parents[1] / "load-again"
PACKAGES = ("systemd", "udev")
# What the guest has besides: load-again is for bash, systemd runs kexec by this path
PROGRAMS = ("/bin/bash", "/usr/bin/flock", "/sbin/kexec")
UNUSED = re.compile(r"/usr/share/|/etc/init\.d/|.*/hwdb\.d/|.*/systemd-(networkd|hwdb|repart|cryptsetup)$|.*-generator$"
                    r"|.*(hwdb-update|catalog-update|sysusers|firstboot|machine-id-commit)\.service$")
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "etc/group": "root:x:0:\n",
    "etc/os-release": "ID=guest\nNAME=guest\n",
    "etc/machine-id": "6b65786563206c6f6164732061676169\n",
    "lib/systemd/system/guest.target":
        "[Unit]\nRequires=basic.target guest-agent.service\nAfter=basic.target guest-agent.service\n",
    # No DefaultDependencies: it lives until the very end of a shutdown
    "lib/systemd/system/guest-agent.service":
        "[Unit]\nDefaultDependencies=no\nAfter=basic.target systemd-udev-trigger.service\n"
        "[Service]\nExecStart=/init\nStandardOutput=kmsg\nStandardError=kmsg\n",
}
COMMAND_LINE = "rdinit=/lib/systemd/systemd systemd.unit=guest.target"


def package_files():
    """Files, and links to files, of the packages."""
    names = call(["dpkg", "-L", *PACKAGES]).splitlines()
    paths = [Path(name) for name in names if not UNUSED.match(name)]
    return [path for path in paths if not path.is_dir()]


def is_program(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def copy_into(root):
    programs = [Path(name) for name in PROGRAMS]
    for path in package_files() + programs:
        target = root / str(path).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target, follow_symlinks=False)
        if not path.is_symlink() and is_program(path):
            programs.append(path)
    for library in sorted({library for program in programs for library in libraries(program)}):
        add(root, library, library)


def key():
    """What the image is made of."""
    versions = call(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES, "bash", "util-linux", "kexec-tools"])
    sources = [Path(__file__), *sorted(path for path in LOAD_AGAIN.iterdir() if path.is_file())]
    return hashlib.sha256(versions.encode() + b"".join(path.read_bytes() for path in sources)).hexdigest()


def build_archive():
    """systemd.cpio, and boot-systemd.cpio that has it as /boot/systemd.cpio."""
    stamp, root, boot = WORK / "systemd.key", WORK / "systemd", WORK / "boot-systemd"
    if stamp.exists() and stamp.read_text() == key():
        return
    for folder in (root, boot):
        shutil.rmtree(folder, ignore_errors=True)
    copy_into(root)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in ("proc", "sys", "dev", "run", "tmp", "var", "root"):
        (root / name).mkdir(exist_ok=True)
    call(["make", "-s", "-C", LOAD_AGAIN, "install", f"DESTDIR={root}"])
    pack(root, WORK / "systemd.cpio")
    add(boot, WORK / "systemd.cpio", "boot/systemd.cpio")
    pack(boot, WORK / "boot-systemd.cpio")
    stamp.write_text(key())


def initrd_with_systemd(kernel):
    """The initrd of a first kernel that can start systemd in the next one."""
    usual, target = WORK / f"first-{kernel}.cpio", WORK / f"systemd-{kernel}.cpio"
    with open(WORK / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_archive()
        if not current(target, (usual, WORK / "systemd.key")):
            target.write_bytes(usual.read_bytes() + (WORK / "boot-systemd.cpio").read_bytes())
    return target
