"""The judge shares no code with any method, and notices when the methods' side is wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import EvenhandError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota import METHODS, RotaProblem
from evenhand.rota.judging.attendance import days_inside, may_serve, members_on
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.due import carried, due_of, level_shares, most_seats
from evenhand.rota.solving.model import entitlement, presence
from evenhand.rota.solving.online import heap
from rota_boards import calendar
from rota_histories import random_rota

SOURCE = Path(eh.__file__).parent
PEOPLE = [{"name": name} for name in ("Ada", "Bo", "Cy", "Di")]


def imports_of(module: str) -> set[str]:
    """Return every module of evenhand that a module imports, and what those import, functions' too."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = SOURCE.joinpath(*name.split(".")[1:])
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name in seen or not path.exists():
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evenhand"):
                waiting += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names if alias.name.startswith("evenhand.")]
    return seen


@pytest.mark.parametrize("module", ["judge", "faults", "certificate", "due", "attendance"])
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
