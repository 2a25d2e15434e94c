"""Views: parts of a rota that are to be fair by themselves, such as weekends, a duty, or public holidays.

A total alone hides a lot: with seven people and one dinner a day, Ada may have every Saturday of the year and
the totals are even all the same. So turns are counted in views as well: some kinds by a word, and your own by
a table of rules (``views.csv``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Bools
from evenhand.core.errors import InputError
from evenhand.core.sentences import clock
from evenhand.rota.problem.views import AND, DAYS, OR, SlotFacts, belongs
from evenhand.tables import Table, near

Columns = dict[str, Any]
Named = Iterator[tuple[str, str]]

DEFAULT: Final = ("weekend", "duty", "holiday")
"""Views that are kept without being asked for: those that teams quarrel over."""

# Up to three days a slot can be a weekend with its Friday; a longer one mixes weekdays and weekend.
SHORT: Final = 3
"""A slot of more days than this has no day of the week of its own: it holds a weekend or does not."""

FULL: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _short(columns: Columns) -> bool:
    return bool((columns["slot_end"] - columns["slot_start"] < SHORT).all())


def _weekend(columns: Columns) -> Named:
    # Slots of a week hold a weekend each, so weekends would not part them.
    if _short(columns):
        yield "weekends", "days Sat Sun"
        yield "weekdays", "days Mon Tue Wed Thu Fri"


def _weekdays(columns: Columns) -> Named:
    if _short(columns):
        yield from ((f"{name}s", f"days {day}") for name, day in zip(FULL, DAYS, strict=True))


def _duty(columns: Columns) -> Named:
    yield from ((name, f"duty is {name}") for name in columns["duties"])


def _holiday(columns: Columns) -> Named:
    if "holiday" in columns["classes"]:
        yield "holidays", "class holiday"


def _time(columns: Columns) -> Named:
    for minute in np.unique(columns["slot_clock"]).tolist():
        yield (f"from {clock(minute)}", f"at {clock(minute)}") if minute >= 0 else ("all day", "at -")


def _month(columns: Columns) -> Named:
    firsts = sorted({date.fromordinal(day).replace(day=1) for day in columns["slot_start"].tolist()})
    # Any day of the next month's beginning: 32 days after the first of a month are in the next one.
    ends = [date.fromordinal(first.toordinal() + 32).replace(day=1) for first in firsts]
    for first, end in zip(firsts, ends, strict=True):
        last = date.fromordinal(end.toordinal() - 1)
        yield f"{first:%Y-%m}", f"from {first.isoformat()}{AND}to {last.isoformat()}"


KINDS: Final[dict[str, Callable[[Columns], Named]]] = {
    "weekend": _weekend,
    "weekday": _weekdays,
    "duty": _duty,
    "holiday": _holiday,
    "time": _time,
    "month": _month,
}
"""Every kind of view, by the word that asks for it."""


def view_columns(columns: Columns, asked: str | Sequence[str] | None, own: dict[str, str]) -> Columns:
    """Return the views of a rota: names, their rules, and which slots belong to each.

    Args:
        columns: the slots' columns.
        asked: kinds of views, a list or a text with commas; "none" for none, None for the default.
        own: rules of the views that a table names.

    Returns:
        ``views``, ``view_rules`` and ``slot_view``, shape (slots, views). A view of all slots, or of none, is
        left out: it is the total; so is one that has the slots of an earlier one.

    Raises:
        InputError: a kind is unknown.
    """
    kinds = _kinds(asked)
    facts = _facts(columns)
    views: dict[str, tuple[str, Bools]] = {}
    # A view of your own wins over a kind's of the same name, and stays even where it has every slot.
    for name, rule in own.items():
        views[name] = rule, np.array([belongs(rule, slot) for slot in facts], dtype=bool)
    for name, rule in (view for kind in kinds for view in KINDS[kind](columns)):
        part = np.array([belongs(rule, slot) for slot in facts], dtype=bool)
        # What has all slots, none, or those of another view is evened already.
        known = [other for _, other in views.values()]
        splits = part.any() and not part.all() and not any((part == other).all() for other in known)
        if splits and name not in views:
            views[name] = rule, part
    # Kinds first, own views after them, as the reader asked for the first by default.
    names = [name for name in views if name not in own] + list(own)
    table = np.array([views[name][1] for name in names], dtype=np.int64).reshape(len(names), len(facts)).T
    return {
        "views": tuple(names),
        "view_rules": tuple(views[name][0] for name in names),
        "slot_view": np.ascontiguousarray(table),
    }


def _facts(columns: Columns) -> list[SlotFacts]:
    names = ("slot_duty", "slot_start", "slot_clock", "slot_class")
    return [
        SlotFacts(columns["duties"][duty], day, clock, columns["classes"][kind])
        for duty, day, clock, kind in zip(*(columns[name].tolist() for name in names), strict=True)
    ]


def _kinds(asked: str | Sequence[str] | None) -> list[str]:
    if asked is None:
        return list(DEFAULT)
    words = asked.split(",") if isinstance(asked, str) else list(asked)
    words = [word.strip().casefold().removesuffix("s") for word in words if word.strip()]
    if words == ["none"]:
        return []
    # Plurals are accepted by dropping an s, which leaves "dutie" of "duties".
    words = ["duty" if word == "dutie" else word for word in words]
    for word in words:
        if word not in KINDS:
            meant = near(word, list(KINDS))
            raise InputError.one(
                "is not a view of a rota",
                f"Did you mean {meant}?" if meant else f"Choose among {', '.join(KINDS)}, or none",
                came=word,
                column="views",
            )
    return words


def own_views(table: Table, columns: Columns) -> dict[str, str]:
    """Return the rule of each view that a table names; several rows of one name are alternatives.

    The table has the columns ``view``, and any of ``duty`` (a name, ``*`` for any letters), ``days``
    (Fri Sat), ``time`` (22:00, or 20:00-06:00), ``from`` and ``to`` (dates). All cells of a row must hold.
    A row that cannot be read, or holds for no slot, is noted.
    """
    if not len(table) or not table.need("view"):
        return {}
    dates = {
        name: table.dates(name, optional=True) if table.has(name) else [None] * len(table)
        for name in ("from", "to")
    }
    facts, out = _facts(columns), dict[str, list[str]]()
    for row, name in enumerate(table.text("view", required=True)):
        conditions = _row(table, row)
        conditions += [
            f"{kind} {day.isoformat()}" for kind in ("from", "to") if (day := dates[kind][row]) is not None
        ]
        rule = AND.join(conditions)
        if name and not conditions:
            table.wrong(
                row, "view", "says neither duty, days, time nor dates", "Give a duty, days, a time or dates"
            )
        elif name and facts and "" not in conditions and not any(belongs(rule, slot) for slot in facts):
            table.findings.warning(
                f"the view {name} has no slot of this plan by row {table.rows[row]}",
                "Right for days to come; else check duty, days, time and dates",
                table=table.name, column="view",
            )  # fmt: skip
        out.setdefault(name, []).append(rule)
    return {name: OR.join(rules) for name, rules in out.items() if name}


def _row(table: Table, index: int) -> list[str]:
    """Return the conditions of a row but its dates; what cannot be read is noted."""
    duty, days, time = (table.text(name)[index] for name in ("duty", "days", "time"))
    out = []
    if OR in duty or AND in duty:
        table.wrong(index, "duty", "may hold neither '; ' nor ' or '", "Write a row for each duty")
    elif duty:
        out.append(f"duty like {duty}")
    if days:
        known = {name[:3].casefold(): name[:3] for name in FULL}
        words = [word[:3].casefold() for word in days.replace(",", " ").replace(";", " ").split()]
        if set(words) <= set(known):
            out.append(f"days {' '.join(known[word] for word in words)}")
        else:
            table.wrong(index, "days", "are no days of the week", "Write Mon Tue Wed Thu Fri Sat Sun")
    if time:
        out += _times(table, index, time)
    return out


def _times(table: Table, index: int, time: str) -> list[str]:
    clocks = [part.strip() for part in time.replace("\N{EN DASH}", "-").split("-")]
    # 24 hours of 60 minutes; anything else is not a time of day.
    fine = len(clocks) <= 2 and all(  # noqa: PLR2004 - a time, or from and to
        len(parts := clock.split(":")) == 2 and all(part.isascii() and part.isdigit() for part in parts)  # noqa: PLR2004
        and int(parts[0]) < 24 and int(parts[1]) < 60  # noqa: PLR2004
        for clock in clocks
    )  # fmt: skip
    if not fine:
        table.wrong(index, "time", "is not a time of day", "Write 22:00, or 20:00-06:00")
        return []
    spoken = [f"{int(hours):02d}:{int(rest):02d}" for hours, rest in (clock.split(":") for clock in clocks)]
    return [f"at {spoken[0]}" if len(spoken) == 1 else f"between {spoken[0]} {spoken[1]}"]
