"""A search that its limit ends leaves time for the views: exchanges of two turns, and what they promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem
from evenhand.rota.judging.judge import judge
from evenhand.rota.judging.views import views_of
from evenhand.rota.solving.optimise.board import board_of, kept
from evenhand.rota.solving.optimise.optimise import seated
from evenhand.rota.solving.optimise.search import largest_lag, squares
from evenhand.rota.solving.optimise.start import ledger_start
from evenhand.rota.solving.optimise.turn_swaps import SLACK, with_turns_exchanged


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
@pytest.mark.parametrize("seed", range(4))
def test_exchanges_keep_rules_turns_and_lags(seed: int, proven: bool) -> None:  # noqa: FBT001 - a parameter
    """Views come nearer; rules, turns and the largest lag stay; the sum grows by SLACK at most."""
    problem = ward(15, seed)
    board = board_of(problem)
    plan = ledger_start(board)
    assert plan is not None
    inside = problem.slot_view > 0
    share = np.diff(board.accounts[0].due, axis=0, prepend=0)
    due = np.stack([share[inside[:, view]].sum(axis=0) for view in range(inside.shape[1])])
    evener = with_turns_exchanged(board, plan, inside, due, Progress(), proven=proven)
    assert kept(board, evener)
    assert (evener.sum(axis=0) == plan.sum(axis=0)).all()
    assert largest_lag(board, evener) <= max(TICKS, largest_lag(board, plan))
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
