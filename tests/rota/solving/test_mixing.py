"""Who serves with whom: the last criterion of quota, after windows and views."""

from __future__ import annotations

import importlib
from itertools import pairwise

import numpy as np
import pytest

import evenhand as eh
from evenhand.rota import RotaProblem, daily, weekly
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.views import views_of
from evenhand.rota.solving.quota.mixing import together
from rota_boards import calendar, served

quota = importlib.import_module("evenhand.rota.solving.quota.quota")


def pairs(problem: RotaProblem, awards: np.ndarray) -> np.ndarray:
    """Return how often each two people serve together."""
    bounds = pairwise(problem.first_seat.tolist())
    crews = [[who for who in awards[low:high].tolist() if who >= 0] for low, high in bounds]
    return together(crews, len(problem.people))


def test_six_people_in_pairs_meet_everybody() -> None:
    """Over a year of pairs, everybody serves with each of the other five about alike."""
    problem = RotaProblem.from_values(list("ABCDEF"), weekly("2026-01-05", 60, seats=2), policy="ledger")
    met = pairs(problem, eh.solve(problem, method="quota").awards)
    off = met[~np.eye(6, dtype=bool)]
    assert off.min() >= 3
    assert off.max() <= 5


@pytest.mark.parametrize("seed", range(30))
def test_mixing_costs_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows, totals and views stay as they are, and pairs are mixed no worse than without."""
    names = [{"name": f"p{at}"} for at in range(7)]
    problem = (
        RotaProblem.from_tables(names, daily("2026-01-05", 42, seats=2 + seed % 2), policy="ledger")
        if seed % 3 == 0
        else calendar(seed, people=7, slots=30, seats=3, away=0.2)
    )
    plan = eh.solve(problem, method="quota", seed=seed)
    assert check(problem, plan.awards, plan.proof).holds
    monkeypatch.setattr(quota, "mixed", lambda piece, *_: piece.at)
    plain = eh.solve(problem, method="quota", seed=seed)
    assert (served(problem, plan.awards).sum(axis=0) == served(problem, plain.awards).sum(axis=0)).all()
    for one, other in zip(views_of(problem, plan.awards), views_of(problem, plain.awards), strict=True):
        assert one.served.tolist() == other.served.tolist()
    assert (pairs(problem, plan.awards) ** 2).sum() <= (pairs(problem, plain.awards) ** 2).sum()
