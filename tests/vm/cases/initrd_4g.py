"""A file of 4 GiB, the most that kexec_file_load() reads, arrives.

A byte less than 4 GiB makes a segment of 4 GiB. Up to 6.12 at least, sha256_update() takes an unsigned int: the plain
kernel's purgatory finds the digest of nothing instead of that segment's, and loops for ever. xxh64 counts in size_t, and
so does the SHA-256 of 7.2.
"""
import pytest

from guest import Image, cmdline, new_token, segments_of

INITRD = "/tmp/initrd-4g"


@pytest.mark.fails_on_plain("The guest hangs", until="7.2")
@pytest.mark.long
def test_initrd_4g(vm):
    with vm.much_memory():
        first = vm.boot(memory="12G", append="nokaslr", cpus=1, timeout=300)
        # Zeros behind the archive; where there is nothing, tmpfs has no pages
        first.run(f"cp /boot/base.cpio {INITRD}; truncate -s {(4 << 30) - 1} {INITRD}")
        token = new_token()
        status, output, log = first.kexec(
            f"-s -l /boot/bzImage --initrd={INITRD} --command-line='{cmdline('nokaslr', token)}'", timeout=1200)
        assert status == 0, f"kexec refused 4 GiB: {output}"
        first.image = Image(segments_of(log), token, "", log)
        first.jump(timeout=1200)
