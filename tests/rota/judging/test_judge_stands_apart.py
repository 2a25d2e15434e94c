"""The judge shares no code with any method, and notices when the methods' side is wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import EvenhandError, JudgeError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota import METHODS, RotaProblem, daily
from evenhand.rota.judging.attendance import days_inside, may_serve, members_on
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.due import carried, due_of, level_shares, most_seats
from evenhand.rota.rules import KIND_OF
from evenhand.rota.solving.model import entitlement, presence
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.online import heap
from evenhand.rota.solving.optimise import bound, layers, search
from evenhand.rota.solving.quota import mixing as quota_mixing
from evenhand.rota.solving.quota import quota
from evenhand.rota.solving.quota.views import Evened
from rota_boards import calendar
from rota_histories import random_rota

SOURCE = Path(eh.__file__).parent
PEOPLE = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]


@cache
def named_in(module: str) -> tuple[str, ...] | None:
    """Return what a module's own imports may name of evenhand; None where there is no such module."""
    path = SOURCE.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.exists():
        return None
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evenhand"):
            names += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names if alias.name.startswith("evenhand.")]
    return tuple(names)


def imports_of(module: str) -> set[str]:
    """Return every module of evenhand that a module imports, and what those import, functions' too."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        named = named_in(name)
        if name not in seen and named is not None:
            seen.add(name)
            waiting += named
    return seen


@pytest.mark.parametrize(
    "module", ["judge", "faults", "certificate", "due", "attendance", "recheck", "side_rules", "views"]
)
def test_the_judge_reaches_no_method(module: str) -> None:
    """Whatever the judge imports, and whatever that imports, no method and no question is among it."""
    reached = imports_of(f"evenhand.rota.judging.{module}")
    # The problem's constructors read tables when they are called; reading reaches no method either.
    wrong = sorted(name for name in reached if "rota.solving" in name or "rota.asking" in name)
    assert not wrong


def test_no_method_reaches_the_judge() -> None:
    """A method never asks its judge."""
    modules = [
        "evenhand." + ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for path in (SOURCE / "rota" / "solving").rglob("*.py")
        if path.name != "__init__.py"
    ]
    wrong = [(name, found) for name in modules for found in imports_of(name) if "rota.judging" in found]
    assert modules
    assert not wrong


def small(**more: Any) -> RotaProblem:
    """Return four people over twelve weeks, of whom Ada is away for the first half."""
    away = [{"name": "Ada", "from": "2026-01-05", "to": "2026-02-15"}]
    settings = {"policy": "ledger", "absences": away, **more}
    return RotaProblem.from_tables(PEOPLE, eh.weekly("2026-01-05", 12), **settings)


def nobody_is_away(problem: RotaProblem) -> Any:
    """Say who is able as if nobody were ever away."""
    return presence.members(problem)


def first_person_takes_all(right: Callable[..., Any]) -> Callable[..., Any]:
    """Make shares fall to the first person who could take the slot."""

    def wrong(problem: RotaProblem, able_to: Any = None) -> Any:
        out = right(problem, able_to)
        total = out.sum(axis=1)
        first = (out > 0).argmax(axis=1)
        out[:] = 0
        out[np.arange(len(out)), first] = total
        return out

    return wrong


def everybody_is_skilled(right: Callable[..., Any]) -> Callable[..., Any]:
    """Make everybody fit every seat."""

    def wrong(problem: RotaProblem, *rest: Any) -> Any:
        return np.ones_like(right(problem, *rest))

    return wrong


def patched_everywhere(patch: pytest.MonkeyPatch, name: str, wrong: Callable[..., Any]) -> None:
    """Replace a function of the methods' side in every module of ``solving`` that holds it."""
    import sys

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("evenhand.rota.solving") and hasattr(module, name):
            patch.setattr(module, name, wrong)


