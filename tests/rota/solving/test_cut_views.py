"""Exchanges of stretches: a first plan that keeps the rules, and views where a limit ends the search."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InfeasibleError
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.views import views_of
from evenhand.rota.solving.optimise.board import board_of, kept
from evenhand.rota.solving.optimise.optimise import seated
from evenhand.rota.solving.optimise.search import lags, squares
from evenhand.rota.solving.optimise.soft import least_breaks, weight_of
from evenhand.rota.solving.optimise.start import dealt, ledger_start
from evenhand.rota.solving.optimise.stretch_swaps import (
    SLACK,
    with_fewer_breaks,
    with_stretches_exchanged,
    with_views_evened,
)
from rota_boards import BLOCKS, hospital


def ward(days: int, seed: int = 0) -> RotaProblem:
    """Return a ward of three shifts a day, with rests, a limit, a skill and part-timers."""
    draw = np.random.default_rng(seed)
    shifts = [("early", "06:00", 2, "charge"), ("late", "14:00", 2, ""), ("night", "22:00", 1, "")]
    duties = [
        {"name": name, "start": "2026-01-01", "every": "day", "count": days, "at": at, "hours": 8,
         "seats": seats, "skills": skill}
        for name, at, seats, skill in shifts
    ]  # fmt: skip
    people: list[dict[str, Any]] = [
        {"name": f"P{who:02}", "skills": "charge" * (who % 2), "weight": int(draw.integers(1, 3))}
        for who in range(10)
    ]
    rules = [{"rule": "rest hours", "value": 11}, {"rule": "most", "value": 5, "days": 7}]
    return RotaProblem.from_tables(people, duties, policy="ledger", rules=rules)


@pytest.mark.parametrize("proven", [False, True])
@pytest.mark.parametrize("seed", range(4 if os.environ.get("EVENHAND_SOAK") else 2))
def test_exchanges_keep_rules_and_accounts(seed: int, proven: bool) -> None:  # noqa: FBT001 - a parameter
    """Views come nearer; rules hold, no account ends further off; the sum grows by SLACK at most."""
    problem = ward(15, seed)
    board = board_of(problem)
    plan = ledger_start(board)
    assert plan is not None
    inside = problem.slot_view > 0
    share = np.diff(board.accounts[0].due, axis=0, prepend=0)
    due = np.stack([share[inside[:, view]].sum(axis=0) for view in range(inside.shape[1])])
    evener = with_views_evened(board, plan, inside, due, Progress(), proven=proven)
    assert kept(board, evener)
    owed = [np.abs(lags(board, turns)[0][-1]).max() for turns in (evener, plan)]
    assert owed[0] <= max(TICKS, owed[1])
    assert squares(board, evener) <= squares(board, plan) * (1 if proven else 1 + SLACK) + 1e-6

    def off(serves: Any) -> float:
        return float((((due / TICKS) - inside.T.astype(int) @ serves) ** 2).sum())

    assert off(evener) < off(plan)
    assert not judge(problem, seated(problem, board, evener)).faults


def test_a_search_that_is_cut_evens_the_views() -> None:
    """Two months of a ward in half a second: the worst view is less than half as far off as it was dealt."""
    problem = ward(62)
    plan = eh.solve(problem, limits=eh.Limits(seconds=0.5))
    assert plan.cut
    board = board_of(problem)
    dealt = ledger_start(board)
    assert dealt is not None
    before = max(view.worst for view in views_of(problem, seated(problem, board, dealt)))
    assert max(view.worst for view in views_of(problem, plan.awards)) < before / 2


@pytest.mark.parametrize(("days", "rules"), [(62, BLOCKS[:4]), (35, BLOCKS)])
def test_a_plan_is_found_where_dealing_finds_none(days: int, rules: list[dict[str, str]]) -> None:
    """Blocks of nights, and whole weekends as well: exchanges find a plan that keeps every rule."""
    board = board_of(hospital(days, rules))
    assert ledger_start(board) is None
    plan = with_stretches_exchanged(board, Progress(), None)
    assert plan is not None
    assert kept(board, plan)
    assert np.abs(lags(board, plan)[0]).max() < 2 * TICKS


def test_nothing_is_claimed_where_exchanges_find_no_plan() -> None:
    """One night in a row at most and two at least cannot both hold: no plan, and the search says so."""
    board = board_of(hospital(7, [BLOCKS[2], {"rule": "in a row", "value": "1", "duty": "night"}]))
    assert with_stretches_exchanged(board, Progress(seconds=0.2), None) is None


def soft_ward(days: int, *rules: dict[str, str]) -> RotaProblem:
    """Return a ward whose blocks, weekends and days of rest may be broken, as they cannot all hold."""
    weighed = [rule | {"weight": "3"} for rule in BLOCKS[2:]]
    return hospital(days, [*BLOCKS[:2], *weighed, {"rule": "rest days", "value": "4", "weight": "1"}, *rules])


@pytest.mark.parametrize(("rules", "seconds"), [((), 1.0), (({"rule": "open seats", "weight": "50"},), 0.0)])
def test_a_ward_with_soft_rules_has_a_plan_at_any_limit(rules: Any, seconds: float) -> None:
    """Too many states to follow and no time for programs: a plan, its breaks counted, said as cut."""
    problem = soft_ward(31, *rules)
    plan = eh.solve(problem, limits=eh.Limits(seconds=seconds))
    assert plan.cut
    assert (plan.awards >= 0).all()
    assert plan.bound is not None
    assert plan.objective is not None
    assert plan.bound <= plan.objective


def test_exchanges_break_less() -> None:
    """Exchanges lower the weight of breaks well below that of the dealt plan, and break no hard rule."""
    board = board_of(soft_ward(14))
    start = dealt(replace(board, rules=(*board.rules, *board.soft)))
    assert kept(board, start)
    fewer = with_fewer_breaks(board, Progress(seconds=0.0), start)
    assert kept(board, fewer)
    assert weight_of(board, fewer) < 0.9 * weight_of(board, start)


@pytest.mark.parametrize(
    "rules",
    [
        [*BLOCKS[:3], {"rule": "in a row", "value": "1", "duty": "night"}],
        [*BLOCKS[:4], {"rule": "rest days", "value": "4"}],
    ],
)
def test_rules_that_cannot_hold_are_said_before_any_exchange(rules: list[dict[str, str]]) -> None:
    """A large rota whose rules cannot all hold: the conflict is named without a look for a first plan."""
    progress = Progress()
    with pytest.raises(InfeasibleError, match="cannot all hold") as told:
        eh.solve(hospital(31, rules), progress=progress)
    assert len(told.value.conflict) > 1
    assert not {"exchanges", "least squares", "bound for every plan"} & set(progress.stages)


@pytest.mark.parametrize("weight", [{}, {"weight": "2"}])
def test_a_small_rota_has_a_plan_without_any_time(weight: dict[str, str]) -> None:
    """Where dealing runs into a rule, any plan that keeps the rules is handed out, and said as cut."""
    problem = hospital(7, [*BLOCKS[:2], BLOCKS[2] | weight, BLOCKS[3], BLOCKS[4] | weight])
    plan = eh.solve(problem, limits=eh.Limits(seconds=0.0))
    assert plan.cut
    assert not judge(problem, plan.awards).faults


@pytest.mark.parametrize("seconds", [0.02, 0.1])
def test_a_program_stopped_before_its_first_bound_hands_out_its_start(seconds: float) -> None:
    """HiGHS then knows minus infinity for a bound: the start is kept, and nothing is claimed of others."""
    board = board_of(soft_ward(31))
    start = dealt(replace(board, rules=(*board.rules, *board.soft)))
    least = least_breaks(board, Progress(seconds=seconds), start)
    assert 0 <= least.bound <= least.weight <= weight_of(board, start)
