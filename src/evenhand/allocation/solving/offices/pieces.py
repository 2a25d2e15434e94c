"""Some candidates of some offices put together as one program, with what the offices share inside.

A piece is what an office hands over of a few of its candidates; it holds no names and nothing of the
candidates left behind. Pieces side by side make a residual like any other, so that everything that works on
one office's candidates (LPs, branching) works on those of several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem
from evenhand.allocation.problem.penalties import no_penalty
from evenhand.allocation.solving.model.residual import Residual
from evenhand.allocation.solving.model.tariffs import Tariff
from evenhand.allocation.solving.offices.parts import Part
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Ints

SHARED = -100
"""Sources of shared rows' tariffs begin here and go down: they belong to no group set."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Some candidates of one office.

    Attributes:
        rows: their codes in the office's part, sorted, shape (n,).
        item: item of each, numbered anew; so ``recipient`` and ``day``.
        recipient: see ``item``.
        day: see ``item``.
        value: ticks of each at no prices, shape (n,).
        loss: ticks that a plan with each loses at the prices asked last, shape (n,).
        sizes: items, recipients and days that these candidates touch.
        slots: slots of each day.
        day_limit: awards of each recipient and day.
        tariffs: the part's own tariffs over these candidates.
        usage: for each kind of shared row: row of each candidate (-1 for none), and units (None for 1).
        classes: toll class of each candidate in each kind of rows of weights, -1 for none.
    """

    rows: Ints = field(repr=False)
    item: Ints = field(repr=False)
    recipient: Ints = field(repr=False)
    day: Ints = field(repr=False)
    value: Ints = field(repr=False)
    loss: Ints = field(repr=False)
    sizes: tuple[int, int, int]
    slots: Ints = field(repr=False)
    day_limit: Ints = field(repr=False)
    tariffs: tuple[Tariff, ...] = field(repr=False)
    usage: tuple[tuple[Ints, Ints | None], ...] = field(repr=False)
    classes: tuple[Ints, ...] = field(repr=False)


def piece_of(part: Part, rows: Ints, value: Ints, loss: Ints) -> Piece:
    """Return some candidates of a part.

    Args:
        part: the office.
        rows: candidates, sorted.
        value: ticks of each candidate of the part at no prices.
        loss: ticks that each candidate of the part loses at the prices asked last.
    """
    whole = part.residual
    gone = np.ones(len(whole), dtype=np.bool_)
    gone[rows] = False
    # Tightened to what is left: fewer candidates can bring fewer groups beyond what is free.
    rest = whole.without(gone)
    # Numbered anew: tables of recipients and days that nothing left touches would add up over the offices.
    (things, item), (who, recipient), (dates, day) = (
        np.unique(codes, return_inverse=True) for codes in (rest.item, rest.recipient, rest.day)
    )
    return Piece(
        rows=rows,
        item=item,
        recipient=recipient,
        day=day,
        value=value[rows],
        loss=loss[rows],
        sizes=(len(things), len(who), len(dates)),
        slots=whole.slots[dates],
        day_limit=whole.day_limit[np.ix_(who, dates)],
        tariffs=rest.tariffs,
        usage=tuple((of[rows], None if units is None else units[rows]) for of, units in part.usage),
        classes=tuple(of[rows] for of in part.classes),
    )


@dataclass(frozen=True, eq=False)
class Joined:
    """Pieces side by side.

    Attributes:
        residual: the program of their own rules, without what is shared.
        office: number of each candidate's office, in the order of the pieces, shape (n,).
        rows: candidates of each office, in codes of its part.
        loss: ticks that each candidate loses at the prices asked last, shape (n,).
        usage: as in ``Piece``, over all.
    """

    residual: Residual
    office: Ints = field(repr=False)
    rows: tuple[Ints, ...] = field(repr=False)
    loss: Ints = field(repr=False)
    usage: tuple[tuple[Ints, Ints | None], ...] = field(repr=False)

    def apart(self, chosen: Ints) -> list[Ints]:
        """Return chosen candidates office by office, in codes of the parts."""
        ends = np.cumsum([0, *map(len, self.rows)])
        cuts = np.searchsorted(chosen, ends[1:-1])
        return [
            rows[own - first]
            for first, rows, own in zip(ends, self.rows, np.split(chosen, cuts), strict=False)
        ]

    def together(self, chosen: Sequence[Ints]) -> Ints:
        """Return candidates of the offices, in codes of their parts, as candidates of this program."""
        ends = np.cumsum([0, *map(len, self.rows)])
        parts = [
            first + np.searchsorted(rows, own)
            for first, rows, own in zip(ends, self.rows, chosen, strict=False)
        ]
        return np.concatenate(parts).astype(np.int64)


def _side_by_side(parts: Sequence[Ints], shift: Ints | None = None) -> Ints:
    """Return columns one after the other, each moved on by its ``shift``."""
    shifted = parts if shift is None else [part + by for part, by in zip(parts, shift, strict=True)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *shifted]).astype(np.int64)


def joined(pieces: Sequence[Piece], ticks: int) -> Joined:
    """Put pieces side by side; ``ticks`` to a unit are the whole run's."""
    sizes = np.array([piece.sizes for piece in pieces], dtype=np.int64)
    first = np.cumsum(sizes, axis=0) - sizes
    items, takers, dates = sizes.sum(axis=0).tolist()
    count = sum(len(piece.rows) for piece in pieces)

    item = _side_by_side([piece.item for piece in pieces], first[:, 0])
    recipient = _side_by_side([piece.recipient for piece in pieces], first[:, 1])
    day = _side_by_side([piece.day for piece in pieces], first[:, 2])
    slots = _side_by_side([piece.slots for piece in pieces])
    # Nobody takes anything on another office's days, so what stands off the blocks is never looked at.
    day_limit = np.zeros((takers, dates), dtype=np.int64)
    for piece, (_, taker, date) in zip(pieces, first.tolist(), strict=True):
        block = piece.day_limit
        day_limit[taker : taker + block.shape[0], date : date + block.shape[1]] = block
    value = _side_by_side([piece.value for piece in pieces])
    nothing = np.zeros(count, dtype=np.bool_)
    problem = AllocationProblem(
        # The tariffs below hold every rule, with the penalty; the problem only says how many there are.
        items=tuple(map(str, range(items))),
        recipients=tuple(map(str, range(takers))),
        days=tuple(map(str, range(dates))),
        item=item,
        recipient=recipient,
        day=day,
        score=value // ticks,
        slots=slots,
        recipient_day_limit=day_limit,
        recipient_limit=np.full(takers, NO_LIMIT, dtype=np.int64),
        groups=(),
        pinned=nothing,
        forbidden=nothing,
        scale=1,
        penalty=no_penalty(),
        weight=np.ones(takers, dtype=np.int64),
        head_start=np.zeros(takers, dtype=np.int64),
    )
    residual = Residual(
        problem=problem,
        pinned=np.zeros(0, dtype=np.int64),
        live=None,
        item=item,
        recipient=recipient,
        day=day,
        value=value,
        ticks=ticks,
        slots=slots,
        day_limit=day_limit,
        tariffs=_tariffs(pieces),
        awards=int(min(items, slots.sum())),
    )
    return Joined(
        residual,
        np.repeat(np.arange(len(pieces)), [len(piece.rows) for piece in pieces]),
        tuple(piece.rows for piece in pieces),
        _side_by_side([piece.loss for piece in pieces]),
        _usage(pieces),
    )


