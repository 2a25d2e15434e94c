"""Sentences of the library in German: known by their words, with what stands in their places kept."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from evenhand.web.german import GERMAN
from evenhand.web.library_german import LIBRARY

__all__ = ["told_in_german"]

PLACE: Final = re.compile(r"\{(\d)\}")
SENTENCES: Final = re.compile(r"(?<=[.?!]) (?=[A-Z\"'])")
CLAUSES: Final = "; "
AWARD: Final = re.compile(r"(.+?) to (.+?) on (\d{4}-\d\d-\d\d)(\.?)")
QUOTED: Final = re.compile(r"('[^']*'|\"[^\"]*\") (.+)", re.DOTALL)
NAMED: Final = re.compile(r"([^:]{1,80}): (.+)", re.DOTALL)
DEEP: Final = 3
"""Sentences within sentences: a finding holds a reason that holds a rule."""


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return (pattern, German) of each sentence with places, those with most words of their own first."""
    with_places = [pair for pair in LIBRARY.items() if "{}" in pair[0]]
    # the most telling first: "{} to {} on {} adds {} points." before "{} to {} on {}."
    with_places.sort(key=lambda pair: (-len(pair[0].replace("{}", "")), pair[0]))
    return [
        (re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL), german)
        for english, german in with_places
    ]


def told_in_german(text: str, deep: int = DEEP) -> str:
    """Return a sentence of the library in German; one that is not known stays as it is.

    Args:
        text: one or more sentences, or clauses parted by semicolons.
        deep: how often what stands in a place is looked up too.

    Example:
        >>> told_in_german("is not a number"), told_in_german("Did you mean Pacific Wheels?")
        ('ist keine Zahl', 'Meinten Sie Pacific Wheels?')
        >>> told_in_german("It cannot be: the partner has no approval for BMW.")
        'Das geht nicht: der Partner hat keine Freigabe für BMW.'
        >>> told_in_german("a word of your own")
        'a word of your own'
    """
    if not text or deep < 0:
        return text
    known = LIBRARY.get(text) or GERMAN.get(text) or _with_places(text, deep)
    return known or _in_parts(text, deep)


def _in_parts(text: str, deep: int) -> str:
    """Return a text in German part by part: sentences, clauses, what came and what is wrong with it."""
    for mark, parts in ((" ", SENTENCES.split(text)), (CLAUSES, text.split(CLAUSES))):
        if len(parts) > 1:
            return mark.join(told_in_german(part, deep - 1) for part in parts)
    award = AWARD.fullmatch(text)
    if award:
        # only with a day behind it: "to" alone stands in too many sentences
        return f"{award[1]} an {award[2]} am {award[3]}{award[4]}"
    head, rest, tail = "", text, ""
    quoted, named = QUOTED.fullmatch(text), NAMED.fullmatch(text)
    if quoted:
        # what came, in quotes, then what is wrong with it
        head, rest = f"{quoted[1]} ", quoted[2]
    elif text.endswith(".") and not text.endswith(".."):
        rest, tail = text[:-1], "."
    elif named:
        # a file's name or a word of the table, then a sentence
        head, rest = f"{named[1]}: ", named[2]
    else:
        return text
    return f"{head}{told_in_german(rest, deep - 1)}{tail}"


def _with_places(text: str, deep: int) -> str | None:
    for pattern, german in _patterns():
        match = pattern.fullmatch(text)
        if match:
            parts = [told_in_german(part, deep - 1) for part in match.groups()]
            return PLACE.sub(lambda place, parts=parts: parts[int(place[1]) - 1], german)  # type: ignore[misc]
    return None
