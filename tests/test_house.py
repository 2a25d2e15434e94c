"""The house keeps its own rules: imports go down the stair, files stay small, the pure half stays pure."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import evenhand

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "evenhand"
TESTS = ROOT / "tests"
FILES = sorted(SOURCE.rglob("*.py"))

STAIR: dict[str, int] = {
    "core": 1,
    "measures": 2,
    "tables": 2,
    "linear": 2,
    "allocation": 3,
    "teams": 3,
    "rota": 3,
    "jobs": 4,
    "press_fleet": 4,
    "report": 5,
    "documents": 5,
    "solver": 6,
    "store": 6,
    "workspace": 7,
    "work": 7,
    "web": 8,
    "cluster": 8,
    "cli": 9,
}
"""Step of each room; see docs/house.md. A room imports rooms of lower steps only."""

ALLOWED: dict[str, frozenset[str]] = {
    "core": frozenset(),
    "measures": frozenset({"core"}),
    "tables": frozenset({"core"}),
    "jobs": frozenset({"core", "allocation", "teams", "rota"}),
}
"""Rooms that may import less than all below."""

LIGHT = frozenset({"core", "measures"})
"""Rooms that import nothing but the standard library and NumPy."""

CLOCKS = frozenset({"time", "logging", "threading", "random", "environ", "getenv"})
PURE = frozenset(
    {
        "core",
        "measures",
        "tables",
        "linear",
        "allocation",
        "teams",
        "rota",
        "jobs",
        "press_fleet",
        "report",
        "documents",
    }
)
CLOCK = SOURCE / "core" / "progress.py"
"""The one place with a clock: what a long solve asks whether to stop."""


def room(path: Path) -> str:
    """Return the room a file stands in; "" for the front door."""
    first = path.relative_to(SOURCE).parts[0]
    return "" if first in {"__init__.py", "__main__.py"} else first.removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (module, line) of every import in a file, inside functions too, but not those for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped.update(inner for part in node.body for inner in ast.walk(part))
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "evenhand":
            yield from ((f"evenhand.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def test_imports_go_down_the_stair() -> None:
    """No file imports a room on its own step or above."""
    wrong = []
    for path in FILES:
        here = room(path)
        if not here:
            continue
        assert here in STAIR, f"{here} has no step: give it one in STAIR and in docs/house.md"
        for module, line in imported(path):
            parts = module.split(".")
            if parts[0] != "evenhand" or len(parts) < 2 or parts[1] in {here, "__version__"}:
                continue
            there = parts[1]
            fits = STAIR.get(there, 99) < STAIR[here] and there in ALLOWED.get(here, STAIR.keys())
            if not fits:
                wrong.append(f"{path.relative_to(ROOT)}:{line} ({here}) imports {there}")
    assert not wrong, "\n".join(wrong)


def test_light_rooms_stay_light() -> None:
    """The core and the measures need the standard library and NumPy alone."""
    fine = sys.stdlib_module_names | {"numpy", "evenhand"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in FILES
        if room(path) in LIGHT
        for module, line in imported(path)
        if module.split(".")[0] not in fine
    ]
    assert not wrong, "\n".join(wrong)


JOBS = ("allocation", "teams", "rota")
DOORS = ("problem", "reading", "judging", "solving", "asking")
"""The five doors of each job's room."""

REACHES: dict[str, frozenset[str]] = {
    "problem": frozenset({"problem"}),
    "rules": frozenset({"problem", "reading", "rules"}),
    "reading": frozenset({"problem", "reading", "rules"}),
    "judging": frozenset({"problem", "judging"}),
    "solving": frozenset({"problem", "solving", "rules"}),
    "asking": frozenset({"problem", "reading", "rules", "judging", "solving", "asking", "job"}),
}
"""What a door may come to, however far its imports go. Judging and solving meet in problem/ alone.

Where a job has kinds of rules, ``rules/`` keeps each in one file: how it is read, searched and said. Readers
and methods share it, and it is looked at by itself; judges know the kinds by their own coding.
"""

BESIDE: dict[str, frozenset[str]] = {
    "problem": frozenset({"core"}),
    "rules": frozenset({"core", "tables"}),
    "reading": frozenset({"core", "tables"}),
    "judging": frozenset({"core", "measures"}),
    "solving": frozenset({"core", "measures", "linear"}),
    "asking": frozenset({"core", "measures", "linear", "tables"}),
}
"""Rooms below that a door may come to: only readers open files, only methods and questions see a solver."""

CROSSINGS: frozenset[tuple[str, str]] = frozenset()
"""Imports (who, what) that still cross, each to be taken out; nothing else does."""


