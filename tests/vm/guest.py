"""A kernel inside a machine: commands, kexec, and what is known about memory.

    first = Guest.boot(machine, token)
    image = first.load(payload_mib=32)
    second = first.jump()
    second.check_arrived(first)
"""
import re
import secrets
from dataclasses import dataclass, replace

from verdict import CommandFailed, HarnessError, Splat

# What every kernel gets. earlyprintk also makes the decompressor speak, which else dies silently.
# A panic must end QEMU at once (-no-reboot); a warning must not, for it shall be seen as what it is.
# The timer check counts ticks while it spins; on a busy host the emulated ones come late, and it panics.
# The watchdog of 7.2's clock waits for the other CPU, which may wait in stop_machine(): two guests hung there at boot.
CMDLINE = "console=ttyS0,115200 earlyprintk=ttyS0,115200 panic=-1 oops=panic no_timer_check tsc=nowatchdog"
KINDS = {"purgatory": "Loaded purgatory", "boot_params": "Loaded boot_param",
         "kernel": "Loaded 64bit kernel", "initrd": "Loaded initrd"}
# Longest command that the tty in the guest buffers, whatever the agent is doing
MAX_COMMAND = 3500
MIB = 1 << 20
BEGINS_AGAIN = "the load has to begin again"
# Since 6.8 the kernel says where segments go only if the load asks for it
PRELOAD = "[ ! -e {0} ] || export LD_PRELOAD={0}; ".format("/lib/kexec_debug.so")
SUM = 'for part in {}/payload.*; do payload sum < "$part"; done'
# By how much MemTotal may differ between two kernels of one machine. Measured: 4 KiB, from 4 GiB to
# 1000 GiB, since the next kernel frees its initrd and has the memory map of the first. 1 MiB leaves
# room for its boot data, and still sees one lost 2 MiB page, let alone a lost range of RAM.
MEM_TOTAL_TOLERANCE = MIB


@dataclass(frozen=True)
class Segment:
    kind: str
    start: int
    size: int

    @property
    def end(self):
        """The first byte after it."""
        return self.start + self.size

    def __str__(self):
        return f"{self.kind} {self.start:#x}-{self.end - 1:#x}"


@dataclass(frozen=True, repr=False)
class Image:
    """A loaded image: its segments in the order of placing, and what it should bring to the next kernel."""
    segments: tuple
    token: str
    payload: str
    log: tuple

    def __getitem__(self, kind):
        return next(s for s in self.segments if s.kind == kind)

    def __str__(self):
        return ", ".join(map(str, self.segments))

    __repr__ = __str__


@dataclass(frozen=True)
class Refusal:
    """A load that the kernel refused: what kexec said and what the kernel logged."""
    output: str
    log: tuple


def parts_of(mib):
    """The sizes of its files: what unpacks an initrd takes none of 2 GiB."""
    return [min(1024, mib - done) for done in range(0, mib, 1024)]


def new_token():
    return secrets.token_hex(8)


def cmdline(append, token):
    return f"{CMDLINE} {append} agent.token={token}"


def segments_of(log):
    """Segments from what kexec_file.c (all, with size) and kexec-bzimage64.c (which is which) log; the last time, if it began again."""
    kinds, log = {}, log[max((i for i, line in enumerate(log) if BEGINS_AGAIN in line), default=0):]
    for kind, text in KINDS.items():
        for line in log:
            if found := re.search(re.escape(text) + r".* at 0x([0-9a-f]+)", line):
                kinds[int(found[1], 16)] = kind
    pattern = re.compile(r"(?:Loading segment |segment\[)(\d+)\]?: .* mem=0x([0-9a-f]+) memsz=0x([0-9a-f]+)")
    places = sorted((int(m[1]), int(m[2], 16), int(m[3], 16)) for m in map(pattern.search, log) if m)
    return tuple(Segment(kinds.get(start, "other"), start, size) for _, start, size in places)


