"""Slot by slot with the policy's two dials: nobody looks ahead, so tomorrow's calendar may still change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.presence import able, done, seat_able
from evenhand.rota.solving.model.ranks import seat_with_moves
from evenhand.rota.solving.model.standing import Standing
from evenhand.rota.solving.online import by_rate
from evenhand.rota.solving.online import heap as online_heap

__all__ = ["fits", "run"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def fits(problem: RotaProblem) -> str:
    """Return why the rota cannot be planned slot by slot, "" where it can."""
    if len(problem.wishes):
        return "wishes need the method 'optimise', which looks ahead."
    if len(problem.whole):
        return "whole weekends need the method 'optimise', which looks ahead."
    if len(problem.together):
        return "people who serve only with others need the method 'optimise', which looks ahead."
    if len(problem.fixed) and _crowded(problem):
        return "fixed turns beside other side rules need the method 'optimise', which looks ahead."
    return ""


def _crowded(problem: RotaProblem) -> bool:
    """Return whether a fixed turn could stand in the way of another rule, or of another slot."""
    rules = (len(problem.apart), len(problem.most_count), len(problem.skills))
    rests = problem.rest_slots or problem.rest_days or problem.rest_minutes
    return bool(rests or any(rules) or problem.crowded)


def run(problem: RotaProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Plan slot by slot by the problem's policy.

    Args:
        problem: the rota.
        seed: decides among people who stand alike and wait alike.
        limits: not used; the plan is made in one pass.
        progress: may interrupt; there is no plan then, as half of one is none.

    Returns:
        The plan; ``proof`` holds the seed of the draws alone, as nothing is claimed. Under ``ledger`` with
        equal weights and no side rules, and under ``rate`` where nobody is new, a turn costs
        O(log people), else O(people).

    Promise:
        Online: what is planned for a slot depends on the slots before it alone, so planning in two halves
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
    idle, kept = barriers.idle, done(problem)
    starts = problem.first_seat
    out = np.full(int(starts[-1]), -1, dtype=np.int64)
    for slot in range(len(problem.slot_start)):
        if progress.stop():
            return None
        standing.open(slot)
        # What is frozen is a fact and is booked as it was served, whatever the rules say today.
        if kept[slot]:
            who = problem.published[starts[slot] : starts[slot + 1]].tolist()
            standing.serve(
                np.array([one for one in who if one >= 0], dtype=np.int64), int(problem.load[slot])
            )
        elif len(problem.published) and problem.stickiness:
            who = _sticky(standing, barriers, slot)
        elif idle:
            who = standing.pick(standing.able_to[slot])
        else:
            who = _ruled(standing, barriers, slot)
        barriers.served(slot, [one for one in who if one >= 0])
        out[starts[slot] : starts[slot + 1]] = who
    return out


def _sticky(standing: Standing, barriers: Barriers, slot: int) -> list[int]:
    """Choose for a slot that was published: who can still serve keeps their seat, the others are replaced.

    Somebody else takes a published turn only when they are owed more than ``stickiness`` beyond its holder.
    Whoever lost the skill their seat asks for moves within the slot before anybody else comes in.
    """
    problem = standing.problem
    start, end = problem.first_seat[slot], problem.first_seat[slot + 1]
    free = standing.able_to[slot].copy()
    # Fixed turns after closed ones: a fixed turn stands even against a rest.
    free[list(barriers.closed(slot))] = False
    free[barriers.fixed(slot)] = True
    fits = seat_able(problem, slot, free)
    held = problem.published[start:end].tolist()
    seats = [who if who >= 0 and fits[seat, who] else -1 for seat, who in enumerate(held)]
    lag = standing.lags()
    promised = _promised(problem, slot)
    others = [who for who in standing.ranked(free) if who not in seats]
    # who would have to give up another published turn comes last: one change must not pull others after it
    others.sort(key=promised.__contains__)
    for who in others:
        holders = [seat for seat, holder in enumerate(seats) if holder >= 0 and fits[seat, who]]
        # The holder owed least loses least by giving the turn up.
        worst = min(holders, key=lambda seat: int(lag[seats[seat]]), default=-1)
        if -1 in seats or worst < 0 or who in promised:
            break
        # Stickiness is kept in thousandths of a turn; multiplied out, the comparison stays in whole
        # numbers.
        if (int(lag[who]) - int(lag[seats[worst]])) * 1000 <= problem.stickiness * TICKS:
            break
        seats[worst] = who
    _fill(seats, fits, [*(who for who in held if who >= 0 and free[who]), *others], barriers)
    standing.serve(np.array([who for who in seats if who >= 0], dtype=np.int64), int(problem.load[slot]))
    return seats


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


def _fill(seats: list[int], fits: Bools, rank: list[int], barriers: Barriers) -> None:
    """Fill open seats in place, in order of rank; who keeps a turn may move to another seat of the slot.

    Where the one with first aid falls ill, somebody who has it and sits elsewhere moves over, and the seat
    that anybody may take goes to the next in order: a published slot stays feasible whenever it can.
    """
    seat_of = {seat: who for seat, who in enumerate(seats) if who >= 0}
    # Before anybody new sits: those who keep their turn already exclude their partners.
    barred = {other for who in seat_of.values() for other in barriers.partners(who)}
    for who in rank:
        if len(seat_of) == len(seats):
            break
        if who in seat_of.values() or who in barred:
            continue
        # an open seat first: nobody moves where nobody must
        seat = next((at for at in range(len(seats)) if at not in seat_of and fits[at, who]), -1)
        if seat >= 0:
            seat_of[seat] = who
        if seat >= 0 or seat_with_moves(fits, who, seat_of, set()):
            barred.update(barriers.partners(who))
    seats[:] = [seat_of.get(seat, -1) for seat in range(len(seats))]


def _ruled(standing: Standing, barriers: Barriers, slot: int) -> list[int]:
    """Choose for a slot with side rules: fixed turns first, then by rank, keeping pairs apart."""
    problem = standing.problem
    free = standing.able_to[slot].copy()
    free[list(barriers.closed(slot))] = False
    must = barriers.fixed(slot)
    for who in must:
        free[who] = True
    fits = seat_able(problem, slot, free)
    if not must and not len(problem.apart):
        return standing.pick(free, fits if problem.skills else None)
    chosen: list[int] = []
    # Fixed turns first: whoever comes later has to fit beside them.
    rank = must + [who for who in standing.ranked(free) if who not in must]
    barred: set[int] = set()
    seated = [-1] * len(fits)
    for who in rank:
        if who in barred:
            continue
        # Seated anew from the first with each person more, so that earlier people may move to other seats
        # they fit.
        trial = _seat(fits, [*chosen, who])
        if trial is not None:
            chosen.append(who)
            seated = trial
            barred.update(barriers.partners(who))
    standing.serve(np.array(chosen, dtype=np.int64), int(problem.load[slot]))
    return seated


def _seat(fits: Bools, people: list[int]) -> list[int] | None:
    """Return a person a seat so that all these people sit, -1 for open seats; None where they do not fit."""
    seat_of: dict[int, int] = {}
    if all(seat_with_moves(fits, who, seat_of, set()) for who in people):
        return [seat_of.get(seat, -1) for seat in range(len(fits))]
    return None
