"""What a policy does over years: people come, leave and are away, and every slot is planned as it comes.

Every policy is measured with one yardstick, the ledger's: turns due by the shares of the slots that one was
there for, minus turns served.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Floats, Ints
from evenhand.core.errors import InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.core.shares import TICKS
from evenhand.rota.asking.panel import evenness
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.problem import OPEN, RotaProblem
from evenhand.rota.problem.policies import POLICIES, policy_named
from evenhand.rota.solving.model.standing import Standing
from evenhand.rota.solving.online import online

# A Monday; any would do, as only differences of days count.
START: Final = date(2026, 1, 5).toordinal()
WEEKS_A_YEAR: Final = 52
# Everybody begins at 0 on one day, which no running team does; the first years would show that and not the
# policy.
SETTLING: Final = 2
"""Years before the spread counts: policies may settle first."""


@dataclass(frozen=True, eq=False)
class LongRun:
    """Figures of one policy over a simulated history.

    Attributes:
        policy: its name.
        people: members at any time, n.
        spread: largest spread of lags among the members after any slot of the third year or later, in turns;
            end: the spread at the end; mean: its mean over the same slots.
        wait: longest wait in cycles of one's own entitlement.
        cv, gini: variation and Gini of turns served over turns due by the end, of everybody ever due any.
        days: first day of every slot, ordinals, shape (S,).
        low, high: smallest and largest lag among members after each slot, in turns, shape (S,).
    """

    policy: str
    people: int
    spread: float
    end: float
    mean: float
    wait: float
    cv: float
    gini: float
    days: Ints = field(repr=False)
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)

    @property
    def row(self) -> dict[str, Any]:
        """The figures as a row of a table."""
        return {
            "policy": self.policy,
            "people": self.people,
            "spread at the end": round(self.end, 2),
            "mean spread": round(self.mean, 2),
            "largest spread": round(self.spread, 2),
            "longest wait (cycles)": round(self.wait, 2),
            "CV": round(self.cv, 3),
            "Gini": round(self.gini, 3),
        }


@said_in_words
def churn(
    people: int,
    *,
    years: int = 20,
    seats: int = 1,
    absence: float = 0.08,
    turnover: float = 0.2,
    seed: int = 0,
) -> RotaProblem:
    """Make a rota of weekly slots in which people come, leave and are away.

    Args:
        people: members at any time, >= 2; whoever leaves is replaced in the same week.
        years: years of 52 weeks.
        seats: seats a week.
        absence: part of the time that members are away, in blocks of two weeks.
        turnover: part of the members that leave in a year.
        seed: another seed, another history.

    Raises:
        InputError: fewer than two people, or a part that is not a part.

    Cost: linear in the people and weeks.

    Example:
        >>> import evenhand as eh
        >>> problem = eh.rota.churn(4, years=1, seed=7)
        >>> len(problem.people) >= 4, len(problem.seats)
        (True, 52)
    """
    if people < 2 or years < 1 or seats < 1 or not 0 <= absence < 1 or not 0 <= turnover < 1:  # noqa: PLR2004 - two share
        raise InputError.one(
            "a setting of the simulation is out of range",
            "Give at least 2 people, 1 year and 1 seat, and parts from 0 to below 1",
        )
    draw = stream(seed, f"rota churn {people}")
    weeks = years * WEEKS_A_YEAR
    # The weekly chance that comes to the turnover over 52 weeks, people leaving independently.
    leaves = 1 - (1 - turnover) ** (1 / WEEKS_A_YEAR)
    seat = np.arange(people)
    begin, periods = [START] * people, []
    count = people
    away: list[tuple[int, int, int]] = []
    for week in range(weeks):
        day = START + 7 * week
        # Nobody leaves in the first week, so that everybody has been a member for at least one.
        gone = np.flatnonzero(draw.random(people) < leaves) if week else np.zeros(0, dtype=np.int64)
        for index in gone.tolist():
            periods.append((int(seat[index]), begin[index], day - 1))
            seat[index], begin[index] = count, day
            count += 1
        # Absences are blocks of two weeks that do not overlap, so one draw a block gives the part asked
        # for.
        if week % 2 == 0:
            out = seat[draw.random(people) < absence].tolist()
            away += [(who, day, day + 13) for who in out]
    periods += [(int(who), begin[index], OPEN) for index, who in enumerate(seat)]
    spans, absent = np.array(sorted(periods)), np.array(sorted(away)).reshape(-1, 3).astype(np.int64)
    slots = np.arange(weeks) * 7 + START
    ones = np.ones(weeks, dtype=np.int64)
    width = len(str(count))
    return RotaProblem(
        people=tuple(f"P{index:0{width}d}" for index in range(count)),
        weight=np.ones(count, dtype=np.int64),
        period_person=spans[:, 0], period_start=spans[:, 1], period_end=spans[:, 2],
        slot_start=slots, slot_end=slots, seats=seats * ones, load=ones, slot_duty=0 * ones,
        absent_person=absent[:, 0].copy(), absent_from=absent[:, 1].copy(), absent_to=absent[:, 2].copy(),
        policy=POLICIES["ledger"],
    )  # fmt: skip


@said_in_words
def long_run(
    people: Sequence[int] = (4, 20, 200),
    policies: Sequence[str] = tuple(POLICIES),
    *,
    years: int = 20,
    seats: int | None = None,
    absence: float = 0.08,
    turnover: float = 0.2,
    seed: int = 0,
) -> list[LongRun]:
    """Run policies over one and the same history for each number of people.

    Args:
        people: numbers of members.
        policies: names.
        years: as for ``churn``, like the following.
        seats: seats a week; one for every twenty members if not given.
        absence: part of the time that members are away.
        turnover: part of the members that leave in a year.
        seed: another seed, another history.

    Returns:
        One entry for each number of people and policy, in that order. Cost O(slots x people ever) each.

    Example:
        >>> import evenhand as eh
        >>> (run,) = eh.rota.long_run((4,), ("ledger",), years=1)
        >>> run.policy, run.people
        ('ledger', 4)
    """
    out = []
    for count in people:
        wide = max(1, count // 20) if seats is None else seats
        # One history for all policies of a team size: they differ by the policy alone.
        world = churn(count, years=years, seats=wide, absence=absence, turnover=turnover, seed=seed)
        for name in policies:
            problem = replace(world, policy=policy_named(name))
            answer = online.run(problem, 0, Limits(), Progress())
            assert answer.awards is not None  # noqa: S101 - nothing can stop this progress
            out.append(_measured(world, name, count, answer.awards))
    return out


def _measured(world: RotaProblem, name: str, count: int, awards: Ints) -> LongRun:
    standing = Standing(world)
    slots = len(world.slot_start)
    low, high = np.zeros(slots), np.zeros(slots)
    wait = 0
    for slot in range(slots):
        standing.open(slot)
        # Before the turn is served, as serving sets it back to 0.
        wait = max(wait, int(standing.since.max()))
        standing.serve_by(awards)
        lag = standing.lag[standing.inside]
        low[slot], high[slot] = lag.min() / TICKS, lag.max() / TICKS
    spread = high - low
    # A run shorter than the settling time is measured at its last slot.
    settled = min(SETTLING * WEEKS_A_YEAR, slots - 1)
    # The world's own policy is the ledger, so that all policies are measured by one yardstick.
    variation, concentration = evenness(statement_of(world, awards))
    return LongRun(
        policy=name, people=count,
        spread=float(spread[settled:].max()),
        end=float(spread[-1]), mean=float(spread[settled:].mean()), wait=wait / TICKS,
        cv=variation, gini=concentration,
        days=world.slot_start, low=low, high=high,
    )  # fmt: skip
