"""No calendar can hang, overflow or crash the reading of absences, however its rules are written."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from evenhand.core.errors import Findings, InputError
from evenhand.tables.absences_ics import read_absences

HOURS = ",".join(map(str, range(24)))
SIXTY = ",".join(map(str, range(60)))


def read(folder: Path, *events: str) -> tuple[list[str], str]:
    """Return the first days read from a calendar of these events, and all that is wrong as one text."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for at, body in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{at}", "DTSTAMP:20260101T000000Z", "SUMMARY:Ada: away"]
        lines += [*body.split("\n"), "END:VEVENT"]
    path = folder / "away.ics"
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")
    findings = Findings()
    begun = time.process_time()
    try:
        table = read_absences(path, date(2026, 1, 1), date(2026, 12, 31), findings)
    except InputError as error:
        return [], str(error)
    finally:
        assert time.process_time() - begun < 20
    return list(table.text("from")), "\n".join(map(str, findings.errors))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (f"DTSTART:19000101T000000Z\nRRULE:FREQ=DAILY;BYSECOND={SIXTY}", "repeats several times a day"),
        (f"DTSTART:20260101T000000Z\nRRULE:FREQ=YEARLY;BYHOUR={HOURS}", "repeats several times a day"),
        ("DTSTART:20260101T000000Z\nRRULE:FREQ=HOURLY", "repeats hourly"),
        ("DTSTART;VALUE=DATE:19000101\nDTEND;VALUE=DATE:99991231\nRRULE:FREQ=DAILY", "lasts 2,958,"),
        ("DTSTART;VALUE=DATE:20260101\nDURATION:P999999999D", "no end that can be reckoned"),
        ("DTSTART;VALUE=DATE:20260110\nDTEND;VALUE=DATE:20260105", "ends before it starts"),
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


def test_a_day_that_never_comes_is_no_absence(tmp_path: Path) -> None:
    """The 30th of February every year gives nothing, and ends."""
    assert read(tmp_path, "DTSTART:20000101T000000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") == ([], "")


def test_weeks_with_several_days_are_read(tmp_path: Path) -> None:
    """Every Monday and Friday of January are nine days."""
    rule = "DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20260131"
    days, faults = read(tmp_path, rule)
    assert (len(days), faults) == (9, "")
