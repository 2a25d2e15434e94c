"""Schedules: what people write is read, each by their own clock, and every team gets its common hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.core.errors import InfeasibleError, InputError
from evenhand.solver import explain, solve
from evenhand.teams import TeamsProblem, meeting_times
from evenhand.teams.asking.meeting import common_spans
from evenhand.teams.reading.schedules import ANY_WEEK, spans_of
from evenhand.teams.reading.zones import zone_of

MONDAY = date(2026, 3, 23)
"""In this week clocks change in Europe on Sunday, and have changed in America two weeks before."""

DAY = 24 * 60


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("Mon 9-12", [(0, 9, 12)]),
        ("Monday 9:00 - 12:00", [(0, 9, 12)]),
        ("Mon 9am-12pm; Tue 2-4 pm", [(0, 9, 12), (1, 14, 16)]),
        ("Mo 9 Uhr bis 12 Uhr", [(0, 9, 12)]),
        ("lun 9h-12h30", [(0, 9, 12.5)]),
        ("Mon [9:00 - 10:00]", [(0, 9, 10)]),
        ("Mon 9:00, 11:00, Wed 14:00", [(0, 9, 10), (0, 11, 12), (2, 14, 15)]),
        ("Mon-Wed 9-10", [(0, 9, 10), (1, 9, 10), (2, 9, 10)]),
        ("Sat-Mon 9-10", [(5, 9, 10), (6, 9, 10), (0, 9, 10)]),
        ("Mon, Wed 9-10", [(0, 9, 10), (2, 9, 10)]),
        ("weekdays 9-10", [(day, 9, 10) for day in range(5)]),
        ("Mon and Tue 9-10", [(0, 9, 10), (1, 9, 10)]),
        ("Fri", [(4, 0, 24)]),
        ("Sun 22-2", [(6, 22, 24), (0, 0, 2)]),
        ("2026-03-24 9-10", [(1, 9, 10)]),
        ("2026-04-24 9-10", []),
        ("any time", [(0, 0, 168)]),
        ("none", []),
        ("9:00 Mon", [(0, 9, 10)]),
        ("Mon 9-12\nTue 9-12", [(0, 9, 12), (1, 9, 12)]),
    ],
)
def test_times_as_people_write_them(cell: str, hours: list[tuple[int, float, float]]) -> None:
    """Days in three languages, spans, am and pm, slots without an end, days that wait for their times."""
    spans, wrong = spans_of(cell, UTC, MONDAY)
    assert wrong == []
    assert spans == [(int(day * DAY + first * 60), int(day * DAY + last * 60)) for day, first, last in hours]


@pytest.mark.parametrize(
    "cell", ["soon", "9-12", "Mon 25-26", "Mon 9-9", "Mon 13pm", "2026-13-40 9-10", "Mon 9:75"]
)
def test_what_is_no_time(cell: str) -> None:
    """A time without a day, hours that no clock has, and free text are told, not guessed."""
    spans, wrong = spans_of(cell, UTC, MONDAY)
    assert spans == []
    assert wrong


def test_a_grids_head_holds_for_its_cells() -> None:
    """In a form's grid the day stands in the head and the times in the cell, or the other way round."""
    assert spans_of("9:00, 14:00", UTC, MONDAY, head="When? [Tue]")[0] == [
        (DAY + 540, DAY + 600), (DAY + 840, DAY + 900),
    ]  # fmt: skip
    assert spans_of("Mon, Tue", UTC, MONDAY, head="When? [9:00 - 11:00]")[0] == [
        (540, 660), (DAY + 540, DAY + 660),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"), ("(GMT+01:00) Amsterdam, Berlin", "Europe/Amsterdam"),
    ],
)  # fmt: skip
def test_zones_by_name(text: str, key: str) -> None:
    """Names of the database in any case, and cities that one zone alone bears."""
    assert zone_of(text) == ZoneInfo(key)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("UTC", 0), ("utc+5:30", 330), ("GMT-3", -180), ("+0545", 345), ("UTC-03:30", -210), ("UTC+5.5", 330),
        ("(UTC+05:45) Nowhere", 345),
    ],
)  # fmt: skip
def test_zones_by_offset(text: str, minutes: int) -> None:
    """Offsets as people write them, half and quarter hours too."""
    zone = zone_of(text)
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["IST", "PST", "CST", "Mars", "UTC+25", "", "dev", "../etc/passwd", "UTC+5:99"]
)
def test_what_is_no_zone(text: str) -> None:
    """Letters with two meanings and places that are none are refused."""
    assert zone_of(text) is None


ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC+5:45", "Asia/Tokyo"]


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    monday=st.sampled_from(
        [MONDAY, date(2026, 10, 19), date(2026, 3, 2), date(2026, 7, 6), date(2026, 3, 30)]
    ),
    day=st.integers(0, 6),
    first=st.integers(0, 92),
    length=st.integers(1, 40),
)
def test_every_minute_is_that_of_the_local_clock(
    zone: str, monday: date, day: int, first: int, length: int
) -> None:
    """A minute of the week is in the span exactly if the person's clock then shows such a time."""
    begin, end = first * 15, min(first + length, 96) * 15
    called = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day]
    cell = f"{called} {begin // 60}:{begin % 60:02}-{end // 60}:{end % 60:02}"
    known = zone_of(zone)
    assert known is not None
    spans, wrong = spans_of(cell, known, monday)
    assert not wrong
    inside = np.zeros(7 * DAY, dtype=bool)
    for one, two in spans:
        inside[one:two] = True
    start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    on = monday + timedelta(days=day)
    for minute in range(day * DAY - 16 * 60, day * DAY + 40 * 60, 15):
        local = (start + timedelta(minutes=minute)).astimezone(known)
        clock = local.hour * 60 + local.minute
        if local.date() == on:
            # The hour that a clock shows twice belongs to a span once at its edges, so those are left out.
            twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
            if not twice:
                assert inside[minute % (7 * DAY)] == (begin <= clock < end)


