"""Polls for dates: a row a person, a column a day, and below it yes, no or "if need be".

Doodle, Framadate, Nextcloud and the grids of forms export them, and people draw them in spreadsheets. The
answers say who can take which turn, and the heads say when the turns are.

>>> from evenhand.tables import read
>>> poll = poll_of(read({"name": ["Ada", "Ben"], "Mon 2 Feb 2026": ["yes", "(yes)"], "9.2.": ["no", "✓"]}))
>>> [str(time) for time in poll.times]
['Mon 2026-02-02', '9 Feb']
>>> poll.answers.tolist()
[[2, 0], [1, 2]]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.tables.calendar_days import (
    NO_YEAR,
    WEEKDAY_NAMES,
    WEEKDAY_OF,
    days,
    without_weekday,
    without_year,
)
from evenhand.tables.clock import clock_of
from evenhand.tables.recognise import word_key
from evenhand.tables.table import Table
from evenhand.tables.texts import listed

CAN: Final = 2
MAYBE: Final = 1
CANNOT: Final = 0
STRANGE: Final = -1
"""What a cell answers; an empty cell is no consent, as in a poll of ticks."""

WORDS: Final = {
    CAN: (
        "yes y ok okay true 1 x t ja j jo jep oui o vrai si s sim da tak ano igen kyllä evet ναι да так "
        "はい available can free possible verfügbar kann geht frei möglich disponible dispo libre "
        "beschikbaar disponibile disponível yep sure present anwesend présent presente 可 是 はい"
    ),
    MAYBE: (
        "maybe perhaps ifneedbe ifneeded ifnecessary unsure notsure possibly tentative underreserve "
        "wennnötig wennsseinmuss wennesseinmuss fallsnötig notfalls zurnot vielleicht evtl eventuell "
        "ungern untervorbehalt peutêtre sinécessaire sibesoin aubesoin quizás talvez siesnecesario "
        "siacaso forse senecessario talvez senecessário misschien indiennodig zonodig desnoods może morze "
        "możná možná kanske måske kanskje ehkä belki ίσως може возможно"
    ),
    CANNOT: (
        "no n nein nee nej nei non não nao ei nie ne nem nu hayır όχι нет ні inconnu unknown unbekannt "
        "desconocido sconosciuto unavailable busy cannot cant "
        "never notavailable nichtverfügbar kannnicht gehtnicht verhindert abwesend indisponible occupé "
        "ocupado nodisponible nondisponibile indisponível nietbeschikbaar nope false 0 f faux absent "
        "ausente 否 いいえ"
    ),
}
SIGNS: Final = {
    CAN: "✓ ✔ ✔️ ✅ ☑ ☑️ 👍 ○ ◯ 〇 ● + 🟢 👌",
    MAYBE: "? ?? ~ △ ▲ (✓) (✔) (x) (✅) ✓? 🟡 🤷 +/- ±",
    CANNOT: "- – — ✗ ✘ ❌ ✖ ✖️ × ☐ 👎 / 🔴 🚫",
}
"""Answers of polls in many languages, and their signs; a yes in brackets is Doodle's "if need be"."""

