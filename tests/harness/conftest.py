"""A copy of the project with a toy kernel and a toy series, for the tests to break."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy" / "kernel"
IDENTITY = ("-c", "user.name=Toy", "-c", "user.email=toy@localhost")


class Project:
    """A project folder with our scripts; run() gives exit code and all output."""

    def __init__(self, root):
        self.root, self.base = root, root / "patches" / "6.1"
        self.tree, self.out = root / "build/6.1/linux", root / "build/6.1"
        self.kernel = root / "toy"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(root), "KERNEL_SRC": str(self.kernel),
                    "CCACHE_DIR": str(root / "ccache"), "TMPDIR": str(root)}
        for name in ("scripts", ".ci", "load-again"):
            shutil.copytree(ROOT / name, root / name)
        for name in ("Makefile", ".shellcheckrc"):
            shutil.copy(ROOT / name, root)
        shutil.copytree(TOY, self.kernel)
        self.write("tests/vm/kernel.config", "CONFIG_OLD=y\nCONFIG_NEW=y\n")
        self.write("tests/vm/debug.config", "CONFIG_DEBUG=y\n")
        self.write("patches/6.1/base", "source: linux-source-6.1\nversion: 6.1\ndebian: 6.1.1-1\n")
        self.write("patches/6.1/topics", "# topic | needs | last patch\nfirst | | toy: add a file\nsecond | first | toy: add an option\n")
        for topic in ("first", "second"):
            self.write(f"patches/6.1/{topic}.txt", f"toy: {topic}\n\nThe body.\n\n@STAT@\n")

    def write(self, name, text, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def run(self, *argv, **env):
        done = subprocess.run(argv, cwd=self.root, env=self.env | env, stdin=subprocess.DEVNULL, timeout=250,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def ok(self, *argv, **env):
        code, output = self.run(*argv, **env)
        assert code == 0, f"{argv} ended with {code}:\n{output}"
        return output

    def fails(self, *argv, **env):
        """Runs what must fail; returns what it said. It must have said it as an error of ours."""
        code, output = self.run(*argv, **env)
        assert code not in (0, 126, 127), f"{argv} ended with {code}:\n{output}"
        return output

    def git(self, *argv):
        return self.ok("git", "-C", str(self.tree), *IDENTITY, *argv).strip()

    def commit(self, subject, **files):
        """A commit on the branch: files by name, with __ for / and _dot_ for a dot."""
        for name, text in files.items():
            path = self.tree / name.replace("__", "/").replace("_dot_", ".")
            path.write_text(text)
        self.git("add", "-Af", ".")
        self.git("commit", "-q", "-m", f"{subject}\n\nA body.\n\nSigned-off-by: Toy <toy@localhost>")


@pytest.fixture
def bare(tmp_path):
    """Tree made, no series yet."""
    project = Project(tmp_path)
    project.ok("scripts/tree")
    return project


@pytest.fixture
def project(bare):
    """Tree and a series of two, exported: the second adds the option NEW."""
    bare.commit("toy: add a file", kernel__new_dot_c="int new;\n")
    bare.commit("toy: add an option", Kconfig=(TOY / "Kconfig").read_text() + 'config NEW\n\tbool "New"\n')
    bare.ok("scripts/export")
    return bare


@pytest.fixture
def path_without(tmp_path):
    """A PATH on which all of this machine's programs are, but for some."""
    def make(*missing):
        folder = tmp_path / "path"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for directory in ("/usr/sbin", "/usr/bin"):
            for program in os.listdir(directory):
                if program not in missing and not (folder / program).is_symlink():
                    (folder / program).symlink_to(f"{directory}/{program}")
        return str(folder)
    return make
