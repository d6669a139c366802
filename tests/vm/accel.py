"""Which accelerator to use: found out by booting, once a run, never by looking at a device node.

/dev/kvm may open and still not run a guest (nested hosts), so KVM has to bring
a small guest up within its time limit; else it is TCG, which always works.
"""
import os

from guest import Guest, cmdline, new_token
from machine import Machine
from verdict import Failure, HarnessError

KVM_SECONDS = 10


def choose(build_dir, work, kernel, say):
    """Returns the accelerator and why."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg", "/dev/kvm is not there or not ours"
    say(f"trying KVM: a guest has {KVM_SECONDS} s to come up")
    token, machine = new_token(), None
    try:
        machine = Machine(build_dir / "logs" / "accelerator", build_dir / kernel / "bzImage",
                          work / f"first-{kernel}.cpio", cmdline("nokaslr", token), "kvm", "bios", "512M")
        Guest.boot(machine, token, timeout=KVM_SECONDS)
        return "kvm", f"a guest came up under KVM within {KVM_SECONDS} s"
    except (Failure, HarnessError) as error:
        return "tcg", "no guest comes up under KVM: " + str(error).splitlines()[0]
    finally:
        if machine:
            machine.close()
