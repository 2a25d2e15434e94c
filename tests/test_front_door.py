"""The front door: what a user types, sees in a notebook, saves and gets back."""

from __future__ import annotations

import inspect
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh

FLEET = Path(eh.__file__).parent / "data" / "fleet"
DOOR: Any = eh
"""For calls that a type checker would refuse."""

PEOPLE = [
    {"name": name, "office": office}
    for name, office in [("<Ada>", "Oslo"), ("Bo", "Rome"), ("Cy", "Oslo"), ("Di & Co", "Rome")]
]

SCRIPT = """
from pathlib import Path

import evenhand as eh

problem = eh.TeamsProblem.from_table("people.csv", teams=4, balance=["office"], together=[["Ada", "Bo"]])
solution = eh.solve(problem, seed=7, limits=eh.Limits(seconds=10))
panel: eh.Panel = eh.measure(solution)
print(solution, panel["misplaced"].value, eh.explain(solution, "Ada"))
solution.save(Path("teams.xlsx"))
print(eh.teams.what_if(solution, without=["Bo"], together=[["Ada", "Cy"]]).change)
fleet = eh.press_fleet.from_folder(Path("week"), settings=eh.press_fleet.FleetSettings(loan_days=4))
week = eh.solve(fleet)
asked = eh.allocation.what_if(week, without=["P031"], slots={"2026-09-28": 1})
for advice in eh.allocation.advise(week):
    print(advice.sentence)
rota = eh.RotaProblem.from_tables(people="people.csv", duties=eh.weekly("2026-01-27", 10, seats=2), rest=1)
turns = eh.solve(rota)
book: eh.Ledger = eh.rota.booked(rota, turns.awards)
due = eh.shares.split(3, [1, 1])
"""


def checked(tmp_path: Path, text: str) -> str:
    """Return what mypy says of a user's script, strictly."""
    script = tmp_path / "script.py"
    script.write_text(text, encoding="utf-8")
    cache = Path(__file__).resolve().parents[1] / ".mypy_cache"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), str(script)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    return done.stdout


def test_a_users_script_is_typed(tmp_path: Path) -> None:
    """A small script passes mypy --strict, and misspelt keywords and wrong values in it are found."""
    assert "Success" in checked(tmp_path, SCRIPT)
    wrong = SCRIPT.replace("teams=4", "team=4").replace("rest=1", 'rest="long"')
    said = checked(tmp_path, wrong.replace('without=["P031"]', "without=31"))
    assert 'Unexpected keyword argument "team"' in said
    assert len(re.findall(r"error:", said)) == 3, said


@pytest.fixture(scope="module")
def solution() -> eh.Solution:
    """Four people in two teams."""
    return eh.solve(eh.TeamsProblem.from_rows(PEOPLE, teams=2, balance=["office"]))


def rota() -> eh.RotaProblem:
    """Return three weeks for two people."""
    return eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-27", 3))


def test_notebooks_show_plain_escaped_html(solution: eh.Solution) -> None:
    """Solutions, panels, explanations and problems show as HTML without style, names escaped."""
    things: list[Any] = [solution, eh.measure(solution), eh.explain(solution, "Bo"), solution.problem, rota()]
    things.append(eh.AllocationProblem.from_values(["saw"], ["<b>"], [900]))
    for thing in things:
        html = thing._repr_html_()
        assert html.startswith("<p><strong>")
        assert "style=" not in html
        assert "<Ada>" not in html
        assert html.count("<") == html.count(">")
    assert "&lt;Ada&gt;" in solution._repr_html_()


def _again(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


def test_measures_pickle(solution: eh.Solution) -> None:
    """A panel comes back from pickle equal, and so does a solution's plan."""
    panel = eh.measure(solution)
    assert _again(panel) == panel
    assert _again(solution).awards.tolist() == solution.awards.tolist()


def test_frozen_arrays_are_read_only(solution: eh.Solution) -> None:
    """Neither a plan's awards nor a statement's lines nor a problem's columns can be written to."""
    assert solution.statement is not None
    allocation = eh.AllocationProblem.from_values(["saw"], ["Ann"], [900])
    grouped = eh.press_fleet.from_folder(FLEET).groups[0]
    arrays = [
        solution.awards, solution.statement.received, solution.problem.sizes,
        solution.problem.criteria[0].person, grouped.weight, grouped.limit,
        allocation.score, allocation.slots, rota().seats, rota().weight,
    ]  # fmt: skip
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = 7
    own = np.array([0, 1, 0, 1])
    again = eh.TeamsProblem.from_values(4, {"office": own}, teams=2)
    own[0] = 1  # a caller's own array stays theirs
    assert again.n == 4


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda plan: DOOR.solve(plan.problem, seed="a"), "is not a seed. Give a whole number"),
        (lambda plan: DOOR.solve(plan.problem, seed=1.5), "is not a seed"),
        (lambda plan: DOOR.solve(plan.problem, limits=1.0), "Write limits=Limits(seconds=10)"),
        (eh.solve, "'Solution' is not a problem evenhand knows"),
        (lambda _: eh.Limits(seconds=float("nan")), "is not a time limit. Give seconds of 0 or more"),
        (lambda _: eh.Limits(seconds=-1), "is not a time limit"),
        (lambda _: eh.Limits(gap=-1), "is not a gap"),
        (lambda _: DOOR.measure(None), "'NoneType' is not a solution. Give what solve or load returned"),
        (lambda _: DOOR.explain(3, "Bo"), "'int' is not a solution"),
        (lambda _: DOOR.save(None, "week.json"), "is not a solution"),
        (lambda plan: plan.to_frame("arrow"), "There are no frames of 'arrow'. Choose one of polars"),
    ],
)
def test_mistakes_get_a_sentence(mistake: Callable[[Any], Any], says: str, solution: eh.Solution) -> None:
    """A wrong argument is answered by an error that says what came and what to write."""
    with pytest.raises(eh.EvenhandError) as caught:
        mistake(solution)
    assert says in str(caught.value)


