"""The year at a glance: people down, dates across, a letter a turn; nothing is said by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from evenhand.report.page import paragraphs, tag

__all__ = ["STYLE", "glance", "letters", "sheets_of"]

Ints = NDArray[np.int64]

WIDE: Final = 54
"""Dates that stand side by side: the weeks of a year, with one to spare."""
MOST_CELLS: Final = 40_000
"""Cells that a page shows; the rest of the plan stands in its table and in the workbook."""

PARTS: Final[tuple[Callable[[date], str], ...]] = (
    lambda day: f"{day.year}",
    lambda day: f"{day.year}, {'first' if day.month <= 6 else 'second'} half",  # noqa: PLR2004 - June
    lambda day: f"{day.year}, quarter {(day.month + 2) // 3}",
    lambda day: f"{day:%B %Y}",
)
"""Ways to part a calendar, the longest parts first; a month never has more dates than fit."""

STYLE: Final = """
.year { border-collapse: separate; border-spacing: 1px; font-size: .72rem; line-height: 1.25rem; }
.year th, .year td { padding: 0; border: 0; text-align: center; vertical-align: middle; }
.year tbody th, .year .names { text-align: left; padding-right: .6rem; position: sticky; left: 0;
  background: var(--paper); max-width: 11rem; overflow: hidden; text-overflow: ellipsis; }
