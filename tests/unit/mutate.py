#!/usr/bin/python3
"""Break the kernel code in each way that a rule makes, one at a time: do the unit tests see it?

    make mutate [ONLY=PATTERN]    which builds all first, and tells KERNEL, OUT, BASE and the compiler's flags

A mutant is killed if it compiles and a test fails, crashes or hangs. One that no test can tell from the code is
accepted if the file `accepted` has it with a reason: a line "function: change", and an indented one.
A whole run writes Documentation/results/mutants.md.
"""
import ctypes
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from clang.cindex import CursorKind as Kind, Index, TranslationUnit, TypeKind, conf

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = Path(os.environ["OUT"])
JOBS = min(2, os.cpu_count())
START = time.monotonic()
LEAST = 95  # per cent to be killed

# file: the kernel's name; copy: what OUT has of it; made: what is built of that; suites: those that run it
Source = namedtuple("Source", "file copy made suites")
PLACE = "place place_bytes params decide place_property"
SOURCES = [
    Source("kernel/kexec_hotplug.c", "hotplug.c", "hotplug.o", "hotplug hotplug_start hotplug_load"),
    Source("kernel/kexec_sources.c", "sources.c", "sources.o", "sources initrd"),
    Source("kernel/kexec_digest.c", "digest.c", "digest.o", "digest"),
    Source("kernel/kexec_placement.c", "placement.c", "placement.o placement_wide.c placement_wide.o placement_low.c placement_low.o",
           PLACE),
    Source("walk.c", "walk.c", "walk.o", "walk walk_tear"),
    Source("arch/x86/kernel/kexec_e820.c", "e820.c", "e820.o", "e820"),
    Source("arch/x86/kernel/kexec_placement.c", "x86.c", "x86.o", PLACE),
]

# Without warnings; what is not set has a value all the same, so that a verdict is always the same
CFLAGS = "-O1 -g0 -std=gnu11 -w -ftrivial-auto-var-init=pattern -fsanitize=address,undefined -fno-sanitize-recover=all"

OTHER_OPERATORS = {
    "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",),
    "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "%": ("/",), "&": ("|",), "|": ("&",), "<<": (">>",),
    ">>": ("<<",), "+=": ("-=",), "-=": ("+=",), "|=": ("&=",), "&=": ("|=",)}

# start, end, new: what to replace in the text, by what; change: "function: old {before => after} old"
Mutant = namedtuple("Mutant", "source start end new line change")
Span = namedtuple("Span", "start end")


def offset(location):
    """Where it is written in the file: in the argument of a macro, not where the macro is."""
    ignored, result = ctypes.byref(ctypes.c_void_p()), ctypes.c_uint()
    conf.lib.clang_getFileLocation(location, ignored, None, None, ctypes.byref(result))
    return result.value


