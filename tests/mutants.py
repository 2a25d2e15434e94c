"""Break judges, ledger, shares and measures in small ways, and see that a test notices: `make mutants`.

`python tests/mutants.py [PART or MODULE ...] [--sample N] [--lived] [--anew] [--minutes M]`. mutmut says how
a function can be broken; this runner makes it quick. The tests of a part are collected once, in one process,
which forks for every mutant: the child switches the mutant on and runs the tests that reach its function,
those first that killed its brothers and then the quickest, until one fails. Verdicts are kept in
`build/mutants`, so that a run that was ended goes on: a mutant is tried again only where its function
changed, or where it lived and the tests changed.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import gc
import hashlib
import importlib.abc
import importlib.machinery
import json
import os
import pickle
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "mutants"
WHOLE = 0.95
"""Part of the mutants that should die."""
PATIENCE = 10
"""A test that takes so many times its time, and two seconds more, counts as one that never ends."""
EXAMPLES = 20
"""Examples that a property test draws for one mutant, instead of its hundred or more."""
LONGEST = 1.0
"""Seconds of a test that is run for mutants, at most: what only a longer one notices lives here."""
ENOUGH = 1.5
"""Seconds of tests that a mutant is tried with, the quickest; one that needs more is named by no test."""
STRICT = re.compile(r",\s*(?:strict=(?:True|False|None))?\s*(?=\))")
"""The last argument of a ``zip``, and what is left where it went."""
MEMORY = 6 << 30
"""Bytes that a mutant may take: a broken bound may fill the machine."""


@dataclass(frozen=True)
class Part:
    """Modules that are broken, and the tests that should notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "measures": Part(
        ("measures.table", "measures.evenness", "measures.nearness", "measures.panel", "measures.reach",
         "measures.shared", "core.shares"),
        ("tests/measures", "tests/core/test_shares.py", "tests/core/test_shares_mutants.py"),
    ),
    "ledger": Part(("core.ledger",), ("tests/core/test_ledger.py", "tests/core/test_ledger_by_hand.py")),
    "allocation": Part(
        ("allocation.judging.judge", "allocation.judging.certificate"), ("tests/allocation/judging",)
    ),
    "assignment": Part(("core.assignment",), ("tests/core/test_assignment.py",)),
    "teams": Part(
        ("teams.judging.certificate", "teams.judging.judge", "teams.judging.rules", "teams.judging.roles",
         "teams.judging.score", "teams.judging.objective", "teams.judging.quality", "teams.judging.summary"),
        ("tests/teams/judging",),
    ),
    "rota": Part(
        ("rota.judging.attendance", "rota.judging.certificate", "rota.judging.due", "rota.judging.faults",
         "rota.judging.judge", "rota.judging.recheck", "rota.judging.side_rules", "rota.judging.views"),
        ("tests/rota/judging", "tests/test_claims.py"),
    ),
}  # fmt: skip


def part_of(name: str) -> Part:
    """Return a part by its name, or by the name of one of its modules: then that module alone."""
    if name in PARTS:
        return PARTS[name]
    (tests,) = {part.tests for part in PARTS.values() if name in part.modules}
    return Part((name,), tests)


