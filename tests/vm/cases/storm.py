"""All that may happen to kexec while memory comes and goes, at random; in the end a jump or a panic.

Each round has a load, and beside it an offline, an eject, an unload, a load of a crash kernel or an offline that never
ends. Then nothing else runs, and an image that is still loaded must not point at memory that is gone, and none is
dropped for a block that went offline. No splat, no hang, no leak. The order and the moments come from a seed, which the
result names; STORM_SEED=N takes that one again. What of it really happened is counted, and MUST_HAPPEN must have.
The debug kernel does it all over and over for some minutes. The plain kernel keeps an image whatever happens below it.
"""
import os
import random
import threading
import time
from collections import Counter

import pytest

from dimm_in_map import DIMM, INITRD_MIB, boot_with_dimm_in_the_map, check_loads_and_jumps_again, load_into_dimm
from guest import BEGINS_AGAIN, PRELOAD, segments_of
from memory import (BLOCKS, GIB, MIB, blocks_of, check_still_going, check_vmcore, end_endless_offline, plug_dimm,
                    start_endless_offline, unplug_dimm, wait)
from verdict import Failure, GuestLost, HarnessError

# A moment is when it happens, as a part of the time that a load takes: over all of it and a little after. 2: after it
ROUNDS = ["offline", "offline", "offline after", "eject", "unload", "endless offline"]
MUST_HAPPEN = ("loads", "images dropped", "ejects", "blocks offline", "endless offlines", "times no image might stay",
               "images kept beside an offline")
SECONDS = {"debug": 200}
# A tenth of one image. Free memory wanders by itself
TOLERANCE = 10 * MIB
MAY_SAY = ("Device or resource busy",           # memory went away under the load; someone has the lock
           "Cannot assign requested address")   # there is no DIMM, and no room elsewhere
LOAD = f"{PRELOAD}kexec -s -l /boot/bzImage --initrd=/tmp/initrd-{{}} --command-line=none"
CRASH_MIB = 176


class Storm:
    """image is what was loaded last; seen says what happened how often."""

    def __init__(self, vm, crash_mib=0):
        seed = int(os.environ.get("STORM_SEED", 0)) or random.SystemRandom().randrange(1, 1 << 16)
        vm.say(f"STORM_SEED={seed}")
        self.vm, self.seed, self.random, self.seen, self.number = vm, seed, random.Random(seed), Counter(), 0
        self.rounds = ROUNDS + ["crash load"] * bool(crash_mib)
        self.guest = boot_with_dimm_in_the_map(vm, crash_mib=crash_mib)
        self.guest.run(f"echo online_movable > {BLOCKS}/auto_online_blocks")
        self.crash = self.guest.load("-s -p", payload_mib=1) if crash_mib else None
        self.guest.build_initrd(INITRD_MIB)
        begin = time.monotonic()
        self.image = load_into_dimm(self.guest).segments
        self.load_seconds = time.monotonic() - begin
        # The first eject gives memory back that was never free before
        self.eject(2)
        self.free = self.guest.free()

    def blow(self):
        end = time.monotonic() + SECONDS.get(self.vm.kernel, 0)
        while True:
            for what in self.random.sample(self.rounds, len(self.rounds)):
                self.vm.say(f"round {self.number + 1}: {what}")
                moment = 2 if "after" in what else self.random.uniform(0, 1.2)
                getattr(self, what.removesuffix(" after").replace(" ", "_"))(moment)
            if time.monotonic() >= end:
                break
        self.guest.run("kexec -u")
        lost = self.free - self.guest.free()
        self.vm.remark = f"seed {self.seed}, {self.number} rounds: " + \
            ", ".join(f"{count} {what}" for what, count in self.seen.items()) + \
            f"; free memory changed by {-lost // 1024} KiB"
        assert all(self.seen[what] for what in MUST_HAPPEN), f"too little happened: {self.vm.remark}"
        assert lost <= TOLERANCE, self.vm.remark

    # A load, and its end

    def start(self):
        self.number += 1
        self.guest.run(f"echo 'harness: round {self.number}' > /dev/kmsg; rm -f /tmp/status; "
                       f"({LOAD.format(INITRD_MIB)} > /tmp/load 2>&1; echo $? > /tmp/status) > /dev/null 2>&1 &")

    def finish(self):
        """Waits for the load, and looks at what it said."""
        wait(self.guest, lambda: self.guest.run("cat /tmp/status 2>/dev/null || true"), "the load ends", timeout=60)
        log = self.guest.dmesg(f"sed -n '/harness: round {self.number}$/,$p'")
        self.seen["images dropped"] += sum("the image is dropped" in line for line in log)
        self.seen["loads begun again"] += sum(BEGINS_AGAIN in line for line in log)
        if self.guest.read("/tmp/status") == "0":
            self.image = segments_of(log)
            assert self.image, f"round {self.number}: the log does not say where the segments are: {log}"
            self.seen["loads"] += 1
        else:
            self.image = self.image if self.guest.loaded() else ()
            said = self.guest.read("/tmp/load")
            assert any(words in said for words in MAY_SAY), f"round {self.number}: the load failed otherwise: {said}"
            self.seen["loads refused"] += 1

    def beside(self, moment, command):
        """Runs a command beside a load; returns its status and what it said."""
        self.start()
        status, said = self.guest.status(f"sleep {moment * self.load_seconds:.2f}; {command}")
        self.finish()
        return status, said

    def check_gone(self, start, end, what):
        """No image has a segment in [start, end); the kernel may be just about to drop it."""
        if any(s.start < end and s.end > start for s in self.image):
            wait(self.guest, lambda: not self.guest.loaded(), f"the image points at memory that {what}: "
                 f"{', '.join(map(str, self.image))}", timeout=3)
            self.seen["times no image might stay"] += 1

    def all_online(self):
        blocks = blocks_of(self.guest, DIMM, DIMM + GIB)
        self.guest.run(f"for b in {' '.join(map(str, blocks))}; do echo online_movable > {BLOCKS}/memory$b/state; done;"
                       " true")
        states = " ".join(f"{BLOCKS}/memory{block}/state" for block in blocks)
        wait(self.guest, lambda: set(self.guest.read(states).split()) == {"online"}, "all of the DIMM is online")

    # What happens beside it

    def offline(self, moment):
        initrd = next((s for s in self.image if s.start >= DIMM), None)
        under = blocks_of(self.guest, initrd.start, initrd.end) if initrd else blocks_of(self.guest, DIMM, DIMM + GIB)
        block = self.random.choice(under)
        status, _ = self.beside(moment, f"echo offline > {BLOCKS}/memory{block}/state")
        self.seen["blocks that would not go offline" if status else "blocks offline"] += 1
        if not status and self.guest.read("/tmp/status") == "0":
            time.sleep(0.5)
            assert self.guest.loaded(), f"round {self.number}: a block went offline, and the image is gone"
            self.seen["images kept beside an offline"] += 1
        self.all_online()

    def eject(self, moment):
        self.start()
        time.sleep(moment * self.load_seconds)
        unplug_dimm(self.guest)
        self.finish()
        self.check_gone(DIMM, DIMM + GIB, f"is gone in round {self.number}")
        self.seen["ejects"] += 1
        plug_dimm(self.guest, node=1)
        self.all_online()

    def unload(self, moment):
        status, said = self.beside(moment, "kexec -u")
        assert status == 0 or MAY_SAY[0] in said, f"round {self.number}: kexec -u failed otherwise: {said}"
        self.guest.run("kexec -u")
        self.image = ()
        assert not self.guest.loaded(), "kexec -u succeeded, but kexec_loaded is 1"
        self.seen["unloads refused" if status else "unloads"] += 1

    def crash_load(self, moment):
        """Anew, so that there is one at the end."""
        command = f"kexec -s -p /boot/bzImage --initrd=/tmp/initrd-1 --command-line='{self.command_line()}'"
        status, said = self.beside(moment, command)
        assert status == 0 or MAY_SAY[0] in said, f"round {self.number}: kexec -s -p failed otherwise: {said}"
        self.guest.run(command)
        self.seen["crash images"] += 1

    def command_line(self):
        return self.guest.read("/proc/cmdline").replace(self.guest.token, self.crash.token)

    def endless_offline(self, _):
        """One block keeps going offline: a load ends all the same."""
        block = start_endless_offline(self.guest, 1, DIMM, DIMM + GIB, 64)
        self.start()
        self.finish()
        self.seen["endless offlines"] += 1
        end_endless_offline(self.guest, block)
        self.all_online()


