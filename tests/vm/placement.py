"""What the cases ask of an image's segments, with the arithmetic written out."""
import re

from lab import base_has

FOUR_GIB = 4 << 30
AUTO = "kexec_placement.policy=auto"
TOP_DOWN = "nokaslr kexec_placement.policy=top-down"
PAGE = 4096
# What bzImage64_load asks for each segment, in the order in which it places them; the kernel's
# is kernel_alignment of its setup header, CONFIG_PHYSICAL_ALIGN. The buffers are whole pages.
ALIGN = {"purgatory": PAGE, "boot_params": PAGE, "kernel": 2 << 20, "initrd": PAGE}


def down(address, align):
    return address // align * align


def check_above_4g(image):
    """All four segments are there, and above 4 GiB."""
    assert [s.kind for s in image.segments] == list(ALIGN), f"expected the segments {list(ALIGN)}, found: {image}"
    low = [str(s) for s in image.segments if s.start < FOUR_GIB]
    assert not low, f"below 4 GiB: {', '.join(low)}"


def check_below_4g(image):
    """All four segments are there, and below 4 GiB."""
    assert [s.kind for s in image.segments] == list(ALIGN), f"expected the segments {list(ALIGN)}, found: {image}"
    high = [str(s) for s in image.segments if s.end > FOUR_GIB]
    assert not high, f"above 4 GiB: {', '.join(high)}"


def check_policy(vm, image):
    """For guards, which ask for top-down but are not about it: above 4 GiB, if this kernel can place there."""
    if vm.kernel != "plain" or base_has(since="6.8"):
        check_above_4g(image)


def check_packed(image, top):
    """From the top of RAM down, each as high as size and alignment let it be: nothing else is lost."""
    limit = top
    for segment in image.segments:
        best = down(limit - segment.size, ALIGN[segment.kind])
        assert segment.start == best, \
            f"{segment} should start at {best:#x}: below {limit:#x}, {segment.size:#x} bytes, " \
            f"aligned to {ALIGN[segment.kind]:#x}"
        limit = segment.start


def same_places(ours, theirs):
    """Each address and size of two images, one by one."""
    assert ours.segments and [(s.kind, s.size) for s in ours.segments] == [(s.kind, s.size) for s in theirs.segments], \
        f"the images can't be compared: {ours} and {theirs}"
    for a, b in zip(ours.segments, theirs.segments):
        assert a == b, f"{a.kind} is at {a.start:#x}, on the plain kernel at {b.start:#x}"


def check_16g(vm, policy, check, **like_plain):
    """UEFI, 16 GiB: check() holds for the image, and it arrives. On the bases of like_plain (see base_has) each segment
    is where the plain kernel puts it. All load the same next kernel, so that addresses can be compared one by one.
    """
    first = vm.boot(second="plain", memory="16G", append=f"nokaslr {policy}")
    ours = first.load(append="nokaslr")
    check(ours)
    first.jump().check_arrived(first)
    vm.close()
    if base_has(**like_plain):
        theirs = vm.boot(kernel="plain", memory="16G", append="nokaslr").load(append="nokaslr")
        same_places(ours, theirs)


def check_policy_line(image, expected):
    """The log of the load has one line that says which policy applied, and it says what was expected."""
    lines = [line for line in image.log if line.startswith("kexec_placement: policy ")]
    assert len(lines) == 1 and re.fullmatch("kexec_placement: " + expected, lines[0]), \
        f"expected one line `kexec_placement: {expected}` in the log of the load, found: {lines}"
