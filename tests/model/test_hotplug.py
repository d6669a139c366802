# SPDX-License-Identifier: GPL-2.0-only
"""Search the models of kernel/kexec_hotplug.c. What is built must hold; the design of
before and each mutant must break the rule that is named, else the model is blind."""
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
HOLDS = ["LOADS=1 STARTS=1 HOTPLUGS=2", "LOADS=2 STARTS=2 HOTPLUGS=2 UNBINDS=0"]
BREAKS = {
    "OLD": ["crash_finds_holder_waiting", "kexec_call_sleeps_for_ever", "rests_with_stale_map",
            "load_takes_missing_memory", "drops_for_nothing"],
    "OLD HOTPLUGS=1": ["shutdown_sleeps_for_ever", "hotplug_sleeps_for_ever"],
    "MUTANT_COUNTS_ALL_FIRST": ["jumps_with_stale_map"],
    "MUTANT_COUNTS_BEFORE_RELEASE": ["rests_with_stale_map"],
    "MUTANT_COUNTS_REFUSED_REMOVAL": ["rests_with_stale_map"],
    "MUTANT_DOES_NOT_LOOK_AGAIN": ["restarts_for_nothing"],
    "MUTANT_DOES_NOT_LOOK_FOR_MEMORY": ["rests_with_lost_destination"],
    "MUTANT_DROPS_FOR_OFFLINE": ["drops_for_nothing"],
    "MUTANT_FAILED_LOAD_KEEPS_LOCK": ["kexec_lock_stays_taken", "work_stays_queued"],
    "MUTANT_LOAD_DOES_NOT_LOOK": ["load_takes_missing_memory"],
    "MUTANT_LOAD_WATCHES_LATE": ["rests_with_stale_map"],
    "MUTANT_LOOKS_AT_IMAGE_FIRST": ["rests_with_stale_map"],
    "MUTANT_LOOKS_BEFORE_IT_COUNTS": ["jumps_into_missing_memory"],
    "MUTANT_NO_GRACE_PERIOD": ["reads_freed_struct_page"],
    "MUTANT_NO_LAST_LOOK": ["jumps_into_missing_memory"],
    "MUTANT_NO_WORK": ["rests_with_stale_map", "rests_with_lost_destination"],
    "MUTANT_OFFLINE_GOES_ON": ["shutdown_sleeps_for_ever"],
    "MUTANT_ONLY_COUNTS_AGAIN": ["jumps_into_missing_memory", "jumps_with_stale_map"],
    "MUTANT_REMOVAL_WAITS_FOR_JUMP": ["shutdown_sleeps_for_ever"],
    "MUTANT_SEARCH_WAITS_FOR_HOTPLUG": ["crash_finds_holder_waiting"],
    "MUTANT_START_DOES_NOT_LOOK": ["shuts_down_for_a_lost_image"],
    "MUTANT_START_KEEPS_OLD_COUNT": ["restarts_for_nothing"],
    "MUTANT_WAITS_FOR_KEXEC_LOCK": ["shutdown_sleeps_for_ever"],
    "MUTANT_WORKER_WAITS_FOR_HOTPLUG": ["crash_finds_holder_waiting"],
}
TRUNCATED = r"max search depth too small|out of memory|VECTORSZ"


def search(folder, *defines):
    """What pan says of the whole search, or of the first rule that it sees broken."""
    def run(*command):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0 and not done.stderr, f"{command}: {done.stderr or done.stdout}"
        return done.stdout

    for model in HERE.glob("*.pml"):
        (folder / model.name).write_text(model.read_text())
    run("spin", *(f"-D{define}" for define in defines), "-a", "hotplug.pml")
    run("gcc", "-O1", "-DSAFETY", "-DVECTORSZ=2048", "-DMEMLIM=4000", "-o", "pan", "pan.c")
    out = run("./pan", "-m100000", "-E")  # at_rest() looks at who has not ended
    assert not re.search(TRUNCATED, out), f"not searched to the end:\n{out}"
    return out, re.findall(r"assertion violated +!\((\w+)\)", out)


@pytest.mark.parametrize("size", HOLDS)
def test_holds(tmp_path, size):
    out, broken = search(tmp_path, *size.split())
    assert not broken and re.search(r"errors: 0$", out, re.M), out
    assert not "Search not completed" in out, out
    # Each line was run, but for those of the process that waits for a defect; without
    # unbinds there is always memory to load into.
    dead = re.findall(r"^unreached in (?:proctype )?(\w+)\n\t[^(]", out, re.M)
    assert set(dead) <= {"worker", "crash", "claim"} or "UNBINDS=0" in size, out


@pytest.mark.parametrize("variant,rule", [(v, rule) for v, rules in BREAKS.items() for rule in rules])
def test_breaks(tmp_path, variant, rule):
    _, broken = search(tmp_path, "LOADS=1", "STARTS=1", *variant.split(), f"ONLY=n_{rule}")
    assert broken == [rule]


def test_each_mutant_is_run():
    text = "".join(model.read_text() for model in HERE.glob("*.pml"))
    assert set(re.findall(r"MUTANT_\w+", text)) == {v for v in BREAKS if v.startswith("MUTANT")}


def test_each_rule_is_broken():
    """A rule that nothing breaks may be one that nothing can break."""
    rules = re.findall(r"^#define n_(\w+)", (HERE / "hotplug.pml").read_text(), re.M)
    assert set(rules) == {rule for rules in BREAKS.values() for rule in rules}
