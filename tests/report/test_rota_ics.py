"""A rota's calendars, read back by a real parser: who, when, and what becomes of them when plans change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand import solver
from evenhand.core.errors import InputError
from evenhand.report.ics import calendar
from evenhand.report.rota_ics import (
    ALL,
    MOST_BYTES,
    calendars,
    file_names,
    ics,
    previous_of,
    save_calendars,
    turns_of,
)
from evenhand.rota import RotaProblem
from report.rota_small import DUTIES, PEOPLE, garden, office, planned


def events(content: bytes) -> list[Any]:
    """Return the events a real parser finds."""
    book = icalendar.Calendar.from_ical(content)
    assert not book.errors
    found = list(book.walk("VEVENT"))
    assert not any(event.errors for event in found)
    return found


def by_uid(content: bytes) -> dict[str, tuple[str, int]]:
    """Return status and sequence of each event."""
    return {str(event["UID"]): (str(event["STATUS"]), int(event["SEQUENCE"])) for event in events(content)}


def whose(content: bytes) -> dict[str, str]:
    """Return whose each event is."""
    return {str(event["UID"]): str(event["X-EVENHAND-PERSON"]) for event in events(content)}


def moment(when: date | datetime) -> str:
    """Return a day, or a moment in UTC, as text."""
    return when.astimezone(UTC).isoformat() if isinstance(when, datetime) else when.isoformat()


def test_the_calendar_holds_the_plan() -> None:
    """What a parser reads is every turn of the plan, by person, start and end, and nothing else."""
    solution = office()
    wanted = sorted((turn.person, turn.duty, moment(turn.start)) for turn in turns_of(solution, why=False))
    found = sorted(
        (str(event["X-EVENHAND-PERSON"]), str(event["SUMMARY"]).partition(":")[0], moment(event.start))
        for event in events(ics(solution))
    )
    assert found == wanted
    assert len(found) == int((solution.awards >= 0).sum())


def test_days_and_hours_are_what_the_problem_says() -> None:
    """Whole days end the day after their last; zoned slots last the minutes that the problem counted."""
    problem = office().problem
    timed = problem.slot_clock >= 0
    minutes = dict(zip(problem.slot_start[timed].tolist(), problem.slot_minutes[timed].tolist(), strict=True))
    seen = set()
    for event in events(ics(office())):
        if isinstance(event.start, datetime):
            length = (event.end.astimezone(UTC) - event.start.astimezone(UTC)).total_seconds() / 60
            assert length == minutes[event.start.date().toordinal()]
            assert ("clocks change" in str(event["DESCRIPTION"])) == (length != 7 * 1440)
            seen.add(length / 60)
        else:
            assert (event.end - event.start).days == 7
    assert seen == {167.0, 168.0, 169.0}


def test_each_entry_says_why() -> None:
    """The description names the person's standing and the runner-up; holidays and skills stand in it."""
    texts = [str(event["DESCRIPTION"]) for event in events(ics(office()))]
    assert all("Why " in text and ("runner-up" in text or "Nobody else" in text) for text in texts)
    assert any("As: cook." in text for text in texts)
    assert any("Counts 2 turns." in text and "A holiday." in text for text in texts)
    assert not any(event.walk("VALARM") for event in events(ics(office())))


def test_one_persons_file_is_their_part_of_all() -> None:
    """Files of persons together hold the events of the file for all, UID by UID."""
    files = calendars(office())
    assert set(files) == {ALL, *file_names(office().problem.people).values()}
    every = by_uid(files.pop(ALL))
    parts = [by_uid(content) for content in files.values()]
    assert sum(map(len, parts)) == len(every)
    assert {uid: state for part in parts for uid, state in part.items()} == every
    assert every == by_uid(ics(office()))


def test_the_same_plan_is_the_same_bytes_with_and_without_a_past() -> None:
    """Writing twice, or again upon what was written, changes no byte; nor do shuffled tables."""
    first = ics(office())
    assert ics(office()) == first == ics(office(), previous=first)
    away = [{"name": "Bo", "from": "2026-07-01", "to": "2026-07-31"}]
    again = RotaProblem.from_tables(
        PEOPLE[::-1], DUTIES[::-1], absences=away, policy="ledger", holidays="NO", holiday_load=2
    )
    assert ics(solver.solve(again)) == first


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 69)), max_size=5))
def test_a_new_plan_updates_what_was_sent(absences: list[tuple[int, int]]) -> None:
    """Turns that stay keep their number, those given on or gone get one more, new ones begin at 0."""
    old, people = garden(), garden().problem.people
    start = date(2026, 1, 27).toordinal()
    away = [{"name": people[who], "from": date.fromordinal(start + day).isoformat()} for who, day in absences]
    new = planned(absences=away) if away else planned()
    sent, alone = ics(old), ics(new)
    update = ics(new, previous=sent)
    before, after, fresh = by_uid(sent), by_uid(update), by_uid(alone)
    had, has = whose(sent), whose(alone)
    assert set(after) == set(before) | set(fresh)
    for uid, state in after.items():
        if uid in fresh:
            # Somebody else's turn now: the same entry, updated.
            assert state == ("CONFIRMED", int(had.get(uid, has[uid]) != has[uid]))
        else:
            assert state == ("CANCELLED", 1)
    third = by_uid(ics(old, previous=update))
    for uid in before:
        assert third[uid] == ("CONFIRMED", 0 if has.get(uid) == had[uid] else 2)


