"""Groups of candidates that share a convex tariff or a hard limit: caps, budgets, fairness, and your own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Ints, whole_array
from evenhand.core.errors import Finding, InputError
from evenhand.core.frozen import freeze_arrays

NO_LIMIT = 2**62
"""Stands for "no hard limit" wherever a limit is kept."""

PLANE = 2
"""Dimensions of what is kept by group and step."""

MOST = 10**12
"""Largest weight, allowance and slope that is taken; NO_LIMIT aside."""


@dataclass(frozen=True, eq=False)
class GroupSet:
    """One kind of rule, and the groups it holds for. A candidate belongs to at most one group of a set.

    The total t of a group is the sum of the weights of its chosen candidates. It costs
    phi(t) = sum over j of slope[:, j] x max(0, t - allowance[:, j]) and may not pass ``limit``.

    Attributes:
        name: "tier cap", "budget", or the user's own word.
        labels: names of the groups, shape (g,).
        of: group of each candidate, -1 for none, shape (n,).
        weight: weight of each candidate in its group, >= 0, shape (n,).
        allowance: breakpoints, >= 0, shape (g, s).
        slope: integer score units per unit of weight beyond each breakpoint, >= 0, shape (g, s).
        limit: hard limit of the total, >= 0, NO_LIMIT for none, shape (g,).
        unit: what the weights count: "loans", "dollars".

    Raises:
        InputError: shapes disagree or a number is out of range.

    Example:
        >>> import evenhand as eh
        >>> free, points, most = [[1]], [[50]], [eh.allocation.NO_LIMIT]
        >>> caps = eh.allocation.GroupSet("cap", ("x",), [0, 0], [1, 1], free, points, most)
        >>> caps.labels, caps.allowance.tolist(), caps.slope.tolist()
        (('x',), [[1]], [[50]])
    """

    name: str
    labels: tuple[str, ...]
    of: Ints = field(repr=False)
    weight: Ints = field(repr=False)
    allowance: Ints = field(repr=False)
    slope: Ints = field(repr=False)
    limit: Ints = field(repr=False)
    unit: str = ""

    def __post_init__(self) -> None:
        for name in ("of", "weight", "allowance", "slope", "limit"):
            object.__setattr__(self, name, whole_array(getattr(self, name), f"group {self.name!r}: {name}"))
        object.__setattr__(self, "labels", tuple(self.labels))
        findings = [
            Finding(f"group {self.name!r}", None, column, came, problem, mend)
            for column, came, problem, mend in self._wrong()
        ]
        if findings:
            raise InputError(findings)
        freeze_arrays(self)

    def _wrong(self) -> Iterator[tuple[str, str | None, str, str]]:
        groups = len(self.labels)
        if len(set(self.labels)) != groups:
            twice = next(label for label in self.labels if self.labels.count(label) > 1)
            yield "labels", twice, "names two groups", "Give every group a name of its own"
        if self.of.ndim != 1 or self.weight.shape != self.of.shape:
            yield (
                "weight",
                str(self.weight.shape),
                "does not have one weight a candidate",
                "Give as many as codes",
            )
        elif len(self.of) and not (self.of.min() >= -1 and self.of.max() < groups):
            yield "of", None, "has a code that is no group", f"Use -1 to {groups - 1}"
        if (
            self.allowance.ndim != PLANE
            or self.allowance.shape[0] != groups
            or self.slope.shape != self.allowance.shape
        ):
            yield (
                "allowance",
                str(self.allowance.shape),
                "has the wrong shape",
                "Give (groups, steps) for both",
            )
        if self.limit.shape != (groups,):
            yield (
                "limit",
                str(self.limit.shape),
                "has the wrong shape",
                "Give one limit a group, NO_LIMIT for none",
            )
        for name in ("weight", "allowance", "slope", "limit"):
            values = getattr(self, name)
            if values.size and values.min() < 0:
                yield name, str(values.min()), "is below zero", "Give 0 or more"
            # Limits and allowances may say "none"; weights and slopes are multiplied, so they must stay
            # small.
            most = NO_LIMIT if name in {"limit", "allowance"} else MOST
            if values.size and values.max() > most:
                yield name, str(values.max()), "is too large", f"Give at most {most:,}"

    def reordered(self, rows: Ints | None) -> GroupSet:
        """Return the same groups, labels sorted and candidates in the order ``rows`` (None: as they are)."""
        # By label, so that the order of the rows or of the table of limits decides nothing.
        order = sorted(range(len(self.labels)), key=self.labels.__getitem__)
        same = order == list(range(len(order)))
        if same and rows is None:
            return self
        place = np.full(len(order) + 1, -1, dtype=np.int64)
        place[order] = np.arange(len(order))
        rows = np.arange(len(self.of)) if rows is None else rows
        return GroupSet(
            self.name,
            tuple(self.labels[code] for code in order),
            place[self.of[rows]],
            self.weight[rows],
            self.allowance[order],
            self.slope[order],
            self.limit[order],
            self.unit,
        )
