"""A date is one day, however tables write it."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pandas as pd
import pytest

import evenhand as eh

SPELLINGS = (
    "2026-02-13", "2026-2-13", "13.02.2026", "13.2.2026", "Fri 13 Feb 2026", "13. Februar 2026", "20260213",
    "2026-02-13 00:00:00", "2026-02-13T00:00:00Z", "2026-02-13 00:00:00+01:00", "13/2/2026", "2/13/2026",
)  # fmt: skip


def problem_of(day: str, slots: str) -> eh.AllocationProblem:
    """Two candidates of a day, and its slots, each written in its own way."""
    rows = [{"item": item, "recipient": "Ann", "day": day, "score": 1} for item in ("van", "bus")]
    return eh.AllocationProblem.from_rows(rows, capacity=[{"day": slots, "slots": 1}])


def test_candidates_and_capacity_may_write_a_date_differently() -> None:
    """A day is known by its date: one slot for two candidates, and the name is ISO 8601."""
    # 13/2 and 2/13 in one plan leave open which comes first, and are refused
    for here, there in (pair for pair in product(SPELLINGS, SPELLINGS) if {*pair} != {*SPELLINGS[-2:]}):
        problem = problem_of(here, there)
        assert problem.days == ("2026-02-13",)
        assert len(eh.solve(problem).awards) == 1


def test_days_with_points_stand_in_the_order_of_time() -> None:
    """2 February comes after 30 January, though 02 comes before 30."""
    rows = [{"item": day, "recipient": "Ann", "day": day, "score": 1} for day in ("02.02.2026", "30.01.2026")]
    assert eh.AllocationProblem.from_rows(rows).days == ("2026-01-30", "2026-02-02")


def test_dates_of_data_frames_with_zones_are_days() -> None:
    """Midnight in a time zone, as frames hold it, is the day that it begins."""
    rows = pd.DataFrame({"item": ["van"], "recipient": ["Ann"], "score": [1]})
    rows["day"] = pd.to_datetime(["2026-02-13"]).tz_localize("Europe/Berlin")
    slots = pd.DataFrame({"day": [dt.date(2026, 2, 13)], "slots": [1]})
    assert eh.AllocationProblem.from_tables(rows, capacity=slots).days == ("2026-02-13",)


def test_a_date_that_may_be_read_both_ways_is_asked_for_or_told() -> None:
    """2/3/2026 beside full dates is an error; by itself it is a day, with a note on their order."""
    with pytest.raises(eh.InputError, match="could be 2026-02-03 or 2026-03-02"):
        problem_of("2026-02-03", "2/3/2026")
    with pytest.raises(eh.InputError, match="year of two digits"):
        problem_of("13.02.26", "2026-02-13")
    alone = problem_of("2/3/2026", "2/3/2026")
    assert alone.days == ("2/3/2026",)
    assert "order of their letters" in str(alone.warnings[0])
    # The other table's 13 says that the month comes first.
    rows = [{"item": "van", "recipient": "Ann", "day": "2/3/2026", "score": 1}]
    capacity = [{"day": day, "slots": 1} for day in ("2/3/2026", "2/13/2026")]
    assert eh.AllocationProblem.from_rows(rows, capacity=capacity).days == ("2026-02-03", "2026-02-13")


def test_pins_what_ifs_and_published_plans_name_days_as_they_like() -> None:
    """Whoever names a day of a plan may write its date in any of the ways tables may."""
    pin = [{"item": "van", "recipient": "Ann", "day": "13.2.2026"}]
    rows = [{"item": item, "recipient": "Ann", "day": "2026-02-13", "score": 1} for item in ("van", "bus")]
    capacity = [{"day": "2026-02-13", "slots": 1}]
    problem = eh.AllocationProblem.from_rows(rows, capacity=capacity, pins=pin)
    plan = eh.solve(problem)
    assert problem.items[problem.item[plan.awards[0]]] == "van"
    more = eh.allocation.what_if(plan, slots={"13 Feb 2026": 1})
    assert more.came == ("bus to Ann",)
    kept = eh.allocation.amended(problem, pin, frozen="13.02.2026")
    assert "1 of 1 published awards stay" in str(kept.changes)


def test_days_up_to_a_weekday_are_frozen_and_later_ones_are_free() -> None:
    """Freezing up to Tuesday asks nothing of Friday's awards, though F comes before T."""
    rows = [{"item": "van", "recipient": "Ann", "day": "Mon", "score": 1},
            {"item": "bus", "recipient": "Ann", "day": "Tue", "score": 1}]  # fmt: skip
    problem = eh.AllocationProblem.from_rows(rows)
    published = [("van", "Ann", "Mon"), ("car", "Bea", "Fri")]
    assert "1 of 2 published awards stay" in str(
        eh.allocation.amended(problem, published, frozen="Tue").changes
    )
