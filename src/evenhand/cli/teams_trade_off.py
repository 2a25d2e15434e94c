"""``evenhand teams --published PLAN --trade-off``: moves against evenness, for several prices of a move."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from evenhand.cli.output import say

if TYPE_CHECKING:
    from evenhand.teams import TeamsProblem

PRICES = (None, 50, 20, 10, 5, 2, 1, 0)
"""Points for a move, in turns: None moves only whom it must, 0 plans anew. 100 points are a column's way from
worst to best, so 50 is more than a swap nearly ever gains, and 1 is little in any class."""


def show_trade_off(problem_at: Callable[[int | None], TeamsProblem], *, method: str, seed: int) -> None:
    """Show how many people move and how even the teams then are, from few moves to all.

    Args:
        problem_at: the problem with this price of a move.
        method: how each is solved.
        seed: for tie-breaking.
    """
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text
    from evenhand.solver import solve
    from evenhand.teams import balance
    from evenhand.teams.asking.moves import moved_people

    rows: list[tuple[str, ...]] = []
    best = -1.0
    for price in PRICES:
        problem = problem_at(price)
        plan = solve(problem, method=method, seed=seed)
        moves = len(moved_people(problem_at(None), plan.awards))
        scored = balance(problem, plan.awards)
        # Prices fall, so moves rise: a plan that is no more even than one before is not worth its moves.
        if float(scored.overall) <= best:
            continue
        best = float(scored.overall)
        sentence = "only whom it must" if price is None else f"--move-price {price}"
        parts = [
            f"{float(scored.scores[criterion.name]):.1%}"
            for criterion in problem.criteria
            if criterion.weight
        ]
        rows.append((sentence, f"{moves:,}", f"{best:.1%}", *parts))
    named = [criterion.name for criterion in problem.criteria if criterion.weight]
    heads = ("price of a move", "people who move", "evenness", *named)
    show([
        Heading("Moves against evenness"),
        Grid(heads, tuple(rows), frozenset(range(1, len(heads)))),
        Text("Plan with the line you like; the first is what --published does by itself."),
    ])  # fmt: skip
    worth = "plan is" if len(rows) == 1 else "plans are"
    say(f"{len(PRICES)} prices tried; {len(rows)} {worth} worth the moves")
