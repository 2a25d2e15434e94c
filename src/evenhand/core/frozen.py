"""Makes the arrays of frozen objects read-only, so that the objects cannot change through them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np


def freeze_arrays(thing: Any) -> None:
    """Replace the arrays among a frozen dataclass's fields by read-only views of them.

    The caller's own arrays stay writable; nothing is copied. Whoever wants to change one takes a copy.

    Args:
        thing: an instance of a dataclass, in its ``__post_init__``.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Row:
    ...     cells: np.ndarray
    ...     def __post_init__(self) -> None:
    ...         freeze_arrays(self)
    >>> Row(np.zeros(2)).cells[0] = 1
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, np.ndarray) and value.flags.writeable:
            # A view and no copy: nothing is doubled in memory, and whoever made the array can go on writing
            # to it.
            view = value.view()
            view.flags.writeable = False
            object.__setattr__(thing, field.name, view)
