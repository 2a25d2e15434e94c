"""What of a rota's proof is proven anew, and the sentences on it: each figure of a file altered by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.job import Recheck
from evenhand.core.shares import TICKS
from evenhand.rota.judging import recheck as module
from evenhand.rota.judging.judge import judge, statement_of
from evenhand.rota.judging.recheck import recheck, said
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from rota_boards import calendar

TURNS = np.array([0, 1, 0, 1])
HALF = TICKS // 2


def board(seats: int = 1, **changes: Any) -> RotaProblem:
    """Return four weekly turns of two people, half a turn due to each in every slot."""
    return replace(calendar(2, people=2, slots=4, seats=seats, away=0.0, churn=False), **changes)


@pytest.mark.parametrize(
    ("proof", "claims", "damage"),
    [
        ({}, (), ()),
        ({"seed": 3}, (), ()),
        ({"seed": "3"}, (), ("seed is not a whole number",)),
        ({"seed": True}, (), ("seed is not a whole number",)),
        ({"certificate": [1]}, (), ("certificate is not an object",)),
        ({"certificate": None}, (), ("certificate is not an object",)),
        ({"least_largest_lag": None}, (), ()),
        ({"least_largest_lag": 5}, ("least_largest_lag",), ()),
        ({"least_largest_lag": 5.0}, ("least_largest_lag",), ("least_largest_lag is not a whole number",)),
        ({"views": {"proven": False}}, (), ()),
        ({"views": {"proven": True}}, ("views",), ()),
        ({"views": {"proven": 1}}, ("views",), ("views is not an object that says what is proven",)),
        ({"views": []}, ("views",), ("views is not an object that says what is proven",)),
        ({"views": {}}, ("views",), ("views is not an object that says what is proven",)),
        ({"breaks": {"least": 0}}, (), ()),
        ({"breaks": {"least": 4}}, ("breaks",), ()),
        ({"breaks": {"least": False}}, (), ("breaks is not an object with the least weight",)),
        ({"breaks": 4}, ("breaks",), ("breaks is not an object with the least weight",)),
        ({"least_largest_lag": 5, "views": {"proven": True}, "breaks": {"least": 1}},
         ("least_largest_lag", "views", "breaks"), ()),
    ],
)  # fmt: skip
def test_what_a_file_claims_and_what_is_damaged(
    proof: dict[str, Any], claims: tuple[str, ...], damage: tuple[str, ...]
) -> None:
    """Whatever an optimiser found least stays a claim; what is not written as methods write it is damage."""
    assert recheck(board(), TURNS, proof) == Recheck(bound=0, damage=damage, claims=claims)


def test_a_certificate_is_checked_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices that prove the sum make it the bound; a forged figure is damage where shares are added up."""
    plan = eh.solve(board(), method="quota-smooth")
    paper = dict(plan.proof["certificate"])
    assert recheck(board(), plan.awards, {"certificate": paper}) == Recheck(bound=plan.objective)
    plain = {"before": paper["before"], "after": paper["after"], "parts": [{"first_slot": 0}]}
    assert recheck(board(), plan.awards, {"certificate": plain}) == Recheck(bound=0)
    forged = {"certificate": plain | {"after": np.asarray(plain["after"]) + np.array([0, 1, 0, 0])}}
    fault = "2026-01-12: the certificate's figures for p0001 are not what is due."
    fault = fault.replace("p0001", f"p000{plan.awards[1]}")
    told = recheck(board(), plan.awards, forged)
    assert told == Recheck(bound=0, damage=(f"certificate does not hold: {fault}",))
    two = {"certificate": plain | {"after": np.asarray(plain["after"]) + 1}}
    days = (f"2026-01-{5 + 7 * week:02}" for week in range(4))
    faults = [f"{day}: the certificate's figures for p000{who} are not what is due."
              for day, who in zip(days, plan.awards.tolist(), strict=True)]  # fmt: skip
    assert recheck(board(), plan.awards, two).damage == (f"certificate does not hold: {' '.join(faults)}",)
    # Four slots and two people are eight cells: up to so many are added up, and beyond the claim stands.
    for cells, damaged in ((8, True), (7, False)):
        monkeypatch.setattr(module, "QUICK", cells)
        assert bool(recheck(board(), plan.awards, forged).damage) == damaged


def told(problem: RotaProblem, awards: Any, proof: dict[str, Any], *, best: bool = False) -> str:
    """Return the sentences on a plan whose value meets its bound, or does not."""
    return said(problem, np.array(awards), 7, 7 if best else None, proof)["says"]


