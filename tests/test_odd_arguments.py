"""What people hand over from Python by mistake gets a sentence, and odd values of data frames are read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from inspect import isfunction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import evenhand as eh
from evenhand import documents
from evenhand.core.arguments import KINDS
from evenhand.core.ledger import Line

ROWS = [{"item": "a", "recipient": "x", "score": 1}, {"item": "b", "recipient": "y", "score": 2}]
FRAME = pd.DataFrame({"name": ["Ada", "Bo"], "office": ["a", "b"]})
DOOR: Any = eh
"""For calls that a type checker would refuse."""
LINES = [Line("Ada", 1, 2), Line("Bo", 1, 0)]


def ruled(**rule: Any) -> eh.AllocationProblem:
    """Return a small problem with one rule over its items."""
    return eh.AllocationProblem.from_rows(ROWS, groups=[eh.allocation.GroupRule("x", by=["item"], **rule)])


def plan() -> eh.Solution:
    """Return a small plan."""
    return eh.solve(eh.AllocationProblem.from_rows(ROWS))


MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "rows instead of a problem": (lambda: eh.solve(ROWS), "Make an AllocationProblem, a TeamsProblem or a"),
    "seconds instead of limits": (
        lambda: eh.solve(eh.AllocationProblem.from_rows(ROWS), limits=10),  # type: ignore[arg-type]
        "Write limits=Limits(seconds=10)",
    ),
    "a number to explain": (lambda: eh.explain(plan(), 5), "'5' is not a recipient"),  # type: ignore[arg-type]
    "no path": (lambda: plan().save(None), "'NoneType' is not a path. Give a file"),  # type: ignore[arg-type]
    "a number for fairness": (
        lambda: eh.AllocationProblem.from_rows(ROWS, penalty=5),  # type: ignore[arg-type]
        "'5' is not a mode of fairness",
    ),
    "a number to balance": (
        lambda: eh.TeamsProblem.from_table(FRAME, teams=2, balance=3),  # type: ignore[arg-type]
        "'3' is not a list of columns",
    ),
    "one column": (
        lambda: eh.TeamsProblem.from_table(FRAME["name"], teams=2),
        "is one column and no table. Give a data frame",
    ),
    "a head twice": (
        lambda: eh.TeamsProblem.from_table(pd.DataFrame([["Ada", 1]], columns=["a", "a"]), teams=1),
        "column a: stands in the header twice",
    ),
    "columns of two lengths": (
        lambda: eh.TeamsProblem.from_table({"name": ["a", "b"], "g": ["x"]}, teams=1),
        "has 1 cell where another column has 2",
    ),
    "a keyword misspelt in rows": (
        lambda: eh.AllocationProblem.from_rows(ROWS, capcity=1),  # type: ignore[call-arg]
        "'capcity' is not a keyword of AllocationProblem.from_rows. Did you mean capacity?",
    ),
    "a keyword misspelt in solve": (
        lambda: eh.solve(eh.AllocationProblem.from_rows(ROWS), sed=7),  # type: ignore[call-arg]
        "'sed' is not a keyword of solve. Did you mean seed?",
    ),
    "a keyword misspelt in limits": (
        lambda: eh.Limits(second=7),  # type: ignore[call-arg]
        "'second' is not a keyword of Limits. Did you mean seconds?",
    ),
    "a needed keyword misspelt where further ones go to a reader": (
        lambda: eh.RotaProblem.from_tables(people=FRAME, dutys=eh.weekly("2026-01-05", 2)),  # type: ignore[call-arg]
        "'dutys' is not a keyword of RotaProblem.from_tables. Did you mean duties?",
    ),
    "a keyword that is like none": (
        lambda: eh.mode_b(x=1),  # type: ignore[call-arg]
        "'x' is not a keyword of mode_b. Choose among lam, step.",
    ),
    "nothing at all": (partial(eh.solve), "solve needs problem. Write problem=..."),
    "too much by position": (
        lambda: eh.solve(eh.AllocationProblem.from_rows(ROWS), "auto", 7),  # type: ignore[call-arg]
        "solve takes 1 value without a name, not 3. Write the others by name: method=..., seed=...",
    ),
    "the same value twice": (
        lambda: eh.weekly("2026-01-05", 3, start="2026-01-05"),  # type: ignore[misc]
        "gets start twice",
    ),
    "a keyword misspelt in what-if": (
        lambda: eh.allocation.what_if(plan(), slotz={}),  # type: ignore[call-arg]
        "'slotz' is not a keyword of what_if. Did you mean slots?",
    ),
    "a folder instead of tables by name": (
        lambda: eh.press_fleet.from_tables("fleet"),  # type: ignore[arg-type]
        "'fleet' is not a set of tables. Give tables by name",
    ),
    "no number of teams": (
        lambda: eh.TeamsProblem.from_table(FRAME, balance="office"),
        "Say how many teams: --teams 4",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_slip_in_python_gets_a_sentence(mistake: str) -> None:
    """The error is one of evenhand's and says what to write instead; no TypeError from inside."""
    call, says = MISTAKES[mistake]
    with pytest.raises(eh.EvenhandError) as caught:
        call()
    assert says in str(caught.value)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_several_answers_in_a_cell_of_a_frame_are_tags(frame: Any) -> None:
    """A list in a cell is the same as its parts with semicolons between them."""
    table = frame({"name": ["a", "b"], "speaks": [["en"], ["en", "de"]]})
    problem = eh.TeamsProblem.from_table(table, teams=1, balance="speaks")
    (speaks,) = problem.criteria
    assert tuple(speaks.values) == ("de", "en")


