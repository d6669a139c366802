"""make demo: one UEFI guest with 16 GiB, loaded under both policies, then the jump; a table and a picture.

Ends with a message and a non-zero status when anything is not as promised.
"""
import sys

import memory_map
from guest import MIB
from lab import BUILD, Lab, prepare
from placement import FOUR_GIB, check_above_4g
from verdict import Failure, HarnessError

POLICY = "/sys/module/kexec_placement/parameters/policy"
PAYLOAD_MIB = 128


def progress(text):
    print(text, file=sys.stderr, flush=True)


def human(size):
    return f"{size / MIB:.1f} MiB" if size >= MIB else f"{size // 1024} KiB"


def span(start, end):
    return f"{start:#011x}-{end - 1:#011x}"


def load_under(guest, policy):
    progress(f"           policy {policy}")
    guest.run(f"echo {policy} > {POLICY}")
    return guest.load(payload_mib=PAYLOAD_MIB)


def table(images, ram, first, second):
    """What was found, as lines of text."""
    rows = [f"{'segment':<12} {'size':>10}   " + "   ".join(f"{policy:<23}" for policy in images)]
    for segment in images["auto"].segments:
        places = "   ".join(span(i[segment.kind].start, i[segment.kind].end) for i in images.values())
        rows.append(f"{segment.kind:<12} {human(segment.size):>10}   {places}")
    low = [(start, end) for start, end in ram if end <= FOUR_GIB]
    high = [(start, end) for start, end in ram if end > FOUR_GIB]
    rows += ["", f"System RAM   below 4 GiB  {human(sum(e - s for s, e in low))} in {len(low)} ranges, "
                 f"the largest {span(*max(low, key=lambda r: r[1] - r[0]))}",
             f"             above 4 GiB  {human(sum(e - s for s, e in high))}, {span(high[0][0], high[-1][1])}",
             "", f"second kernel  token      {second.token}: the one that was loaded",
             f"               payload    {PAYLOAD_MIB} MiB, checksum {images['auto'].payload}: as before the jump",
             f"               MemTotal   {second.mem_total // 1024} KiB, first kernel {first.mem_total // 1024} KiB",
             "               splats     0"]
    return "\n".join(rows)


def demo():
    accelerator, why = prepare(("patched",), "auto", progress)
    progress(f"accelerator {accelerator}: {why}")
    lab = Lab("demo", "patched", accelerator, progress)
    try:
        first = lab.boot(memory="16G", append="nokaslr")
        ram = first.iomem()
        images = {policy: load_under(first, policy) for policy in ("bottom-up", "auto")}
        check_above_4g(images["auto"])
        second = first.jump()
        second.check_arrived(first)
        second.mem_total = second.meminfo()["MemTotal"]
        lab.check_splats()
    finally:
        lab.close()
    results = BUILD / "results"
    results.mkdir(exist_ok=True)
    text = table(images, ram, first, second)
    (results / "demo.txt").write_text(text + "\n")
    files = memory_map.draw(ram, images, results / "memory-map")
    print(f"\nUEFI guest, 16 GiB, {accelerator}; kexec -s -l, then kexec -e under auto\n\n{text}\n")
    print("picture: " + ", ".join(map(str, files)))


if __name__ == "__main__":
    try:
        demo()
    except (AssertionError, Failure) as failure:
        sys.exit(f"FAILURE: the kernel did wrong: {failure}")
    except HarnessError as error:
        sys.exit(f"ERROR: the demo could not be run: {error}")
