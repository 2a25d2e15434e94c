"""A rota as calendars: one file for all, one a person; planning again updates what stands in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from evenhand.core.arguments import said_in_words
from evenhand.core.errors import InputError
from evenhand.core.solution import Solution
from evenhand.report.ics import Turn, calendar
from evenhand.report.rota_parts import reasons
from evenhand.rota.problem.turns import turn_ids
from evenhand.tables.files import bytes_of, folder_to_fill, write_atomically

__all__ = ["calendars", "file_names", "ics", "previous_of", "save_calendars", "turns_of"]

NAME: Final = "rota"
"""Part of every UID, with the turn's id: the same for the file of all and for one's own."""

ALL: Final = "all.ics"
"""The file of all people in a folder of calendars."""

MOST_BYTES: Final = 50_000_000
"""An earlier file larger than this is refused."""


@said_in_words
def turns_of(solution: Solution, *, why: bool = True) -> list[Turn]:
    """Return the turns of a plan in order of slots and seats; open seats are nobody's.

    Args:
        solution: a rota's.
        why: whether each turn says why it is theirs, which costs O(slots x people).

    Returns:
        Whole days for slots of days, zoned moments for slots with a time of day. One at a wall-clock time
        without a time zone is at that time wherever the calendar is read.
    """
    problem, awards = solution.problem, solution.awards
    reason_of = reasons(problem, awards, solution.seed) if why else {}
    skills, ids = (*problem.skills, ""), turn_ids(problem)
    stand_ins = solution.columns.get("substitutes")
    out = []
    for seat, (slot, who) in enumerate(zip(problem.seat_slot.tolist(), awards.tolist(), strict=True)):
        if who < 0:
            continue
        start, end = _span(problem, slot)
        skill = skills[int(problem.seat_skill[seat])]
        notes = [f"As: {skill}."] if skill else []
        kind = problem.classes[int(problem.slot_class[slot])]
        notes += [f"Counts {int(problem.load[slot])} turns."] if problem.load[slot] > 1 else []
        notes += [f"A {kind}."] if kind else []
        notes += [reason_of[slot, who]] if (slot, who) in reason_of else []
        notes += [f"Stand-in: {stand_ins[seat]}."] if stand_ins and stand_ins[seat] else []
        duty = problem.duties[int(problem.slot_duty[slot])]
        out.append(Turn(start, end, duty, problem.people[who], " ".join(notes), ids[seat]))
    return out


def _span(problem: Any, slot: int) -> tuple[date | datetime, date | datetime]:
    """Return when a slot starts and ends: its days, or moments in the duty's time zone."""
    first = date.fromordinal(int(problem.slot_start[slot]))
    clock = int(problem.slot_clock[slot])
    # Turns of whole days stay free of time zones: they are the same date everywhere.
    if clock < 0:
        return first, date.fromordinal(int(problem.slot_end[slot]))
    name = problem.timezones[int(problem.slot_duty[slot])]
    since_midnight = timedelta(minutes=clock)
    zone = ZoneInfo(name) if name else None
    begin = datetime(first.year, first.month, first.day, tzinfo=zone) + since_midnight
    return begin, begin + timedelta(minutes=int(problem.slot_span[slot]))


@said_in_words
def ics(solution: Solution, previous: bytes | None = None) -> bytes:
    """Return one calendar with everybody's turns.

    Args:
        solution: a rota's.
        previous: the file handed out before: turns that stayed keep their UID and SEQUENCE, changed ones get
            one more, those that are gone are cancelled, and those before this plan stay as they are.

    Raises:
        InputError: ``previous`` is no calendar.
    """
    problem = solution.problem
    title = ", ".join(problem.duties)
    return calendar(turns_of(solution), NAME, previous, title=title, since=_first(problem))


@said_in_words
def calendars(solution: Solution, previous: Mapping[str, bytes] | bytes | None = None) -> dict[str, bytes]:
    """Return a calendar a person who ever is a member or has a turn, by file name, and one for all.

    Args:
        solution: a rota's.
        previous: the files handed out before, by name, or the one for all; see ``ics``.

    Returns:
        File names to bytes: ``all.ics`` and one a person, also for those without a turn, whose earlier turns
        may have to be cancelled.

    Raises:
        InputError: an earlier file is no calendar.
    """
    problem = solution.problem
    by_person: dict[str, list[Turn]] = {name: [] for name in problem.people}
    for turn in turns_of(solution):
        by_person[turn.person].append(turn)
    names = file_names(problem.people)
    every = [turn for turns in by_person.values() for turn in turns]
    duties, since = ", ".join(problem.duties), _first(problem)
    out = {ALL: calendar(every, NAME, _earlier(previous, ALL), title=duties, since=since)}
    for person, turns in by_person.items():
        title = f"{duties}: {person}"
        old = _earlier(previous, names[person])
        out[names[person]] = calendar(turns, NAME, old, title=title, person=person, since=since)
    return out


def _earlier(previous: Mapping[str, bytes] | bytes | None, name: str) -> bytes | None:
    """Return the earlier file for a name; the one for all where there is no file of its own."""
    if previous is None or isinstance(previous, bytes):
        return previous
    # Somebody new has no file of their own yet; their earlier turns, if any, stand in that of all.
    return previous.get(name, previous.get(ALL))


def _first(problem: Any) -> date | None:
    return date.fromordinal(int(problem.slot_start.min())) if len(problem.slot_start) else None


@said_in_words
def file_names(people: tuple[str, ...]) -> dict[str, str]:
    """Return a file name a person: letters, digits, dashes; numbered where two would be the same.

    Names keep letters of any script. Nothing in a name can leave the folder.
    """
    out: dict[str, str] = {}
    taken = {ALL.removesuffix(".ics")}
    for person in people:
        kept = "".join(letter if letter.isalnum() else "-" for letter in unicodedata.normalize("NFC", person))
        plain = "-".join(part for part in kept.split("-") if part)[:60] or "person"
        name, number = plain, 1
        # Two names may make one file name, and some file systems do not tell Anna from anna.
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        out[person] = f"{name}.ics"
    return out


@said_in_words
def previous_of(path: str | Path) -> dict[str, bytes] | bytes:
    """Read what was handed out before: a file, or a folder of calendars.

    Raises:
        InputError: nothing is there, a file is too large, or a folder holds no calendar.
    """
    source = Path(path)
    if source.is_dir():
        files = sorted(part for part in source.glob("*.ics") if part.is_file())
        if not files:
            raise InputError.one(
                "holds no calendars", "Give the folder or the .ics file handed out before", came=str(path)
            )
        return {part.name: _bytes(part) for part in files}
    return _bytes(source)


def _bytes(path: Path) -> bytes:
    content = bytes_of(path)
    if len(content) > MOST_BYTES:
        raise InputError.one(
            f"is over {MOST_BYTES // 1_000_000} MB", "Give the .ics file handed out before", came=str(path)
        )
    return content


@said_in_words
def save_calendars(
    solution: Solution, folder: str | Path, previous: Mapping[str, bytes] | bytes | None = None
) -> list[Path]:
    """Write a calendar a person, and one for all, into a folder, which is made if it is not there.

    All are made before the first is written; other files in the folder are left alone.

    Returns:
        What was written, ``all.ics`` first.

    Raises:
        InputError: the folder cannot be made, or is a file.
    """
    target, files = Path(folder), calendars(solution, previous)
    with folder_to_fill(target):
        for name, content in files.items():
            write_atomically(target / name, content)
    return [target / name for name in files]
