"""Short names for arrays, by what an entry is: the types that every room's columns are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def whole_array(values: Any, column: str) -> Ints:
    """Return values as an array of 64-bit integers; nothing is cut off or rounded.

    Raises:
        InputError: one of them is no whole number, or is beyond 64 bits.

    >>> whole_array([1.0, 2], "slots").tolist()
    [1, 2]
    """
    array = np.asarray(values)
    if array.dtype.kind in "ib" or not array.size:
        return array.astype(np.int64, copy=False)
    mend = "Give whole numbers of 64 bits"
    if array.dtype.kind not in "uf":
        raise InputError.one("holds what is no such number", mend, column=column)
    with np.errstate(invalid="ignore"):
        whole = array.astype(np.int64)
    # What was cut off, or wrapped, is not what came; nor is NaN anything.
    odd = array[whole != array]
    if odd.size:
        raise InputError.one("is not a whole number", mend, came=str(odd[0]), column=column)
    return whole
