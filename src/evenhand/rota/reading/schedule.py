"""A schedule that a team has kept elsewhere, as a rota: who did which turn, and who is to do which.

Calendars say who serves in many ways: as an attendee, in the title ("On call: Ada", "Ada - kitchen"), or, in
evenhand's own, in a property. So names are looked for among the people of the team, whatever their order;
what is left of a title names the duty. A name that nobody has is told, with the nearest one, and left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import slot_names
from evenhand.rota.reading.people import aliased, nfc, parted
from evenhand.tables import Given, Table, near, read
from evenhand.tables.absences_ics import is_calendar, read_events
from evenhand.tables.texts import near_person

PARTS = re.compile(r"\s*[:|;,/&()\[\]–—]\s*|\s+-\s+|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|\s+with\s+")
"""What parts a title: "On call: Ada", "Ada & Ben - kitchen", "Kitchen (Ada)"."""

# Wide enough for any team's calendar, and an end for events that repeat for ever.
WINDOW = (date(1990, 1, 1), date(2100, 1, 1))
"""Events outside are no team's turns."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """A schedule as a rota and its plan.

    Attributes:
        problem: the rota whose slots are the schedule's, with their people, absences and holidays.
        awards: who serves, a person a seat.
        unknown: names that nobody in the table of people has, with how many turns each.
    """

    problem: RotaProblem
    awards: Ints = field(repr=False)
    unknown: dict[str, int]


@dataclass(slots=True)
class _Slot:
    """A slot while it is read: whom it names, and how long it is."""

    duty: str
    start: date
    at: str
    days: int
    hours: float
    zone: str
    people: list[str]
    skills: tuple[str, ...] = ()


def rota_of_schedule(
    schedule: Any,
    people: Any,
    *,
    absences: Any = None,
    holidays: str = "",
    skills: Mapping[str, Sequence[str]] | None = None,
    **dials: Any,
) -> Schedule:
    """Read a schedule with its people.

    Args:
        schedule: an iCalendar file, or a table with date and name, perhaps duty, until, at and hours.
        people: the table of people, as for a rota.
        absences: as for a rota.
        holidays: country, or country-region, whose public holidays are an account of their own.
        skills: what a duty's turns ask for, one seat each, by the duty's name; also the column skills of a
            schedule that is a table. A turn that was served without the skill keeps asking for nothing.
        **dials: further settings of ``RotaProblem.from_tables``.

    Returns:
        The schedule as a rota. Policy is ``ledger``: everybody present has a share of each slot.

    Raises:
        InputError: everything that is wrong at once, or nobody of the schedule is known.
    """
    findings = Findings()
    crowd = read(people, "people", findings, job="rota")
    names = sorted({nfc(cell) for cell in crowd.text(aliased(crowd, "name"), required=True) if cell})
    # Names first: without them no turn of the schedule can be read.
    findings.raise_errors()
    unknown: Counter[str] = Counter()
    slots = (
        _from_calendar(schedule, names, unknown, findings)
        if is_calendar(schedule)
        else _from_table(schedule, names, unknown, findings)
    )
    if not slots and not findings.errors:
        findings.error(
            "names nobody of the table of people" if unknown else "holds no turn",
            f"It names {', '.join(list(unknown)[:5])}" if unknown else "Export the team's turns again",
            table=_called(schedule),
        )
    _spell_alike(slots)
    _asked(slots, skills or {}, crowd, findings)
    findings.raise_errors()
    # Overlaps are allowed: what was served is a fact, whatever a rule would say.
    problem = RotaProblem.from_tables(
        people, _duties(slots), absences=absences, policy="ledger", holidays=holidays, overlaps=True, **dials
    )
    return Schedule(problem, _awards(problem, slots), dict(sorted(unknown.items())))


def _called(source: Any) -> str:
    source = source.source if isinstance(source, Given) else source
    return Path(source).name if isinstance(source, (str, Path)) else "schedule"


def _from_calendar(source: Any, names: list[str], unknown: Counter[str], findings: Findings) -> list[_Slot]:
    table = read_events(source, *WINDOW, findings)
    known = _spellings(names)
    slots: dict[tuple[str, str, str], _Slot] = {}
    columns = (table.text(head) for head in ("names", "title", "from", "to", "timezone"))
    for cell, title, begin, end, zone in zip(*columns, strict=True):
        parts = [part for part in PARTS.split(title) if part.strip()]
        in_title = [known[_plain(part)] for part in parts if _plain(part) in known]
        named = [name for name in cell.split("\x1f") if name]
        # Attendees before the title: they were entered as people, where a title is free text.
        people = [known[_guest(name)] for name in named if _guest(name) in known] or in_title
        rest = [part.strip() for part in parts if _plain(part) not in known]
        if not people:
            # the title's last part is where most calendars put the name: "On call: Zoe"
            unknown[named[0] if named else (rest[-1] if rest else title)] += 1
            continue
        unknown.update(name for name in named if _guest(name) not in known)
        first, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
        timed = "T" in begin
        slot = _Slot(
            duty=" ".join(rest) or "duty",
            start=first.date(),
            at=first.strftime("%H:%M") if timed else "",
            days=0 if timed else (last - first).days + 1,
            hours=(last - first).total_seconds() / 3600 if timed else 0.0,
            zone=zone if timed else "",
            people=[],
        )
        _add(slots, slot, people)
    return list(slots.values())


def _from_table(source: Any, names: list[str], unknown: Counter[str], findings: Findings) -> list[_Slot]:
    table = read(source, "schedule", findings)
    date_at, name_at = aliased(table, "date"), aliased(table, "name")
    if not table.need(date_at, name_at):
        return []
    known = _spellings(names)
    until_at = "until" if table.has("until") else ""
    ends = table.dates(until_at, optional=True) if until_at else [None] * len(table)
    hours = table.numbers("hours", default=0, low=0, high=366 * 24)
    duties, clocks, asked = table.text("duty", default="duty"), table.text("at"), table.text("skills")
    slots: dict[tuple[str, str, str], _Slot] = {}
    rows = zip(table.dates(date_at), table.text(name_at), ends, duties, clocks, hours, asked, strict=True)
    for day, cell, end, duty, place, length, wanted in rows:
        if day is None:
            continue
        people = []
        for name in [cell] if _plain(cell) in known else parted(cell):
            if _plain(name) in known:
                people.append(known[_plain(name)])
            else:
                unknown[name] += 1
        days = 0 if place and length else ((end - day).days + 1 if end is not None else 1)
        slot = _Slot(
            duty or "duty", day, place, days, float(length) if place else 0.0, "", [], tuple(parted(wanted))
        )
        _add(slots, slot, people)
    return list(slots.values())


def _add(slots: dict[tuple[str, str, str], _Slot], slot: _Slot, people: list[str]) -> None:
    """Put people into the slot of that duty, day and time; nobody serves a slot twice."""
    if people:
        there = slots.setdefault((_plain(slot.duty), slot.start.isoformat(), slot.at), slot)
        # A person entered twice serves once.
        there.people += [name for name in people if name not in there.people]
        there.skills += tuple(skill for skill in slot.skills if skill not in there.skills)


def _spell_alike(slots: list[_Slot]) -> None:
    """Call duties that differ by case alone by their commonest spelling, as people type both."""
    count = Counter(slot.duty for slot in slots)
    spelled: dict[str, str] = {}
    for duty in sorted(count, key=lambda name: (-count[name], name)):
        spelled.setdefault(_plain(duty), duty)
    for slot in slots:
        slot.duty = spelled[_plain(slot.duty)]


def _asked(slots: list[_Slot], skills: Mapping[str, Sequence[str]], crowd: Table, findings: Findings) -> None:
    """Note for each slot (in place) which skills its seats ask for, as far as its crew has them."""
    has: dict[str, set[str]] = {}
    for name, cell in zip(crowd.text(aliased(crowd, "name")), crowd.text("skills"), strict=True):
        has.setdefault(nfc(name), set()).update(parted(cell))
    known = {skill for own in has.values() for skill in own}
    duties = {slot.duty for slot in slots}
    for duty, asked in skills.items():
        meant = near(duty, sorted(duties))
        if duty not in duties:
            mend = f"Did you mean {meant}?" if meant else f"Duties are {', '.join(sorted(duties)[:8])}"
            findings.error("is not a duty of the schedule", mend, table="skills", came=duty)
        for skill in sorted(set(asked) - known):
            findings.error(
                "is nobody's skill", "Give it in the column skills of people", table="skills", came=skill
            )
    for slot in slots:
        wanted = dict.fromkeys((*slot.skills, *skills.get(slot.duty, ())))
        crews, seated = list(slot.people), []
        for skill in wanted:
            # Each skill needs somebody of its own: who has it and is not counted for another yet.
            who = next((name for name in crews if skill in has.get(name, ())), None)
            if who is not None:
                crews.remove(who)
                seated.append((skill, who))
        slot.skills = tuple(skill for skill, _ in seated)
        # In order of seats: those counted for a skill first, then the others by name.
        slot.people = [who for _, who in seated] + sorted(crews)


def _plain(name: str) -> str:
    return nfc(name).casefold().strip(" .")


def _guest(name: str) -> str:
    """Return a guest's name; of a mail address what stands before the @."""
    return _plain(name.partition("@")[0])


