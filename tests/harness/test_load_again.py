"""load-again: when it loads again, and when it keeps still. kexec, dmesg, systemctl and sleep are ours."""
import fcntl
import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "load-again"
DROPPED = "kexec_hotplug: memory of the destination [0x1000..0x1fff] was removed: the image is dropped, load it again"
# In English only when it is asked for
AGAIN = "[ \"$LC_ALL\" = C ] && echo 'kexec_file_load failed: Device or resource busy' >&2; exit 255"
NO_ROOM = "printf 'kexec_file_load failed: Cannot assign\\n  requested address\\n' >&2; exit 255"
# What kexec would have the kernel do; calls are kept, one a line
KEXEC = """#!/bin/bash
echo "$PWD: kexec $*" >> {root}/calls
case "$*" in
'-s -l'*) {load}; echo 1 > {root}/sys/kernel/kexec_loaded ;;
'-s -u') echo 0 > {root}/sys/kernel/kexec_loaded ;;
esac
"""


class Machine:
    """A machine whose /run, /sys and /dev are folders."""

    def __init__(self, root):
        self.root = root
        for name in ("run", "dev", "sys/kernel", "bin", "boot"):
            (root / name).mkdir(parents=True)
        self.write("sys/kernel/kexec_loaded", "0\n")
        self.write("sys/kernel/uevent_seqnum", "100\n")
        self.write("dev/kmsg", "")
        self.program("dmesg", f"cat {root}/dev/kmsg")
        self.program("sleep", f"echo sleep $* >> {root}/calls")
        self.program("systemctl", f"echo systemctl $* >> {root}/calls")
        self.kexec_loads("true")

    def write(self, name, text):
        (self.root / name).write_text(text)

    def program(self, name, text):
        self.write(f"bin/{name}", f"#!/bin/bash\n{text}\n")
        (self.root / "bin" / name).chmod(0o755)

    def kexec_loads(self, command):
        """What a load does before it succeeds."""
        self.write("bin/kexec", KEXEC.format(root=self.root, load=command))
        (self.root / "bin/kexec").chmod(0o755)

    def run(self, *arguments, cwd="/", timeout=60):
        env = {"PATH": f"{self.root}/bin:{os.environ['PATH']}", "KEXEC_LOAD_AGAIN_ROOT": str(self.root)}
        done = subprocess.run([FOLDER / "kexec-load-again", *arguments], env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
        return done.returncode, done.stdout

    def ok(self, *arguments, **kwargs):
        code, output = self.run(*arguments, **kwargs)
        assert code == 0, output
        return output

    def fails(self, *arguments):
        code, output = self.run(*arguments)
        assert code == 1, f"ended with {code}: {output}"
        return output

    def calls(self):
        """The calls since the last time."""
        path = self.root / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def loads(self):
        return [line for line in self.calls() if "kexec -s -l" in line]

    def is_loaded(self):
        return (self.root / "sys/kernel/kexec_loaded").read_text() == "1\n"

    def kernel_drops(self):
        self.write("sys/kernel/kexec_loaded", "0\n")
        with open(self.root / "dev/kmsg", "a") as log:
            log.write(f"[    5.000000] {DROPPED}\n")


@pytest.fixture
def fresh(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def loaded(fresh):
    """The administrator has loaded an image."""
    fresh.ok("load", "/boot/k", "--command-line=a  b'c", cwd="/usr")
    assert fresh.loads() == ["/usr: kexec -s -l /boot/k --command-line=a  b'c"] and fresh.is_loaded()
    return fresh


def test_again_with_the_same_arguments(loaded):
    loaded.kernel_drops()
    assert "loaded again" in loaded.ok("again")
    assert loaded.loads() == ["/usr: kexec -s -l /boot/k --command-line=a  b'c"], "same words, same folder"
    assert loaded.is_loaded() and loaded.ok("again") == "" and loaded.loads() == []


def test_state_is_for_root_only(loaded):
    assert (loaded.root / "run/kexec-load-again").stat().st_mode & 0o77 == 0, "a command line may hold a secret"


def test_one_at_a_time(loaded):
    with open(loaded.root / "run/kexec-load-again/lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(subprocess.TimeoutExpired):
            loaded.run("again", timeout=1)


def test_reboot_does_not_wait_for_ever(loaded):
    """The kernel's file is on a server that is dead."""
    loaded.kernel_drops()
    loaded.kexec_loads("exec /bin/sleep 30")
    loaded.program("timeout", '[ "$1" = 300 ] && shift && exec /usr/bin/timeout 1 "$@"')
    loaded.ok("reboot", timeout=20)
    assert loaded.calls()[-1] == "systemctl reboot"
    assert "no image to kexec (not loaded again yet): rebooting through firmware" in (loaded.root / "dev/kmsg").read_text()


def test_dropped_as_it_ends(loaded):
    """Systemd does not start us for what the kernel notifies while we run."""
    loaded.kernel_drops()
    loaded.kexec_loads(f"[ -e {loaded.root}/once ] || {{ touch {loaded.root}/once; echo 'the image is dropped' >> {loaded.root}/dev/kmsg; exit 0; }}")
    loaded.ok("again")
    assert len(loaded.loads()) == 2 and loaded.is_loaded()


def test_each_drop(loaded):
    for _ in range(3):
        loaded.kernel_drops()
        loaded.ok("again")
        assert len(loaded.loads()) == 1 and loaded.is_loaded()


def test_last_load_counts(loaded):
    loaded.ok("load", "/boot/other")
    loaded.calls()
    loaded.kernel_drops()
    loaded.ok("again")
    assert loaded.loads() == ["/: kexec -s -l /boot/other"]


@pytest.mark.parametrize("log", ["", f"[    1.000000] {DROPPED}\n"], ids=["quiet", "dropped"])
def test_nothing_was_loaded_by_us(fresh, log):
    fresh.write("dev/kmsg", log)
    assert fresh.ok("again") == "" and fresh.calls() == []


def test_still_loaded(loaded):
    assert loaded.ok("again") == "" and loaded.calls() == []


def test_unloaded_with_kexec(loaded):
    loaded.kernel_drops()
    loaded.ok("again")
    loaded.calls()
    loaded.write("sys/kernel/kexec_loaded", "0\n")
    assert loaded.ok("again") == "" and loaded.calls() == [], "the drop in the log is older than the load"


def test_unloaded_after_another_image(loaded):
    """The drop was of an image that the administrator has replaced since, with plain kexec."""
    loaded.kernel_drops()
    loaded.write("sys/kernel/kexec_loaded", "1\n")
    loaded.kexec_loads(NO_ROOM)
    loaded.fails("load", "/boot/huge")
    loaded.write("sys/kernel/kexec_loaded", "0\n")
    loaded.calls()
    assert loaded.ok("again") == "" and loaded.calls() == []


def test_unload(loaded):
    loaded.kernel_drops()
    loaded.ok("unload")
    assert [call.split(": ")[1] for call in loaded.calls()] == ["kexec -s -u"]
    assert loaded.ok("again") == "" and loaded.calls() == []


def test_no_room_until_memory_comes(loaded):
    loaded.kernel_drops()
    loaded.kexec_loads(NO_ROOM)
    output = loaded.fails("again")
    assert "Cannot assign;   requested address" in output and "when memory comes" in output
    assert len(loaded.loads()) == 1, "without a reason to think that it would be different, no second try"
    loaded.write("dev/kmsg", "the log of then has been overwritten\n")
    loaded.kexec_loads("true")
    assert "loaded again" in loaded.ok("again") and loaded.is_loaded()


def test_races_are_tried_again_five_times(loaded):
    loaded.kernel_drops()
    loaded.kexec_loads(AGAIN)
    output = loaded.fails("again")
    assert "Device or resource busy (5 tries)" in output
    calls = loaded.calls()
    assert len([call for call in calls if "kexec -s -l" in call]) == 5 and calls.count("sleep 1") == 4


def test_race_won_at_the_third_try(loaded):
    loaded.kernel_drops()
    loaded.kexec_loads(f"[ $(grep -c 'kexec -s -l' {loaded.root}/calls) = 3 ] || {{ {AGAIN}; }}")
    assert "loaded again" in loaded.ok("again")
    assert len(loaded.loads()) == 3 and loaded.is_loaded()


def test_memory_comes_while_it_fails(loaded):
    """The event of memory that came meanwhile starts nothing, for it is running already."""
    loaded.kernel_drops()
    loaded.kexec_loads(f"[ $(grep -c 'kexec -s -l' {loaded.root}/calls) = 2 ] || "
                       f"{{ echo 101 > {loaded.root}/sys/kernel/uevent_seqnum; {NO_ROOM}; }}")
    loaded.ok("again")
    assert len(loaded.loads()) == 2 and loaded.is_loaded()


def test_failed_load_changes_nothing(loaded):
    loaded.kexec_loads(NO_ROOM)
    output = loaded.fails("load", "/boot/huge")
    assert "kexec -s -l /boot/huge: kexec_file_load failed: Cannot assign" in output and "nothing has changed" in output
    loaded.kexec_loads("true")
    loaded.calls()
    loaded.kernel_drops()
    loaded.ok("again")
    assert loaded.loads() == ["/usr: kexec -s -l /boot/k --command-line=a  b'c"]


def test_failed_load_after_a_drop(loaded):
    """The line that it writes into the log must not hide the drop before it."""
    loaded.kernel_drops()
    loaded.kexec_loads(NO_ROOM)
    loaded.fails("load", "/boot/huge")
    loaded.kexec_loads("true")
    loaded.calls()
    loaded.ok("again")
    assert loaded.loads() == ["/usr: kexec -s -l /boot/k --command-line=a  b'c"]


def test_reboot_with_an_image(loaded):
    loaded.ok("reboot")
    assert loaded.calls() == ["systemctl kexec"]


def test_reboot_loads_a_dropped_image_first(loaded):
    loaded.kernel_drops()
    loaded.ok("reboot")
    assert [call.split(": ")[-1].split(" /boot")[0] for call in loaded.calls()] == ["kexec -s -l", "systemctl kexec"]


def test_reboot_that_cannot_kexec(loaded):
    loaded.kernel_drops()
    loaded.kexec_loads(NO_ROOM)
    loaded.ok("reboot")
    assert loaded.calls()[-1] == "systemctl reboot"
    last = (loaded.root / "dev/kmsg").read_text().splitlines()[-1]
    assert "no image to kexec (kexec_file_load failed: Cannot assign;   requested address): rebooting through firmware" in last


def test_reboot_that_systemctl_refuses(loaded):
    loaded.program("systemctl", f"echo systemctl $* >> {loaded.root}/calls; [ $1 = reboot ]")
    loaded.ok("reboot")
    assert loaded.calls() == ["systemctl kexec", "systemctl reboot"]


def test_a_long_reason_fits_the_log(loaded):
    loaded.kernel_drops()
    loaded.kexec_loads("head -c 3000 /dev/zero | tr '\\0' x; exit 1")
    loaded.ok("reboot")
    assert max(map(len, (loaded.root / "dev/kmsg").read_text().splitlines())) <= 1000


def test_words(fresh):
    assert "usage" in fresh.ok("--help")
    assert "error: unknown command 'reload'" in fresh.fails("reload")
    assert "error: load what?" in fresh.fails("load")
    (fresh.root / "sys/kernel/kexec_loaded").unlink()
    assert "this kernel has no kexec" in fresh.fails("load", "/boot/k")


def test_install(tmp_path):
    done = subprocess.run(["make", "-s", "-C", FOLDER, "install", f"DESTDIR={tmp_path}"], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_symlink() or path.is_file())
    assert all(Path(file).name in done.stdout for file in files), "it says what it installs"
    assert len(files) == 7
    wanted = tmp_path / "lib/systemd/system/paths.target.wants/kexec-load-again.path"
    assert wanted.resolve() == tmp_path / "lib/systemd/system/kexec-load-again.path"
    assert os.access(tmp_path / "usr/sbin/kexec-load-again", os.X_OK)
