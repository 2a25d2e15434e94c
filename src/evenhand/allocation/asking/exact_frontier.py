"""The exact frontier: the best score for every hard bound on who gets how much. Each point is proven.

A sweep of λ finds plans that no other of the sweep beats; a plan between two of its settings may still beat
them. Here the measure itself is bounded: "nobody gets more than two", "at least 48 receive". For every value
that it can have the best plan is solved, so no plan of any setting beats a point.

Reference:
    Haimes, Lasdon, Wismer, *On a bicriterion formulation of the problems of integrated system identification
        and system optimization*, IEEE Transactions on Systems, Man, and Cybernetics 1 (1971): the epsilon
        constraint method.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from evenhand.allocation.asking.advice import counts_of, scores
from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.penalties import no_penalty
from evenhand.allocation.solving.model.branching import proven_limit
from evenhand.allocation.solving.model.pricing import priced, prices_of
from evenhand.allocation.solving.model.residual import Residual, residual_of
from evenhand.allocation.solving.model.restricted import Restricted
from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import InfeasibleError, InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Columns, Solution, Status
from evenhand.core.units import figure, number_text
from evenhand.linear.highs import FREE

HEAVIEST: Final = 2**38
"""Units of the largest bonus: it leaves room for the sum over a million awards in 63 bits."""

BOUNDED: Final = ("most", "receivers")
"""Measures that an exact frontier can bound."""


@dataclass(frozen=True, eq=False)
class ExactPoint:
    """The best plan within a bound.

    Attributes:
        value: awards of whoever has most, or how many receive.
        score: points before fairness: scores less what caps, budgets and other groups cost.
        solution: the plan, judged, without any penalty.
        proven: whether no plan within the bound has more score.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> point = eh.allocation.exact_frontier(problem).points[0]
        >>> point.value, point.score, point.proven
        (2, 17, True)
    """

    value: int
    score: int | float
    solution: Solution = field(repr=False)
    proven: bool


@dataclass(frozen=True, eq=False)
class ExactFrontier:
    """All plans that no plan beats in score and one measure, the most score first.

    Attributes:
        against: the measure, one of ``BOUNDED``.
        points: one for each value that is worth having.
        whole: whether no point is missing; False where a limit ended it, or numbers were too large to tell.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> eh.allocation.exact_frontier(problem).to_columns()["score"]
        [17, 15]
    """

    against: str
    points: tuple[ExactPoint, ...]
    whole: bool

    @property
    def proven(self) -> bool:
        """Whether every point is proven and none is missing."""
        return self.whole and all(point.proven for point in self.points)

    def to_columns(self) -> Columns:
        """Return one row a point: the measure, the score, what the step from the point before cost."""
        rows: list[dict[str, Any]] = []
        for number, point in enumerate(self.points):
            before = self.points[number - 1].score if number else point.score
            rows.append(
                {
                    self.against: point.value,
                    "score": point.score,
                    "costs": before - point.score,
                    "awards": len(point.solution.awards),
                    "proven": point.proven,
                }
            )
        heads = list(rows[0]) if rows else [self.against, "score", "costs", "awards", "proven"]
        return {head: [row[head] for row in rows] for head in heads}

    def __str__(self) -> str:
        lines = [self.headline]
        for point in self.points:
            problem = point.solution.problem
            scored = number_text(round(point.score * problem.scale), problem.unit)
            words = f"at most {point.value:,} each" if self.against == "most" else f"{point.value:,} receive"
            lines.append(f"{words}: score {scored}{'' if point.proven else ' (not proven)'}")
        return "\n".join(lines)

    @property
    def headline(self) -> str:
        """What the points are, in a sentence."""
        many = len(self.points)
        plans = "1 plan" if many == 1 else f"{many:,} plans"
        what = "the most that anyone gets" if self.against == "most" else "how many receive"
        proven = "Each is proven." if self.proven else "Not all are proven, or some may be missing."
        return f"{plans} that no other plan beats in score and {what}. {proven}"


@said_in_words
def exact_frontier(
    problem: AllocationProblem,
    against: str = "most",
    *,
    seed: int = 0,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> ExactFrontier:
    """Return the best score for every value of a measure that is worth having.

    Args:
        problem: what is asked; its penalty and what a ledger adds are set aside. Candidates that score below
            0 are never handed out.
        against: "most" (awards of whoever has most) or "receivers" (how many receive).
        seed: decides among equals.
        limits: how long each search may go on.
        progress: ends it early with the points so far.

    Promise:
        No plan has more score than a point and as good a value of the measure.

    Cost: a solve a value, some 50 ms at Los Angeles size; against receivers up to 0.5 s for some.

    Raises:
        InputError: the measure has no exact frontier.
        InfeasibleError: the hard rules cannot all hold.

    >>> rows = [{"item": item, "recipient": who, "score": score} for item, who, score in
    ...         [("car", "Ann", 90), ("van", "Ann", 80), ("car", "Bo", 60), ("van", "Bo", 50)]]
    >>> print(exact_frontier(AllocationProblem.from_rows(rows)))
    2 plans that no other plan beats in score and the most that anyone gets. Each is proven.
    at most 2 each: score 170
    at most 1 each: score 140
    """
    if against not in BOUNDED:
        raise InputError.one(
            "has no exact frontier", f"Choose one of {', '.join(BOUNDED)}", came=against, column="against"
        )
    free = replace(
        problem, penalty=no_penalty(), owed_bonus=np.zeros(len(problem.recipients), dtype=np.int64)
    )
    search = _Search(free, seed, limits or Limits(), progress or Progress())
    plans = list(search.most() if against == "most" else search.receivers())
    # From the best value of the measure on, a point stays only if its score is above all before it.
    better = sorted(
        plans, key=lambda point: (point.value if against == "most" else -point.value, -point.score)
    )
    kept: list[ExactPoint] = []
    for point in better:
        # To hand out nothing is worth 0 and nobody has less: a plan worth no more is beaten by that.
        idle = against == "most" and point.score <= 0 and not problem.pinned.any()
        if not idle and (not kept or point.score > kept[-1].score):
            kept.append(point)
    return ExactFrontier(against, tuple(reversed(kept)), search.whole and not search.missing)


class _Search:
    """Solves one problem within one bound after another."""

    def __init__(self, free: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> None:
        self.free, self.seed, self.limits, self.progress = free, seed, limits, progress
        self.whole = True
        self.missing = False
        """Whether points may be missing although every value was looked at."""

    def solved(self, problem: AllocationProblem) -> Solution:
        """Return the best plan of a variant of the problem."""
        return desk.solve(JOB, problem, seed=self.seed, limits=self.limits, progress=self.progress)

    def stopped(self) -> bool:
        """Whether to end now; the frontier then is not whole."""
        self.whole = self.whole and not self.progress.stop()
        return not self.whole

    def most(self) -> Iterator[ExactPoint]:
        """Yield the best plan for each most, from the free plan's down to 1."""
        bound, limit = int(self.free.recipient_limit.max(initial=0)), self.free.recipient_limit
        while bound > 0:
            try:
                plan = self.solved(replace(self.free, recipient_limit=np.minimum(limit, bound)))
            except InfeasibleError:
                # Without any bound nothing at all can hold; with one, pins alone pass it, and lower ones too.
                if bound >= int(limit.max(initial=0)):
                    raise
                return
            value = max(counts_of(plan).values(), default=0)
            yield ExactPoint(value, figure(scores(plan), plan.unit), plan, plan.status is Status.OPTIMAL)
            # A plan with less than the bound is the best for every bound down to its own most.
            bound = min(bound, value) - 1
            if bound > 0 and self.stopped():
                return

    def receivers(self) -> Iterator[ExactPoint]:
        """Yield the best plan for each number of receivers that is worth having."""
        self.plans: dict[int, tuple[int, Ints, bool]] = {}
        first = self.priced_at(0)
        # More than all that a plan can score and cost: as many receivers as the rules allow.
        last = first if self.stopped() else self.priced_at(self.heaviest())
        # A bonus cannot be larger than fits in 63 bits; where that is less than plans differ by, some may be
        # missing that cost more for a receiver than the bonus.
        if self.whole and self.heaviest() == HEAVIEST:
            self.missing = last < self.receivable()
        open_spans = [(first, last)]
        while open_spans and not self.stopped():
            low, high = open_spans.pop()
            if high - low < 2:  # noqa: PLR2004 - neighbours have nothing between them
                continue
            bonus = (self.plans[low][0] - self.plans[high][0]) // (high - low)
            between = self.priced_at(bonus)
            if low < between < high:
                open_spans += [(low, between), (between, high)]
            else:
                self.close(low, high, bonus)
        for value, (score, awards, proven) in self.plans.items():
            plan = desk.judged(JOB, self.free, awards, seed=self.seed, method="price-restrict-prove")
            yield ExactPoint(value, figure(score, plan.unit), plan, proven)

    def heaviest(self) -> int:
        """Return more units than any two plans can differ by."""
        total = int(np.abs(self.free.score).sum()) + 1
        for group in self.free.groups:
            units = np.zeros(len(group.labels) + 1, dtype=np.int64)
            np.add.at(units, group.of, group.weight)
            beyond = np.maximum(0, units[:-1, None] - group.allowance).astype(np.float64)
            total += int((beyond * group.slope).sum())
        return min(total, HEAVIEST)

    def receivable(self) -> int:
        """Return how many can receive at most, whatever that costs."""
        groups = tuple(replace(group, slope=np.zeros_like(group.slope)) for group in self.free.groups)
        plan = self.solved(replace(self.bonus(1), score=np.zeros_like(self.free.score), groups=groups))
        return len(np.unique(self.free.recipient[plan.awards]))

    def priced_at(self, bonus: int) -> int:
        """Solve with a bonus for everybody's first award; how many receive then.

        A plan that is best at a bonus is best among all with as many receivers.
        """
        plan = self.solved(self.bonus(bonus))
        return self.keep(plan.awards, proven=plan.status is Status.OPTIMAL)

    def bonus(self, units: int) -> AllocationProblem:
        """Return the problem with a bonus for everybody's first award."""
        kept = self.free.forbidden | (self.free.score < 0)
        every = np.full(len(self.free.recipients), units, dtype=np.int64)
        # A bonus would make it worth handing out what scores below 0.
        return replace(self.free, owed_bonus=every, forbidden=kept & ~self.free.pinned)

    def keep(self, awards: Ints, *, proven: bool) -> int:
        """Note a plan; how many receive in it."""
        value = len(np.unique(self.free.recipient[awards]))
        plan = JOB.judge(self.free, awards)
        if value not in self.plans or plan.objective > self.plans[value][0]:
            self.plans[value] = (plan.objective, awards, proven)
        return value

    def close(self, low: int, high: int, bonus: int) -> None:
        """Find the best plan for every number of receivers between two that prices alone reach.

        Only candidates that lose less at the bonus than what lies between can be in a better plan than the
        one with more receivers, so the program is over few.
        """
        problem = self.bonus(bonus)
        answer = self.solved(problem)
        residual = residual_of(problem, self.seed)
        exact = priced(residual, prices_of(answer.proof, residual))
        loss = exact.loss(residual)
        least, pinned = low + 1, int(np.count_nonzero(np.bincount(self.free.recipient[self.free.pinned])))
        while least < high and not self.stopped():
            score, awards, _ = self.plans[high]
            # What a plan with so many receivers and one unit more is worth at the bonus, in ticks.
            needed = (score + 1 + bonus * least - residual.base) * residual.ticks
            kept = np.flatnonzero(loss <= exact.bound - needed)
            branched, proven = self.program(residual, kept, least - pinned, awards)
            # Where scores are so large that HiGHS's tolerances part no plans, it may miss one.
            self.missing = self.missing or not proven
            value = self.keep(awards if branched is None else branched, proven=proven)
            if branched is None and proven:
                # Nothing between is better than the plan with more receivers.
                return
            least = max(least, value) + 1

    def program(self, residual: Residual, kept: Ints, least: int, start: Ints) -> tuple[Ints | None, bool]:
        """Solve for the best score with so many receivers.

        Returns:
            A better plan than ``start`` (None without one), and whether there is none better than both.
        """
        rows = np.arange(len(self.free)) if residual.live is None else residual.live
        inner = residual_of(self.free, self.seed)
        live = np.arange(len(self.free)) if inner.live is None else inner.live
        columns = np.flatnonzero(np.isin(live, np.union1d(rows[kept], start)))
        program = _Receiving(inner, columns, least)
        began = program.position[np.isin(live[program.columns], start)]
        program.program.start_from(began, np.ones(len(began)))
        state = program.program.run(self.progress)
        if not program.program.has_solution:
            return None, state == "infeasible"
        taken = np.sort(program.columns[program.program.values()[program.position] > 0.5])  # noqa: PLR2004 - whole, up to tolerances
        if not inner.holds(taken):
            return None, False
        limit = proven_limit(program)
        awards = inner.candidates(taken)
        value, best = (JOB.judge(self.free, plan).objective for plan in (awards, start))
        proven = limit is not None and inner.units(limit) <= max(value, best)
        return (awards if value > best else None), proven


class _Receiving(Restricted):
    """The integer program with a row more: so many recipients have an award."""

    def __init__(self, residual: Residual, columns: Ints, least: int) -> None:
        super().__init__(residual, columns, whole=True)
        self.mend(np.ones(len(columns)))
        had = residual.problem.recipient[residual.pinned]
        recipient = residual.recipient[self.columns]
        who = np.setdiff1d(recipient, had)
        first, count = self.program.rows, len(who)
        # Of everybody without a pin: counted at most once, and only with an award.
        received = np.flatnonzero(np.isin(recipient, who))
        received = received[np.argsort(recipient[received], kind="stable")]
        entries = (
            np.searchsorted(who, recipient[received]),
            self.position[received],
            np.full(len(received), -1.0),
        )
        self.program.add_rows(-FREE, np.zeros(count), entries)
        self.program.add_rows(-FREE, np.array([-float(least)]))
        column = np.repeat(np.arange(count), 2)
        row = np.stack([first + np.arange(count), np.full(count, first + count)], axis=1).ravel()
        value = np.tile([1.0, -1.0], count)
        self.program.add_columns(np.zeros(count), 0.0, np.ones(count), (column, row, value))
