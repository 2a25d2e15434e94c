"""The states and the rules as one integer program for HiGHS, for a stretch of slots.

References:
    Huangfu and Hall, *Parallelizing the dual revised simplex method* (2018), doi:10.1007/s12532-017-0130-5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import Program
from evenhand.rota.rules.base import RowsOfRule
from evenhand.rota.solving.optimise.board import Board
from evenhand.rota.solving.optimise.soft import lifts
from evenhand.rota.solving.optimise.states import States, cells_of, states


@dataclass(frozen=True, eq=False)
class Found:
    """Result of solving a stretch of slots.

    Attributes:
        plan: who serves what in the stretch, shape (high - low, P); None where nothing was found.
        proven: whether the search was finished: the plan is best, or there is none.
        bound: proven lower limit of the squared lags of the stretch, in square units.
        duals: price of each row of each rule (None for a rule drawn into the states), from a relaxation.
        worst: largest lag in ticks that the relaxation's solution passes, rounded up.
        net: the networks it was solved on; None where they were not asked for.
    """

    plan: Bools | None = field(repr=False)
    proven: bool
    bound: float
    duals: list[Floats | None] = field(repr=False, default_factory=list)
    worst: int = 0
    net: States | None = field(repr=False, default=None)


@dataclass(frozen=True, eq=False)
class Extra:
    """A row beside the rules: low <= sum of factor x (person serves slot) <= high."""

    slot: Ints = field(repr=False)
    person: Ints = field(repr=False)
    factor: Floats = field(repr=False)
    low: float
    high: float


def drawn(board: Board, rule: RowsOfRule) -> bool:
    """Whether the rule is part of the network of states and needs no rows."""
    return rule.rests_all and board.chained


def stretch(
    board: Board,
    progress: Progress,
    *,
    widest: int | None = None,
    before: Bools | None = None,
    high: int | None = None,
    start: Bools | None = None,
    whole: bool = True,
    plain: bool = False,
    gap: float = 0.0,
    extra: Sequence[Extra] = (),
    wish: Floats | None = None,
    most: float | None = None,
    breaks: int | None = None,
    net: States | None = None,
) -> Found:
    """Find the least sum of squared lags over a stretch of slots, given what was served before it.

    Args:
        board: the rota.
        progress: time and interruption.
        widest: largest lag allowed, in ticks; None for any.
        before: what is served in the slots before the stretch, shape (low, P); none by default.
        high: one past the stretch's last slot; all by default.
        start: a plan of the stretch to start from.
        whole: whether to ask for whole turns; False solves the relaxation, for its bound and prices.
        plain: whether to leave out what published turns are worth, for a bound on the lags alone.
        gap: stop at this distance of bound and value, in square units.
        extra: rows to keep beside the rules.
        wish: what serving a cell is worth, shape (S, P): with ``most``, this is what is made best.
        most: a sum of squared lags that is not to be exceeded; then lags cost nothing else.
        breaks: the most that breaks of the rules that may be broken weigh together; None leaves those rules
            out. For a whole rota only.
        net: the networks of the same stretch and largest lag, where they are drawn already.

    Returns:
        What was found. Deterministic unless the progress cuts it.
    """
    low = 0 if before is None else before.shape[0]
    high = board.slots if high is None else high
    begin = _begin(board, before, low)
    # Somebody without a walk within the largest lag proves that there is no plan, before any solver runs.
    net = states(board, widest, begin, low, high) if net is None else net
    if net.dead:
        return Found(None, proven=True, bound=float("inf"))
    program = _Program(board, net, before, low, high)
    # A relaxation is asked for its bound on the lags, so published turns are left out of it.
    program.plain = plain or not whole
    if breaks is not None:
        program.allow(breaks)
    program.limit(extra, wish, most)
    return replace(program.solve(progress, start, whole=whole, gap=gap), net=net)


def _begin(board: Board, before: Bools | None, low: int) -> Ints:
    """Return units served in each account before slot ``low``, and the first slot each may serve."""
    rows = np.zeros((len(board.accounts) + 1, board.people), dtype=np.int64)
    rows[-1] = board.earliest
    if before is None:
        return rows
    for row, account in enumerate(board.accounts):
        past = account.slots < low
        rows[row] = account.load[past] @ before[account.slots[past]]
    if board.chained:
        # Rest reaches over the border of two stretches: the latest slot each served says when they may
        # serve again.
        again = np.where(before, board.after[:low, None], 0)
        rows[-1] = np.maximum(rows[-1], again.max(axis=0, initial=0))
    return rows


class _Program:
    """Columns: arcs, then one a cell. Rows: nodes, then cells, then rules."""

    def __init__(self, board: Board, net: States, before: Bools | None, low: int, high: int) -> None:
        self.board, self.net, self.low, self.high = board, net, low, high
        self.plain = False
        self.goal: Floats | None = None
        self.cells = cells_of(board, low, high)
        index = np.full(board.slots * board.people, -1, dtype=np.int64)
        index[self.cells] = np.arange(self.cells.size)
        self.at = index
        self.arcs = net.tail.size
        self.columns = self.arcs + self.cells.size
        ends = np.flatnonzero(net.head >= 0)
        # Rows of two kinds: a node's arcs in and out balance, and a cell is served where an arc that serves
        # it is used.
        serves = np.flatnonzero(net.cell >= 0)
        every = np.arange(self.arcs)
        ones = np.ones(self.cells.size)
        self.row = [
            net.tail,
            net.head[ends],
            net.nodes + index[net.cell[serves]],
            net.nodes + np.arange(ones.size),
        ]
        self.column = [every, ends, serves, self.arcs + np.arange(ones.size)]
        self.value = [np.ones(self.arcs), -np.ones(ends.size), np.ones(serves.size), -ones]
        supply = np.zeros(net.nodes)
        supply[net.source] = 1.0
        self.lower = [supply, np.zeros(ones.size)]
        self.upper = [supply, np.zeros(ones.size)]
        self.rows = net.nodes + self.cells.size
        self.spans: list[tuple[int, int, Ints] | None] = []
        # Rules come last, so that their rows stand in one span each and their prices can be read back.
        for rule in board.rules:
            self._add(rule, index, before)

    def _add(self, rule: RowsOfRule, places: Ints, before: Bools | None) -> None:
        """Append a rule's rows; what was served before the stretch moves to the limits."""
        # Rest is drawn into the walks: jumping over it there makes the relaxation tighter than rows do.
        if drawn(self.board, rule):
            self.spans.append(None)
            return
        lower, upper = rule.lower.copy(), rule.upper.copy()
        touches = np.zeros(lower.size, dtype=bool)
        now = (rule.slot >= self.low) & (rule.slot < self.high)
        touches[rule.row[now]] = True
        if before is not None:
            past = np.flatnonzero(rule.slot < self.low)
            past = past[before[rule.slot[past], rule.person[past]]]
            done = np.bincount(rule.row[past], weights=rule.factor[past], minlength=lower.size)
            lower, upper = lower - done, upper - done
        late = np.zeros(lower.size, dtype=bool)
        late[rule.row[rule.slot >= self.high]] = True
        lower[late] = np.minimum(lower[late], -np.inf)  # a later stretch can still meet it
        kept = np.flatnonzero(touches)
        index = np.full(lower.size, -1, dtype=np.int64)
        index[kept] = np.arange(kept.size)
        column = places[rule.slot * self.board.people + rule.person]
        entries = np.flatnonzero(now & (column >= 0))
        self.row.append(self.rows + index[rule.row[entries]])
        self.column.append(self.arcs + column[entries])
        self.value.append(rule.factor[entries])
        self.lower.append(lower[kept])
        self.upper.append(upper[kept])
        self.spans.append((self.rows, self.rows + kept.size, kept))
        self.rows += kept.size

    def allow(self, most: int) -> None:
        """Append the rules that may be broken, an unknown a possible break, and what breaks may weigh."""
        first, weights = self.columns, []
        for rule in self.board.soft:
            column = self.at[rule.slot * self.board.people + rule.person]
            inside = np.flatnonzero(column >= 0)
            self.row += [self.rows + rule.row[inside], self.rows + np.arange(rule.upper.size)]
            self.column += [self.arcs + column[inside], self.columns + rule.breach]
            self.value += [rule.factor[inside], -lifts(rule)]
            self.lower.append(rule.lower)
            self.upper.append(rule.upper)
            self.rows += rule.upper.size
            weights.append(np.full(int(rule.breach.max(initial=-1)) + 1, float(rule.weight)))
            self.columns += weights[-1].size
        self._row(np.arange(first, self.columns), np.concatenate(weights), -np.inf, float(most))

    def limit(self, extra: Sequence[Extra], wish: Floats | None, most: float | None) -> None:
        """Append rows of ``extra`` and, where given, a row that keeps the sum of squared lags."""
        if most is None:
            return
        for row in extra:
            column = self.at[row.slot * self.board.people + row.person]
            able = np.flatnonzero(column >= 0)
            self._row(self.arcs + column[able], row.factor[able], row.low, row.high)
        self._row(np.arange(self.arcs), self.net.cost, -np.inf, most)
        self.goal = np.zeros(self.columns)
        if wish is not None:
            self.goal[self.arcs : self.arcs + self.cells.size] = -wish.ravel()[self.cells]

    def _row(self, column: Ints, value: Floats, low: float, high: float) -> None:
        self.row.append(np.full(column.size, self.rows))
        self.column.append(column)
        self.value.append(value)
        self.lower.append(np.array([low]))
        self.upper.append(np.array([high]))
        self.rows += 1

    def _worth(self) -> Floats:
        """Return the cost of serving each cell beside the lags: below 0 for published turns."""
        if self.plain or self.board.favour is None:
            return np.zeros(self.cells.size)
        return np.asarray(-self.board.favour.ravel()[self.cells])

    def _load(self, program: Program, *, whole: bool) -> None:
        row, column, value = (np.concatenate(part) for part in (self.row, self.column, self.value))
        # Cells are whole numbers; arcs then are by themselves, as they are a flow.
        kinds = np.repeat([False, whole], [self.arcs, self.columns - self.arcs])
        cost = np.zeros(self.columns) if self.goal is None else self.goal
        if self.goal is None:
            cost[: self.arcs + self.cells.size] = np.concatenate([self.net.cost, self._worth()])
        program.load(
            cost, (row, column, value), np.concatenate(self.lower), np.concatenate(self.upper), whole=kinds
        )

    def _worst(self, program: Program) -> int:
        flow = program.values()[: self.arcs]
        # 1e-9 tells a used arc from the solver's noise; 1e-3 of a tick keeps rounding from lifting a whole
        # number to the next.
        return int(np.ceil(self.net.worst[flow > 1e-9].max(initial=0.0) - 1e-3))  # noqa: PLR2004 - any flow at all

    def solve(self, progress: Progress, start: Bools | None, *, whole: bool, gap: float) -> Found:
        """Run it; the progress may cut it."""
        # Squared lags are small numbers in square turns: a gap of 5e-7 of them is below a thousandth of the
        # least difference between two plans of 1,000 turns, and ``near`` judges what is equal.
        program = Program(share_gap=5e-7, gap=max(gap, 1e-7), whole_tolerance=1e-7)
        self._load(program, whole=whole)
        if whole and start is not None:
            served = start.ravel()[self.cells - self.low * self.board.people].astype(np.float64)
            program.start_from(self.arcs + np.arange(self.cells.size), served)
        state = program.run(progress)
        if state == "infeasible":
            return Found(None, proven=True, bound=float("inf"))
        proven = state == "optimal"
        progress.cut = progress.cut or not proven
        return self._whole(program, proven=proven) if whole else self._relaxed(program, proven=proven)

    def _relaxed(self, program: Program, *, proven: bool) -> Found:
        """Read the relaxation: its bound and its prices."""
        if not proven:
            return Found(None, proven=False, bound=0.0)
        dual = program.prices()
        duals: list[Floats | None] = []
        for rule, span in zip(self.board.rules, self.spans, strict=True):
            price = np.zeros(rule.lower.size)
            if span is not None:
                price[span[2]] = dual[span[0] : span[1]]
            duals.append(None if span is None else price)
        return Found(None, proven=True, bound=program.value, duals=duals, worst=self._worst(program))

    def _whole(self, program: Program, *, proven: bool) -> Found:
        """Read a plan of whole turns."""
        if not program.has_solution:
            return Found(None, proven=False, bound=program.bound)
        plan = np.zeros(self.board.slots * self.board.people, dtype=bool)
        plan[self.cells] = program.values()[self.arcs : self.arcs + self.cells.size] > 0.5  # noqa: PLR2004 - whole
        plan = plan.reshape(self.board.slots, self.board.people)[self.low : self.high]
        return Found(plan, proven=proven, bound=program.bound)