def _usage(pieces: Sequence[Piece]) -> tuple[tuple[Ints, Ints | None], ...]:
    """Return what all candidates use of each kind of shared row, as in ``Piece``."""
    usage = []
    for kind in range(len(pieces[0].usage)):
        units = [piece.usage[kind][1] for piece in pieces]
        known = [unit for unit in units if unit is not None]
        of = _side_by_side([piece.usage[kind][0] for piece in pieces])
        usage.append((of, _side_by_side(known) if len(known) == len(pieces) else None))
    return tuple(usage)


def _tariffs(pieces: Sequence[Piece]) -> tuple[Tariff, ...]:
    """Return the pieces' tariffs, those of one kind in one: a tariff an office would be a pass an office."""
    kinds: dict[tuple[int, bool], list[tuple[int, Tariff]]] = {}
    for number, piece in enumerate(pieces):
        for tariff in piece.tariffs:
            kinds.setdefault((tariff.source, tariff.coef is None), []).append((number, tariff))
    sizes = [len(piece.rows) for piece in pieces]
    ends = np.cumsum([0, *sizes])
    out = []
    for place, ((_, counted), members) in enumerate(sorted(kinds.items())):
        of = np.full(ends[-1], -1, dtype=np.int64)
        coef = np.zeros(ends[-1], dtype=np.int64)
        steps = max(tariff.length.shape[1] for _, tariff in members)
        groups = 0
        for number, tariff in members:
            tariff_rows = slice(ends[number], ends[number + 1])
            of[tariff_rows] = np.where(tariff.of >= 0, tariff.of + groups, -1)
            if tariff.coef is not None:
                coef[tariff_rows] = tariff.coef
            groups += len(tariff.free)
        tariffs = [tariff for _, tariff in members]
        out.append(
            Tariff(
                # Numbered anew: offices may have different rules at the same place.
                place,
                of,
                None if counted else coef,
                np.concatenate([tariff.free for tariff in tariffs]),
                np.concatenate([_wide(tariff.length, steps) for tariff in tariffs]),
                np.concatenate([_wide(tariff.cost, steps) for tariff in tariffs]),
                np.concatenate([tariff.quantum for tariff in tariffs]),
            )
        )
    return tuple(out)


def _wide(table: Ints, steps: int) -> Ints:
    return np.pad(table, ((0, 0), (0, steps - table.shape[1])))


def row_tariffs(
    usage: Sequence[tuple[Ints, Ints | None]], shared: Shared, left: tuple[Ints, Ints]
) -> list[Tariff]:
    """Return what is shared as tariffs of a program, within what others leave.

    Args:
        usage: for each kind of shared row: row of each candidate, and units.
        shared: the rows.
        left: free units and lengths that the others leave (see ``Shared.left``).
    """
    rows = []
    for kind, (of, units) in enumerate(usage):
        here = np.unique(of[of >= 0])
        if not len(here):
            continue
        # One place more than rows: candidates of no row have -1, which so reads the last place, also -1.
        place = np.full(len(shared) + 1, -1, dtype=np.int64)
        place[here] = np.arange(len(here))
        rows.append(
            Tariff(
                SHARED - kind,
                place[of],
                units,
                left[0][here],
                left[1][here],
                shared.cost[here],
                np.ones_like(here),
            )
        )
    return rows
