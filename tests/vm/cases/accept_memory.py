"""6.12: each page of a destination is accepted before the jump, as what copies it there cannot do that.

There is no confidential guest here, and in others accept_memory() returns at once: the case looks at what it is called for.
Upstream mends that by commit caeb8ba598f0, which 7.2 has.
"""
import pytest

from memory import MIB

TRACING = "/sys/kernel/tracing"
PAGE = 4096


def accepted_pages(guest):
    calls = guest.run(f"sed -n 's/.*start=\\([0-9]*\\) size=\\([0-9]*\\)$/\\1 \\2/p' {TRACING}/trace").splitlines()
    return {page for start, size in (map(int, line.split()) for line in calls)
            for page in range(start // PAGE, (start + size + PAGE - 1) // PAGE)}


@pytest.mark.only_on("ima")
@pytest.mark.since("6.12", until="7.2")
@pytest.mark.fails_on_plain("pages of the .* were not accepted")
@pytest.mark.parametrize("policy", ["top-down", "bottom-up"])
def test_destinations(vm, policy):
    guest = vm.boot(memory="6G", append=f"nokaslr trace_buf_size=32M kexec_placement.policy={policy}")
    guest.run(f"""
        mount -t tracefs tracefs {TRACING}; cd {TRACING}
        echo 'p:accepted accept_memory start=%di:u64 size=%si:u64' > kprobe_events
        echo 1 > events/kprobes/accepted/enable""")
    image = guest.load(payload_mib=8, append="nokaslr")
    accepted, wanted = accepted_pages(guest), set()
    for segment in image.segments:
        pages = set(range(segment.start // PAGE, segment.end // PAGE))
        assert pages <= accepted, f"{len(pages - accepted)} of {len(pages)} pages of the {segment.kind} were not accepted"
        wanted |= pages
    assert accepted == wanted, f"{len(accepted - wanted)} pages were accepted that are no destination"
    guest.run(f"echo > {TRACING}/trace")
    guest.load("-c -l", payload_mib=8, append="nokaslr")
    assert len(accepted_pages(guest)) * PAGE >= 8 * MIB, "kexec_load() does not accept its destinations"
    guest.jump().check_arrived(guest)
