"""Views: parts of a rota that are to be fair by themselves, such as weekends, a duty, or public holidays.

A total alone hides a lot: with seven people and one dinner a day, Ada may have every Saturday of the year and
the totals are even all the same. So turns are counted in views as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import InputError
from evenhand.tables import near

__all__ = ["DEFAULT", "KINDS", "day_views", "view_columns"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Columns = dict[str, Any]
Named = Iterator[tuple[str, Bools]]

DEFAULT: Final = ("weekend", "duty", "holiday")
"""Views that are kept without being asked for: those that teams quarrel over."""

# Up to three days a slot can be a weekend with its Friday; a longer one mixes weekdays and weekend.
SHORT: Final = 3
"""A slot of more days than this has no day of the week of its own: it holds a weekend or does not."""

WEEKEND: Final = 5
"""Saturday, where Monday is 0."""

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _weekday(start: Ints) -> Ints:
    return np.asarray((start - 1) % 7)  # the first day of the calendar, ordinal 1, is a Monday


def _short(columns: Columns) -> Bools:
    return np.asarray(columns["slot_end"] - columns["slot_start"] < SHORT)


def _weekend(columns: Columns) -> Named:
    off = _weekday(columns["slot_start"]) >= WEEKEND
    # Slots of a week hold a weekend each, so weekends would not part them.
    if _short(columns).all():
        yield "weekends", off
        yield "weekdays", ~off


def _weekdays(columns: Columns) -> Named:
    day = _weekday(columns["slot_start"])
    if _short(columns).all():
        yield from ((f"{name}s", day == at) for at, name in enumerate(DAYS))


def _duty(columns: Columns) -> Named:
    yield from ((name, columns["slot_duty"] == at) for at, name in enumerate(columns["duties"]))


def _holiday(columns: Columns) -> Named:
    if "holiday" in columns["classes"]:
        yield "holidays", columns["slot_class"] == columns["classes"].index("holiday")


def _time(columns: Columns) -> Named:
    for clock in np.unique(columns["slot_clock"]).tolist():
        name = "all day" if clock < 0 else f"from {clock // 60:02d}:{clock % 60:02d}"
        yield name, columns["slot_clock"] == clock


def _month(columns: Columns) -> Named:
    months = [date.fromordinal(day).strftime("%Y-%m") for day in columns["slot_start"].tolist()]
    for month in sorted(set(months)):
        yield month, np.array([found == month for found in months])


KINDS: Final[dict[str, Callable[[Columns], Named]]] = {
    "weekend": _weekend,
    "weekday": _weekdays,
    "duty": _duty,
    "holiday": _holiday,
    "time": _time,
    "month": _month,
}
"""Every kind of view, by the word that asks for it."""


def view_columns(columns: Columns, asked: str | Sequence[str] | None, own: dict[str, set[int]]) -> Columns:
    """Return the views of a rota: names, and which slots belong to each.

    Args:
        columns: the slots' columns.
        asked: kinds of views, a list or a text with commas; "none" for none, None for the default.
        own: slots of each view that a rule names.

    Returns:
        ``views`` and ``slot_view``, shape (slots, views). A view of all slots, or of none, is left out: it is
        the total; so is one that has the slots of an earlier one.

    Raises:
        InputError: a kind is unknown.
    """
    kinds = _kinds(asked)
    slots = len(columns["slot_start"])
    names: list[str] = []
    parts: list[Bools] = []
    for name, part in (found for kind in kinds for found in KINDS[kind](columns)):
        # What has all slots, none, or those of another view is evened already.
        if part.any() and not part.all() and not any((part == known).all() for known in parts):
            names.append(name)
            parts.append(part)
    for name, chosen in sorted(own.items()):
        part = np.zeros(slots, dtype=bool)
        part[list(chosen)] = True
        names.append(name)
        parts.append(part)
    table = np.array(parts, dtype=np.int64).reshape(len(names), slots).T
    return {"views": tuple(names), "slot_view": np.ascontiguousarray(table)}


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
                "is no view of a rota",
                f"Did you mean {meant}?" if meant else f"Choose among {', '.join(KINDS)}, or none",
                came=word,
                column="views",
            )
    return words


def day_views(names: Sequence[str], days: Ints) -> Bools:
    """Return which days belong to each view that a date alone decides, shape (days, views).

    History knows the day of a turn, not its duty or time: other views begin with the plan.
    """
    out = np.zeros((len(days), len(names)), dtype=bool)
    day = _weekday(days)
    rules = {"weekends": day >= WEEKEND, "weekdays": day < WEEKEND}
    rules |= {f"{name}s": day == at for at, name in enumerate(DAYS)}
    for at, name in enumerate(names):
        if name in rules:
            out[:, at] = rules[name]
    return out
