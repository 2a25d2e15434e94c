"""Slot by slot by the policy's accrual and order: nobody looks ahead, so the calendar may still change.

The policy says who serves on a day; which of the day's duties each takes is decided when all are chosen.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules import ONLINE
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.lookahead import Lookahead, Room
from evenhand.rota.solving.model.pins import contradiction
from evenhand.rota.solving.model.presence import able, done, seat_able
from evenhand.rota.solving.model.seating import seat_with_moves
from evenhand.rota.solving.model.standing import Standing
from evenhand.rota.solving.online import by_rate
from evenhand.rota.solving.online import heap as online_heap
from evenhand.rota.solving.online.same_day import SameDay, days_of


def fits(problem: RotaProblem) -> str:
    """Return why the rota cannot be planned slot by slot, "" where it can."""
    if problem.rules:
        return "rules that may be broken, blocks and limits for one duty need the method 'optimise'."
    # Asked in the order of the table of kinds, so that the first reason is always the same.
    reason = next((reason_of for kind in ONLINE[::-1] if (reason_of := kind.ahead(problem))), "")
    against = "" if reason else contradiction(problem)
    return f"{against}; the method 'optimise' names the rules in conflict." if against else reason


def run(problem: RotaProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Plan slot by slot by the problem's policy.

    Args:
        problem: the rota.
        seed: decides among people who stand alike and wait alike.
        limits: not used; the plan is made in one pass.
        progress: may interrupt; there is no plan then, as half of one is none.

    Returns:
        The plan; ``proof`` holds the seed of the draws alone, as nothing is claimed. In slots of one seat,
        under ``ledger`` with equal weights and no side rules, and under ``rate`` where nobody is new, a turn
        costs O(log people), else O(people).

    Promise:
        Online: what is planned for a day depends on the days before it alone, so planning in two halves
        equals planning at once, and the sum of the lags is exactly 0 after every slot.

    >>> import evenhand as eh
    >>> def planned(weeks):
    ...     rota = eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", weeks), policy="ledger")
    ...     return list(eh.solve(rota, method="online", seed=1).columns["name"])
    >>> planned(8)[:4] == planned(4)
    True
    """
    del limits
    with progress.stage("plan"):
        # Both give the same turns as the plain way; which one runs changes the time only.
        fast = next((way for way in (online_heap, by_rate) if way.suits(problem)), None)
        awards = (_plan if fast is None else fast.plan)(problem, seed, progress)
    status = Status.UNKNOWN if awards is None else Status.FEASIBLE
    return Answer(awards=awards, status=status, proof={"seed": seed})


def _plan(problem: RotaProblem, seed: int, progress: Progress) -> Ints | None:
    standing = Standing(problem, seed, able(problem))
    barriers = Barriers(problem)
    ahead = Lookahead(problem, barriers, standing.able_to)
    idle, kept = barriers.idle, done(problem)
    starts = problem.first_seat
    out = np.full(int(starts[-1]), -1, dtype=np.int64)
    for low, high in days_of(problem):
        if progress.stop():
            return None
        several = SameDay.suits(problem, low, high)
        day = SameDay(standing, barriers, ahead, low, high) if several else None
        crews = []
        for slot in range(low, high):
            standing.open(slot)
            # What is frozen is a fact and is booked as it was served, whatever the rules say today.
            if kept[slot]:
                who = problem.published[starts[slot] : starts[slot + 1]].tolist()
                standing.serve(
                    np.array([person for person in who if person >= 0], dtype=np.int64),
                    int(problem.load[slot]),
                )
            elif len(problem.published) and problem.stickiness and _held(problem, slot):
                who = _sticky(standing, barriers, ahead, slot)
            elif idle:
                who = standing.pick(standing.able_to[slot])
            else:
                who = _ruled(standing, barriers, ahead, slot)
            barriers.served(slot, [person for person in who if person >= 0])
            crews.append(who)
        # The policy has said who serves that day; its seats are dealt out among them.
        crews = (day and day.dealt(crews)) or crews
        out[starts[low] : starts[high]] = [person for crew in crews for person in crew]
    return out


def _held(problem: RotaProblem, slot: int) -> bool:
    """Whether somebody has a published turn in a slot, or one that could not stand beside a turn in it."""
    seats = problem.published[problem.first_seat[slot] : problem.first_seat[slot + 1]]
    return bool((seats >= 0).any() or _promised(problem, slot))


def _sticky(standing: Standing, barriers: Barriers, ahead: Lookahead, slot: int) -> list[int]:
    """Choose for a slot that was published: who can still serve keeps their seat, the others are replaced.

    Whoever is fixed for the slot sits first. Somebody else takes a published turn only when they are owed
    more than ``stickiness`` beyond its holder. Whoever lost the skill their seat asks for moves within the
    slot before anybody else comes in.
    """
    problem = standing.problem
    start, end = problem.first_seat[slot], problem.first_seat[slot + 1]
    free = standing.able_to[slot].copy()
    # Fixed turns after closed ones: a fixed turn stands even against a rest.
    free[list(barriers.closed(slot))] = False
    must = barriers.fixed(slot)
    free[must] = True
    fits = seat_able(problem, slot, free)
    held = problem.published[start:end].tolist()
    lag = standing.lags()
    seats = [who if who >= 0 and fits[seat, who] else -1 for seat, who in enumerate(held)]
    for who in must:
        _seat_fixed(seats, fits, who, [holder for holder in seats if holder >= 0 and holder not in must], lag)
    room = ahead.room(slot, fits)
    if room is not None:
        _spare(seats, room, must)
    promised = _promised(problem, slot)
    others = [who for who in standing.ranked(free) if who not in seats]
    # who would have to give up another published turn comes last: one change must not pull others after it
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
    _fill(seats, fits, [*(who for who in held if who >= 0 and free[who]), *others], barriers, room)
    standing.serve(np.array([who for who in seats if who >= 0], dtype=np.int64), int(problem.load[slot]))
    return seats


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


def _ruled(standing: Standing, barriers: Barriers, ahead: Lookahead, slot: int) -> list[int]:
    """Choose for a slot with side rules: fixed turns first, then by rank, keeping pairs apart."""
    problem = standing.problem
    free = standing.able_to[slot].copy()
    free[list(barriers.closed(slot))] = False
    must = barriers.fixed(slot)
    free[must] = True
    fits = seat_able(problem, slot, free)
    room = ahead.room(slot, fits)

    def fine(crew: list[int]) -> bool:
        beside = not set(crew[:-1]) & set(barriers.partners(crew[-1]))
        return beside and (room is None or room.allows(crew))

    def at_least(crew: list[int]) -> bool:
        beside = not set(crew[:-1]) & set(barriers.partners(crew[-1]))
        return beside and (room is None or room.spares(crew))

    asks = None if room is None and not len(problem.apart) else (fine, at_least)
    # Whom the policy would take anyhow changes nothing by being named: partners are mixed around who is next,
    # which may be somebody else of the crew.
    if must and standing.company is not None:
        before = standing.kept()
        crew = standing.pick(free, fits if problem.skills else None, (), asks)
        if set(must) <= set(crew):
            return crew
        standing.go_back(before)
    return standing.pick(free, fits if problem.skills else None, must, asks)
