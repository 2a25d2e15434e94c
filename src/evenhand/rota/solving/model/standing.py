"""Who stands where, slot by slot: the engine of the policies, replayed in O(people) array steps a slot.

Entitlement under ``present`` and ``member`` is kept in integer ticks. Each slot's ticks, and the few that the
division of the slot before left over (the ``pot``, less than one tick a unit of weight), are shared by
weight: so equal people keep exactly equal standings, and the lags and the pot always sum to exactly 0.
Under ``day`` and ``count`` standings are fractions, compared by cross-multiplication.

References:
    Tijdeman, *The chairman assignment problem* (1980), doi:10.1016/0012-365X(80)90269-1.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from evenhand.core.seeded import keys
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import NEW_DAYS
from evenhand.rota.solving.model.entitlement import history, poured, share_of
from evenhand.rota.solving.model.presence import able, member_days, member_days_at, member_on, seat_able
from evenhand.rota.solving.model.ranks import by_value, deadline_rank, seated

__all__ = ["Standing"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Standing:
    """The state before and after each slot; ``open`` a slot, ask ``ranked``, then ``serve`` it.

    Attributes:
        lag: ticks owed under ``present`` and ``member``; minus what was served under ``count``; shape (P,).
        since: ticks that became due since the last own turn, shape (P,).
        served: units of load served, history included; turns: turns served, shape (P,).
        waits: day of the last turn, or of joining for those without one, shape (P,).
        pot: ticks not yet anybody's.
    """

    def __init__(self, problem: RotaProblem, seed: int = 0, able_to: Bools | None = None) -> None:
        self.problem, self.policy = problem, problem.policy
        self.weight = problem.weight // np.gcd.reduce(problem.weight)
        self.able_to = able(problem) if able_to is None else able_to
        past = history(problem)
        self.served, self.turns = past.served.copy(), past.turns.copy()
        self.shared = self.policy.accrual in {"present", "member"}
        self.lag = past.due - past.served * TICKS if self.shared else np.zeros_like(past.due)
        self.since = past.since_last.copy()
        people = len(problem.people)
        joined = np.full(people, 2**40, dtype=np.int64)
        np.minimum.at(joined, problem.period_person, problem.period_start)
        self.waits = np.where(past.last > 0, past.last, joined)
        self.last_days = member_days_at(problem, past.last)
        self.draw = np.argsort(np.argsort(keys(seed, problem.people, "rota"), kind="stable"), kind="stable")
        self.pot = 0
        self.inside = np.ones(people, dtype=bool)
        left = np.flatnonzero(problem.left_with).tolist()
        self.left_with: dict[int, int] = {who: int(problem.left_with[who]) for who in left}
        self.days = np.zeros(people, dtype=np.int64)
        self.slot = -1
        self.accrued = np.zeros(people, dtype=np.int64)

    def open(self, slot: int) -> None:
        """Book who came and left, and what the slot makes due."""
        day = int(self.problem.slot_start[slot])
        self.slot = slot
        self.days = member_days(self.problem, day)
        self.accrued[:] = 0
        if not self.shared:
            return
        self._doors(member_on(self.problem, day))
        self._accrue(slot)

    def _doors(self, inside: Bools) -> None:
        """Share the lag of those who left among those who stay; give returners theirs back.

        Where nobody stays there is nobody to share it: lags are kept as they are.
        """
        stay = inside & self.inside
        weight = self.weight * stay
        if stay.any():
            for who in np.flatnonzero(self.inside & ~inside).tolist():
                # who left before the plan has something waiting already, and no more to share
                self.left_with[who] = self.left_with.get(who, 0) + int(self.lag[who])
                self._spread(int(self.lag[who]), weight)
                self.lag[who] = 0
            for who in np.flatnonzero(inside & ~self.inside).tolist():
                back = self.left_with.pop(who, 0)
                self._spread(-back, weight)
                self.lag[who] += back
        self.inside = inside

    def _spread(self, ticks: int, weight: Ints) -> None:
        each, left = divmod(ticks, int(weight.sum()))
        self.lag += each * weight
        self.pot += left

    def _accrue(self, slot: int) -> None:
        problem, here = self.problem, self.able_to[slot]
        count = int(here.sum())
        if not count:
            return
        takers = self.inside if self.policy.accrual == "member" else here
        turn = int(problem.load[slot]) * TICKS
        start = int(problem.first_seat[slot])
        seats = int(problem.seats[slot])
        if (problem.seat_skill[start : start + seats] >= 0).any():
            self.accrued = share_of(problem, slot, here)
        else:
            self._by_weight(min(seats, count) * turn, turn, takers)
        self.lag += self.accrued
        self.since += self.accrued

    def _by_weight(self, total: int, turn: int, takers: Bools) -> None:
        weight = self.weight * takers
        whole = int(weight.sum())
        each, left = divmod(total + self.pot, whole)
        part = each * weight
        if int(part.max()) > turn:
            part = poured(total, weight, np.where(takers, turn, 0))
            left = self.pot + total - int(part.sum())
        self.accrued, self.pot = part, left

    def serve(self, who: Ints, load: int) -> None:
        """Book turns of the open slot."""
        day = int(self.problem.slot_start[self.slot])
        self.served[who] += load
        self.turns[who] += 1
        self.waits[who] = day
        self.last_days[who] = self.days[who]
        if self.shared:
            self.lag[who] -= load * TICKS
            self.since[who] = 0

    def lags(self) -> Ints:
        """Return the lags in ticks with the pot shared out, shape (P,), summing to exactly 0.

        While a slot is open they sum to what it is worth, until it is served.

        Under ``day`` and ``count`` what is due is the turns served so far, shared by days or equally.
        """
        if self.shared:
            inside = self.inside if self.inside.any() else np.ones_like(self.inside)
            sign = 1 if self.pot >= 0 else -1
            out = self.lag.copy()
            out += sign * largest_remainder(abs(self.pot), self.weight * inside)
            return out
        claim = self.problem.weight * self.days if self.policy.accrual == "day" else np.ones_like(self.days)
        if not claim.any():
            claim = np.ones_like(self.days)
        total = int(self.served.sum()) * TICKS
        return largest_remainder(total, claim) - self.served * TICKS

    def value(self, who: int) -> Fraction:
        """Return a person's standing in the open slot, exactly: the larger, the sooner their turn."""
        top, bottom = self._parts(np.array([who]))
        return Fraction(int(top[0]), int(bottom[0]))

    def ranked(self, among: Bools | None = None) -> list[int]:
        """Return the able people of the open slot in order of whose turn it is."""
        here = self.able_to[self.slot] if among is None else among
        who = np.flatnonzero(here)
        if not len(who):
            return []
        weight = self.problem.weight[who]
        if self.shared and self.policy.order == "lag" and (weight != weight[0]).any():
            turn = int(self.problem.load[self.slot]) * TICKS
            return deadline_rank(who, self.lag, self.accrued, turn, self.waits, self.draw)
        return self._by_value(who)

    def _by_value(self, who: Ints) -> list[int]:
        if self.policy.order == "turn":
            order = np.lexsort((self.draw[who], self.waits[who]))
            return [int(at) for at in who[order]]
        top, bottom = self._parts(who)
        ranks = by_value(top, bottom, self.waits[who], self.draw[who])
        return [int(who[at]) for at in ranks]

    def _parts(self, who: Ints) -> tuple[list[int], list[int]]:
        """Return numerator and denominator of each standing; the denominator is above 0."""
        policy, weight = self.policy, [int(value) for value in self.problem.weight[who]]
        days = [int(value) for value in self.days[who]]
        due, unit = self._due(who, weight, days)
        served = [int(value) for value in self.served[who]]
        top = [owed - unit * units for owed, units in zip(due, served, strict=True)]
        if self.shared:
            top = [int(value) for value in self.lag[who]]
        bottom = [unit] * len(top)
        if policy.order == "lag":
            grown = self._grown(who, weight, days)
            top = [100 * lag + policy.alpha_percent * more for lag, more in zip(top, grown, strict=True)]
        elif policy.order == "turn":
            top, bottom = [-int(day) for day in self.waits[who]], [1] * len(top)
        elif policy.order == "relative":
            bottom = [
                unit * claim * max(day, policy.min_days) for claim, day in zip(weight, days, strict=True)
            ]
            soft = policy.damping_days
            if soft:
                top = [value * min(day, soft) for value, day in zip(top, days, strict=True)]
                bottom = [value * soft for value in bottom]
        return top, bottom

    def _due(self, who: Ints, weight: list[int], days: list[int]) -> tuple[list[int], int]:
        """Return what is due by days, and the unit it is counted in (days of all who take part)."""
        if self.policy.accrual != "day":
            return [0] * len(days), 1
        turns, whole = self._system()
        credit = self.policy.offset_percent
        due = [100 * claim * day * turns for claim, day in zip(weight, days, strict=True)]
        if credit:
            new = [not self.turns[one] and day < NEW_DAYS for one, day in zip(who, days, strict=True)]
            due = [
                value - value * credit // 100 if fresh else value
                for value, fresh in zip(due, new, strict=True)
            ]
        return due, 100 * whole

    def _system(self) -> tuple[int, int]:
        """Return turns and days of those who set the system's rate; (0, 1) where there are none."""
        least = self.policy.established_days
        part = self.days >= least if least else self.turns > 0
        days = int((self.days * self.problem.weight)[part].sum())
        return (int(self.served[part].sum()), days) if days else (0, 1)

    def _grown(self, who: Ints, weight: list[int], days: list[int]) -> list[int]:
        """Return what became due since the last own turn, in the unit of the standing."""
        if self.shared:
            return [int(value) for value in self.since[who]]
        if self.policy.accrual == "count":
            return [0] * len(days)
        turns, _ = self._system()
        return [
            100 * claim * (day - int(last)) * turns
            for claim, day, last in zip(weight, days, self.last_days[who], strict=True)
        ]

    def pick(self, among: Bools, fits: Bools | None = None) -> list[int]:
        """Choose whom to put in each seat of the open slot, -1 for a seat that nobody can take.

        Args:
            among: who may be chosen, shape (P,).
            fits: who could take each seat, shape (seats, P); by skills if None.

        Returns:
            A person a seat. The largest number of seats is filled; among such choices the first in order come
            first (the greedy choice of a transversal matroid).
        """
        seats = int(self.problem.seats[self.slot])
        start = int(self.problem.first_seat[self.slot])
        plain = fits is None and (self.problem.seat_skill[start : start + seats] < 0).all()
        chosen: list[int] = []
        if plain:
            while len(chosen) < seats:
                left = among.copy()
                left[chosen] = False
                rank = self.ranked(left)
                take = rank[: seats - len(chosen)] if self.shared or self.policy.order == "turn" else rank[:1]
                if not take:
                    break
                chosen += take
                self.serve(np.array(take), int(self.problem.load[self.slot]))
            return chosen + [-1] * (seats - len(chosen))
        fits = seat_able(self.problem, self.slot, among) if fits is None else fits & among
        chosen = seated(fits, self.ranked(among & fits.any(axis=0)))
        self.serve(
            np.array([who for who in chosen if who >= 0], dtype=np.int64), int(self.problem.load[self.slot])
        )
        return chosen
