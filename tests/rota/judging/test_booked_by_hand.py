"""Turns booked inside a plan, as the judge places them among the plan's: worked out in the comments."""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.rota import RotaProblem
from evenhand.rota.judging.judge import judge

DAYS = ("2026-02-02", "2026-02-04", "2026-02-05", "2026-02-07", "2026-02-08")
ADA, BEN, CEM = range(3)


def rota(past: dict[str, str], rule: dict[str, Any], at: str = "") -> RotaProblem:
    """Make a rota of five days for three people, some turns of which are booked already."""
    times = {"at": at, "hours": "8"} if at else {}
    duties = [{"name": "door", "start": day, "every": "day", "count": "1"} | times for day in DAYS]
    return RotaProblem.from_tables(
        [{"name": name} for name in ("Ada", "Ben", "Cem")],
        duties,
        history=[{"date": day, "name": name} for day, name in past.items()],
        rules=[{key: str(value) for key, value in rule.items()}],
        policy="ledger",
        own_views=None,
    )


def faults(problem: RotaProblem, *crew: int) -> list[str]:
    """Return what is wrong with a plan, a person a day."""
    return list(judge(problem, np.array(crew)).faults)


def test_hours_of_rest_are_counted_from_the_turn_before() -> None:
    """Ada's turn of Monday comes before the one booked for Wednesday: all of Tuesday lies between."""
    booked = rota({"2026-02-04": "Ada"}, {"rule": "rest hours", "value": 24})
    assert not faults(booked, ADA, BEN, CEM, BEN, CEM)
    # Thursday begins when Wednesday ends: no hour of rest.
    assert any("Ada" in fault and "rest" in fault for fault in faults(booked, BEN, CEM, ADA, BEN, CEM))


def test_a_booked_turn_stands_at_its_own_start_day() -> None:
    """Booked for the third start day, with a rest of one, Ada may have the fifth and not the fourth."""
    booked = rota({"2026-02-05": "Ada"}, {"rule": "rest", "value": 1})
    assert any("rest between turns" in fault for fault in faults(booked, BEN, CEM, BEN, ADA, CEM))
    assert not faults(booked, BEN, CEM, BEN, CEM, ADA)


def test_a_turn_booked_for_the_first_day_is_no_older_than_the_plan() -> None:
    """Booked for the first start day, Ada rests on the second."""
    booked = rota({"2026-02-02": "Ada"}, {"rule": "rest", "value": 1})
    assert any("rest between turns" in fault for fault in faults(booked, BEN, ADA, CEM, BEN, CEM))
    assert not faults(booked, BEN, CEM, ADA, BEN, CEM)


def test_a_booked_turn_runs_at_no_time_that_is_known() -> None:
    """Ben served something on Wednesday, nobody knows when: he may serve at nine that day."""
    booked = rota({"2026-02-04": "Ben"}, {"rule": "most", "value": 5, "days": 7}, at="09:00")
    assert not faults(booked, ADA, BEN, CEM, ADA, CEM)
