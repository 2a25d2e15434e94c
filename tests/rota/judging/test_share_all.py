"""Where seats ask for skills: equal turns over all, as far as skilled seats can be filled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import due_of
from evenhand.rota.solving.model import entitlement

FOUR = [{"name": name, "skills": "first aid" if name in "AB" else ""} for name in "ABCD"]


def rota(people: list[dict[str, Any]] = FOUR, **more: Any) -> RotaProblem:
    """Return 24 weeks of two seats, one of which asks for first aid."""
    return RotaProblem.from_tables(
        people, eh.weekly("2026-01-05", 24, seats=2, skills=["first aid"]), policy="ledger", **more
    )


def test_two_first_aiders_of_four() -> None:
    """Equal turns over all: 12 each; with each seat shared by those who fit it: 18, 18, 6 and 6."""
    for method in ("online", "optimise"):
        assert np.bincount(eh.solve(rota(), method=method).awards).tolist() == [12] * 4
        able = eh.solve(rota(share="able"), method=method)
        assert np.bincount(able.awards).tolist() == [18, 18, 6, 6]
    with pytest.raises(InputError, match="Choose all or able"):
        rota(share="some")


def test_one_first_aider_takes_the_skilled_seat() -> None:
    """Who alone has the skill takes its seat every week; the others share the rest alike."""
    people = [{"name": name, "skills": "first aid" if name == "A" else ""} for name in "ABCD"]
    assert np.bincount(eh.solve(rota(people)).awards).tolist() == [24, 8, 8, 8]


@pytest.mark.parametrize("seed", range(150))
def test_two_codings_of_skilled_shares_agree(seed: int) -> None:
    """Shares with random skills, weights and absences: exact sums, limits kept, both codings alike."""
    draw = np.random.default_rng(seed)
    count, seats = int(draw.integers(2, 8)), int(draw.integers(1, 5))
    kinds = ["cook", "drive", "nurse"]
    people = [
        {"name": f"p{at}", "weight": int(draw.integers(1, 5)),
         "skills": "; ".join(kind for kind in kinds if draw.random() < 0.5)}
        for at in range(count)
    ]  # fmt: skip
    asked = [kinds[int(draw.integers(0, 3))] for _ in range(int(draw.integers(1, seats + 1)))]
    away = [{"name": "p0", "from": "2026-01-12", "to": "2026-01-25"}]
    for share in ("all", "able"):
        problem = RotaProblem.from_tables(
            people, eh.weekly("2026-01-05", 4, seats=seats, skills=asked), policy="ledger", share=share,
            absences=away,
        )  # fmt: skip
        can = may_serve(problem)
        due = due_of(problem, can).table()
        assert (due == entitlement.shares(problem)).all()
        assert (due <= TICKS).all()
        assert not due[~can].any()
        other = due_of(replace(problem, share_able=1), can).table()
        assert (due.sum(axis=1) == other.sum(axis=1)).all()
