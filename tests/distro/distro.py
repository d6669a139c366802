"""Debian in a guest: a disk on virtio, booted by UEFI from a unified kernel image, with systemd as init.

The image has two kernels, installed by apt: `patched` is the series with Debian's configuration,
`stock` is the archive's. scripts/distro-image makes it.
"""
import re
import shutil
from dataclasses import dataclass, replace

from guest import MIB, Guest, Image, cmdline, new_token, segments_of
from initrd import call
from lab import BASE, BUILD, Lab
from machine import Machine
from placement import check_above_4g, check_packed, check_policy_line
from verdict import HarnessError, Splat

WORK = BUILD / "distro"
KERNELS = ("patched", "stock")
STUB = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"
# A host that is busy takes a processor away for longer than the detectors of lock-ups and stalls wait
ROOT = "root=/dev/vda ro nosoftlockup rcupdate.rcu_cpu_stall_suppress=1"
# A file on the guest's disk, to be the same in each kernel
PAYLOAD = "/var/tmp/payload"
PAYLOAD_MIB = 32
# The key of the firmware that has Secure Boot on, in package ovmf
KEY, CERTIFICATE = (f"/usr/share/ovmf/PkKek-1-snakeoil.{end}" for end in ("key", "pem"))
# How a proof fails that loads in a kernel that kexec started. Since 6.8 the stock kernel, too, searches from the top, but
# each jump cuts a piece out of System RAM with what it hands over, and the next image stays below that
NOT_AT_THE_TOP = "^below 4 GiB: |^boot_params .* should start at "
# Until systemd is up under TCG, firmware included
BOOT_SECONDS = 300


def version(kernel):
    """What uname -r says of a kernel of the image, by its name here or, for those of other versions, its beginning."""
    known = sorted(path.name.partition("-")[2] for path in (WORK / "boot").glob("vmlinuz-*"))
    begins = {"patched": f"{BASE}.", "stock": f"{BASE}."}.get(kernel, f"{kernel}.")
    found = [v for v in known if v.startswith(begins) and ("placement" in v) == (kernel == "patched")]
    if len(found) != 1:
        raise HarnessError(f"the image has {len(found)} kernels that are {kernel}, of: {', '.join(known)}; run `make test-distro`")
    return found[0]


def package(kernel):
    """The .deb that brought a kernel into the image."""
    found = list((WORK / {"patched": "kernel", "stock": "stock"}[kernel]).glob("linux-image-*.deb"))
    if len(found) != 1:
        raise HarnessError(f"expected one package of the {kernel} kernel, found: {found}")
    return found[0]


def vmlinuz(kernel):
    return WORK / "boot" / f"vmlinuz-{version(kernel)}"


def sign(source, target, key=None, certificate=CERTIFICATE):
    """A kernel or unified image, signed for Secure Boot by the firmware's key or another one, and by no one else."""
    shutil.copy(source, target)
    while "No signature table" not in call(["sh", "-c", f"sbverify --list {target} 2>&1 || true"]):
        call(["sbattach", "--remove", target])
    call(["sbsign", "--key", key or plain_key(), "--cert", certificate, "--output", target, target])


def unsign(source, target):
    shutil.copy(source, target)
    call(["sbattach", "--remove", target])


def plain_key():
    """The snakeoil key without its passphrase, which ovmf's README tells."""
    key = WORK / "snakeoil.key"
    if not key.exists():
        call(["openssl", "pkey", "-in", KEY, "-passin", "pass:snakeoil", "-out", key])
    return key


def unified(kernel, append, target):
    """One UEFI program of systemd's stub, kernel, initrd and command line; the sections as systemd's manual has them."""
    (target.parent / "cmdline").write_text(append)
    parts = {".cmdline": (target.parent / "cmdline", 0x30000), ".linux": (vmlinuz(kernel), 0x2000000),
             ".initrd": (WORK / "boot" / f"initrd.img-{version(kernel)}", 0x4000000)}
    argv = ["objcopy"]
    for name, (file, address) in parts.items():
        argv += ["--add-section", f"{name}={file}", "--change-section-vma", f"{name}={address:#x}"]
    call([*argv, STUB, target])


