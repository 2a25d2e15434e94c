"""Who does which duty of a day: the policy says who serves, and a cheapest matching says where.

Slots of one day are filled one after another, and whoever is next takes the first that is open. So in a flat
of three with a kitchen, a bath and bins to clean, who is ahead by a little would have the kitchen day after
day. The people whom the policy chose for a day are therefore given its seats anew, all at once: each seat to
whom its views (the duty, the weekend, the time of day) owe most.

References:
    Kuhn, *The Hungarian method for the assignment problem* (1955), doi:10.1002/nav.3800020109.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.lookahead import Lookahead
from evenhand.rota.solving.model.matching import cheapest
from evenhand.rota.solving.model.presence import done, seat_able
from evenhand.rota.solving.model.standing import Standing

Crews = list[list[int]]

MOST_TURNS: Final = 64
"""Turns of a day up to which they are dealt out anew: 10 milliseconds a day. At twice as many a day takes
eight times as long; at half as many the wards of a hospital would no longer be evened."""


def days_of(problem: RotaProblem) -> list[tuple[int, int]]:
    """Return the slots [low, high) of each day on which any start."""
    cuts = np.flatnonzero(np.diff(problem.slot_start)) + 1
    bounds = [0, *cuts.tolist(), len(problem.slot_start)]
    return list(pairwise(bounds)) if len(problem.slot_start) else []


class SameDay:
    """The slots of one day, before and after the policy has filled them; ask ``dealt`` when they are filled.

    Args:
        standing: where everybody stands before the day's first slot is opened.
        barriers: who may not serve, by what was served before the day.
        ahead: which slots exclude each other.
        low, high: the day's slots.
    """

    def __init__(self, standing: Standing, barriers: Barriers, ahead: Lookahead, low: int, high: int) -> None:
        self.standing, self.barriers, self.ahead = standing, barriers, ahead
        self.problem, self.slots = standing.problem, range(low, high)
        self.before = standing.kept()
        # Asked before the day: who serves one of its slots may serve another of them instead.
        self.closed = [] if barriers.idle else [set(barriers.closed(slot)) for slot in self.slots]

    @staticmethod
    def suits(problem: RotaProblem, low: int, high: int) -> bool:
        """Return whether a day has several duties to choose among, and nothing that is published stands."""
        if high - low == 1 or not problem.views or int(problem.seats[low:high].sum()) > MOST_TURNS:
            return False
        published = problem.published[problem.first_seat[low] : problem.first_seat[high]]
        # Alike in every view and in load, it does not matter who takes which.
        kinds = np.column_stack([problem.slot_view[low:high], problem.load[low:high]])
        return bool((kinds != kinds[0]).any() and not (published >= 0).any() and not done(problem)[low])

    def dealt(self, crews: Crews) -> Crews | None:
        """Return who serves each slot instead, None where nothing would be evener; books the change.

        The same people serve as many turns as before. Lags of the total never get worse: with turns of
        unequal loads, turns change hands among those of one load alone where they would.
        """
        seat_of = [(place, seat) for place, crew in enumerate(crews) for seat in range(len(crew))]
        turns = [place for place in seat_of if crews[place[0]][place[1]] >= 0]
        who = [crews[place][seat] for place, seat in turns]
        slot = np.array([self.slots[place] for place, _ in turns], dtype=np.int64)
        allowed = self._allowed(crews, turns, who)
        if int(allowed.sum()) <= len(turns):
            return None
        price = self._price(np.array(who, dtype=np.int64), slot)
        load = self.problem.load[slot]
        for may in (allowed, allowed & (load[:, None] == load)):
            # Of matchings that cost alike the one in which most people stay where the policy seated them.
            order = cheapest(price * (len(turns) + 1) - np.eye(len(turns), dtype=np.int64), may)
            # Only where that is evener: else partners stay mixed as the policy seated them.
            if sum(price[turn, taken] for turn, taken in enumerate(order)) >= price.trace():
                return None
            changed = self._mixed(turns, who, order, price, may, [list(crew) for crew in crews])
            if changed is not None and self._better(crews, changed) and self._leaves_enough(crews, changed):
                return self._booked(changed)
        return None

    def _allowed(self, crews: Crews, turns: list[tuple[int, int]], who: list[int]) -> Bools:
        """Return which turn each person of the day could take, shape (turns, turns): their own always."""
        problem, must = self.problem, self.barriers.must
        fits = []
        for place, slot in enumerate(self.slots):
            free = self.standing.able_to[slot].copy()
            if self.closed:
                free[list(self.closed[place])] = False
            fits.append(seat_able(problem, slot, free))
        out = np.array([fits[place][seat][who] for place, seat in turns])
        fixed = {(place, person) for place, slot in enumerate(self.slots) for person in must.get(slot, ())}
        often = Counter(who)
        # Both turns of one person may change hands only where no rule can close one slot to the other.
        nailed = not self.barriers.idle or max(map(len, crews)) > 1
        for turn, (place, _) in enumerate(turns):
            if (place, who[turn]) in fixed or (nailed and often[who[turn]] > 1):
                out[turn] = out[:, turn] = False
            out[turn, turn] = True
        return out

    def _holds(self) -> Bools:
        """Return which account each slot of the day counts in, the total first, shape (slots, 1 + views)."""
        inside = self.problem.slot_view[self.slots.start : self.slots.stop] > 0
        return np.concatenate([np.ones((len(inside), 1), dtype=bool), inside], axis=1)

    def _price(self, who: Ints, slot: Ints) -> Ints:
        """Return what each turn (row) costs with each person (column), the less the more they are owed."""
        holds = self._holds()[slot - self.slots.start]
        if self.standing.order.by_wait:
            # Round robin looks at nothing but how long somebody has waited.
            return np.asarray(holds[:, 1:].astype(np.int64) @ self.before.view_waits[:, who])
        owed, load = self.standing.all_lags(), self.problem.load
        for person, place in zip(who.tolist(), slot.tolist(), strict=True):
            owed[holds[slot == place][0], person] += int(load[place]) * TICKS
        # Squares: (owed - load)^2 - owed^2 = load^2 - 2 load owed, and load^2 is the same for everybody.
        price = -(holds.astype(np.int64) @ owed[:, who]) * load[slot][:, None]
        # 64 turns of a day times 65 are 13 bits; what is lost are ticks of lags of a thousand turns.
        shift = max(0, int(np.abs(price).max(initial=0)).bit_length() + 13 - 61)
        return np.asarray(price >> shift)

    def _better(self, crews: Crews, changed: Crews) -> bool:
        """Return whether the total's lags get no worse and, with those of the views, better."""
        if self.standing.order.by_wait:
            return True
        own, holds = self.standing.all_lags(), self._holds()
        other = own.copy()
        for place, slot in enumerate(self.slots):
            ticks = int(self.problem.load[slot]) * TICKS
            for crew, sign in ((crews[place], 1), (changed[place], -1)):
                for person in crew:
                    if person >= 0:
                        other[holds[place], person] += sign * ticks
        people = sorted({person for crew in crews for person in crew if person >= 0})
        # Python's integers, as squares of ticks pass 64 bits at eight turns.
        before, after = (
            [sum(value * value for value in row) for row in lags[:, people].tolist()] for lags in (own, other)
        )
        return bool(after[0] <= before[0] and sum(after) < sum(before))

    def _mixed(
        self,
        turns: list[tuple[int, int]],
        who: list[int],
        order: list[int],
        price: Ints,
        may: Bools,
        crews: Crews,
    ) -> Crews | None:
        """Return the crews of a matching, with partners mixed where that costs nothing.

        None where two of a crew must never serve together.
        """
        company, barriers = self.before.met, self.barriers
        # Two people change places where both prices together stay the same and the new crews have met less.
        for first, second in combinations(range(len(turns)), 2) if company is not None else ():
            here, there = order[first], order[second]
            if (
                turns[first][0] != turns[second][0]
                and may[first, there]
                and may[second, here]
                and price[first, there] + price[second, here] == price[first, here] + price[second, there]
            ):
                swapped = list(order)
                swapped[first], swapped[second] = there, here
                if self._met(turns, who, swapped) < self._met(turns, who, order):
                    order = swapped
        for (place, seat), taken in zip(turns, order, strict=True):
            crews[place][seat] = who[taken]
        pairs = len(self.problem.apart) and any(
            set(crew) & set(barriers.partners(person)) for crew in crews for person in crew
        )
        return None if pairs else crews

    def _met(self, turns: list[tuple[int, int]], who: list[int], order: list[int]) -> int:
        """Return how often those who would serve one slot together have done so before."""
        met = self.before.met
        assert met is not None  # noqa: S101 - asked for where partners are mixed alone
        crews: dict[int, list[int]] = {}
        for (place, _), taken in zip(turns, order, strict=True):
            crews.setdefault(place, []).append(who[taken])
        return sum(int(met[np.ix_(crew, crew)].sum()) for crew in crews.values())

    def _leaves_enough(self, crews: Crews, changed: Crews) -> bool:
        """Return whether as many seats of later slots can be filled as before the change."""
        left = []
        # What was dealt out by the policy comes last: the barriers stay told of it where nothing changes.
        for rows in (changed, crews):
            self._tell(rows)
            left.append(self.ahead.left_after(self.slots))
        return left[0] >= left[1]

    def _tell(self, crews: Crews) -> None:
        """Tell the barriers who serves each slot of the day."""
        for slot, crew in zip(self.slots, crews, strict=True):
            self.barriers.served(slot, [person for person in crew if person >= 0])

    def _booked(self, crews: Crews) -> Crews:
        """Book the day anew from where everybody stood before it, so that a replay comes to the same."""
        self.standing.go_back(self.before)
        for slot, crew in zip(self.slots, crews, strict=True):
            people = np.array([person for person in crew if person >= 0], dtype=np.int64)
            self.standing.open(slot)
            self.standing.serve(people, int(self.problem.load[slot]))
        self._tell(crews)
        return crews
