"""More than 128 E820 entries: the next kernel gets them all by every policy, and the image may lie above the 128th.

The long map comes from kexec-tools: it reads /sys/firmware/memmap, over which the
guest mounts one of its own, and hands it over with the old interface (kexec -c).
The plain kernel hands on 128 entries, and loses all RAM above.
"""
import struct

import pytest

from lab import base_has
from memory import GIB, MIB, memory_map
from placement import check_above_4g

PAGE = 4096
# Above 4 GiB: 90 pieces of RAM, each of 4 MiB less a reserved page, then RAM without holes. Not
# more, because the guest's kernel itself holds 320 entries at most (128, and 3 for each node).
PIECES, STEP = 90, 4 * MIB
SETUP = {"0x1": "E820_EXT", "0x2": "DTB", "0x4": "EFI", "0x8": "IMA", "0x9": "RNG_SEED", "0xa": "KHO"}


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


def device_tree(model):
    """As small as one can be: a root with what a root needs, and its model; version 17 of the format."""
    names, nodes = b"", struct.pack(">2I", 1, 0)
    for name, value in ((b"#address-cells", bytes([0, 0, 0, 2])), (b"#size-cells", bytes([0, 0, 0, 2])),
                        (b"model", model.encode() + b"\0")):
        nodes += struct.pack(">3I", 3, len(value), len(names)) + value + bytes(-len(value) % 4)
        names += name + b"\0"
    nodes += struct.pack(">2I", 2, 9)
    header, reserved = 40, 16
    at = header + reserved
    return struct.pack(">10I", 0xd00dfeed, at + len(nodes) + len(names), at, at + len(nodes), header, 17, 16, 0,
                       len(names), len(nodes)) + bytes(reserved) + nodes + names


def give_tree(guest, tree):
    """To kexec_debug.c, which has kexec hand it over."""
    octal = "".join(f"\\{byte:03o}" for byte in tree)
    guest.run(f"printf '{octal}' > /tmp/dtb")


def kinds(guest):
    return {SETUP.get(kind, kind) for kind in guest.run("cat /sys/kernel/boot_params/setup_data/*/type").split()}


def check_handed_on(vm, firmware, options, also=(), tree=b""):
    """Two hops: kexec-tools makes the long map, the kernel hands it on; returns that and the image.

    also: kinds of setup_data that the kernel should pass on, beside those that every kernel here has.
    """
    options = f"nokaslr {options}"
    first = vm.boot(firmware=firmware, memory="6G", append=options)
    mount_map(first, cut(memory_map(first)))
    if tree:
        give_tree(first, tree)
    # kexec-tools has summed up boot_params when the tree is put into it
    first.load(flags=f"-c -l --mem-max={2 * GIB:#x}" + " --no-checks" * bool(tree), append=options, payload_mib=1)
    guest = first.jump()
    ours = memory_map(guest)
    assert len(ours) > 2 * PIECES, f"the long map did not arrive: {len(ours)} entries"

    # Only a kernel that has random numbers passes on a seed
    guest.run("head -c 1 /dev/random | wc -c", timeout=60)
    if tree:
        give_tree(guest, tree)
    image = guest.load(payload_mib=8, append=options)
    second = guest.jump()
    theirs = memory_map(second)
    assert theirs == ours, f"the map of the next kernel has {len(theirs)} entries, ours {len(ours)}: " \
        f"{sorted(set(ours) ^ set(theirs))[:6]}"
    # They lie one behind the other; over the seed, it would be known and the rest of the list be lost
    wanted = {"E820_EXT", "RNG_SEED", *also} | ({"EFI"} if firmware == "uefi" else set())
    found = kinds(second)
    assert found >= wanted, f"setup_data of these kinds should be there: {wanted}, found {found}"
    second.check_arrived(guest, tolerance=64 * MIB if "KHO" in also else MIB)
    return second, image, ours


@pytest.mark.fails_on_plain("the map of the next kernel")
@pytest.mark.seconds(30)
@pytest.mark.parametrize("firmware, policy", [
    ("bios", "top-down"), ("uefi", "top-down"),
    pytest.param("bios", "bottom-up", marks=[pytest.mark.topic("fixes"), pytest.mark.core])])
def test_e820_many(vm, firmware, policy):
    _, image, entries = check_handed_on(vm, firmware, f"kexec_placement.policy={policy}")
    if policy == "top-down":
        check_above_4g(image)
        above = entries[128][0]
        assert all(s.start > above for s in image.segments), f"not above the 128th entry at {above:#x}: {image}"


@pytest.mark.topic("fixes")
@pytest.mark.guards_unchanged
@pytest.mark.seconds(30)
def test_e820_crash_kernel(vm):
    """A crash kernel has a map of its own; it is not told of the RAM of the kernel that crashed."""
    first = vm.boot(firmware="bios", memory="6G", append="nokaslr")
    mount_map(first, cut(memory_map(first)))
    first.load(flags=f"-c -l --mem-max={2 * GIB:#x}", append="nokaslr crashkernel=256M", payload_mib=1)
    guest = first.jump()
    assert "E820_EXT" in kinds(guest), f"the long map did not arrive: {kinds(guest)}"
    guest.run("head -c 1 /dev/random | wc -c", timeout=60)
    after = guest.panic(guest.load("-s -p", payload_mib=1, append="nokaslr"))
    assert "RNG_SEED" in kinds(after) and "E820_EXT" not in kinds(after), f"handed to the crash kernel: {kinds(after)}"


# Where the next kernel is handed 128 entries, its initrd is in none
@pytest.mark.only_on("ima")
@pytest.mark.fails_on_plain("the map of the next kernel|^The guest reset .* kernel 3 to say hello")
@pytest.mark.parametrize("firmware, options, also", [
    ("bios", "kexec_placement.policy=top-down", ("IMA", "DTB")),
    ("uefi", "kho=on kho_scratch=16M,256M,16M", ("IMA", "DTB", "KHO"))])
def test_with_all_else(vm, firmware, options, also):
    """IMA's list and, where 7.2 has them, a device tree and what KHO hands over."""
    if not base_has(since="7.2"):
        also, options = ("IMA",), options.partition("kho")[0]
    second, _, _ = check_handed_on(vm, firmware, options, also, device_tree("a machine") if "DTB" in also else b"")
    model = second.read("/proc/device-tree/model") if "DTB" in also else "a machine\0"
    assert model == "a machine\0", f"the device tree of the kernel before has not arrived: {model!r}"
