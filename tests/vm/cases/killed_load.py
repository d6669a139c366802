"""A load of 2 GiB that is killed ends within a second, wherever it is.

The guest counts a nanosecond for each instruction (-icount) and copies eight bytes with one: a slow machine.
The plain kernel hashes all 2 GiB before it looks for a signal.
"""
import pytest

LIMIT = 1_000_000
# Reading the file, hashing, making the image
MOMENTS = (300, 700, 1100, 1500, 1900, 2300)


@pytest.mark.topic("cost")
@pytest.mark.fails_on_plain("gone only after")
@pytest.mark.seconds(40)
def test_killed_load(vm):
    vm.accel = "tcg"
    with vm.much_memory():
        guest = vm.boot(firmware="bios", memory="6G", append="nokaslr kexec_placement.policy=top-down", cpus=1,
                        cpu="erms=off,fsrm=off", extra=("-icount", "shift=0,sleep=off"))
        guest.run("truncate -s 2G /tmp/large")
        reserved, killed = guest.run("faults reserved"), 0
        for ms in MOMENTS:
            took, how = guest.run(f"faults kill {ms} /lib/stub /tmp/large", timeout=900).split(" ", 1)
            loaded = guest.loaded()
            guest.machine.say(f"killed after {ms} ms: {how}, gone after {took} us, {'an' if loaded else 'no'} image is there")
            assert int(took) < LIMIT, f"gone only after {took} us, killed at {ms} ms"
            # A load that was over has left an image
            killed += how == "killed" and not loaded
            guest.run("kexec -u")
        # On another base a load may be over by the last moment
        assert killed >= len(MOMENTS) - 1, f"only {killed} of {len(MOMENTS)} kills hit a load that ran"
        assert guest.run("faults reserved") == reserved, "pages of images are left"