def test_the_largest_lag_is_counted_and_held_against_the_least() -> None:
    """In turn nobody is more than half a turn off; two turns in a row leave somebody a whole turn off."""
    assert said(board(), TURNS, 7, 7, {}) == {}
    assert said(board(), TURNS, 7, 7, {"says": "Perfect.", "certificate": {"before": []}}) == {}
    lag = "The largest lag is 0.50 turns"
    assert told(board(), TURNS, {"says": "Perfect."}) == f"{lag}."
    assert told(board(), TURNS, {"least_largest_lag": None}) == f"{lag}."
    assert told(board(), TURNS, {"least_largest_lag": HALF}) == (
        f"{lag}, and no plan that keeps the rules has a smaller one."
    )
    less = f"{lag}; the least that any plan could have is 0.25."
    assert told(board(), TURNS, {"least_largest_lag": TICKS // 4}) == less
    assert told(board(), TURNS, {"least_largest_lag": HALF - 1}).endswith("plan could have is 0.50.")
    squares = "No plan that keeps the rules has a smaller sum of squared lags."
    assert told(board(), TURNS, {"says": ""}, best=True) == f"{squares} {lag}."
    assert told(board(), [0, 0, 1, 1], {"says": ""}) == "The largest lag is 1.00 turns."
    # Damaged figures claim nothing.
    assert told(board(), TURNS, {"least_largest_lag": HALF, "seed": "x"}) == f"{lag}."


def test_breaks_views_and_pairs_are_counted() -> None:
    """Rules of a weight, views and who serves together: counted in the plan, whatever the file says."""
    night = SideRule(kind="rest", count=1, weight=4)
    broken = board(rules=(night,))
    # Ada serves twice in a row, and Ben: two breaks of weight 4.
    proof = {"breaks": {"least": 8}, "least_largest_lag": TICKS}
    assert told(broken, [0, 0, 1, 1], proof, best=True) == (
        "The rules cannot all hold: any plan breaks rules of weight 8 or more in all. "
        "No plan that breaks them as little has a smaller sum of squared lags. "
        "The largest lag is 1.00 turns, and no plan that breaks them as little has a smaller one."
    )
    assert told(broken, [0, 0, 1, 1], proof | {"breaks": {"least": 4}}).startswith(
        "Rules of weight 8 are broken; it is proven that 4 cannot be avoided. The largest lag"
    )
    assert told(broken, [0, 0, 1, 1], {"says": ""}).startswith(
        "Rules of weight 8 are broken; it is proven that 0"
    )
    assert "ules of weight" not in told(broken, TURNS, proof)
    viewed = board(views=("early", "late"), slot_view=np.array([[1, 0], [1, 0], [0, 1], [0, 1]]))
    even = "In every view everybody is within one turn of what was due."
    for proven in (True, False):
        assert told(viewed, TURNS, {"says": "", "views": {"proven": proven}}).endswith(even)
    assert told(viewed, [0, 0, 1, 1], {"says": "", "views": {"proven": True}}).endswith(
        "In the worst view somebody is up to 2 turns off; with this sum none is nearer."
    )
    assert told(viewed, [0, 0, 1, 1], {"says": "", "views": {"proven": False}}).endswith(
        "In the worst view somebody is up to 2 turns off; it is not proven that none is nearer."
    )
    assert told(viewed, [1, 1, 1, 1], {"says": "", "views": {"proven": True}}).endswith(
        "2 turns off; with this sum none is nearer."
    )
    pairs = board(seats=2)
    assert told(pairs, [0, 1, 1, 0, 0, -1, -1, 1], {"says": ""}).endswith("together more than 2 times.")
    assert told(pairs, [0, 1, -1, -1, 0, -1, -1, 1], {"says": ""}).endswith("together more than once.")
    assert "together" not in told(pairs, [0, -1, -1, 1, 0, -1, -1, -1], {"says": ""})


def test_the_judge_names_rules_and_counts_open_seats() -> None:
    """A soft rule is a term by its own words; a seat left open is due to nobody."""
    rest = SideRule(kind="rest", count=1, weight=4, said="a turn of rest")
    assert "rule: a turn of rest" in [term.name for term in judge(board(rules=(rest,)), TURNS).terms]
    open_turn = np.array([0, -1, 0, 1])
    whole = judge(board(), open_turn).statement
    assert whole is not None
    assert (
        statement_of(board(), open_turn).entitlement.tolist() == whole.entitlement.tolist() == [3 * HALF] * 2
    )
