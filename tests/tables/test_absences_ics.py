"""Absences come out of calendars people have, and nothing in a calendar can hang or crash the reading."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.core.errors import Findings, InputError
from evenhand.tables import absences_ics
from evenhand.tables.absences_ics import read_absences

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def calendar(tmp_path: Path, *events: str, head: str = "") -> Path:
    """Write a calendar with the given event bodies."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *head.splitlines()]
    for at, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{at}", *event.splitlines(), "END:VEVENT"]
    path = tmp_path / "away.ics"
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8", newline="")
    return path


def rows(path: Path, findings: Findings | None = None) -> list[tuple[str, str, str]]:
    """Return (name, from, to) of what was read."""
    table = read_absences(path, FIRST, LAST, findings)
    return list(zip(table.columns["name"], table.columns["from"], table.columns["to"], strict=True))


def test_an_all_day_event_ends_the_day_before_its_dtend(tmp_path: Path) -> None:
    """DTEND of an all-day event is exclusive, so 5 to 7 January is two days."""
    path = calendar(tmp_path, "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107\nSUMMARY:Ada: skiing")
    assert rows(path) == [("Ada", "2026-01-05", "2026-01-06")]


def test_an_event_without_end_is_one_day(tmp_path: Path) -> None:
    """An all-day event with neither DTEND nor DURATION lasts that day."""
    assert rows(calendar(tmp_path, "DTSTART;VALUE=DATE:20260105\nSUMMARY:Ada: x")) == [
        ("Ada", "2026-01-05", "2026-01-05")
    ]


def test_hours_count_the_days_they_touch(tmp_path: Path) -> None:
    """A night from 22:00 to 06:00 touches two days; an evening until midnight only one."""
    night = "DTSTART;TZID=Europe/Berlin:20260105T220000\nDURATION:PT8H\nSUMMARY:Bob: night"
    evening = "DTSTART:20260108T200000\nDTEND:20260109T000000\nSUMMARY:Bob: party"
    assert rows(calendar(tmp_path, night, evening)) == [
        ("Bob", "2026-01-05", "2026-01-06"),
        ("Bob", "2026-01-08", "2026-01-08"),
    ]


def test_who_is_away(tmp_path: Path) -> None:
    """Attendees by name or address come first, then the words before a colon, then the calendar's name."""
    day = "DTSTART;VALUE=DATE:20260105\n"
    guests = (
        day + "ATTENDEE;CN=Ada L:mailto:ada@example.org\nATTENDEE:mailto:bob@example.org\nSUMMARY:Off: both"
    )
    path = calendar(
        tmp_path, guests, day + "SUMMARY:Cid: off", day + "SUMMARY:dentist", head="X-WR-CALNAME:Dora"
    )
    assert [name for name, _, _ in rows(path)] == ["Ada L", "Cid", "Dora", "bob@example.org"]


def test_without_any_name_the_summary_is_the_person(tmp_path: Path) -> None:
    """A calendar without a name and an event without a colon: the summary is taken as the name."""
    assert rows(calendar(tmp_path, "DTSTART;VALUE=DATE:20260105\nSUMMARY:Ada"))[0][0] == "Ada"


def test_recurring_events_stop_at_the_window(tmp_path: Path) -> None:
    """A weekly event without an end gives one absence a week of the window, cut to it."""
    weekly = "DTSTART;VALUE=DATE:20251229\nDTEND;VALUE=DATE:20260103\nRRULE:FREQ=WEEKLY\nSUMMARY:Ada: x"
    got = rows(calendar(tmp_path, weekly))
    assert got[0] == ("Ada", "2026-01-01", "2026-01-02")
    assert got[-1] == ("Ada", "2026-03-30", "2026-03-31")
    assert len(got) == 14


def test_cancelled_events_are_left_out(tmp_path: Path) -> None:
    """An event with STATUS:CANCELLED is not an absence."""
    assert rows(calendar(tmp_path, "DTSTART;VALUE=DATE:20260105\nSTATUS:CANCELLED\nSUMMARY:Ada: x")) == []


@pytest.mark.parametrize("freq", ["SECONDLY", "MINUTELY", "HOURLY"])
def test_nothing_below_daily(tmp_path: Path, freq: str) -> None:
    """A rule that repeats within a day is refused with the event named."""
    noted = Findings()
    path = calendar(tmp_path, f"DTSTART:20260105T000000\nRRULE:FREQ={freq}\nSUMMARY:Ada: x")
    assert rows(path, noted) == []
    assert str(noted.warnings[0]) == (
        f"away.ics, row 1, column RRULE: 'Ada: x' on 2026-01-05 repeats {freq.lower()}; "
        "the event was left out. An absence repeats daily at most; mend the event."
    )


def test_all_unusable_events_are_said_at_once(tmp_path: Path) -> None:
    """A bad date, a bad rule and a missing start are three findings; the good event still counts."""
    noted = Findings()
    broken = ["DTSTART:garbage", "SUMMARY:no start", "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=FOO"]
    path = calendar(tmp_path, *broken, "DTSTART;VALUE=DATE:20260106\nSUMMARY:Ada: x")
    assert rows(path, noted) == [("Ada", "2026-01-06", "2026-01-06")]
    assert [(finding.row, finding.column) for finding in noted.warnings] == [
        (1, "DTSTART"),
        (2, "DTSTART"),
        (3, "RRULE"),
    ]


def test_too_many_instances_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More instances than the limit in the window are refused, not expanded."""
    monkeypatch.setattr(absences_ics, "MOST_INSTANCES", 50)
    with pytest.raises(InputError, match="more than 50 events between 2026-01-01 and 2026-03-31"):
        rows(calendar(tmp_path, "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\nSUMMARY:Ada: x"))


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the size limit is refused before it is read."""
    monkeypatch.setattr(absences_ics, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="Export a shorter time"):
        rows(calendar(tmp_path, "DTSTART;VALUE=DATE:20260105"))


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    """A path that is not there says so."""
    with pytest.raises(InputError, match="is not there"):
        rows(tmp_path / "none.ics")


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"BEGIN:VCALENDAR\r\n"]
)
def test_what_is_no_calendar_says_so(tmp_path: Path, content: bytes) -> None:
    """Files of other kinds are refused in a sentence."""
    path = tmp_path / "other.ics"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"other\.ics"):
        rows(path)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_event_body_escapes_as_anything_but_an_input_error(tmp_path: Path, body: str) -> None:
    """Whatever an event holds, reading it gives absences, findings or an InputError."""
    path = calendar(tmp_path, "DTSTART;VALUE=DATE:20260105", body)
    with suppress(InputError):
        assert all(
            FIRST.isoformat() <= begin <= end <= LAST.isoformat() for _, begin, end in rows(path, Findings())
        )
