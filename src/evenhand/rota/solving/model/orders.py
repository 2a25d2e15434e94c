"""Who is next: a small class for each order of a policy. Adding one is a class and a line in ``ORDERS``.

An order gives every person a value; the largest is next. Values are needed exactly, because ties are common
(equal people stand alike) and go to the longest wait and then the seeded draw, not to rounding. They are also
needed fast, for hundreds of people at a million slots. So each order has two forms: ``rough`` in floats for
everybody at once, and ``exact`` as a fraction for the few that floats cannot tell apart.

Under the accruals ``day`` and ``count`` what is due is ``weight x days x turns / whole`` of the system's rate
(turns / whole), or nothing; under ``present`` and ``member`` it is kept in ticks, and lags are whole.

References:
    Stoica and Abdel-Wahab, *Earliest eligible virtual deadline first* (Old Dominion University, 1995).
    Anderson and Srinivasan, *Mixed Pfair/ERfair scheduling of asynchronous periodic tasks* (Journal of
    Computer and System Sciences, 2004).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.shares import TICKS

if TYPE_CHECKING:
    from evenhand.rota.solving.model.standing import Standing


NEAR: Final = 1e-11
"""Values nearer than this part of the terms they are made of are compared exactly. A value is made of five
roundings of 1.1e-16 each; a hundred times wider costs nothing but a few more fractions, a thousand times
narrower would let rounding decide."""


class OrderRule(Protocol):
    """What an order is made of."""

    by_wait: bool
    """Whether it looks at nothing but how long somebody has waited, whatever they are owed."""

    counts_days: bool
    """Whether it needs days of membership even where entitlement grows by slots."""

    steady_totals: bool
    """Whether serving one person leaves everybody else's place as it was even where what is due depends on
    all turns served, so that several seats of a slot can be filled from one ranking."""

    def rough(self, standing: Standing, who: Ints) -> tuple[Floats, float]:
        """Return a value for each person in floats, and how large the terms are that it was made of."""

    def exact(self, standing: Standing, person: int) -> Fraction:
        """Return one person's value exactly."""

    def facts(self, standing: Standing) -> tuple[Ints | Bools, ...]:
        """Return what a value is made of, a column each, shape (P,): equal facts, equal values."""

    def ranked(self, standing: Standing, who: Ints) -> list[int] | None:
        """Return the whole order where it is no order of values, else None."""

    def as_good(self, standing: Standing, who: Ints, first: int) -> Ints:
        """Return those whom the order may take in place of the first of them, the first included."""


class Absolute:
    """The largest lag. Long memberships weigh more than short ones."""

    by_wait = counts_days = steady_totals = False

    def rough(self, standing: Standing, who: Ints) -> tuple[Floats, float]:
        """Return lags in turns (in ticks where entitlement is kept in ticks)."""
        if standing.by_slot:
            # Views count like the total: the sum of lags is what serving lowers most in squares.
            lag = (standing.lag[who] + standing.view_pull[who]).astype(np.float64)
            return lag, float(np.abs(lag).max(initial=1.0))
        due = standing.rate_due(who)
        served = standing.served[who] + standing.view_pull[who]
        return due - served, float(max(due.max(initial=1.0), served.max(initial=1)))

    def exact(self, standing: Standing, person: int) -> Fraction:
        """Return the lag."""
        if standing.by_slot:
            return Fraction(int(standing.lag[person] + standing.view_pull[person]))
        counted = int(standing.served[person] + standing.view_pull[person])
        return standing.rate_due_exact(person) - counted

    def facts(self, standing: Standing) -> tuple[Ints | Bools, ...]:
        """Return lag, or turns, days and weight."""
        # Equal facts must mean equal values; a column more than needed only costs a fraction more.
        if standing.by_slot:
            return (standing.lag + standing.view_pull, standing.days, standing.problem.weight)
        problem, counted = standing.problem, standing.served + standing.view_pull
        return (counted, standing.days, problem.weight, problem.earlier_claim, standing.turns > 0)

    def ranked(self, standing: Standing, who: Ints) -> list[int] | None:
        """Return None: the values say it all."""
        del standing, who
        return None

    def as_good(self, standing: Standing, who: Ints, first: int) -> Ints:
        """Return those of exactly the same value: only the wait and the draw put them behind."""
        rough, size = self.rough(standing, who)
        near = who[np.abs(rough - rough[who == first]) <= NEAR * size]
        facts = np.stack([fact[near] for fact in self.facts(standing)])
        alike = (facts == facts[:, near == first]).all(axis=0)
        # Equal facts are equal values; of other facts a fraction decides, and few are as near as that.
        value = None if alike.all() else self.exact(standing, first)
        same = [
            equal or self.exact(standing, person) == value
            for person, equal in zip(near.tolist(), alike.tolist(), strict=True)
        ]
        return np.asarray(near[same])


