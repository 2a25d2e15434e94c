"""The policy ``rate`` in O(log people) a turn, from the day on which nobody is new any more.

Whoever has the largest lag a day goes next: the system's rate minus the own rate, ``served / (weight x
days)``. Past the first days of membership (``min_days``, ``damping_days``) the system's rate is the same for
all, so the smallest own rate goes next. People who joined alike have the same days for ever: among them the
fewest turns served go first, and a heap keeps that order. Only the first of each group need be compared, by
cross-multiplication.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import NEW_DAYS
from evenhand.rota.solving.model.company import meets
from evenhand.rota.solving.model.presence import able, member_days
from evenhand.rota.solving.model.standing import Standing

GROUPS: Final = 16
"""Groups of people who joined alike, up to which comparing the first of each is quicker than the arrays of
``Standing`` are (about 40 microseconds a slot); at twice as many the two take the same time."""

Entry = tuple[int, int, int, int]


def suits(problem: RotaProblem) -> bool:
    """Whether the problem is plain: relative rates, newcomers early, no skills, rules or overlaps."""
    policy = problem.policy
    if not (policy.grows.by_days and policy.order == "relative"):
        return False
    return bool(
        # Where more than half of the slots are replayed the slow way anyhow, heaps gain little.
        2 * _ripe(problem) <= len(problem.slot_start)
        and not (problem.seat_skill >= 0).any()
        and not problem.ruled
        and not problem.pinned
        and not problem.earlier_claim.any()
        and not len(problem.published)
        and not problem.views
        # Both go by the order alone: who met whom is heeded in the plain way.
        and not meets(problem)
        and (problem.slot_start[1:] > problem.slot_end[:-1]).all()
        and len(set(_kinds(problem))) <= GROUPS
    )


def _ripe(problem: RotaProblem) -> int:
    """Return the first slot from which on nobody who could serve has only few days of membership."""
    policy = problem.policy
    least = max(policy.min_days, policy.damping_days, NEW_DAYS if policy.offset_percent else 0)
    # Counted from the first day of the last membership: earlier ones only make somebody older.
    late = np.zeros(len(problem.people), dtype=np.int64)
    np.maximum.at(late, problem.period_person, problem.period_start)
    long = member_days(problem, 2**40) >= least
    old = np.where(long, late + least - 1, 2**40)
    # Somebody who joins after the last slot never makes the others wait.
    here = late <= problem.slot_start.max(initial=0)
    return int(np.searchsorted(problem.slot_start, old[here].max(initial=0), side="left"))


def _kinds(problem: RotaProblem) -> list[tuple[int, ...]]:
    """Return weight and memberships of each person: those of one kind have the same days on every day."""
    out: list[list[int]] = [[weight] for weight in problem.weight.tolist()]
    columns = (problem.period_person, problem.period_start, problem.period_end)
    for person, begin, end in zip(*(column.tolist() for column in columns), strict=True):
        out[person] += [begin, end]
    return [tuple(kind) for kind in out]


def plan(problem: RotaProblem, seed: int) -> Ints:
    """Plan all slots; the same turns as ``Standing`` gives, faster. Cost O(turns (groups + log people))."""
    can = able(problem)
    standing = Standing(problem, seed, can)
    ripe = _ripe(problem)
    out: list[int] = []
    for slot in range(ripe):
        standing.open(slot)
        out += standing.pick(can[slot])
    return _from_heaps(standing, ripe, out)


def _from_heaps(standing: Standing, ripe: int, out: list[int]) -> Ints:
    """Plan the slots from ``ripe`` on, starting from where everybody stands."""
    problem, can = standing.problem, standing.able_to
    waits, draw = standing.waits.tolist(), standing.draw.tolist()
    kinds = _kinds(problem)
    groups: dict[tuple[int, ...], list[Entry]] = {}
    for who in range(len(problem.people)):
        groups.setdefault(kinds[who], []).append((int(standing.served[who]), waits[who], draw[who], who))
    heaps = list(groups.values())
    for heap in heaps:
        heapify(heap)
    # All of a group have the same days and weight, so one of them stands for the group's claim.
    example = np.array([heap[0][3] for heap in heaps])
    # Most slots are open to all: then nobody has to be set aside.
    everybody: list[bool] = np.all(can, axis=1).tolist()
    starts, seats, loads = problem.slot_start.tolist(), problem.seats.tolist(), problem.load.tolist()
    for slot in range(ripe, len(starts)):
        day = starts[slot]
        claim = [1]
        if len(heaps) > 1:
            claim = (member_days(problem, day)[example] * problem.weight[example]).tolist()
        aside = [] if everybody[slot] else _set_aside(heaps, can[slot])
        # Put back only after the slot, so that nobody takes two seats of it.
        taken: list[tuple[int, Entry]] = []
        while len(taken) < seats[slot]:
            best = _first(heaps, claim)
            if best < 0:
                break
            taken.append((best, heappop(heaps[best])))
        out += [entry[3] for _, entry in taken] + [-1] * (seats[slot] - len(taken))
        for group, (served, _, place, who) in taken:
            heappush(heaps[group], (served + loads[slot], day, place, who))
        for group, entry in aside:
            heappush(heaps[group], entry)
    return np.array(out, dtype=np.int64)


def _set_aside(heaps: list[list[Entry]], can: Bools) -> list[tuple[int, Entry]]:
    """Take out everybody who cannot serve the slot; they are put back after it."""
    out = [(group, entry) for group, heap in enumerate(heaps) for entry in heap if not can[entry[3]]]
    for group in {group for group, _ in out}:
        heaps[group][:] = [entry for entry in heaps[group] if can[entry[3]]]
        heapify(heaps[group])
    return out


def _first(heaps: list[list[Entry]], claim: list[int]) -> int:
    """Return the heap whose first person goes next, -1 where all are empty."""
    best = -1
    for group, heap in enumerate(heaps):
        if heap and (best < 0 or _sooner(heap[0], claim[group], heaps[best][0], claim[best])):
            best = group
    return best


def _sooner(entry: Entry, claim: int, other: Entry, other_claim: int) -> bool:
    """Whether the first goes before the second: a smaller own rate, then a longer wait, then the draw."""
    # Cross-multiplied in whole numbers: no rounding, and no division by a claim.
    own_rate, other_rate = entry[0] * other_claim, other[0] * claim
    return own_rate < other_rate or (own_rate == other_rate and entry[1:3] < other[1:3])
