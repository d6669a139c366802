"""Memory that comes and goes in a guest: DIMMs, memory blocks, RAM in pieces, and what kexec says of it."""
import time

from verdict import HarnessError

MIB, GIB = 1 << 20, 1 << 30
BLOCKS = "/sys/devices/system/memory"


def dimm(size="4G", plugged_at_boot=True, own_node=False, name="dimm"):
    """QEMU arguments for one DIMM; the guest's memory= needs slots= and maxmem=. own_node: in node 1, not in 0.

    Each DIMM has a name; the first of a node brings the node with it.
    """
    backend = ["-object", f"memory-backend-ram,id={name}-memory,size={size},reserve=off"]
    node = ["-numa", "node,nodeid=1"] if own_node and name == "dimm" else []
    device = ["-device", f"pc-dimm,memdev={name}-memory,id={name},node={int(own_node)}"] if plugged_at_boot else []
    return backend + node + device


def plug_dimm(guest, node=0):
    total = guest.meminfo()["MemTotal"]
    guest.machine.qmp("device_add", driver="pc-dimm", id="dimm", memdev="dimm-memory", node=node)
    wait(guest, lambda: guest.meminfo()["MemTotal"] > total, "the DIMM comes online")


def unplug_dimm(guest, timeout=60, name="dimm"):
    guest.machine.qmp("device_del", id=name)
    guest.machine.wait_event("DEVICE_DELETED", timeout)


def wait(guest, condition, what, timeout=20):
    deadline = guest.machine.deadline(timeout)
    while not condition():
        assert time.monotonic() < deadline, \
            guest.machine.explain(f"waited {timeout * guest.machine.patience} s in vain: {what}")
        time.sleep(0.2)


def check_dropped(guest, why, timeout=5):
    """The kernel drops an image a moment later, when nobody has the kexec lock."""
    deadline = guest.machine.deadline(timeout)
    while guest.loaded():
        assert time.monotonic() < deadline, f"{why}, but kexec_loaded is still 1"
        time.sleep(0.1)


def pieces(start, end, step=128 * MIB):
    """memmap= that cuts RAM [start, end) into pieces of less than step, by one reserved page for each."""
    return "memmap=" + ",".join(f"4K${address:#x}" for address in range(start, end, step))


def memory_map(guest):
    """What the kernel was told of memory when it booted: (start, end, type), end inclusive, ascending."""
    text = guest.run("cd /sys/firmware/memmap && for i in *; do cat $i/start $i/end $i/type | tr '\\n' ' '; echo; done")
    entries = [line.split(" ", 2) for line in text.splitlines()]
    return sorted((int(start, 16), int(end, 16), kind.strip()) for start, end, kind in entries)


def block_size(guest):
    return int(guest.read(f"{BLOCKS}/block_size_bytes"), 16)


def blocks_of(guest, start, end):
    """Numbers of the memory blocks that hold bytes of [start, end)."""
    size = block_size(guest)
    return range(start // size, (end - 1) // size + 1)


def set_blocks(guest, blocks, state):
    """Takes memory blocks online, online_movable or offline."""
    for block in blocks:
        guest.run(f"echo {state} > {BLOCKS}/memory{block}/state", timeout=120)


def zone_blocks(guest, zone):
    """Numbers of the memory blocks that are online in this zone only."""
    found = guest.run(f"grep -lx '{zone}.*' {BLOCKS}/memory*/valid_zones || true").split()
    return sorted(int(path.split("/memory")[-1].split("/")[0]) for path in found)


def start_endless_offline(guest, node, start, end, pinned_mib):
    """Takes the blocks of [start, end) offline, of which one never ends, since its pages are pinned; returns its number.

    end_endless_offline() lets it end.
    """
    blocks = " ".join(map(str, blocks_of(guest, start, end)))
    guest.run(f": > /tmp/pinned; pinned {node} {pinned_mib} > /tmp/pinned 2>&1 &")
    wait(guest, lambda: "pinned" in guest.read("/tmp/pinned"), "its pages are pinned")
    guest.run(f"(for b in {blocks}; do echo $b > /tmp/going; echo offline > {BLOCKS}/memory$b/state; done;"
              " echo none > /tmp/going) > /dev/null 2>&1 &")
    before = None
    for _ in range(10):
        time.sleep(3 * guest.machine.patience)
        going = guest.read("/tmp/going")
        if going == before:
            break
        before = going
    assert going == before != "none", f"no block keeps going offline: {going}"
    assert guest.read(f"{BLOCKS}/memory{going}/state") == "going-offline"
    return int(going)


def check_still_going(guest, block):
    """What the case saw, it saw beside an offline that had not ended."""
    if guest.read("/tmp/going") != str(block):
        raise HarnessError(f"memory{block} should keep going offline, but has ended")


def end_endless_offline(guest, block):
    check_still_going(guest, block)
    guest.run("killall pinned")
    wait(guest, lambda: guest.read("/tmp/going") == "none", "all blocks have gone offline")


def check_vmcore(guest, least):
    """In a crash kernel: the memory of the kernel before can be read, and is at least that large."""
    said = guest.run("head -c 4 /proc/vmcore | od -A n -t x1; head -c 16777216 /proc/vmcore | wc -c; ls -l /proc/vmcore")
    core = said.split()
    assert core[:4] == ["7f", "45", "4c", "46"], f"/proc/vmcore is no ELF file: {said}"
    assert int(core[4]) == 16 * MIB and int(core[9]) > least, f"/proc/vmcore can't be read, or is too small: {said}"
