"""More freedom for a published plan: what each price of a change gives, from few changes to the best plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.core.solution import Solution

Planned = Callable[[Any], Solution]

MOST: Final = 9
"""Rows of the table at most: what a panel shows without scrolling. Each row of an allocation takes up to two
solves."""

LADDERS: Final[Mapping[str, tuple[Any, ...]]] = {
    # points, of which 100 are a column's way from worst to best
    "teams": ("few", 50, 20, 10, 5, 2, 1, "best"),
    # turns that a change must bring somebody nearer to even
    "rota": ("few", 3, 2, 1.5, 1, 0.75, 0.5, 0.25, "best"),
}
"""Prices tried where a plan's value has no exact trade against changes, the highest first."""


def freedom(recipe: Recipe, planned: Planned, before: Any, progress: Progress) -> dict[str, Any]:
    """Return what every price of a change gives: published awards that change, and what the plan is worth.

    Args:
        recipe: the draft.
        planned: the plan of the draft with this value of its setting ``change``.
        before: the table of what is published.
        progress: may interrupt; what is solved by then is told.

    Returns:
        Rows with the fewest changes first; each row is worth more than the one before it.
    """
    heads, worth = SAID[recipe.job]
    if recipe.job in LADDERS:
        rows = _climbed(LADDERS[recipe.job], planned, before, worth, progress)
    else:
        rows = _hull(planned, before, worth, progress)
    return {"rows": rows, "worth": heads}


def _climbed(
    ladder: tuple[Any, ...], planned: Planned, before: Any, worth: Any, progress: Progress
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for price in ladder:
        if progress.stop():
            break
        row = {"change": price, **worth(planned(price), before)}
        # a plan that is worth no more than one with fewer changes is not worth them
        if not rows or row["value"] > rows[-1]["value"]:
            rows.append(row)
    return rows


def _hull(planned: Planned, before: Any, worth: Any, progress: Progress) -> list[dict[str, Any]]:
    """Return every plan that some price of a change makes the best, by halving between two that are known.

    Reference: Aneja, Nair, *Bicriteria transportation problem*, Management Science 25 (1979).
    """

    def row_at(price: Any) -> dict[str, Any]:
        return {"change": price, **worth(planned(price), before)}

    few, best = row_at("few"), row_at("best")
    if best["value"] <= few["value"] or best["moves"] <= few["moves"]:
        # a search that was stopped may end with a best plan that changes no more than the first
        return [few if few["value"] >= best["value"] else best]
    rows, pairs = [few, best], [(few, best)]
    while pairs and len(rows) < MOST and not progress.stop():
        left, right = pairs.pop(0)
        price = (right["value"] - left["value"]) / (right["moves"] - left["moves"])
        # prices are whole units of the plan's own: a row keeps the price that it was solved at
        price = round(price * few["scale"]) / few["scale"]
        row = row_at(int(price) if price == int(price) else price)
        # at a rounded price one end may win, or a plan beyond it
        if left["moves"] < row["moves"] < right["moves"] and left["value"] < row["value"] < right["value"]:
            rows.append(row)
            pairs += [(left, row), (row, right)]
    return sorted(rows, key=lambda row: int(row["moves"]))


def _points(solution: Solution, before: Any) -> dict[str, Any]:
    heads = ("item", "recipient", "day")
    told = set(zip(*(before.columns[head] for head in heads), strict=True))
    problem = solution.problem
    given = {
        (
            problem.items[problem.item[award]],
            problem.recipients[problem.recipient[award]],
            problem.days[problem.day[award]],
        )
        for award in solution.awards.tolist()
    }
    value = (solution.objective or 0) / problem.scale
    return {"moves": len(told - given), "value": value, "shown": value, "scale": problem.scale}


def _evenness(solution: Solution, before: Any) -> dict[str, Any]:
    from evenhand.teams import balance

    problem = solution.problem
    told = dict(zip(before.columns["person"], before.columns["team"], strict=True))
    codes = solution.awards.tolist()
    moves = sum(
        told.get(name, problem.teams[codes[person]]) != problem.teams[codes[person]]
        for person, name in enumerate(problem.people)
    )
    value = round(100 * float(balance(problem, solution.awards).overall), 1)
    return {"moves": moves, "value": value, "shown": f"{value:.1f}%"}


def _spread(solution: Solution, before: Any) -> dict[str, Any]:
    from evenhand.rota.asking.panel import fairness

    problem = solution.problem
    heads = ("date", "duty", "name")
    told = set(zip(*(before.columns[head] for head in heads), strict=True))
    slots = problem.seat_slot.tolist()
    serves = {
        (
            problem.slot_label[slots[seat]],
            problem.duties[int(problem.slot_duty[slots[seat]])],
            problem.people[who],
        )
        for seat, who in enumerate(solution.awards.tolist())
        if who >= 0
    }
    # compared as it is shown: two rows that read the same are one choice
    spread = round(fairness(problem, solution.awards).spread, 1)
    return {"moves": len(told - serves), "value": -spread, "shown": spread}


SAID: Final[Mapping[str, tuple[str, Any]]] = {
    "allocation": ("points", _points),
    "teams": ("evenness", _evenness),
    "rota": ("turns between most ahead and most owed", _spread),
}
"""Job to what a plan is worth in words, and what counts it."""
