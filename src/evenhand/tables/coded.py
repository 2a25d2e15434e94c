"""A column of texts as codes into its words: what a column of millions of rows is held as."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import lt
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]


class Coded(Sequence[str]):
    """Texts, each held once, and for every row which of them it is.

    It stands wherever a list of cells stands; whoever knows it asks its words instead of its cells. A
    million codes are 4 MB, where a list takes 8 MB and a text of its own for each row fifteen times that.

    Attributes:
        codes: place of each cell's text in ``words``, shape (n,).
        words: the texts, sorted; each stands in some row.

    >>> Coded.of(["Oslo", "Bergen", "Oslo"]).words, list(coded_of(["b", "a"]))
    (('Bergen', 'Oslo'), ['b', 'a'])
    """

    __slots__ = ("codes", "words")

    def __init__(self, codes: Codes, words: tuple[str, ...]) -> None:
        """Take codes of words that are sorted, different, and all there; see ``Coded.joined`` for others."""
        self.codes, self.words = codes, words

    @classmethod
    def of(cls, cells: Sequence[str]) -> Coded:
        """Return a column as codes; about 0.1 microseconds a cell."""
        if isinstance(cells, Coded):
            return cells
        words = tuple(sorted(set(cells)))
        place = {word: index for index, word in enumerate(words)}
        return cls(np.fromiter(map(place.__getitem__, cells), np.int32, len(cells)), words)

    @classmethod
    def joined(cls, codes: Codes, words: Sequence[str]) -> Coded:
        """Return a column of words in any order, where some may be equal and some in no row."""
        used = np.zeros(len(words), dtype=np.bool_)
        used[codes] = True
        # As a reader hands them over who sorted them: a million words are not sorted again.
        if used.all() and all(map(lt, words, islice(words, 1, None))):
            return cls(codes, tuple(words))
        known = tuple(sorted({word for word, here in zip(words, used.tolist(), strict=True) if here}))
        place = {word: index for index, word in enumerate(known)}
        moved = np.fromiter((place.get(word, -1) for word in words), np.int32, len(words))
        return cls(moved[codes], known)

    def changed(self, change: Callable[[list[str]], list[str]]) -> Coded:
        """Return the column with every word changed; words that have become equal are one from then on."""
        new = change(list(self.words))
        return self if tuple(new) == self.words else Coded.joined(self.codes, new)

    def each(self, read: Callable[[Sequence[str]], tuple[NDArray[Any], list[Any]]]) -> tuple[Any, list[Any]]:
        """Return what a reader of cells makes of the column: a value a cell, and the faults by position.

        The reader sees each word once. So it has to read a cell the same wherever it stands, and its faults
        begin with the position.
        """
        values, faults = read(self.words)
        return values[self.codes], [
            (index, *fault)
            for code, *fault in faults
            for index in np.flatnonzero(self.codes == code).tolist()
        ]

    def taken(self, rows: Sequence[int]) -> Coded:
        """Return the column of these rows alone, in their order."""
        return Coded.joined(self.codes[np.asarray(rows, dtype=np.int64)], self.words)

    def first_seen(self) -> list[str]:
        """Return the words in the order in which they stand in the column."""
        first = np.full(len(self.words), len(self.codes), dtype=np.int64)
        # Backwards, so that what is written last, and stays, is the first row of each word.
        first[self.codes[::-1]] = np.arange(len(self.codes) - 1, -1, -1)
        return [self.words[code] for code in np.argsort(first).tolist()]

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Coded: ...
    def __getitem__(self, code: int | slice) -> str | Coded:
        if isinstance(code, slice):
            return Coded.joined(self.codes[code], self.words)
        return self.words[int(self.codes[code])]

    def __iter__(self) -> Iterator[str]:
        # In pieces: the codes of millions of rows as Python integers would take more room than the column.
        for start in range(0, len(self.codes), 1 << 16):
            yield from map(self.words.__getitem__, self.codes[start : start + (1 << 16)].tolist())

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._place(word) is not None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Coded):
            return self.words == other.words and bool((self.codes == other.codes).all())
        return isinstance(other, Sequence) and len(other) == len(self) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Coded({len(self.codes):,} cells of {len(self.words):,} texts)"

    def _place(self, word: str) -> int | None:
        index = bisect_left(self.words, word)
        return index if index < len(self.words) and self.words[index] == word else None

    def places(self, word: str) -> list[int]:
        """Return the rows, from 0, in which a word stands."""
        code = self._place(word)
        return [] if code is None else np.flatnonzero(self.codes == code).tolist()

    def index(self, word: str, start: int = 0, stop: int | None = None) -> int:
        """Return the first row, from 0, in which a word stands.

        Raises:
            ValueError: it stands in none.
        """
        inside = [
            place for place in self.places(word) if start <= place < (len(self) if stop is None else stop)
        ]
        if not inside:
            raise ValueError(f"{word!r} is in no row")
        return inside[0]


def coded_of(cells: Sequence[str]) -> Coded:
    """Return a column as codes; see ``Coded.of``."""
    return Coded.of(cells)


def words_of(cells: Sequence[str]) -> Sequence[str]:
    """Return the different texts of a column, in no order to rely on."""
    return cells.words if isinstance(cells, Coded) else list(dict.fromkeys(cells))


def word_counts(cells: Sequence[str]) -> dict[str, int]:
    """Return how often each different text stands in a column."""
    if isinstance(cells, Coded):
        times = np.bincount(cells.codes, minlength=len(cells.words))
        return dict(zip(cells.words, times.tolist(), strict=True))
    return dict(Counter(cells))


def first_seen(cells: Sequence[str]) -> list[str]:
    """Return the different texts of a column, in the order in which they are first seen."""
    return cells.first_seen() if isinstance(cells, Coded) else list(dict.fromkeys(cells))


def places_of(word: str, cells: Sequence[str]) -> list[int]:
    """Return the rows, from 0, in which a text stands."""
    if isinstance(cells, Coded):
        return cells.places(word)
    return [row for row, cell in enumerate(cells) if cell == word] if word in cells else []
