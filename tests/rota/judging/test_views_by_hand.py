"""Views of small plans, and how unevenly one is shared, against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evenhand.core.shares import TICKS
from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.due import due_of
from evenhand.rota.judging.views import View, uneven_view, views_of


def fortnight() -> RotaProblem:
    """Return two weeks of days for Ada and Ben, half a turn due to each a day, and three days of history."""
    past = [{"date": f"2026-01-{day:02}", "name": name} for day, name in ((2, "Ada"), (3, "Ada"), (4, "Ben"))]
    problem = RotaProblem.from_tables(
        [{"name": "Ada"}, {"name": "Ben"}], daily("2026-01-05", 14), policy="ledger", history=past
    )
    weekend = (problem.slot_start % 7 == 6) | (problem.slot_start % 7 == 0)
    monday = problem.slot_start % 7 == 1
    return replace(
        problem,
        views=("weekends", "Mondays"),
        slot_view=np.stack([weekend, monday], axis=1).astype(np.int64),
        # Of history only the Saturday of Ada and the Sunday of Ben were a weekend's.
        history_view=np.array([[0, 0], [1, 0], [1, 0]]),
        booked_view=np.array([[TICKS // 4, -TICKS // 4], [0, 0]]),
        view_rules=("", ""),
    )


def test_what_each_view_made_due_and_who_served_it() -> None:
    """Four weekend days, all of them Ada's, and two Mondays, one open: a seat left open is due to nobody."""
    problem = fortnight()
    awards = np.array([-1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0])
    weekends, mondays = views_of(problem, awards)
    # History's day each, the quarter that Ada was owed by it, and half of each of four days.
    assert weekends.name == "weekends"
    assert weekends.served.tolist() == [5, 1]
    assert weekends.due.tolist() == [3 * TICKS + TICKS // 4, 3 * TICKS - TICKS // 4]
    assert weekends.lag.tolist() == [TICKS // 4 - 2 * TICKS, 2 * TICKS - TICKS // 4]
    assert weekends.worst == 1.75
    assert (mondays.name, mondays.served.tolist()) == ("Mondays", [0, 1])
    assert mondays.due.tolist() == [TICKS // 2, TICKS // 2]
    # A Friday that stays open takes nothing from the weekends.
    awards[11] = -1
    assert views_of(problem, awards)[0].due.tolist() == weekends.due.tolist()
    # What is due can be handed in; without views there are none.
    due = due_of(problem, may_serve(problem), awards)
    assert [view.due.tolist() for view in views_of(problem, awards, due)] == [
        weekends.due.tolist(), mondays.due.tolist(),
    ]  # fmt: skip
    doubled = replace(due, ticks=2 * due.ticks)
    assert views_of(problem, awards, doubled)[1].due.tolist() == [TICKS, TICKS]
    none = replace(
        problem, views=(), slot_view=np.zeros((14, 0), dtype=np.int64), view_rules=(),
        history_view=np.zeros((3, 0), dtype=np.int64), booked_view=np.zeros((0, 2), dtype=np.int64),
    )  # fmt: skip
    assert views_of(none, awards) == []


@pytest.mark.parametrize(
    ("due", "served", "uneven"),
    [
        ((1, 1), (1, 1), 0.0),
        # Half of the people have all: one less twice the triangle under their half.
        ((1, 1), (2, 0), 0.5),
        ((1, 1), (0, 2), 0.5),
        # One turn for two is uneven whoever has it.
        ((0.5, 0.5), (1, 0), 0.0),
        ((0.5, 0.5), (0, 1), 0.0),
        ((3, 1), (3, 1), 0.0),
        ((3, 1), (4, 0), 0.25),
        # A quarter of what is due gets everything: 1 - 1/4.
        ((3, 1), (0, 4), 0.75),
        # Three of three against two and one: 1/6 above what whole turns force.
        ((1.5, 1.5), (3, 0), 0.5 - 1 / 6),
        ((0, 0), (1, 0), 0.0),
        ((1, 1), (0, 0), 0.0),
        # Whoever is ahead of a view already is due nothing of it, and takes no part in it.
        ((-1, 2), (0, 2), 0.0),
        ((0, 2), (2, 0), 1.0),
        # A fifth of what is due gets half: 3/10, and one of four, the nearest, is 1/20.
        ((1, 4), (2, 2), 0.25),
        ((1, 1, 1), (3, 0, 0), 2 / 3),
        ((1, 1, 1), (0, 1, 2), 4 / 9),
    ],
)
def test_how_unevenly_a_view_is_shared(
    due: tuple[float, ...], served: tuple[int, ...], uneven: float
) -> None:
    """The Gini of turns over what was due, less that of the nearest whole outcome."""
    view = View("view", (np.array(due) * TICKS).astype(np.int64), np.array(served))
    assert uneven_view(view) == pytest.approx(uneven, abs=1e-6)