def texts() -> dict[str, str]:
    """Return the source of every module by its dotted name."""
    out = {}
    for path in FILES:
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        out[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return out


def edges(sources: dict[str, str]) -> dict[str, set[str]]:
    """Return what each module imports of evenhand, in functions too.

    Left out: imports for types only, and the constructors of a problem, each of which fetches its own reader
    when called. A package that is imported on the way to a module inside it does not count: nobody uses it.
    """
    return {name: set(_used(name, text, frozenset(sources))) for name, text in sources.items()}


@cache
def _used(name: str, text: str, sources: frozenset[str]) -> tuple[str, ...]:
    return tuple(_imports(name, ast.parse(text), sources))


def _imports(name: str, tree: ast.Module, sources: frozenset[str]) -> Iterator[str]:
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        constructor = (
            isinstance(node, ast.FunctionDef) and node.name.startswith("from_") and ".problem" in name
        )
        if typing or constructor:
            skipped.update(inner for part in node.body for inner in ast.walk(part))  # type: ignore[attr-defined]
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in sources)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "when_called":
            # A module named as text is loaded when its function is called: an import like any other.
            yield node.args[0].value  # type: ignore[attr-defined]
        elif isinstance(node, ast.ImportFrom) and node.module in sources:
            inside = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            yield from (full for full in inside.values() if full in sources)
            if any(full not in sources for full in inside.values()):
                yield str(node.module)


def crossings(sources: dict[str, str], known: frozenset[tuple[str, str]] = frozenset()) -> list[str]:
    """Return every import by which a door comes to where it may not, with the shortest way there."""
    graph = {name: {to for to in found if (name, to) not in known} for name, found in edges(sources).items()}
    wrong: dict[tuple[str, ...], list[str]] = {}
    for start in sorted(graph):
        parts = start.split(".")
        if len(parts) < 3 or parts[1] not in JOBS or parts[2] not in REACHES:
            continue
        came: dict[str, str] = {start: ""}
        queue = [start]
        for here in queue:
            if here != start and "rules" in here.split(".")[2:3] and parts[2] != "rules":
                continue
            for there in sorted(graph[here] - came.keys()):
                came[there] = here
                queue.append(there)
                if not _fits(parts[1], parts[2], there):
                    chain = [there]
                    while came[chain[-1]]:
                        chain.append(came[chain[-1]])
                    last = tuple(chain[:2])
                    wrong[last] = min(chain, wrong.get(last, chain), key=len)
                    queue.remove(there)  # what lies behind a forbidden door is no news
    return [" <- ".join(chain) for chain in wrong.values()]


def _fits(here: str, door: str, there: str) -> bool:
    parts = [*there.split("."), "", ""]
    if parts[1] == here:
        return parts[2] in REACHES[door]
    return parts[1] in BESIDE[door] or parts[1] == ""


def test_doors_keep_apart_however_far_imports_go() -> None:
    """In each room problem comes to nothing else, readers to problem, and judges never to a method."""
    wrong = crossings(texts(), CROSSINGS)
    assert not wrong, "\n".join(wrong)


def test_known_crossings_are_still_there() -> None:
    """A crossing that was taken out is taken off the list as well."""
    graph = edges(texts())
    assert [pair for pair in sorted(CROSSINGS) if pair[1] not in graph.get(pair[0], set())] == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("evenhand.teams.judging.judge", "from evenhand.teams.solving import deal"),
        ("evenhand.rota.judging.judge", "def f():\n    import evenhand.rota.solving.quota.flow"),
        ("evenhand.allocation.problem.penalties", "from evenhand.allocation.asking import what_if"),
        ("evenhand.rota.solving.online.online", "from evenhand.rota import JOB"),
        ("evenhand.teams.judging.judge", "from evenhand.linear.highs import Program"),
        ("evenhand.allocation.judging.judge", "from evenhand.tables import read"),
        ("evenhand.core.shares", "from evenhand.rota.solving.online import online"),
        ("evenhand.teams.judging.judge", 'f = when_called("evenhand.teams.solving.deal", "run")'),
    ],
)
def test_an_import_added_by_hand_is_found(module: str, line: str) -> None:
    """One import that crosses, even inside a function or far below, makes the check above fail."""
    sources = texts()
    sources[module] += f"\n{line}\n"
    assert crossings(sources, CROSSINGS)


DRAWING = ROOT / "docs" / "house.md"


def test_every_room_and_door_is_drawn() -> None:
    """The page of the house names every room and module at the top of src, every door, and all of core."""
    drawn = set(re.findall(r"`([\w./]+)`", DRAWING.read_text(encoding="utf-8")))
    top = {
        path.name + "/" * path.is_dir()
        for path in SOURCE.iterdir()
        if path.name[0] not in "_." and path.suffix != ".typed"
    }
    core = {path.name for path in (SOURCE / "core").glob("[a-z]*.py")}
    doors = {f"{door}/" for door in DOORS}
    assert (top | core | doors) - drawn == set()


def test_all_that_is_drawn_is_there() -> None:
    """Each file, folder and room the page of the house names is there, and rooms stand on their step."""
    text = DRAWING.read_text(encoding="utf-8")
    places = [SOURCE, SOURCE / "core", ROOT, *(SOURCE / job for job in ("allocation", "teams", "rota"))]
    lost = [
        name
        for name in set(re.findall(r"`([\w/]+(?:/|\.py))`", text))
        if not any((place / name.removeprefix("evenhand/")).exists() for place in places)
    ]
    assert lost == []
    for step, cell in re.findall(r"^\| (\d+) \| (.*?) \|", text, re.MULTILINE):
        for name in re.findall(r"`(\w+)", cell):
            assert STAIR[name] == int(step), name


