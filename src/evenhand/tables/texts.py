"""Words and cells as text: what a value looks like in a table, and when two names are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from difflib import get_close_matches
from math import isnan
from typing import Any, Final

WHOLE_BELOW = 1e15
"""Floats below this hold every whole number exactly, so 5.0 may be written as 5."""

SEPARATORS = re.compile(r"[\s_\-]+")
COMMAS = re.compile(r"[\s,]+")
FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠\t\r\n]")
"""What a spreadsheet may run as a formula, behind any number of the quotes that we put before it."""

KEPT_AS_TEXT = re.compile(r'="([^"]*)"')

UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad\u180e\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that nobody sees: zero-width spaces, soft hyphens, marks of direction. A joiner within a word stays,
as some scripts and pictures are written with it."""
ODD_SPACES = re.compile("\r\n|[\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Spaces and line ends that look like plain ones: Excel, Word and web pages put them in names."""
LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0408\u0405\u051a"
    "\u051c\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u04bb"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
    "\u0131\u02bc\u2019\u2018\u00b4\u2010\u2011\u2012\u2013\u2014\u2212",
    "ABEKMHOPCTXYIJSQWaeopcyxijsdqwhABEZHIKMNOPTYXoi\u0027\u0027\u0027\u0027------",
)
"""Letters of Cyrillic and Greek that nobody can tell from Latin ones on a screen, and marks of one look.
Keyboards for two alphabets put one among the letters of the other."""
SAMPLED = 1000
"""Cells looked at to see whether texts repeat: a thousand tell it, and cost nothing."""

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def as_text(value: Any) -> str:
    """Return the one text by which a cell is known, whichever file or library it came from.

    Nothing (None, NaN, NaT, NA) is ""; a whole float is written without its ".0"; yes and no for booleans;
    dates in ISO 8601, a midnight being the date alone; 09:00 for a time of day; several values parted by ;.
    NumPy's and decimal's numbers count as numbers.

    Example:
        >>> import evenhand as eh
        >>> [eh.tables.as_text(value) for value in (5.0, True, None, "a")]
        ['5', 'yes', '', 'a']
    """
    if isinstance(value, str):
        return value
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return ""
    # Nanoseconds become a plain number in item(); microseconds become a time.
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.astype("datetime64[us]") if type(value).__name__ == "datetime64" else value
        return as_text(value.item())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value)
    return _moment(value) if isinstance(value, (date, time)) else _other(value)


def _other(value: Any) -> str:
    """Return the text of several answers in a cell, as data frames hold them, of bytes, or anything else."""
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = map(as_text, value)
        # A set has no order of its own.
        return "; ".join(sorted(parts) if isinstance(value, (set, frozenset)) else parts)
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)


