"""The judge stands apart from the methods: it shares no code with them, and notices when they are wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import JudgeError
from evenhand.teams import TeamsProblem
from evenhand.teams.judging.objective import price_list
from evenhand.teams.judging.rules import KINDS
from evenhand.teams.rules import KIND_OF, SearchTerms
from evenhand.teams.rules.base import NEEDED, RuleKind
from evenhand.teams.solving.exchange import composition, exchange
from evenhand.teams.solving.model import objective

SOURCE = Path(eh.__file__).parent
PEOPLE = [
    {"name": f"p{at}", "g": "wm"[at % 2], "skill": str(at * at), "busy": ["Mon", "Tue"][at // 3]}
    for at in range(6)
]


def reached(start: str) -> set[str]:
    """Return the modules that a module's own imports lead to, through functions too."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        module = todo.pop()
        path = SOURCE.parent / Path(*module.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if module in seen or not file.exists():
            continue
        seen.add(module)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evenhand"):
                todo += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return seen


def test_judge_and_methods_meet_only_in_problem_and_core() -> None:
    """What the judge imports and what the methods import, transitively, share the problem and the core."""
    judged = reached("evenhand.teams.judging.judge") | reached("evenhand.teams.judging.summary")
    solved = reached("evenhand.teams.solving") | reached("evenhand.teams.rules")
    shared = {
        module
        for module in judged & solved
        if not module.startswith(("evenhand.core", "evenhand.tables", "evenhand.teams.problem"))
    }
    assert "evenhand.teams.solving" not in judged
    assert {module for module in shared if ".solving" in module or ".judging" in module} == set()


def test_both_sides_know_the_same_kinds() -> None:
    """Every kind of rule has a reading of its own at the judge's."""
    assert set(KINDS) == set(KIND_OF)


def test_a_kind_that_forgets_a_half_fails_when_it_is_made() -> None:
    """A kind without its rows of a program is refused with the name of what is missing."""
    with pytest.raises(TypeError, match=r"Half does not define .*program, counted_out"):
        type("Half", (RuleKind,), {"kind": "half", "words": (), "means": "", "keywords": {}, "read": 0,
                                   "search": 0, "units": 0})  # fmt: skip


def test_two_kinds_never_share_a_word() -> None:
    """A word of a rules table means one kind: a second kind of that word is refused."""
    halves = dict.fromkeys(NEEDED, 0) | {"kind": "half", "words": ("apart",), "keywords": {}}
    with pytest.raises(TypeError, match=r"Half and Apart share \{'apart'\}"):
        type("Half", (RuleKind,), halves)
    assert "half" not in KIND_OF


def uneven(rows: Any = PEOPLE, **settings: Any) -> TeamsProblem:
    """Return six people in two teams, or others."""
    usual: dict[str, Any] = {"balance": "g"} if "sizes" in settings else {"balance": "g", "teams": 2}
    return TeamsProblem.from_rows(rows, **(usual | settings))


MET = [("p0", "p2"), ("p0", "p4"), ("p2", "p4")]
"""The three women met before, and with two teams two of them meet again."""

CROSSED = [
    {"name": f"q{at}", "a": str(at // 2), "b": str(at % 2), "c": str((at // 2 + at) % 2)} for at in range(4)
]
"""No two of them differ in all three columns, so the best of any two teams is above 0."""

FAULTS: list[tuple[str, Any, Callable[..., Any], dict[str, Any]]] = [
    ("of_cost", objective.UnitCosts, lambda *_, **__: 0, {"rows": CROSSED, "balance": "a,b,c"}),
    ("number_cost", objective, lambda *_: 0, {"numbers": "skill"}),
    ("units_broken", objective, lambda problem, _: iter([0] * len(problem.rules)), {"met": MET}),
    ("class_cost", objective, lambda *_: 10**12, {"sizes": [2, 4], "balance": "g,busy"}),
    ("least_value", exchange, lambda *_: 10**15, {"balance": "g,busy"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "module", "fault", "settings"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_the_judge_notices_a_fault_in_what_methods_count(
    monkeypatch: pytest.MonkeyPatch, name: str, module: Any, fault: Any, settings: dict[str, Any]
) -> None:
    """A method whose own count is wrong claims too much, and the judge refuses the claim."""
    problem = uneven(**settings)
    assert eh.solve(problem).objective is not None
    monkeypatch.setattr(module, name, fault)
    with pytest.raises(JudgeError):
        eh.solve(problem)


RULES: dict[str, dict[str, Any]] = {
    "count": {"minimum": {"g=w": 3}, "balance": "g"},
    "together": {"together": [["p0", "p1", "p2"]], "balance": "busy"},
    "apart": {"apart": [["p0", "p1"]], "similar": "busy", "balance": []},
    "allowed": {"locked": {"p0": "Team 1", "p1": "Team 1", "p2": "Team 1"}, "balance": "busy"},
    "free": {"free": {"busy": 1}, "balance": "busy"},
}
"""A rule of each hard kind that the plan without it breaks."""


@pytest.mark.parametrize("kind", sorted(RULES))
def test_the_judge_notices_a_kind_of_rule_the_methods_forget(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A hard rule that search, count and program all overlook is found broken by the judge."""
    problem = uneven(**RULES[kind])
    overlook(monkeypatch, kind)
    with pytest.raises(JudgeError, match="broke hard rules"):
        eh.solve(problem)


CAPTAINS = [{**row, "captain": "yes"} for row in PEOPLE]


def rule(kind: str, people: str = "", **cells: Any) -> dict[str, Any]:
    """Return a rule that may be broken, at five points."""
    return {"kind": kind, "people": people, "weight": 5, **cells}


SOFT: dict[str, dict[str, Any]] = {
    "count": {"rules": [rule("min", column="g", value="w", min=3)]},
    "apart": {"rules": [rule("apart", "p0;p1")], "similar": "busy", "balance": []},
    "met": {"met": MET},
    "wish": {"wishes": MET},
    "friends": {"friends": {"p0": ["p1"], "p1": ["p3"], "p3": ["p5"]}, "balance": "busy"},
    "stay": {"rules": [rule("stay", "p0;p2;p4", team="Team 1")]},
    "free": {"rules": [rule("free", column="busy", min=1)], "balance": "busy"},
    "choice": {"rules": [rule("choice", person, team="Team 2") for person in ("p0", "p2", "p4")]},
    "allowed": {"rules": [rule("allow", "p0;p2;p4", team="Team 1")]},
    "role": {"rows": CAPTAINS, "roles": "captain", "similar": "busy", "balance": []},
}
"""Rules of each soft kind that the most even teams break."""


def test_every_kind_of_rule_is_forgotten_once() -> None:
    """No kind is left out: hard, soft, or both; ``lone`` stands in the test of its own."""
    assert set(RULES) | set(SOFT) | {"lone"} == set(KIND_OF)


def overlook(patch: pytest.MonkeyPatch, kind: str) -> None:
    """Make search, count and program all overlook a kind of rule."""
    side = type(KIND_OF[kind])
    patch.setattr(side, "search", lambda *_: SearchTerms())
    patch.setattr(side, "units", lambda _, __, many: np.zeros(len(many.awards), dtype=np.int64))
    patch.setattr(side, "program", lambda *_: None)
    patch.setattr(side, "counted_out", lambda *_: [])


@pytest.mark.parametrize("kind", sorted(SOFT))
def test_the_judge_notices_a_soft_rule_the_methods_forget(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """What a forgotten rule costs makes the claimed optimum false."""
    problem = uneven(**SOFT[kind])
    assert eh.solve(problem).status == "optimal"
    overlook(monkeypatch, kind)
    with pytest.raises(JudgeError, match="Claimed optimal, but"):
        eh.solve(problem)


def test_the_judge_notices_people_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team of two and one of four: the man in the small team is alone, as a forgotten rule forbids."""
    problem = uneven(no_lone="g=m", sizes=[2, 4])
    assert eh.solve(problem).awards.size
    overlook(monkeypatch, "lone")
    with pytest.raises(JudgeError, match="nobody alone with g=m in each team: alone in Team 1"):
        eh.solve(problem)


def test_the_judge_notices_teams_of_other_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A method that takes the sizes in another order fills the wrong teams."""
    problem = uneven(sizes=[2, 4])
    assert np.bincount(eh.solve(problem).awards).tolist() == [2, 4]
    turned = uneven(sizes=[4, 2])
    monkeypatch.setattr(exchange, "canonical", lambda _: turned)
    with pytest.raises(JudgeError, match=r"Team 1 has 4 members instead of 2\."):
        eh.solve(problem)


def cells_a_point_dearer(right: Callable[..., Any]) -> Callable[..., Any]:
    """Let the fewest people of each cell cost more than they do."""

    def wrong(*given: Any) -> Any:
        cells, least = right(*given)
        return [replace(cell, first=cell.first + 7) for cell in cells], least

    return wrong


def sizes_turned_round(right: Callable[..., Any]) -> Callable[..., Any]:
    """Read the people of the small teams as those of the large ones."""

    def wrong(*given: Any, **more: Any) -> Any:
        held, *rest = right(*given, **more)
        return held[:, ::-1].copy(), *rest

    return wrong


def twice_as_dear(right: Callable[..., Any]) -> Callable[..., Any]:
    """Count twice what people of a value cost in teams of a size."""
    return lambda *given: 2 * right(*given)


@pytest.mark.parametrize(
    ("name", "fault"),
    [("cells_of", cells_a_point_dearer), ("_solved", sizes_turned_round), ("class_cost", twice_as_dear)],
)
def test_the_judge_notices_a_fault_in_the_best_people_for_each_size(
    name: str, fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teams of five and six over five columns: a composition that is wrong proves a bound no plan keeps."""
    draw = np.random.default_rng(0)
    columns = {f"c{place}": draw.integers(0, wide, 23) for place, wide in enumerate((2, 4, 3, 5, 2))}
    problem = TeamsProblem.from_values(23, columns, teams=4)
    assert eh.solve(problem).status == "optimal"
    monkeypatch.setattr(composition, name, fault(getattr(composition, name)))
    with pytest.raises(JudgeError, match="beyond its own bound"):
        eh.solve(problem)


def test_both_codings_price_alike() -> None:
    """Over 300 random sizes the judge's prices equal the methods', by two independent ways to the ends."""
    draw = np.random.default_rng(4)
    for _ in range(300):
        sizes = draw.choice(draw.integers(1, 10, size=draw.integers(1, 5)), size=draw.integers(1, 8)).tolist()
        people = sum(sizes)
        columns = {name: draw.integers(-1, 4, people) for name in "xy"}
        problem = TeamsProblem.from_values(people, columns, sizes=sizes)
        mine, theirs = price_list(problem), objective.unit_costs(problem)
        assert (mine.step, mine.off, mine.point) == (theirs.step, theirs.off, theirs.point)
        for one, other in zip(mine.scales, theirs.yardsticks, strict=True):
            assert (one.best, one.worst, one.step) == (other.best, other.worst, other.step)
