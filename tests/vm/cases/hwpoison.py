"""A page with a memory error, where the end of the initrd would be, is left out."""
import pytest

from placement import TOP_DOWN, check_above_4g


@pytest.mark.fails_on_plain("is bad", without="prefer-memory")
@pytest.mark.seconds(15)
def test_hwpoison(vm):
    guest = vm.boot(firmware="bios", memory="6G", append=TOP_DOWN)
    image = guest.load(payload_mib=96, append="nokaslr")
    check_above_4g(image)
    guest.run("kexec -u")
    initrd = image["initrd"]
    # Most pages at the top are in a use that the kernel can't end; a free one will do
    bad = int(guest.run(f"""
        for pfn in $(seq {(initrd.end >> 12) - 1} -61 {initrd.start >> 12}); do
            echo $pfn > /sys/kernel/debug/hwpoison/corrupt-pfn && echo $pfn && exit
        done 2>/dev/null; exit 1""")) << 12
    vm.say(f"{(initrd.end - bad) >> 12} pages before the end of the initrd")
    moved = guest.load(payload_mib=96, append="nokaslr")
    assert not any(s.start <= bad < s.end for s in moved.segments), f"the page at {bad:#x} is bad: {moved}"
    guest.jump().check_arrived(guest)
