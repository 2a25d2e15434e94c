"""Living with a published plan: plan again with the fewest changes, or with a price on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.allocation_problem import title
from evenhand.allocation.problem.day_order import in_day_order
from evenhand.allocation.problem.groups import MOST
from evenhand.allocation.problem.penalties import no_penalty
from evenhand.allocation.reading.day_names import day_name, names_in
from evenhand.allocation.solving.model.pricing import priced, prices_of
from evenhand.allocation.solving.model.residual import residual_of
from evenhand.core import desk
from evenhand.core.arguments import is_number, said_in_words
from evenhand.core.arrays import Bools
from evenhand.core.errors import Findings, InfeasibleError, InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status
from evenhand.core.units import value_text
from evenhand.tables import read

Award = tuple[str, str, str]

SHOWN = 30
"""Changes listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a published plan and another, a sentence each.

    Attributes:
        kept: awards that stay as they are.
        moved: same item, same recipient, another day.
        handed: same item, another recipient.
        withdrawn: items that are no longer given.
        fresh: items that were not given before.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> changes = eh.allocation.changes([("car", "Bo", ""), ("van", "Ann", "")], plan)
        >>> changes.kept, changes.count, changes.handed
        (1, 1, ('car goes to Ann instead of Bo.',))
    """

    kept: int
    moved: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Published awards that are not kept."""
        return len(self.moved) + len(self.handed) + len(self.withdrawn)

    def __str__(self) -> str:
        head = f"{self.kept:,} of {self.kept + self.count:,} published awards stay as they are."
        lines = [*self.moved, *self.handed, *self.withdrawn, *self.fresh]
        more = [f"  ... and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
        return "\n".join([head, *(f"  - {line}" for line in lines[:SHOWN]), *more])


@dataclass(frozen=True, eq=False)
class Amended:
    """A plan made again from a published one.

    Attributes:
        solution: the amended plan, judged by the problem as it is, without any price of change.
        changes: what differs from the published plan.
        price: points a change costs; None for the fewest changes there can be.
        free: the best plan without regard to the published one.
        free_changes: what that would change.
        proven: whether no plan is worth more, each change counted at its price (or has fewer changes).

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> amended = eh.allocation.amended(problem, [("car", "Bo", ""), ("van", "Ann", "")])
        >>> amended.changes.count, amended.solution.objective, amended.free.objective, amended.proven
        (0, 15, 17, True)
    """

    solution: Solution
    changes: Changes
    price: float | None
    free: Solution = field(repr=False)
    free_changes: Changes = field(repr=False)
    proven: bool

    def __str__(self) -> str:
        problem = self.solution.problem
        lost = (self.free.objective or 0) - (self.solution.objective or 0)
        aim = (
            "the fewest changes"
            if self.price is None
            else f"{self.price:g} {'point' if self.price == 1 else 'points'} a change"
        )
        proven = "proven best" if self.proven else "the best found"
        return (
            f"{self.changes}\nWith {aim}, {proven}. Without regard to the published plan "
            f"{self.free_changes.count:,} would change, for {value_text(lost, problem.unit)} more."
        )


def handed_out(source: Any) -> tuple[Award, ...]:
    """Return the awards of a published plan: a solution, a table with item, recipient and day, or triples.

    Raises:
        InputError: the table misses a column or a cell.
    """
    if isinstance(source, Solution):
        problem: AllocationProblem = source.problem
        return tuple(_award(problem, candidate) for candidate in source.awards.tolist())
    if isinstance(source, (list, tuple)) and all(isinstance(award, tuple) for award in source):
        odd = [award for award in source if len(award) not in {2, 3}]
        if odd:
            raise InputError.one("is not an award", "Give item, recipient and day", came=str(odd[0]))
        return tuple((str(item), str(who), str(day[0]) if day else "") for item, who, *day in source)
    findings = Findings()
    table = read(source, "published", findings)
    if table.need("item", "recipient"):
        item, who = (table.text(name, required=True) for name in ("item", "recipient"))
        named_days = names_in(table)
        day = [named_days.get(cell, cell) for cell in table.text("day")]
    findings.raise_errors()
    return tuple(zip(item, who, day, strict=True))


@said_in_words
def amended(
    problem: AllocationProblem,
    published: Any,
    price: float | None = None,
    *,
    frozen: str = "",
    seed: int = 0,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Amended:
    """Plan again with few changes from what was published.

    Args:
        problem: as it is now: another slot count, an item gone, a pin more.
        published: see ``handed_out``. Awards that are no candidates any more are lost, whatever the price.
        price: points that each published award is worth beyond its score if it stays, >= 0; None for the
            fewest changes, score deciding among those.
        frozen: the last day on which everything stays as published, by name; none if empty.
        seed: decides among equals.
        limits: how long each of the two searches may go on.
        progress: may interrupt.

    Promise:
        If proven, no plan has a larger value less price x changes; without a price, none has fewer changes,
        and of those with as few none has a larger value.

    Raises:
        InputError: the price is not a price, the frozen day is unknown, or a frozen award is not a candidate.
        InfeasibleError: the hard rules cannot all hold.

    Cost: two or three solves of the problem.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> from dataclasses import replace
        >>> later = replace(problem, forbidden=problem.item == problem.items.index("van"))
        >>> print(eh.allocation.amended(later, plan).changes)
        1 of 2 published awards stay as they are.
          - van is no longer given to Ann.
    """
    frozen = day_name(frozen)
    # Awards of a plan of one day go without it, whether or not the published ones name it.
    names = tuple(
        (*award[:2], "" if award[2:] == problem.days else award[2]) for award in handed_out(published)
    )
    keep = _kept(problem, names)
    _check(problem, names, keep, price, frozen)
    now = _frozen(problem, keep, frozen)
    progress = progress or Progress()

    def solved(question: AllocationProblem) -> Solution:
        return desk.solve(JOB, question, seed=seed, limits=limits, progress=progress)

    free = solved(now)
    if price is None:
        plan, proven = _fewest(now, keep, free, solved)
    else:
        plan = solved(replace(now, score=now.score + np.where(keep, round(price * problem.scale), 0)))
        proven = plan.status is Status.OPTIMAL
    solution = _judged(problem if not frozen else now, plan, free)
    return Amended(
        solution=solution,
        changes=changes(names, solution),
        price=price,
        free=free,
        free_changes=changes(names, free),
        proven=proven,
    )


def nearest(solution: Solution, before: Any, *, progress: Progress | None = None) -> Solution:
    """Return the plan that is worth as much as this one and keeps most of the one before.

    Args:
        solution: a plan; where it is not proven best it comes back as it is.
        before: see ``handed_out``. Awards that are no candidates any more cannot be kept.
        progress: may interrupt; the plan then comes back as it is.

    Promise:
        As valuable as the plan that came, with its bound and proof; where the plan is proven best, no plan
        of that value keeps more of the one before.

    Cost: where something could be kept that was not, a solve over the candidates that lose nothing: 30 ms at
    Los Angeles size.
    """
    problem: AllocationProblem = solution.problem
    progress = progress or Progress()
    keep = _kept(problem, handed_out(before))
    missed = int(keep.sum()) - int(keep[solution.awards].sum())
    if solution.status is not Status.OPTIMAL or not missed or progress.stop():
        return solution
    # A unit of value weighs more than all that can be kept together, so that none is given up for it.
    weight = int(keep.sum()) + 1
    if int(problem.worth.max(initial=0)) > MOST // weight:
        return solution
    steps = tuple((beyond, points * weight) for beyond, points in problem.penalty.steps)
    try:
        question = replace(
            problem,
            score=problem.score * weight + keep,
            forbidden=problem.forbidden | ~_equals(solution),
            penalty=replace(problem.penalty, steps=steps),
            owed_bonus=problem.owed_bonus * weight,
            groups=tuple(replace(group, slope=group.slope * weight) for group in problem.groups),
        )
        plan = desk.solve(JOB, question, seed=solution.seed, progress=progress)
    except (InputError, InfeasibleError):
        # points too large to be told apart from what is kept, or stopped before a plan was found
        return solution
    if JOB.judge(problem, plan.awards).objective != solution.objective:
        return solution
    return desk.judged(
        JOB, problem, plan.awards, method=solution.method, seed=solution.seed, bound=solution.bound,
        proof=solution.proof, cut=solution.cut, verbs=solution.verbs,
    )  # fmt: skip


def _equals(solution: Solution) -> Bools:
    """Return which candidates can be in a plan of the same value, shape (n,); those of the plan are.

    A candidate that loses more at the plan's own prices than its bound is above its value is in none.
    """
    problem: AllocationProblem = solution.problem
    out = problem.pinned.copy()
    out[solution.awards] = True
    residual = residual_of(problem, solution.seed)
    if not len(residual):
        return out
    exact = priced(residual, prices_of(solution.proof, residual))
    live = np.arange(len(problem)) if residual.live is None else residual.live
    held = np.flatnonzero(np.isin(live, solution.awards))
    # Draws among equals stay below one unit in all (``values_of``): one unit more leaves no equal plan out.
    room = exact.bound - residual.worth(held) + residual.ticks
    out[live[exact.loss(residual) <= room]] = True
    return out


@said_in_words
def changes(published: Iterable[Award] | Solution, solution: Solution) -> Changes:
    """Say what differs between a published plan and another; days are looked at where both have them.

    Cost: linear in the awards of both plans, beside sorting them.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> print(eh.allocation.changes([("car", "Bo", ""), ("van", "Ann", "")], plan))
        1 of 2 published awards stay as they are.
          - car goes to Ann instead of Bo.
    """
    before = handed_out(published) if isinstance(published, Solution) else tuple(published)
    called = dict(solution.problem.called)
    if isinstance(published, Solution):
        # An item that is gone by now is still known to the published plan.
        called = {**published.problem.called, **called}
    now = {award[0]: award for award in handed_out(solution)}
    kept, moved, handed, withdrawn = 0, [], [], []
    for item, who, day in sorted(before):
        thing, taker = title(item, called), title(who, called)
        if item not in now:
            withdrawn.append(f"{thing} is no longer given to {taker}{_on(day)}.")
            continue
        _, other, other_day = now[item]
        if other != who:
            was = _on(day) if day != other_day else ""
            handed.append(f"{thing} goes to {title(other, called)}{_on(other_day)} instead of {taker}{was}.")
        elif day and other_day != day:
            moved.append(f"{thing} to {taker} moves from {day} to {other_day}.")
        else:
            kept += 1
    had = {award[0] for award in before}
    fresh = [
        f"{title(item, called)} is new, to {title(who, called)}{_on(day)}."
        for item, who, day in sorted(now.values())
        if item not in had
    ]
    return Changes(kept, tuple(moved), tuple(handed), tuple(withdrawn), tuple(fresh))


def _on(day: str) -> str:
    return f" on {day}" if day else ""


def _award(problem: AllocationProblem, candidate: int) -> Award:
    day = problem.days[problem.day[candidate]] if len(problem.days) > 1 else ""
    return problem.items[problem.item[candidate]], problem.recipients[problem.recipient[candidate]], day


def _kept(problem: AllocationProblem, names: tuple[Award, ...]) -> Bools:
    """Return which candidates are published, shape (n,); a name without day fits where there is one such."""
    items = {name: index for index, name in enumerate(problem.items)}
    takers = {name: index for index, name in enumerate(problem.recipients)}
    days = {name: index for index, name in enumerate(problem.days)}
    keep = np.zeros(len(problem), dtype=np.bool_)
    for item, who, day in names:
        if item in items and who in takers and (not day or day in days):
            pair = (problem.item == items[item]) & (problem.recipient == takers[who])
            keep |= pair & (problem.day == days[day]) if day else pair
    return keep & ~problem.forbidden


def _check(
    problem: AllocationProblem, names: tuple[Award, ...], keep: Bools, price: float | None, frozen: str
) -> None:
    findings = Findings()
    if price is not None and not (is_number(price) and 0 <= price <= 10**9):
        mend = "Give points of 0 or more, or None for the fewest changes"
        findings.error("is not a price of a change", mend, came=str(price), column="price")
    elif price and round(price * problem.scale) + int(problem.score.max(initial=0)) > MOST:
        findings.error(
            "is too large a price beside these scores", "Give a smaller one, or lower the scale",
            came=f"{price:g}", column="price",
        )  # fmt: skip
    if frozen and frozen not in problem.days:
        mend = f"Name one of {', '.join(problem.days[:7])}"
        findings.error("is not a day of this problem", mend, came=frozen, column="frozen")
    elif frozen:
        there = {_award(problem, index) for index in np.flatnonzero(keep).tolist()}
        # Among all days, as a day of what is published may be none of this problem.
        order = in_day_order({*problem.days, *(day for _, _, day in names)})
        for award in names:
            day = award[2] or (frozen if len(problem.days) == 1 else "")
            if day and order.index(day) <= order.index(frozen) and award not in there:
                came = f"{award[0]} to {award[1]}{_on(award[2])}"
                findings.error(
                    "is frozen and no candidate any more",
                    "Keep it among the candidates, or freeze less",
                    came=came,
                )
    findings.raise_errors()


def _frozen(problem: AllocationProblem, keep: Bools, frozen: str) -> AllocationProblem:
    """Return the problem with everything up to a day as published: pinned, and nothing else allowed."""
    if not frozen:
        return problem
    past = problem.day <= problem.days.index(frozen)
    return replace(
        problem, pinned=problem.pinned | (past & keep), forbidden=problem.forbidden | (past & ~keep)
    )


def _fewest(
    problem: AllocationProblem, keep: Bools, free: Solution, solved: Callable[[AllocationProblem], Solution]
) -> tuple[Solution, bool]:
    """Return the best of the plans that keep most published awards, and whether both halves are proven.

    First the most that can be kept: scores of 1 for them, nothing else allowed, no costs. Then the best plan,
    with a bonus for each that is kept. With a bonus above (bound of any plan - value of one that keeps most)
    no plan that keeps fewer can win; and whatever the bonus, a winner that keeps most is the best of those,
    as the bonus is then the same for all of them.
    """
    most = solved(
        replace(
            problem,
            score=keep.astype(np.int64),
            forbidden=problem.forbidden | ~(keep | problem.pinned),
            groups=tuple(replace(group, slope=np.zeros_like(group.slope)) for group in problem.groups),
            penalty=no_penalty(),
        )
    )
    count = int(keep[most.awards].sum())
    held = np.zeros(len(problem), dtype=np.bool_)
    held[most.awards] = True
    floor = solved(replace(problem, pinned=problem.pinned | (held & keep)))
    limit = free.bound if free.bound is not None else free.objective
    needed = int(limit or 0) - int(floor.objective or 0) + 1
    # Scores may be 10^12 units at most (``groups.MOST``); a smaller bonus mostly does, and is checked below.
    bonus = min(needed, MOST - int(np.abs(problem.score).max(initial=0)))
    plan = solved(replace(problem, score=problem.score + np.where(keep, max(0, bonus), 0)))
    proven = most.status is Status.OPTIMAL and plan.status is Status.OPTIMAL
    if int(keep[plan.awards].sum()) < count:
        return floor, False
    return plan, proven


def _judged(problem: AllocationProblem, plan: Solution, free: Solution) -> Solution:
    """Return the amended plan as an answer to the problem itself; the free plan's bound holds for it."""
    return desk.judged(
        JOB, problem, plan.awards, method=free.method, seed=free.seed, bound=free.bound, proof=free.proof,
        cut=plan.cut or free.cut,
    )  # fmt: skip