def boot_partition(program, target):
    """A file system that UEFI starts the program from."""
    target.unlink(missing_ok=True)
    call(["truncate", "-s", str((program.stat().st_size >> 20) + 4) + "M", target])
    call(["mformat", "-i", target, "::"])
    call(["mmd", "-i", target, "::/EFI", "::/EFI/BOOT"])
    call(["mcopy", "-i", target, program, "::/EFI/BOOT/BOOTX64.EFI"])


class DiskMachine(Machine):
    """Boots from disks, not from what QEMU loads: -kernel changes the header of a signed kernel."""

    def __init__(self, directory, disks, **rest):
        self.disks = disks
        super().__init__(directory, "", "", "", **rest)

    def command(self, *args):
        argv = super().command(*args)
        for option in ("-kernel", "-initrd", "-append"):
            at = argv.index(option)
            del argv[at:at + 2]
        for number, (file, form) in enumerate(self.disks):
            argv += ["-drive", f"if=none,id=disk{number},format={form},file={file}",
                     "-device", f"virtio-blk-pci,drive=disk{number},bootindex={number}"]
        return argv


@dataclass(frozen=True, repr=False)
class Loaded(Image):
    """An image, and the top of RAM of the kernel that loaded it."""
    top: int = 0


class DebianGuest(Guest):
    """A kernel under Debian's user space."""

    @classmethod
    def boot(cls, machine, token, hop=0, timeout=BOOT_SECONDS):
        guest = cls(machine, token, hop)
        machine.receive_until(f"@hello {token}\n".encode(), machine.deadline(timeout), f"kernel {hop + 1} to say hello")
        # Not debugfs, which a locked down kernel has closed
        guest.run("echo 'file kexec* +p' > /proc/dynamic_debug/control")
        guest.release = guest.run("uname -r")
        machine.say(f"kernel {hop + 1} is up: {guest.release}")
        return guest

    def payload(self):
        self.run(f"[ -e {PAYLOAD} ] || head -c {PAYLOAD_MIB}M /dev/urandom > {PAYLOAD}", timeout=120)
        # From the disk, not from memory
        return self.run(f"sync; echo 3 > /proc/sys/vm/drop_caches; sha256sum {PAYLOAD}", timeout=120)

    def arguments(self, kernel, token, append="nokaslr", file=None):
        """For kexec: a kernel of the image (or a file), its initrd and a command line; with our own token, this kernel's."""
        name = version(kernel)
        line = "--reuse-cmdline" if token == self.token else f"--command-line='{cmdline(f'{ROOT} {append}', token)}'"
        return f"{file or f'/boot/vmlinuz-{name}'} --initrd=/boot/initrd.img-{name} {line}"

    def load(self, kernel, flags="-s -l", append="nokaslr", file=None, program="kexec", token=None):
        """Loads a kernel of the image, which must succeed."""
        payload, token = self.payload(), token or new_token()
        self.machine.say(f"{program} {flags} {file or kernel}")
        status, output, log = self.kexec(f"{flags} {self.arguments(kernel, token, append, file)}", 120, program)
        assert status == 0, f"{program} {flags} was refused: {output}\nkernel: {log}"
        image = Loaded(segments_of(log), token, payload, log, self.top_of_ram())
        if "placement" in self.release and any(segment.kind != "other" for segment in image.segments):
            check_policy_line(image, "policy .*")
        # kexec-load-again may load it once more, elsewhere
        self.image = image if program == "kexec" else replace(image, segments=())
        return image

    def refused(self, arguments, says, flags="-s -l", timeout=120):
        """A load that must fail with these words; returns what kexec and the kernel said."""
        self.machine.say(f"kexec {flags} {arguments.partition(' ')[0]}, to be refused")
        status, output, log = self.kexec(f"{flags} {arguments}", timeout)
        said = "\n".join([output, *log])
        assert status, f"kexec {arguments} should have been refused, but succeeded: {said}"
        assert re.search(says, said), f"kexec {arguments} was refused without the words '{says}': {said}"
        return said

    def all_ram(self):
        return sum(end - start for start, end in self.iomem())

    def jump(self, timeout=BOOT_SECONDS, command="systemctl kexec"):
        self.ram = self.all_ram()
        return super().jump(timeout, command)

    def check_arrived(self, first, tolerance=MIB):
        """This is the kernel that first loaded, where it should be, with the same disk and all RAM, and no splat in either.

        tolerance: what the two may differ in of the RAM that they leave to others.
        """
        image, mem_total, ram = first.image, self.meminfo()["MemTotal"], self.all_ram()
        assert f"agent.token={image.token}" in self.read("/proc/cmdline").split(), \
            f"the token of the loaded image, {image.token}, is not on this kernel's command line"
        self.check_places(image)
        assert self.payload() == image.payload, "a file on the disk is not what it was before the jump"
        assert abs(mem_total - first.mem_total) <= tolerance, \
            f"MemTotal is {mem_total >> 20} MiB, in the kernel before it was {first.mem_total >> 20} MiB"
        assert abs(ram - first.ram) <= MIB, f"this kernel has {ram >> 10} KiB of System RAM, the one before it had {first.ram >> 10} KiB"
        if self.machine.splats():
            raise Splat(self.machine.explain("The console holds splats."))
        return self


