"""People, absences and history: tables to columns, everything that is wrong noted by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.rota.problem import OPEN
from evenhand.tables import Table
from evenhand.tables.texts import near_person

ALIASES = {
    "name": ("name", "person", "member", "who", "full name", "display name"),
    "joined": ("joined", "join", "joins", "start", "joined on", "member since"),
    "left": ("left", "leave", "leaves", "end", "left on", "member until"),
    "from": ("from", "start", "first", "begin", "date"),
    "to": ("to", "end", "last", "until"),
    "start": ("start", "date", "day"),
    "date": ("date", "day", "start", "slot", "when"),
}
"""Headers by which a column is known, the first before the others."""


AND = re.compile(r"\s*[/&;,+]\s*|\s+(?:and|und|et|y)\s+")
"""What stands between two people in one cell."""


def aliased(table: Table, column: str) -> str:
    """Return the header under which a column stands; its own name where none of its aliases is there."""
    return next((name for name in ALIASES.get(column, (column,)) if table.has(name)), column)


def nfc(name: str) -> str:
    """Return the one spelling of a name: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


@dataclass(frozen=True, eq=False)
class People:
    """Names sorted, memberships, weights, skills."""

    names: tuple[str, ...]
    weight: Ints = field(repr=False)
    periods: Ints = field(repr=False)  # (m, 3): person, start, end
    skills: tuple[str, ...]
    has: Ints = field(repr=False)  # (h, 2): person, skill
    since: Ints = field(repr=False)  # -1 where the table does not say
    changes: Ints = field(
        repr=False
    )  # (c, 3): person, from which day, weight from then on; by person and day
    parts: int = 1  # equal parts of a weight that make 1

    @property
    def code(self) -> dict[str, int]:
        """Code of each name."""
        return {name: index for index, name in enumerate(self.names)}


def parted(cell: str) -> list[str]:
    """Part a cell at ; | or a comma."""
    # People write lists with any of the three.
    for mark in (";", "|"):
        cell = cell.replace(mark, ",")
    return [part.strip() for part in cell.split(",") if part.strip()]


def read_people(table: Table, findings: Findings) -> People:
    """Read people: one row a membership; a person with several periods has several rows.

    A further row with a day in the column ``from`` is not a membership: it says the weight from that day on.
    """
    name_at, joined_at, left_at = (aliased(table, column) for column in ("name", "joined", "left"))
    table.need(name_at)
    names = [nfc(cell) for cell in table.text(name_at, required=True)]
    joined = table.dates(joined_at, optional=True) if table.has(joined_at) else [None] * len(table)
    left = table.dates(left_at, optional=True) if table.has(left_at) else [None] * len(table)
    weight, parts = table.weights("weight")
    counts = table.dates("counts_from", optional=True) if table.has("counts_from") else [None] * len(table)
    skills = [parted(cell) for cell in table.text("skills")]
    people = tuple(sorted({name for name in names if name}))
    if not people and not findings.errors:
        findings.error("has nobody in it", "Give at least one person, a row each", table=table.name)
    code = {name: index for index, name in enumerate(people)}
    known = tuple(sorted({skill for part in skills for skill in part}))
    # A day in "from" parts changes of weight from memberships, so both can stand in one table.
    holds = table.dates("from", optional=True) if table.has("from") else [None] * len(table)
    rows: dict[int, list[int]] = {}
    changes: list[tuple[int, int, int]] = []
    for index, name in enumerate(names):
        day = holds[index]
        if name and (day is None or code[name] not in rows):
            rows.setdefault(code[name], []).append(index)
        elif name and day is not None:
            changes.append((code[name], day.toordinal(), int(weight[index])))
    spans = _spans(table, joined, left, joined_at, left_at)
    for index in (index for part in rows.values() for index in part[1:]):
        if weight[index] != weight[rows[code[names[index]]][0]]:
            table.wrong(
                index,
                "weight",
                "is another weight than in the person's first row",
                "Give one weight a person",
            )
    _check_periods(table, rows, spans, joined_at)
    has = sorted(
        {
            (code[names[index]], known.index(skill))
            for index in range(len(names))
            if names[index]
            for skill in skills[index]
        }
    )
    return People(
        names=people,
        weight=np.array([int(weight[rows[who][0]]) for who in range(len(people))], dtype=np.int64),
        periods=np.array(
            sorted((who, *spans[index]) for who, part in rows.items() for index in part), dtype=np.int64
        ).reshape(-1, 3),
        skills=known,
        has=np.array(has, dtype=np.int64).reshape(-1, 2),
        since=np.array([_since(counts, rows[who]) for who in range(len(people))], dtype=np.int64),
        changes=np.array(sorted(changes), dtype=np.int64).reshape(-1, 3),
        parts=parts,
    )


def _since(counts: Sequence[date | None], rows: list[int]) -> int:
    days = [day.toordinal() for day in (counts[row] for row in rows) if day is not None]
    return min(days) if days else -1


def _spans(
    table: Table, joined: Sequence[date | None], left: Sequence[date | None], joined_at: str, left_at: str
) -> list[tuple[int, int]]:
    """Return first and last day a row; 0 for no beginning, ``OPEN`` for no end."""
    out = []
    for index, (first, last) in enumerate(zip(joined, left, strict=True)):
        begin = 0 if first is None else first.toordinal()
        end = OPEN if last is None else last.toordinal()
        if end < begin and first is not None:
            table.wrong(
                index,
                left_at,
                f"left before joining on {first.isoformat()}",
                f"Put {left_at} on or after {joined_at}",
            )
            # Read on with a period of one day, so that this one fault is not told again as an overlap.
            end = begin
        out.append((begin, end))
    return out