def test_a_midnight_with_a_time_zone_is_its_day() -> None:
    """Frames keep dates as midnights, some with a zone; the day that was written counts."""
    joined = pd.to_datetime(["2025-01-01", "2025-02-01"]).tz_localize("Europe/Oslo")
    people = pd.DataFrame({"name": ["Ada", "Bo"], "joined": joined})
    problem = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 2))
    assert [str(pd.Timestamp.fromordinal(day).date()) for day in problem.period_start.tolist()] == [
        "2025-01-01",
        "2025-02-01",
    ]


def test_a_value_of_another_kind_gets_a_sentence() -> None:
    """Public functions that ask for a plan or a problem of their job say so to whoever gives another one."""
    teams = eh.solve(eh.TeamsProblem.from_table(FRAME, teams=1))
    turns = eh.solve(eh.RotaProblem.from_tables({"name": ["Ada", "Bo"]}, eh.weekly("2026-01-05", 2)))
    asked = 0
    for room, own in ((eh.allocation, "allocation"), (eh.teams, "teams"), (eh.rota, "rota")):
        for function in (getattr(room, name) for name in room.__all__):
            takes = list(inspect.signature(function).parameters.values()) if isfunction(function) else []
            kind = str(takes[0].annotation) if takes else ""
            if kind not in KINDS:
                continue
            needed = [parameter for parameter in takes[1:] if parameter.default is parameter.empty]
            rest = [1 for parameter in needed if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
            named = {parameter.name: 1 for parameter in needed if parameter.kind is parameter.KEYWORD_ONLY}
            plans = [made for made in (plan(), teams, turns) if made.job != own or kind != "Solution"]
            for wrong in (5, None, "plan.json", *plans):
                with pytest.raises(eh.EvenhandError):
                    function(wrong, *rest, **named)
                asked += 1
    assert asked > 100


def test_a_plan_of_another_job_is_told_as_such() -> None:
    """The sentence names the job that the plan is of, and the one that was asked for."""
    teams = eh.solve(eh.TeamsProblem.from_table(FRAME, teams=1))
    with pytest.raises(eh.InputError, match=r"is a plan of teams\. Give one of allocation"):
        eh.allocation.without_each(teams)
    with pytest.raises(eh.InputError, match="'Solution' is not a RotaProblem"):
        eh.rota.advise(teams)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"overlaps": "yes"}, "neither True nor"), ({"strict_calendar": "no"}, "neither True nor"),
        ({"holiday_load": 1.5}, "not a whole number"), ({"substitutes": "1"}, "not a whole number"),
        ({"holidays": 5}, "not a text"), ({"views": 3}, "not a list"),
    ],
)  # fmt: skip
def test_a_setting_of_another_kind_is_told(setting: dict[str, Any], sentence: str) -> None:
    """A text for yes or no counted as yes, and half a turn as a whole one; all such are told at once."""
    with pytest.raises(eh.InputError, match=sentence):
        eh.RotaProblem.from_tables([{"name": "Ada"}], eh.weekly("2026-01-05", 2), **setting)
    with pytest.raises(eh.InputError) as told:
        eh.AllocationProblem.from_rows([{"item": "a", "recipient": "x", "score": 1}], daily="no", scale="x")  # type: ignore[arg-type]
    assert len(told.value.findings) == 2


