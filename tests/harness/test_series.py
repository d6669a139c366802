"""patches/ and kernel/ are what the branch gives: whoever edits them by hand is told."""
import shutil

import pytest


@pytest.fixture
def quick(project):
    """The project with all that check-quick wants; shellcheck takes seconds, so a silent one stands for it."""
    project.write("path/shellcheck", "#!/bin/sh\n", 0o755)
    project.env["PATH"] = f"{project.root}/path:{project.env['PATH']}"
    project.write("tests/toy.py", "pass\n")
    project.write("Documentation/results/toy.md", "# Toy\n\nOf: 6.1, commit 1234567, patches 123456789abc\n")
    project.write("tests/unit/Makefile", "check:\n\t@echo 1 run, 1 passed\n")
    return project


def test_export_is_stable(project):
    before = {path: path.read_bytes() for path in (*project.base.iterdir(), *project.root.glob("kernel/**/*.c"))}
    project.ok("git", "config", "--file", str(project.root / ".gitconfig"), "diff.noprefix", "true")
    project.ok("scripts/export")
    assert before == {path: path.read_bytes() for path in before}
    assert "are what the branch 'series' gives" in project.ok("scripts/export", "--check")
    assert (project.root / "kernel/kernel/new.c").read_text() == "int new;\n"


def test_applied_export_is_the_branch(project):
    series = project.git("rev-parse", "series^{tree}")
    project.ok("scripts/tree", "--fresh")
    assert project.git("rev-parse", "series^{tree}") == series
    copy = shutil.copytree(project.kernel, project.root / "quilt")
    project.ok("env", "-C", str(copy), f"QUILT_PATCHES={project.base}", "quilt", "--quiltrc", "-", "push", "-a", "--fuzz=0")
    assert (copy / "kernel/new.c").read_text() == "int new;\n"


def test_edited_patch(quick):
    patch = next(quick.base.glob("0001-*"))
    patch.write_text(patch.read_text().replace("int new;", "int edited;"))
    output = quick.fails("scripts/export", "--check")
    assert "+int edited;" in output and "is not what the branch 'series' gives" in output
    output = quick.fails("make", "-s", "check-quick")
    assert "kernel/kernel/new.c is not what patches/6.1 makes of it" in output


def test_edited_file_in_kernel(quick):
    quick.ok("make", "-s", "check-quick")
    quick.write("kernel/kernel/new.c", "int edited;\n")
    assert "kernel/kernel/new.c is not what patches/6.1 makes of it" in quick.fails("scripts/check-quick")
    assert "is not what the branch" in quick.fails("scripts/export", "--check")


def test_file_in_kernel_that_no_patch_adds(quick):
    quick.write("kernel/kernel/stray.c", "int stray;\n")
    output = quick.fails("scripts/check-quick")
    assert "no series adds these files of kernel/" in output and "kernel/stray.c" in output


def test_patch_that_series_does_not_list(quick):
    series = quick.base / "series"
    series.write_text("\n".join(series.read_text().splitlines()[:2]) + "\n")
    assert "series does not list the patches that are there" in quick.fails("scripts/check-quick")


def test_missing_cover_text(project):
    (project.base / "second.txt").unlink()
    assert "there is no patches/6.1/second.txt" in project.fails("scripts/export")


def test_topics(project):
    """Each topic has its line in quilt's list, its patches below, and a cover letter that counts them."""
    series = (project.base / "series").read_text().splitlines()
    assert series == ["# topic first: needs nothing else", "0001-toy-add-a-file.patch",
                      "# topic second: needs first", "0002-toy-add-an-option.patch"]
    cover = (project.base / "0000-second.patch").read_text()
    assert "[PATCH 6.1 0/1] toy: second" in cover and "toy: add an option" in cover and "add a file" not in cover


def test_topic_that_ends_nowhere(project):
    topics = project.base / "topics"
    before = topics.read_text()
    topics.write_text(before.replace("toy: add an option", "toy: no such patch"))
    assert "has the subject 'toy: no such patch'" in project.fails("scripts/export")
    topics.write_text(before.split("second |")[0])
    assert "ends before the branch does" in project.fails("scripts/export")


def test_result_that_does_not_say_what_it_is_of(quick):
    assert "older patches: toy.md" in quick.ok("scripts/check-quick")
    quick.write("Documentation/results/toy.md", "# Toy\n")
    assert "toy.md does not say what it is of" in quick.fails("scripts/check-quick")


def test_missing_unit_tests(quick):
    shutil.rmtree(quick.root / "tests/unit")
    assert "there is no tests/unit/Makefile" in quick.fails("scripts/check-quick")


def test_failing_unit_tests(quick):
    quick.write("tests/unit/Makefile", "check:\n\t@echo 1 run, 1 failed; false\n")
    output = quick.fails("scripts/check-quick")
    assert "FAIL" in output and "1 run, 1 failed" in output


def test_script_that_shellcheck_refuses(quick):
    (quick.root / "path/shellcheck").unlink()
    quick.write("scripts/bad", "#!/bin/bash\nrm -rf $1/bin\n")
    assert "SC2086" in quick.fails("scripts/check-quick")


def test_bases_share_kernel(project):
    """What another base's series makes of kernel/ is looked at too, whichever is exported."""
    shutil.copytree(project.base, project.root / "patches/6.2")
    project.ok("scripts/export", "--check")
    patch = next((project.root / "patches/6.2").glob("0001-*"))
    patch.write_text(patch.read_text().replace("int new;", "int other;"))
    assert "kernel/kernel/new.c is not what patches/6.2 makes of it" in project.fails("scripts/export", "--check")
    assert "note: kernel/kernel/new.c is not what patches/6.2 makes of it" in project.ok("scripts/export")
