"""A load in each round, and memory under its destination that goes offline or is ejected meanwhile.

After each round nothing else runs, and an image that is still loaded must not point at memory that is
gone, or that went offline after the image was placed (memory that was offline before may be chosen).
No splat, no hang, no leak; the next load and jump work. The debug kernel does this for five minutes,
the others for some seconds. The plain kernel keeps an image whatever happens below it.
"""
import itertools
import time
from collections import Counter

import pytest

from dimm_in_map import DIMM, INITRD_MIB, boot_with_dimm_in_the_map, check_loads_and_jumps_again, load_into_dimm
from guest import PRELOAD, segments_of
from memory import BLOCKS, GIB, MIB, block_size, blocks_of, plug_dimm, unplug_dimm, wait

ROUNDS, SECONDS = 8, {"debug": 300}
# Every so many rounds the DIMM is ejected and plugged in again
EJECT_EVERY = 4
# Of the time that a load takes, when memory goes: spread over all of it, and a little after
MOMENTS = [n * 0.37 % 1.2 for n in range(20)]
# A tenth of one image. Free memory wanders by itself
TOLERANCE = 10 * MIB
MAY_SAY = ("Device or resource busy",           # memory went away under each try of the load
           "Cannot assign requested address")   # there is no DIMM, and no room elsewhere
LOAD = (f"{PRELOAD}kexec -s -l /boot/bzImage --initrd=/tmp/initrd-{INITRD_MIB} --command-line=none > /tmp/load 2>&1;"
        " echo $? > /tmp/status")


class Race:
    """The rounds; image is what was loaded last, seen is what happened how often."""

    def __init__(self, guest, image, load_seconds):
        self.guest, self.image, self.load_seconds = guest, image.segments, load_seconds
        self.blocks, self.size = blocks_of(guest, image["initrd"].start, image["initrd"].end), block_size(guest)
        self.seen = Counter()

    def start(self, number):
        self.guest.run(f"echo 'harness: round {number}' > /dev/kmsg; rm -f /tmp/status; ({LOAD}) > /dev/null 2>&1 &")

    def finish(self, number):
        """Waits for the load. Returns the log of the round; image is then what is loaded, if anything is."""
        wait(self.guest, lambda: self.guest.run("cat /tmp/status 2>/dev/null || true"), "the load ends", timeout=60)
        log = self.guest.dmesg(f"sed -n '/harness: round {number}$/,$p'")
        anew = [i for i, line in enumerate(log) if "the load must begin anew" in line]
        self.seen["loads begun anew"] += len(anew)
        self.seen["images dropped"] += sum("the image is dropped" in line for line in log)
        if self.guest.read("/tmp/status") == "0":
            self.image = segments_of(log[anew[-1]:] if anew else log)
            assert self.image, f"round {number}: the log does not say where the segments are: {log}"
            shown = self.guest.run("cat /sys/kernel/kexec_segments 2>/dev/null || true").splitlines()
            assert not shown or {int(line.split("-")[0], 16) for line in shown} == {s.start for s in self.image}, \
                f"round {number}: kexec_segments says {shown}, the image is at {self.image}"
            self.seen["loads"] += 1
        else:
            said = self.guest.read("/tmp/load")
            assert any(words in said for words in MAY_SAY), f"round {number}: the load failed otherwise: {said}"
            self.seen["loads refused"] += 1
        return log

    def check_gone(self, start, end, what):
        """No image has a segment in [start, end); the kernel may be just about to drop it."""
        if any(s.start < end and s.end > start for s in self.image):
            wait(self.guest, lambda: not self.guest.loaded(), f"the image points at memory that {what}: "
                 f"{', '.join(map(str, self.image))}", timeout=3)
            self.seen["times no image might stay"] += 1

    def offline(self, number, block, moment):
        state = f"{BLOCKS}/memory{block}/state"
        self.start(number)
        status, _ = self.guest.status(f"sleep {moment * self.load_seconds:.2f}; echo 'harness: goes' > /dev/kmsg;"
                                      f" echo offline > {state}")
        log = self.finish(number)
        placed = [i for i, line in enumerate(log) if "Loaded initrd at" in line][-1:]
        if status:
            self.seen["blocks that would not go offline"] += 1
        elif placed and placed[0] > log.index("harness: goes"):
            self.seen["images placed later"] += 1
        else:
            self.check_gone(block * self.size, (block + 1) * self.size, f"is offline in round {number}")
        self.guest.run(f"echo online_movable > {state}")

    def eject(self, number, moment):
        self.start(number)
        time.sleep(moment * self.load_seconds)
        unplug_dimm(self.guest)
        self.finish(number)
        self.check_gone(DIMM, DIMM + GIB, f"is gone in round {number}")
        plug_dimm(self.guest)
        states = " ".join(f"{BLOCKS}/memory{block}/state" for block in blocks_of(self.guest, DIMM, DIMM + GIB))
        wait(self.guest, lambda: set(self.guest.read(states).split()) == {"online"}, "all of the DIMM is online")
        self.seen["ejects"] += 1


@pytest.mark.fails_on_plain("the image points at memory that is gone")
@pytest.mark.seconds(30)
def test_load_races_offline(vm):
    guest = boot_with_dimm_in_the_map(vm)
    guest.run(f"echo online_movable > {BLOCKS}/auto_online_blocks")
    guest.build_initrd(INITRD_MIB)
    begin = time.monotonic()
    race = Race(guest, load_into_dimm(guest), time.monotonic() - begin)
    guest.run("kexec -u")
    # The first eject gives memory back that was never free before
    race.eject(0, 2)
    free = guest.free()
    end = time.monotonic() + SECONDS.get(vm.kernel, 0)
    for number in itertools.takewhile(lambda n: n <= ROUNDS or time.monotonic() < end, itertools.count(1)):
        moment = MOMENTS[number % len(MOMENTS)]
        if number % EJECT_EVERY == 0:
            race.eject(number, moment)
        else:
            race.offline(number, race.blocks[number % len(race.blocks)], moment)
    guest.run("kexec -u")
    lost = free - guest.free()
    vm.remark = f"{number} rounds: " + ", ".join(f"{count} {what}" for what, count in race.seen.items())
    vm.remark += f"; free memory changed by {-lost // 1024} KiB"
    vm.say(vm.remark)
    assert race.seen["times no image might stay"] and race.seen["ejects"] > 1, vm.remark
    assert lost <= TOLERANCE, vm.remark
    check_loads_and_jumps_again(guest)