@pytest.mark.parametrize("method", ["online", "quota", "quota-smooth", "optimise"])
def test_the_judge_notices_forgotten_absences(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the methods forget that Ada is away, no plan with a turn of hers comes out."""
    patched_everywhere(monkeypatch, "able", nobody_is_away)
    monkeypatch.setattr(heap, "suits", lambda _problem: False)  # the fast way reads absences for itself
    with pytest.raises(EvenhandError) as raised:
        eh.solve(small(), method=method)
    assert "Ada" in str(raised.value) or "beyond its own bound" in str(raised.value)


@pytest.mark.parametrize("name", ["skilled", "seat_able"])
@pytest.mark.parametrize("method", ["online", "optimise"])
def test_the_judge_notices_forgotten_skills(method: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the methods let everybody take every seat, a seat without its skill is refused."""
    problem = RotaProblem.from_tables(
        [{"name": "A"}, {"name": "B"}, {"name": "Z", "skills": "cook"}],
        eh.weekly("2026-01-05", 12, seats=2, skills=["cook"]),
        policy="ledger",
        rest=1 if method == "optimise" else 0,
    )
    patched_everywhere(monkeypatch, name, everybody_is_skilled(getattr(presence, name)))
    patched_everywhere(monkeypatch, "able", presence.members)
    with pytest.raises(EvenhandError):
        eh.solve(problem, method=method)


@pytest.mark.parametrize("method", ["quota", "quota-smooth"])
def test_the_certificate_checker_notices_wrong_shares(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares that the methods make up are not those that the checker adds up."""
    problem = small()
    patched_everywhere(monkeypatch, "shares", first_person_takes_all(entitlement.shares))
    answer = METHODS[method].run(problem, 0, Limits(), Progress())
    assert answer.awards is not None
    assert not check(problem, answer.awards, answer.proof).holds


def test_the_judge_notices_a_wrong_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """An optimiser with made-up shares claims a value that the judge does not find."""
    patched_everywhere(monkeypatch, "shares", first_person_takes_all(entitlement.shares))
    with pytest.raises(EvenhandError):
        eh.solve(small(rest=1), method="optimise")


@pytest.mark.parametrize("seed", range(40))
def test_two_codings_agree(seed: int) -> None:
    """The judge's attendance, shares and opening lags are the methods', computed in two ways."""
    for problem in (
        random_rota(seed, weights=seed % 2 == 0, policy="ledger-member" if seed % 3 == 0 else "ledger"),
        calendar(seed, loads=True, classes=True, past=True),
    ):
        can = may_serve(problem)
        assert (can == presence.able(problem)).all()
        assert (due_of(problem, can).table() == entitlement.shares(problem)).all()
        assert (carried(problem) == entitlement.opening(problem)).all()
        day = int(problem.slot_start[-1])
        assert (members_on(problem, day) == presence.member_on(problem, day)).all()
        assert (days_inside(problem, day) == presence.member_days(problem, day)).all()


@pytest.mark.parametrize("seed", range(200))
def test_level_shares_are_level(seed: int) -> None:
    """Nobody above their room, all placed, and whoever has room left is at one level, to the tick."""
    draw = np.random.default_rng(seed)
    size = int(draw.integers(1, 9))
    weight, room = draw.integers(0, 6, size), draw.integers(0, 3, size) * TICKS
    total = int(draw.integers(0, int(room.sum()) + TICKS))
    out = level_shares(total, weight, room)
    claimed = (weight > 0) & (room > 0)
    assert int(out.sum()) == min(total, int(room[claimed].sum()))
    assert (out <= room).all()
    assert not out[~claimed].any()
    free = claimed & (out < room)
    if free.any():
        level = (out[free] / weight[free]).max()
        assert (out[claimed] <= np.minimum(room[claimed], weight[claimed] * level + 1)).all()
        assert (out[free] >= weight[free] * level - weight[free] - 1).all()
    assert (out == entitlement.poured(total, weight, room)).all()


def test_most_seats_by_hand() -> None:
    """Somebody who fits two seats makes room for who fits one of them only."""
    assert most_seats([[0, 1], [0]]) == 2
    assert most_seats([[0], [0]]) == 1
    assert most_seats([[], [3]]) == 1
    assert most_seats([[0, 1, 2], [0, 1], [0]]) == 3


FOUR = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]
HEAVY = [{"name": "Ada", "weight": 9}, {"name": "Bo"}, {"name": "Cy"}]
"""Ada is due nine turns of eleven, so that only a rule keeps her from serving day after day."""


def board(people: Any = FOUR, count: int = 8, seats: int = 1, hours: float = 0, **rules: Any) -> RotaProblem:
    """Return a rota of days, from Monday 5 January 2026."""
    slots = daily("2026-01-05", count, seats=seats, at="08:00" if hours else "", hours=hours)
    return RotaProblem.from_tables(people, slots, policy="ledger", **rules)


FIRST_WEEK = [f"2026-01-{day:02}" for day in range(5, 12)]
KINDS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "apart": ({"seats": 2}, [{"name": "Ada", "with": who} for who in ("Bo", "Cy")]),
    "together": ({"seats": 2}, [{"name": "Ada", "with": "Bo"}]),
    "most": ({"people": HEAVY}, [{"value": 1, "days": 3}]),
    "rest": ({"people": HEAVY}, [{"value": 1}]),
    "rest hours": ({"people": HEAVY, "hours": 12}, [{"value": 24}]),
    "in a row": ({"people": HEAVY, "count": 12}, [{"value": 2, "duty": "duty"}]),
    "least in a row": ({}, [{"value": 2}]),
    "whole weekends": ({"count": 7}, [{}]),
    "fixed": ({}, [{"name": "Ada", "date": day} for day in FIRST_WEEK[1:3]]),
    "forbidden": ({}, [{"name": "Ada", "date": day} for day in FIRST_WEEK]),
}  # fmt: skip
"""Kind of rule to a rota whose most even plan breaks it, and the rows of the rule."""


def forget(patch: pytest.MonkeyPatch, kind: str) -> None:
    """Make the methods overlook a kind of rule: its rows, its breaks, and what it closes slot by slot."""
    side = type(KIND_OF[kind])
    patch.setattr(side, "program", lambda *_: iter(()))
    patch.setattr(side, "breaches", lambda *_: [])
    patch.setattr(side, "closing", lambda *_: None)
    patch.setattr(side, "ahead", lambda *_: "")


def test_every_kind_of_rule_is_forgotten_once() -> None:
    """A wish breaks nothing, and a seat that may stay open leaves a worse plan, which no judge can see."""
    assert set(KINDS) == set(KIND_OF) - {"wish", "open seats"}


@pytest.mark.parametrize("weight", [0, 3])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_judge_notices_a_kind_of_rule_that_the_optimiser_forgets(
    kind: str, weight: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hard rule is found broken; of a soft one the breaks make the claimed optimum false."""
    settings, rows = KINDS[kind]
    problem = board(**settings, rules=[{"rule": kind, "weight": weight or "", **row} for row in rows])
    assert eh.solve(problem, method="optimise").status == "optimal"
    forget(monkeypatch, kind)
    with pytest.raises(JudgeError, match="Claimed optimal" if weight else "broke hard rules"):
        eh.solve(problem, method="optimise")


@pytest.mark.parametrize("kind", ["most", "rest", "rest hours", "forbidden"])
def test_the_judge_notices_a_kind_of_rule_that_a_policy_forgets(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slot by slot a policy keeps these rules; where it overlooks one, the judge finds it broken."""
    settings, rows = KINDS[kind]
    problem = board(**settings, rules=[{"rule": kind, **row} for row in rows])
    assert eh.solve(problem, method="online").awards.size
    forget(monkeypatch, kind)
    with pytest.raises(JudgeError, match="broke hard rules"):
        eh.solve(problem, method="online")


def test_the_judge_notices_pairs_that_a_policy_puts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first two whom the policy would take are parted by a rule that it then overlooks."""
    first = list(eh.solve(board(seats=2), method="online").columns["name"])[:2]
    problem = board(seats=2, apart=[tuple(first)])
    assert eh.solve(problem, method="online").awards.size
    forget(monkeypatch, "apart")
    monkeypatch.setattr(Barriers, "partners", lambda *_: [])
    with pytest.raises(JudgeError, match=rf"{min(first)} and {max(first)} serve 2026-01-05 together"):
        eh.solve(problem, method="online")


def test_the_judge_notices_exchanges_that_break_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are mixed by exchanges; one that does not look at the rules any more is found out."""
    names = [{"name": f"p{number}"} for number in range(5)]
    problem = board(names, 20, seats=2, rest=1)
    assert eh.solve(problem, method="optimise").awards.size
    monkeypatch.setattr("evenhand.rota.solving.optimise.mixing._Mix._kept", lambda *_: True)
    with pytest.raises(JudgeError, match="without the rest between turns"):
        eh.solve(problem, method="optimise")


def test_the_judge_notices_partners_who_are_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quota method mixes pairs as well; where it forgets who has a share, somebody away serves."""
    names = [{"name": f"p{number}"} for number in range(6)]
    away = [{"name": f"p{day % 6}", "from": f"2026-01-{5 + day:02}", "to": f"2026-01-{5 + day:02}"}
            for day in range(26)]  # fmt: skip
    problem = board(names, 26, seats=2, absences=away)
    assert eh.solve(problem, method="quota").awards.size
    monkeypatch.setattr(quota_mixing, "_shares", lambda *_: True)
    with pytest.raises(JudgeError, match="is not able to"):
        eh.solve(problem, method="quota")


def test_the_judge_notices_seats_that_are_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that believes one seat fewer can be filled leaves one open that somebody could take."""
    problem = RotaProblem.from_tables(
        [{"name": "A", "skills": "cook"}, {"name": "B"}, {"name": "C"}],
        daily("2026-01-05", 6, seats=2, skills=["cook"]),
        policy="ledger",
    )
    assert eh.solve(problem, method="online").awards.min() >= 0
    patched_everywhere(monkeypatch, "fillable", lambda *_: 1)
    with pytest.raises(JudgeError, match="is open, though somebody could take it"):
        eh.solve(problem, method="online")


def test_the_certificate_checker_notices_views_that_are_not_even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is evened and the method claims that all views are, the claim does not hold."""
    # Seven people in turn have a weekday each: one of them has every Friday.
    problem = board([{"name": f"p{number}"} for number in range(7)], 35)
    views = replace(
        problem, views=("Fridays",), slot_view=(problem.slot_start % 7 == 5).astype(np.int64)[:, None],
        view_rules=("",), booked_view=np.zeros((1, 7), dtype=np.int64),
    )  # fmt: skip
    answer = METHODS["quota"].run(views, 0, Limits(), Progress())
    assert answer.awards is not None
    assert check(views, answer.awards, answer.proof).excess == 0
    monkeypatch.setattr(
        quota, "evened", lambda pieces, *_: Evened([piece.row_of for piece in pieces], 0, proven=True)
    )
    lazy = METHODS["quota"].run(views, 0, Limits(), Progress())
    assert lazy.awards is not None
    assert "further off in Fridays than the certificate says" in str(check(views, lazy.awards, lazy.proof))


def a_turn_later(right: Callable[..., Any]) -> Callable[..., Any]:
    """Read the plan back one slot too late."""
    return lambda *given: np.roll(right(*given), 1, axis=0)


def dearer(right: Callable[..., Any]) -> Callable[..., Any]:
    """Count twice what each slot costs."""

    def wrong(self: Any) -> Any:
        cost, ahead = right(self)
        return [2 * part for part in cost], ahead

    return wrong


def rules_forgotten(_right: Callable[..., Any]) -> Callable[..., Any]:
    """Let every state go on, whatever rule it breaks."""
    return lambda _self, then, _slot: np.ones(len(then.weight), dtype=bool)


@pytest.mark.parametrize(
    ("name", "fault", "told"),
    [
        ("_close", rules_forgotten, "broke hard rules"),
        ("_plan", a_turn_later, "broke hard rules"),
        ("_costs", dearer, "beyond its own bound"),
    ],
)
def test_the_judge_notices_a_fault_in_the_search_by_layers(
    name: str, fault: Callable[..., Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nights in blocks of two, with Cy away: a wrong state, way back or cost comes to no plan."""
    problem = board(
        rules=[
            {"rule": "least in a row", "value": 2, "weight": ""},
            {"rule": "rest", "value": 2, "weight": 2},
        ],
        absences=[{"name": "Cy", "from": "2026-01-06", "to": "2026-01-08"}],
    )
    assert eh.solve(problem, method="optimise").status == "optimal"
    monkeypatch.setattr(layers._Search, name, fault(getattr(layers._Search, name)))
    with pytest.raises(JudgeError, match=told):
        eh.solve(problem, method="optimise")


def test_the_judge_notices_a_bound_that_no_plan_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where prices prove too much, the plan is not called proven: it lies below its own bound."""
    monkeypatch.setattr(search, "priced_bound", lambda *given: bound.priced_bound(*given) + 5)
    with pytest.raises(JudgeError, match="beyond its own bound"):
        eh.solve(small(rest=1), method="optimise")