class Rules:
    """Makes the mutants of one file, from the syntax tree that clang makes."""

    def __init__(self, source, flags):
        path = str(OUT / source.copy)
        self.source, self.text, self.found = source, Path(path).read_text(), set()
        unit = Index.create().parse(path, ["-x", "c", *flags], options=TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        if any(message.severity >= message.Error for message in unit.diagnostics):
            sys.exit("\n".join(["mutate: clang does not understand the code", *map(str, unit.diagnostics)]))
        own = [c for c in unit.cursor.get_children() if c.location.file and c.location.file.name == path]
        self.macros = [self.span(c) for c in own if c.kind == Kind.MACRO_INSTANTIATION]
        for self.top in own:
            if self.top.kind in (Kind.FUNCTION_DECL, Kind.VAR_DECL) and not self.top.spelling.startswith("fake_"):
                self.visit(self.top)

    def span(self, node):
        start, end = offset(node.extent.start), offset(node.extent.end)
        # Of a macro in the argument of a macro, the end is told as its start
        return Span(start, end + len(re.match(r"\w*", self.text[end:])[0]))

    def gap(self, kids):
        """Where the operator between two operands is."""
        start, end = self.span(kids[0]).end, self.span(kids[-1]).start
        found = re.match(r"\s*(\S*)\s*$", self.text[start:end]) if len(kids) == 2 else None
        return Span(start + found.start(1), start + found.end(1)) if found else Span(0, 0)

    def add(self, span, *texts):
        first, last = self.text.rfind("\n", 0, span.start) + 1, self.text.find("\n", span.end)
        before, old, after = self.text[first:span.start], self.text[slice(*span)], self.text[span.end:last]
        line = self.text.count("\n", 0, span.start) + 1
        for new in texts:
            change = f"{self.top.spelling}: {before}{{{old} => {new}}}{after}"
            if new != old:
                self.found.add(Mutant(self.source, *span, new, line, " ".join(change.split())))

    def visit(self, node):
        kids, span = list(node.get_children()), self.span(node)
        in_macro = any(m.start == span.start and span.end <= m.end for m in self.macros)
        if not in_macro or node.kind == Kind.INTEGER_LITERAL:
            for rule in RULES.get(node.kind, ()):
                rule(self, node, kids)
        for kid in kids:
            self.visit(kid)

    def constant(self, node, _kids):
        """n is n + 1 and n - 1, by its name or not; true is false."""
        span = self.span(node)
        text = self.text[slice(*span)]
        if node.kind == Kind.DECL_REF_EXPR and node.referenced.kind != Kind.ENUM_CONSTANT_DECL:
            return  # a variable or a function
        if text in ("true", "false"):
            self.add(span, "false" if text == "true" else "true")
        elif re.fullmatch(r"[A-Z][A-Z0-9_]+", text) and text != "NULL" and self.text[span.end] != "(":
            self.add(span, f"({text} + 1)", f"({text} - 1)")
        elif number := re.fullmatch(r"(0x[0-9a-fA-F]+|\d+)([UL]*)", text):
            value = int(number[1], 0)
            self.add(span, *(f"{n}{number[2]}" for n in (value - 1, value + 1) if n >= 0))

    def operator(self, _node, kids):
        """It is another; each side of && and || is true, and is false."""
        span = self.gap(kids)
        operator = self.text[slice(*span)]
        self.add(span, *OTHER_OPERATORS.get(operator, ()))
        for kid in kids if operator in ("&&", "||") else ():
            self.add(self.span(kid), "1", "0")

    def step(self, node, _kids):
        """++ is --; ! and ~ are gone."""
        start, end = self.span(node)
        if self.text[end - 2:end] == "++":
            self.add(Span(end - 2, end), "--")
        elif self.text[start] in "!~":
            self.add(Span(start, start + 1), "")

    def condition(self, _node, kids):
        self.add(self.span(kids[0]), "1", "0")

    def loop(self, node, kids):
        """The condition of a for is between the semicolons."""
        first = self.text.index(";", self.span(node).start)
        second = self.text.index(";", first + 1)
        for kid in kids:
            is_condition = self.span(kid).start > first and self.span(kid).end <= second
            (self.condition if is_condition else self.statements)(node, [kid])

    def statements(self, _node, kids):
        """A call or an assignment is not made."""
        for kid in kids:
            if kid.kind.is_expression() and re.match(r"\s*;", self.text[self.span(kid).end:]):
                self.add(self.span(kid), "")

    def returned(self, _node, kids):
        result = self.top.result_type.get_canonical().kind
        if kids and result != TypeKind.RECORD:
            values = {TypeKind.BOOL: ("true", "false"), TypeKind.POINTER: ("NULL",)}
            self.add(self.span(kids[0]), *values.get(result, ("0",)))


RULES = {
    Kind.INTEGER_LITERAL: (Rules.constant,),
    Kind.DECL_REF_EXPR: (Rules.constant,),
    Kind.BINARY_OPERATOR: (Rules.operator,),
    Kind.COMPOUND_ASSIGNMENT_OPERATOR: (Rules.operator,),
    Kind.UNARY_OPERATOR: (Rules.step,),
    Kind.CONDITIONAL_OPERATOR: (Rules.condition,),
    Kind.IF_STMT: (Rules.condition, Rules.statements),
    Kind.WHILE_STMT: (Rules.condition, Rules.statements),
    Kind.DO_STMT: (lambda rules, node, kids: rules.condition(node, kids[-1:]),),
    Kind.FOR_STMT: (Rules.loop,),
    Kind.COMPOUND_STMT: (Rules.statements,),
    Kind.RETURN_STMT: (Rules.returned,),
}


class Bench:
    """A copy of the build, in which one mutant after the other is built and run."""

    def __init__(self):
        self.dir = Path(tempfile.mkdtemp(dir=OUT / "mutants"))
        shutil.copytree(OUT, self.dir, ignore=shutil.ignore_patterns("mutants", "unit"), dirs_exist_ok=True)

    def write(self, source, text):
        """No time changes, so that make builds just what is not there."""
        (self.dir / source.copy).write_text(text)
        shutil.copystat(OUT / source.copy, self.dir / source.copy)
        for made in source.made.split():
            (self.dir / made).unlink(missing_ok=True)

    def run(self, *command, **env):
        return subprocess.run(command, cwd=HERE, env=os.environ | env, capture_output=True).returncode == 0

    def passes(self, suites, cases):
        """Stops at the first failure. A case has two seconds of the processor, however busy that is."""
        return self.run("timeout", "60", "prlimit", "--cpu=2", self.dir / "unit", *suites.split(),
                        UNIT_CASES=cases, UNIT_STOP="1")

    def verdict(self, mutant):
        source, text = mutant.source, (OUT / mutant.source.copy).read_text()
        self.write(source, text[:mutant.start] + mutant.new + text[mutant.end:])
        verdict = "killed"
        if not self.run("make", "-s", f"OUT={self.dir}", f"CFLAGS={CFLAGS}", "build"):
            verdict = "did not compile"
        elif self.passes(source.suites, "50") and self.passes(source.suites, "5000"):
            verdict = "survived"
        self.write(source, text)
        return verdict


def minutes():
    return f"{int(time.monotonic() - START) // 60}:{int(time.monotonic() - START) % 60:02}"


def try_all(mutants):
    """The verdict on each; says now and then how far it is."""
    thread = threading.local()
    pool = ThreadPoolExecutor(JOBS, initializer=lambda: setattr(thread, "bench", Bench()))
    try:
        tries = {mutant: pool.submit(lambda m: thread.bench.verdict(m), mutant) for mutant in mutants}
        while (tried := wait(tries.values(), timeout=15)).not_done:
            print(f"mutate: {minutes()}, {len(tried.done)} of {len(tries)} tried", flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
    return {mutant: done.result() for mutant, done in tries.items()}


def table(verdicts):
    names = ["killed", "accepted", "survived", "did not compile"]
    lines = ["| file | mutants | " + " | ".join(names) + " |", "|---|" + "---|" * (len(names) + 1)]
    for file in [*sorted({m.source.file for m in verdicts}), "all"]:
        counts = Counter(verdict for m, verdict in verdicts.items() if file in (m.source.file, "all"))
        lines.append(f"| {file} | {counts.total()} | " + " | ".join(str(counts[name]) for name in names) + " |")
    rest = counts["killed"] + counts["survived"]
    share, of_all = (100 * counts["killed"] / max(1, n) for n in (rest, rest + counts["accepted"]))
    lines += ["", f"Killed: {share:.1f} % of those that compile and are not accepted, {of_all:.1f} % of all that compile;"
              f" in {minutes()} minutes, {JOBS} at a time."]
    return share, lines


def write_results(lines, bad, accepted):
    of = subprocess.run(["bash", "-c", ". scripts/lib.sh && of"], cwd=ROOT, check=True, capture_output=True, text=True)
    text = ["# Mutants of the kernel code, by `make -C tests/unit mutate`", "", of.stdout, *lines, ""]
    text += ["## Not accepted", "", *(f"- `{line}`" for line in bad), ""] if bad else []
    text += ["## Accepted", "", *(f"- `{change}`: {reason}" for change, reason in accepted.items()), ""]
    (ROOT / "Documentation/results/mutants.md").write_text("\n".join(text))


def main(flags):
    only = os.environ.get("ONLY")
    sources = [source for source in SOURCES if fnmatch.fnmatch(source.file, f"*{only or ''}*")]
    accepted = dict(re.findall(r"^([^\s#].*)\n\s+(.*)$", (HERE / "accepted").read_text(), re.M))
    shutil.rmtree(OUT / "mutants", ignore_errors=True)
    (OUT / "mutants").mkdir()
    for unbroken, verdict in try_all([Mutant(source, 0, 0, "", 0, "") for source in sources]).items():
        if verdict != "survived":
            sys.exit(f"mutate: the tests of {unbroken.source.file} fail as it is; let make check pass first")

    verdicts = try_all(sorted(mutant for source in sources for mutant in Rules(source, flags).found))
    survived = [mutant for mutant, verdict in verdicts.items() if verdict == "survived"]
    verdicts |= {mutant: "accepted" for mutant in survived if mutant.change in accepted}
    bad = [f"survived: {m.source.file}:{m.line} {m.change}" for m in survived if m.change not in accepted]
    functions = {mutant.change.split(":")[0] for mutant in verdicts}
    unused = accepted.keys() - {mutant.change for mutant in survived}
    bad += [f"accepted, but no survivor: {c}" for c in sorted(unused) if not only or c.split(":")[0] in functions]
    share, lines = table(verdicts)
    print("\n".join([*bad, *lines]))
    if not only:
        write_results(lines, bad, accepted)
    return bool(bad or share < LEAST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
