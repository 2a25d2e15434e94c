"""Time is the world's: overlap and rest by UTC, and the rhythms that people have."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InputError
from evenhand.rota import RotaProblem, daily
from evenhand.rota.judging.judge import judge

FOUR = [{"name": name} for name in ("Ann", "Ben", "Cy", "Di")]


def shift(name: str, at: str, zone: str, count: int = 6, **more: Any) -> dict[str, Any]:
    """Return a daily duty of eight hours."""
    row = {"name": name, "start": "2026-01-05", "every": "day", "count": count, "at": at, "hours": 8}
    return {**row, "timezone": zone, **more}


TOKYO, SAME = shift("Tokyo", "09:00", "Asia/Tokyo"), shift("Oslo night", "01:00", "Europe/Oslo")
LATER = shift("Oslo day", "09:00", "Europe/Oslo")


def spans(problem: RotaProblem, awards: np.ndarray) -> list[list[tuple[int, int]]]:
    """Return each person's turns as minutes in UTC, sorted."""
    out: list[list[tuple[int, int]]] = [[] for _ in problem.people]
    for slot, who in zip(problem.seat_slot.tolist(), awards.tolist(), strict=True):
        if who >= 0:
            out[who].append((int(problem.slot_utc[slot]), int(problem.finish_utc[slot])))
    return [sorted(turns) for turns in out]


@pytest.mark.parametrize("method", ["online", "optimise"])
def test_nobody_serves_in_two_places_during_the_same_hours(method: str) -> None:
    """Nine in Tokyo is one at night in Oslo: nobody has both, though the clocks on the wall differ."""
    problem = RotaProblem.from_tables(FOUR, [TOKYO, SAME, LATER], policy="ledger")
    solution = eh.solve(problem, method=method)
    for turns in spans(problem, solution.awards):
        assert all(one[1] <= other[0] for one, other in pairwise(turns))
    tokyo, oslo = (problem.duties.index(name) for name in ("Tokyo", "Oslo night"))
    first = {int(problem.slot_duty[slot]): slot for slot in range(3)}
    both = np.full(int(problem.seats.sum()), -1)
    both[[first[tokyo], first[oslo]]] = 0
    assert any("two slots at the same time" in fault for fault in judge(problem, both).faults)


@pytest.mark.parametrize("method", ["online", "optimise"])
def test_who_can_serve_both_is_not_refused(method: str) -> None:
    """The same clock on the wall in Tokyo and Oslo is eight hours apart: one person can have both."""
    problem = RotaProblem.from_tables([{"name": "Ann"}], [TOKYO, LATER], policy="ledger")
    solution = eh.solve(problem, method=method)
    assert (solution.awards == 0).all()


@pytest.mark.parametrize("method", ["online", "optimise"])
def test_rest_in_hours(method: str) -> None:
    """Eleven hours of rest hold between any two turns, across zones; the judge sees one that is shorter."""
    problem = RotaProblem.from_tables(FOUR, [TOKYO, LATER], policy="ledger", rest_hours=11)
    assert problem.rest_minutes == 660
    solution = eh.solve(problem, method=method)
    gaps = [
        later[0] - earlier[1]
        for turns in spans(problem, solution.awards)
        for earlier, later in pairwise(turns)
    ]
    assert min(gaps) >= 660
    faults = judge(problem, np.zeros_like(solution.awards)).faults
    assert any("without 11 hours of rest" in fault for fault in faults)


