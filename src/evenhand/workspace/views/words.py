"""Messages, nouns and dates that the views of all jobs share."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

Message = list[Any]
"""[sentence with {places}, {place: value}]; a value may be a message itself."""

NOUNS: Final = {
    "car": "cars",
    "partner": "partners",
    "item": "items",
    "recipient": "recipients",
    "turn": "turns",
    "person": "people",
    "loan": "loans",
    "team": "teams",
    "slot": "slots",
    "seat": "seats",
    "week": "weeks",
}
"""One and many of what is counted; both stand in the catalogue of every language."""


def msg(sentence: str, **values: Any) -> Message:
    """Return a message."""
    return [sentence, values]


def counted(count: int, noun: str) -> Message:
    """Return "1 car" or "75 cars" as a message."""
    return msg("{n} {noun}", n=count, noun=things(noun, count))


def things(noun: str, count: int = 2) -> Message:
    """Return the noun as a message, in the number that goes with the count."""
    return msg(noun if count == 1 else NOUNS[noun])


def day_parts(text: str) -> dict[str, Any]:
    """Return a day's parts for a page: weekday, day, month, year; only its label where it is not a date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return {"label": text}
    return {
        "label": text,
        "iso": day.isoformat(),
        "weekday": day.weekday(),
        "day": day.day,
        "month": day.month,
    }


def tag_of_status(status: str, *, cut: bool) -> list[dict[str, Any]]:
    """Return the tag that says what is proven."""
    if status == "optimal":
        return [{"kind": "proven", "text": msg("Proven best")}]
    if cut:
        return [{"kind": "plain", "text": msg("Stopped early: the best found so far")}]
    return []
