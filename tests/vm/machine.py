"""A QEMU machine: its command line, its console log, its monitor, its end.

Nothing in here knows about kexec; guest.py speaks with the kernels inside.
"""
import json
import re
import select
import shutil
import socket
import subprocess
import time
from pathlib import Path

from verdict import GuestLost, GuestTimeout, HarnessError, splats

OVMF = Path("/usr/share/OVMF")
# Code and variables: secure has Secure Boot on, with snakeoil keys; secboot has no keys yet, so that it is off
FIRMWARE = {"bios": (), "uefi": ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"),
            "secboot": ("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.fd"),
            "secure": ("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.snakeoil.fd")}
SECURE = ["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"]
GIB = 1 << 30
# From here on RAM and the PCI window don't both fit in TCG's 40 physical address bits. 42, not 46:
# the firmware maps all that the bits reach, which takes it 20 s more with 46.
LARGE = 512 * GIB
# How often a guest is looked at whose time is up
MOMENTS = 10


def bytes_of(size):
    """512M, 16G and 1000G in bytes."""
    return int(size[:-1]) * {"M": 1 << 20, "G": GIB}[size[-1]]


def chunk(stream, deadline, length=65536):
    """What a socket says before the deadline; None when time is up, b"" when the other end is gone."""
    ready, _, _ = select.select([stream], [], [], max(0, deadline - time.monotonic()))
    if not ready:
        return None
    try:
        return stream.recv(length)
    except ConnectionError:
        return b""


def gets_on(states):
    """Does a processor do something, by its registers at some moments? One that counts or copies never has the same twice."""
    running = [state for state in states if "HLT=0" in state]
    return len(running) > len(states) // 2 and len(set(running)) > len(running) // 2