@dataclass(frozen=True)
class Broken:
    """One module with all its mutants behind switches."""

    module: str
    path: Path
    code: str
    mutants: tuple[str, ...]
    hashes: dict[str, str]

    def body(self, name: str) -> list[str]:
        """Return the lines of one function of the broken module."""
        lines, start = self.lines, self.starts[name]
        deep = len(lines[start]) - len(lines[start].lstrip())
        stop = start + 1
        while stop < len(lines):
            line = lines[stop]
            if line.strip() and len(line) - len(line.lstrip()) <= deep and not line.lstrip().startswith(")"):
                break
            stop += 1
        return lines[start:stop]

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the broken module."""
        return self.code.splitlines()

    @cached_property
    def starts(self) -> dict[str, int]:
        """The row at which each function begins, by its name."""
        heads = ((row, re.match(r"\s*(?:async )?def (\w+)\(", line)) for row, line in enumerate(self.lines))
        return {head[1]: row for row, head in heads if head}

    def changes(self, mutant: str) -> bool:
        """Whether a mutant does more than to leave out that a ``zip`` sees to equal lengths.

        Both columns of a ``zip`` here come from one table: no plan is judged differently without.
        """
        whole, broken_one = (
            STRICT.sub("", "".join(self.body(name)[1:]))
            for name in (f"{function_of(mutant)}__mutmut_orig", mutant)
        )
        return whole != broken_one

    def difference(self, mutant: str) -> str:
        """Return what a mutant changes: the lines without it and with it."""
        original = self.body(f"{function_of(mutant)}__mutmut_orig")
        changed = difflib.unified_diff(original, self.body(mutant), lineterm="", n=0)
        return "\n".join(
            line for line in list(changed)[2:] if not line.startswith("@@") and "__mutmut_" not in line
        )


def function_of(mutant: str) -> str:
    """Return the function that a mutant is of, as mutmut names it."""
    return mutant.rpartition("__mutmut_")[0]


def broken(module: str) -> Broken:
    """Return a module with every mutant that mutmut knows of it."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    path = ROOT / "src" / "evenhand" / (module.replace(".", "/") + ".py")
    file = mutate_file_contents(str(path), path.read_text("utf-8"))
    whole = Broken(
        f"evenhand.{module}", path, file.code, tuple(file.mutant_names), dict(file.hash_by_function_name)
    )
    return replace(whole, mutants=tuple(mutant for mutant in whole.mutants if whole.changes(mutant)))