def _check_periods(
    table: Table, rows: dict[int, list[int]], spans: list[tuple[int, int]], joined_at: str
) -> None:
    name_at = aliased(table, "name")
    for part in rows.values():
        ordered = sorted(part, key=lambda index: (spans[index], index))
        for before, after in pairwise(ordered):
            # The fault is told at the later of the two rows, with the number of the other.
            late = max(before, after)
            if spans[before] == spans[after]:
                table.wrong(
                    late, name_at, "stands twice", "Delete one row, or tell two people apart by their names"
                )
            elif spans[after][0] <= spans[before][1]:
                other = table.rows[before if late == after else after]
                table.wrong(
                    late, joined_at, f"overlaps the period in row {other} of the same person",
                    "End one period before the next begins",
                )  # fmt: skip


def code_of(table: Table, index: int, column: str, name: str, code: dict[str, int]) -> int:
    """Return a person's code, or note the unknown name (with the nearest one) and return -1."""
    known = code.get(nfc(name), -1)
    if known < 0 and name:
        meant = near_person(name, list(code))
        mend = (
            "Give each person a row"
            if (several := [part for part in AND.split(nfc(name)) if part in code]) and len(several) > 1
            else f"Did you mean {meant}?"
            if meant
            else "Add the person to the table of people, or correct the name"
        )
        table.wrong(index, column, "is not in people", mend)
    return known


def read_absences_table(table: Table, people: People) -> Ints:
    """Read absences, both ends inclusive, as (person, from, to), sorted; one outside membership is noted."""
    name_at, from_at, to_at = (aliased(table, column) for column in ("name", "from", "to"))
    if not table.need(name_at, from_at) or not len(table):
        return np.zeros((0, 3), dtype=np.int64)
    names = table.text(name_at, required=True)
    first = table.dates(from_at)
    last = table.dates(to_at, optional=True) if table.has(to_at) else [None] * len(table)
    rows = []
    open_ends: list[int] = []
    code = people.code
    for index, name in enumerate(names):
        # A table of absences is about this team, so an unknown name is an error; a calendar holds other
        # events.
        if name and nfc(name) not in code and table.origin.kind == "a calendar":
            _left_out(table, index, name, code)
            continue
        who = code_of(table, index, name_at, name, code)
        begin = first[index]
        if begin is None:
            continue
        end = last[index] or begin
        if end < begin:
            table.wrong(index, to_at, "is before the absence begins", f"Put {to_at} on or after {from_at}")
            continue
        if who < 0:
            continue
        own = people.periods[people.periods[:, 0] == who]
        if not ((own[:, 1] <= end.toordinal()) & (own[:, 2] >= begin.toordinal())).any():
            table.odd(
                index, from_at, "lies outside the person's membership", "Check the dates; it has no effect"
            )
        rows.append((who, begin.toordinal(), end.toordinal()))
        open_ends += [index] if last[index] is None and table.has(to_at) else []
    if open_ends:
        _one_day(table, open_ends, to_at)
    return np.array(sorted(set(rows)), dtype=np.int64).reshape(-1, 3)


def _one_day(table: Table, rows: list[int], to_at: str) -> None:
    """Note absences without a last day: one day to some, still away to others."""
    more = f", and so in {len(rows) - 1:,} more row{'s' * (len(rows) > 2)}" if len(rows) > 1 else ""  # noqa: PLR2004
    problem = f"has no last day, so it was read as one day{more}"
    mend = "Give the last day; one after the plan for somebody who stays away"
    table.findings.warning(problem, mend, table=table.name, row=table.rows[rows[0]], column=table.head(to_at))


def _left_out(table: Table, index: int, name: str, code: dict[str, int]) -> None:
    """Note an event that is about nobody of the rota: a calendar holds much besides absences."""
    meant = near_person(name, list(code))
    title, day = table.columns["note"][index], table.columns["from"][index]
    table.findings.warning(
        f"on {day} names {name}, who is not in people; the event was left out",
        f"Did you mean {meant}?" if meant else "",
        table=table.name, row=table.rows[index], came=title,
    )  # fmt: skip


def read_history(table: Table, people: People) -> Ints:
    """Read served turns as (day, person, load), in order of days.

    A row has a date and a name, and a load of 1 unless given; one without a name is an open seat.
    """
    date_at, name_at = aliased(table, "date"), aliased(table, "name")
    if not table.need(date_at, name_at) or not len(table):
        return np.zeros((0, 3), dtype=np.int64)
    days = table.dates(date_at)
    names = table.text(name_at)
    load = table.integers("load", default=1, low=1, high=10**6)
    code = people.code
    rows = []
    for slot, (day, name) in enumerate(zip(days, names, strict=True)):
        who = code_of(table, slot, name_at, name, code)
        # An open seat has no name and is not a turn.
        if day is None or who < 0:
            continue
        own = people.periods[people.periods[:, 0] == who]
        if not ((own[:, 1] <= day.toordinal()) & (day.toordinal() <= own[:, 2])).any():
            table.odd(
                slot,
                date_at,
                f"lies outside the membership of {nfc(name)}",
                "Check the date; the turn counts",
            )
        rows.append((day.toordinal(), who, int(load[slot])))
    return np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