class Relative(Absolute):
    """The largest lag a day of membership, so that everybody's turns a day come near to each other."""

    counts_days = True

    def rough(self, standing: Standing, who: Ints) -> tuple[Floats, float]:
        """Return lags a day."""
        lag, size = super().rough(standing, who)
        policy, days = standing.policy, standing.days[who]
        # The least number of days keeps somebody who joined today from having a huge lag a day.
        span = np.maximum(standing.claim_days()[who], standing.problem.weight[who] * policy.min_days)
        value = lag / span
        if policy.damping_days:
            value = value * (np.minimum(days, policy.damping_days) / policy.damping_days)
        return value, size / float(span.min(initial=1))

    def exact(self, standing: Standing, person: int) -> Fraction:
        """Return the lag a day."""
        policy, days = standing.policy, int(standing.days[person])
        least = int(standing.problem.weight[person]) * policy.min_days
        value = super().exact(standing, person) / max(int(standing.claim_days()[person]), least)
        if policy.damping_days:
            value *= Fraction(min(days, policy.damping_days), policy.damping_days)
        return value


class Lag(Absolute):
    """The largest lag plus what became due since the last own turn: the earliest deadline of the eligible."""

    def rough(self, standing: Standing, who: Ints) -> tuple[Floats, float]:
        """Return 100 lags + alpha percent of what became due since the last own turn."""
        lag, size = super().rough(standing, who)
        alpha = standing.policy.alpha_percent
        more = standing.since[who] if standing.by_slot else standing.rate_due(who, standing.days_waited(who))
        # Times 100, because alpha is kept in whole percent: fractions then have no denominator of their
        # own.
        return 100 * lag + alpha * more, size * (100 + alpha)

    def exact(self, standing: Standing, person: int) -> Fraction:
        """Return the same exactly."""
        if standing.by_slot:
            more = Fraction(int(standing.since[person]))
        else:
            waited = int(standing.days_waited(np.array([person]))[0])
            more = standing.rate_due_exact(person, waited, credit=False)
        return 100 * super().exact(standing, person) + standing.policy.alpha_percent * more

    def facts(self, standing: Standing) -> tuple[Ints | Bools, ...]:
        """Return those of the largest lag, and since when it grew."""
        return (*super().facts(standing), standing.since, standing.last_days)

    def ranked(self, standing: Standing, who: Ints) -> list[int] | None:
        """Order people of unequal weights by deadline: with those a plain largest lag breaks quota."""
        weight = standing.problem.weight[who]
        if not standing.by_slot or standing.problem.views or (weight == weight[0]).all():
            return None
        turn = int(standing.problem.load[standing.slot]) * TICKS
        return deadline_rank(who, standing.lag, standing.accrued, turn, standing.waits, standing.draw)

    def as_good(self, standing: Standing, who: Ints, first: int) -> Ints:
        """Return those owed at least as much: serving them evens the accounts as well, whoever waited longer.

        With unequal weights it is those of the same deadline, as there the largest lag alone breaks quota.
        """
        if not standing.by_slot:
            return super().as_good(standing, who, first)
        if self.ranked(standing, who) is None:
            owed = standing.lag + standing.view_pull
            return np.asarray(who[owed[who] >= owed[first]])
        turn = int(standing.problem.load[standing.slot]) * TICKS

        def due(person: int) -> tuple[int, ...]:
            return deadline(int(standing.lag[person]), int(standing.accrued[person]), turn)

        first_due = due(first)
        return np.asarray(who[[due(person) == first_due for person in who.tolist()]])


