"""Who serves with whom: the last criterion of quota, after windows and views."""

from __future__ import annotations

import importlib
from itertools import pairwise, permutations

import numpy as np
import pytest

import evenhand as eh
from evenhand.rota import RotaProblem, daily, weekly
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.views import views_of
from rota_boards import calendar, served

quota = importlib.import_module("evenhand.rota.solving.quota.quota")


def pairs(problem: RotaProblem, awards: np.ndarray) -> np.ndarray:
    """Return how often each two people serve together."""
    out = np.zeros((len(problem.people),) * 2, dtype=np.int64)
    for low, high in pairwise(problem.first_seat.tolist()):
        for first, second in permutations((who for who in awards[low:high].tolist() if who >= 0), 2):
            out[first, second] += 1
    return out


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


def test_the_smoothest_plan_mixes_pairs_too() -> None:
    """Six people in pairs meet all the others under quota-smooth, and its proof still says the least sum."""
    problem = RotaProblem.from_values(list("ABCDEF"), weekly("2026-01-05", 60, seats=2), policy="ledger")
    plan = eh.solve(problem, method="quota-smooth")
    off = pairs(problem, plan.awards)[~np.eye(6, dtype=bool)]
    assert off.min() >= 3
    assert off.max() <= 5
    assert str(plan.status) == "optimal"
    assert check(problem, plan.awards, plan.proof).smoothest


@pytest.mark.parametrize("seed", range(12))
def test_mixing_the_smoothest_plan_keeps_its_sum(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With weights and absences: the same objective and certificate as without mixing, pairs no worse."""
    problem = calendar(seed, people=7, slots=24, seats=3, away=0.2)
    plan = eh.solve(problem, method="quota-smooth", seed=seed)
    assert check(problem, plan.awards, plan.proof).holds
    monkeypatch.setattr(quota, "mixed", lambda piece, *_: piece.at)
    plain = eh.solve(problem, method="quota-smooth", seed=seed)
    assert (plan.objective, plan.bound) == (plain.objective, plain.bound)
    assert (pairs(problem, plan.awards) ** 2).sum() <= (pairs(problem, plain.awards) ** 2).sum()


def test_many_people_are_mixed_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hundred people in crews of four: fewer repeated meetings than without mixing."""
    names = [f"p{number:03d}" for number in range(400)]
    problem = RotaProblem.from_values(names, weekly("2026-01-05", 300, seats=4), policy="ledger")
    plan = eh.solve(problem, method="quota")
    monkeypatch.setattr(quota, "mixed", lambda piece, *_: piece.at)
    plain = eh.solve(problem, method="quota")
    assert (pairs(problem, plan.awards) > 1).sum() < (pairs(problem, plain.awards) > 1).sum()


@pytest.mark.parametrize("method", ["quota", "quota-smooth", "optimise"])
def test_who_served_together_before_counts(method: str) -> None:
    """Ada and Ben served together all last year: this year they meet less than anybody else does."""
    past = [
        {"date": f"2025-{month:02d}-{day:02d}", "name": name}
        for month in range(1, 13)
        for day, crew in ((3, ("Ada", "Ben")), (17, ("Cem", "Dov")))
        for name in crew
    ]
    names = ["Ada", "Ben", "Cem", "Dov"]
    weeks = weekly("2026-01-05", 12, seats=2)
    problem = RotaProblem.from_values(names, weeks, history=past, policy="ledger", views="none")
    met = pairs(problem, eh.solve(problem, method=method).awards)
    assert met[0, 1] == met.min()
    assert met[0, 1] < met[0, 2] + met[0, 3]
    assert met[0, 1] <= 1
