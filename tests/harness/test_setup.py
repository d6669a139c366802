"""scripts/setup: says what it installs and why; without root it stops at the one line."""
import pytest


@pytest.fixture
def machine(bare):
    """A machine that lacks quilt and sparse: dpkg-query, apt-get and id are ours."""
    def make(uid, installed="", apt="exit 0"):
        have = [line.split()[0] for line in bare.ok("bash", "-c", "sed -n '/<<-.END/,/END$/p' scripts/setup").splitlines()[1:-1]]
        have = [name for name in have if name not in ("quilt", "sparse")] + installed.split()
        bare.write("path/dpkg-query", "#!/bin/sh\n" + "".join(f"echo installed {name}\n" for name in have), 0o755)
        bare.write("path/id", f"#!/bin/sh\necho {uid}\n", 0o755)
        bare.write("path/apt-get", f"#!/bin/sh\necho \"apt-get $*\" >> {bare.root}/calls\n{apt}\n", 0o755)
        bare.write("path/debconf-set-selections", "#!/bin/sh\ncat >/dev/null\n", 0o755)
        bare.env["PATH"] = f"{bare.root}/path:{bare.env['PATH']}"
        return bare
    return make


def calls(machine):
    path = machine.root / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_nothing_missing(machine):
    there = machine(0, installed="quilt sparse")
    assert "packages are installed" in there.ok("scripts/setup")
    assert calls(there) == []


def test_without_root(machine):
    user = machine(1000)
    output = user.fails("make", "-s", "setup")
    assert "quilt                  prove that quilt applies the series too" in output, "it says why"
    assert "apt-get install -y --no-install-recommends quilt sparse\n" in output
    assert "needs root" in output and calls(user) == []


def test_root_installs_only_what_is_missing(machine):
    root = machine(0, apt="echo 'echo installed quilt; echo installed sparse' >> $(dirname $0)/dpkg-query")
    assert "setup: installed" in root.ok("scripts/setup")
    assert calls(root) == ["apt-get install -y -q --no-install-recommends quilt sparse"]


def test_apt_fails(machine):
    root = machine(0, apt="exit 100")
    output = root.fails("scripts/setup")
    assert "apt-get update failed" in output and len(calls(root)) == 2


def test_apt_lies(machine):
    output = machine(0).fails("scripts/setup")
    assert "reports success, but these are still missing" in output and "sparse" in output
