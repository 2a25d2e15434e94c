"""Columns of codes: whole numbers from 0 that stand for names."""

from __future__ import annotations

from typing import Final

import numpy as np

from evenhand.core.arrays import Ints

SMALL: Final = 1 << 20
"""Possible codes up to which a table of them is always made: a megabyte, cleared in some microseconds."""

SPARSE: Final = 32
"""Possible codes to each code given up to which those present are marked in a table of all possible ones: a
byte each, so 32 MB at most for a million codes. Sorting, which needs no table, is slower up to there."""


def distinct(codes: Ints, possible: int) -> Ints:
    """Return the codes that occur, each once, in order.

    Args:
        codes: whole numbers of 0 or more and less than ``possible``.
        possible: how many codes there can be.

    >>> distinct(np.array([7, 2, 7]), 9).tolist()
    [2, 7]
    """
    # Both ways give the same sorted codes; only time and memory differ.
    if possible > max(SMALL, SPARSE * len(codes)):
        return np.unique(codes)
    occurs = np.zeros(possible, dtype=np.bool_)
    occurs[codes] = True
    return np.flatnonzero(occurs)