FEWEST: Final = 2
"""Times from which a table is a poll: one column of yes and no beside a date may be anything."""
ANSWERS: Final = 0.8
"""Share of the filled cells that must be answers; the others are told by row. At half a plan with names below
its dates could pass where some are called Jo; at one a single slip would hide the poll."""
WIDEST: Final = 2_000
"""Columns of a poll at most, each hour of a quarter of a year: a look at a head takes a tenth of a ms,
several times in a command, and wider tables come from programs."""
LONGEST: Final = 80
"""Characters of a time with its weekday, month and two times of day: 60; what is longer is a question."""
IN_BRACKETS: Final = re.compile(r".*[\[(]([^\[\]()]+)[\])]\s*")
"""A grid of a form: "When can you come? [Mon 2 Feb 2026]"."""
BREAKS: Final = re.compile(r"\s*[,\n|@]\s*|\s+|(?<=\d)T(?=\d)")
TO: Final = re.compile(r"\s*(?:-|–|—|\b(?:to|bis|until|au|à|al?|hasta|tot)\b)\s*", re.IGNORECASE)
SHORT: Final = tuple(names.split()[1][:3].capitalize() for names in WEEKDAY_NAMES)
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class PolledTime:
    """What one head asks for.

    Attributes:
        head: as written.
        year: of the day; 0 where the head has none.
        month: 1 to 12; 0 where the head is a weekday alone.
        day: of the month.
        weekday: 0 for Monday; -1 where the head has none.
        at: minutes of the day at which it starts; -1 for the whole day.
        until: minutes at which it ends; -1 where the head does not say.
    """

    head: str
    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int = -1
    at: int = -1
    until: int = -1

    def __str__(self) -> str:
        """Return the time in words."""
        name = SHORT[self.weekday] + " " if self.weekday >= 0 else ""
        if self.year:
            name += f"{self.year:04}-{self.month:02}-{self.day:02}"
        elif self.month:
            name += f"{self.day} {MONTHS[self.month - 1]}"
        return name.strip() + (f" {clock(self.at)}" if self.at >= 0 else "")

    def on(self, year: int) -> date | None:
        """Return the day in a year, None where that year lacks it or has another weekday there."""
        try:
            found_day = date(self.year or year, self.month, self.day)
        except ValueError:
            return None
        return found_day if self.weekday in {-1, found_day.weekday()} else None


@dataclass(frozen=True, eq=False, slots=True)
class Poll:
    """The answers of a table.

    Attributes:
        times: what was asked, in the order of the heads.
        answers: ``CAN``, ``MAYBE``, ``CANNOT`` or ``STRANGE``, shape (rows, times).
    """

    times: tuple[PolledTime, ...]
    answers: Ints


