"""Lists of shifts as people export them: a row a turn, with a date and times of any spelling."""

from __future__ import annotations

from typing import Any

import pytest

import evenhand as eh

PEOPLE = [{"name": name} for name in ("Ada", "Bo", "Cy")]


def turns_of(**columns: list[str]) -> tuple[list[tuple[str, str, str]], str]:
    """Return date, start and end of each turn of the first plan, and what was noted."""
    problem = eh.RotaProblem.from_tables(PEOPLE, columns)
    frame: Any = eh.solve(problem, seed=1).columns
    when = zip(frame["date"], frame.get("at", [""] * 9), frame.get("ends", [""] * 9), strict=False)
    return list(when), " ".join(map(str, problem.warnings))


def test_a_row_without_rhythm_is_one_turn_and_says_so() -> None:
    """A list of dates is planned as it stands, a day each, and the note says how it was read."""
    turns, said = turns_of(date=["2026-01-05", "2026-01-20"])
    assert [day for day, _, _ in turns] == ["2026-01-05", "2026-01-20"]
    assert "has no until, count or every, so each row is one turn" in said


@pytest.mark.parametrize(
    ("begins", "ends", "shown"),
    [
        ("9 am", "5:30 pm", ("09:00", "17:30")),
        ("09.30", "17h", ("09:30", "17:00")),
        ("9 Uhr", "17.15 Uhr", ("09:00", "17:15")),
        ("0600", "1400", ("06:00", "14:00")),
        ("noon", "24:00", ("12:00", "00:00")),
        ("22:00", "6:00", ("22:00", "06:00")),
        ("12:00 AM", "12:00 PM", ("00:00", "12:00")),
        ("8:00:00", "16:00:00", ("08:00", "16:00")),
    ],
)
@pytest.mark.parametrize(
    "heads", [("Starts", "Ends"), ("von", "bis"), ("Start Time", "end_time"), ("start", "end")]
)
def test_times_are_read_as_people_write_them(
    begins: str, ends: str, shown: tuple[str, str], heads: tuple[str, str]
) -> None:
    """Heads of times are told from heads of dates by their cells; an end before its start is next day's."""
    turns, _ = turns_of(**{"date": ["2026-01-05"], heads[0]: [begins], heads[1]: [ends]})
    assert turns[0][1:] == shown


def test_times_in_one_cell() -> None:
    """9-17 is from nine to five."""
    assert turns_of(date=["2026-01-05"], time=["9-17"])[0][0][1:] == ("09:00", "17:00")


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"starts": ["24:00"]}, "'24:00' is the end of the day, when no turn starts"),
        ({"starts": ["25:00"]}, "'25:00' is not a time of day. Write a time such as 09:00"),
        ({"at": ["0.375"]}, "Show the column as times in your spreadsheet"),
        ({"end_time": ["17:00"]}, "has no time at which it starts. Give it in the column at"),
        ({"at": ["6:00"], "end_time": ["14:00"], "hours": ["8"]}, "stands beside the time at which it ends"),
    ],
)
def test_what_cannot_be_a_time_is_refused_with_how_to_mend_it(
    columns: dict[str, list[str]], says: str
) -> None:
    """Each slip of a time has its sentence."""
    with pytest.raises(eh.InputError) as caught:
        turns_of(date=["2026-01-05"], **columns)
    assert says in str(caught.value)


def test_two_people_in_one_cell_and_a_missing_last_day_are_told() -> None:
    """A served turn of two people needs two rows; an absence without its last day is told to be one day."""
    with pytest.raises(eh.InputError) as caught:
        eh.RotaProblem.from_tables(
            PEOPLE, eh.weekly("2026-01-05", 2), history={"date": ["2025-12-01"], "name": ["Ada & Bo"]}
        )
    assert "Give each person a row" in str(caught.value)
    away = {"name": ["Ada", "Bo", "Cy"], "from": ["2026-01-05"] * 3, "to": ["", "", "2026-01-06"]}
    problem = eh.RotaProblem.from_tables(PEOPLE, eh.weekly("2026-01-05", 2), absences=away)
    assert "has no last day, so it was read as one day, and so in 1 more row" in str(problem.warnings[0])
