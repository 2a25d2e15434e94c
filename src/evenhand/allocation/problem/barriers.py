"""Why a pair is not a candidate: the rules that ruled it out before anything was planned, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Barrier:
    """One rule that keeps some items from some recipients on some days.

    Attributes:
        rule: the rule's name, as it stands in ``dropped``.
        clause: what it says here, to stand behind "cannot go to X:", with the day it ends if known.
        items: names of the items it holds for; () for all.
        recipients: names of the recipients it holds for; () for all.
        days: names of the days it holds on; () for all.
    """

    rule: str
    clause: str
    items: tuple[str, ...] = field(default=(), repr=False)
    recipients: tuple[str, ...] = field(default=(), repr=False)
    days: tuple[str, ...] = field(default=(), repr=False)

    def holds(self, item: str, recipient: str) -> bool:
        """Whether it stands between an item and a recipient on some day.

        >>> Barrier("cooldown", "waits until 2026-02-09", ("VIN1",), ("P1", "P2")).holds("VIN1", "P2")
        True
        """
        return (not self.items or item in self.items) and (
            not self.recipients or recipient in self.recipients
        )


def barriers_of(
    barriers: Sequence[Barrier], item: str, recipient: str, days: Sequence[str]
) -> Iterator[tuple[Barrier, tuple[str, ...]]]:
    """Yield each barrier between an item and a recipient, with the days among ``days`` that it closes.

    Cost: linear in the barriers and their names.

    >>> wall = Barrier("vehicle not free", "is in repair", ("VIN1",), (), ("Mon", "Tue"))
    >>> [(one.rule, closed) for one, closed in barriers_of([wall], "VIN1", "P1", ["Tue", "Wed"])]
    [('vehicle not free', ('Tue',))]
    """
    for barrier in barriers:
        if barrier.holds(item, recipient):
            closed = tuple(day for day in days if not barrier.days or day in barrier.days)
            if closed:
                yield barrier, closed
