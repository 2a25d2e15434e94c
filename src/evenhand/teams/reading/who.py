"""Whom a text means: the whole name in either order, a first or last name only one bears, an e-mail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from evenhand.tables import near
from evenhand.tables.recognise import word_key
from evenhand.teams.reading.columns import fold_value

PARTED = re.compile(r"[;|]")
WORDS = re.compile(r"[\s,]+")

MOST_WORDS = 8
"""Parts of a cell that are tried together as one name: no name in use has more commas."""


class Who:
    """Finds people of a roster by what somebody wrote. Nobody is guessed: a text means one person or none.

    >>> who = Who(["Ada Lopes", "Ben Ito", "Ben Roe"])
    >>> who.find("lopes, ada"), who.find("Ada"), who.find("Ben")
    ('Ada Lopes', 'Ada Lopes', None)
    >>> Who(["Ela Núñez", "Ben Roe"]).find("Ela Nunez")
    'Ela Núñez'
    >>> who.listed("Ada, Ben Ito; Cy")
    [('Ada', 'Ada Lopes'), ('Ben Ito', 'Ben Ito'), ('Cy', None)]
    """

    def __init__(self, people: Sequence[str], addresses: Mapping[str, str] | None = None) -> None:
        """Learn the names; O(people).

        Args:
            people: names, all different.
            addresses: e-mail address to name, where the roster has a column of them.
        """
        self.people = people
        self._whole = {_plain(name): name for name in reversed(people)}
        self._short = _borne_by_one(people, _words)
        self._addresses = {fold_value(address): name for address, name in (addresses or {}).items()}

    def find(self, text: str) -> str | None:
        """Return the person that a text means, or None."""
        plain = _plain(text)
        if not plain:
            return None
        # The whole name first: somebody may be called what is another's first name.
        name = self._whole.get(plain) or self._short.get(" ".join(_words(text))) or self._addresses.get(plain)
        return name or self._without_accents.get(" ".join(_bare_words(text)))

    @cached_property
    def _without_accents(self) -> dict[str, str]:
        """Texts without accents that one person alone bears: few write "Núñez" as its bearer does."""
        return _borne_by_one(self.people, _bare_words)

    def listed(self, cell: str) -> list[tuple[str, str | None]]:
        """Return each part of a cell with whom it means; parts stand between ; | or comma.

        A comma may also stand inside a name, as in "Lopes, Ada": the longest run that is somebody counts.
        """
        out: list[tuple[str, str | None]] = []
        for part in PARTED.split(cell):
            pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
            start = 0
            while start < len(pieces):
                for stop in range(min(len(pieces), start + MOST_WORDS), start, -1):
                    text = ", ".join(pieces[start:stop])
                    name = self.find(text)
                    if name is not None or stop == start + 1:
                        out.append((text, name))
                        start = stop
                        break
        return out

    def meant(self, text: str) -> str | None:
        """Return the name most like a text that means nobody, for a question such as "Did you mean Ada?"."""
        nearest = near(text, list(self.people))
        if nearest is not None:
            return nearest
        # "Benn" is near to no whole name, but to a first name.
        names = [text for text in self._short if " " not in text]
        like = near(" ".join(_words(text)), names)
        return self._short[like] if like is not None else None

    def bearers(self, text: str) -> list[str]:
        """Return those whose first or last name a text is, for an error that it may be several."""
        wanted = " ".join(_words(text))
        counts = Counter(
            name for name in self.people for word in {*_words(name)[:1], *_words(name)[-1:]} if word == wanted
        )
        return sorted(counts)


def _borne_by_one(people: Sequence[str], words_of: Callable[[str], list[str]]) -> dict[str, str]:
    """Return first and last names and whole names in either order that mean one person alone."""
    bearers: dict[str, set[str]] = {}
    for name in people:
        words = words_of(name)
        # Two words in the other order are the same person; more would fit too many.
        for text in {*words[:1], *words[-1:], " ".join(words[::-1]), " ".join(words)}:
            bearers.setdefault(text, set()).add(name)
    return {text: next(iter(names)) for text, names in bearers.items() if len(names) == 1}


def _plain(text: str) -> str:
    return " ".join(fold_value(text).split())


def _bare_words(text: str) -> list[str]:
    return [key for word in _words(text) if (key := word_key(word))]


def _words(text: str) -> list[str]:
    return [word for word in WORDS.split(fold_value(text)) if word]
