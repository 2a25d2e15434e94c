"""Days stand in the order people expect, whatever the order of the rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evenhand as eh
from evenhand.allocation.problem.day_order import in_day_order


@pytest.mark.parametrize(
    "week",
    [
        "Mo Di Mi Do Fr Sa So",
        "Mon Tue Wed Thu Fri Sat Sun",
        "Mo. Di. Mi. Do. Fr. Sa. So.",
        "lun mar mer jeu ven sam dim",
        "lunes martes miércoles jueves viernes sábado domingo",
        "2026-09-30 2026-10-01 2026-10-12",
        "day 2 day-9 day-10".replace("day ", "day-"),
        "Early Late",
    ],
)
def test_days_are_in_order(week: str) -> None:
    """Weekdays of four languages from Monday on, dates by time, numbers by size, else by letters."""
    days = tuple(week.split())
    assert in_day_order(reversed(days)) == days


@given(st.lists(st.sampled_from(["Mo", "di", "Di", "1", "01", "a1", "a10", "", "²", "9" * 30, "x"])))
def test_the_order_knows_no_rows(days: list[str]) -> None:
    """Any texts come back once each, in one order whatever the order they came in."""
    assert in_day_order(days) == in_day_order(sorted(days))
    assert set(in_day_order(days)) == set(days)
    assert len(in_day_order(days)) == len(set(days))


def test_a_plan_has_its_days_in_order() -> None:
    """A table with German weekdays makes a problem whose days run from Monday."""
    problem = eh.AllocationProblem.from_values(
        ["Golf", "Polo", "Up"], ["Ann", "Bo", "Cy"], [1, 2, 3], days=["Mi", "Di", "Mo"]
    )
    assert problem.days == ("Mo", "Di", "Mi")
    assert eh.solve(problem).columns["day"] == ["Mo", "Di", "Mi"]
