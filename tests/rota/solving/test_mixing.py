"""Who serves with whom: the last criterion of every method, after policy, windows and views."""

from __future__ import annotations

import importlib
from itertools import pairwise, permutations

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.shares import TICKS
from evenhand.rota import POLICIES, RotaProblem, daily, weekly
from evenhand.rota.judging.certificate import check
from evenhand.rota.judging.views import views_of
from evenhand.rota.solving.model import company
from evenhand.rota.solving.model.standing import Standing
from rota_boards import calendar, served
from rota_histories import everybody, random_rota

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
    monkeypatch.setattr(quota, "mixed", lambda piece, *_: piece.row_of)
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
    monkeypatch.setattr(quota, "mixed", lambda piece, *_: piece.row_of)
    plain = eh.solve(problem, method="quota-smooth", seed=seed)
    assert (plan.objective, plan.bound) == (plain.objective, plain.bound)
    assert (pairs(problem, plan.awards) ** 2).sum() <= (pairs(problem, plain.awards) ** 2).sum()


def test_many_people_are_mixed_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hundred people in crews of four: fewer repeated meetings than without mixing."""
    names = [f"p{number:03d}" for number in range(400)]
    problem = RotaProblem.from_values(names, weekly("2026-01-05", 300, seats=4), policy="ledger")
    plan = eh.solve(problem, method="quota")
    monkeypatch.setattr(quota, "mixed", lambda piece, *_: piece.row_of)
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


MIXING = [policy for policy in POLICIES if policy != "round-robin"]
"""Policies that leave something free: whoever has waited longest is one person, or the crew of one slot."""


@pytest.mark.parametrize("policy", MIXING)
@pytest.mark.parametrize(("people", "seats"), [(4, 2), (6, 2), (7, 2), (12, 3)])
def test_the_policies_mix_pairs_slot_by_slot(policy: str, people: int, seats: int) -> None:
    """Over sixty weeks everybody meets each other about alike, and turns are as even as without mixing."""
    names = [f"p{number:02d}" for number in range(people)]
    problem = RotaProblem.from_values(names, weekly("2026-01-05", 60, seats=seats), policy=policy)
    plan = eh.solve(problem, method="online")
    off = pairs(problem, plan.awards)[~np.eye(people, dtype=bool)]
    assert off.max() - off.min() <= 2
    turns = np.bincount(plan.awards)
    assert turns.max() - turns.min() <= 1


@pytest.mark.parametrize("seed", range(20))
def test_mixing_slot_by_slot_keeps_the_ledgers_promise(seed: int) -> None:
    """With everybody able nobody is ever a whole turn ahead or behind, whatever the seats and weights."""
    draw = np.random.default_rng(seed)
    weights = [1] * 7 if seed % 2 else draw.integers(1, 4, 7).tolist()
    problem = everybody(weights, 40)
    problem = eh.RotaProblem.from_tables(
        [{"name": name, "weight": weight} for name, weight in zip(problem.people, weights, strict=True)],
        [*weekly("2026-01-05", 30, seats=2), *weekly("2026-08-03", 10, seats=3)],
        policy="ledger",
    )
    standing = Standing(problem, seed)
    for slot in range(len(problem.slot_start)):
        standing.open(slot)
        standing.pick(standing.able_to[slot])
        assert int(np.abs(standing.lags()).max()) < TICKS


@pytest.mark.parametrize("policy", MIXING)
def test_mixing_slot_by_slot_takes_nobody_owed_less(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With joiners, leavers and absences: lags lie as near as by the order alone, and pairs mix better."""
    spread, repeats = [], []
    for most in (company.MOST_SEATS, 0):
        monkeypatch.setattr(company, "MOST_SEATS", most)
        lags, met = [], 0
        for seed in range(12):
            problem = random_rota(seed, people=7, slots=60, policy=policy)
            plan = eh.solve(problem, method="online", seed=seed)
            standing = Standing(problem, seed)
            for slot, (low, high) in enumerate(pairwise(problem.first_seat.tolist())):
                crew = plan.awards[low:high]
                standing.open(slot)
                standing.serve(crew[crew >= 0], int(problem.load[slot]))
            lags.append(np.ptp(standing.lags()) / TICKS)
            met += int((pairs(problem, plan.awards) ** 2).sum())
        spread.append(np.mean(lags))
        repeats.append(met)
    assert repeats[0] < repeats[1]
    assert spread[0] <= spread[1] + 0.1


def test_seats_with_skills_mix_pairs_too() -> None:
    """Three leads and three others: each lead serves with each of the others about alike."""
    people = [{"name": f"p{number}", "skills": "lead" if number < 3 else ""} for number in range(6)]
    problem = RotaProblem.from_tables(
        people, weekly("2026-01-05", 60, seats=2, skills=["lead"]), policy="ledger", share="able"
    )
    met = pairs(problem, eh.solve(problem, method="online").awards)[:3, 3:]
    assert met.max() - met.min() <= 2


def test_a_newcomer_waits_for_the_first_turn_in_order() -> None:
    """Whoever has met nobody would always be the freshest partner: the first turn comes as without mixing."""
    people = {**dict.fromkeys("ABCDEF", "2025-01-06"), "Neu": "2026-01-05"}
    past = [
        {"date": f"2025-12-{day:02d}", "name": name}
        for day, pair in ((8, "AB"), (15, "CD"), (22, "EF"))
        for name in pair
    ]
    problem = RotaProblem.from_values(people, weekly("2026-01-05", 8, seats=2), history=past, policy="ledger")
    plan = eh.solve(problem, method="online").to_columns()["name"]
    assert "Neu" not in plan[:6]
    assert "Neu" in plan
