"""Turns that were published stay with who holds them, where they still can; the others are given anew."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.entitlement import shares
from evenhand.rota.solving.model.lookahead import Lookahead, Room
from evenhand.rota.solving.model.presence import seat_able
from evenhand.rota.solving.model.seating import seat_with_moves
from evenhand.rota.solving.model.standing import Standing

__all__ = ["Sticky"]


class Sticky:
    """A published plan, slot by slot: ``crew`` says who serves one of its slots now.

    Args:
        problem: the rota, with what was published.
        able_to: who could take each slot, shape (S, P).
    """

    def __init__(self, problem: RotaProblem, able_to: Bools) -> None:
        self.problem, self.able_to = problem, able_to

    def held(self, slot: int) -> bool:
        """Whether somebody has a published turn in a slot, or one that cannot stand beside a turn in it."""
        problem = self.problem
        return bool((problem.published[problem.turns_of(slot)] >= 0).any() or _promised(problem, slot))

    def crew(self, standing: Standing, barriers: Barriers, ahead: Lookahead, slot: int) -> list[int]:
        """Choose for a published slot: who can still serve keeps their seat, the others are replaced.

        Whoever is fixed for the slot sits first. Somebody else takes a published turn only when they are owed
        more than ``stickiness`` beyond its holder. Whoever lost the skill their seat asks for moves within
        the slot before anybody else comes in.
        """
        problem = self.problem
        free = standing.able_to[slot].copy()
        # Fixed turns after closed ones: a fixed turn stands even against a rest.
        free[list(barriers.closed(slot))] = False
        must = barriers.fixed(slot)
        free[must] = True
        fits = seat_able(problem, slot, free)
        held = problem.published[problem.turns_of(slot)].tolist()
        lag = standing.lags()
        seats = [who if who >= 0 and fits[seat, who] else -1 for seat, who in enumerate(held)]
        for who in must:
            holders = [holder for holder in seats if holder >= 0 and holder not in must]
            _seat_fixed(seats, fits, who, holders, lag)
        room = ahead.room(slot, fits)
        if room is not None:
            _spare(seats, room, must)
        promised = _promised(problem, slot)
        others = [who for who in standing.ranked(free) if who not in seats]
        # Who would have to give up another published turn comes last: no change pulls others after it.
        others.sort(key=promised.__contains__)
        for who in others:
            holders = [
                seat
                for seat, holder in enumerate(seats)
                if holder >= 0 and holder not in must and fits[seat, who]
            ]
            # The holder owed least loses least by giving the turn up.
            worst = min(holders, key=lambda seat: int(lag[seats[seat]]), default=-1)
            if -1 in seats or worst < 0 or who in promised:
                break
            # Stickiness is kept in thousandths of a turn; multiplied out, the comparison stays in whole
            # numbers.
            if (int(lag[who]) - int(lag[seats[worst]])) * 1000 <= problem.stickiness * TICKS:
                break
            swapped = [*seats[:worst], who, *seats[worst + 1 :]]
            if room is None or room.left(swapped) >= room.left(seats):
                seats = swapped
        if -1 in seats:
            others = self._by_end(standing, slot, others, promised)
        _fill(seats, fits, [*(who for who in held if who >= 0 and free[who]), *others], barriers, room)
        standing.serve(np.array([who for who in seats if who >= 0], dtype=np.int64), int(problem.load[slot]))
        return seats

    @cached_property
    def _gap(self) -> Ints:
        """What each slot makes due to everybody, less the published turns they can still serve, in ticks."""
        problem = self.problem
        out = shares(problem, self.able_to)
        slot, who = problem.seat_slot, problem.published
        stay = (who >= 0) & self.able_to[slot, who]
        np.subtract.at(out, (slot[stay], who[stay]), problem.load[slot[stay]] * TICKS)
        return out

    def _by_end(self, standing: Standing, slot: int, others: list[int], promised: set[int]) -> list[int]:
        """Return who could take an open seat, first who is owed most when the published plan has been served.

        As things stand in this slot, whoever has a turn next week looks owed one: they would serve twice
        while others, with no turn to come, stay behind to the plan's end.
        """
        # Round robin looks at nothing but how long somebody has waited.
        if standing.order.by_wait:
            return others
        views = self.problem.slot_view
        here = views[slot] > 0
        # Each account the slot counts in weighs alike, as where a policy chooses (``Standing.view_pull``).
        alike = 1 + views[slot + 1 :, here].sum(axis=1)
        lags = standing.all_lags()
        owed = lags[0] + lags[1:][here].sum(axis=0) + alike @ self._gap[slot + 1 :]
        # Sorted twice, so that those who stand alike stay in the policy's order.
        return sorted(sorted(others, key=lambda who: -int(owed[who])), key=promised.__contains__)


def _spare(seats: list[int], room: Room, must: list[int]) -> None:
    """Take out (in place) who keeps a turn here while a slot at the same time cannot do without them.

    Where the medic falls ill, the one who stands at the desk and is a medic too goes over: somebody else can
    stand at the desk.
    """
    while True:
        crew = [who for who in seats if who >= 0]
        most = room.left(crew)
        gains = [
            (room.left([other for other in crew if other != who]), -seat)
            for seat, who in enumerate(seats)
            if who >= 0 and who not in must
        ]
        # Only where that fills a seat more than keeping everybody would.
        if not gains or max(gains)[0] <= most:
            return
        seats[-max(gains)[1]] = -1


def _seat_fixed(seats: list[int], fits: Bools, who: int, holders: list[int], lag: Ints) -> None:
    """Seat (in place) somebody who is fixed for the slot; if need be, in place of the holder owed least."""
    if who in seats:
        return
    # None first: nobody loses a turn where a seat is open.
    for gone in [-1, *sorted(holders, key=lambda holder: (int(lag[holder]), holder))]:
        seat_of = {seat: sitting for seat, sitting in enumerate(seats) if sitting not in {-1, gone}}
        if seat_with_moves(fits, who, seat_of, set()):
            seats[:] = [seat_of.get(seat, -1) for seat in range(len(seats))]
            return


def _promised(problem: RotaProblem, slot: int) -> set[int]:
    """Return who has another published turn that could not stand beside one in this slot: overlap or rest."""
    starts, days = problem.slot_start, np.unique(problem.slot_start)
    near = np.zeros(len(starts), dtype=bool)
    if not problem.overlaps:
        near |= (problem.slot_utc < problem.finish_utc[slot]) & (problem.finish_utc > problem.slot_utc[slot])
    if problem.rest_slots:
        rank = np.searchsorted(days, starts)
        near |= np.abs(rank - rank[slot]) <= problem.rest_slots
    if problem.rest_days:
        gap = np.maximum(starts - problem.slot_end[slot], starts[slot] - problem.slot_end) - 1
        near |= gap < problem.rest_days
    near[slot] = False
    who = problem.published[near[problem.seat_slot]]
    return set(who[who >= 0].tolist())


def _fill(seats: list[int], fits: Bools, rank: list[int], barriers: Barriers, room: Room | None) -> None:
    """Fill open seats in place, in order of rank; who keeps a turn may move to another seat of the slot.

    Where the one with first aid falls ill, somebody who has it and sits elsewhere moves over, and the seat
    that anybody may take goes to the next in order: a published slot stays feasible whenever it can. Nobody
    comes in whom a slot at the same time cannot spare.
    """
    seat_of = {seat: who for seat, who in enumerate(seats) if who >= 0}
    # Before anybody new sits: those who keep their turn already exclude their partners.
    barred = {other for who in seat_of.values() for other in barriers.partners(who)}
    # A second time with what must not be lost alone: a seat now is worth more than one that may stay open.
    for asks in (None,) if room is None else (room.allows, room.spares):
        for who in rank:
            if len(seat_of) == len(seats):
                break
            if who in seat_of.values() or who in barred:
                continue
            if asks is not None and not asks([*seat_of.values(), who]):
                continue
            # an open seat first: nobody moves where nobody must
            seat = next((seat for seat in range(len(seats)) if seat not in seat_of and fits[seat, who]), -1)
            if seat >= 0:
                seat_of[seat] = who
            if seat >= 0 or seat_with_moves(fits, who, seat_of, set()):
                barred.update(barriers.partners(who))
    seats[:] = [seat_of.get(seat, -1) for seat in range(len(seats))]
