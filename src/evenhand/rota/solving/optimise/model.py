"""The states and the rules as one integer program for HiGHS, for a stretch of slots.

References:
    Huangfu and Hall, *Parallelizing the dual revised simplex method* (2018), doi:10.1007/s12532-017-0130-5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.progress import Progress
from evenhand.rota.solving.optimise.board import Board, Rule
from evenhand.rota.solving.optimise.states import States, cells_of, states

__all__ = ["Found", "stretch"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Found:
    """What a stretch came to.

    Attributes:
        plan: who serves what in the stretch, shape (high - low, P); None where nothing was found.
        proven: whether the search was finished: the plan is best, or there is none.
        bound: proven lower limit of the squared lags of the stretch, in square units.
        duals: price of each row of each rule (None for a rule drawn into the states), from a relaxation.
        worst: largest lag in ticks that the relaxation's solution passes, rounded up.
    """

    plan: Bools | None = field(repr=False)
    proven: bool
    bound: float
    duals: list[Floats | None] = field(repr=False, default_factory=list)
    worst: int = 0


def drawn(board: Board, rule: Rule) -> bool:
    """Whether the rule is part of the network of states and needs no rows."""
    return rule.kind == "rest" and board.chained


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

    Returns:
        What was found. Deterministic unless the progress cuts it.
    """
    low = 0 if before is None else before.shape[0]
    high = board.slots if high is None else high
    begin = _begin(board, before, low)
    net = states(board, widest, begin, low, high)
    if net.dead:
        return Found(None, proven=True, bound=float("inf"))
    program = _Program(board, net, before, low, high)
    program.plain = plain or not whole
    return program.solve(progress, start, whole=whole, gap=gap)


def _begin(board: Board, before: Bools | None, low: int) -> Ints:
    """Return units served in each account before slot ``low``, and the first slot each may serve."""
    rows = np.zeros((len(board.accounts) + 1, board.people), dtype=np.int64)
    rows[-1] = board.earliest
    if before is None:
        return rows
    for at, account in enumerate(board.accounts):
        past = account.slots < low
        rows[at] = account.load[past] @ before[account.slots[past]]
    if board.chained:
        again = np.where(before, board.after[:low, None], 0)
        rows[-1] = np.maximum(rows[-1], again.max(axis=0, initial=0))
    return rows