.year thead th { border: 0; font-weight: 500; } .year .month { text-align: left; color: var(--dim); }
.year td { min-width: 1.02rem; height: 1.25rem; background: var(--soft); }
.year .turn { background: var(--bar); color: var(--paper); font-weight: 700; }
.year .away { background: none; color: var(--dim); outline: 1px dashed var(--rule); outline-offset: -1px; }
.year .out { background: none; color: var(--dim); }
.year .open { background: none; outline: 2px solid var(--poor); outline-offset: -2px; font-weight: 700; }
.year .sum { background: none; padding-right: .5rem; text-align: right; }
@media print { .year { font-size: 6pt; line-height: 9pt; } .year td { min-width: 0; height: 9pt; }
  .year .turn { background: #fff; color: #000; outline: 1px solid #000; outline-offset: -1px; }
  .year tbody th, .year .names { max-width: 32mm; } }
"""


def letters(duties: Sequence[str]) -> dict[str, str]:
    """Return one to three letters a duty, no two alike; numbers where letters do not tell them apart."""
    out: dict[str, str] = {}
    for at, duty in enumerate(duties, 1):
        kept = "".join(letter for letter in duty if letter.isalnum()).upper()
        tries = [kept[:size] for size in (1, 2, 3) if len(kept) >= size]
        numbers = (str(number) for number in range(at, at + len(duties)))
        out[duty] = next(name for name in (*tries, *numbers) if name not in out.values())
    return out


def sheets_of(days: Sequence[date]) -> list[tuple[str, list[date]]]:
    """Part dates in order into stretches of at most ``WIDE``, by year, half, quarter or month."""
    for part in PARTS:
        found = [(name, list(run)) for name, run in groupby(days, part)]
        if all(len(run) <= WIDE for _, run in found):
            break
    return found


def glance(problem: Any, awards: Ints, can: NDArray[np.bool_]) -> Markup:
    """Return the plan as tables of people by dates.

    Args:
        problem: the rota.
        awards: its plan.
        can: who is present at each slot, shape (S, P).
    """
    cells = _cells(problem, awards, can)
    marked = {
        int(day)
        for day, kind in zip(problem.slot_start, problem.slot_class, strict=True)
        if problem.classes[int(kind)]
    }
    days = [date.fromordinal(int(day)) for day in np.unique(problem.slot_start)]
    left = MOST_CELLS
    body = _legend(problem, marked)
    sheets = sheets_of(days)
    for at, (name, run) in enumerate(sheets):
        left -= len(run) * len(cells)
        if left < 0 and at:
            body += paragraphs(
                f"... and {len(sheets) - at:,} more such tables; the workbook holds every turn."
            )
            break
        body += _sheet(name, run, cells, marked)
    return body


def _legend(problem: Any, marked: set[int]) -> Markup:
    named = [f"{letter} {duty}" for duty, letter in letters(problem.duties).items()]
    said = f"{', '.join(named)}; – away; · not a member; an empty cell is a date without a turn."
    star = " A date with * holds a public holiday." if marked else ""
    return paragraphs(f"A row a person, a column a date on which turns start. {said}{star}")


Cell = tuple[str, str, str]
"""Class, text, and what a screen reader says."""

FREE: Final = ("", "", "")
OPEN: Final = "(open seats)"


def _cells(problem: Any, awards: Ints, can: NDArray[np.bool_]) -> list[tuple[str, dict[int, Cell]]]:
    """Return the cells of each person by start day, and of open seats as a last row, if there are any."""
    code = letters(problem.duties)
    label = [code[duty] for duty in problem.duties]
    starts = problem.slot_start.tolist()
    rows: list[dict[int, Cell]] = [{} for _ in problem.people]
    inside = _inside(problem)
    for slot, day in enumerate(starts):
        for who in np.flatnonzero(~can[slot]).tolist():
            said = ("away", "–", "away") if inside[slot, who] else ("out", "·", "not a member")
            rows[who].setdefault(day, said)
    opened: dict[int, Cell] = {}
    for slot, who in zip(problem.seat_slot.tolist(), awards.tolist(), strict=True):
        day, duty = starts[slot], int(problem.slot_duty[slot])
        if who < 0:
            count = int((opened.get(day) or ("", "0", ""))[1]) + 1
            opened[day] = ("open", str(count), f"{count} open")
            continue
        had = rows[who].get(day, FREE)
        both = had[1] + label[duty] if had[0] == "turn" else label[duty]
        named = f"{had[2]}, {problem.duties[duty]}" if had[0] == "turn" else problem.duties[duty]
        rows[who][day] = ("turn", both, named)
    out = list(zip(problem.people, rows, strict=True))
    return [*out, (OPEN, opened)] if opened else out


def _inside(problem: Any) -> NDArray[np.bool_]:
    from evenhand.rota.solving.model.presence import members

    return members(problem)


def _sheet(name: str, run: list[date], cells: list[tuple[str, dict[int, Cell]]], marked: set[int]) -> Markup:
    caption = tag("caption", f"{name}: who serves when")
    months = [(month, len(list(part))) for month, part in groupby(run, lambda day: f"{day:%b}")]
    top = tag("td", "", colspan="2", class_="names out") + Markup("").join(
        tag(
            "th",
            month if count > 1 else month[0],
            scope="colgroup",
            colspan=str(count),
            class_="month",
            title=month,
        )
        for month, count in months
    )
    second = tag("th", "name", scope="col", class_="names") + tag("th", "turns", scope="col", class_="sum")
    second += Markup("").join(
        tag("th", f"{day.day}{'*' if day.toordinal() in marked else ''}", scope="col", title=day.isoformat())
        for day in run
    )
    ordinals = [day.toordinal() for day in run]
    body = Markup("\n").join(_row(who, mine, ordinals) for who, mine in cells if _shown(who, mine, ordinals))
    inner = caption + tag("thead", tag("tr", top) + tag("tr", second)) + tag("tbody", body)
    return tag("div", tag("table", inner, class_="year"), class_="wide", tabindex="0", role="region",
               aria_label=f"{name}: who serves when")  # fmt: skip


def _shown(who: str, mine: dict[int, Cell], days: Sequence[int]) -> bool:
    """Whether a row says anything: not where somebody is no member all along, or no seat is open."""
    kinds = {mine.get(day, FREE)[0] for day in days}
    return kinds != {"out"} and not (who == OPEN and "open" not in kinds)


def _row(who: str, mine: dict[int, Cell], days: Sequence[int]) -> Markup:
    cells = list(_drawn(mine.get(day, FREE) for day in days))
    texts = [mine.get(day, FREE) for day in days]
    opened = sum(int(text) for kind, text, _ in texts if kind == "open")
    served = sum(said.count(", ") + 1 for kind, _, said in texts if kind == "turn")
    total = tag("td", str(opened or served), class_="sum")
    return tag("tr", tag("th", who, scope="row", title=who) + total + Markup("").join(cells))


def _drawn(cells: Iterator[Cell]) -> Iterator[Markup]:
    for kind, text, said in cells:
        yield tag("td", text, **({"class_": kind, "title": said} if kind else {}))