def test_how_to_contribute_names_what_is_there() -> None:
    """Each file and folder in CONTRIBUTING.md is there, and each of its guides has five steps."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    jobs = [SOURCE / job for job in JOBS]
    places = [SOURCE, ROOT, *jobs]
    named = set(re.findall(r"`([\w/]+(?:/|\.py|\.md))`", text))
    assert [name for name in sorted(named) if not any((place / name).exists() for place in places)] == []
    guides = text.split("## Add a ")[1:]
    assert [guide.split("\n")[0] for guide in guides] == [
        "method",
        "measure",
        "kind of rule",
        "policy of a rota",
    ]
    for guide in guides:
        assert re.findall(r"^(\d)\. ", guide, re.MULTILINE) == list("12345")


def test_the_pure_half_has_no_clock() -> None:
    """Steps 1 to 5 read no clock, environment, log, thread or global random state."""
    wrong = []
    for path in FILES:
        if room(path) not in PURE or path == CLOCK:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = set()
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {node.module or ""}
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                names = {node.attr} & {"environ", "getenv"} if node.value.id == "os" else set()
                if node.attr in {"now", "today", "utcnow"} and node.value.id in {"date", "datetime"}:
                    names = {"time"}
            if names & CLOCKS:
                wrong.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} uses {names & CLOCKS}")
    assert not wrong, "\n".join(wrong)


def test_no_command_compares_names_of_jobs() -> None:
    """What plans of a job can be asked its own module says: a fourth job edits no command."""
    jobs = {"allocation", "fleet", "teams", "rota"}
    compares = [
        f"{path.relative_to(SOURCE)}:{node.lineno}: {ast.unparse(node)}"
        for path in FILES
        if path.is_relative_to(SOURCE / "cli")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(part, ast.Constant) and part.value in jobs for part in ast.walk(node))
    ]
    assert compares == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    """Every module is called after what it holds."""
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [str(path.relative_to(ROOT)) for path in FILES if path.stem in drawers] == []


VAGUE = frozenset({"at", "doors", "found", "made", "mine", "one", "pot", "said"})
"""Local names that do not say what they hold."""

KNOWN_AS = {"at": {"rota/problem/calendar.py", "web/board.py"}}
"""Files in which such a name is an interface: ``weekly(at="09:00")``, and a part of a page's address."""


def vague_names(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of every parameter and local name of a function that is in ``VAGUE``."""
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    for node in {inner for function in functions for inner in ast.walk(function)}:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in VAGUE:
            yield node.lineno, node.id
        elif isinstance(node, ast.arg) and node.arg in VAGUE:
            yield node.lineno, node.arg


def test_local_names_say_what_they_hold() -> None:
    """No function of src calls what it holds found, made, one, mine, said, at, pot or doors."""
    vague = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in FILES
        for line, name in vague_names(path.read_text(encoding="utf-8"))
        if path.relative_to(SOURCE).as_posix() not in KNOWN_AS.get(name, set())
    ]
    assert not vague, "\n".join(vague)
    by_hand = "def f(at):\n    for one in at:\n        found = one"
    assert sorted(vague_names(by_hand)) == [(1, "at"), (2, "one"), (3, "found")]


EXPLAINED_FROM = 25
"""Lines of a method's or a judge's function from which on a comment says why."""


def test_long_functions_of_methods_and_judges_say_why() -> None:
    """Every function over 25 lines in solving/ and judging/ has a comment that is no switch of a tool."""
    silent = []
    for path in FILES:
        if not {"solving", "judging"} & set(path.relative_to(SOURCE).parts):
            continue
        text = path.read_text(encoding="utf-8")
        why = [
            token.start[0]
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT and not re.match("# (noqa|type|fmt):", token.string)
        ]
        silent += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= EXPLAINED_FROM
            if not any(node.lineno <= line <= (node.end_lineno or 0) for line in why)
        ]
    assert not silent, "\n".join(silent)


def test_every_test_says_what_it_holds() -> None:
    """Each test has a docstring: a sentence that could be false."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent, "\n".join(silent)


def test_public_names_are_there() -> None:
    """Every name the front door lists can be fetched, and nothing else is promised."""
    assert [name for name in evenhand.__all__ if getattr(evenhand, name, None) is None] == []


def test_importing_changes_and_costs_nothing() -> None:
    """`import evenhand` loads neither NumPy nor a solver, and the command's help loads no solver."""
    heavy = "{'numpy', 'highspy', 'pydantic', 'narwhals', 'rich', 'jinja2', 'icalendar'}"
    for statement in ("import evenhand", "import evenhand.cli"):
        script = f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]", statement
