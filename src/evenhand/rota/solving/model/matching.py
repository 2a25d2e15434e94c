"""The cheapest matching of as many things to as many people: the Hungarian method.

References:
    Kuhn, *The Hungarian method for the assignment problem* (1955), doi:10.1002/nav.3800020109.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Ints


def cheapest(price: Ints, allowed: Bools) -> list[int]:
    """Return the column of each row so that the prices add up to the least. Cost O(n^2) array steps.

    Args:
        price: what each row costs with each column, shape (n, n); n times the largest is below 2**61.
        allowed: which of them may be; the diagonal at least, so that there always is a matching.

    >>> cheapest(np.array([[4, 1, 3], [2, 0, 5], [3, 2, 2]]), np.ones((3, 3), dtype=bool))
    [1, 0, 2]
    """
    size = len(price)
    # From 0 up, and what may not be dearer than any matching without it.
    price = price - price.min()
    price = np.where(allowed, price, int(price.max(initial=0)) * size + 1)
    row_price, column_price = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    row_of = np.full(size, -1)
    for row in range(size):
        # The shortest alternating path from the row to a free column, by prices less what is paid already.
        reach = price[row] - row_price[row] - column_price
        comes_from = np.full(size, row)
        open_column = np.ones(size, dtype=bool)
        length = 0
        while True:
            # The first of equals, so that the matching never hangs on chance.
            column = int(np.argmin(np.where(open_column, reach, np.iinfo(np.int64).max)))
            length = int(reach[column])
            open_column[column] = False
            if row_of[column] < 0:
                break
            further = int(row_of[column])
            way = length + price[further] - row_price[further] - column_price
            nearer = open_column & (way < reach)
            reach[nearer], comes_from[nearer] = way[nearer], further
        seen = np.flatnonzero(~open_column & (row_of >= 0))
        row_price[row] += length
        row_price[row_of[seen]] += length - reach[seen]
        column_price[seen] -= length - reach[seen]
        column_of = np.full(size, -1)
        column_of[row_of[row_of >= 0]] = np.flatnonzero(row_of >= 0)
        while True:
            taker = int(comes_from[column])
            row_of[column] = taker
            column, column_of[taker] = int(column_of[taker]), column
            if taker == row:
                break
    return [int(column) for column in np.argsort(row_of)]
