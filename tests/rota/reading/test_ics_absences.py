"""Absences from a calendar and public holidays reach the rota, and what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evenhand import solver
from evenhand.core.errors import InputError
from evenhand.rota import RotaProblem, weekly
from evenhand.rota.solving.model.presence import able

PEOPLE = {"Ada": "2025-01-01", "Ben": "2025-01-01", "Cem": "2025-01-01"}


def calendar(folder: Path, *events: str, name: str = "") -> str:
    """Write a calendar of events and return its path."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *([f"X-WR-CALNAME:{name}"] if name else [])]
    for at, body in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{at}", "DTSTAMP:20260101T000000Z", *body.split("\n"), "END:VEVENT"]
    path = folder / "away.ics"
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")
    return str(path)


def rota(absences: str | list[dict[str, str]], **settings: Any) -> RotaProblem:
    """Return eight weeks for three people."""
    duties = weekly("2026-03-02", 8, seats=1)
    return RotaProblem.from_values(PEOPLE, duties, absences=absences, policy="ledger", **settings)


def test_a_calendar_and_a_table_make_the_same_rota(tmp_path: Path) -> None:
    """Days, a night shift, a weekly course: as a calendar they are what they are as a table."""
    path = calendar(
        tmp_path,
        "SUMMARY:Ada: holiday\nDTSTART;VALUE=DATE:20260309\nDTEND;VALUE=DATE:20260316",
        "SUMMARY:Ben: night\nDTSTART;TZID=Europe/Oslo:20260322T220000\n"
        "DTEND;TZID=Europe/Oslo:20260323T060000",
        "SUMMARY:x\nATTENDEE;CN=Cem:mailto:c@example.org\nDTSTART;VALUE=DATE:20260401\n"
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "SUMMARY:Ben: not after all\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260306",
    )
    table = [
        {"name": "Ada", "from": "2026-03-09", "to": "2026-03-15"},
        {"name": "Ben", "from": "2026-03-22", "to": "2026-03-23"},
        {"name": "Cem", "from": "2026-04-01", "to": "2026-04-01"},
        {"name": "Cem", "from": "2026-04-08", "to": "2026-04-08"},
    ]
    one, other = rota(path), rota(table)
    assert np.array_equal(able(one), able(other))
    assert able(one).sum(axis=0).tolist() == [7, 6, 6]
    assert solver.solve(one).awards.tolist() == solver.solve(other).awards.tolist()


def test_a_calendar_of_ones_own_needs_no_name_in_its_events(tmp_path: Path) -> None:
    """Events without a name in a calendar called Ada are Ada's."""
    path = calendar(tmp_path, "SUMMARY:Dentist\nDTSTART;VALUE=DATE:20260310", name="Ada")
    assert able(rota(path)).sum(axis=0).tolist() == [7, 8, 8]


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """An unknown name with its near miss, and an event that repeats hourly, in one error by event."""
    path = calendar(
        tmp_path,
        "SUMMARY:Adda: holiday\nDTSTART;VALUE=DATE:20260310",
        "SUMMARY:Ben: pills\nDTSTART:20260310T080000\nRRULE:FREQ=HOURLY",
    )
    with pytest.raises(InputError) as caught:
        rota(path, strict_calendar=True)
    said = str(caught.value)
    assert "away.ics, row 1" in said
    assert "Did you mean Ada" in said
    assert "away.ics, row 2" in said
    assert "repeats hourly" in said


def test_events_about_others_are_left_out_with_a_note(tmp_path: Path) -> None:
    """A calendar holds more than absences: what names nobody of the rota is told by title and day."""
    path = calendar(tmp_path, "SUMMARY:Board meeting\nDTSTART;VALUE=DATE:20260310")
    said = [str(one) for one in rota(path).warnings if one.table == "away.ics"]
    assert said == [
        (
            "away.ics, row 1: 'Board meeting' on 2026-03-10 names Board meeting, who is not in people; "
            "the event was left out."
        )
    ]


def test_holidays_mark_slots_load_them_or_leave_them_out() -> None:
    """Easter's two weeks are a class of their own, count twice if asked, or have no turn with load 0."""
    marked = rota([], holidays="DE-BY")
    assert [marked.classes[code] for code in marked.slot_class] == [""] * 4 + ["holiday"] * 2 + [""] * 2
    assert marked.load.tolist() == [1] * 8
    assert rota([], holidays="DE-BY", holiday_load=2).load.tolist() == [1] * 4 + [2] * 2 + [1] * 2
    without = rota([], holidays="DE-BY", holiday_load=0)
    assert len(without.slot_start) == 6
    assert without.classes == ("",)
    assert without.slot_label[3:5] == ("2026-03-23", "2026-04-13")


def test_holidays_and_ordinary_days_are_each_even() -> None:
    """Planned as a whole, four people have as many holidays as each other, and as many ordinary days."""
    people = dict.fromkeys(("Ada", "Ben", "Cem", "Dea"), "2025-01-01")
    duties = [{"name": "ward", "start": "2026-12-01", "every": "day", "count": 35, "days": 1}]
    problem = RotaProblem.from_values(people, duties, policy="ledger", holidays="NO")
    holidays = np.flatnonzero(problem.slot_class)
    assert len(holidays) == 3
    plan = solver.solve(problem, method="quota").awards
    counts = np.bincount(plan[holidays], minlength=4)
    assert counts.max() - counts.min() <= 1
    rest = np.bincount(np.delete(plan, holidays), minlength=4)
    assert rest.tolist() == [8, 8, 8, 8]


@pytest.mark.parametrize(
    ("place", "said"), [("XX", "is not a country"), ("DE-BX", "is not a region"), ("no-", "")]
)
def test_places_nobody_knows_are_said(place: str, said: str) -> None:
    """An unknown country or region is an error with near misses; case and a bare dash do not matter."""
    if not said:
        assert rota([], holidays=place).classes == ("", "holiday")
        return
    with pytest.raises(InputError, match=said):
        rota([], holidays=place)


@pytest.mark.parametrize("rules", [{}, {"rest": 1}])
def test_nobody_has_two_duties_at_once(rules: dict[str, Any]) -> None:
    """With two duties in the same weeks, slot by slot or planned as a whole, nobody has both in a week."""
    duties = [
        {"name": "kitchen", "start": "2026-03-02", "every": "week", "count": 8, "seats": 1},
        {"name": "on call", "start": "2026-03-02", "every": "week", "count": 8, "seats": 1,
         "timezone": "Europe/Oslo", "at": "09:00"},
    ]  # fmt: skip
    people = [{"name": name} for name in ("Ada", "Ben", "Cem", "Dea")]
    problem = RotaProblem.from_tables(people, duties, policy="ledger", **rules)
    solution = solver.solve(problem)
    assert (solution.awards >= 0).all()
    pairs = solution.awards.reshape(-1, 2)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert np.bincount(solution.awards, minlength=4).tolist() == [4, 4, 4, 4]
