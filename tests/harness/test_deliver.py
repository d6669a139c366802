"""What scripts/deliver gives to others is the series, whole or by topic: taken by their tools, it makes the same tree."""
import re
import shutil

import pytest

MAINTAINERS = """#!/usr/bin/perl
print((grep { $_ eq "--nom" } @ARGV) ? "list\\@toy.example\\n" : "one\\@toy.example\\n");
"""


@pytest.fixture
def taker(project):
    """The project, and a repository with the plain base."""
    project.ok("git", "clone", "-q", "--branch", "base", str(project.tree), str(project.root / "taker"))
    return project


def taken(project):
    return project.git("-C", str(project.root / "taker"), "rev-parse", "HEAD^{tree}")


def test_mbox(taker):
    assert "series.mbox: 2 mails" in taker.ok("scripts/deliver", "mbox")
    taker.git("-C", str(taker.root / "taker"), "am", "-q", str(taker.out / "series.mbox"))
    assert taken(taker) == taker.git("rev-parse", "series^{tree}")


@pytest.mark.parametrize("topic, end", [("first", "series~1"), ("second", "series")])
def test_mbox_of_a_topic(taker, topic, end):
    """What it needs comes first, and what it does not need is not there."""
    taker.ok("scripts/deliver", "mbox", TOPIC=topic)
    taker.git("-C", str(taker.root / "taker"), "am", "-q", str(taker.out / f"{topic}.mbox"))
    assert taken(taker) == taker.git("rev-parse", f"{end}^{{tree}}")


@pytest.mark.parametrize("flavour, field", [("debian", "Forwarded: no"), ("suse", "Patch-mainline: "), ("ark", "Upstream Status: ")])
def test_quilt(taker, flavour, field):
    taker.ok("scripts/deliver", "quilt", FLAVOUR=flavour)
    copy, patches = shutil.copytree(taker.kernel, taker.root / "quilt"), taker.out / "quilt"
    taker.ok("env", "-C", str(copy), f"QUILT_PATCHES={patches}", "quilt", "--quiltrc", "-", "push", "-a", "--fuzz=0")
    assert (copy / "kernel/new.c").exists() and "config NEW" in (copy / "Kconfig").read_text()
    for patch in patches.glob("0*.patch"):
        assert len(re.findall(f"(?m)^{field}", patch.read_text().partition("\n---\n")[0])) == 1, patch


def test_mail(project):
    """The topic's patches and no others, below its cover letter, to all that get_maintainer.pl names."""
    project.commit("toy: maintainers", scripts__get_maintainer_dot_pl=MAINTAINERS)
    topics = project.base / "topics"
    topics.write_text(topics.read_text().replace("toy: add an option", "toy: maintainers"))
    project.ok("scripts/export")
    project.ok("scripts/deliver", "mail", TOPIC="second", GIT_COMMITTER_NAME="Toy", GIT_COMMITTER_EMAIL="toy@localhost")
    mails = sorted((project.out / "mail-second").iterdir())
    subjects = [re.search(r"(?m)^Subject: (.*)", mail.read_text())[1] for mail in mails]
    assert subjects == ["[PATCH 0/2] toy: second", "[PATCH 1/2] toy: add an option", "[PATCH 2/2] toy: maintainers"]
    text = mails[0].read_text()
    assert "The body." in text and "BLURB" not in text and f"base-commit: {project.git('rev-parse', 'base')}" in text
    assert all("To: one@toy.example" in mail.read_text() and "Cc: list@toy.example" in mail.read_text() for mail in mails)


def test_mail_to_nobody(project):
    """A get_maintainer.pl that fails is no reason to write mails without addresses."""
    assert "knows no address" in project.fails("scripts/deliver", "mail", TOPIC="second")


def test_unknown(project):
    assert "has no topic 'third'" in project.fails("scripts/deliver", "mbox", TOPIC="third")
    assert "there is no flavour 'other'" in project.fails("scripts/deliver", "quilt", FLAVOUR="other")


def test_topics_of_nothing(project):
    """A list without topics would stand alone at once."""
    series = project.base / "series"
    series.write_text("".join(line for line in series.read_text().splitlines(True) if not line.startswith("#")))
    assert "names no topic" in project.fails("scripts/test-topics")
    assert "has other topics than" in project.fails("scripts/check-quick")
