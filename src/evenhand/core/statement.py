"""A statement: what was due to whom, what was received, and the difference. All three jobs have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Ints, whole_array
from evenhand.core.errors import JudgeError
from evenhand.core.frozen import freeze_arrays
from evenhand.core.shares import TICKS


@dataclass(frozen=True, eq=False)
class Statement:
    """Lines of (claimant, thing, entitlement, received), as columns.

    Attributes:
        claimants: names, in the order the problem keeps them.
        things: names of what is shared: one for allocation and rota, one a kind of person for teams.
        claimant: code into ``claimants`` a line, shape (lines,).
        thing: code into ``things`` a line, shape (lines,).
        entitlement: integer ticks due a line, >= 0.
        received: whole units got a line, >= 0.
        ticks: ticks to one unit.

    Promise:
        Balanced: of every thing, the entitlements sum to what was received, exactly.

    Raises:
        JudgeError: the lines do not balance, or are no lines: other lengths, codes or signs.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> statement = solution.statement
        >>> statement.claimants, statement.received.tolist(), statement.within_quota
        (('Ada', 'Ben'), [2, 2], True)
    """

    claimants: tuple[str, ...]
    things: tuple[str, ...]
    claimant: Ints = field(repr=False)
    thing: Ints = field(repr=False)
    entitlement: Ints = field(repr=False)
    received: Ints = field(repr=False)
    ticks: int = TICKS

    def __post_init__(self) -> None:
        for name in ("claimant", "thing", "entitlement", "received"):
            object.__setattr__(self, name, whole_array(getattr(self, name), name))
        self._check_lines()
        freeze_arrays(self)
        if not len(self.thing):
            return
        # Sorted by thing, all things are added up in a single pass.
        order = np.argsort(self.thing, kind="stable")
        things = self.thing[order]
        starts = np.flatnonzero(np.diff(things, prepend=-1))
        ahead = np.add.reduceat(self.deviation[order], starts)
        for slot in np.flatnonzero(ahead):
            name = self.things[int(things[starts[slot]])]
            ticks, way = abs(int(ahead[slot])), "more" if ahead[slot] > 0 else "fewer"
            raise JudgeError(
                f"The statement of {name!r} does not balance: {ticks:,} tick{'s' * (ticks != 1)} {way} "
                "received than due."
            )

    def _check_lines(self) -> None:
        columns = (self.claimant, self.thing, self.entitlement, self.received)
        # Only judges make statements, so a wrong one is a fault of evenhand and never of the user.
        if self.ticks < 1 or any(column.shape != (len(self.claimant),) for column in columns):
            raise JudgeError("A statement needs four columns of one length and at least one tick a unit.")
        if not len(self.claimant):
            return
        for codes, names in ((self.claimant, self.claimants), (self.thing, self.things)):
            if codes.min() < 0 or codes.max() >= len(names):
                raise JudgeError("A line of the statement names a claimant or a thing that is not listed.")
        if min(self.entitlement.min(), self.received.min()) < 0:
            raise JudgeError("A line of the statement is below 0.")

    @classmethod
    def of_one_thing(
        cls, claimants: Sequence[str], thing: str, entitlement: Ints, received: Ints, ticks: int = TICKS
    ) -> Statement:
        """Make a statement with one line a claimant, of a single thing."""
        count = len(claimants)
        return cls(
            tuple(claimants),
            (thing,),
            np.arange(count),
            np.zeros(count, dtype=np.int64),
            entitlement,
            received,
            ticks,
        )

    @property
    def deviation(self) -> Ints:
        """Received minus entitlement in ticks: above 0 is ahead, below 0 is owed."""
        return self.received * self.ticks - self.entitlement

    @property
    def lag(self) -> Ints:
        """Entitlement minus received in ticks: above 0 is owed."""
        return -self.deviation

    @property
    def within_quota(self) -> bool:
        """Whether every line is less than one whole unit from what was due."""
        return bool((np.abs(self.deviation) < self.ticks).all())
