"""What belongs to a view, as a rule: so that a plan's slots and a ledger's are counted alike, years apart.

A rule is a text: alternatives parted by " or ", each some conditions parted by "; ", all of which must hold.

| condition | holds for slots |
|---|---|
| `duty is watering` | of exactly this duty |
| `duty like *late*` | of duties whose name fits, whatever its capitals; `*` stands for any letters |
| `days Sat Sun` | that start on these days of the week |
| `at 22:00` | that start at this time; `at -` for whole days |
| `between 20:00 06:00` | that start from the first time on and before the second |
| `class holiday` | of this class |
| `from 2026-12-24` and `to 2026-12-26` | that start on this day or later, or on it or earlier |
"""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OR: Final = " or "
AND: Final = "; "


class SlotFacts(NamedTuple):
    """What a rule looks at.

    Attributes:
        duty: the duty's name.
        day: the day it starts, as an ordinal.
        clock: minute of that day, -1 for whole days.
        account: its class.
    """

    duty: str
    day: int
    clock: int
    account: str


def belongs(rule: str, slot: SlotFacts) -> bool:
    """Return whether a slot belongs to the view of a rule; an empty rule holds for none.

    >>> slot = SlotFacts("night watch", date(2026, 1, 9).toordinal(), 22 * 60, "")
    >>> belongs("days Fri; between 20:00 06:00", slot), belongs("duty like *Watch or days Sat", slot)
    (True, True)
    >>> belongs("days Sat Sun", slot)
    False
    """
    return any(
        all(_holds(condition, slot) for condition in part.split(AND)) for part in rule.split(OR) if part
    )


def minutes(clock: str) -> int:
    """Return the minute of the day of a time such as 22:00, -1 for "-".

    >>> minutes("01:30")
    90
    """
    if clock == "-":
        return -1
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def _holds(condition: str, slot: SlotFacts) -> bool:
    kind, _, value = condition.partition(" ")
    if kind == "duty":
        how, _, name = value.partition(" ")
        return slot.duty == name if how == "is" else fnmatchcase(slot.duty.casefold(), name.casefold())
    if kind == "between":
        low, high = (minutes(clock) for clock in value.split())
        # A night runs past midnight: from the first time on, or before the second.
        inside = low <= slot.clock < high if low <= high else slot.clock >= low or slot.clock < high
        return slot.clock >= 0 and inside
    known = {
        "days": DAYS[(slot.day - 1) % 7] in value.split(),  # ordinal 1 is a Monday
        "at": slot.clock == minutes(value) if kind == "at" else False,
        "class": slot.account == value,
        "from": kind == "from" and date.fromordinal(slot.day).isoformat() >= value,
        "to": kind == "to" and date.fromordinal(slot.day).isoformat() <= value,
    }
    return known.get(kind, False)
