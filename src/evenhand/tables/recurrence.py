"""How far a calendar's event reaches, looked at before it is repeated: nothing may hang or overflow.

A rule of a few words can ask for a billion instances. So it is refused by what it says, and the work of what
is left is counted ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

TOO_FINE: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
WITHIN_A_DAY: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
PERIOD: Final = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
"""Days of a rule's period, or a few less."""
MOST_DAYS: Final = 3_660
"""Days an absence may last: ten years."""

Fault = tuple[str, str, str]
"""Column, problem, mend."""


def rules_of(event: Any) -> list[Any]:
    """Return an event's RRULEs; mostly none or one."""
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def faults(event: Any) -> Iterator[Fault]:
    """Yield why an event cannot be an absence: no start, too long, repeated within a day."""
    if "DTSTART" not in event:
        yield "DTSTART", "has no start", "Give the event a date"
        return
    try:
        long = (_day(event.end) - _day(event.start)).days
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        yield "DTEND", f"has no end that can be reckoned ({error})", "Give the event an end after its start"
        return
    if long < 0:
        yield "DTEND", "ends before it starts", "Put its end after its start"
    if long > MOST_DAYS:
        mend = "Give it a nearer end; somebody who left has a date in the column left of people"
        yield "DTEND", f"lasts {long:,} days", mend
    for rule in rules_of(event):
        fine = sorted({str(word).upper() for word in rule.get("FREQ", [])} & TOO_FINE)
        if fine:
            yield "RRULE", f"repeats {fine[0].lower()}", "An absence repeats daily at most; mend the event"
        elif any(not str(step).isdigit() or int(step) < 1 for step in _listed(rule, "INTERVAL")):
            yield "RRULE", "repeats at intervals of nothing", "Give INTERVAL 1 or more; mend the event"
        elif "COUNT" in rule and "UNTIL" in rule:
            yield "RRULE", "ends both on a day and after a number of times", "Keep one of the two"
        elif any(len(_listed(rule, part)) > 1 for part in WITHIN_A_DAY):
            yield "RRULE", "repeats several times a day", "An absence repeats daily at most; mend the event"


def steps(event: Any, first: date, last: date) -> int:
    """Return about how many instances lie between two days; rather too many than too few."""
    begin = max(_day(event.start), first)
    days = max(0, (last - begin).days + 1)
    total = len(_listed(event, "RDATE"))
    for rule in rules_of(event):
        words = [str(word).upper() for word in rule.get("FREQ", [])]
        period = PERIOD.get(words[0] if words else "", 1)
        within = min(period, max([1, *(len(_listed(rule, part)) for part in rule if part.startswith("BY"))]))
        total += days * within // period + 1
    return total


def _listed(holder: Any, name: str) -> list[Any]:
    values = holder.get(name, [])
    return values if isinstance(values, list) else [values]


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when
