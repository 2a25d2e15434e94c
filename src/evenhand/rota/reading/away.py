"""Days on which people cannot serve, as they write them beside their names: "5.1., 12.1.-18.1., Tuesdays".

What stands in a table of absences is the same and exact; this is for the column "can't" of a parish's list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.rota.reading.people import nfc
from evenhand.tables import Table
from evenhand.tables.calendar_days import WEEK_NUMBER, WEEKDAY_OF, days, without_year

COLUMN: Final = "away"
MEND: Final = "Write 2026-02-02, 2026-02-02 to 2026-02-09, week 7 or Tue, parted by semicolons"
BETWEEN: Final = re.compile(r"\s*[;,\n&+]\s*|\s+(?:and|und|sowie|et|y)\s+")
"""What stands between two times in a cell."""
TO: Final = re.compile(r"\s*[–—]\s*|\s*\.\.\.?\s*|\s+(?:-|to|until|till|bis|au|al|hasta|jusqu'au)\s+")
"""What stands between the first day and the last; a hyphen without spaces too, where it is the only one."""
LEADING: Final = re.compile(r"(?:from|vom?|ab|on|am|du|le|del?|el)\s+", re.IGNORECASE)
NOTHING: Final = frozenset(
    {"-", "–", "—", "no", "none", "never", "nein", "keine", "nie", "non", "aucune", "nada"}
)
HALF_A_YEAR: Final = 183
"""Days of a range without its years from which it is a slip: 12.1.-5.1. is no absence of 358 days."""
Days = tuple[int, int]
"""First and last day, as ordinals."""
Partial = tuple[int | None, int, int]
"""Year, month and day; without a year the plan's is meant."""


def away_of(table: Table, code: dict[str, int], first: int, last: int) -> Ints:
    """Return the absences of a column ``away`` of people, shape (a, 3): person, first day, last day.

    Args:
        table: people; without the column there are none.
        code: code of each name.
        first: the plan's first day: a date without a year is that of the plan, a weekday each one in it.
        last: its last day.
    """
    if not table.has(COLUMN):
        return np.zeros((0, 3), dtype=np.int64)
    cells = ["" if cell.casefold() in NOTHING else cell for cell in table.text(COLUMN)]
    # As a whole first: "January 5, 2026" holds a comma and is one day.
    whole = days([cell for cell in dict.fromkeys(cells) if cell])[0]
    parts = [[cell] if cell in whole or not cell else BETWEEN.split(cell) for cell in cells]
    texts = dict.fromkeys(text for row in parts for part in row for text in (part, *_ends(part)) if text)
    # All texts of the column together decide whether 05/01/2026 begins with its day.
    known, _, either = days(list(texts))
    if either is not None:
        row = next(row for row, told in enumerate(parts) if any(either[0] in part for part in told))
        table.wrong(row, COLUMN, f"holds {either[0]}, which {either[1]}", either[2])
        return np.zeros((0, 3), dtype=np.int64)
    spans, strange = [], []
    for row, (name, told) in enumerate(zip(table.text("name"), parts, strict=True)):
        for part in filter(None, told):
            held = list(_spans(part, known, first, last))
            strange += [] if held else [(row, part)]
            spans += [(code[nfc(name)], *span) for span in held if nfc(name) in code]
    for row, part in strange if spans else strange[:1]:
        # Where no cell names a day the column is another one, such as how many days of leave are left.
        tell = table.wrong if spans else table.odd
        problem = "names no day" if part == cells[row] else f"holds {part!r}, which names no day"
        tell(row, COLUMN, problem if spans else f"{problem} and is not read", MEND)
    return np.array(sorted(set(spans)), dtype=np.int64).reshape(-1, 3)


def _ends(part: str) -> list[str]:
    """Return the two ends of a range, [] where it is none."""
    ends = TO.split(part, maxsplit=1)
    if len(ends) == 1 and part.count("-") == 1:
        ends = part.split("-")
    return [LEADING.sub("", end.strip()) for end in ends] if len(ends) > 1 else []


def _spans(part: str, known: dict[str, date], first: int, last: int) -> Iterator[Days]:
    """Yield the days that one time covers; nothing where it names no day."""
    word = _plain(part).rstrip(".").removesuffix("s")
    plain = LEADING.sub("", part)
    if WEEK_NUMBER.fullmatch(plain):
        yield from _week(plain, first, last)
    elif (weekday := WEEKDAY_OF.get(word, WEEKDAY_OF.get(_plain(part)))) is not None:
        yield from (
            (day, day) for day in range(first, last + 1) if date.fromordinal(day).weekday() == weekday
        )
    elif (day := _partial(plain, known)) is not None:
        start = _placed(day, first, last)
        yield from () if start is None else ((start, start),)
    elif ends := _ends(part):
        end = _partial(ends[1], known)
        begin = _partial(ends[0], known)
        if end is not None and begin is None and re.fullmatch(r"\d{1,2}\.?", ends[0]):
            begin = (end[0], end[1], int(ends[0].rstrip(".")))
        if begin is not None and end is not None:
            yield from _range(begin, end, first, last)


def _range(begin: Partial, end: Partial, first: int, last: int) -> Iterator[Days]:
    """Yield a range; where one end lacks its year it is the other's, across New Year the one beside it."""
    told = begin[0] is not None and end[0] is not None
    if begin[0] is None and end[0] is not None:
        begin = (end[0] - (begin[1:] > end[1:]), *begin[1:])
    start = _placed(begin, first, last)
    if start is None:
        return
    if end[0] is None:
        year = date.fromordinal(start).year
        end = (year + (end[1:] < begin[1:]), *end[1:])
    until = _placed(end, first, last)
    if until is not None and start <= until and (told or until - start < HALF_A_YEAR):
        yield start, until


def _plain(text: str) -> str:
    return text.strip().casefold().replace("é", "e").replace("á", "a")


def _partial(text: str, known: dict[str, date]) -> Partial | None:
    """Return a date with or without its year: 2026-01-05, 5.1., 5 Jan; None where it is no day."""
    if text in known:
        day = known[text]
        return day.year, day.month, day.day
    short = without_year(text)
    return None if short is None else (None, *short)


def _placed(day: Partial, first: int, last: int) -> int | None:
    """Return a day as an ordinal, without a year the one of the plan; None where no year has it."""
    own = date.fromordinal(first).year
    years: Sequence[int] = range(own, date.fromordinal(last).year + 1) if day[0] is None else (day[0],)
    placed = []
    for year in years:
        try:
            placed.append(date(year, *day[1:]).toordinal())
        except ValueError:  # the 29th of February, or the 31st of June
            continue
    inside = [ordinal for ordinal in placed if first <= ordinal <= last]
    return next(iter([*inside, *placed]), None)


def _week(text: str, first: int, last: int) -> Iterator[Days]:
    """Yield the days of a numbered week, without a year each such week of the plan."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    begins = date.fromordinal(first) - timedelta(days=7)
    years = range(begins.year, date.fromordinal(last).year + 1)
    if len(numbers) > 1:
        years = range(numbers[1] % 100 + 2000, numbers[1] % 100 + 2001)
    for year in years:
        try:
            monday = date.fromisocalendar(year, numbers[0], 1).toordinal()
        except ValueError:
            continue
        if len(numbers) > 1 or (monday <= last and monday + 6 >= first):
            yield monday, monday + 6