VALUES: dict[str, tuple[Callable[[], Any], str]] = {
    "no penalty by a number": (
        lambda: DOOR.AllocationProblem.from_rows(ROWS, penalty=0),
        "is not a mode of fairness",
    ),
    "half a slot a day": (
        lambda: DOOR.AllocationProblem.from_rows(ROWS, capacity=1.5),
        "'1.5' is not a number of slots",
    ),
    "slots beyond 64 bits": (
        lambda: DOOR.AllocationProblem.from_rows(ROWS, capacity=2**70),
        "is not a number of slots",
    ),
    "half an award free": (
        lambda: ruled(steps=[(1.5, 9)]),
        "is not a step",
    ),
    "points that are none": (
        lambda: ruled(steps=[(1, float("nan"))]),
        "is not a step",
    ),
    "half a limit": (lambda: ruled(limit=1.5), "'1.5' is not a limit"),
    "a rule by nothing": (
        lambda: DOOR.AllocationProblem.from_rows(ROWS, groups=[eh.allocation.GroupRule("x", by=[])]),
        "has no columns to go by",
    ),
    "a rule that is none": (
        lambda: DOOR.AllocationProblem.from_rows(ROWS, groups=["x"]),
        "'x' is not a rule",
    ),
    "a penalty of thirds": (
        lambda: eh.AllocationProblem.from_rows(ROWS, penalty=eh.own_steps([(1, 1 / 3)])),
        "has too many decimals",
    ),
    "steps that are none": (lambda: DOOR.own_steps("abc"), "'abc' are no steps"),
    "more free awards than there are": (lambda: eh.own_steps([(10**30, 5)]), "is not a part of a penalty"),
    "a text for points": (lambda: DOOR.mode_b("200"), "is not a part of a penalty"),
    "half a slot more": (
        lambda: DOOR.allocation.what_if(plan(), slots={"any day": 1.5}),
        "'+1.5' is not a whole number",
    ),
    "no number of slots": (
        lambda: eh.allocation.what_if(plan(), slots={"any day": float("nan")}),  # type: ignore[dict-item]
        "'nan' is not a number for any day",
    ),
    "a list of slots": (
        lambda: DOOR.allocation.what_if(plan(), slots=["any day"]),
        "is not a mapping of names",
    ),
    "part of an award more": (
        lambda: eh.allocation.what_if(eh.solve(ruled(limit=1)), budgets={"a": 0.4}),
        "Give whole awards",
    ),
    "endless money": (
        lambda: eh.allocation.what_if(eh.solve(ruled(limit=1)), budgets={"a": float("inf")}),
        "is not a number for a",
    ),
    "a number for fairness instead": (
        lambda: DOOR.allocation.what_if(plan(), penalty=5),
        "'5' is not a mode",
    ),
    "a word for a price": (
        lambda: DOOR.allocation.amended(plan().problem, plan(), "few"),
        "'few' is not a price",
    ),
    "an award of one name": (lambda: eh.allocation.amended(plan().problem, [("a",)]), "is not an award"),
    "a word for lambda": (lambda: DOOR.allocation.frontier(plan().problem, ["a"]), "'a' is not a lambda"),
    "the ledger of a rota": (
        lambda: eh.allocation.with_ledger(plan().problem, eh.Ledger(unit="turns")),
        "'turns' is what this ledger counts",
    ),
    "half a unit to correct": (
        lambda: DOOR.Ledger(ticks=2).publish("w", LINES).correct("w", "Bo", "Ada", 1.5, ""),
        "Give 1 or more, a whole",
    ),
    "a weight that is none": (
        lambda: eh.Ledger().join("w", "Ada").weigh("w", "Ada", float("nan")),
        "is not a weight",
    ),
    "counts in halves": (lambda: DOOR.measures.figure("gini", [0.5, 1.5]), "'0.5' is not a whole number"),
    "weights in halves": (
        lambda: DOOR.measures.figure("jain", [1, 1], [0.5, 1]),
        "shares such as 0.5 and 1 as 1 and 2",
    ),
    "no Gini at all": (lambda: eh.measures.band(float("nan")), "'nan' is not a Gini coefficient"),
    "endless units": (lambda: eh.measures.cv_floor(float("inf")), "'inf' is not a number of units"),
    "shares by halves": (lambda: DOOR.shares.split(3, [0.5, 1]), "'0.5' is not a whole number"),
    "a cap below nothing": (lambda: eh.shares.capped_shares(5, -1, [1, 1]), "Give a cap of 0 or more"),
    "an hour that is none": (lambda: eh.Progress(seconds=float("nan")), "'nan' is not a time limit"),
    "a number for progress": (lambda: DOOR.solve(plan().problem, progress=5), "'5' is not a progress"),
    "half a unit received": (
        lambda: DOOR.Statement(("Ada",), ("turns",), [0], [0], [1], [0.5], 2),
        "received: '0.5' is not a whole number",
    ),
    "a score of a candidate cut off": (
        lambda: replace(plan().problem, score=np.array([1.7, 2])),
        "'1.7' is not a whole",
    ),
}


