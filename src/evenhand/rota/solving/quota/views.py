"""Even in every view too: move turns inside their windows until weekends, duties and so on are even as well.

Within quota a turn may be served anywhere in its window. That leaves many plans, and the total says nothing
about who has the weekends in them. Here one is chosen whose load in each view, and in total over all classes,
is the floor or the ceiling of what was due in it, for everybody. Rows that count a person's turns in a view
stand beside the network of turns and slots, for all classes at once: one class after the other would leave
the last with roundings that no longer add up. Without views this is a flow and such a plan always exists;
with them it nearly always does. Where none exists the excess is raised by whole turns until one does: the
excess below it is then proven impossible.

References:
    Ahuja, Magnanti, Orlin, *Network Flows* (1993), ISBN 978-0-13-617549-0, section 11.12: why nested counts
    round to whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.linear.highs import Program
from evenhand.rota.solving.quota.arcs import Arcs, arcs
from evenhand.rota.solving.quota.windows import Windows

LARGE: Final = 60_000
"""Arcs (turns times the length of their windows) up to which a plan is looked at as a whole: some five
seconds. Twice as many take four times as long; a larger plan is evened stretch by stretch."""

STRETCH: Final = 15_000
"""Arcs of one stretch of a larger plan: half a second. Longer stretches leave more to choose from, and take
longer in all."""

NODES: Final = 500
"""Branches of one search. The relaxation is whole nearly always; what needs more is left as it is."""

STOPS: Final = 8
"""Parts of the plan after each of which views are to be even to a turn more, where that can be: without
them one person may have all weekends of the spring. Sixteen were twice as slow and no evener."""

WORST: Final = 6
"""Whole turns of excess up to which a plan is looked for. With the windows given it has been 0 or 1."""


@dataclass(frozen=True, eq=False)
class Piece:
    """The turns of one class and load.

    Attributes:
        win: the turns and their windows.
        row_of: row of each turn in a first plan, -1 for those left out, shape (turns,).
        slots: slot of each row, shape (rows,).
        share: ticks each row makes due to each person, before anything is paid back, shape (rows, people).
        inside: which rows belong to each account, shape (rows, accounts).
        load: units of load of a turn.
        free: which arcs (of turns to rows, then of turns left out, then of pairs of turns that could meet)
            may be used, and which must be; None for all. With those of least cost alone, the sum of squared
            lags stays what it is.
    """

    win: Windows
    row_of: Ints = field(repr=False)
    slots: Ints = field(repr=False)
    share: Ints = field(repr=False)
    inside: Bools = field(repr=False)
    load: int
    free: tuple[Bools, Bools] | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Evened:
    """Result of the search for a plan that is even in every account.

    Attributes:
        row_of: for each piece, the row of each turn, -1 for those left out.
        excess: whole turns beyond floor and ceiling that somebody has in some account.
        proven: whether a smaller excess is impossible for plans with these windows.
    """

    row_of: list[Ints] = field(repr=False)
    excess: int
    proven: bool


def evened(pieces: list[Piece], carried: Ints, slots: int, progress: Progress) -> Evened:
    """Choose among the plans within quota one that is even in every account (view, or total).

    Args:
        pieces: the turns, with a plan to begin with.
        carried: ticks owed in each account before the plan, shape (accounts, people).
        slots: slots of the rota.
        progress: time and interruption; a cut search hands out the best so far.

    Returns:
        The plan. Cost: an integer program of one column an arc, for each excess tried.
    """
    options = [arcs(piece.win) for piece in pieces]
    index = [piece.row_of for piece in pieces]
    size = sum(piece.job.size for piece in options)
    board = _Board(pieces, options, carried)
    if size <= LARGE:
        # The excess rises from 0, so the first plan found has the least one, and the infeasible tries before
        # it are the proof. The last row of stops is the end; on the way one turn more is allowed.
        on_the_way = [slots * part // STOPS for part in range(1, STOPS)]
        places, excess, proven = board.least(index, (0, slots), [[*on_the_way, slots], [slots]], progress)
        return Evened(places, board.excess(places, slots) if excess is None else excess, proven)
    count = -(-size // STRETCH)
    for low, high in pairwise([slots * part // count for part in range(count + 1)]):
        index, _, _ = board.least(index, (low, high), [[high]], progress)
        if progress.stop():
            break
    return Evened(index, board.excess(index, slots), proven=False)


class _Board:
    """All pieces, and the program that moves the turns of one stretch of slots."""

    def __init__(self, pieces: list[Piece], options: list[Arcs], carried: Ints) -> None:
        self.pieces, self.options, self.carried = pieces, options, carried
        self.people = carried.shape[1]

    def limits(self, stop: int) -> tuple[Ints, Ints]:
        """Return floor and ceiling of what is due in each account before ``stop``, shape (accounts, people).

        What history left may not be paid back in full: then both what is due with all of it, and what is due
        with what the windows pay back, lie inside.
        """
        whole, paid = self.carried.copy(), np.zeros_like(self.carried)
        for piece in self.pieces:
            here = (piece.inside & (piece.slots < stop)[:, None]).T.astype(np.int64)
            whole += here @ piece.share
            paid += here @ np.diff(piece.win.due, axis=0, prepend=0)
        low, high = np.minimum(whole, paid), np.maximum(whole, paid)
        # Floor and ceiling in integers; -(-a // b) is the ceiling.
        return low // TICKS, -(-high // TICKS)

    def served(self, places: list[Ints], stop: int) -> Ints:
        """Return the units of load served in each account in the slots before ``stop``."""
        out = np.zeros_like(self.carried)
        for piece, row in zip(self.pieces, places, strict=True):
            job = np.flatnonzero(row >= 0)
            job = job[piece.slots[row[job]] < stop]
            for account in range(len(out)):
                here = job[piece.inside[row[job], account]]
                np.add.at(out[account], piece.win.person[here], piece.load)
        return out

    def excess(self, places: list[Ints], stop: int) -> int:
        """Return by how many whole units somebody is beyond floor and ceiling in some account."""
        (low, high), served = self.limits(stop), self.served(places, stop)
        beyond = np.maximum(low - served, served - high)
        return max(0, int(beyond.max(initial=0)))

    def least(
        self, places: list[Ints], stretch: tuple[int, int], ways: list[list[int]], progress: Progress
    ) -> tuple[list[Ints], int | None, bool]:
        """Move the turns of a stretch for the least excess; return the plan, the excess, and if it is proven.

        Without an answer the plan comes back as it was, and the excess as None.
        """
        for excess in range(WORST + 1):
            evener: list[Ints] | None = None
            for stops in ways:
                # On the way one turn more is allowed than at the end.
                evener = self._placed(
                    places, stretch, [(stop, excess + (stop < stretch[1])) for stop in stops], progress
                )
                if evener:
                    return evener, excess, True
            # None means that the solver was cut or out of branches. Nothing is known then, so no larger
            # excess is tried.
            if evener is None:
                break
        return places, None, False

    def _placed(
        self, places: list[Ints], stretch: tuple[int, int], limits: list[tuple[int, int]], progress: Progress
    ) -> list[Ints] | None:
        """Return a plan within the limits, an empty list where there is none, None where it was cut."""
        net = _Network(self, places, stretch)
        for stop, excess in limits:
            (least, most), done = self.limits(stop), self.served(net.fixed, stop)
            net.count(stop, least - excess - done, most + excess - done)
        program = Program(gap=float(net.columns), nodes=NODES)  # any plan within the limits will do
        net.load(program)
        if program.run(progress) == "infeasible":
            return []
        return net.plan(program.values()) if program.has_solution else None


class _Network:
    """The turns of one stretch: a column an arc, and one for each turn that may be left out."""

    def __init__(self, board: _Board, places: list[Ints], stretch: tuple[int, int]) -> None:
        low, high = stretch
        self.board, self.fixed = board, [row.copy() for row in places]
        self.rows: list[Ints] = []
        self.cells: list[Ints] = []
        self.factors: list[Floats] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.arcs: list[Ints] = []
        self.left: list[Ints] = []
        cost, least, most = [], [], []
        first = column = 0
        for which, (piece, options) in enumerate(zip(board.pieces, board.options, strict=True)):
            last = high > piece.slots.max(initial=-1)
            here = (piece.slots >= low) & (piece.slots < high)
            placed = places[which] >= 0
            moves = placed & here[np.maximum(places[which], 0)] | (~placed & last)
            self.fixed[which][moves] = -1
            chosen = np.flatnonzero(moves[options.job] & here[options.slot])
            # Turns whose window runs beyond the plan may be left out of it, which only the last stretch sees.
            left = np.flatnonzero(moves[options.optional]) if last else np.zeros(0, dtype=np.int64)
            job, row = options.job[chosen], options.slot[chosen]
            columns = column + np.arange(chosen.size)
            out = column + chosen.size + np.arange(left.size)
            # Every turn is served once, or left out; every seat of the stretch is filled.
            jobs, slots = piece.win.person.size, piece.win.slots
            self._fill(first, (job, columns), (options.optional[left], out), moves.astype(float))
            self._fill(first + jobs, (row, columns), None, np.where(here, piece.win.seats, 0).astype(float))
            meets = np.flatnonzero(options.shared[chosen] >= 0)
            self.rows.append(first + jobs + slots + options.shared[chosen[meets]])
            self.cells.append(columns[meets])
            self.factors.append(np.ones(meets.size))
            # A turn of the same person that stays where it is has the slot already.
            taken = np.ones(options.pairs)
            stays = (options.shared >= 0) & (self.fixed[which][options.job] == options.slot)
            taken[options.shared[stays]] = 0
            may, must = (None, None) if piece.free is None else (part.astype(float) for part in piece.free)
            size = options.job.size
            some = np.concatenate([chosen, size + left])
            pairs = slice(size + options.optional.size, None)
            self.low.append(np.zeros(options.pairs) if must is None else must[pairs])
            self.high.append(taken if may is None else taken * may[pairs])
            least.append(np.zeros(some.size) if must is None else must[some])
            most.append(np.ones(some.size) if may is None else may[some])
            first += jobs + slots + options.pairs
            column += chosen.size + left.size
            # Staying where the plan has a turn is worth a little, so that the search begins near it.
            cost += [np.where(places[which][job] == row, -1.0, 0.0), np.zeros(left.size)]
            self.arcs.append(chosen)
            self.left.append(left)
        self.first, self.columns = first, column
        self.cost, self.least, self.most = (np.concatenate(part) for part in (cost, least, most))

    def _fill(
        self, first: int, some: tuple[Ints, Ints], more: tuple[Ints, Ints] | None, exact: Floats
    ) -> None:
        """Add rows that are met exactly."""
        for row, column in (some, more) if more is not None else (some,):
            self.rows.append(first + row)
            self.cells.append(column)
            self.factors.append(np.ones(row.size))
        self.low.append(exact)
        self.high.append(exact)

    def count(self, stop: int, low: Ints, high: Ints) -> None:
        """Limit each person's load in each account in the slots before ``stop``, beside what stays."""
        column = 0
        people = self.board.people
        pieces = zip(self.board.pieces, self.board.options, self.arcs, self.left, strict=True)
        for piece, options, chosen, left in pieces:
            job, row = options.job[chosen], options.slot[chosen]
            for account in range(len(low)):
                counted = np.flatnonzero(piece.inside[row, account] & (piece.slots[row] < stop))
                self.rows.append(self.first + account * people + piece.win.person[job[counted]])
                self.cells.append(column + counted)
                self.factors.append(np.full(counted.size, float(piece.load)))
            column += chosen.size + left.size
        self.low.append(np.maximum(low, 0).ravel().astype(float))
        self.high.append(np.maximum(high, 0).ravel().astype(float))
        self.first += low.size

    def load(self, program: Program) -> None:
        """Hand the rows and columns to the solver."""
        entries = (np.concatenate(self.rows), np.concatenate(self.cells), np.concatenate(self.factors))
        program.load(self.cost, entries, np.concatenate(self.low), np.concatenate(self.high), whole=True)
        program.set_limits(np.arange(self.columns), self.least, self.most)

    def plan(self, values: Floats) -> list[Ints]:
        """Return the row of each turn, for each piece."""
        out, column = [], 0
        for row, options, chosen, left in zip(
            self.fixed, self.board.options, self.arcs, self.left, strict=True
        ):
            used = chosen[values[column : column + chosen.size] > 0.5]  # noqa: PLR2004 - nearest whole number
            row[options.job[used]] = options.slot[used]
            out.append(row)
            column += chosen.size + left.size
        return out