class Machine:
    """One QEMU process. It dies with us, never reboots, and keeps its console in directory/console.log."""

    def __init__(self, directory, kernel, initrd, append, accel="tcg", firmware="uefi",
                 memory="1G", node0="", cpus=2, cpu="", extra=(), say=lambda text: None, patience=1):
        self.directory, self.console, self.say = Path(directory), Path(directory) / "console.log", say
        self.patience = patience
        self.directory.mkdir(parents=True, exist_ok=True)
        self.console.write_bytes(b"")
        self.events, self.heard, self.defective, self.forgiven = [], b"", False, 0
        self.agent, agent = socket.socketpair()
        self.monitor, monitor = socket.socketpair()
        argv = self.command(kernel, initrd, append, accel, firmware, memory, node0, cpus, cpu, extra,
                            agent.fileno(), monitor.fileno())
        (self.directory / "qemu.sh").write_text(" ".join(f"'{a}'" for a in argv) + "\n")
        self.stderr = open(self.directory / "qemu.stderr", "w+")
        try:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self.stderr, stderr=self.stderr,
                                            pass_fds=(agent.fileno(), monitor.fileno()))
        except OSError as error:
            raise HarnessError(f"QEMU can't be started: {error}; is qemu-system-x86 installed?") from error
        agent.close()
        monitor.close()
        try:
            self.qmp_receive(time.monotonic() + 30)
            self.qmp("qmp_capabilities")
        except Exception:
            self.close()
            raise

    def command(self, kernel, initrd, append, accel, firmware, memory, node0, cpus, cpu, extra, agent, monitor):
        size = bytes_of(memory.split(",")[0])
        features = ["max", "la57=off"] + (["phys-bits=42"] if size >= LARGE else []) + ([cpu] if cpu else [])
        argv = ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-nodefaults", "-no-user-config",
                "-no-reboot", "-display", "none", "-machine", f"q35,accel={accel}", "-cpu", ",".join(features),
                "-smp", str(cpus), "-m", memory,
                # reserve=off: the host gives memory for what the guest touches, not for what it could touch
                "-object", f"memory-backend-ram,id=m0,size={bytes_of(node0 or memory.split(',')[0])},reserve=off",
                "-numa", "node,memdev=m0",
                "-kernel", str(kernel), "-initrd", str(initrd), "-append", append,
                "-chardev", f"file,id=console,path={self.console}", "-serial", "chardev:console",
                "-chardev", f"socket,id=agent,fd={agent}", "-serial", "chardev:agent",
                "-chardev", f"socket,id=qmp,fd={monitor}", "-mon", "chardev=qmp,mode=control"]
        return argv + self.flash(*FIRMWARE[firmware]) + list(extra)

    def flash(self, code="", variables=""):
        """OVMF's code, shared, and its variables, a copy for each machine. Nothing for the BIOS."""
        if not code:
            return []
        if not (OVMF / code).exists():
            raise HarnessError(f"{OVMF / code} is missing: apt install ovmf")
        shutil.copy(OVMF / variables, self.directory / "vars.fd")
        return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF / code}",
                "-drive", f"if=pflash,format=raw,unit=1,file={self.directory / 'vars.fd'}",
                # What has Secure Boot lets only SMM write the variables
                *(SECURE if "secboot" in code else [])]

    def deadline(self, seconds):
        """That many seconds from now; more for a kernel that is slow by design."""
        return time.monotonic() + seconds * self.patience

    # The agent's line

    def send(self, data):
        try:
            self.agent.sendall(data)
        except OSError:
            self.lost("while the harness sent a command")

    def receive_until(self, mark, deadline, waiting_for):
        """The bytes up to and including mark."""
        while mark not in self.heard:
            self.receive(deadline, waiting_for)
        head, mark, self.heard = self.heard.partition(mark)
        return head + mark

    def receive_exactly(self, length, deadline, waiting_for):
        while len(self.heard) < length:
            self.receive(deadline, waiting_for)
        data, self.heard = self.heard[:length], self.heard[length:]
        return data

    def receive(self, deadline, waiting_for):
        data = None
        while data is None and time.monotonic() < deadline:
            data = chunk(self.agent, min(deadline, time.monotonic() + 2))
            # A kernel that panics before it has read panic= from its command line stops instead of resetting.
            if data is None and "end Kernel panic" in self.log():
                raise GuestLost(self.explain(f"The guest panicked and stopped while waiting for {waiting_for}."))
        if data is None:
            self.time_is_up(waiting_for)
        if not data:
            self.lost(f"while waiting for {waiting_for}")
        self.heard += data

    # The monitor

    def qmp_receive(self, deadline, event=None):
        """One message of the monitor; event: what the guest should have done by the deadline."""
        line = b""
        while not line.endswith(b"\n"):
            byte = chunk(self.monitor, deadline, 1)
            if byte is None and event:
                self.time_is_up(f"the event {event}")
            if byte is None:
                raise HarnessError(self.explain("QEMU's monitor does not answer."))
            if not byte:
                self.lost("while waiting for QEMU's monitor")
            line += byte
        message = json.loads(line)
        if "event" in message:
            self.events.append(message)
        return message

    def qmp(self, command, **arguments):
        """Runs one monitor command and returns its answer."""
        request = {"execute": command, "arguments": arguments}
        try:
            self.monitor.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            self.lost(f"before the monitor command {command}")
        deadline = time.monotonic() + 30
        while True:
            message = self.qmp_receive(deadline)
            if "error" in message:
                raise HarnessError(f"QEMU refused {request}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]

    def physical(self, address, length):
        """Bytes of the guest's physical memory."""
        file = self.directory / "physical"
        self.qmp("pmemsave", val=address, size=length, filename=str(file))
        data = file.read_bytes()
        file.unlink()
        return data

    def wait_event(self, name, timeout):
        """Waits for a monitor event that has come or will come."""
        deadline = self.deadline(timeout)
        while True:
            for event in self.events:
                if event["event"] == name:
                    self.events.remove(event)
                    return event
            self.qmp_receive(deadline, name)

    def registers(self):
        """Of each processor, as text, at one moment."""
        self.qmp("stop")
        text = self.qmp("human-monitor-command", **{"command-line": "info registers -a"})
        self.qmp("cont")
        return re.split(r"(?m)^CPU#\d+\s*$", text.replace("\r", ""))[1:]

    def time_is_up(self, waiting_for):
        """The guest hangs if all its processors halt, or come by the same registers again and again. Else it is only slow."""
        status = self.qmp("query-status")["status"]
        if status != "running":
            raise HarnessError(self.explain(f"Time is up while waiting for {waiting_for}: QEMU says `{status}`."))
        moments = []
        for _ in range(MOMENTS):
            moments.append(self.registers())
            time.sleep(0.2)
        where = ", ".join(" ".join(re.findall(r"[ER]IP=\w+|HLT=1", cpu)) for cpu in moments[-1])
        late = chunk(self.agent, time.monotonic()) or waiting_for in {f"the event {e['event']}" for e in self.events}
        if late or any(gets_on(states) for states in zip(*moments)):
            raise HarnessError(self.explain(f"The guest is slow: time is up while waiting for {waiting_for}; it gets on ({where})."))
        raise GuestTimeout(self.explain(f"The guest hangs: time is up while waiting for {waiting_for} ({where})."))

    # The end

    def log(self):
        return self.console.read_text(errors="replace").replace("\r", "")

    def splats(self):
        return splats(self.log()[self.forgiven:])

    def explain(self, what):
        """An error message: what happened, where the console is, how it ended."""
        log = self.log()
        parts = [what, f"Console: {self.console}"]
        if found := splats(log[self.forgiven:]):
            parts += ["Splats:"] + ["  " + line for line in found[:10]]
        parts += ["Its last lines:"] + ["  " + line for line in log.splitlines()[-15:]]
        return "\n".join(parts)

    def lost(self, when):
        """QEMU closed a line: by the guest's doing, or because QEMU itself broke?"""
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            raise HarnessError(self.explain(f"QEMU closed a socket {when} but runs on.")) from None
        if code:
            self.stderr.seek(0)
            raise HarnessError(self.explain(f"QEMU ended with {code} {when}: {self.stderr.read().strip()}\n"
                                            f"Its command line: {self.directory}/qemu.sh"))
        if died := re.search(r"(?m)^agent: .*", self.log()):
            raise HarnessError(self.explain(f"The agent in the guest gave up {when}: {died[0]}"))
        # What the monitor had still to say
        data = json.dumps(self.events).encode()
        while part := chunk(self.monitor, time.monotonic() + 1):
            data += part
        reason = re.search(rb'"SHUTDOWN", "data": {"guest": true, "reason": "([\w-]+)"', data)
        if not reason:
            raise HarnessError(self.explain(f"QEMU ended {when}, not by the guest's doing."))
        raise GuestLost(self.explain(f"The guest reset or powered off {when} ({reason[1].decode()})."))

    def close(self):
        self.process.kill()
        self.process.wait()
        for file in (self.agent, self.monitor, self.stderr):
            file.close()
        (self.directory / "vars.fd").unlink(missing_ok=True)
