"""No calendar can hang, overflow or crash the reading of absences, however its rules are written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.core.errors import Findings, InputError
from evenhand.tables.absences_ics import read_absences

HOURS = ",".join(map(str, range(24)))
SIXTY = ",".join(map(str, range(60)))

ODD = (
    "DTSTART:", "DTEND;TZID=X:20260101T000000", "STATUS:A\nSTATUS:B", "SEQUENCE:x", "UID:1\nUID:2",
    "END:VEVENT\nBEGIN:VEVENT", "RDATE;VALUE=PERIOD:20260101T000000/PT1H", "RECURRENCE-ID:20260101",
    "DURATION:PT5H", "SUMMARY:a\nSUMMARY:b", "EXDATE:20260105", "ATTENDEE:", "DTEND;VALUE=DATE:20260109",
)  # fmt: skip
"""Lines that do not belong where they are put."""


def read(folder: Path, *events: str) -> tuple[list[str], str]:
    """Return the first days read from a calendar of these events, and all that is wrong as one text."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for at, body in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{at}", "DTSTAMP:20260101T000000Z", "SUMMARY:Ada: away"]
        lines += [*body.split("\n"), "END:VEVENT"]
    path = folder / "away.ics"
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")
    findings = Findings()
    try:
        table = read_absences(path, date(2026, 1, 1), date(2026, 12, 31), findings)
    except InputError as error:
        return [], str(error)
    return list(table.text("from")), "\n".join(map(str, findings.warnings))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (f"DTSTART:19000101T000000Z\nRRULE:FREQ=DAILY;BYSECOND={SIXTY}", "repeats several times a day"),
        (f"DTSTART:20260101T000000Z\nRRULE:FREQ=YEARLY;BYHOUR={HOURS}", "repeats several times a day"),
        ("DTSTART:20260101T000000Z\nRRULE:FREQ=HOURLY", "repeats hourly"),
        ("DTSTART;VALUE=DATE:19000101\nDTEND;VALUE=DATE:99991231\nRRULE:FREQ=DAILY", "lasts 2,958,"),
        ("DTSTART;VALUE=DATE:20260101\nDURATION:P999999999D", "no end that can be reckoned"),
        ("DTSTART;VALUE=DATE:20260110\nDTEND;VALUE=DATE:20260105", "ends before it starts"),
        (
            "DTSTART;VALUE=DATE:20260110\nRRULE:FREQ=DAILY;COUNT=3;UNTIL=20260115",
            "ends both on a day and after a number of times",
        ),
    ],
)
def test_what_cannot_be_an_absence_is_said(tmp_path: Path, event: str, said: str) -> None:
    """Rules within a day and spans beyond reason are findings of their event, and the others still count."""
    days, faults = read(tmp_path, event, "DTSTART;VALUE=DATE:20260301")
    assert said in faults
    assert "row 1" in faults
    assert days == ["2026-03-01"]


def test_rules_that_reach_far_back_are_bounded(tmp_path: Path) -> None:
    """One daily event since the year 1 is followed; three hundred since 1970 are refused before any work."""
    days, faults = read(tmp_path, "DTSTART:00010101T000000\nRRULE:FREQ=DAILY")
    assert (len(days), faults) == (365, "")
    days, faults = read(tmp_path, *["DTSTART;VALUE=DATE:19700105\nRRULE:FREQ=DAILY"] * 300)
    assert "over too long a time" in faults


def test_too_many_in_the_window_are_refused_before_they_are_made(tmp_path: Path) -> None:
    """Forty daily events of the year are 14,600 instances."""
    _, faults = read(tmp_path, *["DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY"] * 40)
    assert "has more than 2,000 events" in faults


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_damaged_calendars_get_a_sentence(tmp_path: Path, seed: int) -> None:
    """With bytes changed and lines put in anywhere, a calendar is read, or what is wrong with it is said."""
    draw = np.random.default_rng(seed)
    lines = bytearray(b"DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107\nRRULE:FREQ=WEEKLY;COUNT=3")
    for at in draw.integers(0, len(lines), int(draw.integers(0, 4))).tolist():
        lines[at] = int(draw.integers(33, 127))
    body = lines.decode().split("\n")
    for _ in range(int(draw.integers(0, 3))):
        body.insert(int(draw.integers(0, len(body) + 1)), ODD[int(draw.integers(0, len(ODD)))])
    read(tmp_path, "\n".join(body), "DTSTART;VALUE=DATE:20260301")


def test_a_day_that_never_comes_is_no_absence(tmp_path: Path) -> None:
    """The 30th of February every year gives nothing, and ends."""
    assert read(tmp_path, "DTSTART:20000101T000000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") == ([], "")


def test_weeks_with_several_days_are_read(tmp_path: Path) -> None:
    """Every Monday and Friday of January are nine days."""
    rule = "DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20260131"
    days, faults = read(tmp_path, rule)
    assert (len(days), faults) == (9, "")
