"""Slots: rhythms, ends, time zones and real hours."""

from __future__ import annotations

from datetime import date

import pytest

import evenhand as eh
from evenhand.core.errors import InputError, MethodError
from evenhand.rota import RotaProblem, daily
from evenhand.rota.problem import calendar
from evenhand.rota.problem.calendar import Duty, slots_of


def starts(**settings: object) -> list[str]:
    """Return the first days of the slots of one duty."""
    duty = Duty(**{"name": "d", "start": date(2026, 1, 31), "every": ("day", 7), **settings})  # type: ignore[arg-type]
    return [date.fromordinal(slot.start).isoformat() for slot in slots_of(duty)]


def test_rhythms_and_ends() -> None:
    """Days, months (the last day of a shorter one), a count, an end, and whichever comes first."""
    assert starts(count=3) == ["2026-01-31", "2026-02-07", "2026-02-14"]
    assert starts(every=("month", 1), count=3) == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert starts(until=date(2026, 2, 7)) == ["2026-01-31", "2026-02-07"]
    assert starts(until=date(2026, 2, 7), count=1) == ["2026-01-31"]
    assert starts(every=("month", 12), start=date(9998, 1, 1), count=9) == ["9998-01-01", "9999-01-01"]


@pytest.mark.parametrize(
    ("every", "second"),
    [
        ("day", "2026-01-06"), ("weekly", "2026-01-12"), ("every 2 weeks", "2026-01-19"),
        ("10 days", "2026-01-15"), ("fortnight", "2026-01-19"), ("month", "2026-02-05"),
        ("quarter", ""), ("0 days", ""), ("yearly", "2027-01-05"),
    ],
)  # fmt: skip
def test_rhythms_in_words(every: str, second: str) -> None:
    """A rhythm is written as a person would; what is not a rhythm is an error."""
    duties = [{"start": "2026-01-05", "every": every, "count": 2}]
    if not second:
        with pytest.raises(InputError, match="is not a rhythm"):
            RotaProblem.from_tables([{"name": "Ada"}], duties)
        return
    assert RotaProblem.from_tables([{"name": "Ada"}], duties).slot_label[1] == second


def test_a_week_across_daylight_saving() -> None:
    """In Oslo the week in which summer time begins has 167 hours, that in which it ends 169."""
    duties = eh.weekly("2026-03-23", 33, timezone="Europe/Oslo", at="09:00")
    problem = RotaProblem.from_tables([{"name": "Ada"}], duties)
    hours = dict(zip(problem.slot_label, (problem.slot_minutes / 60).tolist(), strict=True))
    assert hours.pop("2026-03-23") == 167
    assert hours.pop("2026-10-19") == 169
    assert set(hours.values()) == {168.0}
    assert eh.solve(problem).to_columns()["hours"][0] == 167
    assert set(problem.slot_clock.tolist()) == {540}


def test_shifts_within_a_day() -> None:
    """Morning and evening of one day do not overlap; a night shift has its real hours and both days."""
    duties = [
        *daily("2026-03-28", 2, name="early", at="06:00", hours=8, timezone="Europe/Oslo"),
        *daily("2026-03-28", 2, name="late", at="14:00", hours=8, timezone="Europe/Oslo"),
        *daily("2026-03-28", 2, name="night", at="22:00", hours=8, timezone="Europe/Oslo"),
    ]
    problem = RotaProblem.from_tables([{"name": "Ada"}], duties)
    assert not problem.crowded
    assert (problem.slot_minutes / 60).tolist() == [8, 8, 7, 8, 8, 8]
    assert (problem.slot_end - problem.slot_start).tolist() == [0, 0, 1, 0, 0, 1]
    assert eh.solve(problem).awards.tolist() == [0] * 6
    assert eh.solve(problem, method="quota").awards.tolist() == [0] * 6
    away = [{"name": "Ada", "from": "2026-03-29", "to": "2026-03-29"}]
    left = eh.solve(RotaProblem.from_tables([{"name": "Ada"}], duties, absences=away))
    assert left.awards.tolist() == [0, 0, -1, -1, -1, -1]


def test_shifts_that_meet() -> None:
    """Shifts that share an hour keep one person out of both, whichever method plans."""
    duties = [
        *daily("2026-01-05", 3, name="early", at="06:00", hours=8),
        *daily("2026-01-05", 3, name="late", at="13:00", hours=8),
    ]
    problem = RotaProblem.from_tables([{"name": "Ada"}, {"name": "Bob"}], duties)
    for method in ("online", "optimise"):
        awards = eh.solve(problem, method=method).awards
        assert (awards[::2] != awards[1::2]).all()
    with pytest.raises(MethodError, match="run at the same time"):
        eh.solve(problem, method="quota")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"hours": 8}, "start at no time of day"),
        ({"hours": 8, "days": 1, "at": "09:00"}, "stands beside days"),
        ({"hours": "0.001", "at": "09:00"}, "less than a minute"),
        ({"hours": "long", "at": "09:00"}, "'long'"),
        ({"hours": -1, "at": "09:00"}, "-1"),
    ],
)
def test_hours_that_cannot_be(row: dict[str, object], said: str) -> None:
    """Hours without a time, beside days, or that are none, say so by row."""
    duties = [{"start": "2026-01-05", "every": "day", "count": 2, **row}]
    with pytest.raises(InputError, match=said):
        RotaProblem.from_tables([{"name": "Ada"}], duties)


def test_too_many_slots_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A duty without a near end is a slip of the pen and says so."""
    monkeypatch.setattr(calendar, "MOST", 10)
    with pytest.raises(InputError, match="makes more than 10 slots"):
        starts(until=date(2027, 1, 1))


def test_the_short_forms() -> None:
    """``weekly`` takes dates and texts; ``daily`` makes slots of one day."""
    assert eh.weekly(date(2026, 1, 5), 2)[0]["start"] == "2026-01-05"
    row = daily("2026-01-05", 3, seats=2)[0]
    assert (row["every"], row["days"], row["seats"]) == ("day", 1, 2)
