"""A base whose source is in a suite that the machine does not use: private apt, and "not tested" when it is gone."""
import shutil

import pytest

NOT_TESTED = 77
# What the fakes were asked goes to apt.log; `known` holds what the archive has
FAKE_APT = """#!/bin/sh
echo "$(basename $0) $*" >> {root}/apt.log
case "$*" in
*indextargets*) echo "mirror://here/debian {root}/machine.sources:1" ;;
*update*) {update} ;;
*madison*) sed 's/.*/ linux-source-9.9 | & | mirror: unstable/' {root}/known ;;
*policy*) echo "  Candidate: $(head -n 1 {root}/known)" ;;
*download*) cp {root}/source.deb linux-source-9.9_all.deb ;;
esac
"""


@pytest.fixture
def suite(bare):
    """Base 9.9 of the suites unstable and testing, and a fake apt that has it."""
    bare.write("patches/9.9/base", "source: linux-source-9.9\nversion: 9.9\ndebian: 9.9.1-1\nsuite: unstable testing\n")
    bare.write("patches/9.9/topics", "all | | toy\n")
    bare.write("machine.sources", "Types: deb\nSigned-By: /keys/machine.gpg\n")
    make_package(bare)
    archive_has(bare, "9.9.1-1")
    fake_apt(bare)
    bare.env |= {"BASE": "9.9", "KERNEL_SRC": "", "PATH": f"{bare.root}/path:{bare.env['PATH']}"}
    return bare


def fake_apt(project, update=":"):
    for name in ("apt-get", "apt-cache"):
        project.write(f"path/{name}", FAKE_APT.format(root=project.root, update=update), 0o755)


def archive_has(project, *versions):
    project.write("known", "".join(f"{version}\n" for version in versions))


def make_package(project):
    """source.deb, with the toy kernel as Debian packs a kernel."""
    tree = shutil.copytree(project.kernel, project.root / "package/linux-source-9.9")
    project.ok("tar", "cJf", "package/source.tar.xz", "-C", str(tree.parent), tree.name)
    project.write("deb/DEBIAN/control", "Package: linux-source-9.9\nVersion: 9.9.1-1\nArchitecture: all\n"
                                        "Maintainer: Toy <toy@localhost>\nDescription: toy\n")
    (project.root / "deb/usr/src").mkdir(parents=True)
    (project.root / "package/source.tar.xz").rename(project.root / "deb/usr/src/linux-source-9.9.tar.xz")
    project.ok("dpkg-deb", "--build", "deb", "source.deb")


def test_comes_by_private_apt(suite):
    assert "Debian linux-source-9.9 9.9.1-1" in suite.ok("scripts/tree")
    apt = suite.root / "build/9.9/apt"
    assert (apt / "sources.list").read_text() == \
        "".join(f"deb [signed-by=/keys/machine.gpg] mirror://here/debian {name} main\n" for name in ("unstable", "testing"))
    assert f'Dir::State "{apt}";' in (apt / "apt.conf").read_text()
    asked = [line for line in (suite.root / "apt.log").read_text().splitlines() if "indextargets" not in line]
    assert asked and all(f"-c {apt}/apt.conf" in line for line in asked), "the machine's own apt was used"


def test_another_version_is_said(suite):
    archive_has(suite, "9.9.2-1", "9.9.0-1")
    assert "9.9.1-1 is not in the archive any more, taking 9.9.2-1" in suite.ok("scripts/tree")


def test_gone_from_the_archive_is_not_tested(suite):
    archive_has(suite)
    code, output = suite.run("scripts/tree")
    assert code == NOT_TESTED and "NOT TESTED: BASE=9.9: Debian unstable and testing" in output, output
    assert "KERNEL_SRC=" in output and not (suite.root / "build/9.9/linux").exists()
    assert suite.run("make", "tree")[0] != 0, "make must not pass either"


def test_unreachable_archive_is_an_error(suite):
    archive_has(suite)
    fake_apt(suite, update="exit 100")
    code, output = suite.run("scripts/tree")
    assert code == 1 and "apt-get update failed" in output, output


def test_machine_without_sources(suite):
    suite.write("path/apt-get", "#!/bin/sh\n", 0o755)
    assert "no source of packages" in suite.fails("scripts/tree")


def test_kernel_src_instead(suite):
    archive_has(suite)
    assert "KERNEL_SRC" in suite.ok("scripts/tree", KERNEL_SRC=str(suite.kernel))


def test_no_mirror_is_written_down(suite):
    code, found = suite.run("grep", "-rnE", "[a-z]+://|deb[.]debian", "scripts", "patches/9.9/base", "Makefile")
    assert code == 1, f"hosts: {found}"
