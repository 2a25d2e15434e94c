"""The smallest set of rules in conflict: impossible together, possible without any one of them."""

from __future__ import annotations

import itertools
import os
from typing import Any

import numpy as np
import pytest

from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.rota.solving.optimise.board import Board, board_of
from evenhand.rota.solving.optimise.conflict import Conflict, smallest
from evenhand.rota.solving.optimise.optimise import run
from rota_boards import calendar


def tight(seed: int) -> Board:
    """Make a very small rota with more rules than it can bear."""
    draw = np.random.default_rng(seed)
    people, slots = int(draw.integers(2, 4)), int(draw.integers(2, 4))
    rules: dict[str, Any] = {"rest_slots": int(draw.integers(0, 3))}
    rules["apart"] = np.stack([draw.choice(people, 2, replace=False) for _ in range(2)])[
        : draw.integers(0, 3)
    ]
    rules["together"] = np.stack([draw.choice(people, 2, replace=False)])[: draw.integers(0, 2)]
    cells = np.stack([draw.integers(slots, size=3), draw.integers(people, size=3)], axis=1)
    rules["fixed"], rules["forbidden"] = cells[: draw.integers(0, 2)], cells[1 : 1 + draw.integers(0, 3)]
    if draw.random() < 0.4:
        rules["most_count"], rules["most_days"] = np.array([1]), np.array([int(draw.integers(7, 30))])
    return board_of(
        calendar(
            seed, people=people, slots=slots, seats=int(draw.integers(1, 3)), away=0.1, churn=False, **rules
        )
    )


def ways(board: Board) -> set[int]:
    """Return, as bit masks, the sets of rules that some plan keeps."""
    cells = np.argwhere(board.able)
    out = set()
    for bits in itertools.product((0, 1), repeat=len(cells)):
        plan = np.zeros(board.able.shape)
        plan[tuple(cells.T)] = bits
        kept = 0
        for at, rule in enumerate(board.rules):
            value = np.bincount(
                rule.row, weights=rule.factor * plan[rule.slot, rule.person], minlength=rule.lower.size
            )
            kept |= int(((value >= rule.lower) & (value <= rule.upper)).all()) << at
        out.add(kept)
    return out


def mask(rules: tuple[int, ...]) -> int:
    """Return rules as a bit mask."""
    return sum(1 << at for at in rules)


@pytest.mark.parametrize("start", [0, 40] if os.environ.get("EVENHAND_SOAK") else [0])
def test_smallest_against_brute_force(start: int) -> None:
    """The conflict is one, has no more rules than any other, and is None just where all rules can hold."""
    conflicts = 0
    for seed in range(start, start + 40):
        board = tight(seed)
        kept = ways(board)
        found = smallest(board, Progress())
        every = len(board.rules)
        if any(one == (1 << every) - 1 for one in kept):
            assert found is None
            continue
        assert found is not None
        conflicts += 1
        assert not any(mask(found.rules) & one == mask(found.rules) for one in kept)
        for size in range(len(found.rules)):
            for fewer in itertools.combinations(range(every), size):
                assert any(mask(fewer) & one == mask(fewer) for one in kept)
        assert found.minimal
        assert found.smallest
    assert conflicts > 5


def test_a_large_conflict_is_minimal() -> None:
    """On a year of 50 people the conflict is minimal: without any one of its rules the others can hold."""
    board = board_of(calendar(2, people=50, slots=52, seats=14, away=0.0, churn=False, rest_slots=3))
    found = smallest(board, Progress())
    assert found is not None
    assert found.minimal
    assert len(found.rules) == 5
    assert found.sentences[0] == (
        "50 people, 14 seats and 3 weeks of rest need at least 56 people (2026-01-05 to 2026-01-26)"
    )


def test_three_people_two_seats_and_a_week_of_rest() -> None:
    """The sum behind seats and rest is said in one sentence with its figures, then the rules."""
    problem = calendar(2, people=3, slots=10, seats=2, away=0.0, churn=False, rest_slots=1)
    answer = run(problem, 0, Limits(), Progress())
    assert answer.status is Status.INFEASIBLE
    assert answer.conflict == (
        "3 people, 2 seats and 1 week of rest need at least 4 people (2026-01-05 to 2026-01-12)",
        "2026-01-05 needs 2 people, and 3 people are able to take it",
        "2026-01-12 needs 2 people, and 3 people are able to take it",
        "everybody has 1 week of rest after a turn",
    )


def test_every_kind_of_rule_has_a_sentence() -> None:
    """Rules say their figures and names, so that somebody can act on them."""
    problem = calendar(
        2,
        people=4,
        slots=3,
        seats=2,
        away=0.0,
        churn=False,
        rest_slots=2,
        rest_days=3,
        apart=np.array([[0, 1]]),
        together=np.array([[2, 0], [2, 1]]),
        most_count=np.array([2]),
        most_days=np.array([10]),
        fixed=np.array([[0, 0]]),
        forbidden=np.array([[1, 1]]),
        skills=("driver",),
        seat_skill=np.array([0, -1] * 3),
        skill_person=np.array([0]),
        skill_code=np.array([0]),
    )
    said = {rule.kind: rule.sentence for rule in board_of(problem).rules}
    assert said == {
        "seats": "2026-01-19 needs 2 people, and 4 people are able to take it",
        "skill": "the seats of 2026-01-19 ask for skills: 1 for anybody, 1 for driver",
        "rest": "everybody has 2 weeks of rest and 3 whole days between turns after a turn",
        "apart": "p0000 and p0001 never serve together",
        "together": "p0002 serves only together with p0000 or p0001",
        "most": "nobody serves more than 2 turns in any 10 days",
        "fixed": "p0000 serves 2026-01-05",
        "forbidden": "p0001 does not serve 2026-01-12",
    }


def test_cut_short_it_claims_less() -> None:
    """A search that is stopped hands out a conflict that is one, and does not call it minimal."""
    board = board_of(calendar(2, people=3, slots=10, seats=2, away=0.0, churn=False, rest_slots=1))
    found = smallest(board, Progress(seconds=0.0))
    assert isinstance(found, Conflict)
    assert not found.minimal
    assert not found.smallest