class _Program:
    """Columns: arcs, then one a cell. Rows: nodes, then cells, then rules."""

    def __init__(self, board: Board, net: States, before: Bools | None, low: int, high: int) -> None:
        self.board, self.net, self.low, self.high = board, net, low, high
        self.plain = False
        self.cells = cells_of(board, low, high)
        at = np.full(board.slots * board.people, -1, dtype=np.int64)
        at[self.cells] = np.arange(self.cells.size)
        self.arcs = net.tail.size
        self.columns = self.arcs + self.cells.size
        ends = np.flatnonzero(net.head >= 0)
        serves = np.flatnonzero(net.cell >= 0)
        every = np.arange(self.arcs)
        ones = np.ones(self.cells.size)
        self.row = [
            net.tail,
            net.head[ends],
            net.nodes + at[net.cell[serves]],
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
        for rule in board.rules:
            self._add(rule, at, before)

    def _add(self, rule: Rule, at: Ints, before: Bools | None) -> None:
        """Append a rule's rows; what was served before the stretch moves to the limits."""
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
        column = at[rule.slot * self.board.people + rule.person]
        entries = np.flatnonzero(now & (column >= 0))
        self.row.append(self.rows + index[rule.row[entries]])
        self.column.append(self.arcs + column[entries])
        self.value.append(rule.factor[entries])
        self.lower.append(lower[kept])
        self.upper.append(upper[kept])
        self.spans.append((self.rows, self.rows + kept.size, kept))
        self.rows += kept.size

    def _worth(self) -> Floats:
        """Return the cost of serving each cell beside the lags: below 0 for published turns."""
        if self.plain or self.board.favour is None:
            return np.zeros(self.cells.size)
        return np.asarray(-self.board.favour.ravel()[self.cells])

    def _lp(self, highspy: Any, *, whole: bool) -> Any:
        row, column, value = (np.concatenate(part) for part in (self.row, self.column, self.value))
        order = np.lexsort((row, column))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_ = np.concatenate([self.net.cost, self._worth()])
        lp.col_lower_, lp.col_upper_ = np.zeros(self.columns), np.ones(self.columns)
        lp.row_lower_, lp.row_upper_ = np.concatenate(self.lower), np.concatenate(self.upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        count = np.bincount(column, minlength=self.columns)
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        lp.a_matrix_.index_ = row[order].astype(np.int32)
        lp.a_matrix_.value_ = value[order]
        if whole:
            kinds = highspy.HighsVarType
            lp.integrality_ = [kinds.kContinuous] * self.arcs + [kinds.kInteger] * self.cells.size
        return lp

    def _worst(self, solver: Any) -> int:
        flow = np.asarray(solver.getSolution().col_value)[: self.arcs]
        return int(np.ceil(self.net.worst[flow > 1e-9].max(initial=0.0) - 1e-3))  # noqa: PLR2004 - any flow at all

    def solve(self, progress: Progress, start: Bools | None, *, whole: bool, gap: float) -> Found:
        """Run HiGHS on one thread, with a fixed seed; the progress may cut it."""
        import highspy

        solver = highspy.Highs()
        for name, value in _settings(progress, gap).items():
            solver.setOptionValue(name, value)
        solver.passModel(self._lp(highspy, whole=whole))
        if whole and start is not None:
            index = (self.arcs + np.arange(self.cells.size)).astype(np.int32)
            served = start.ravel()[self.cells - self.low * self.board.people].astype(np.float64)
            solver.setSolution(index.size, index, served)
        _let_stop(solver, progress)
        solver.run()
        return self._read(solver, highspy, progress, whole=whole)

    def _read(self, solver: Any, highspy: Any, progress: Progress, *, whole: bool) -> Found:
        kinds = highspy.HighsModelStatus
        status = solver.getModelStatus()
        if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
            return Found(None, proven=True, bound=float("inf"))
        info = solver.getInfo()
        proven = status == kinds.kOptimal
        progress.cut = progress.cut or not proven
        duals: list[Floats | None] = []
        if not whole:
            if not proven:
                return Found(None, proven=False, bound=0.0)
            dual = np.asarray(solver.getSolution().row_dual)
            for rule, span in zip(self.board.rules, self.spans, strict=True):
                price = np.zeros(rule.lower.size)
                if span is not None:
                    price[span[2]] = dual[span[0] : span[1]]
                duals.append(None if span is None else price)
            return Found(
                None,
                proven=True,
                bound=float(info.objective_function_value),
                duals=duals,
                worst=self._worst(solver),
            )
        bound = float(info.mip_dual_bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Found(None, proven=False, bound=bound)
        plan = np.zeros(self.board.slots * self.board.people, dtype=bool)
        plan[self.cells] = np.asarray(solver.getSolution().col_value)[self.arcs :] > 0.5  # noqa: PLR2004 - whole
        plan = plan.reshape(self.board.slots, self.board.people)[self.low : self.high]
        return Found(plan, proven=proven, bound=bound)


def _settings(progress: Progress, gap: float) -> dict[str, Any]:
    out: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 1,
        "mip_rel_gap": 5e-7,
        "mip_abs_gap": max(gap, 1e-7),
        "mip_feasibility_tolerance": 1e-7,
    }
    left = progress.left
    if left is not None:
        out["time_limit"] = max(left, 0.01)
    return out


def _let_stop(solver: Any, progress: Progress) -> None:
    """Ask the progress now and then whether somebody interrupted."""

    def ask(event: Any) -> None:
        if progress.interrupted:
            progress.cut = True
            event.interrupt()

    solver.cbMipInterrupt.subscribe(ask)
    solver.cbSimplexInterrupt.subscribe(ask)
