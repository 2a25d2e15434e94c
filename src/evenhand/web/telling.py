"""Sentences of the library as a page says them: known by their words, with what stands in their places kept.

On an English page these are the few that name an option of a command: a page has a button or a field for it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

DECIMAL: Final = re.compile(r"[+\u2212-]?\d{1,3}(,\d{3})*(\.\d+)?")
PLACE: Final = re.compile(r"\{(=?)(\d)\}")
"""A place of a sentence: {1} is looked up too, {=1} stays as it came, as a column's head does."""
SENTENCES: Final = re.compile(r"(?<=[.?!]) (?=[A-Z\"'])")
CLAUSES: Final = "; "
AWARD: Final = re.compile(r"(.+?) to (.+?) on (\d{4}-\d\d-\d\d)(\.?)")
QUOTED: Final = re.compile(r"('[^']*'|\"[^\"]*\") (.+)", re.DOTALL)
NAMED: Final = re.compile(r"([^:]{1,80}): (.+)", re.DOTALL)
OPTION: Final = re.compile(r"(?<![\w-])--[a-z]|\b[a-z_]+=")
"""What names an option of a command, or a keyword of Python."""
DEEP: Final = 6
"""How often a text is opened: column, what came, the full stop, a reason, and the rule in it are five."""


def _catalogue(language: str, name: str) -> dict[str, str]:
    """Return the sentences of a file of ``web/german`` or ``web/english``: a line each, parted by " = "."""
    lines = files(__package__).joinpath(language, name).read_text(encoding="utf-8").splitlines()
    # at the last sign: a sentence of the library may itself say what equals what
    pairs = (line.rpartition(" = ") for line in lines)
    return {sentence: on_page for sentence, _, on_page in pairs}


GERMAN: Final = _catalogue("german", "pages.txt")
"""Sentences of pages and views, with the names of their places: ``{n} rows``."""

LIBRARY: Final = _catalogue("german", "library.txt")
"""What the library says: English with ``{}`` for what it fills in, German with ``{1}``, ``{2}``."""

OPTIONS: Final = _catalogue("english", "library.txt")
"""What the library says with the name of an option, and what an English page says instead."""

TOLD: Final = {"de": LIBRARY, "en": OPTIONS}
"""Language of a page to its catalogue."""


@cache
def _patterns(code: str) -> list[tuple[re.Pattern[str], str]]:
    """Return (pattern, sentence of a page) of each sentence with places, those with most words first."""
    with_places = [pair for pair in TOLD[code].items() if "{}" in pair[0]]
    # the most telling first: "{} to {} on {} adds {} points." before "{} to {} on {}."
    with_places.sort(key=lambda pair: (-len(pair[0].replace("{}", "")), pair[0]))
    return [(_pattern(sentence, on_page), on_page) for sentence, on_page in with_places]


def _pattern(sentence: str, on_page: str) -> re.Pattern[str]:
    """Return what a sentence with places looks like; a place that is kept holds a name, and no sentence."""
    words = map(re.escape, sentence.split("{}"))
    pattern = next(words)
    for number, word in enumerate(words, 1):
        kept = f"{{={number}}}" in on_page
        pattern += (r"((?:(?![.;:] ).)+?)" if kept else "(.+?)") + word
    return re.compile(pattern, re.DOTALL)


# a page says the same few hundred texts again and again; each costs a look at every pattern
@lru_cache(maxsize=8192)
def told(text: str, code: str, deep: int = DEEP) -> str:
    """Return a sentence of the library as a page of a language says it; one that is not known stays as it is.

    Args:
        text: one or more sentences, or clauses parted by semicolons.
        code: the page's language, a key of ``TOLD``.
        deep: how often what stands in a place is looked up too.

    Example:
        >>> told("is not a number", "de"), told("Did you mean Pacific Wheels?", "de")
        ('ist keine Zahl', 'Meinten Sie Pacific Wheels?')
        >>> told("It cannot be: the partner has no approval for BMW.", "de")
        'Das geht nicht: der Partner hat keine Freigabe für BMW.'
        >>> told("a word of your own", "de"), told("is not a number", "en")
        ('a word of your own', 'is not a number')
        >>> told('To grant wishes, add --wishes "friend"', "en")
        'To grant them, choose “wishes” for friend under Dials'
    """
    if not text or deep < 0 or (code == "en" and not OPTION.search(text)):
        return text
    known = _known(text, code, deep)
    if known is not None:
        return known
    parts = SENTENCES.split(text)
    # the longest run of sentences first: a finding may be a line of the catalogue that holds two of them
    for count in range(len(parts) - 1, 0, -1):
        known = _known(" ".join(parts[:count]), code, deep)
        if known is not None or count == 1:
            return f"{known or parts[0]} {told(' '.join(parts[count:]), code, deep)}"
    clauses = text.split(CLAUSES)
    if len(clauses) > 1:
        return CLAUSES.join(told(clause, code, deep - 1) for clause in clauses)
    return text


def _known(text: str, code: str, deep: int) -> str | None:
    """Return a line of the catalogue as a page says it, with what stands around it; None if unknown."""
    if deep < 0:
        return None
    whole = TOLD[code].get(text) or (GERMAN.get(text) if code == "de" else None) or _filled(text, code, deep)
    if whole:
        return whole
    award = AWARD.fullmatch(text) if code == "de" else None
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
    on_page = told(rest, code, deep - 1)
    return None if on_page == rest else f"{head}{on_page}{tail}"


def _part(place: re.Match[str], match: re.Match[str], code: str, deep: int) -> str:
    """Return what stands in a place of a sentence, with the marks of German where it is a figure."""
    text = match[int(place[2])]
    if place[1]:
        return text
    if code == "de" and DECIMAL.fullmatch(text):
        return text.translate(str.maketrans(",.", ".,"))
    return told(text, code, deep)


def _filled(text: str, code: str, deep: int) -> str | None:
    for pattern, on_page in _patterns(code):
        match = pattern.fullmatch(text)
        if match:
            return PLACE.sub(lambda place, match=match: _part(place, match, code, deep - 1), on_page)  # type: ignore[misc]
    return None
