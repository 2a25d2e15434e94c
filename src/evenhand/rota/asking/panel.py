"""How even a rota is: a rota's own figures, each beside what whole turns allow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.shares import TICKS
from evenhand.core.statement import Statement
from evenhand.measures import figure
from evenhand.measures.evenness import cv_floor
from evenhand.rota.judging.judge import nearest, statement_of
from evenhand.rota.problem import POLICIES, RotaProblem
from evenhand.rota.solving.model.presence import member_days, member_on
from evenhand.rota.solving.model.standing import Standing


@dataclass(frozen=True, slots=True)
class Fairness:
    """A rota's panel; ``str`` prints it.

    Attributes:
        cv_due: variation of turns served over turns due, everybody counted once; 0 is even.
        cv_days: variation of turns served over days of membership, 0 is even.
        floor: least variation that whole turns allow where everybody is due the mean: sqrt(f(1 - f)) / e.
        nearest: ``cv_due`` of the nearest whole outcome.
        expected: mean turns due, e of the floor.
        spread: largest lag minus smallest among the members, in turns.
        wait: longest wait in cycles, a cycle being one turn of one's own entitlement.
        waiter: who waited that long.
        gini: Gini of served over due, 0 even.
    """

    cv_due: float
    cv_days: float
    floor: float
    nearest: float
    expected: float
    spread: float
    wait: float
    waiter: str
    gini: float

    def __str__(self) -> str:
        rows = (
            ("Variation by what was due", f"{self.cv_due:.1%}", f"nearest whole outcome {self.nearest:.1%}"),
            ("Variation by calendar days", f"{self.cv_days:.1%}", "below 10% is the aim, where it can be"),
            (
                "Floor of the variation",
                f"{self.floor:.1%}",
                f"whole turns, {self.expected:.2f} due on average",
            ),
            ("Spread of lags", f"{self.spread:.2f} turns", "largest minus smallest among the members"),
            (
                "Longest wait",
                f"{self.wait:.2f} cycles",
                f"{self.waiter or 'nobody'}; 1 is a turn of one's own share",
            ),
            ("Gini", f"{self.gini:.3f}", "0 is even"),
        )
        return "\n".join(f"{name:<28}{value:>12}  {remark}" for name, value, remark in rows)


@said_in_words
def fairness(problem: RotaProblem, awards: Ints) -> Fairness:
    """Measure a plan and the history before it. Cost O(slots x people).

    Args:
        problem: the rota.
        awards: the plan, as the judge takes it.

    Returns:
        The figures. People to whom nothing was due and who served nothing are left out of the variations.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> fair = eh.rota.fairness(solution.problem, solution.awards)
        >>> fair.spread
        0.0
    """
    statement = statement_of(problem, awards)
    served, due = statement.received, statement.entitlement
    inside = (due > 0) | (served > 0)
    # Whoever served without anything due to them still counts: 1 tick stands for nothing, as a variation
    # divides by it.
    claims = np.maximum(due, 1)[inside]
    end = int(problem.slot_end.max(initial=int(problem.history_day.max(initial=0))))
    # At least 1 day, for the same reason.
    days = np.maximum(member_days(problem, end + 1), 1)[inside]
    lag = statement.lag[member_on(problem, end)]
    expected = float(due[inside].mean()) / TICKS if inside.any() else 0.0
    wait, waiter = waits(problem, awards)
    cv_due, gini = evenness(statement)
    return Fairness(
        cv_due=cv_due,
        cv_days=_figure("cv", served[inside], days),
        floor=cv_floor(expected),
        nearest=_figure("cv", nearest(problem, awards)[inside], claims),
        expected=expected,
        spread=float(lag.max() - lag.min()) / TICKS if lag.size else 0.0,
        wait=wait,
        waiter=waiter,
        gini=gini,
    )


def evenness(statement: Statement) -> tuple[float, float]:
    """Return variation (CV) and Gini of turns served over turns due, everybody counted once; 0 is even."""
    served, due = statement.received, statement.entitlement
    inside = (due > 0) | (served > 0)
    claims = np.maximum(due, 1)[inside]
    return _figure("cv", served[inside], claims), _figure("gini", served[inside], claims)


def _figure(name: str, units: Ints, weights: Ints) -> float:
    return figure(name, units.tolist(), weights.tolist()) if len(units) and units.any() else 0.0


def waits(problem: RotaProblem, awards: Ints) -> tuple[float, str]:
    """Return the longest wait in cycles, and whose: turns that became due between two own turns.

    Also counted are the wait for the first turn and the one still running at the end. Shares are those of the
    slots under ``present`` and ``member``; under ``day`` and ``count`` those of the ledger.
    """
    # Waits are counted in turns that became due, and only shares of slots say when that was.
    if not problem.policy.grows.by_slot:
        problem = replace(problem, policy=POLICIES["ledger"])
    standing = Standing(problem)
    longest = np.zeros(len(problem.people), dtype=np.int64)
    for slot in range(len(problem.slot_start)):
        standing.open(slot)
        # Before serving: the turn itself ends the wait.
        np.maximum(longest, standing.since, out=longest)
        standing.serve_by(awards)
    who = int(longest.argmax())
    return float(longest[who]) / TICKS, problem.people[who] if longest[who] else ""