@pytest.mark.parametrize("value", VALUES)
def test_a_number_that_is_none_gets_a_sentence(value: str) -> None:
    """Nothing is cut off, wrapped or passed over: half a slot counted as one, and NaN slots as none."""
    call, says = VALUES[value]
    with pytest.raises(eh.EvenhandError) as caught:
        call()
    assert says in str(caught.value)


def test_numbers_of_numpy_are_numbers() -> None:
    """What is computed with NumPy can be given as it is, and comes out as Python's own numbers."""
    problem = DOOR.AllocationProblem.from_rows(
        ROWS,
        capacity=np.int64(1),
        per_day=np.int64(1),
        scale=np.int64(2),
        penalty=DOOR.own_steps([(np.int64(1), np.float64(2))]),
    )
    assert problem.slots.tolist() == [1]
    assert repr(problem.penalty.steps) == "((1, 2),)"
    assert type(eh.solve(problem, seed=np.int64(3)).seed) is int  # type: ignore[arg-type]
    assert eh.measures.chip("200", 3, 2, np.float64(0.15)).endswith("Gini=0.15")
    assert (
        eh.allocation.what_if(plan(), without="a").change
        == eh.allocation.what_if(plan(), without=["a"]).change
    )


def test_a_weight_of_a_ledger_can_be_saved_and_read(tmp_path: Path) -> None:
    """A half is booked as 1/2, which a ledger's file holds; as 0.5 the file could not be read again."""
    book = eh.Ledger(unit="turns").join("w", ["Ada", "Bo"]).weigh("w", "Ada", 0.5)
    documents.save(book, tmp_path / "book.json")
    assert documents.read(tmp_path / "book.json").head.weights == {"Ada": Fraction(1, 2)}