# Plain 6.1 does not get there: it puts the initrd on the memory of the crash kernel
@pytest.mark.quick
@pytest.mark.fails_on_plain("the initrd should be in the DIMM", until="6.8")
@pytest.mark.fails_on_plain("the image points at memory that is gone", since="6.8")
@pytest.mark.seconds(70)
def test_storm_then_panic(vm):
    """While a block goes offline without end: the crash kernel starts. Only a load that runs keeps it away, as on plain."""
    storm = Storm(vm, CRASH_MIB)
    storm.blow()
    assert storm.seen["crash images"], f"too little happened: {vm.remark}"
    if vm.kernel == "debug":
        vm.remark += "; no panic: with KASAN a crash kernel does not run in so little memory"
        return
    block = start_endless_offline(storm.guest, 1, DIMM, DIMM + GIB, 64)
    storm.start()
    storm.finish()
    check_still_going(storm.guest, block)
    check_vmcore(storm.guest.panic(storm.crash), GIB)


def start_eject(guest, failed):
    """In a thread of its own."""
    try:
        guest.machine.qmp("device_del", id="dimm")
    except (Failure, HarnessError) as error:
        failed.append(error)


@pytest.mark.fails_on_plain("the image points at memory that is gone")
@pytest.mark.seconds(70)
def test_storm_then_jump(vm):
    """An eject beside kexec -e: the next kernel starts, or kexec -e is refused, or the machine restarts and says why."""
    storm = Storm(vm)
    storm.blow()
    guest, moment = storm.guest, storm.random.uniform(-0.5, 1)
    load_into_dimm(guest)
    failed, before = [], len(guest.machine.log())
    eject = threading.Timer(max(0, moment), start_eject, (guest, failed))
    eject.start()
    time.sleep(max(0, -moment))
    try:
        second = guest.try_jump(timeout=60)
    except GuestLost as death:
        assert "restarting through firmware" in guest.machine.log(), f"kexec -e killed the machine: {death}"
        vm.remark += "; restarted through firmware"
        return
    finally:
        eject.join()
    if failed:
        raise failed[0]
    vm.remark += f"; eject {moment:+.2f} s after kexec -e, which {'arrived' if second else 'was refused'}"
    if second:
        second.run("true")
    else:
        said = guest.machine.log()[before:]
        assert "cannot start the image" in said or "the image is dropped" in said, f"kexec -e was refused without a reason: {said}"
        guest.machine.wait_event("DEVICE_DELETED", 60)
        check_loads_and_jumps_again(guest)
