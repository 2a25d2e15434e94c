"""Days on which people cannot serve, as they write them beside their names: "5.1., 12.1.-18.1., Tuesdays".

What stands in a table of absences is the same and exact; this is for the column "can't" of a parish's list.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.rota.reading.people import nfc
from evenhand.tables import Table
from evenhand.tables.calendar_days import (
    MONTH_OF,
    WEEK_NUMBER,
    WEEKDAY_FIRST,
    WEEKDAY_OF,
    days,
    without_year,
)

COLUMN: Final = "away"
MEND: Final = "Write 2026-02-02, 2026-02-02 to 2026-02-09, week 7 or Tue, parted by semicolons"
BETWEEN: Final = re.compile(r"\s*[;,\n&+]\s*|\s+(?:and|und|sowie|et|y)\s+")
"""What stands between two times in a cell."""
TO: Final = re.compile(r"\s*[–—]\s*|\s*\.\.\.?\s*|\s+(?:-|to|until|till|bis|au|al|hasta|jusqu'au)\s+")
"""What stands between the first day and the last; a hyphen without spaces too, where it is the only one."""
ON: Final = re.compile(r"\A(?:on|in|am|im|le|en|el)\s+", re.IGNORECASE)
FROM: Final = re.compile(r"\A(?:from|vo[nm]|du|del?)\s+", re.IGNORECASE)
EACH: Final = re.compile(r"\A(?:every|each|jede[nr]?|immer|chaque|cada|tous les|todos los)\s+", re.IGNORECASE)
ONWARD: Final = re.compile(
    r"\A(?:from|since|ab(?: dem)?|seit|dès(?: le)?|à partir du|depuis(?: le)?|desde(?: el)?)\s+",
    re.IGNORECASE,
)
"""What stands before the first of many days, the last of which is the plan's."""
UNTIL: Final = re.compile(r"\A(?:until|till|up to|bis(?: zum)?|jusqu'au|hasta(?: el)?)\s+", re.IGNORECASE)
WEEKS: Final = re.compile(
    r"([a-z]+)\.?\s?(\d{1,2})(\s?[-–—]\s?|\s+(?:to|until|till|bis|au|à|al|hasta|a)\s+)(?:\1\.?\s?)?(\d{1,2})",
    re.IGNORECASE,
)
NOTHING: Final = frozenset(
    {"-", "–", "—", "no", "none", "never", "nein", "keine", "nie", "non", "aucune", "nada"}
)
LAST: Final = 99
"""Stands for the last day of a month, whatever its number."""
BARE: Final = re.compile(r"\d{1,2}\.?")
"""A day that leaves its month to another."""
HALF_A_YEAR: Final = 183
"""Days of a range without its years from which it is a slip: 12.1.-5.1. is no absence of 358 days."""
Days = tuple[int, int]
"""First and last day, as ordinals."""
Partial = tuple[int | None, int, int, int | None]
"""Year, month, day and weekday; without a year the plan's is meant, without a weekday any."""


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
    texts = dict.fromkeys(text for row in parts for part in row for text in _texts(part) if text)
    # All texts of the column together decide whether 05/01/2026 begins with its day.
    known, _, either = days(list(texts))
    if either is not None:
        row = next(row for row, told in enumerate(parts) if any(either[0] in part for part in told))
        table.wrong(row, COLUMN, f"holds {either[0]}, which {either[1]}", either[2])
        return np.zeros((0, 3), dtype=np.int64)
    spans, strange = [], []
    for row, (name, told) in enumerate(zip(table.text("name"), parts, strict=True)):
        for index, part in enumerate(told):
            held = list(_spans(part, known, first, last)) or _lone(told, index, known, first, last)
            strange += [] if held or not part else [(row, part)]
            spans += [(code[nfc(name)], *span) for span in held if nfc(name) in code]
    for row, part in strange if spans else strange[:1]:
        # Where no cell names a day the column is another one, such as how many days of leave are left.
        tell = table.wrong if spans else table.odd
        problem = "names no day" if part == cells[row] else f"holds {part!r}, which names no day"
        tell(row, COLUMN, problem if spans else f"{problem} and is not read", MEND)
    return np.array(sorted(set(spans)), dtype=np.int64).reshape(-1, 3)


def _texts(part: str) -> list[str]:
    """Return what of a time may be a day by itself."""
    return [part, *(head.sub("", part) for head in (ON, ONWARD, UNTIL)), *_ends(part)]


def _ends(part: str) -> list[str]:
    """Return the two ends of a range, [] where it is none."""
    ends = TO.split(part, maxsplit=1)
    if len(ends) == 1 and part.count("-") == 1:
        ends = part.split("-")
    return [ON.sub("", FROM.sub("", ONWARD.sub("", end.strip()))) for end in ends] if len(ends) > 1 else []


def _spans(part: str, known: dict[str, date], first: int, last: int) -> Iterator[Days]:
    """Yield the days that one time covers; nothing where it names no day, or may mean two."""
    each = EACH.sub("", _plain(part)).rstrip(".")
    plain = ON.sub("", part)
    if (weeks := WEEKS.fullmatch(plain)) and WEEK_NUMBER.fullmatch(
        f"{weeks[1].removesuffix('s')} {weeks[2]}"
    ):
        yield from _weeks(weeks, first, last)
    elif WEEK_NUMBER.fullmatch(plain):
        yield from _week(plain, first, last)
    elif (weekday := WEEKDAY_OF.get(each, WEEKDAY_OF.get(each.removesuffix("s")))) is not None:
        yield from (
            (day, day) for day in range(first, last + 1) if date.fromordinal(day).weekday() == weekday
        )
    elif (day := _partial(plain, known)) is not None:
        yield from _range(day, day, first, last)
    elif (month := _month(plain)) is not None:
        yield from _range((*month, 1, None), (*month, LAST, None), first, last)
    elif (ends := _ends(part)) and (both := _both(ends, known)):
        yield from _range(*both, first, last)
    elif (head := ONWARD.match(part)) and (day := _partial(part[head.end() :], known)):
        yield from ((start, max(start, last)) for start, _ in _range(day, day, first, last))
    elif (head := UNTIL.match(part)) and (day := _partial(part[head.end() :], known)):
        yield from ((min(first, end), end) for _, end in _range(day, day, first, last))