class Turn:
    """The longest since the last turn: round robin."""

    by_wait = steady_totals = True
    counts_days = False

    def rough(self, standing: Standing, who: Ints) -> tuple[Floats, float]:
        """Return minus the day of the last turn (added up over the total and the slot's views)."""
        return -standing.waited_since()[who].astype(np.float64), 1.0

    def exact(self, standing: Standing, person: int) -> Fraction:
        """Return the same exactly."""
        return Fraction(-int(standing.waited_since()[person]))

    def facts(self, standing: Standing) -> tuple[Ints | Bools, ...]:
        """Return the day of the last turn."""
        return (standing.waited_since(),)

    def ranked(self, standing: Standing, who: Ints) -> list[int] | None:
        """Return None: the values say it all."""
        del standing, who
        return None

    def as_good(self, standing: Standing, who: Ints, first: int) -> Ints:
        """Return those who have waited as long."""
        since = standing.waited_since()
        return np.asarray(who[since[who] == since[first]])


def deadline_rank(who: Ints, lag: Ints, share: Ints, turn: int, waits: Ints, draw: Ints) -> list[int]:
    """Order people of unequal weights by earliest deadline among the eligible.

    Eligible is who would not get a whole turn ahead; the deadline is the slot in which they would fall a
    whole turn behind, if shares stay as they are. Equal deadlines: first those whose next window overlaps
    this one, then the latest group deadline (PD2), the longest wait, the draw.

    Args:
        who: codes of the people to order.
        lag: ticks owed, this slot's share in it, shape (P,).
        share: ticks that this slot made due, shape (P,).
        turn: ticks of one turn.
        waits: day since which each waits, shape (P,).
        draw: last tie-break, shape (P,).
    """

    def key(person: int) -> tuple[int, ...]:
        return (*deadline(int(lag[person]), int(share[person]), turn), int(waits[person]), int(draw[person]))

    return sorted((int(person) for person in who), key=key)


def deadline(owed: int, share: int, turn: int) -> tuple[int, int, int, int]:
    """Return how soon a turn is due, the sooner the smaller: by what is owed and this slot's share."""
    # At least 1 tick: whoever has no share in this slot has a deadline far away, and no division by 0.
    rate = max(share, 1)
    # In how many slots, if shares stay, they would be owed a whole turn; rounded up by the double minus.
    slots, even = -((owed - turn) // rate), (turn - owed) % rate == 0
    # Only somebody due more than half a turn a slot has windows of two slots, which hang together.
    group = _group_deadline(owed, rate, turn) if 2 * rate > turn else 0
    # Those owed nothing come last whatever their deadline: serving them now could put them a whole turn
    # ahead.
    return (int(owed <= 0), slots, int(even), -group)


def _group_deadline(lag: int, rate: int, turn: int) -> int:
    """Return the slot until which the windows of a heavy weight hang together."""
    # Limited so that it always ends: the windows hang together for that long only where a share is within a
    # thousandth of a whole turn.
    for step in range(1, 1000):
        slots, rest = divmod(step * turn - lag, rate)
        if not rest:
            return slots
        after = -((lag - (step + 1) * turn) // rate)
        if after - (slots + 1) > 1:
            return after - 1
    return slots


ORDERS: Final[dict[str, OrderRule]] = {
    "absolute": Absolute(),
    "relative": Relative(),
    "lag": Lag(),
    "turn": Turn(),
}
"""The class of each order that a policy can name."""