ROSTER = [
    {"name": "Ada", "role": "dev", "tz": "Europe/Berlin", "when": "Mon 9-12; Wed 14:00-18:00"},
    {"name": "Ben", "role": "dev", "tz": "America/New_York", "when": "Mon-Fri 8-12"},
    {"name": "Cem", "role": "ops", "tz": "Asia/Kolkata", "when": "Mon 13:30-20:00, Wed 18:00-22:00"},
    {"name": "Dia", "role": "ops", "tz": "UTC+5:45", "when": "Mon, Tue 12:00-20:00"},
    {"name": "Eli", "role": "dev", "tz": "Europe/London", "when": "weekdays 9am-5pm"},
    {"name": "Fay", "role": "ops", "tz": "Australia/Lord_Howe", "when": "Tue 6:00-9:00; Thu 0:00 - 2:30"},
    {"name": "Gus", "role": "dev", "tz": "berlin", "when": "any time"},
    {"name": "Hal", "role": "ops", "tz": "(GMT-08:00) Los Angeles", "when": "Mon 6-9 am; Wed 7-10am"},
]


@pytest.mark.parametrize(("hours", "row"), [(1, False), (1.5, False), (2, True)])
def test_every_team_has_its_common_hours(hours: float, row: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """In zones of half and quarter hours every pair has the hours asked for, at one go where asked."""
    problem = TeamsProblem.from_rows(
        ROSTER, teams=4, balance="role", times="when", hours=hours, in_a_row=row, zone="tz", week="2026-03-25"
    )
    plan = solve(problem)
    for spans in common_spans(problem, plan.awards):
        longest = [(last - first).total_seconds() / 3600 for first, last in spans]
        assert (max(longest) if row else sum(longest)) >= hours
    told = str(explain(plan, "Team 1"))
    assert "can meet" in told
    assert "By the clock of" in told
    # A hundred slots at which somebody can not meet are no mix of theirs.
    assert "common time" not in str(explain(plan, "Ada"))


def test_without_zones_any_week_is_meant() -> None:
    """Weekdays alone, and no word of UTC, where everybody has one clock."""
    rows = [{"name": name, "when": "Mon 9-12" if name in "ab" else "Mon 11-13; Tue 8-9"} for name in "abcd"]
    problem = TeamsProblem.from_rows(rows, teams=2, times="when", hours=1)
    assert meeting_times(problem, np.array([0, 1, 0, 1])) == ["Mon 11:00-12:00", "Mon 11:00-12:00"]
    assert meeting_times(problem, np.array([0, 0, 1, 1])) == [
        "Mon 9:00-12:00",
        "Mon 11:00-13:00, Tue 8:00-9:00",
    ]
    assert ANY_WEEK.weekday() == 0


def test_hours_that_cannot_be_are_infeasible() -> None:
    """Two who never can at one time, in one team: the rule is named in the words it was asked in."""
    rows = [{"name": "a", "when": "Mon 9-12"}, {"name": "b", "when": "Tue 9-12"}]
    with pytest.raises(InfeasibleError, match="every team has 2 common hours"):
        solve(TeamsProblem.from_rows(rows, teams=1, times="when", hours=2))


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Times, zones, hours and weeks at fault, each with its row and a cell to copy."""
    rows = [dict(ROSTER[0], when="soon"), dict(ROSTER[1], tz="IST"), *ROSTER[2:]]
    with pytest.raises(InputError) as error:
        TeamsProblem.from_rows(
            rows, teams=2, balance="role", times="when", hours=0.3, zone="tz", week="March"
        )
    said = str(error.value)
    for part in (
        "'soon' is not a time",
        "'IST' is not a time zone",
        "'0.3' is not a number of hours",
        "'March' is not a date",
    ):
        assert part in said
    with pytest.raises(InputError, match="Say which week is meant"):
        TeamsProblem.from_rows(ROSTER, teams=2, times="when", hours=1, zone="tz")
    with pytest.raises(InputError, match="means nothing without times"):
        TeamsProblem.from_rows(ROSTER, teams=2, balance="role", zone="tz")


def test_who_says_nothing_is_told() -> None:
    """An empty cell is taken as free at any time, with a note that names the people; no hours are one."""
    rows = [dict(row, when="") if at < 2 else row for at, row in enumerate(ROSTER)]
    problem = TeamsProblem.from_rows(
        rows, teams=2, balance="role", times="when", zone="tz", week="2026-03-25"
    )
    said = " ".join(map(str, problem.warnings))
    assert "'Ada, Ben' say no time and are taken as free at any time" in said
    assert "every team gets 1 common hour at least" in said