def as_texts(values: Sequence[Any]) -> list[str]:
    """Return the text of each value; columns of one plain type, as frames give them, take the short way."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        return [value or "" for value in values]
    if kinds == {int}:
        return ["" if value is None else str(value) for value in values]
    if kinds in ({float}, {bool}, {date}):
        known = {value: as_text(value) for value in set(values)}
        return [known[value] for value in values]
    return list(map(as_text, values))


def _number(value: float) -> str:
    if isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < WHOLE_BELOW else repr(value)


def _moment(value: date | time) -> str:
    if isinstance(value, time):
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")
    midnight = isinstance(value, datetime) and value.tzinfo is None and value.time() == time.min
    return str(value)[:10] if midnight else str(value)


def tidy(cells: Iterable[str]) -> list[str]:
    """Return cells without white space around them or unseen signs in them, in Unicode's composed form (NFC).

    A name typed on a Mac and the same name typed on Windows may differ in bytes; composed, they are one. So
    are a name and the same name with a zero-width space or one that does not break, as web pages and chat
    programs put them in.
    Cost: linear; a column that is plain already is only looked at, and cells that repeat are done once.
    """
    held = cells if isinstance(cells, list) else list(cells)
    sample = held[:SAMPLED]
    if len(held) > SAMPLED and len(set(sample)) * 2 < len(sample):
        # repeated texts are one object: joining them all would make of it what the file stands for
        words = list(dict.fromkeys(held))
        known = dict(zip(words, tidy_words(words), strict=True))
        return list(map(known.__getitem__, held))
    return tidy_words(held)


def tidy_words(cells: Iterable[str]) -> list[str]:
    """Return cells as ``tidy`` has them, each looked at by itself."""
    # Joined, a million cells are tested by three calls; one by one they would take a million.
    stripped = list(map(str.strip, cells))
    joined = "\n".join(stripped)
    if joined.isascii() and "\r" not in joined:
        return stripped
    if ODD_SPACES.search(joined):
        stripped = [ODD_SPACES.sub(_plain_space, cell) for cell in stripped]
    seen = [UNSEEN.sub("", cell) if UNSEEN.search(cell) else cell for cell in stripped]
    if unicodedata.is_normalized("NFC", "\n".join(seen)):
        return list(map(str.strip, seen))
    return [unicodedata.normalize("NFC", cell).strip() for cell in seen]


def _plain_space(space: re.Match[str]) -> str:
    return "\n" if space[0][0] in "\r\x85\u2028\u2029" else " "


def fold(name: str) -> str:
    """Return what makes two headers the same: case, spaces, underscores and hyphens do not count.

    Nor does the alphabet of letters that look alike: nobody sees that the c of a score is a Cyrillic one.

    Example:
        >>> import evenhand as eh
        >>> eh.tables.fold(" Last_Name ")
        'lastname'
    """
    if not name.isascii():
        name = unicodedata.normalize("NFC", name).translate(LOOKALIKES)
    return SEPARATORS.sub("", name).casefold()


def bare(name: str) -> str:
    """Return a name without what the eye misses: capitals, accents, the alphabet of twin letters, spaces.

    >>> bare("José"), bare("JOSE"), bare("\u0410nna")
    ('jose', 'jose', 'anna')
    """
    if not name.isascii():
        # Twins before capitals are made small: a Cyrillic В looks like B, and its small letter like no b.
        parts = unicodedata.normalize("NFKD", name.translate(LOOKALIKES)).translate(LOOKALIKES)
        name = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(name.casefold().split())


def listed(names: Iterable[str]) -> str:
    """Return names in a row, parted by a comma; by a semicolon where a name holds a comma itself.

    >>> listed(["Ada", "Bo"]), listed(["Lovelace, Ada", "Bo"])
    ('Ada, Bo', 'Lovelace, Ada; Bo')
    """
    held = list(names)
    return ("; " if any("," in name for name in held) else ", ").join(held)


HEADS_NAMED: Final = 40
"""Heads of a table that one sentence names; more fill the screen and are read by nobody."""


def heads_named(heads: Sequence[str]) -> str:
    """Return the heads of a table for a sentence, at most forty of them.

    >>> heads_named(["name", "office"]), heads_named([str(number) for number in range(50)])[-14:]
    ('name, office', '39 and 10 more')
    """
    more = f" and {len(heads) - HEADS_NAMED:,} more" if len(heads) > HEADS_NAMED else ""
    return (", ".join(heads[:HEADS_NAMED]) + more) or "no columns"


def near(name: str, known: Sequence[str]) -> str | None:
    """Return the known name most like this one, or None where none is near; equal ones are no near miss.

    Example:
        >>> import evenhand as eh
        >>> eh.tables.near("Gendr", ["Gender", "Office"])
        'Gender'
    """
    # "Lovelace, Ada" is Ada Lovelace, however unlike the letters are in their order.
    parts = sorted(part for part in COMMAS.split(name.casefold()) if part)
    if len(parts) > 1:
        turned = next((other for other in known if sorted(COMMAS.split(other.casefold())) == parts), None)
        if turned is not None and fold(turned) != fold(name):
            return turned
    folded = {fold(other): other for other in reversed(known)}
    # 0.75 allows one slip in four letters; at 0.6 short heads are near to all others.
    close = get_close_matches(
        fold(name), [other for other in folded if other != fold(name)], n=1, cutoff=0.75
    )
    return folded[close[0]] if close else None


def near_person(name: str, people: Sequence[str]) -> str | None:
    """Return whom a name that is nobody's may mean: the nearest, or whose first or last name alone it is.

    >>> near_person("Carol", ["Carol Dunn", "Ben Ito"]), near_person("Ito, Ben", ["Carol Dunn", "Ben Ito"])
    ('Carol Dunn', 'Ben Ito')
    """
    meant = near(name, people)
    if meant is not None:
        return meant
    bearers = [person for person in people if bare(name) in COMMAS.split(bare(person))]
    return bearers[0] if len(bearers) == 1 else None


def shield(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: ' before = + - @, tab or line break.

    Plain numbers such as -5 stay as they are. ``unshield`` takes the mark away again.
    Reference: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unshield(cells: list[str]) -> list[str]:
    """Return cells as they were before ``shield``, and ="007" as 007; all others stay as they are.

    Programs that export for Excel write ="007", so that it keeps the zeros.

    >>> unshield(["'=1+1", '="007"', "Ada"])
    ['=1+1', '007', 'Ada']
    """
    joined = "\n" + "\n".join(cells)
    if "\n'" not in joined and '\n="' not in joined:
        return cells
    return [_unshielded(cell) for cell in cells]


def _unshielded(cell: str) -> str:
    if shielded := KEPT_AS_TEXT.fullmatch(cell):
        return shielded[1].strip()
    return cell[1:].strip() if cell[:1] == "'" and FORMULA.match(cell, 1) else cell
