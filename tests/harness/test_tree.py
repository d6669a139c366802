"""scripts/tree: what does not apply is named, and nobody's work is overwritten."""
import shutil


def first_patch(project):
    return next(project.base.glob("0001-*.patch"))


def test_makes_and_reuses(project):
    assert "up to date" in project.ok("scripts/tree")
    series = project.git("rev-parse", "series^{tree}")
    output = project.ok("scripts/tree", "--fresh")
    assert "2 patches applied on KERNEL_SRC" in output
    assert project.git("rev-parse", "series^{tree}") == series


def test_patch_that_does_not_apply(project):
    patch = first_patch(project)
    patch.write_text(patch.read_text().replace("--- /dev/null", "--- a/kernel/old.c").replace("new file mode 100644\n", "")
                     .replace("kernel/new.c", "kernel/old.c").replace("@@ -0,0 +1 @@", "@@ -1,2 +1,3 @@\n nonsense\n nowhere"))
    shutil.rmtree(project.tree)
    for _ in range(2):  # a second run must not take the half-made tree for a good one
        output = project.fails("scripts/tree")
        assert f"patches/6.1/{patch.name} does not apply" in output
        assert "first rejected: kernel/old.c:1" in output
        assert "| @@ -1,2 +1,3 @@" in output and "|  nonsense" in output
        assert not (project.tree / ".git/rebase-apply").exists(), "git am was not aborted"
        assert project.git("rev-parse", "series") == project.git("rev-parse", "base")


def test_new_patches_are_applied_to_an_untouched_branch(project):
    patch = first_patch(project)
    patch.write_text(patch.read_text().replace("+int new;", "+int newer;"))
    assert "2 patches applied" in project.ok("scripts/tree")
    assert (project.tree / "kernel/new.c").read_text() == "int newer;\n"


def test_work_on_the_branch_is_kept(project):
    project.commit("toy: not exported", kernel__mine_dot_c="int mine;\n")
    mine = project.git("rev-parse", "series")
    assert "not exported yet" in project.ok("scripts/tree")
    patch = first_patch(project)
    patch.write_text(patch.read_text().replace("+int new;", "+int newer;"))
    output = project.fails("scripts/tree")
    assert "would be overwritten" in output and "make export" in output and "make tree-fresh" in output
    assert project.git("rev-parse", "series") == mine


def test_uncommitted_edits_are_kept(project):
    (project.tree / "kernel/new.c").write_text("int edited;\n")
    patch = first_patch(project)
    patch.write_text(patch.read_text().replace("+int new;", "+int newer;"))
    assert "uncommitted edits" in project.fails("scripts/tree")
    assert (project.tree / "kernel/new.c").read_text() == "int edited;\n"


def test_another_source_does_not_overwrite_work(project):
    project.commit("toy: not exported", kernel__mine_dot_c="int mine;\n")
    mine = project.git("rev-parse", "series")
    other = shutil.copytree(project.kernel, project.root / "other")
    assert "would be overwritten" in project.fails("scripts/tree", KERNEL_SRC=str(other))
    assert project.git("rev-parse", "series") == mine


def test_wrong_kernel_src(bare):
    assert "KERNEL_SRC=/nowhere is not a folder" in bare.fails("scripts/tree", KERNEL_SRC="/nowhere")
    output = bare.fails("make", "-s", "tree", KERNEL_SRC=str(bare.root / "scripts"))
    assert "is not a kernel source" in output and "name the top folder" in output


def test_unknown_base(bare):
    output = bare.fails("scripts/tree", BASE="9.9")
    assert "there is no patches/9.9/base" in output and "bases here: 6.1/" in output


def test_source_that_apt_does_not_know(bare):
    bare.write("path/apt-cache", "#!/bin/sh\n", 0o755)
    bare.write("path/apt-get", "#!/bin/sh\necho fake apt-get $*\n", 0o755)
    output = bare.fails("scripts/tree", "--fresh", KERNEL_SRC="", PATH=f"{bare.root}/path:{bare.env['PATH']}")
    assert "apt knows no package linux-source-6.1" in output
