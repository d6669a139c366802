"""A jump that keeps its context (KEXEC_JUMP) comes back, and the destinations hold what they held before.

Not on 6.1, where the machine is reset after such a jump: it does not restore the GDT on the way back. 6.12 does
("x86/kexec: Restore GDT on return from ::preserve_context kexec").
"""
import pytest


@pytest.mark.guards_unchanged
@pytest.mark.only_on("debug")
@pytest.mark.since("6.12")
@pytest.mark.seconds(60)
def test_jump_back(vm):
    guest = vm.boot(firmware="bios", memory="1G", append="nokaslr", cpus=1)
    for _ in range(2):
        assert guest.run("comeback") == "came back"
    guest.load(append="nokaslr", payload_mib=8)
    guest.jump().check_arrived(guest)
