"""What if, of a rota: the price of one change in turns, planned anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.core.solution import Solution
from evenhand.rota import RotaProblem, weekly

FOUR = ["Ada", "Ben", "Cem", "Dov"]


def plan(**more: Any) -> Solution:
    """Return a plan of twelve weeks for four people."""
    return eh.solve(RotaProblem.from_values(FOUR, weekly("2026-01-05", 12), policy="ledger", **more), seed=1)


def test_one_person_less_is_shared_by_the_others() -> None:
    """Without Dov the three others serve one turn more each, and the change is that one turn."""
    answer = eh.rota.what_if(plan(), without=["Dov"])
    assert answer.turns == {"Ada": (3, 4), "Ben": (3, 4), "Cem": (3, 4), "Dov": (3, 0)}
    assert answer.change == 1
    assert "Ada, Ben and Cem serve 1 turn more each; Dov serves 3 turns fewer." in str(answer)


def test_one_person_more_takes_their_part() -> None:
    """Eve comes and serves about a fifth; nobody serves more than before."""
    answer = eh.rota.what_if(plan(), join=["Eve"])
    assert answer.turns["Eve"][1] in {2, 3}
    assert all(after <= before for name, (before, after) in answer.turns.items() if name != "Eve")
    assert answer.after is not None
    assert answer.after.problem.people == (*FOUR, "Eve")


def test_an_absence_and_turns_that_are_decided() -> None:
    """Who is away does not serve; who is pinned does, and who is forbidden does not."""
    answer = eh.rota.what_if(
        plan(),
        away=[("Ada", "2026-01-05", "2026-02-15")],
        pin=[("Ben", "2026-01-12")],
        forbid=[("Cem", "2026-03-02")],
    )
    assert answer.after is not None
    names = answer.after.to_columns()["name"]
    assert "Ada" not in names[:6]
    assert names[1] == "Ben"
    assert names[8] != "Cem"
    same = eh.rota.what_if(plan(), away=[("Ada", "2026-02-02", "2026-02-02")])
    assert same.asked == ("Ada away 2026-02-02",)


def test_a_rule_that_goes() -> None:
    """With a rest that a pin breaks the rules in conflict are named; with the rest dropped it goes."""
    rested = plan(rest=3)
    names = rested.to_columns()["name"]
    pins = [(names[0], "2026-01-05"), (names[0], "2026-01-12")]
    refused = eh.rota.what_if(rested, pin=pins)
    assert refused.after is None
    assert refused.change is None
    assert any("rest" in rule for rule in refused.conflict)
    assert "cannot all hold" in str(refused)
    free = eh.rota.what_if(rested, pin=pins, drop=["rest"])
    assert free.after is not None
    assert free.after.problem.rest_slots == 0


@pytest.mark.parametrize("seed", range(8))
def test_nothing_else_changes(seed: int) -> None:
    """Asked for nothing that matters, the plan is the same; asked for anything, the turns add up."""
    draw = np.random.default_rng(seed)
    names = [f"p{number}" for number in range(6)]
    problem = RotaProblem.from_values(names, weekly("2026-01-05", 20, seats=2), policy="ledger")
    before = eh.solve(problem, seed=seed)
    assert eh.rota.what_if(before, away=[("p0", "2030-01-01", "2030-01-02")]).moved == 0
    gone = str(draw.choice(names))
    answer = eh.rota.what_if(before, without=[gone])
    assert sum(after for _, after in answer.turns.values()) == 40
    assert answer.turns[gone][1] == 0
    assert answer.left_open == (0, 0)


def test_what_is_unknown_is_said_at_once() -> None:
    """A person, a day, a turn and a rule that do not exist are told together, each with what is near."""
    with pytest.raises(InputError) as error:
        eh.rota.what_if(
            plan(), without=["Adda"], away=[("Ben", "2026-02-31"), ("Cem",)], pin=[("Ben", "2027-01-01")],
            drop=["rest"], join=["Ada"],
        )  # fmt: skip
    said = str(error.value)
    for part in ("Did you mean Ada?", "2026-02-31", "Cem", "2027-01-01", "no side rules", "already"):
        assert part in said
    with pytest.raises(InputError, match="ends before it begins"):
        eh.rota.what_if(plan(), away=[("Ben", "2026-02-03", "2026-02-01")])
