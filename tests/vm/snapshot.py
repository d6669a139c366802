"""States of a running guest that it can go back to, and its memory as QEMU's process has it.

    state = Snapshot(machine)       keeps the state
    state.back()                    the guest is as it was then
    memory = Memory(machine)
    memory.flip(address)            a bit of a byte of the guest's memory
"""
import os
import re
import time

from verdict import HarnessError

PAGE = 4096
# Entries of an image's list of pages: include/linux/kexec.h
DESTINATION, INDIRECTION, DONE, SOURCE = 1, 2, 4, 8


def monitor(machine, line):
    """What QEMU's monitor for humans says; nothing, if all went well."""
    return machine.qmp("human-monitor-command", **{"command-line": line})


class Snapshot:
    """In a qcow2 file, which QEMU makes itself."""

    def __init__(self, machine):
        self.machine, file = machine, machine.directory / "state.qcow2"
        self.create(driver="file", filename=str(file), size=0)
        machine.qmp("blockdev-add", driver="file", filename=str(file), **{"node-name": "state-file"})
        self.create(driver="qcow2", file="state-file", size=0)
        machine.qmp("blockdev-add", driver="qcow2", file="state-file", **{"node-name": "state"})
        self.do("savevm here")
        # Its blocks stay until QEMU ends
        file.unlink()

    def create(self, **options):
        self.machine.qmp("blockdev-create", options=options, **{"job-id": "create"})
        deadline = self.machine.deadline(60)
        # Not by its events: the last one may come before the answer that says `running`
        while (job := self.machine.qmp("query-jobs")[0])["status"] != "concluded":
            if time.monotonic() > deadline:
                raise HarnessError(f"QEMU does not end the job {job}")
            time.sleep(0.02)
        assert "error" not in job, job
        self.machine.qmp("job-dismiss", id="create")

    def do(self, line):
        said = monitor(self.machine, line).strip()
        assert not said, f"{line}: {said}"

    def back(self):
        self.do("loadvm here")
        self.machine.heard = b""


class Memory:
    """The guest's memory from 0 to where the PCI hole begins."""

    def __init__(self, machine):
        self.file = open(f"/proc/{machine.process.pid}/mem", "r+b", buffering=0)
        self.host = int(re.search(r" is (?:0x)?([0-9a-f]+)", monitor(machine, "gpa2hva 0"))[1], 16)

    def read(self, address, length):
        return os.pread(self.file.fileno(), length, self.host + address)

    def word(self, address):
        return int.from_bytes(self.read(address, 8), "little")

    def flip(self, address):
        byte = self.read(address, 1)[0] ^ 0x10
        assert os.pwrite(self.file.fileno(), bytes([byte]), self.host + address) == 1

    def sources(self, image, size):
        """destination: source page of an image that waits in the guest's memory, which has that size."""
        # Which of the segments is loaded first, is the kernel's choice
        first = [(image.segments[i].start | DESTINATION).to_bytes(8, "little") for i in (0, -1)]
        lists = [page for page in range(0, size, PAGE)
                 if self.read(page, 8) in first and self.word(page + 8) % PAGE == SOURCE]
        assert len(lists) == 1, f"the list of the image's pages begins at {lists}"
        at, pages, destination, entry = lists[0], {}, None, 0
        while not entry & DONE:
            entry = self.word(at)
            at += 8
            if entry & INDIRECTION:
                at = entry - INDIRECTION
            elif entry & DESTINATION:
                destination = entry - DESTINATION
            elif entry & SOURCE:
                pages[destination] = entry - SOURCE
                destination += PAGE
        return pages
