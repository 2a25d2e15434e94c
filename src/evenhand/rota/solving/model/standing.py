"""Who stands where, slot by slot: the engine of the policies, replayed in O(people) array steps a slot.

Entitlement under ``present`` and ``member`` is kept in integer ticks. Each slot's ticks, and the few that the
division of the slot before left over (``undivided``, less than one tick a unit of weight), are shared by
weight: so equal people keep exactly equal standings, and lags and undivided ticks always sum to exactly 0.
Under ``day`` and ``count`` standings are fractions; floats sort them, and runs that floats cannot tell apart
are sorted again exactly (``orders.py``).

References:
    Tijdeman, *The chairman assignment problem* (1980), doi:10.1016/0012-365X(80)90269-1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.seeded import keys
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import ACCRUALS, NEW_DAYS
from evenhand.rota.solving.model.company import Company, meets
from evenhand.rota.solving.model.entitlement import history, poured, share_of
from evenhand.rota.solving.model.orders import NEAR, ORDERS
from evenhand.rota.solving.model.presence import able, member_days, member_on, seat_able
from evenhand.rota.solving.model.seating import seated

KEPT = ("served", "turns", "lag", "since", "waits", "last_days", "days", "inside",
        "view_lag", "view_served", "view_waits")  # fmt: skip
"""The columns of a standing that change from slot to slot."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A standing as it was, to go back to.

    Attributes:
        columns: what ``KEPT`` names, copied.
        left_with: ticks that wait for those who left.
        undivided: ticks not yet anybody's.
        era: the run of days between two changes of membership.
        met: how often each two have met, None where nobody asks.
    """

    columns: dict[str, Ints] = field(repr=False)
    left_with: dict[int, int]
    undivided: int
    era: int
    met: Ints | None = field(repr=False)

    @property
    def view_waits(self) -> Ints:
        """Day of the last turn in each view, shape (views, P)."""
        return self.columns["view_waits"]


class Standing:
    """The state before and after each slot; ``open`` a slot, ask ``ranked``, then ``serve`` it.

    Attributes:
        by_slot: whether entitlement grows by each slot's shares (``present``, ``member``), in ticks.
        lag: ticks owed under ``present`` and ``member``, shape (P,); 0 otherwise.
        since: ticks that became due since the last own turn, shape (P,).
        served: units of load served, history included; turns: turns served, shape (P,).
        waits: day of the last turn, or that before joining for those without one, shape (P,).
        days: days of membership up to the open slot, shape (P,).
        undivided: ticks not yet anybody's.
    """

    def __init__(self, problem: RotaProblem, seed: int = 0, able_to: Bools | None = None) -> None:
        self.problem, self.policy = problem, problem.policy
        self.accrual, self.order = ACCRUALS[problem.policy.accrual], ORDERS[problem.policy.order]
        self.by_slot = self.accrual.by_slot
        # Only proportions matter. Small weights leave few ticks undivided: fewer than the
        # sum of the weights.
        self.weight = problem.weight // np.gcd.reduce(problem.weight)
        self.able_to = able(problem) if able_to is None else able_to
        past = history(problem)
        self.served, self.turns = past.served.copy(), past.turns.copy()
        self.lag = past.due - past.served * TICKS if self.by_slot else np.zeros_like(past.due)
        self.since = past.since_last.copy()
        people = len(problem.people)
        # 2**40 is later than any day, so that the minimum takes the first period's start.
        joined = np.full(people, 2**40, dtype=np.int64)
        np.minimum.at(joined, problem.period_person, problem.period_start)
        # Whoever has no turn yet waits since the evening before they joined: a newcomer does not go before
        # those who waited longer, but does before whoever served on the day they joined.
        joined -= 1
        self.waits = np.where(past.last > 0, past.last, joined)
        self.last_days = member_days(problem, past.last)
        # Sorted twice, keys become ranks: a last tie-break without equals.
        self.draw = np.argsort(np.argsort(keys(seed, problem.people, "rota"), kind="stable"), kind="stable")
        self.undivided = 0
        self.inside = np.ones(people, dtype=bool)
        left = np.flatnonzero(problem.left_with).tolist()
        self.left_with: dict[int, int] = {who: int(problem.left_with[who]) for who in left}
        self.days = np.zeros(people, dtype=np.int64)
        self.slot = -1
        self.accrued = np.zeros(people, dtype=np.int64)
        # Days on which anybody joins or has left: between two of them membership need not be looked up.
        self._changes = np.unique(np.concatenate([problem.period_start, problem.period_end + 1]))
        self._era = -1
        self._skilled = bool((problem.seat_skill >= 0).any())
        self._rate: tuple[int, int] | None = None
        # Lags and turns in each view: what the total does not show. A ledger knows those before the plan.
        self._in_view = problem.slot_view.astype(bool)
        self.view_lag = problem.booked_view.copy()
        self.view_served = np.zeros((len(problem.views), people), dtype=np.int64)
        self.view_waits = np.repeat(joined[None], len(problem.views), axis=0)
        turn, view = np.nonzero(problem.history_view)
        np.add.at(self.view_served, (view, problem.history_person[turn]), problem.history_load[turn])
        np.maximum.at(self.view_waits, (view, problem.history_person[turn]), problem.history_day[turn])
        self._here = np.zeros(len(problem.views), dtype=bool)
        self.view_pull = np.zeros(people, dtype=np.int64)
        self.company = Company(problem) if meets(problem) else None
        self._crew: list[int] = []

    def open(self, slot: int) -> None:
        """Book who came and left, and what the slot makes due."""
        day = int(self.problem.slot_start[slot])
        self.slot = slot
        if self.company is not None:
            self.company.add(self._crew)
            self._crew = []
        self._rate = None
        # Counting days is a pass over all periods, and the ledger's order 'lag' needs none.
        if self.accrual.by_days or not self.by_slot or self.order.counts_days:
            self.days = member_days(self.problem, day)
        self.accrued[:] = 0
        self._here = self._in_view[slot]
        if not self.by_slot:
            self._pull()
            return
        era = int(np.searchsorted(self._changes, day, side="right"))
        # Before this slot's share: who left has no part in it, and who came has.
        if era != self._era:
            self._era = era
            self.come_and_go(member_on(self.problem, day))
        self._accrue(slot)
        self._pull()

    def kept(self) -> Kept:
        """Return a copy of where everybody stands, before anybody serves the open slot."""
        if self.company is not None:
            self.company.add(self._crew)
            self._crew = []
        columns = {name: getattr(self, name).copy() for name in KEPT}
        met = None if self.company is None else self.company.met.copy()
        return Kept(columns, dict(self.left_with), self.undivided, self._era, met)

    def go_back(self, kept: Kept) -> None:
        """Stand as at the time of a copy, in the same slot or with a slot to be opened next."""
        for name, column in kept.columns.items():
            setattr(self, name, column.copy())
        self.left_with, self.undivided, self._era = dict(kept.left_with), kept.undivided, kept.era
        self._crew, self._rate = [], None
        if self.company is not None and kept.met is not None:
            self.company.met = kept.met.copy()
        self._pull()

    def waited_since(self) -> Ints:
        """Return the day of the last turn, added up over the total and the views of the open slot."""
        return np.asarray(self.waits + self.view_waits[self._here].sum(axis=0))

    def _pull(self) -> None:
        """Add up how far each person is from even in the views of the open slot.

        Serving whoever has the largest sum of lags, the total's and those of the slot's views, lowers the sum
        of all squared lags most. With no views that is the largest lag of the total.
        """
        if self._here.any():
            table = self.view_lag if self.by_slot else self.view_served
            self.view_pull = table[self._here].sum(axis=0)
        elif self.view_pull.any():
            self.view_pull = np.zeros_like(self.view_pull)

    def come_and_go(self, inside: Bools) -> None:
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
        # Ticks that do not divide by the weights stay undivided, so that equal people stay exactly
        # equal.
        each, left = divmod(ticks, int(weight.sum()))
        self.lag += each * weight
        self.undivided += left

    def _accrue(self, slot: int) -> None:
        problem, here = self.problem, self.able_to[slot]
        count = int(here.sum())
        # A slot that nobody can take is due to nobody.
        if not count:
            return
        takers = self.inside if self.accrual.absent_too else here
        turn = int(problem.load[slot]) * TICKS
        seats = int(problem.seats[slot])
        # Where seats ask for skills, shares differ between people of equal weight, so undivided ticks cannot
        # be handed on.
        if self._skilled and (problem.seat_skill[problem.turns_of(slot)] >= 0).any():
            self.accrued = share_of(problem, slot, here)
        else:
            self._by_weight(min(seats, count) * turn, turn, takers)
        self.lag += self.accrued
        self.since += self.accrued
        if self._here.any():
            self.view_lag[self._here] += self.accrued

    def _by_weight(self, total: int, turn: int, takers: Bools) -> None:
        weight = self.weight * takers
        whole = int(weight.sum())
        each, left = divmod(total + self.undivided, whole)
        part = each * weight
        # Somebody's part above one turn: heavy weights, or few people. Then shares are capped.
        if int(part.max()) > turn:
            part = poured(total, weight, np.where(takers, turn, 0))
            # Capped shares round by themselves and sum to the total; undivided ticks wait for the
            # next slot.
            left = self.undivided + total - int(part.sum())
        self.accrued, self.undivided = part, left

    def serve(self, who: Ints, load: int) -> None:
        """Book turns of the open slot."""
        day = int(self.problem.slot_start[self.slot])
        self.served[who] += load
        self.turns[who] += 1
        self.waits[who] = day
        self.last_days[who] = self.days[who]
        self._rate = None
        if self.company is not None:
            self._crew += who.tolist()
        if self.by_slot:
            self.lag[who] -= load * TICKS
            self.since[who] = 0
        if self._here.any():
            views = np.flatnonzero(self._here)[:, None]
            self.view_served[views, who] += load
            self.view_waits[views, who] = day
            self.view_lag[views, who] -= load * TICKS
            self._pull()

    def serve_by(self, awards: Ints) -> Ints:
        """Book who serves the open slot by a plan, and return them."""
        crew = self.problem.crew(awards, self.slot)
        self.serve(crew, int(self.problem.load[self.slot]))
        return crew

    def lags(self) -> Ints:
        """Return the lags in ticks with undivided ones shared out, shape (P,), summing to exactly 0.

        While a slot is open they sum to what it is worth, until it is served.

        Under ``day`` and ``count`` what is due is the turns served so far, shared by days or equally.
        """
        if self.by_slot:
            inside = self.inside if self.inside.any() else np.ones_like(self.inside)
            # Below 0 where leavers were ahead: shared by size, and the sign put back.
            sign = 1 if self.undivided >= 0 else -1
            out = self.lag.copy()
            out += sign * largest_remainder(abs(self.undivided), self.weight * inside)
            return out
        claim = self.claim_days() if self.accrual.by_days else np.ones_like(self.days)
        # On the first day nobody has days yet: then all claim alike, as nothing else is known.
        if not claim.any():
            claim = np.ones_like(self.days)
        total = int(self.served.sum()) * TICKS
        return largest_remainder(total, claim) - self.served * TICKS

    def all_lags(self) -> Ints:
        """Return ticks owed in the total and in each view as things stand, shape (1 + views, P)."""
        if self.by_slot:
            return np.concatenate([self.lag[None], self.view_lag])
        claim = self.claim_days() if self.accrual.by_days else np.ones_like(self.days)
        part = claim / max(int(claim.sum()), 1)
        served = np.concatenate([self.served[None], self.view_served])
        # Rounded to ticks: a share of a tick more or less is nobody's turn.
        due = np.rint(served.sum(axis=1)[:, None] * part * TICKS).astype(np.int64)
        return np.asarray(due - served * TICKS)

    def rate(self) -> tuple[int, int]:
        """Return turns and weighted days of those who set the system's rate; (0, 1) for nobody."""
        if self._rate is None:
            least = self.policy.established_days
            # Without a threshold only those who have served set the rate: newcomers without a turn would
            # lower what everybody is due.
            part = self.days >= least if least else self.turns > 0
            days = int(self.claim_days()[part].sum())
            turns = int(self.served[part].sum()) + (0 if self.by_slot else int(self.view_pull[part].sum()))
            self._rate = (turns, days) if days else (0, 1)
        return self._rate

    def claim_days(self) -> Ints:
        """Return weight x days of membership, with the weights people had on each day, shape (P,)."""
        return np.asarray(self.problem.weight * self.days + self.problem.earlier_claim)

    def days_waited(self, who: Ints) -> Ints:
        """Return days of membership since the last own turn."""
        return np.asarray(self.days[who] - self.last_days[who])

    def rate_due(self, who: Ints, days: Ints | None = None) -> Floats:
        """Return the turns that some days of membership make due at the system's rate, in floats."""
        if not self.accrual.by_days:
            return np.zeros(len(who))
        turns, whole = self.rate()
        credit = days is None and self.policy.offset_percent
        earlier = self.problem.earlier_claim[who] if days is None else 0
        days = self.days[who] if days is None else days
        out = np.asarray((self.problem.weight[who] * days + earlier) * (turns / whole))
        if credit:
            new = (self.turns[who] == 0) & (days < NEW_DAYS)
            out = np.where(new, out * (1 - self.policy.offset_percent / 100), out)
        return out

    def rate_due_exact(self, person: int, days: int | None = None, *, credit: bool = True) -> Fraction:
        """Return the same for one person, exactly."""
        if not self.accrual.by_days:
            return Fraction(0)
        turns, whole = self.rate()
        earlier = int(self.problem.earlier_claim[person]) if days is None else 0
        days = int(self.days[person]) if days is None else days
        out = Fraction((int(self.problem.weight[person]) * days + earlier) * turns, whole)
        if credit and self.policy.offset_percent and not self.turns[person] and days < NEW_DAYS:
            out *= 1 - Fraction(self.policy.offset_percent, 100)
        return out

    def value(self, who: int) -> Fraction:
        """Return a person's standing in the open slot, exactly: the larger, the sooner their turn."""
        return self.order.exact(self, who)

    def ranked(self, among: Bools | None = None, count: int | None = None) -> list[int]:
        """Return the able people of the open slot in order of whose turn it is.

        Args:
            among: who is to be ordered; those able to take the slot by default.
            count: how many of the first are wanted; all by default.
        """
        here = self.able_to[self.slot] if among is None else among
        who = np.flatnonzero(here)
        if not len(who):
            return []
        whole = self.order.ranked(self, who)
        if whole is not None:
            return whole
        return self._by_value(who, len(who) if count is None else count)

    def _by_value(self, who: Ints, count: int) -> list[int]:
        """Sort by value, largest first; ties by the longest wait, then the draw."""
        rough, size = self.order.rough(self, who)
        near = NEAR * size
        if count < len(who):
            # Only those who could be among the first: down to the value of the last one wanted.
            cut = np.partition(rough, len(rough) - count)[len(rough) - count] - near
            kept = rough >= cut
            who, rough = who[kept], rough[kept]
        if float(rough.max() - rough.min()) <= near:
            return self._exactly(who)[:count]
        order = np.argsort(-rough, kind="stable")
        rough, who = rough[order], who[order]
        # Only runs of values too near for floats are compared as fractions, which cost far more.
        breaks = np.flatnonzero(rough[:-1] - rough[1:] > near) + 1
        if len(breaks) == len(who) - 1:
            return [int(person) for person in who[:count]]
        out: list[int] = []
        for run in np.split(who, breaks):
            out += run.tolist() if len(run) == 1 else self._exactly(run)
            if len(out) >= count:
                break
        return out[:count]

    def _exactly(self, who: Ints) -> list[int]:
        """Sort people whose values floats cannot tell apart; those of equal facts share one fraction."""
        # Ties are common between people who stand alike, and then a fraction is worked out once for all of
        # them.
        facts = np.stack([fact[who] for fact in self.order.facts(self)])
        waiting = np.lexsort((self.draw[who], self.waits[who]))
        if (facts == facts[:, :1]).all():
            return [int(person) for person in who[waiting]]
        known: dict[tuple[int, ...], Fraction] = {}
        value = []
        for person, fact in zip(who.tolist(), map(tuple, facts.T.tolist()), strict=True):
            if fact not in known:
                known[fact] = self.order.exact(self, person)
            value.append(known[fact])
        # The sort is stable: equal values stay in order of the wait and the draw.
        return [int(who[index]) for index in sorted(waiting.tolist(), key=lambda index: -value[index])]

    def partner(self, crew: Sequence[int], first: int, others: Ints) -> int:
        """Return who joins a crew: the first in order, or who is as good and has met the crew less.

        Args:
            crew: who serves the open slot already.
            first: whoever is next in order.
            others: who else could be taken, ``first`` among them.
        """
        if self.company is None or not crew:
            return first
        alike = self.order.as_good(self, others, first)
        # Who has met nobody yet would always be the freshest: a newcomer's first turn comes in order.
        alike = alike[(self.turns[alike] > 0) | (self.turns[first] == 0)]
        if len(alike) == 1:
            return first
        fresh = self.company.freshest(alike, crew)
        return int(fresh[np.lexsort((self.draw[fresh], self.waits[fresh]))[0]])

    def pick(
        self,
        among: Bools,
        fits: Bools | None = None,
        first: Sequence[int] = (),
        fine: Sequence[Callable[[list[int]], bool]] | None = None,
    ) -> list[int]:
        """Choose whom to put in each seat of the open slot, -1 for a seat that nobody can take.

        Args:
            among: who may be chosen, shape (P,).
            fits: who could take each seat, shape (seats, P); by skills if None.
            first: who serves whatever their standing; the others are ranked with these turns booked.
            fine: asked with who would serve then whether somebody may join; everybody may if None. Who is
                turned down by the first is asked for by the next, where seats are still open.

        Returns:
            A person a seat. The largest number of seats is filled; among such choices the first in order come
            first (the greedy choice of a transversal matroid).
        """
        seats = int(self.problem.seats[self.slot])
        load = int(self.problem.load[self.slot])
        asked = self.problem.seat_skill[self.problem.turns_of(self.slot)]
        plain = fits is None and not (self._skilled and (asked >= 0).any())
        # Booked before anybody is ranked: under a rate a turn served moves everybody's place.
        chosen = list(first)
        if chosen:
            self.serve(np.array(chosen), load)
        if not plain:
            # With skills the first in order may sit where only they fit, so seats are given by augmenting
            # paths and not one after the other.
            fits = seat_able(self.problem, self.slot, among) if fits is None else fits & among
            others = among & fits.any(axis=0)
            others[chosen] = False
            sitting = seated(fits, [*chosen, *self.ranked(others)], fine, None if chosen else self.partner)
            rest = [who for who in sitting if who >= 0 and who not in chosen]
            self.serve(np.array(rest, dtype=np.int64), load)
            return sitting
        # Under a rate each turn served moves the rate, and with it everybody's place.
        steady = fine is None and (self.by_slot or self.order.steady_totals)
        for asked_by in fine or (None,):
            left = among.copy()
            left[chosen] = False
            order: list[int] = []
            while len(chosen) < seats:
                # Where nobody's place moves with a turn served, the first so many of one ranking are enough.
                if not (steady and order):
                    order = self.ranked(left, seats - len(chosen) if steady else 1)
                take = order[: seats - len(chosen)]
                if not take:
                    break
                if self.company is not None:
                    # One at a time, as each who joins the crew changes who has met it least.
                    take = [self.partner(chosen, take[0], np.flatnonzero(left))]
                order = [who for who in order if who not in take]
                left[take] = False
                # Whoever may not join this crew may not join a larger one either, so they are asked once.
                if asked_by is None or asked_by([*chosen, *take]):
                    chosen += take
                    self.serve(np.array(take), load)
        return chosen + [-1] * (seats - len(chosen))