def _spellings(names: list[str]) -> dict[str, str]:
    """Return by which spellings each name is known: whole, by mail address, by a first name only one has."""
    out = {_plain(name): name for name in names}
    # A first name counts only where one person has it.
    firsts = Counter(_plain(name).split(" ")[0] for name in names)
    for name in names:
        plain = _plain(name)
        for short in (
            plain.split(" ")[0] if firsts[plain.split(" ")[0]] == 1 else "",
            plain.replace(" ", "."),
        ):
            if short:
                # A whole name is never replaced by somebody else's short one.
                out.setdefault(short, name)
    return out


def near_misses(unknown: dict[str, int], names: tuple[str, ...]) -> dict[str, str]:
    """Return the nearest known name of each unknown one, where there is one.

    >>> near_misses({"Adda": 2}, ("Ada", "Ben"))
    {'Adda': 'Ada'}
    """
    meanings = {name: near_person(name, list(names)) for name in unknown}
    return {name: meant for name, meant in meanings.items() if meant}


def _duties(slots: list[_Slot]) -> list[dict[str, str]]:
    rows = [
        {
            "name": slot.duty,
            "start": slot.start.isoformat(),
            "every": "day",
            "count": "1",
            "seats": str(len(slot.people)),
            "at": slot.at,
            "timezone": slot.zone,
            "skills": "; ".join(slot.skills),
            **({"hours": f"{slot.hours:g}"} if slot.hours else {"days": str(max(1, slot.days))}),
        }
        for slot in slots
    ]
    # a column that is empty throughout would be told as odd, and it is ours, not the reader's
    order = ("name", "start", "every", "count", "seats", "skills", "at", "timezone", "hours", "days")
    heads = [head for head in order if any(row.get(head) for row in rows)]
    return [{head: row.get(head, "") for head in heads} for row in rows]


def _awards(problem: RotaProblem, slots: list[_Slot]) -> Ints:
    code = {name: person for person, name in enumerate(problem.people)}
    crews: dict[tuple[str, str, int], list[int]] = {}
    for slot in slots:
        clock = int(slot.at[:2]) * 60 + int(slot.at[3:]) if slot.at else -1
        # ``_asked`` put them in order, so that who sits where does not depend on the order of the file.
        crews[slot.duty, slot.start.isoformat(), clock] = [code[name] for name in slot.people]
    out = [who for name in slot_names(problem) for who in crews[name.duty, name.day, name.clock]]
    return np.array(out, dtype=np.int64)