def clock(minutes: int) -> str:
    """Return minutes of the day as 19:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _signs() -> dict[str, int]:
    words = {word_key(word): answer for answer, text in WORDS.items() for word in text.split()}
    return words | {sign: answer for answer, text in SIGNS.items() for sign in text.split()}


ANSWER_OF: Final = _signs()


def answer_of(cell: str) -> int:
    """Return what one cell answers; ``STRANGE`` for what is no answer.

    >>> [answer_of(cell) for cell in ("Ja", "(Ja)", "Wenn nötig", "Non", "", "Oslo")]
    [2, 1, 1, 0, 0, -1]
    """
    plain = cell.strip().casefold()
    if not plain:
        return CANNOT
    known = ANSWER_OF.get(plain, ANSWER_OF.get(word_key(plain), STRANGE) if word_key(plain) else STRANGE)
    bracketed = plain.startswith("(") and plain.endswith(")")
    return MAYBE if bracketed and known == CAN else known


def poll_of(table: Table) -> Poll | None:
    """Return the poll that a table holds, None where it is none.

    Cost: a look at each head, and at the different cells below those that name a day.
    """
    times = polled_times(list(table.columns)) if len(table) else ()
    if len(times) < FEWEST:
        return None
    known: dict[str, int] = {}
    columns = [
        [known.setdefault(cell, answer_of(cell)) for cell in table.columns[time.head]] for time in times
    ]
    answers = np.array(columns, dtype=np.int64).T
    words = [list(table.columns[time.head]) for time in times]
    # Rows of counts below the answers are left out by the reader of people, and are no answers here.
    counted = [
        row
        for row in range(len(table))
        if all(column[row].isdecimal() or not column[row] for column in words)
    ]
    told = np.ones(len(table), dtype=bool)
    if len(counted) < len(table):
        told[counted] = False
    filled = sum(bool(column[row]) for column in words for row in np.flatnonzero(told))
    strange = int((answers[told] == STRANGE).sum())
    if not filled or strange > (1 - ANSWERS) * filled:
        return None
    return Poll(times, answers)


def polled_times(heads: Sequence[str]) -> tuple[PolledTime, ...]:
    """Return the heads that name a day, a weekday or a time on one, as the times that they name.

    All heads together decide whether 05/02 begins with its day; where nothing decides it, none is read.
    """
    if len(heads) > WIDEST:
        return ()
    parted = {head: list(_parted(head)) for head in heads}
    texts = list(dict.fromkeys(text for pairs in parted.values() for text, _, _ in pairs))
    known, _, either = days(texts)
    bare = {text: without_weekday(text) for text in texts}
    # 02/09 is the 2nd of September or the 9th of February; heads decide it together, as cells of a column do.
    slashed = {
        text: f"{plain.rstrip('.').replace(' ', '')}/2024"
        for text, (_, plain) in bare.items()
        if NO_YEAR.fullmatch(plain) and "/" in plain
    }
    leap, _, open_too = days(list(slashed.values()))
    out = []
    for head, pairs in parted.items():
        for text, opens, closes in pairs:
            weekday, plain = bare[text]
            time = PolledTime(head, weekday=-1 if weekday is None else weekday, at=opens, until=closes)
            if text in known and either is None:
                day = known[text]
                out.append(replace(time, year=day.year, month=day.month, day=day.day))
            elif open_too is None and (leap_day := leap.get(slashed.get(text, ""))) is not None:
                out.append(replace(time, month=leap_day.month, day=leap_day.day))
            elif (short := without_year(plain)) is not None:
                out.append(replace(time, month=short[0], day=short[1]))
            elif (only := WEEKDAY_OF.get(word_key(text))) is not None:
                out.append(replace(time, weekday=only))
            else:
                continue
            break
    return tuple(out)


def _parted(head: str) -> Iterator[tuple[str, int, int]]:
    """Yield what of a head may be its day, with the time of day beside it: the whole head first."""
    inner = IN_BRACKETS.fullmatch(head)
    text = (inner[1] if inner else head).strip()
    # Each gap is a place to part it, so a page of text in a head would be gone through for each of its words.
    if len(text) > LONGEST:
        return
    yield text, -1, -1
    # A word before a date that has its digits is a weekday of a language that is not known here: "la 7.2.".
    word, _, rest = text.partition(" ")
    if word.isalpha() and (days([rest])[0] or NO_YEAR.fullmatch(rest)):
        yield rest, -1, -1
    for gap in BREAKS.finditer(text):
        ends = TO.split(text[gap.end() :].strip("() "), maxsplit=1)
        clocks = [clock_of(end) for end in ends]
        if clocks[0] is not None and None not in clocks:
            until = clocks[1] if len(clocks) > 1 and clocks[1] is not None else -1
            yield text[: gap.start()].strip(" ,"), clocks[0], until


TOLD: Final = 4
"""Spellings of one answer that are named."""


def told_answers(table: Table, poll: Poll) -> str:
    """Return which cells were read as which answer: "Ja as can; Nein as cannot"."""
    seen: dict[int, list[str]] = {CAN: [], MAYBE: [], CANNOT: []}
    for cell in dict.fromkeys(cell for time in poll.times for cell in table.columns[time.head] if cell):
        seen.get(answer_of(cell), []).append(cell)
    names = {CAN: "can", MAYBE: "if need be", CANNOT: "cannot"}
    parts = [f"{listed(cells[:TOLD])} as {names[answer]}" for answer, cells in seen.items() if cells]
    return "; ".join(parts)


def year_of(poll: Poll, first: int) -> int:
    """Return the first year from ``first`` on in which every time without a year has its weekday; 0 for none.

    >>> from evenhand.tables import read
    >>> year_of(poll_of(read({"name": ["Ada"], "Mon 2.2.": ["x"], "Tue 3.2.": ["x"]})), 2021)
    2026
    """
    asked = [time for time in poll.times if time.month and not time.year]
    # Weekdays of a date come again after 28 years, unless a century without a leap day lies between.
    years = (year for year in range(first, first + 41) if all(time.on(year) for time in asked))
    return next(years, 0) if asked else 0


def poll_heads(table: Table) -> Iterable[str]:
    """Return the heads of a table's poll, none where it holds none."""
    poll = poll_of(table)
    return () if poll is None else tuple(time.head for time in poll.times)
