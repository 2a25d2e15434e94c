"""What a recipient's second, third, ... award costs: the founding document's modes, and your own steps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from evenhand.core.errors import Finding, InputError

__all__ = ["Penalty", "mode_a", "mode_b", "no_penalty", "own_steps", "strong"]

MOST_POINTS = 10**9
"""Points a step may cost at most; more would not fit beside the scores in 64 bits."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """A convex tariff on the awards of one recipient: sum over steps of points x max(0, n - beyond).

    Attributes:
        mode: "none", "A", "B", "strong" or "own"; what the chip and the reports call it.
        steps: (beyond, points) a step; points >= 0, so that the tariff is convex.
    """

    mode: str
    steps: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        found: list[Finding] = []
        for beyond, points in self.steps:
            if type(beyond) is not int or beyond < 0:
                found.append(_finding("beyond", beyond, "Give the number of awards that are free, 0 or more"))
            if type(points) not in {int, float} or not 0 <= points <= MOST_POINTS:
                found.append(_finding("points", points, f"Give a number from 0 to {MOST_POINTS:,}"))
        if found:
            raise InputError(found)

    @property
    def lam(self) -> float:
        """Points of the first step (lambda); 0 without steps."""
        return self.steps[0][1] if self.steps else 0

    @property
    def step(self) -> float:
        """Points that the second step adds; 0 where there is none."""
        return self.steps[1][1] if len(self.steps) > 1 else 0

    @property
    def target(self) -> int:
        """Awards that are free of any penalty."""
        return min((beyond for beyond, _ in self.steps), default=0)

    def marginal(self, nth: int) -> float:
        """Return what the ``nth`` award costs, in points: under mode B 0, 200, 600, 600 for 1, 2, 3, 4."""
        return sum(points for beyond, points in self.steps if nth > beyond)

    def total(self, count: int) -> float:
        """Return what ``count`` awards of one recipient cost together, in points."""
        return sum(points * max(0, count - beyond) for beyond, points in self.steps)

    @property
    def text(self) -> str:
        """What stands behind λ= in the chip: 200+400, 200, 0; own steps as points@beyond."""
        if not self.steps:
            return "0"
        if self.mode == "own":
            return "+".join(f"{points:g}@{beyond}" for beyond, points in self.steps)
        return "+".join(f"{points:g}" for _, points in self.steps)

    def denominator(self) -> int:
        """Return the smallest scale at which every step is a whole number of units."""
        return math.lcm(*(Fraction(str(points)).denominator for _, points in self.steps))


def _finding(column: str, came: object, mend: str) -> Finding:
    return Finding("penalty", None, column, str(came), "is no part of a penalty", mend)


def no_penalty() -> Penalty:
    """Score alone decides: a handful of recipients may take everything."""
    return Penalty("none")


def mode_a(lam: float = 200, target: int = 1) -> Penalty:
    """Linear: lam x max(0, n - target).

    With target 1 the total is lam x (awards - recipients served), so it never evens out between those served.
    """
    return Penalty("A", ((target, lam),))


def mode_b(lam: float = 200, step: float = 400) -> Penalty:
    """Stepped, the default: lam x max(0, n - 1) + step x max(0, n - 2); marginals 0, 200, 600, 600."""
    return Penalty("B", ((1, lam), (2, step)))


def strong(lam: float = 500) -> Penalty:
    """Mode A with a lambda of 400 to 600: near-equal, at the cost of score."""
    return Penalty("strong", ((1, lam),))


def own_steps(steps: Iterable[tuple[int, float]]) -> Penalty:
    """Steps of your own: each (beyond, points) adds points to every award beyond that many.

    Raises:
        InputError: a step is negative or no number.
    """
    return Penalty("own", tuple(sorted((beyond, points) for beyond, points in steps)))
