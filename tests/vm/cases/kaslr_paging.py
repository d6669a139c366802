"""KASLR on and off in both kernels, four- and five-level page tables: a chain through all pairs.

Each hop places above 4 GiB and arrives. With la57 the chain also has the step from
five levels to four. What four can't reach, beyond 64 TiB, is for tests/unit/test_place.c.
"""
import pytest

from placement import check_policy

ON, OFF = "", "nokaslr"
# on -> on -> off -> off -> on has each pair of first and next kernel once
CHAIN = [ON, OFF, OFF, ON]


def check_mode(guest, options, la57):
    """The kernel really is in the mode that was asked for."""
    # hdr.loadflags of the boot parameters; the decompressor sets KASLR_FLAG when it randomises
    loadflags = int(guest.run("od -An -tu1 -j 529 -N 1 /sys/kernel/boot_params/data"))
    kaslr = bool(loadflags & 2)
    assert kaslr == ("nokaslr" not in options), f"KASLR is {kaslr}, asked for: `{options}`"
    five = "la57" in guest.read("/proc/cpuinfo")
    assert five == (la57 and "no5lvl" not in options), f"five-level paging is {five}, asked for: `{options}` la57={la57}"


@pytest.mark.guards_unchanged
@pytest.mark.seconds(35)
@pytest.mark.parametrize("la57", [False, True], ids=["la57=off", "la57=on"])
def test_kaslr_paging(vm, la57):
    guest = vm.boot(memory="8G", append=ON, cpu="la57=on" if la57 else "")
    check_mode(guest, ON, la57)
    for options in CHAIN + (["no5lvl"] if la57 else []):
        image = guest.load(append=options, payload_mib=8)
        check_policy(vm, image)
        previous, guest = guest, guest.jump()
        guest.check_arrived(previous)
        check_mode(guest, options, la57)
