"""Slot by slot by the policy's accrual and order: nobody looks ahead, so the calendar may still change.

The policy says who serves on a day; which of the day's duties each takes is decided when all are chosen.
"""

from __future__ import annotations

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status
from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules import ONLINE
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.lookahead import Lookahead
from evenhand.rota.solving.model.pins import contradiction
from evenhand.rota.solving.model.presence import able, done, seat_able
from evenhand.rota.solving.model.standing import Standing
from evenhand.rota.solving.online import by_rate
from evenhand.rota.solving.online import heap as online_heap
from evenhand.rota.solving.online.same_day import SameDay, days_of
from evenhand.rota.solving.online.sticky import Sticky


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
        progress: a limit or an interruption ends what each slot does for later ones: the slots that are left
            are planned by the policy alone, which is several times faster, and the plan is marked as cut.

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
    # A million turns take two seconds the fast ways, so they are not stopped.
    with progress.stage("plan"):
        # Both give the same turns as the plain way; which one runs changes the time only.
        fast = next((way for way in (online_heap, by_rate) if way.suits(problem)), None)
        awards = _plan(problem, seed, progress) if fast is None else fast.plan(problem, seed)
    return Answer(awards=awards, status=Status.FEASIBLE, proof={"seed": seed})


def _plan(problem: RotaProblem, seed: int, progress: Progress) -> Ints:
    standing = Standing(problem, seed, able(problem))
    barriers = Barriers(problem)
    ahead = Lookahead(problem, barriers, standing.able_to)
    idle, kept = barriers.idle, done(problem)
    sticky = Sticky(problem, standing.able_to) if len(problem.published) and problem.stickiness else None
    starts = problem.first_seat
    out = np.full(int(starts[-1]), -1, dtype=np.int64)
    for low, high in days_of(problem):
        # Half a plan is none: what is left is dealt by the policy, without a look at later seats.
        if not progress.cut and progress.stop():
            ahead.stop_looking()
            standing.company = None
        several = not progress.cut and SameDay.suits(problem, low, high)
        day = SameDay(standing, barriers, ahead, low, high) if several else None
        crews = []
        for slot in range(low, high):
            standing.open(slot)
            # What is frozen is a fact and is booked as it was served, whatever the rules say today.
            if kept[slot]:
                who = problem.published[problem.turns_of(slot)].tolist()
                standing.serve_by(problem.published)
            elif sticky is not None and sticky.held(slot):
                who = sticky.crew(standing, barriers, ahead, slot)
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
