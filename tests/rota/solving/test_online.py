"""The method online: skills, side rules, open seats, publishing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import evenhand as eh
from evenhand.core.errors import MethodError
from evenhand.core.progress import Progress
from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.judging.judge import judge
from evenhand.rota.problem.policies import ACCRUALS, ORDERS, Accrual, Order, Policy
from rota_histories import random_rota

PEOPLE = [{"name": name} for name in ("Ada", "Bob", "Cy", "Di")]


def rota(people: Any = PEOPLE, weeks: int = 8, seats: int = 2, **more: Any) -> RotaProblem:
    """Return a small weekly rota."""
    duties = more.pop("duties", eh.weekly("2026-01-05", weeks, seats=seats))
    return RotaProblem.from_tables(people, duties, **{"policy": "ledger", **more})


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_makes_plans_without_faults(policy: str) -> None:
    """Whatever the history, the plan of every policy passes the judge, in the same bytes every time."""
    for seed in range(8):
        problem = random_rota(seed, people=5, slots=25, weights=seed % 2 == 0, policy=policy)
        solution = eh.solve(problem, method="online", seed=seed)
        assert judge(problem, solution.awards).faults == ()
        assert eh.solve(problem, method="online", seed=seed).awards.tolist() == solution.awards.tolist()


@pytest.mark.parametrize("accrual", ACCRUALS)
@pytest.mark.parametrize("order", ORDERS)
def test_every_pair_of_dials_plans(accrual: Accrual, order: Order) -> None:
    """Each accrual goes with each order: the plan has no faults and everybody serves."""
    problem = rota(policy=Policy("own", accrual, order, damping_days=14), weeks=8)
    solution = eh.solve(problem)
    assert solution.statement is not None
    assert int(solution.statement.received.min()) >= 3


def test_seats_with_skills_get_who_has_them() -> None:
    """A seat that asks for a skill is filled by somebody with it, even if that means moving a person over."""
    people = [{"name": "Ada", "skills": "lead; cook"}, {"name": "Bob", "skills": "lead"}, {"name": "Cy"}]
    problem = rota(people, duties=eh.weekly("2026-01-05", 6, seats=2, skills=["lead", "cook"]))
    names = eh.solve(problem).to_columns()["name"]
    assert names[1::2] == ["Ada"] * 6
    assert names[0::2] == ["Bob"] * 6


def test_a_slot_with_nobody_able_stays_open_with_its_reason() -> None:
    """Where everybody is away the seat stays open, says so, and the rest is planned."""
    away = [{"name": row["name"], "from": "2026-01-12", "to": "2026-01-18"} for row in PEOPLE]
    table = eh.solve(rota(absences=away)).to_columns()
    assert table["name"][2:4] == ["", ""]
    assert table["note"][2:4] == ["nobody is able"] * 2
    assert all(table["name"][:2])
    assert all(table["name"][4:])


def test_side_rules_hold_slot_by_slot() -> None:
    """Rest, pairs apart, limits, fixed and forbidden turns hold in a plan made slot by slot."""
    problem = rota(
        [{"name": name} for name in "ABCDEFGH"], rest=1, rest_days=3, apart=[("A", "B")], most=(2, 21),
        forbidden=[("2026-01-05", "D")],
    )  # fmt: skip
    solution = eh.solve(problem, method="online")
    fixed = eh.solve(rota(fixed=[("2026-01-12", "Cy")]), method="online").to_columns()
    assert "Cy" in fixed["name"][2:4]
    assert "D" not in solution.to_columns()["name"][:2]


def test_history_counts_for_limits_and_rest() -> None:
    """Turns of the history count towards the most of a period, and rest begins with them."""
    history = [{"date": "2025-12-22", "name": "Ada"}, {"date": "2025-12-29", "name": "Bob"}]
    problem = rota(weeks=2, seats=1, history=history, most=(1, 21))
    first = eh.solve(problem, method="online").to_columns()["name"][0]
    assert first in {"Cy", "Di"}
    rested = rota(weeks=1, seats=2, history=history, rest=2)
    assert set(eh.solve(rested, method="online").to_columns()["name"]) == {"Cy", "Di"}


def test_people_are_moved_to_another_seat_to_make_room() -> None:
    """Somebody able for two seats moves over for somebody able for one of them, by standing."""
    people = [{"name": "Ada", "skills": "lead; cook"}, {"name": "Bob", "skills": "cook"}, {"name": "Cy"}]
    duties = eh.weekly("2026-01-05", 6, seats=3, skills=["cook", "lead"])
    names = eh.solve(rota(people, duties=duties)).to_columns()["name"]
    assert names == ["Bob", "Ada", "Cy"] * 6


def test_two_duties_at_one_time_get_two_people() -> None:
    """Nobody serves two duties that run at the same time, unless overlaps are allowed."""
    duties = [*eh.weekly("2026-01-05", 4, name="cook"), *eh.weekly("2026-01-07", 4, name="wash")]
    names = eh.solve(rota(PEOPLE[:2], duties=duties)).to_columns()["name"]
    assert all(one != other for one, other in pairwise(names))
    alone = rota(PEOPLE[:1], duties=duties, overlaps=True)
    assert eh.solve(alone).to_columns()["name"] == ["Ada"] * 8


def test_substitutes_are_the_next_in_order() -> None:
    """Every slot names the next in order who are free, and naming them changes nothing."""
    plain, named = eh.solve(rota(weeks=4)), eh.solve(rota(weeks=4, substitutes=1))
    table = named.to_columns()
    assert table["name"] == plain.to_columns()["name"]
    assert all(
        one and one not in table["name"][2 * at : 2 * at + 2]
        for at, one in enumerate(table["substitutes"][::2])
    )
    apart = rota(weeks=1, seats=1, substitutes=3, apart=[("Ada", "Bob")])
    row = eh.solve(apart, method="online").to_columns()
    pair = {"Ada": "Bob", "Bob": "Ada"}.get(row["name"][0], "")
    assert pair not in row["substitutes"][0].split("; ") or not pair


def test_those_who_need_company_need_the_optimiser() -> None:
    """The rule ``together`` looks ahead, so online refuses it and names the method that keeps it."""
    with pytest.raises(MethodError, match="optimise"):
        eh.solve(rota(together=[("Ada", ["Bob"])]), method="online")
    with pytest.raises(MethodError, match="fixed turns beside other side rules"):
        eh.solve(rota(fixed=[("2026-01-12", "Cy")], rest=1), method="online")


@pytest.mark.parametrize("policy", ["rate", "ledger"])
def test_an_interrupted_plan_is_whole_and_said_as_cut(policy: str) -> None:
    """Half a plan is no plan: without any time every seat is filled, rests are kept, and it is said."""
    problem = rota(policy=policy, rest=1)
    for progress in (Progress(interrupted=True), Progress(seconds=0.0)):
        plan = eh.solve(problem, method="online", progress=progress)
        assert plan.cut
        assert (plan.awards >= 0).all()
        assert not judge(problem, plan.awards).faults