class Guest:
    """One booted kernel. jump() ends it and returns the next one."""

    def __init__(self, machine, token, hop=0):
        self.machine, self.token, self.hop = machine, token, hop
        self.image, self.mem_total, self.payloads, self.loads, self.gone = None, 0, {}, 0, False

    @classmethod
    def boot(cls, machine, token, hop=0, timeout=120):
        """Waits for the kernel that carries this token to say hello."""
        guest = cls(machine, token, hop)
        machine.receive_until(f"@hello {token}\n".encode(), machine.deadline(timeout),
                              f"kernel {hop + 1} to say hello")
        guest.run("echo 'file kexec* +p' > /sys/kernel/debug/dynamic_debug/control")
        machine.say(f"kernel {hop + 1} is up")
        return guest

    # Commands

    def status(self, command, timeout=60):
        """Runs sh -c command in the guest; returns its exit status and what it printed."""
        if self.gone:
            raise HarnessError("the case uses a kernel that it has left with jump()")
        data = command.encode()
        if len(data) > MAX_COMMAND:
            raise HarnessError(f"a command may have {MAX_COMMAND} bytes, this one has {len(data)}: {command[:60]}...")
        deadline, what = self.machine.deadline(timeout), f"the end of `{command}` ({timeout * self.machine.patience} s)"
        self.machine.send(b"@run %d\n" % len(data) + data)
        header = self.machine.receive_until(b"\n", deadline, what)
        found = re.fullmatch(rb"@done (\d+) (\d+)\n", header)
        if not found:
            raise HarnessError(self.machine.explain(f"Not an answer of the agent: {header!r}"))
        output = self.machine.receive_exactly(int(found[2]), deadline, what)
        return int(found[1]), output.decode(errors="replace")

    def run(self, command, timeout=60):
        """Runs a command that must succeed; returns what it printed, without the last newline."""
        status, output = self.status(command, timeout)
        if status:
            raise CommandFailed(self.machine.explain(f"`{command}` ended with status {status}: {output.strip()}"))
        return output.rstrip("\n")

    def read(self, path):
        return self.run(f"cat {path}")

    # What the kernel says about itself

    def dmesg(self, only="cat"):
        """The kernel's log without time stamps, or what a filter leaves of it."""
        return re.sub(r"(?m)^\[ *[\d.]+\] ", "", self.run(f"dmesg | {only}")).splitlines()

    def meminfo(self):
        """/proc/meminfo in bytes."""
        return {name: int(kib) * 1024 for name, kib in re.findall(r"(\S+): +(\d+) kB", self.read("/proc/meminfo"))}

    def free(self):
        """MemFree without what the kernel keeps only because nobody asked for it."""
        drop = "echo 3 > /proc/sys/vm/drop_caches"
        # KASAN keeps freed objects, up to a 32nd of RAM, until their cache is shrunk
        shrink = "for cache in /sys/kernel/slab/*/shrink; do echo 1 > $cache; done"
        self.run(f"sync; {drop}; {shrink}; sleep 0.2; {drop}")
        # MemFree is without the free pages that each CPU keeps for itself: tens of MiB since 6.7
        kept = sum(map(int, re.findall(r"\bcount: +(\d+)", self.read("/proc/zoneinfo"))))
        return self.meminfo()["MemFree"] + kept * 4096

    def iomem(self, name="System RAM"):
        """(start, end) of /proc/iomem's lines of that name, end being the first byte after."""
        found = re.findall(r"([0-9a-f]+)-([0-9a-f]+) : (.+)", self.read("/proc/iomem"))
        return [(int(start, 16), int(end, 16) + 1) for start, end, what in found if what == name]

    def top_of_ram(self):
        return max(end for _, end in self.iomem())

    def loaded(self):
        return self.read("/sys/kernel/kexec_loaded") == "1"

    # kexec

    def build_initrd(self, payload_mib):
        """/tmp/initrd-N: base, /boot (so that the next kernel can kexec too) and a payload; returns its checksum."""
        if payload_mib not in self.payloads:
            self.machine.say(f"building an initrd with {payload_mib} MiB of payload in the guest")
            timeout = 60 + payload_mib // 4
            make = "; ".join(f"payload make {new_token()} {size} > payload.{i}" for i, size in enumerate(parts_of(payload_mib)))
            self.payloads[payload_mib] = self.run(f"""
                set -e; mkdir -p /tmp/pack; cd /tmp/pack; {make}; {SUM.format("/tmp/pack")}
                cat /boot/base.cpio > /tmp/initrd-{payload_mib}; cd /
                find boot | cpio -o -H newc 2>/dev/null >> /tmp/initrd-{payload_mib}; cd /tmp/pack
                ls | cpio -o -H newc 2>/dev/null >> /tmp/initrd-{payload_mib}; rm -r /tmp/pack""", timeout)
        return self.payloads[payload_mib]

    def kexec(self, arguments, timeout=60, program="kexec"):
        """Runs kexec; returns status, output, and the kernel's log lines since it started."""
        self.loads += 1
        mark = f"harness: kexec {self.hop}.{self.loads}"
        self.run(f"echo '{mark}' > /dev/kmsg")
        status, output = self.status(f"{PRELOAD}{program} {arguments}", timeout)
        # Cut in the guest: under TCG each byte on the agent's line costs 25 us.
        log = self.dmesg(f"sed -n '/{mark}$/,$p'")
        if not log:
            raise HarnessError(f"the kernel's log lost the line `{mark}`: more log than its buffer holds")
        return status, output.strip(), tuple(log[1:])

    def load(self, flags="-s -l", payload_mib=32, append="", kernel="/boot/bzImage", program="kexec"):
        """Loads a kernel with a new initrd, which must succeed. flags: `-s -l`, `-c -l` or `-s -p`."""
        payload, token = self.build_initrd(payload_mib), new_token()
        self.machine.say(f"kexec {flags}")
        status, output, log = self.kexec(
            f"{flags} {kernel} --initrd=/tmp/initrd-{payload_mib} --command-line='{cmdline(append, token)}'",
            timeout=60 + payload_mib // 4, program=program)
        assert status == 0, f"{program} {flags} was refused: {output}\nkernel: {log}"
        image = Image(segments_of(log), token, payload, log)
        lacking = [kind for kind in KINDS if kind not in {s.kind for s in image.segments}]
        assert program != "kexec" or "-s -l" not in flags or not lacking, \
            f"the kernel's log does not say where {', '.join(lacking)} went: {log}"
        if "-p" not in flags:
            # kexec-load-again may load it once more, elsewhere
            self.image = image if program == "kexec" else replace(image, segments=())
        return image

    def load_refused(self, initrd, flags="-s -l", kernel="/boot/bzImage"):
        """A load that must be refused; the image loaded before stays the one that jump() expects."""
        status, output, log = self.kexec(f"{flags} {kernel} --initrd={initrd} --command-line=none")
        assert status, f"kexec {flags} with {initrd} should have been refused, but it succeeded: {segments_of(log)}"
        return Refusal(output, log)

    def try_jump(self, timeout=120, command="kexec -e"):
        """kexec -e; returns the next kernel once it has said hello with the token of the loaded image.

        Returns None if kexec -e came back with an error and this kernel runs on. Another command
        (systemctl kexec) comes back with success when it has only begun.
        """
        if not self.image:
            raise HarnessError("the case jumps without an image loaded")
        self.mem_total = self.meminfo()["MemTotal"]
        self.machine.say(command)
        self.machine.send(b"@run %d\n" % len(command) + command.encode())
        deadline, hello = self.machine.deadline(timeout), f"@hello {self.image.token}\n".encode()
        line = b"\n"
        while line == b"\n":
            line = self.machine.receive_until(b"\n", deadline, f"kernel {self.hop + 2} to say hello after {command}")
            if line.startswith(b"@done"):
                output = self.machine.receive_exactly(int(line.split()[2]), deadline, f"what {command} said")
                self.machine.say(f"{command} came back: {output.decode(errors='replace').strip()}")
                if command == "kexec -e" or not line.startswith(b"@done 0 "):
                    return None
                line = b"\n"
        assert line == hello, self.machine.explain(f"expected {hello!r} from the next kernel, found {line!r}")
        self.gone = True
        self.machine.heard = hello + self.machine.heard
        return type(self).boot(self.machine, self.image.token, self.hop + 1)

    def jump(self, timeout=120, command="kexec -e"):
        """kexec -e, which must succeed; returns the next kernel."""
        second = self.try_jump(timeout, command)
        assert second, self.machine.explain(f"{command} came back instead of jumping")
        return second

    def panic(self, crash, timeout=120):
        """Panics, and returns the crash kernel that was loaded. Of the splats on the console, those until then don't count."""
        before = self.machine.splats()
        if before:
            raise Splat(self.machine.explain("The console held splats before the panic that is wanted."))
        self.machine.say("panic")
        self.run("echo 1 > /proc/sys/kernel/unknown_nmi_panic")
        self.machine.qmp("inject-nmi")
        self.gone = True
        after = Guest.boot(self.machine, crash.token, self.hop + 1, timeout)
        self.machine.forgiven = self.machine.log().rindex("Linux version")
        return after

    def check_places(self, image):
        """What this kernel says of where it is and where its initrd was, against what the kernel before it said.

        kexec_load() does not say where; by KASLR a kernel moves.
        """
        said = self.machine.log().rpartition("Linux version")[2]
        here = [Segment("initrd", int(start, 16), int(last, 16) + 1 - int(start, 16))
                for start, last in re.findall(r"RAMDISK: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]", said)]
        told = [s for s in image.segments if s.kind == "initrd"]
        assert not told or here == told, f"this kernel found {', '.join(map(str, here))}; loaded: {image}"
        code = [start for start, _ in self.iomem("Kernel code")]
        told = [s.start for s in image.segments if s.kind == "kernel"]
        assert not told or "nokaslr" not in self.read("/proc/cmdline").split() or code == told, \
            f"this kernel is at {[hex(start) for start in code]}; loaded: {image}"

    def check_arrived(self, first, tolerance=MEM_TOTAL_TOLERANCE):
        """This is the kernel that first loaded, where it should be, with its payload intact, all RAM, and no splat in either."""
        image, mem_total = first.image, self.meminfo()["MemTotal"]
        assert f"agent.token={image.token}" in self.read("/proc/cmdline").split(), \
            f"the token of the loaded image, {image.token}, is not on this kernel's command line"
        self.check_places(image)
        payload = self.run(SUM.format(""), timeout=120)
        assert payload == image.payload, \
            f"the payload changed on its way: {image.payload} before the jump, {payload} after"
        assert abs(mem_total - first.mem_total) <= tolerance, \
            f"MemTotal is {mem_total // MIB} MiB, in the kernel before it was {first.mem_total // MIB} MiB"
        if self.machine.splats() and not self.machine.defective:
            raise Splat(self.machine.explain("The console holds splats."))
        return self
