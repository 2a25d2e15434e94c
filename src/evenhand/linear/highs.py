"""The one wiring of HiGHS: programs built, set, run, stopped and read alike in every room.

HiGHS is a solver for linear and mixed-integer programs: Huangfu and Hall, *Parallelizing the dual revised
simplex method* (2018), doi:10.1007/s12532-017-0130-5. It works in floats. So nothing it says is taken as
proof by itself: whoever uses a ``Program`` rounds what it found and proves it in integers, or keeps a
distance from its tolerances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, Literal

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.errors import MethodError
from evenhand.core.progress import Progress

State = Literal["optimal", "infeasible", "stopped"]
Better = Callable[[float, float], None]

FREE: Final = float("inf")
"""No limit of a row or column; HiGHS reads a float's infinity as its own."""

USUAL: Final = 1e-7
"""HiGHS's own tolerance of a row, and ours wherever a program is solved once: rows count people, turns or
awards, so that even 10**5 of them together stay far below half a unit, where rounding would go wrong. Twice
or half of it changes nothing but the time."""

CLOSE: Final = 1e-9
"""Tolerance of an LP whose prices are rounded and proven in integers: HiGHS's least is 1e-10, and at 1e-7
prices are off by enough that proofs need another round."""

LEAST_SECONDS: Final = 0.01
"""A time limit of 0 would not even let HiGHS look at a start it was given."""

LOST_SYMBOL = "undefined symbol"


@cache
def loaded() -> Any:
    """Import HiGHS, or say why it cannot be.

    OR-Tools brings a HiGHS library of its own under the same file name. Whichever is imported first stays in
    the process, and the other finds the wrong one.

    Raises:
        MethodError: OR-Tools was imported first in this process.
    """
    try:
        import highspy
    except ImportError as error:
        if LOST_SYMBOL not in str(error) and "ortools" not in str(error):
            raise
        raise MethodError(
            "HiGHS cannot be loaded, because OR-Tools was imported before it in this process and brings "
            "another HiGHS. Solve with evenhand in a process that has not imported ortools, or take "
            "method='cp-sat', which runs OR-Tools in a process of its own."
        ) from error
    return highspy


