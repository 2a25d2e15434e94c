"""A rota with side rules as arrays: what the optimiser and the search for conflicts both read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Account", "Board", "Rule", "rule"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Account:
    """One ledger: the slots it counts (all of them, or those of a class), and what is due after each.

    Attributes:
        slots: indices of its slots, rising, shape (s,).
        due: entitlement in ticks after each, shape (s, P); what history left over is in it from the start.
        load: units of load of each slot, shape (s,), >= 1.
        ticks: ticks to one unit of load.
    """

    slots: Ints = field(repr=False)
    due: Ints = field(repr=False)
    load: Ints = field(repr=False)
    ticks: int


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule in words, and as rows: lower <= sum of factor x (person serves slot) <= upper.

    Attributes:
        kind: "seats", "skill", "rest", "apart", "together", "most", "fixed", "forbidden", "overlap".
        sentence: what a person reads, with its figures, without a full stop.
        row: row of each entry, 0 .. rows - 1, shape (entries,).
        slot, person, factor: the entries, shape (entries,).
        lower, upper: limits a row, shape (rows,).
    """

    kind: str
    sentence: str
    row: Ints = field(repr=False)
    slot: Ints = field(repr=False)
    person: Ints = field(repr=False)
    factor: Floats = field(repr=False)
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)


def rule(
    kind: str,
    sentence: str,
    rows: list[tuple[list[tuple[int, int]], float, float]],
    factors: list[list[float]] | None = None,
) -> Rule:
    """Make a rule of rows ([(slot, person), ...], lower, upper); factors are 1 unless given."""
    entries = [(at, slot, person) for at, (cells, _, _) in enumerate(rows) for slot, person in cells]
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    flat = [1.0] * len(entries) if factors is None else [value for part in factors for value in part]
    return Rule(
        kind,
        sentence,
        table[:, 0],
        table[:, 1],
        table[:, 2],
        np.array(flat, dtype=np.float64),
        np.array([low for _, low, _ in rows], dtype=np.float64),
        np.array([high for _, _, high in rows], dtype=np.float64),
    )


@dataclass(frozen=True, eq=False)
class Board:
    """The whole rota as arrays: who is able, the ledgers and every rule.

    Attributes:
        able: who could serve a slot at all, shape (S, P).
        seats: seats to fill, shape (S,).
        accounts: the ledgers; every slot is in exactly one.
        rules: every rule, the seats of each slot among them.
        after: first slot that who served a slot may serve again, shape (S,); the next without a rest rule.
        earliest: first slot each person may serve, by rest since a turn before the plan, shape (P,).
        favour: what serving a cell is worth beside the lags (published turns), in square units, shape (S, P).
        names: what each slot is called.
        rest: the rest between turns, in words.
    """

    able: Bools = field(repr=False)
    seats: Ints = field(repr=False)
    accounts: tuple[Account, ...]
    rules: tuple[Rule, ...]
    after: Ints = field(repr=False)
    earliest: Ints = field(repr=False)
    favour: Floats | None = field(default=None, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    rest: str = "rest between turns"

    @property
    def slots(self) -> int:
        """Number of slots S."""
        return int(self.able.shape[0])

    @property
    def people(self) -> int:
        """Number of persons P."""
        return int(self.able.shape[1])

    @property
    def chained(self) -> bool:
        """Whether rest can be drawn into the network of states: there is one ledger of all slots."""
        return len(self.accounts) == 1
