"""scripts/build: a failure names its step, a warning and a lost option are failures."""


def test_builds_all_steps_once(project):
    assert "all kernels are built" in project.ok("scripts/build")
    for name in ("plain/bzImage", "steps/0001.bzImage", "steps/0002.bzImage", "patched/bzImage"):
        assert (project.out / name).stat().st_size > 0
    assert (project.out / "plain/bzImage").read_bytes() != (project.out / "patched/bzImage").read_bytes()
    output = project.ok("scripts/build")
    assert output.count("up to date") == 3 and "building" not in output


def test_build_that_fails(project):
    project.commit("toy: break it", kernel__broken_dot_c="int broken = ;\n")
    output = project.fails("scripts/build")
    assert "step 3 of 3 (toy: break it): make bzImage failed" in output
    assert "kernel/broken.c:1:14: error: expected expression" in output
    assert f"the whole log is {project.out}/steps/0003.log" in output
    assert (project.out / "steps/0002.bzImage").exists()
    assert not (project.out / "steps/0003.bzImage").exists()
    assert not (project.out / "patched/bzImage").exists(), "an older kernel must not stand for the failed one"


def test_failed_step_takes_the_old_result_away(project):
    project.ok("scripts/build")
    project.commit("toy: break it", kernel__new_dot_c="int new = ;\n")
    project.fails("scripts/build")
    assert not (project.out / "patched/bzImage").exists()


def test_warning(project):
    project.commit("toy: warn", kernel__warn_dot_c="static int unused;\n")
    for _ in range(2):  # the second time the object is there, and the compiler silent
        output = project.fails("scripts/build")
        assert "warnings from what the series touches" in output
        assert "kernel/warn.c:1:12: warning: 'unused' defined but not used" in output


def test_option_that_does_not_take(project):
    project.commit("toy: break an option", Kconfig="config OLD\nconfig NEW\nbroken NEW\n")
    output = project.fails("scripts/build")
    assert "options of tests/vm/kernel.config did not take" in output
    assert "asked for CONFIG_NEW=y, got # CONFIG_NEW is not set" in output


def test_option_that_no_step_adds(project):
    project.write("tests/vm/kernel.config", "CONFIG_OLD=y\nCONFIG_NEVER=y\n")
    output = project.fails("scripts/build")
    assert "step 2 of 2" in output, "on earlier steps an option may be missing"
    assert "asked for CONFIG_NEVER=y, which no Kconfig file of this tree defines" in output


def test_debug_kernel(project):
    project.commit("toy: an option for debugging", Kconfig=(project.tree / "Kconfig").read_text() + 'config DEBUG\n')
    project.ok("scripts/build", "debug")
    assert (project.out / "debug/bzImage").stat().st_size > 0
    assert "CONFIG_NEW=y\nCONFIG_DEBUG=y\n" in (project.out / "debug/config").read_text()
    assert "debug: up to date" in project.ok("scripts/build", "debug")
    project.write("tests/vm/debug.config", "CONFIG_DEBUG=y\nCONFIG_NEVER=y\n")
    assert "asked for CONFIG_NEVER=y" in project.fails("scripts/build", "debug")


def test_options_of_one_base(project):
    project.write("tests/vm/kernel.config", "CONFIG_OLD=y\nCONFIG_NEVER=y\n")
    project.write("tests/vm/kernel-6.1.config", "# What only this base has\n# CONFIG_NEVER is not set\nCONFIG_NEW=y\n")
    assert "all kernels are built" in project.ok("scripts/build")
    project.write("tests/vm/kernel-6.1.config", "# CONFIG_NEVER is not set\nCONFIG_ALSO_NEVER=y\n")
    assert "asked for CONFIG_ALSO_NEVER=y" in project.fails("scripts/build")


def test_missing_tool(project, path_without):
    output = project.fails("scripts/build", PATH=path_without("flex", "bison"))
    assert "not on PATH: flex bison" in output and "make setup" in output


def test_without_a_tree(project):
    output = project.fails("scripts/build", BASE="9.9")
    assert "there is no tree" in output and "make tree BASE=9.9" in output
