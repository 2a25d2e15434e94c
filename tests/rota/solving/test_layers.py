"""Small rotas exactly, slot by slot: the same optimum as all plans, and as the integer program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.progress import Progress
from evenhand.rota import RotaProblem, daily
from evenhand.rota.asking.soften import softened
from evenhand.rota.solving.optimise import layers
from evenhand.rota.solving.optimise.board import board_of, kept
from evenhand.rota.solving.optimise.layers import least_of_all
from evenhand.rota.solving.optimise.model import stretch
from evenhand.rota.solving.optimise.search import near, squares
from evenhand.rota.solving.optimise.soft import least_breaks, weight_of

FOUR = [{"name": name} for name in ("Ada", "Ben", "Cem", "Dov")]


def nights(count: int, *rules: dict[str, Any], **more: Any) -> RotaProblem:
    """Return nights for four people with rules."""
    table = [
        {"rule": "", "name": "", "with": "", "value": "", "days": "", "date": "", "weight": ""} | rule
        for rule in rules
    ]
    return RotaProblem.from_tables(FOUR, daily("2026-02-02", count), rules=table, policy="ledger", **more)


@pytest.mark.parametrize("seed", range(12))
def test_the_layers_find_what_the_integer_program_proves(seed: int) -> None:
    """With rests, blocks and limits of random weights: the same weight of breaks and sum of squares."""
    draw = np.random.default_rng(seed)
    rules: list[dict[str, Any]] = [
        {"rule": "rest", "value": str(draw.integers(1, 3)), "weight": str(draw.integers(1, 4))},
        {"rule": "least in a row", "value": "2", "weight": str(draw.integers(1, 4))},
        {"rule": "most", "value": "2", "days": "4", "name": "Ada", "weight": "2"},
        {"rule": "forbidden", "name": "Ben", "date": "2026-02-04", "weight": str(draw.integers(0, 3)) or ""},
    ]
    chosen = [rule for rule in rules if draw.random() < 0.7] or rules[:1]
    away = [{"name": "Cem", "from": "2026-02-03", "to": "2026-02-04"}] if seed % 3 == 0 else None
    problem = nights(7, *chosen, absences=away)
    board = board_of(problem)
    least = least_breaks(board, Progress())
    assert least.plan is not None
    assert least.weight == least.bound
    best = least_of_all(board, Progress(), least.weight, squares(board, least.plan))
    assert best is not None
    assert kept(board, best.plan)
    assert weight_of(board, best.plan) == best.weight == least.weight
    assert near(squares(board, best.plan), best.squares)
    program = stretch(board, Progress(), start=least.plan, breaks=least.weight)
    assert program.plan is not None
    assert best.squares == pytest.approx(squares(board, program.plan), rel=1e-6)


def test_twenty_nights_in_blocks_with_rest_are_proven() -> None:
    """Blocks of two and a night of rest cannot both hold: the plan that breaks least is proven as well."""
    problem = softened(nights(20, {"rule": "least in a row", "value": "2"}, {"rule": "rest", "value": "1"}))
    plan = eh.solve(problem)
    assert str(plan.status) == "optimal"
    # Ten blocks of two for four people: one block is parted, so that two of them come out even.
    assert sorted(np.bincount(plan.awards, minlength=4).tolist()) == [4, 5, 5, 6]


def test_too_many_states_are_left_to_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its limits, and for published turns, the search gives up instead of claiming anything."""
    board = board_of(nights(6, {"rule": "rest", "value": "1"}))
    assert least_of_all(board, Progress(), 0, 1e9) is not None
    monkeypatch.setattr(layers, "WIDE", 3)
    assert least_of_all(board, Progress(), 0, 1e9) is None
    monkeypatch.undo()
    monkeypatch.setattr(layers, "CREWS", 2)
    assert least_of_all(board, Progress(), 0, 1e9) is None
    assert least_of_all(board, Progress(interrupted=True), 0, 1e9) is None


def test_four_weeks_of_a_limit_that_cannot_hold_are_proven() -> None:
    """Two turns in any seven days are too few for three people: the fewest breaks, then the least lags."""
    rule = {"rule": "most", "value": "2", "days": "7", "weight": "1", "name": ""}
    problem = RotaProblem.from_tables(FOUR[:3], daily("2026-02-02", 28), rules=[rule], policy="ledger")
    board = board_of(problem)
    least = layers.least_weight(board, Progress())
    assert least is not None
    assert weight_of(board, least.plan) == least.weight == 5
    best = least_of_all(board, Progress(), least.weight, squares(board, least.plan))
    assert best is not None
    assert best.squares <= squares(board, least.plan) + 1e-9
    assert near(squares(board, best.plan), best.squares)
    fewer = RotaProblem.from_tables(FOUR[:3], daily("2026-02-02", 9), rules=[rule], policy="ledger")
    short = board_of(fewer)
    program, slotwise = least_breaks(short, Progress()), layers.least_weight(short, Progress())
    assert slotwise is not None
    assert program.weight == program.bound == slotwise.weight