class Program:
    """A linear or mixed-integer program to minimise: silent, on one thread, seeded, and ready to be stopped.

    It may be run again after columns, rows or costs have changed; it then starts from its last basis.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        tolerance: float = USUAL,
        presolve: bool = True,
        gap: float = 1e-6,
        share_gap: float = 0.0,
        nodes: int | None = None,
        whole_tolerance: float = 1e-6,
        perturbed: bool = True,
    ) -> None:
        """Make an empty program.

        Args:
            seed: HiGHS's own random seed. It is no user's seed: the same program gives the same answer.
            tolerance: how far rows and reduced costs may be beyond their limits.
            presolve: whether HiGHS makes the program smaller first; off where it is run again from its basis.
            gap: distance of value and bound at which the search for whole numbers ends.
            share_gap: the same as a share of the value.
            nodes: nodes of that search at most; a count, unlike a clock, is the same on every machine.
            whole_tolerance: how far from a whole number a whole unknown may be.
            perturbed: whether the dual simplex shifts costs at random while it runs, to tell ties apart; off
                where the costs hardly tie and a warm basis lacks few steps.

        Raises:
            MethodError: HiGHS cannot be loaded.
        """
        self.highs = loaded()
        self.solver = self.highs.Highs()
        self._options(
            output_flag=False,
            # One thread: with more, which of two equally good plans is found depends on their race.
            threads=1,
            random_seed=seed,
            presolve="on" if presolve else "off",
            primal_feasibility_tolerance=tolerance,
            dual_feasibility_tolerance=tolerance,
            mip_feasibility_tolerance=whole_tolerance,
            mip_abs_gap=gap,
            mip_rel_gap=share_gap,
        )
        if nodes is not None:
            self._options(mip_max_nodes=nodes)
        if not perturbed:
            self._options(dual_simplex_cost_perturbation_multiplier=0.0)

    def _options(self, **options: Any) -> None:
        for name, value in options.items():
            self.solver.setOptionValue(name, value)

    @property
    def columns(self) -> int:
        """Columns so far."""
        return int(self.solver.getNumCol())

    @property
    def rows(self) -> int:
        """Rows so far."""
        return int(self.solver.getNumRow())

    def load(
        self,
        cost: Floats,
        entries: tuple[Ints, Ints, Floats],
        lower: Floats,
        upper: Floats,
        *,
        most: Floats | float = 1.0,
        whole: Bools | bool = False,
    ) -> None:
        """Load a whole program: least cost x with lower <= A x <= upper and 0 <= x <= most.

        Args:
            cost: shape (columns,).
            entries: (row, column, value) of the entries of A that are not 0, each once, in any order.
            lower: shape (rows,).
            upper: shape (rows,).
            most: upper limits of the columns, or one for all.
            whole: which columns take whole numbers only, or all of them.
        """
        row, column, value = entries
        order = np.lexsort((row, column))
        size = len(cost)
        count = np.bincount(column.astype(np.int64), minlength=size)
        # As arrays: set on a HighsLp, every number of them would cross as a Python object of its own.
        self.solver.passModel(
            size,
            len(lower),
            len(order),
            int(self.highs.MatrixFormat.kColwise),
            int(self.highs.ObjSense.kMinimize),
            0.0,
            cost.astype(np.float64),
            np.zeros(size),
            np.broadcast_to(most, size).astype(np.float64),
            lower.astype(np.float64),
            upper.astype(np.float64),
            np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
            row[order].astype(np.int32),
            value[order].astype(np.float64),
            # 0 and 1 are HiGHS's kContinuous and kInteger.
            np.broadcast_to(whole, size).astype(np.int32),
        )

    def add_columns(
        self,
        cost: Floats,
        least: Floats | float,
        most: Floats | float,
        entries: tuple[Ints, Ints, Floats] | None = None,
        *,
        whole: bool = False,
    ) -> None:
        """Add columns.

        Args:
            cost: shape (count,).
            least: lower limits, or one for all.
            most: upper limits, or one for all.
            entries: (column, row, value), sorted by column; columns are counted from the first added.
            whole: whether they take whole numbers only.
        """
        count, first = len(cost), self.columns
        if not count:
            return
        column, row, value = entries or (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        starts = np.searchsorted(column, np.arange(count)).astype(np.int32)
        limits = (np.broadcast_to(limit, count).astype(np.float64) for limit in (least, most))
        self.solver.addCols(count, cost, *limits, len(row), starts, row.astype(np.int32), value)
        if whole:
            self.set_whole(first + np.arange(count))

    def add_rows(
        self, lower: Floats | float, upper: Floats, entries: tuple[Ints, Ints, Floats] | None = None
    ) -> None:
        """Add rows lower <= sum <= upper.

        Args:
            lower: lower limits, or one for all.
            upper: shape (count,).
            entries: (row, column, value), sorted by row; rows are counted from the first added.
        """
        count = len(upper)
        row, column, value = entries or (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        starts = np.searchsorted(row, np.arange(count)).astype(np.int32)
        least = np.broadcast_to(lower, count).astype(np.float64)
        self.solver.addRows(count, least, upper, len(column), starts, column.astype(np.int32), value)

    def set_whole(self, columns: Ints) -> None:
        """Let columns take whole numbers only."""
        kind = np.full(len(columns), int(self.highs.HighsVarType.kInteger), dtype=np.uint8)
        self.solver.changeColsIntegrality(len(columns), columns.astype(np.int32), kind)

    def set_costs(self, columns: Ints, cost: Floats) -> None:
        """Change what columns cost; the basis stays."""
        self.solver.changeColsCost(len(cost), columns.astype(np.int32), cost)

    def set_limits(self, columns: Ints, least: Floats, most: Floats) -> None:
        """Change the limits of columns; the basis stays."""
        self.solver.changeColsBounds(len(columns), columns.astype(np.int32), least, most)

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """Change the limits of a row; the basis stays."""
        self.solver.changeRowBounds(row, lower, upper)

    def start_from(self, columns: Ints, values: Floats) -> None:
        """Hand over a first solution by some of its columns; HiGHS completes it."""
        self.solver.setSolution(len(columns), columns.astype(np.int32), values)

    def run(
        self,
        progress: Progress | None = None,
        *,
        better: Better | None = None,
        first_simplex: Literal["dual", "primal"] | None = None,
    ) -> State:
        """Solve it, from the last basis if it was solved before.

        Args:
            progress: its limit and its interruption end the search with the best so far, and it is marked as
                cut. None for a run that cannot take long.
            better: hears (value, bound) of what is minimised whenever the search for whole numbers reports.
            first_simplex: which simplex method suits what has changed: dual after new rows, primal after
                new columns or costs. HiGHS chooses if not given.

        Returns:
            "optimal", "infeasible", or "stopped" where neither is known: by the progress or by the nodes.
        """
        if progress is not None:
            self._listen(progress, better)
        if first_simplex is not None:
            # HiGHS's codes of its strategies: 1 is the serial dual simplex, 4 the primal.
            self._options(simplex_strategy=1 if first_simplex == "dual" else 4)
        self.solver.run()
        status, kinds = self.solver.getModelStatus(), self.highs.HighsModelStatus
        if status == kinds.kOptimal or (status == kinds.kModelEmpty and not self.rows):
            return "optimal"
        if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
            return "infeasible"
        if progress is not None:
            progress.stop()
            if status == kinds.kTimeLimit:
                progress.cut = True
        return "stopped"

    def _listen(self, progress: Progress, better: Better | None) -> None:
        """Let the progress end the run; HiGHS asks between iterations of the simplex and between nodes."""
        kinds = self.highs.cb.HighsCallbackType

        def hear(kind: Any, message: str, data: Any, reply: Any, user: Any) -> None:
            del message, user
            if kind == kinds.kCallbackMipLogging:
                if better is not None:
                    better(float(data.mip_primal_bound), float(data.mip_dual_bound))
            else:
                reply.user_interrupt = progress.interrupted or (
                    progress.left is not None and progress.left <= 0
                )

        # HiGHS reports only what it would also log: the log is on then, and goes nowhere.
        self._options(output_flag=better is not None, log_to_console=False)
        self.solver.setCallback(hear, None)
        for kind in (
            kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackMipLogging
        ):  # fmt: skip
            self.solver.startCallback(kind)
        if progress.left is not None:
            # Presolve asks nobody. HiGHS's clock counts all runs of a solver, so what it ran is added.
            self._options(time_limit=self.solver.getRunTime() + max(LEAST_SECONDS, progress.left))

    @property
    def has_solution(self) -> bool:
        """Whether the last run left values that keep every row."""
        feasible = self.highs.SolutionStatus.kSolutionStatusFeasible
        return bool(
            self.solver.getSolution().value_valid and self.solver.getInfo().primal_solution_status == feasible
        )

    def values(self) -> Floats:
        """Return the value of each column, shape (columns,)."""
        return np.array(self.solver.getSolution().col_value)

    def prices(self) -> Floats:
        """Return the dual value of each row of a linear program, shape (rows,)."""
        return np.array(self.solver.getSolution().row_dual)

    def reduced_costs(self) -> Floats:
        """Return the reduced cost of each column of a linear program, shape (columns,)."""
        return np.array(self.solver.getSolution().col_dual)

    @property
    def value(self) -> float:
        """What was minimised."""
        return float(self.solver.getInfo().objective_function_value)

    @property
    def bound(self) -> float:
        """Lower limit of what is minimised over whole numbers; minus infinity where none is known."""
        return float(self.solver.getInfo().mip_dual_bound)


def stacked(rows: Sequence[tuple[Sequence[int], Sequence[float]]]) -> tuple[Ints, Ints, Floats]:
    """Return (row, column, value) of rows given as (columns, values) each."""
    lengths = [len(columns) for columns, _ in rows]
    return (
        np.repeat(np.arange(len(rows)), lengths),
        np.array([column for columns, _ in rows for column in columns], dtype=np.int64),
        np.array([value for _, values in rows for value in values], dtype=np.float64),
    )
