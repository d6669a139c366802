"""Each step of the series boots by itself, loads an image and jumps."""
import pytest

from lab import step_kernels


@pytest.mark.guards_unchanged
@pytest.mark.seconds(110)
def test_steps_boot(vm):
    for step in step_kernels():
        guest = vm.boot(kernel=step, second="plain", firmware="bios", memory="512M", cpus=1)
        guest.load(payload_mib=1)
        guest.jump().check_arrived(guest)
        guest.machine.close()
