"""Rotas too large for programs that even views: exchanges do it, and the proof says what is not proven."""

from __future__ import annotations

import importlib
from itertools import combinations
from math import ceil
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.views import views_of
from rota_boards import served

refine = importlib.import_module("evenhand.rota.solving.optimise.refine")

NAMES = [f"p{number}" for number in range(7)]


def worst(problem: RotaProblem, awards: Any) -> float:
    """Return how far anybody is off in any view, in turns."""
    return max(view.worst for view in views_of(problem, awards))


def meetings(problem: RotaProblem, awards: Any) -> list[int]:
    """Return how often each two people serve together."""
    plan = served(problem, awards)
    return [int(plan[:, one] @ plan[:, other]) for one, other in combinations(range(plan.shape[1]), 2)]


@pytest.mark.parametrize("rest", [0, 1])
def test_a_large_rota_is_evened_and_mixed_by_exchanges(rest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As even in views within a turn, and as mixed within two meetings, as the program makes it."""
    problem = RotaProblem.from_values(NAMES, daily("2026-01-05", 56, seats=2), policy="ledger", rest=rest)
    whole = eh.solve(problem, method="optimise")
    monkeypatch.setattr(refine, "CELLS", 0)
    plan = eh.solve(problem, method="optimise")
    assert judge(problem, plan.awards).faults == ()
    assert (plan.status, plan.objective) == (whole.status, whole.objective)
    assert worst(problem, plan.awards) <= worst(problem, whole.awards) + 1
    assert max(meetings(problem, plan.awards)) <= max(meetings(problem, whole.awards)) + 2
    excess = max(0, ceil(worst(problem, plan.awards)) - 1)
    assert plan.proof["views"]["proven"] == (not excess)
    said = "not proven that none is nearer" if excess else "In every view everybody is within one turn"
    assert said in plan.proof["says"]


def test_views_that_stay_uneven_are_said_unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any exchange the plan says how far somebody is off in a view, and that it is not proven."""
    monkeypatch.setattr(refine, "CELLS", 0)
    monkeypatch.setattr(refine, "evened", lambda _board, plan, *_: plan)
    problem = RotaProblem.from_values(NAMES, daily("2026-01-05", 56), policy="ledger", rest=1)
    plan = eh.solve(problem, method="optimise")
    excess = max(0, ceil(worst(problem, plan.awards)) - 1)
    assert excess
    assert f"up to {excess + 1} turns off; it is not proven that none is nearer." in plan.proof["says"]


@pytest.mark.parametrize("seed", range(4))
def test_wishes_are_granted_on_large_rotas_too(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who would rather not serve on some days serves on fewer of them, and as much in all."""
    monkeypatch.setattr(refine, "CELLS", 0)
    plain = RotaProblem.from_values(NAMES[:5], daily("2026-01-05", 40), policy="ledger", views="none", rest=1)
    before = served(plain, eh.solve(plain, method="optimise", seed=seed).awards)
    days = [plain.slot_label[slot] for slot in np.flatnonzero(before[:, 0]).tolist()]
    wishing = RotaProblem.from_values(
        NAMES[:5], daily("2026-01-05", 40), policy="ledger", views="none", rest=1,
        avoid=[(day, "p0") for day in days],
    )  # fmt: skip
    after = served(wishing, eh.solve(wishing, method="optimise", seed=seed).awards)
    assert (after.sum(axis=0) == before.sum(axis=0)).all()
    assert (after[:, 0] & before[:, 0]).sum() < before[:, 0].sum()
