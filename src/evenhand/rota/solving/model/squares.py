"""Sums of squared lags in ticks, exactly: a single squared lag may pass 64 bits once it is summed."""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Ints


def exact_squares(lag: Ints) -> int:
    """Return the sum of the squares of a table, as a Python int.

    >>> exact_squares(np.array([[-3, 4]]))
    25
    """
    # Below 2**40 ticks, 3,000 turns, the high half is below 2**24 and its square below 2**48: the sum of a
    # row stays within int64 for 2**15 people. Rows are added up in Python's integers, without a limit.
    high, low = np.divmod(np.abs(lag), 1 << 16)
    parts = ((high * high, 32), (high * low, 17), (low * low, 0))
    return sum(sum(part.sum(axis=1).tolist()) << shift for part, shift in parts)
