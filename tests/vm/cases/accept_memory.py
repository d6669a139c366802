"""6.12: each page of a destination is accepted before the jump, as what copies it there cannot do that.

There is no confidential guest here, and in others accept_memory() returns at once: the case looks at what it is called for.
Upstream mends that by commit caeb8ba598f0, which 7.2 has.
"""
import pytest

TRACING = "/sys/kernel/tracing"
PAGE = 4096


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
    calls = guest.run(f"sed -n 's/.*start=\\([0-9]*\\) size=\\([0-9]*\\)$/\\1 \\2/p' {TRACING}/trace").splitlines()
    accepted = {page for start, size in (map(int, line.split()) for line in calls)
                for page in range(start // PAGE, (start + size + PAGE - 1) // PAGE)}
    for segment in image.segments:
        missing = set(range(segment.start // PAGE, segment.end // PAGE)) - accepted
        assert not missing, f"{len(missing)} of {(segment.end - segment.start) // PAGE} pages of the {segment.kind} were not accepted"
    guest.jump().check_arrived(guest)
