"""Where each turn may go and at what cost: the network behind ``quota-smooth``.

Within quota a person's turns so far are the floor or the ceiling of the entitlement, so the sum of squared
lags splits into one cost a turn: serving turn j in slot s instead of the first slot of its window adds, for
every slot t before s, (E(t) - j)^2 - (j + 1 - E(t))^2 = 2 (E(t) - j) - 1 square turns. In ticks that is a
whole multiple of ``ticks``, so costs here are integers in units of ``ticks`` square ticks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.rota.solving.model.squares import exact_squares
from evenhand.rota.solving.quota.windows import Windows


@dataclass(frozen=True, eq=False)
class Arcs:
    """Every (turn, slot) pair inside a window, sorted by turn, then slot.

    Attributes:
        job, slot: the pair, shape (arcs,).
        cost: of serving it there, in units of ``ticks`` square ticks, relative to the window's first slot.
        shared: code of the (person, slot) pair where two turns of one person could meet, -1 elsewhere.
        pairs: number of such pairs; a person serves at most once in a slot.
        optional: turns that may be left out, shape (optional,); ``left_out`` is the cost of that.
    """

    job: Ints = field(repr=False)
    slot: Ints = field(repr=False)
    cost: Ints = field(repr=False)
    shared: Ints = field(repr=False)
    pairs: int
    optional: Ints = field(repr=False)
    left_out: Ints = field(repr=False)


def arcs(win: Windows) -> Arcs:
    """List the arcs of all windows; cost and memory O(sum of window lengths)."""
    length = np.minimum(win.deadline, win.slots - 1) - win.release + 1
    first = np.cumsum(length) - length
    job = np.repeat(np.arange(length.size, dtype=np.int64), length)
    slot = np.arange(job.size, dtype=np.int64) - first[job] + win.release[job]
    who = win.person[job]
    # The module's formula in ticks: 2 (E(t) - j) - 1 for each slot that the turn is put off.
    step = 2 * (win.due[slot, who] - (job - win.start[who]) * win.ticks) - win.ticks
    done = np.cumsum(step)
    base = done[first] - step[first] if job.size else np.zeros(0, dtype=np.int64)
    optional = np.flatnonzero(win.deadline == win.slots)
    grows = np.diff(win.due, axis=0, prepend=0) > 0
    # Slots in which somebody has no share are no option: they are absent there, or not able.
    kept = grows[slot, who]
    code = (slot * win.people + who)[kept]
    # The deadline slot of one turn can be the release slot of the next. Such pairs share one arc into the
    # slot, so that nobody takes two seats of it.
    _, index, count = np.unique(code, return_inverse=True, return_counts=True)
    twice = count > 1
    pair = np.where(twice, np.cumsum(twice) - 1, -1)
    return Arcs(
        job=job[kept],
        slot=slot[kept],
        cost=(done - step - base[job])[kept],
        shared=pair[index],
        pairs=int(twice.sum()),
        optional=optional,
        left_out=(done[first + length - 1] - base)[optional],
    )


def lag_squares(due: Ints, served: Ints, ticks: int) -> int:
    """Return the sum over slots and persons of squared lag, in square ticks, as an exact Python int.

    Args:
        due: entitlement in ticks after each slot, shape (S, P).
        served: turns served up to and with each slot, shape (S, P).
        ticks: ticks to one turn.
    """
    # Half a megabyte at a time stays in the processor's cache; the whole at once takes five times as long.
    rows = max(1, (1 << 16) // max(1, due.shape[1]))
    parts = (slice(low, low + rows) for low in range(0, len(due), rows))
    return sum(exact_squares(due[part] - served[part] * ticks) for part in parts)
