"""More than 128 E820 entries: the next kernel gets them all by every policy, and the image may lie above the 128th.

The long map comes from kexec-tools: it reads /sys/firmware/memmap, over which the
guest mounts one of its own, and hands it over with the old interface (kexec -c).
The plain kernel hands on 128 entries, and loses all RAM above.
"""
import pytest

from memory import GIB, MIB, memory_map
from placement import check_above_4g

PAGE = 4096
# Above 4 GiB: 90 pieces of RAM, each of 4 MiB less a reserved page, then RAM without holes. Not
# more, because the guest's kernel itself holds 320 entries at most (128, and 3 for each node).
PIECES, STEP = 90, 4 * MIB


def cut(entries):
    high = next(e for e in entries if e[0] == 4 * GIB)
    out = [e for e in entries if e != high]
    for i in range(PIECES):
        start = 4 * GIB + i * STEP
        out += [(start, start + STEP - PAGE - 1, "System RAM"),
                (start + STEP - PAGE, start + STEP - 1, "Reserved")]
    return sorted(out + [(4 * GIB + PIECES * STEP, high[1], "System RAM")])


def mount_map(guest, entries):
    guest.run("mkdir /tmp/memmap")
    lines = [f"{i} {start:#x} {end:#x} {kind.replace(' ', '_')}" for i, (start, end, kind) in enumerate(entries)]
    for k in range(0, len(lines), 40):
        guest.run("cat >> /tmp/memmap.txt << 'END'\n" + "\n".join(lines[k:k + 40]) + "\nEND")
    guest.run("while read i start end kind; do d=/tmp/memmap/$i; mkdir $d; echo $start > $d/start;"
              " echo $end > $d/end; echo $kind | tr _ ' ' > $d/type; done < /tmp/memmap.txt;"
              " mount -o bind /tmp/memmap /sys/firmware/memmap")


@pytest.mark.fails_on_plain("the map of the next kernel")
@pytest.mark.seconds(30)
@pytest.mark.parametrize("firmware, policy", [
    ("bios", "top-down"), ("uefi", "top-down"),
    pytest.param("bios", "bottom-up", marks=[pytest.mark.topic("fixes"), pytest.mark.core])])
def test_e820_many(vm, firmware, policy):
    options = f"nokaslr kexec_placement.policy={policy}"
    first = vm.boot(firmware=firmware, memory="6G", append=options)
    long_map = cut(memory_map(first))
    mount_map(first, long_map)
    first.load(flags=f"-c -l --mem-max={2 * GIB:#x}", append=options, payload_mib=1)
    guest = first.jump()
    ours = memory_map(guest)
    assert len(ours) > 2 * PIECES, f"the long map did not arrive: {len(ours)} entries"

    # Only a kernel that has random numbers passes on a seed
    guest.run("head -c 1 /dev/random | wc -c", timeout=60)
    image = guest.load(payload_mib=8, append=options)
    second = guest.jump()
    theirs = memory_map(second)
    assert theirs == ours, f"the map of the next kernel has {len(theirs)} entries, ours {len(ours)}: " \
        f"{sorted(set(ours) ^ set(theirs))[:6]}"
    # They lie one behind the other; over the seed, it would be known and the rest of the list be lost
    wanted = {"0x1": "E820_EXT", "0x9": "RNG_SEED"} | ({"0x4": "EFI"} if firmware == "uefi" else {})
    kinds = set(second.run("cat /sys/kernel/boot_params/setup_data/*/type").split())
    assert kinds >= wanted.keys(), f"setup_data of these kinds should be there: {wanted}, found {kinds}"
    if policy == "top-down":
        check_above_4g(image)
        above = ours[128][0]
        assert all(s.start > above for s in image.segments), f"not above the 128th entry at {above:#x}: {image}"
    second.check_arrived(guest)