def test_a_path_is_as_good_as_its_text(solution: eh.Solution, tmp_path: Path) -> None:
    """Saving takes a Path or its text, and loading too."""
    solution.save(tmp_path / "a.json")
    solution.save(str(tmp_path / "b.json"))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert eh.load(tmp_path / "a.json").awards.tolist() == eh.load(str(tmp_path / "b.json")).awards.tolist()


@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow"])
def test_frames_come_in_the_library_asked_for(library: str) -> None:
    """A plan comes back as a frame of the library asked for, days as dates."""
    pytest.importorskip(library)
    frame = eh.solve(rota()).to_frame(library)
    assert type(frame).__module__.split(".")[0] == library
    days = {
        name: cells
        for name, cells in eh.tables.read(frame).columns.items()
        if name in {"date", "day", "start"}
    }
    first = frame[next(iter(days))][0]
    assert str(getattr(first, "as_py", lambda: first)())[:10] == date(2026, 1, 27).isoformat()


def test_frames_come_as_the_library_that_is_imported() -> None:
    """Where only pandas is imported, as by whoever gave a pandas frame, a plan comes back as one."""
    pytest.importorskip("pandas")
    script = (
        "import pandas, evenhand as eh\n"
        "people = pandas.DataFrame({'name': list('abcd'), 'office': list('OROR')})\n"
        "plan = eh.solve(eh.TeamsProblem.from_table(people, teams=2, balance='office'))\n"
        "print(type(plan.to_frame()).__module__.split('.')[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "pandas"


LIGHT = """
import sys
import evenhand.allocation, evenhand.rota, evenhand.teams
heavy = [name for name in sys.modules if ".solving" in name or ".asking" in name or name == "numpy"]
print(heavy)
for room in (evenhand.allocation, evenhand.rota, evenhand.teams):
    for name in dir(room):
        getattr(room, name)
"""


def test_a_room_loads_its_names_when_used() -> None:
    """Importing a room loads no method, no question and no numpy; every public name is there when used."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_room_has_no_other_names() -> None:
    """A name that a room does not have is an error that says which room was asked."""
    with pytest.raises(AttributeError, match=r"'evenhand\.allocation' has no attribute 'what_iff'"):
        _ = DOOR.allocation.what_iff


def test_every_public_name_shows_itself_at_work() -> None:
    """Everything of the front door and of measures, and every function of a room, has an example that is run.

    What a function returns is shown by the function.
    """
    plain = []
    for room in (eh, eh.measures, eh.allocation, eh.teams, eh.rota, eh.tables):
        for name in dir(room):
            held = getattr(room, name)
            ours = getattr(held, "__module__", "").startswith("evenhand")
            shown = inspect.isfunction(held) or (
                inspect.isclass(held) and room in (eh, eh.measures, eh.tables)
            )
            if ours and not name.startswith("_") and shown and ">>> " not in (held.__doc__ or ""):
                plain.append(f"{room.__name__}.{name}")
    assert plain == []


def test_every_public_function_says_its_cost() -> None:
    """Each function of the front door and of its rooms says what its time grows with."""
    silent = []
    for room in (eh, eh.measures, eh.allocation, eh.teams, eh.rota, eh.tables, eh.press_fleet, eh.report):
        for name in dir(room):
            held = getattr(room, name)
            if (
                inspect.isfunction(held)
                and held.__module__.startswith("evenhand")
                and not name.startswith("_")
            ):
                said = held.__doc__ or ""
                if not re.search(r"\bcosts?\b|O\(", said, re.IGNORECASE):
                    silent.append(f"{room.__name__}.{name}")
    assert silent == []


def test_no_public_call_takes_keywords_of_any_kind() -> None:
    """Every keyword of the front door has a name and a type, so that editors complete it."""
    loose = []
    for room in (eh, eh.measures, eh.allocation, eh.teams, eh.rota, eh.press_fleet, eh.tables):
        for name in dir(room):
            held = getattr(room, name)
            # Of a class its own methods: what an exception or an enumeration inherits is Python's.
            own = [getattr(held, word) for word in vars(held)] if inspect.isclass(held) else []
            for call in filter(inspect.isroutine, [held, *own]):
                types = getattr(call, "__annotations__", {})
                code = getattr(inspect.unwrap(getattr(call, "__func__", call)), "__code__", None)
                if code is not None and code.co_flags & inspect.CO_VARKEYWORDS:
                    last = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :][0]
                    loose += [f"{room.__name__}.{name}: **{last}"] if types.get(last) == "Any" else []
    assert loose == []