def _both(ends: list[str], known: dict[str, date]) -> tuple[Partial, Partial] | None:
    """Return both ends of a range; one of them may leave the month to the other, as in 19.-25.1."""
    begin, end = (_partial(text, known) for text in ends)
    if begin is None and end is not None and BARE.fullmatch(ends[0]):
        begin = (end[0], end[1], int(ends[0].rstrip(".")), None)
    if end is None and begin is not None and BARE.fullmatch(ends[1]):
        end = (begin[0], begin[1], int(ends[1].rstrip(".")), None)
    return None if begin is None or end is None else (begin, end)


def _lone(told: list[str], index: int, known: dict[str, date], first: int, last: int) -> list[Days]:
    """Return the day of a number that leaves its month to another day of the cell: 5., 12. and 19.1."""
    if not BARE.fullmatch(told[index]):
        return []
    before, after = reversed(told[:index]), told[index + 1 :]
    # "5., 19.1." but "January 5, 19": the month comes behind a number with a point, else before.
    others = after if told[index].endswith(".") else [*before, *after]
    days_there = (_partial(text, known) for other in others for text in (other, *_ends(other)[1:]))
    day = next(filter(None, days_there), None)
    if day is None:
        return []
    lone = (day[0], day[1], int(told[index].rstrip(".")), None)
    return list(_range(lone, lone, first, last))


def _range(begin: Partial, end: Partial, first: int, last: int) -> Iterator[Days]:
    """Yield a range; without a year that of the plan, across New Year with the year beside it.

    Nothing where no year has such days, or the plan holds them twice.
    """
    wraps = end[1:3] < begin[1:3]
    told = begin[0] is not None and end[0] is not None
    years: Sequence[int] = range(date.fromordinal(first).year - 1, date.fromordinal(last).year + 1)
    if begin[0] is not None:
        years = (begin[0],)
    elif end[0] is not None:
        years = (end[0] - wraps,)
    spans = []
    for year in years:
        start, until = _ordinal(year, begin), _ordinal(year + wraps if end[0] is None else end[0], end)
        if start is not None and until is not None and until >= start:
            spans += [(start, until)] if told or until - start < HALF_A_YEAR else []
    inside = [(start, until) for start, until in spans if start <= last and until >= first]
    # The year beside the plan where none is in it: then weekdays decide nothing, and a wrong one is told.
    meant = inside or sorted(spans, key=lambda span: max(first - span[1], span[0] - last))[:1]
    meant = [span for span in meant if all(map(_on_its_weekday, span, (begin, end)))]
    yield from meant if len(meant) == 1 else ()


def _on_its_weekday(ordinal: int, day: Partial) -> bool:
    return day[3] in {None, date.fromordinal(ordinal).weekday()}


def _ordinal(year: int, day: Partial) -> int | None:
    """Return a day in a year as an ordinal; None where that has none."""
    try:
        placed = date(year, day[1], min(day[2], monthrange(year, day[1])[1]) if day[2] == LAST else day[2])
    except ValueError:  # the 29th of February, or the 31st of June
        return None
    return placed.toordinal()


def _plain(text: str) -> str:
    return text.strip().casefold().replace("é", "e").replace("á", "a").replace("û", "u").replace("ä", "a")


def _month(text: str) -> tuple[int | None, int] | None:
    """Return year and month of a whole month, as in "August" or "August 2026"; None where it is none."""
    words = _plain(text).split()
    # "mar" is Tuesday to some and March to others.
    if not words or words[0] not in MONTH_OF or words[0] == "mar" or len(words) > 2:  # noqa: PLR2004
        return None
    if len(words) == 1:
        return None, MONTH_OF[words[0]]
    return (int(words[1]), MONTH_OF[words[0]]) if re.fullmatch(r"[12]\d{3}", words[1]) else None


def _partial(text: str, known: dict[str, date]) -> Partial | None:
    """Return a date with or without its year: 2026-01-05, Mo 5.1., 5 Jan; None where it is no day."""
    if text in known:
        day = known[text]
        return day.year, day.month, day.day, None
    weekday = None
    if (named := WEEKDAY_FIRST.fullmatch(text)) and _plain(named[1]) in WEEKDAY_OF:
        weekday, text = WEEKDAY_OF[_plain(named[1])], named[2]
    short = without_year(text)
    return None if short is None else (None, *short, weekday)


def _weeks(told: re.Match[str], first: int, last: int) -> Iterator[Days]:
    """Yield the days of several weeks, as in KW 7-9 or week 51 to 2, each time the plan holds them."""
    begin, end = int(told[2]), int(told[4])
    # KW 7-26 may be twenty weeks, or week 7 of 2026.
    if "-" in told[3] and 2000 + end in {date.fromordinal(day).year for day in (first, last)}:
        return
    for year in range(date.fromordinal(first).year - 1, date.fromordinal(last).year + 1):
        try:
            monday = date.fromisocalendar(year, begin, 1).toordinal()
            sunday = date.fromisocalendar(year + (end < begin), end, 7).toordinal()
        except ValueError:
            continue
        if monday <= last and sunday >= first and sunday - monday < HALF_A_YEAR:
            yield monday, sunday


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