def test_rest_in_hours_heeds_history() -> None:
    """Whoever served yesterday, till when is not known, rests from midnight on."""
    history = [{"date": "2026-01-04", "name": "Ann"}]
    problem = RotaProblem.from_tables(
        FOUR[:2], [shift("x", "08:00", "", 2)], policy="ledger", history=history, rest_hours=9
    )
    for method in ("online", "optimise"):
        assert eh.solve(problem, method=method).awards.tolist() == [1, 0]
    assert judge(problem, np.array([0, 1])).faults


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("first Sunday", ["2026-03-01", "2026-04-05", "2026-05-03"]),
        ("last Friday of the month", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("2nd Tuesday", ["2026-01-13", "2026-02-10", "2026-03-10"]),
        ("fifth Monday", ["2026-03-30", "2026-06-29", "2026-08-31"]),
        ("Mon/Wed/Fri", ["2026-01-05", "2026-01-09", "2026-01-12"]),
        ("Tuesdays and Thursdays", ["2026-01-06", "2026-01-08", "2026-01-13"]),
        ("weekdays", ["2026-01-05", "2026-01-06", "2026-01-08"]),
        ("weekends", ["2026-01-10", "2026-01-11", "2026-01-17"]),
        ("every other week", ["2026-01-05", "2026-01-19", "2026-02-16"]),
        ("first and third Sunday", ["2026-01-18", "2026-02-15", "2026-03-01"]),
        ("1st, 3rd & 5th Thursdays of the month", ["2026-01-15", "2026-01-29", "2026-02-05"]),
        ("fourth and last Friday", ["2026-01-23", "2026-01-30", "2026-02-27"]),
        ("jeden zweiten Sonntag", ["2026-01-11", "2026-01-25", "2026-02-08"]),
        ("erster und dritter Sonntag", ["2026-01-18", "2026-02-15", "2026-03-01"]),
        ("every other Sunday", ["2026-01-11", "2026-01-25", "2026-02-08"]),
        ("every second Sunday of the month", ["2026-01-11", "2026-02-08", "2026-03-08"]),
        ("quarterly", ["2026-01-05", "2026-04-05", "2026-07-05"]),
        ("every other day", ["2026-01-05", "2026-01-09", "2026-01-11"]),
        ("1. Sonntag im Monat", ["2026-03-01", "2026-04-05", "2026-05-03"]),
        ("dernier vendredi du mois", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("segundo martes del mes", ["2026-01-13", "2026-02-10", "2026-03-10"]),
        ("lundi, mercredi et vendredi", ["2026-01-05", "2026-01-09", "2026-01-12"]),
        ("Di und Do", ["2026-01-06", "2026-01-08", "2026-01-13"]),
        ("werktags", ["2026-01-05", "2026-01-06", "2026-01-08"]),
        ("alle 2 Wochen", ["2026-01-05", "2026-01-19", "2026-02-16"]),
        ("cada 2 semanas", ["2026-01-05", "2026-01-19", "2026-02-16"]),
        ("tous les quinze jours", ["2026-01-05", "2026-01-19", "2026-02-16"]),
    ],
)
def test_rhythms_people_have(every: str, days: list[str]) -> None:
    """Each rhythm gives the days a calendar shows, skipped dates left out and not counted."""
    duty = {"name": "x", "start": "2026-01-05", "every": every, "count": 3}
    skip = "2026-01-07; 2026-02-01 to 2026-02-03"
    problem = RotaProblem.from_tables(FOUR, [{**duty, "skip": skip}])
    assert list(problem.slot_label) == days


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("every", "Mon, Xyz", "is not a rhythm"), ("every", "sixth Sunday", "is not a rhythm"),
     ("every", "every second Sunday", "may mean every so many weeks, or once a month"),
     ("every", "first and sixth Sunday", "is not a rhythm"),
     ("skip", "2026-13-02", "which is not a day"),
     ("skip", "2026-02-03 to 2026-02-01", "which is not a day")],
)  # fmt: skip
def test_what_is_no_rhythm(column: str, value: str, said: str) -> None:
    """A rhythm or a skipped day that cannot be read is an error by row and column."""
    duty = {"name": "x", "start": "2026-01-05", "every": "day", "count": 3}
    with pytest.raises(InputError, match=said):
        RotaProblem.from_tables(FOUR, [{**duty, column: value}])


def test_a_calendar_of_days_without_turns(tmp_path: Path) -> None:
    """School holidays from a calendar file, or a table, leave those days out."""
    calendar = tmp_path / "school.ics"
    event = ["UID:1", "DTSTAMP:20260101T000000Z", "SUMMARY:Winter"]
    event += ["DTSTART;VALUE=DATE:20260106", "DTEND;VALUE=DATE:20260109"]
    head, tail = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", "BEGIN:VEVENT"], ["END:VEVENT"]
    calendar.write_text("\r\n".join([*head, *event, *tail, "END:VCALENDAR", ""]))
    for skip in (calendar, [{"from": "2026-01-06", "to": "2026-01-08"}]):
        problem = RotaProblem.from_tables(FOUR, daily("2026-01-05", 3), skip=skip)
        assert list(problem.slot_label) == ["2026-01-05", "2026-01-09", "2026-01-10"]


def test_shifts_of_one_day_stand_apart() -> None:
    """Two shifts of one duty and day are two rows with their times, on screen and in the table."""
    duties = [shift("ward", "06:00", "", 2), shift("ward", "22:00", "", 2)]
    solution = eh.solve(RotaProblem.from_tables(FOUR, duties, policy="ledger"))
    assert solution.columns["at"] == ["06:00", "22:00", "06:00", "22:00"]
    assert solution.columns["ends"] == ["14:00", "06:00", "14:00", "06:00"]
    from evenhand.report.plans import plan_blocks
    from evenhand.report.text import Grid

    grid = plan_blocks(solution)[0]
    assert isinstance(grid, Grid)
    rows = grid.rows
    assert [row[:2] for row in rows[:2]] == [
        ("Mon 5 Jan 06:00", "Mon 5 Jan 14:00"),
        ("Mon 5 Jan 22:00", "Tue 6 Jan 06:00"),
    ]
