"""Measures of how near each line is to what was due: they hold for one thing and for several."""

from __future__ import annotations

from fractions import Fraction

from evenhand.measures.shared import Shared


def misplaced(shared: Shared) -> Fraction:
    """Share of the units that would have to move for everyone to have exactly what is due (Hoover).

    >>> misplaced(Shared.of([3, 1]))
    Fraction(1, 4)
    """
    # Each unit that is misplaced counts twice: too many with one, too few with another.
    return Fraction(sum(shared.apart), 2 * shared.total * shared.ticks) if shared.total else Fraction(0)


def worst(shared: Shared) -> Fraction:
    """Largest distance of any line from what was due, in units.

    >>> worst(Shared.of([3, 1]))
    Fraction(1, 1)
    """
    return Fraction(max(shared.apart, default=0), shared.ticks)


def beyond(shared: Shared) -> Fraction:
    """Share of the lines a whole unit or more away from what was due.

    >>> beyond(Shared.of([3, 1]))
    Fraction(1, 1)
    """
    if not shared.apart:
        return Fraction(0)
    return Fraction(sum(1 for apart in shared.apart if apart >= shared.ticks), len(shared.apart))
