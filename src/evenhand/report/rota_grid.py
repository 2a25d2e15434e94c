"""The grid of a rota: people down, dates across, a letter a turn; nothing is said by colour alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.report.views import short_day

WIDE: Final = 54
"""Dates that stand side by side: the weeks of a year, with one to spare."""
ROOMY: Final = 20
"""Dates up to which cells are large and history stands before the plan; more make a dense grid."""
BEFORE: Final = 6
"""Dates of history before the plan that a roomy grid shows."""
MOST_CELLS: Final = 40_000
"""Cells that a page shows; the rest of the plan stands in its table and in the workbook."""
TALL: Final = 60
"""People beyond which a grid is dense whatever its width."""

PARTS: Final[tuple[Callable[[date], str], ...]] = (
    lambda day: f"{day.year}",
    lambda day: f"{day.year}, {'first' if day.month <= 6 else 'second'} half",  # noqa: PLR2004 - June
    lambda day: f"{day.year}, quarter {(day.month + 2) // 3}",
    lambda day: f"{day:%B %Y}",
)
"""Ways to part a calendar, the longest parts first; a month never has more dates than fit."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell: its kind (turn, served, past, away, out, open or ""), its text, and what it says in words.

    ``now`` marks the first date of the plan where history stands before it.
    """

    kind: str
    text: str
    label: str
    now: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One person's line: the name, how many turns, and a cell a date."""

    name: str
    turns: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """One date: its day of the month, its month where that begins, whether a holiday is in it."""

    day: str
    month: str
    full: str
    now: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A stretch of the calendar that fits side by side."""

    name: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    dense: bool


@dataclass(frozen=True, slots=True)
class Grids:
    """All stretches, what the marks mean, and how many stretches are not shown."""

    grids: tuple[Grid, ...]
    legend: tuple[tuple[str, str, str], ...]
    note: str
    hidden: str


Mark = tuple[str, str, str]
"""Kind, text, and what a screen reader says."""

FREE: Final = ("", "", "free")
OPEN: Final = "(open seats)"


def letters(duties: Sequence[str]) -> dict[str, str]:
    """Return one or two letters a duty, no two alike; numbers where letters do not tell them apart.

    Duties that begin alike each have a second letter, so that nobody takes R for a part of RE.

    >>> letters(["early", "reading", "reserve"])
    {'early': 'E', 'reading': 'RA', 'reserve': 'RS'}
    """
    kept = {duty: "".join(letter for letter in duty if letter.isalnum()).upper() for duty in duties}
    first = Counter(word[:1] for word in kept.values())
    # A letter that stands in other duties of this beginning as well tells them apart least.
    ways = {duty: [word[0] + letter for letter in word[1:]] for duty, word in kept.items() if word}
    shared = Counter(way for duty in ways for way in dict.fromkeys(ways[duty]))
    out: dict[str, str] = {}
    for place, duty in enumerate(duties, 1):
        # One letter where no other duty begins with it; else the second letter that fewest others have.
        alone = first[kept[duty][:1]] == 1
        codes = [kept[duty][:1]] if alone else sorted(ways.get(duty, ()), key=shared.__getitem__)
        numbers = (str(number) for number in range(place, place + len(duties)))
        out[duty] = next(name for name in (*codes, *numbers) if name and name not in out.values())
    return out


def sheets_of(days: Sequence[date]) -> list[tuple[str, list[date]]]:
    """Part dates in order into stretches of at most ``WIDE``, by year, half, quarter or month."""
    # The longest parts that all fit: a year of weeks stays whole, a year of days is parted into months.
    for part in PARTS:
        sheets = [(name, list(run)) for name, run in groupby(days, part)]
        if all(len(run) <= WIDE for _, run in sheets):
            break
    return sheets


def grids_of(problem: Any, awards: Ints) -> Grids:
    """Return the plan as tables of people by dates.

    Args:
        problem: the rota.
        awards: its plan.
    """
    cells = _cells(problem, awards)
    marked = {
        int(day)
        for day, kind in zip(problem.slot_start, problem.slot_class, strict=True)
        if problem.classes[int(kind)]
    }
    days = [date.fromordinal(int(day)) for day in np.unique(problem.slot_start)]
    sheets = sheets_of(days)
    if len(days) <= ROOMY:  # a short plan stands in one piece, even across a new year
        sheets = [
            (f"{short_day(days[0])} to {short_day(days[-1])}" if len(days) > 1 else short_day(days[0]), days)
        ]
    left, grids, hidden = MOST_CELLS, [], ""
    for place, (name, run) in enumerate(sheets):
        left -= len(run) * len(cells)
        if left < 0 and place:
            hidden = f"... and {len(sheets) - place:,} more such tables; the workbook holds every turn."
            break
        before = _history(problem, run[0]) if len(sheets) == 1 and len(days) <= ROOMY else {}
        grids.append(_grid(name, run, cells, marked, before))
    return Grids(tuple(_alike(grids)), _legend(problem, grids), _note(marked), hidden)


def _alike(grids: Sequence[Grid]) -> list[Grid]:
    """Make all stretches look alike: dense if one is, and filled up to the longest, so that cells line up."""
    if len(grids) < 2:  # noqa: PLR2004 - one grid is like itself
        return list(grids)
    longest = max(len(grid.heads) for grid in grids)
    out = []
    for grid in grids:
        missing = longest - len(grid.heads)
        heads = (*grid.heads, *[Head("", "", "")] * missing)
        rows = tuple(
            Row(row.name, row.turns, (*row.slots, *[Slot("out", "", "")] * missing)) for row in grid.rows
        )
        out.append(Grid(grid.name, heads, rows, any(other.dense for other in grids)))
    return out


def _legend(problem: Any, grids: Sequence[Grid]) -> tuple[tuple[str, str, str], ...]:
    """Return (kind, words, letter) of every mark that is there."""
    kinds = {slot.kind for grid in grids for row in grid.rows for slot in row.slots}
    code = letters(problem.duties)
    entries = [("turn", duty, letter) for duty, letter in code.items()]
    names = (
        ("served", "served before", "\N{CHECK MARK}"),
        ("away", "away", ""),
        ("open", "open: nobody can take it", "1"),
    )
    return (*entries, *((kind, words, letter) for kind, words, letter in names if kind in kinds))


def _note(marked: set[int]) -> str:
    return "A date with * holds a public holiday." if marked else ""


def _cells(problem: Any, awards: Ints) -> list[tuple[str, dict[int, Mark]]]:
    """Return the cells of each person by start day, and of open seats as a last row, if there are any."""
    from evenhand.rota.judging.attendance import may_serve, members_throughout

    # Who lacks a skill is there all the same: only absences are shown as such.
    unskilled = replace(problem, seat_skill=np.full_like(problem.seat_skill, -1))
    there, inside = may_serve(unskilled), members_throughout(problem)
    code = letters(problem.duties)
    label = [code[duty] for duty in problem.duties]
    starts = problem.slot_start.tolist()
    rows: list[dict[int, Mark]] = [{} for _ in problem.people]
    for slot, day in enumerate(starts):
        for who in np.flatnonzero(~there[slot]).tolist():
            mark = ("away", "away", "away") if inside[slot, who] else ("out", "", "not a member")
            rows[who].setdefault(day, mark)
    opened: dict[int, Mark] = {}
    for slot, who in zip(problem.seat_slot.tolist(), awards.tolist(), strict=True):
        day, duty = starts[slot], int(problem.slot_duty[slot])
        if who < 0:
            count = int((opened.get(day) or ("", "0", ""))[1]) + 1
            opened[day] = ("open", str(count), f"{count} open")
            continue
        had = rows[who].get(day, FREE)
        both = f"{had[1]}+{label[duty]}" if had[0] == "turn" else label[duty]
        named = f"{had[2]}, {problem.duties[duty]}" if had[0] == "turn" else problem.duties[duty]
        rows[who][day] = ("turn", both, named)
    out = list(zip(problem.people, rows, strict=True))
    return [*out, (OPEN, opened)] if opened else out


def _history(problem: Any, first: date) -> dict[int, set[str]]:
    """Return who served on the last dates before the plan."""
    history: dict[int, set[str]] = {}
    for person, day in zip(problem.history_person.tolist(), problem.history_day.tolist(), strict=True):
        if day < first.toordinal():
            history.setdefault(int(day), set()).add(problem.people[person])
    return {day: history[day] for day in sorted(history)[-BEFORE:]}


def _grid(
    name: str,
    run: list[date],
    cells: list[tuple[str, dict[int, Mark]]],
    marked: set[int],
    before: dict[int, set[str]],
) -> Grid:
    past = [date.fromordinal(day) for day in before]
    heads = []
    for place, day in enumerate([*past, *run]):
        other = place and [*past, *run][place - 1]
        month = f"{day:%b}" if not other or (other.month, other.year) != (day.month, day.year) else ""
        star = "*" if day.toordinal() in marked else ""
        heads.append(
            Head(f"{day.day}{star}", month, f"{short_day(day)} {day.year}", bool(past) and place == len(past))
        )
    ordinals = [day.toordinal() for day in run]
    rows = [
        _row(who, marks, ordinals, before, bool(past)) for who, marks in cells if _shown(who, marks, ordinals)
    ]
    return Grid(name, tuple(heads), tuple(rows), len(heads) > ROOMY + BEFORE or len(rows) > TALL)


def _shown(who: str, marks: dict[int, Mark], days: Sequence[int]) -> bool:
    """Whether a row says anything: not where somebody is no member all along, or no seat is open."""
    kinds = {marks.get(day, FREE)[0] for day in days}
    return kinds != {"out"} and not (who == OPEN and "open" not in kinds)


def _row(
    who: str,
    marks: dict[int, Mark],
    days: Sequence[int],
    before: dict[int, set[str]],
    history: bool,  # noqa: FBT001
) -> Row:
    texts = [marks.get(day, FREE) for day in days]
    opened = sum(int(text) for kind, text, _ in texts if kind == "open")
    served = sum(label.count(", ") + 1 for kind, _, label in texts if kind == "turn")
    past = [
        Slot("served", "\N{CHECK MARK}", f"{who}, {short_day(date.fromordinal(day))}: served")
        if who in names
        else Slot("past", "", f"{who}, {short_day(date.fromordinal(day))}: no turn")
        for day, names in before.items()
    ]
    ahead = [
        Slot(kind, text, f"{who}, {short_day(date.fromordinal(day))}: {label}", history and not place)
        for place, (day, (kind, text, label)) in enumerate(zip(days, texts, strict=True))
    ]
    return Row(who, f"{opened or served:,}", (*past, *ahead))
