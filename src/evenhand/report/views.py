"""View models that several pages share: plain data, texts ready to be read, no markup and no problem in them.

A view holds strings, numbers and tuples only, so that the templates of a static page and of the web app can
draw it alike, and a test can read it without a browser.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from evenhand.core.units import decimals

ISO_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: where it begins and how wide it is, both in percent of the track, and its tone.

    ``tone`` is a class of the style sheet: accent, grey, owed, ahead or bad.
    """

    start: float
    width: float
    tone: str = "accent"


@dataclass(frozen=True, slots=True)
class Key:
    """What a part's colour stands for, in words."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the four figures that stand first on a page.

    Attributes:
        label: what is counted.
        figure: the number, written.
        unit: what stands behind it in small: ``of 195``, ``turns``.
        foot: a short sentence under the bar.
        parts: the bar; none where the figure is not a part of a whole.
        keys: what the parts mean, where there are two or more.
        middle: whether the bar has a line of zero in its middle.
    """

    label: str
    figure: str
    unit: str = ""
    foot: str = ""
    parts: tuple[Part, ...] = ()
    keys: tuple[Key, ...] = ()
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """The fairness chip: one to four bars, a word, the chip's text, and what its hover card lists.

    Attributes:
        strength: 4 Excellent, 3 Good, 2 Fair, 1 Concentrated.
        word: that word.
        text: the chip's text to the letter.
        rows: (name, value) pairs of the hover card; ("", "") draws a line.
        sentence: what the word means.
    """

    strength: int
    word: str
    text: str
    rows: tuple[tuple[str, str], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A short remark with a tone: accent, changed, owed, ahead, bad or line. ``check`` draws a tick."""

    text: str
    tone: str = ""
    check: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says first: a sentence, a second one, marks, four tiles.

    Attributes:
        sentence: the result, in the reader's words; the page's only first heading.
        sub: one more sentence, or "".
        chip: the fairness chip, of an allocation.
        tags: short remarks such as ``Proven best``.
        tiles: four figures.
        period: what the plan is for, such as ``Week of 28 Sep``; stands in the bar at the top.
    """

    sentence: str
    sub: str = ""
    chip: Chip | None = None
    tags: tuple[Tag, ...] = ()
    tiles: tuple[Tile, ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one person is from even: the bar and the words beside it.

    Attributes:
        name: who.
        words: ``owed 1.59``, ``ahead 0.41`` or ``even``.
        tone: owed, ahead or "".
        x, width: the bar, in percent of the track, whose middle is even.
        note: small print under the words.
        before: where a dashed mark stands for what was, in percent; None for no mark.
    """

    name: str
    words: str
    tone: str
    x: float
    width: float
    note: str = ""
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, and a lead before them."""

    rows: tuple[tuple[str, str], ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of something is used: a label, the words, and a bar whose mark is what is free."""

    label: str
    words: str
    used: float
    free: float
    over: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: caption, heads, rows of texts that begin with a name, and which columns hold figures.

    Attributes:
        caption: what the table shows; read out first by a screen reader.
        heads: a head a column.
        rows: texts.
        figures: columns of figures, which stand on the right.
        lead: a sentence before the table, or "".
        hide: columns that phones leave out.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()
    lead: str = ""
    hide: frozenset[int] = frozenset()


def table_view(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    figures: Collection[int] = (),
    lead: str = "",
    hide: Collection[int] = (),
) -> TableView:
    """Make a table view of any cells: numbers are written for people, and columns of numbers go right."""
    lines = [list(row) for row in rows]
    # A column is one of figures only if every cell is: a text among numbers would stand on the wrong side.
    right = {
        column
        for column in range(len(heads))
        if lines and all(row[column] is None or _is_number(row[column]) for row in lines)
    }
    written = tuple(tuple(figure_of(cell) for cell in row) for row in lines)
    wide = frozenset({*right, *figures})
    return TableView(caption, tuple(heads), written, wide, lead, frozenset(hide))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def figure_of(value: Any) -> str:
    """Write a cell: thousands parted, a real minus, at most four decimals, yes and no, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return minus(f"{value:,}")
    if isinstance(value, float):
        text = f"{value:,.4f}".rstrip("0").rstrip(".")
        return minus("0" if text == "-0" else text)
    return str(value)


def minus(text: str) -> str:
    """Return a figure with the minus sign of the field, which is as wide as a plus."""
    return text.replace("-", "\N{MINUS SIGN}")


def signed(value: float, digits: int = 2) -> str:
    """Write a difference with its sign and the field's own minus; 0 has no sign.

    >>> signed(0.58), signed(-0.001)
    ('+0.58', '0.00')
    """
    return minus(decimals(value, digits, sign=True))


def day_of(text: str) -> date | None:
    """Return the day an ISO text names (a time of day behind it is left off), or None."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def used_of(given: int, slots: int) -> str:
    """Say how much of a day's slots is used; a day without slots is closed.

    >>> used_of(15, 15), used_of(2, 3), used_of(0, 0)
    ('100%', '67%', 'closed')
    """
    return f"{100 * given / slots:.0f}%" if slots else "closed"


def rest_of_week(days: Sequence[str]) -> tuple[str, ...]:
    """Return the days of a plan's one week that the plan does not have, such as Saturday and Sunday.

    A week is read Monday to Sunday, and a coordinator looks for its seven days; where the days are no dates,
    or lie in several weeks, nothing is added.

    >>> rest_of_week(("2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-02"))
    ('2026-10-03', '2026-10-04')
    >>> rest_of_week(("slot 1", "slot 2"))
    ()
    """
    dates = {day for day in map(day_of, days) if day is not None}
    if len(dates) < max(2, len(days)):
        return ()
    monday = min(dates) - timedelta(days=min(dates).weekday())
    week = [monday + timedelta(days=ahead) for ahead in range(7)]
    return tuple(day.isoformat() for day in week if day not in dates) if dates <= set(week) else ()


def short_day(text: str | date) -> str:
    """Write a day as people say it; what is not a date stays as it is.

    >>> short_day("2026-09-29"), short_day("slot 3")
    ('Tue 29 Sep', 'slot 3')
    """
    day = day_of(text) if isinstance(text, str) else text
    return str(text) if day is None else f"{day:%a} {day.day} {day:%b}"


def days_shown(days: Sequence[str]) -> list[str]:
    """Write the days of a column as people say them, with the year where two of them lie a year apart.

    >>> days_shown(["2026-01-27", "2026-02-03 18:00"])
    ['Tue 27 Jan', 'Tue 3 Feb 18:00']
    >>> days_shown(["2026-01-27", "2027-02-02", "slot 3"])
    ['Tue 27 Jan 2026', 'Tue 2 Feb 2027', 'slot 3']
    """
    dates = list(map(day_of, days))
    known = [day for day in dates if day is not None]
    years = bool(known) and (max(known) - min(known)).days >= 365  # noqa: PLR2004 - then a day and month come twice
    return [
        text if day is None else f"{short_day(day)}{f' {day.year}' if years else ''}{text[10:]}"
        for text, day in zip(days, dates, strict=True)
    ]


def weekdays_in(text: str) -> str:
    """Write each ISO day in a text as people say it.

    >>> weekdays_in("Audi A4 to Ann on 2026-09-29 adds 5 points.")
    'Audi A4 to Ann on Tue 29 Sep adds 5 points.'
    """
    days = ISO_DAY.findall(text)
    shown = dict(zip(days, days_shown(days), strict=True))
    return ISO_DAY.sub(lambda match: shown[match[0]], text)


def owed_words(lag: float) -> tuple[str, str]:
    """Return a lag in words and its tone: ("owed 0.59", "owed"), ("ahead 0.41", "ahead"), ("even", "").

    Two decimals are shown; what rounds to 0.00 is even, so that nobody reads "owed 0.00".

    >>> owed_words(0.594), owed_words(-0.41), owed_words(0.004)
    (('owed 0.59', 'owed'), ('ahead 0.41', 'ahead'), ('even', ''))
    """
    text = decimals(abs(lag), 2)
    if text == "0.00":
        return "even", ""
    return (f"owed {text}", "owed") if lag > 0 else (f"ahead {text}", "ahead")


def standing_of(name: str, lag: float, reach: float, note: str = "") -> Standing:
    """Return one standing bar. ``reach`` is the lag that fills half the track; one for all rows.

    >>> standing_of("Jay", 0.5, reach=2.0).x, standing_of("Hugs", -2.0, reach=2.0).width
    (37.5, 50.0)
    """
    # The middle of the track is even: owed grows to the left of it, ahead to the right.
    words, tone = owed_words(lag)
    width = 50 * min(1.0, abs(lag) / reach) if reach > 0 and tone else 0.0
    return Standing(name, words, tone, 50 - width if lag > 0 else 50.0, width, note)


def standings_of(lags: Mapping[str, float], notes: Mapping[str, str] | None = None) -> tuple[Standing, ...]:
    """Return standing bars to one scale, at least one unit to each side so that small lags look small."""
    reach = max([1.0, *(abs(lag) for lag in lags.values())])
    notes = notes or {}
    return tuple(standing_of(name, lag, reach, notes.get(name, "")) for name, lag in lags.items())
