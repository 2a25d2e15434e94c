"""Somebody who filled in a form twice counts once, by the later answer; others who stand twice are told."""

from __future__ import annotations

import pytest

from evenhand.core.errors import InputError
from evenhand.teams import TeamsProblem

ANSWERS = [
    {"Timestamp": "2026-05-01 10:00:00", "Email Address": "ann@x.org", "Name": "Ann Lee", "Office": "Rome"},
    {"Timestamp": "01/05/2026 10:05:00", "Email Address": "bo@x.org", "Name": "Bo Li", "Office": "Oslo"},
    {"Timestamp": "2026-05-01 11:00:00", "Email Address": "Ann@x.org", "Name": "ann  lee", "Office": "Oslo"},
    {"Timestamp": "2026-05-01 11:05:00", "Email Address": "cy@x.org", "Name": "Cy Oz", "Office": "Rome"},
]


def test_the_later_answer_of_one_person_counts() -> None:
    """The same name and address in rows that say when they were sent: the lower row counts, with a note."""
    problem = TeamsProblem.from_rows(ANSWERS, teams=1, balance="Office")
    assert problem.n == 3
    offices = problem.criteria[0]
    assert dict(zip(offices.values, offices.counts.tolist(), strict=True)) == {"Oslo": 2, "Rome": 1}
    (note,) = [note for note in problem.warnings if "answered again" in note.problem]
    assert (note.row, note.came) == (2, "Ann Lee")
    assert note.problem == "answered again in row 4, and that answer counts"


@pytest.mark.parametrize("lacking", ["Timestamp", "Email Address"])
def test_without_address_or_time_nobody_knows(lacking: str) -> None:
    """Two of one name may be two people: without an address, or a time of sending, that is an error."""
    rows = [{head: cell for head, cell in row.items() if head != lacking} for row in ANSWERS]
    with pytest.raises(InputError, match="stands in row 2 already"):
        TeamsProblem.from_rows(rows, teams=1, balance="Office")


def test_two_people_of_one_name_stay_an_error() -> None:
    """Another address is another person, to be told apart by the organiser."""
    rows = [dict(ANSWERS[0]), *ANSWERS[1:2], dict(ANSWERS[2], **{"Email Address": "ann2@x.org"})]
    with pytest.raises(InputError, match="tell them apart"):
        TeamsProblem.from_rows(rows, teams=1, balance="Office")
