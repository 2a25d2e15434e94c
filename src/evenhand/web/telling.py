"""Sentences of the library in German: known by their words, with what stands in their places kept."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

DECIMAL: Final = re.compile(r"[+\u2212-]?\d{1,3}(,\d{3})*(\.\d+)?")
PLACE: Final = re.compile(r"\{(\d)\}")
SENTENCES: Final = re.compile(r"(?<=[.?!]) (?=[A-Z\"'])")
CLAUSES: Final = "; "
AWARD: Final = re.compile(r"(.+?) to (.+?) on (\d{4}-\d\d-\d\d)(\.?)")
QUOTED: Final = re.compile(r"('[^']*'|\"[^\"]*\") (.+)", re.DOTALL)
NAMED: Final = re.compile(r"([^:]{1,80}): (.+)", re.DOTALL)
DEEP: Final = 6
"""How often a text is opened: column, what came, the full stop, a reason, and the rule in it are five."""


def _catalogue(name: str) -> dict[str, str]:
    """Return English to German of a file of ``web/german``: a line each, with " = " between the two."""
    lines = files(__package__).joinpath("german", name).read_text(encoding="utf-8").splitlines()
    # at the last sign: a sentence of the library may itself say what equals what
    pairs = (line.rpartition(" = ") for line in lines)
    return {english: german for english, _, german in pairs}


GERMAN: Final = _catalogue("pages.txt")
"""Sentences of pages and views, with the names of their places: ``{n} rows``."""

LIBRARY: Final = _catalogue("library.txt")
"""What the library says: English with ``{}`` for what it fills in, German with ``{1}``, ``{2}``."""


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


# a page says the same few hundred texts again and again; each costs a look at every pattern
@lru_cache(maxsize=8192)
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
    known = _known(text, deep)
    if known is not None:
        return known
    parts = SENTENCES.split(text)
    # the longest run of sentences first: a finding may be a line of the catalogue that holds two of them
    for count in range(len(parts) - 1, 0, -1):
        known = _known(" ".join(parts[:count]), deep)
        if known is not None or count == 1:
            return f"{known or parts[0]} {told_in_german(' '.join(parts[count:]), deep)}"
    clauses = text.split(CLAUSES)
    if len(clauses) > 1:
        return CLAUSES.join(told_in_german(clause, deep - 1) for clause in clauses)
    return text


def _known(text: str, deep: int) -> str | None:
    """Return a line of the catalogue in German, with what stands before and behind it; None if unknown."""
    if deep < 0:
        return None
    whole = LIBRARY.get(text) or GERMAN.get(text) or _with_places(text, deep)
    if whole:
        return whole
    award = AWARD.fullmatch(text)
    if award:
        # only with a day behind it: "to" alone stands in too many sentences
        return f"{award[1]} an {award[2]} am {award[3]}{award[4]}"
    quoted, named = QUOTED.fullmatch(text), NAMED.fullmatch(text)
    if quoted:
        # what came, in quotes, then what is wrong with it
        head, rest, tail = f"{quoted[1]} ", quoted[2], ""
    elif text.endswith(".") and not text.endswith(".."):
        head, rest, tail = "", text[:-1], "."
    elif named:
        # a file's name or a word of the table, then a sentence
        head, rest, tail = f"{named[1]}: ", named[2], ""
    else:
        return None
    german = told_in_german(rest, deep - 1)
    return None if german == rest else f"{head}{german}{tail}"


def _figure(text: str) -> str:
    """Return a figure with the marks of German, 3,8 for 3.8; "" for what is none."""
    return text.translate(str.maketrans(",.", ".,")) if DECIMAL.fullmatch(text) else ""


def _with_places(text: str, deep: int) -> str | None:
    for pattern, german in _patterns():
        match = pattern.fullmatch(text)
        if match:
            parts = [_figure(part) or told_in_german(part, deep - 1) for part in match.groups()]
            return PLACE.sub(lambda place, parts=parts: parts[int(place[1]) - 1], german)  # type: ignore[misc]
    return None