class Finder(importlib.abc.MetaPathFinder):
    """Imports broken modules in the place of whole ones."""

    def __init__(self, modules: Iterable[Broken]) -> None:
        """Take the broken modules."""
        self.modules = {module.module: module for module in modules}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where a broken module comes from."""
        del path, target
        module = self.modules.get(fullname)
        if module is None:
            return None

        code, place = module.code, str(module.path)

        class Loader(importlib.machinery.SourceFileLoader):
            def get_code(self, fullname: str) -> Any:
                del fullname
                return compile(code, place, "exec", dont_inherit=True)

        return importlib.machinery.ModuleSpec(fullname, Loader(fullname, place), origin=place)


class Runner:
    """A pytest plugin that runs the collected tests once whole, and then once a mutant."""

    def __init__(
        self, name: str, modules: Sequence[Broken], until: float, *, sample: int, anew: bool
    ) -> None:
        """Take the part's name, its broken modules, when to stop, and how many mutants of a module to try."""
        self.name = name
        self.modules = modules
        self.until = until
        self.sample = sample
        self.anew = anew
        self.failed = self.child = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Have Hypothesis stop at the first failure: nobody reads the smallest one."""
        from hypothesis import Phase, settings

        busy = settings.get_profile("busy")
        settings.register_profile(
            "mutants",
            busy,
            phases=(Phase.explicit, Phase.generate),
            database=None,
            report_multiple_bugs=False,
        )
        settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Draw fewer examples: a mutant that needs more of them is one that no test names."""
        from hypothesis import settings

        for item in items:
            test: Any = getattr(item, "obj", None)
            drawn = getattr(test, "_hypothesis_internal_use_settings", None)
            if drawn is not None:
                test._hypothesis_internal_use_settings = settings(
                    drawn, max_examples=min(EXAMPLES, drawn.max_examples)
                )
            machine: Any = getattr(item.parent, "obj", None)
            if isinstance(getattr(machine, "settings", None), settings):
                machine.settings = settings(machine.settings, max_examples=EXAMPLES)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Remember that a test failed; a mutant's process has nothing more to do then."""
        if call.excinfo is None or isinstance(
            call.excinfo.value, pytest.skip.Exception | pytest.xfail.Exception
        ):
            return
        self.failed = True
        if self.child:
            os._exit(1)

    def passes(self, item: pytest.Item) -> bool:
        """Run one test, with fixtures of its own."""
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    def reached(self, items: Sequence[pytest.Item]) -> tuple[dict[str, set[str]], dict[str, float]]:
        """Return which tests reach each function, and how long each test takes, from a child that ran all."""
        from mutmut.mutation.trampoline import set_mutant_under_test
        from mutmut.state import state

        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(receive)
            set_mutant_under_test("stats")
            functions: dict[str, set[str]] = {}
            took: dict[str, float] = {}
            for item in items:
                state()._stats.clear()
                begin = time.process_time()
                if not self.passes(item):
                    took = {item.nodeid: -1.0}
                    break
                took[item.nodeid] = time.process_time() - begin
                for function in state()._stats:
                    functions.setdefault(function, set()).add(item.nodeid)
            with os.fdopen(send, "wb") as out:
                pickle.dump((functions, took), out)
            os._exit(0)
        os.close(send)
        with os.fdopen(receive, "rb") as back:
            functions, took = pickle.load(back)  # noqa: S301 - our own child wrote it
        os.waitpid(child, 0)
        return functions, took

    def verdict(self, mutant: str, items: Sequence[pytest.Item], took: dict[str, float]) -> tuple[str, str]:
        """Return how a mutant fared, and which test killed it."""
        from mutmut.mutation.trampoline import set_mutant_under_test

        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(receive)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            self.child = True
            set_mutant_under_test(mutant)
            for item in items:
                os.write(send, f"{item.nodeid}\n".encode())
                # Processor time of this process alone: how busy the machine is makes no mutant look endless.
                signal.setitimer(signal.ITIMER_PROF, PATIENCE * took[item.nodeid] + 2)
                with contextlib.suppress(BaseException):
                    if self.passes(item):
                        continue
                os._exit(1)
            os._exit(0)
        os.close(send)
        with os.fdopen(receive, "rb") as back:
            last = back.read().decode().splitlines()[-1]
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return ("lived", "") if code == 0 else ("died", last) if code == 1 else ("no end", last)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once, then once a mutant; write down each verdict."""
        items = {item.nodeid: item for item in session.items}
        functions, took = self.reached(session.items)
        if min(took.values(), default=-1.0) < 0:
            print(f"{self.name}: {next(iter(took), 'no test')} fails without a mutant", file=sys.__stdout__)
            return True
        tests = digest(sorted({Path(item.path) for item in session.items}))
        # What stands by now is never looked at again by the collector, so children share its pages.
        gc.collect()
        gc.freeze()
        for module in self.modules:
            self.one_module(module, functions, took, items, tests)
        return True

    def one_module(
        self,
        module: Broken,
        functions: dict[str, set[str]],
        took: dict[str, float],
        items: dict[str, pytest.Item],
        tests: str,
    ) -> None:
        """Try the mutants of one module that no earlier run has settled."""
        kept = {} if self.anew else read(module.module)
        killers: Counter[str] = Counter()
        verdicts = {}
        for mutant in module.mutants:
            was = kept.get(mutant)
            same = was and was.get("function") == module.hashes[function_of(mutant)]
            if was and same and (was["verdict"] in {"died", "no end"} or was["tests"] == tests):
                verdicts[mutant] = was
                killers[was["by"]] += 1
        for mutant in drawn(module.mutants)[: self.sample]:
            if mutant in verdicts:
                continue
            if time.monotonic() > self.until:
                break
            reaching = functions.get(f"{module.module}.{function_of(mutant)}", set())
            those = {test for test in reaching if took[test] <= LONGEST}
            quick = affordable(those, took)
            order = sorted(
                quick, key=lambda test: (-min(killers[test], 1), took[test] - killers[test] / 100, test)
            )
            told, by = (
                self.verdict(f"{module.module}.{mutant}", [items[test] for test in order], took)
                if those
                else ("unseen", "")
            )
            killers[by] += told == "died"
            verdicts[mutant] = {
                "verdict": told,
                "by": by,
                "function": module.hashes[function_of(mutant)],
                "tests": tests,
            }
            write(
                module.module,
                verdicts | {left: {"verdict": "waits"} for left in module.mutants if left not in verdicts},
            )
        waits = {mutant: {"verdict": "waits"} for mutant in module.mutants if mutant not in verdicts}
        write(module.module, verdicts | waits)


def affordable(tests: Iterable[str], took: dict[str, float]) -> list[str]:
    """Return the tests that a mutant is tried with: quick ones, and of each function not all its variants."""
    variants: dict[str, list[str]] = {}
    for test in sorted(tests, key=lambda test: (took[test], test)):
        variants.setdefault(test.partition("[")[0], []).append(test)
    turn = {test: index for group in variants.values() for index, test in enumerate(group)}
    order = sorted(turn, key=lambda test: ((turn[test] + 1) * took[test], test))
    spent = accumulate(took[test] for test in order)
    return [test for test, total in zip(order, spent, strict=True) if total <= ENOUGH]


def drawn(mutants: Iterable[str]) -> list[str]:
    """Return mutants in the order of a draw by their names: the first of them are a sample that stays."""
    return sorted(mutants, key=lambda mutant: hashlib.sha256(mutant.encode()).hexdigest())


def digest(paths: Iterable[Path]) -> str:
    """Return a short name of what files hold."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def read(module: str) -> dict[str, dict[str, str]]:
    """Return the verdicts that earlier runs kept of a module."""
    path = KEPT / f"{module}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def write(module: str, verdicts: dict[str, dict[str, str]]) -> None:
    """Keep the verdicts of a module."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{module}.json"
    path.with_suffix(".new").write_text(json.dumps(verdicts, indent=0), "utf-8")
    path.with_suffix(".new").replace(path)


def run_part(name: str, minutes: float, *, sample: int, anew: bool) -> None:
    """Try the mutants of one part in this process."""
    part = part_of(name)
    modules = [broken(module) for module in part.modules]
    sys.meta_path.insert(0, Finder(modules))
    until = time.monotonic() + 60 * minutes
    runner = Runner(name, modules, until, sample=sample, anew=anew)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        pytest.main(
            ["-q", "-s", "--tb=native", "-p", "no:cacheprovider", "-p", "no:logging", *part.tests],
            plugins=[runner],
        )


def table(names: Iterable[str], *, lived: bool) -> str:
    """Return the verdicts as a table, and what the mutants changed that lived."""
    rows = [
        "| module | mutants | tried | died | never ended | lived | no test reaches |",
        "|---|---|---|---|---|---|---|",
    ]
    living: list[str] = []
    whole: Counter[str] = Counter()
    for name in names:
        for short in part_of(name).modules:
            kept = read(f"evenhand.{short}")
            count = Counter(row["verdict"] for row in kept.values())
            dead = count["died"] + count["no end"]
            tried = len(kept) - count["waits"]
            percent = f" ({100 * dead // tried}%)" if tried else ""
            rows.append(
                f"| `{short}` | {len(kept)} | {tried} | {dead}{percent} | {count['no end']}"
                f" | {count['lived']} | {count['unseen']} |"
            )
            whole += count
            if lived:
                module = broken(short)
                living += [
                    f"{mutant} ({row['verdict']})\n{module.difference(mutant)}\n"
                    for mutant, row in kept.items()
                    if row["verdict"] in {"lived", "unseen"} and mutant in module.mutants
                ]
    tried = whole.total() - whole["waits"]
    dead = whole["died"] + whole["no end"]
    if tried:
        rows.append(f"\n{dead} of {tried} died: {100 * dead / tried:.1f}%, {100 * WHOLE:.0f}% are asked for")
    return "\n".join(living + rows)


def main() -> None:
    """Try the mutants of the parts named, or of all, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "parts", nargs="*", help=f"of {', '.join(PARTS)}, or one of their modules; left out, all"
    )
    parser.add_argument("--lived", action="store_true", help="only print what the mutants changed that lived")
    parser.add_argument("--table", action="store_true", help="only print the table of what was tried")
    parser.add_argument("--anew", action="store_true", help="forget the verdicts of earlier runs")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop a part after so many")
    parser.add_argument(
        "--sample", type=int, default=sys.maxsize, help="try so many mutants of each module; left out, all"
    )
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.chdir(ROOT)
    names = asked.parts or list(PARTS)
    modules = {module for part in PARTS.values() for module in part.modules}
    if unknown := sorted(set(names) - set(PARTS) - modules):
        parser.error(f"no part is called {', '.join(unknown)}; parts are {', '.join(PARTS)}")
    if asked.here:
        run_part(names[0], asked.minutes, sample=asked.sample, anew=asked.anew)
        return
    if not asked.lived and not asked.table:
        for name in names:
            # A part has a process of its own: its modules are imported broken, the others' whole.
            limits = [f"--minutes={asked.minutes}", f"--sample={asked.sample}"]
            command = [sys.executable, __file__, name, "--here", *limits]
            subprocess.run([*command, *(["--anew"] if asked.anew else [])], check=True)
    sys.stdout.write(table(names, lived=asked.lived) + "\n")


if __name__ == "__main__":
    main()