def test_one_persons_file_follows_the_file_for_all() -> None:
    """A person's file made upon everybody's earlier file cancels that person's turns alone."""
    away = [{"name": "Jay", "from": "2026-01-01", "to": "2026-12-31"}]
    files = calendars(planned(absences=away), previous=ics(garden()))
    states = by_uid(files["Jay.ics"])
    assert len(states) == 5
    assert set(states.values()) == {("CANCELLED", 1)}
    # In the file of all the same entries are others' turns now.
    assert set(states) <= set(by_uid(files[ALL]))
    assert not {name for uid, name in whose(files[ALL]).items() if uid in states} & {"Jay"}


def test_what_was_served_before_the_plan_stays() -> None:
    """A plan that starts later leaves the earlier events of the file as they were."""
    old = ics(planned(weeks=10))
    people = [{"name": "Hugs", "joined": "2025-01-01"}, {"name": "Jay", "joined": "2025-01-01"}]
    later = RotaProblem.from_tables(
        people,
        [{"name": "watering", "start": "2026-03-03", "every": "week", "count": 5, "seats": 2}],
        policy="ledger",
    )
    found = events(ics(solver.solve(later), previous=old))
    early = [event for event in found if event.start < date(2026, 3, 3)]
    assert len(early) == 10
    assert {(str(event["STATUS"]), int(event["SEQUENCE"])) for event in early} == {("CONFIRMED", 0)}
    gone = [event for event in found if str(event["STATUS"]) == "CANCELLED"]
    assert not gone
    later_on = {str(event["X-EVENHAND-PERSON"]) for event in found if event.start >= date(2026, 3, 3)}
    assert later_on == {"Hugs", "Jay"}


def test_a_time_without_a_zone_floats() -> None:
    """A time of day without a time zone is written without one, the same on every machine."""
    duties = [{"name": "bins", "start": "2026-03-23", "every": "week", "count": 2, "at": "18:30", "days": 1}]
    problem = RotaProblem.from_tables([{"name": "Ada"}], duties, policy="ledger")
    content = ics(solver.solve(problem))
    assert b"DTSTART:20260323T183000\r\n" in content
    assert b"VTIMEZONE" not in content


def test_two_seats_at_once_are_one_entry() -> None:
    """Somebody in two slots of one duty at one time has one entry for them, as one UID can be only once."""
    turn = turns_of(garden())[0]
    assert len(events(calendar([turn, turn], "rota"))) == 1


def test_open_seats_are_nobodys() -> None:
    """A seat that nobody can take makes no event."""
    solution = planned(absences=[{"name": name, "from": "2026-01-01", "to": "2026-12-31"}
                                 for name in ("Hugs", "Jay", "Kompono", "Neu")])  # fmt: skip
    assert (solution.awards < 0).all()
    assert events(ics(solution)) == []


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=8, unique=True))
@settings(deadline=None, max_examples=200)
def test_file_names_are_safe_and_apart(people: list[str]) -> None:
    """No name leaves the folder, and no two people share a file, whatever they are called."""
    names = list(file_names(tuple(people)).values())
    assert len({name.casefold() for name in names}) == len(people)
    assert all(Path(name).name == name and name.endswith(".ics") and name != ALL for name in names)
    assert all(len(name) <= 70 for name in names)


def test_calendars_are_saved_and_read_again(tmp_path: Path) -> None:
    """A folder is made and filled; given back as what was sent before it changes nothing."""
    written = save_calendars(garden(), tmp_path / "out")
    assert [path.name for path in written] == [ALL, "Hugs.ics", "Jay.ics", "Kompono.ics", "Neu.ics"]
    before = previous_of(tmp_path / "out")
    assert before == {path.name: path.read_bytes() for path in written}
    save_calendars(garden(), tmp_path / "out", before)
    assert previous_of(tmp_path / "out") == before
    assert previous_of(tmp_path / "out" / ALL) == written[0].read_bytes()


def test_where_nothing_can_be_written_or_read_it_is_said(tmp_path: Path) -> None:
    """A file for a folder, a folder nowhere, an empty folder and a huge file are each an InputError."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        save_calendars(garden(), tmp_path / "file")
    with pytest.raises(InputError, match="cannot be made"):
        save_calendars(garden(), tmp_path / "file" / "where")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no calendars"):
        previous_of(tmp_path / "empty")
    with pytest.raises(InputError, match="is not there"):
        previous_of(tmp_path / "gone.ics")
    (tmp_path / "huge.ics").write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(InputError, match="is over 50 MB"):
        previous_of(tmp_path / "huge.ics")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_damaged_earlier_file_never_breaks_the_new_one(seed: int, hits: int) -> None:
    """With bytes of the earlier file struck out or changed, the new plan is written or a sentence is said."""
    draw = np.random.default_rng(seed)
    fresh = ics(garden())
    content = bytearray(fresh)
    for at in draw.integers(0, len(content), hits).tolist():
        content[at] = int(draw.integers(32, 127))
    try:
        found = icalendar.Calendar.from_ical(ics(garden(), previous=bytes(content)))
    except InputError:
        return
    sent = {str(event["UID"]) for event in found.walk("VEVENT") if str(event["STATUS"]) == "CONFIRMED"}
    assert set(by_uid(fresh)) <= sent


def test_a_plan_can_be_saved_under_its_ending(tmp_path: Path) -> None:
    """``save`` knows .ics for a rota."""
    garden().save(str(tmp_path / "plan.ics"))
    assert (tmp_path / "plan.ics").read_bytes() == ics(garden())
