"""What a caller's own cells were before they became text, so that a plan gives them back as they came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from numbers import Integral, Real
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Native:
    """Where a problem's tables came from, and what stood in their columns.

    Attributes:
        library: the data frame library of the caller's table: "pandas", "polars" or "pyarrow"; "" for a file
            or plain values.
        kinds: column to what its cells were: a name of ``FROM_TEXT``. Columns of text are left out.
    """

    library: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)

    def under(self, columns: Mapping[str, str]) -> Native:
        """Return the same for other names of the columns: new name to the name here."""
        kinds = {new: self.kinds[old] for new, old in columns.items() if old in self.kinds}
        return Native(self.library, kinds)


def native_kind(cells: Sequence[Any]) -> str:
    """Return what all cells are, by a name of ``FROM_TEXT``; "" for text or a mixture. Cost: linear.

    >>> native_kind([1, None, 3]), native_kind([1, 2.5]), native_kind(["1", "2"])
    ('whole', 'number', '')
    """
    # A missing cell says nothing of the others; in pandas a missing number is a number, NaN.
    types = {kind for kind in set(map(type, cells)) if kind.__name__ not in {"NoneType", "NAType", "NaTType"}}
    for name, base, but in _BASES:
        if types and all(issubclass(kind, base) and not issubclass(kind, but) for kind in types):
            return name
    return "yes or no" if types and all(kind.__name__ in {"bool", "bool_"} for kind in types) else ""


def as_they_were(texts: Sequence[Any], kind: str) -> list[Any]:
    """Return texts as values of a kind, an empty one as None; as they are where one does not fit, or for "".

    >>> as_they_were(["7", ""], "whole"), as_they_were(["7", "7, Monday"], "whole")
    ([7, None], ['7', '7, Monday'])
    """
    if not kind:
        return list(texts)
    try:
        known = {text: FROM_TEXT[kind](text) if text else None for text in set(texts)}
    except (ValueError, TypeError, KeyError):  # a name that was made of the cell, such as "7, Monday"
        return list(texts)
    return [known[text] for text in texts]


FROM_TEXT: Final[Mapping[str, Callable[[str], Any]]] = {
    "whole": int,
    "number": float,
    "yes or no": {"yes": True, "no": False}.__getitem__,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
}
"""Kind of a cell to what makes it of its text."""

_BASES: Final[tuple[tuple[str, type, tuple[type, ...]], ...]] = (
    # True is a whole number to Python, and a moment is a date: each kind leaves out the one below it.
    ("whole", Integral, (bool,)),
    ("number", Real, (bool,)),
    ("moment", datetime, ()),
    ("day", date, (datetime,)),
)
