"""Whether prices prove a plan smoothest: no code of the method that found them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["prices_prove"]

Ints = NDArray[np.int64]


def prices_prove(price: Any, at: Ints, person: Ints, due: Ints, ticks: int) -> bool:
    """Whether the slots' prices prove the sum of squared lags least: every person's own best adds up to it.

    With a price paid for serving a slot, persons no longer meet. A person's cheapest way within quota is
    found slot by slot over two states, the floor and the ceiling of what is due. Sums are relative to the
    floor's, in units of ``ticks``, so that they fit in int64.
    """
    price = np.asarray([] if price is None else price)
    if price.shape != (len(due),) or price.dtype.kind != "i":
        return False
    people = due.shape[1]
    served = np.zeros(due.shape, dtype=np.int64)
    served[at, person] = 1
    taken = served.sum(axis=1)
    had = np.cumsum(served, axis=0)
    floor = due // ticks
    over = due - floor * ticks
    up = ticks - 2 * over  # what the ceiling costs more than the floor
    plan = int(np.where(had > floor, up, 0).sum(dtype=object))
    ends = np.zeros((2, people), dtype=np.int64)
    far = np.int64(2**61)
    ends[1] = far
    last = np.zeros(people, dtype=np.int64)
    grown = np.diff(due, axis=0, prepend=0) > 0
    for slot in range(len(due)):
        jump = (floor[slot] - last) > 0
        reach = np.where(grown[slot], ends - price[slot], far)  # serve here from the floor or the ceiling
        low = np.where(jump, np.minimum(ends[1], reach[0]), ends[0])
        high = np.where(jump, reach[1], np.minimum(ends[1], reach[0]))
        high = np.where(over[slot] > 0, high + up[slot], far)
        ends = np.minimum(np.stack([low, high]), far)
        last = floor[slot]
    bound = int((price * taken).sum(dtype=object)) + int(ends.min(axis=0).sum(dtype=object))
    return bound == plan