def places_of(guest):
    """Where this kernel and its initrd are, if nobody saw the load."""
    code = guest.iomem("Kernel code")[0][0]
    return code, int(re.search(r"RAMDISK: \[mem 0x([0-9a-f]+)", guest.machine.log().rpartition("Linux version")[2])[1], 16)


def check_high(places):
    """Returns them as text."""
    text = "kernel {:#x}, initrd {:#x}".format(*places)
    assert min(places) >= 4 << 30, f"below 4 GiB: {text}"
    return text


def check_at_the_top(image):
    """Each segment as high in System RAM as its size lets it be."""
    check_above_4g(image)
    check_packed(image, image.top)


class Distro(Lab):
    """A case's way to Debian guests, with the patched or the stock kernel as the first one."""

    def __init__(self, name, kernel):
        super().__init__(f"distro/{kernel}/{name}", kernel, "tcg")

    def new_disk(self, image="disk.img"):
        """A disk of its own on top of an image that all share; boot(disk=) takes it more than once."""
        disk = self.directory / f"disk{len(self.machines)}.qcow2"
        call(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", WORK / image, disk])
        return disk

    def boot(self, kernel=None, append="nokaslr", secure=False, files=None, disk=None, memory="4G", cpus=1, timeout=BOOT_SECONDS, **machine):
        """Boots the kernel under test, or another one of the image. files: {name: path}, what the guest finds under /mnt. secure: with Secure Boot.

        cpus: one, so that two guests beside each other get on as well as one alone on a host of two.
        """
        kernel = kernel or self.kernel
        directory, token = self.directory / f"{len(self.machines) + 1}-{kernel}", new_token()
        directory.mkdir()
        self.say(f"boot {version(kernel)} {append} {'secure' if secure else ''}")
        program = directory / "linux.efi"
        unified(kernel, cmdline(f"{ROOT} {append}", token), program)
        if secure:
            sign(program, program.with_suffix(".signed"))
            program = program.with_suffix(".signed")
        boot_partition(program, directory / "esp.img")
        disks = [(disk or self.new_disk(), "qcow2"), (directory / "esp.img", "raw")]
        if files:
            (directory / "files").mkdir()
            for name, path in files.items():
                shutil.copy(path, directory / "files" / name)
            call(["mke2fs", "-q", "-t", "ext4", "-d", directory / "files", directory / "files.img", "256M"])
            disks.append((directory / "files.img", "raw"))
        self.machines.append(DiskMachine(directory, disks, accel=self.accel, say=self.say, memory=memory, cpus=cpus,
                                         firmware="secure" if secure else "uefi", **machine))
        guest = DebianGuest.boot(self.machines[-1], token, timeout=timeout)
        if guest.release != version(kernel):
            raise HarnessError(f"the guest runs {guest.release}, not {version(kernel)}")
        if files:
            guest.run("mount -o ro /dev/vdc /mnt")
        return guest

    def close_machines(self):
        for machine in self.machines:
            machine.close()

    def close(self):
        cpu = super().close()
        for file in self.directory.rglob("*"):
            if file.suffix in (".qcow2", ".img", ".efi", ".signed") or file.parent.name == "files":
                file.unlink()
        return cpu
