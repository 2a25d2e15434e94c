"""What a measure looks at: whole units received, and what was due for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from evenhand.core.arguments import whole_numbers
from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS, largest_remainder

ALIKE = 1_000_000
"""Entitlements apart by no more than a tick, or by a millionth of the largest, count as equal: they are
rounded to the tick slot by slot, and a measure should not see that."""


@dataclass(frozen=True)
class Shared:
    """Units received and entitlements of the same lines, in Python integers so that figures are exact.

    Attributes:
        units: whole units received a line, >= 0.
        due: ticks due a line, >= 0, same length.
        ticks: ticks to one unit.

    Example:
        >>> import evenhand as eh
        >>> shared = eh.measures.Shared([2, 1], [3, 3], 2)
        >>> sum(shared.units) * shared.ticks == sum(shared.due)
        True
    """

    units: tuple[int, ...]
    due: tuple[int, ...]
    ticks: int = TICKS

    @classmethod
    def of(cls, units: Iterable[int], weights: Iterable[int] | None = None) -> Shared:
        """Make one from counts: what is given out is due by weight, equally if no weights are given.

        Raises:
            InputError: a count or a weight is below 0 or not whole, or they are not of one length.
        """
        counts = tuple(whole_numbers(units, "units"))
        claims = (1,) * len(counts) if weights is None else tuple(whole_numbers(weights, "weight"))
        if len(claims) != len(counts):
            raise InputError.one(
                "is not one weight a count", f"Give {len(counts)} weights", came=f"{len(claims)} weights"
            )
        if any(count < 0 for count in counts):
            raise InputError.one(
                "is below zero", "Give counts of 0 or more", came=str(min(counts)), column="units"
            )
        total = sum(counts)
        due = largest_remainder(total * TICKS, claims)
        return cls(counts, tuple(int(part) for part in due))

    @property
    def total(self) -> int:
        """Units given out."""
        return sum(self.units)

    @cached_property
    def equal(self) -> bool:
        """Whether the same is due to everyone (to the tick, or a millionth)."""
        if not self.due:
            return True
        # Largest remainders give some a tick more than others of the same weight.
        apart = max(self.due) - min(self.due)
        return apart <= 1 or apart * ALIKE <= max(self.due)

    @cached_property
    def entitled(self) -> tuple[tuple[int, int], ...]:
        """Return (units, claim) of everyone with a claim; equal claims are 1 each, others are ticks."""
        if self.equal:
            # Claims of 1 keep the fractions of large statements small, and so the sums quick.
            return tuple((unit, 1) for unit in self.units)
        return tuple((unit, due) for unit, due in zip(self.units, self.due, strict=True) if due)

    @cached_property
    def receivers(self) -> tuple[tuple[int, int], ...]:
        """Return (units, claim) of every entitled claimant who received something."""
        return tuple((unit, claim) for unit, claim in self.entitled if unit)

    @cached_property
    def apart(self) -> tuple[int, ...]:
        """Distance of received from due in ticks, >= 0, a line."""
        return tuple(abs(unit * self.ticks - due) for unit, due in zip(self.units, self.due, strict=True))

    def nearest(self) -> Shared:
        """Return the whole outcome nearest to what is due (largest remainder): no other has less apart.

        It keeps the total and knows no rules; largest remainder is least in every l_p distance.
        """
        if not self.total:
            return self
        units = largest_remainder(self.total, self.due)
        return Shared(tuple(int(unit) for unit in units), self.due, self.ticks)

    def monopoly(self) -> Shared:
        """Return the outcome in which the first line gets everything: with equal claims, the worst."""
        # Which line gets everything makes no difference where claims are equal, and nobody asks elsewhere.
        everything = (self.total, *(0 for _ in self.units[1:]))
        return Shared(everything[: len(self.units)], self.due, self.ticks)
