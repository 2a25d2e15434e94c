"""The ledger in O(log people) a turn: one clock for all who are present, and a heap that stays sorted.

With equal weights every present person's entitlement grows alike. So a lag is ``base + clock``, and the rank
``100 lag + alpha x (due since the last own turn)`` differs from person to person by a constant only, which
changes when that person serves, goes away, comes back, joins or leaves.

References:
    Stoica and Abdel-Wahab, *Earliest eligible virtual deadline first* (Old Dominion University, 1995).
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.seeded import keys
from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.company import meets
from evenhand.rota.solving.model.entitlement import history

LEAVE, ENTER, AWAY, BACK = range(4)


def suits(problem: RotaProblem) -> bool:
    """Whether the problem is plain: ledger, equal weights, no skills, no rules, no overlapping slots."""
    starts, ends = problem.slot_start, problem.slot_end
    return bool(
        (problem.policy.accrual, problem.policy.order) == ("present", "lag")
        and (problem.weight == problem.weight[0]).all()
        and not (problem.seat_skill >= 0).any()
        and not problem.ruled
        and not problem.pinned
        and not len(problem.published)
        and not problem.views
        # Both go by the order alone: who met whom is heeded in the plain way.
        and not meets(problem)
        # One clock serves all slots only where none runs beside another.
        and (starts[1:] > ends[:-1]).all()
    )


def plan(problem: RotaProblem, seed: int) -> Ints:
    """Plan all slots; the same turns as ``Standing`` gives, faster.

    Cost:
        O((people + turns + periods + absences) log people); a leaver costs no more than anybody else.
    """
    state = _Heap(problem, seed)
    out: list[int] = []
    events = _events(problem)
    stops = sorted(events)
    slot, slots = 0, len(problem.slot_start)
    for stop in [*stops, slots]:
        until = min(stop, slots)
        state.run(slot, until, out)
        slot = until
        if stop < slots:
            state.change(events[stop])
    return np.array(out, dtype=np.int64)


def _events(problem: RotaProblem) -> dict[int, list[tuple[int, int]]]:
    """Return what changes before which slot: (kind, person), leavers first."""
    starts, ends = problem.slot_start, problem.slot_end
    slots = len(starts)
    out: dict[int, set[tuple[int, int]]] = {}

    def note(where: Ints, kind: int, who: Ints) -> None:
        for slot, person in zip(where.tolist(), who.tolist(), strict=True):
            if slot < slots or kind == LEAVE:
                out.setdefault(min(slot, slots), set()).add((kind, person))

    who = problem.period_person
    inside = np.searchsorted(starts, problem.period_start, side="left")
    gone = np.searchsorted(starts, problem.period_end, side="right")
    # A period between two slots touches none of them and changes nothing.
    real = gone > inside
    note(inside[real], ENTER, who[real])
    note(gone[real], LEAVE, who[real])
    # Sorted, so that LEAVE (0) comes before ENTER (1): a leaver's lag goes to those who were there.
    order = {slot: sorted(kinds) for slot, kinds in sorted(out.items())}
    for slot, kind, person in _absent(problem, ends):
        order.setdefault(slot, []).append((kind, person))
    order.setdefault(0, [])
    return order


def _absent(problem: RotaProblem, ends: Ints) -> Iterator[tuple[int, int, int]]:
    """Yield (slot, kind, person) for absences, and for slots that outlast a membership."""
    starts = problem.slot_start
    low = np.searchsorted(ends, problem.absent_from, side="left")
    high = np.searchsorted(starts, problem.absent_to, side="right")
    inside = np.searchsorted(starts, problem.period_end, side="right")
    whole = np.searchsorted(ends, problem.period_end, side="right")
    person = np.concatenate([problem.absent_person, problem.period_person])
    first, last = np.concatenate([low, whole]), np.concatenate([high, inside])
    for who, begin, end in zip(person.tolist(), first.tolist(), last.tolist(), strict=True):
        if begin < end:
            yield begin, AWAY, who
            yield end, BACK, who


class _Heap:
    """Lags as ``base + clock``: the clock of the present, and the clock of all members for leavers' lags."""

    def __init__(self, problem: RotaProblem, seed: int) -> None:
        people = len(problem.people)
        past = history(problem)
        joined = np.full(people, 2**40, dtype=np.int64)
        np.minimum.at(joined, problem.period_person, problem.period_start)
        self.alpha = problem.policy.alpha_percent
        self.base: list[int] = (past.due - past.served * TICKS).tolist()
        # The clock at the last own turn. Below 0 where something became due before the plan.
        self.mark: list[int] = [-value for value in past.since_last.tolist()]
        self.waits: list[int] = np.where(past.last > 0, past.last, joined - 1).tolist()
        draw = np.argsort(np.argsort(keys(seed, problem.people, "rota"), kind="stable"), kind="stable")
        self.draw: list[int] = draw.tolist()
        # Entries are not searched for in the heap: a change of version makes the old one stale, and it is
        # dropped when it comes up.
        self.version = [0] * people
        self.inside = [False] * people
        self.away = [0] * people
        self.heap: list[tuple[int, int, int, int, int]] = []
        self.clock = self.shared = self.undivided = 0
        self.present = self.members = 0
        self.starts: list[int] = problem.slot_start.tolist()
        self.seats: list[int] = problem.seats.tolist()
        self.load: list[int] = problem.load.tolist()
        left = np.flatnonzero(problem.left_with).tolist()
        self.left_with: dict[int, int] = {who: int(problem.left_with[who]) for who in left}
        self.first = True

    def _push(self, who: int) -> None:
        # Negative, because the heap gives the smallest first. The clock's part is the same for all and left
        # out.
        rank = -(100 * self.base[who] - self.alpha * self.mark[who])
        heappush(self.heap, (rank, self.waits[who], self.draw[who], who, self.version[who]))

    def _start(self, who: int) -> None:
        """Count a member as present: from a frozen lag to the clock."""
        self.base[who] -= self.clock
        self.mark[who] += self.clock
        self.present += 1
        self._push(who)

    def _stop(self, who: int) -> None:
        """Freeze a present member's lag."""
        self.base[who] += self.clock
        self.mark[who] -= self.clock
        self.present -= 1
        self.version[who] += 1

    def _spread(self, ticks: int) -> None:
        each, left = divmod(ticks, self.members)
        self.shared += each
        self.undivided += left

    def change(self, events: list[tuple[int, int]]) -> None:
        """Book who leaves, enters, goes away and comes back before a slot."""
        leave = {who for kind, who in events if kind == LEAVE}
        enter = {who for kind, who in events if kind == ENTER}
        if self.first:
            self.first = False
            self._begin(enter)
        else:
            # Periods that follow each other without a slot between them are one membership.
            both = leave & enter
            self._leave([who for who in sorted(leave - both) if self.inside[who]])
            self._enter([who for who in sorted(enter - both) if not self.inside[who]])
        for kind, who in events:
            if kind in {AWAY, BACK}:
                self._shift(who, 1 if kind == AWAY else -1)

    def _begin(self, enter: set[int]) -> None:
        """Let the members in, and share out what history's people left with who are none any more."""
        for who in sorted(enter):
            self.inside[who] = True
            self.members += 1
        self._share_out([who for who in range(len(self.base)) if who not in enter])
        for who in sorted(enter):
            self._start(who)

    def _leave(self, gone: list[int]) -> None:
        for who in gone:
            if not self.away[who]:
                self._stop(who)
            self.inside[who] = False
            self.members -= 1
            self.base[who] += self.shared
        self._share_out(gone)

    def _share_out(self, gone: list[int]) -> None:
        """Share the lags of those who left among those who stay; with nobody there they are kept."""
        for who in gone if self.members else []:
            self.left_with[who] = self.left_with.get(who, 0) + self.base[who]
            self._spread(self.base[who])
            self.base[who] = 0

    def _enter(self, came: list[int]) -> None:
        for who in came if self.members else []:
            back = self.left_with.pop(who, 0)
            self._spread(-back)
            self.base[who] += back
        for who in came:
            self.base[who] -= self.shared
            self.inside[who] = True
            self.members += 1
            if not self.away[who]:
                self._start(who)

    def _shift(self, who: int, step: int) -> None:
        before = self.away[who]
        self.away[who] += step
        if self.inside[who] and not before and step > 0:
            self._stop(who)
        elif self.inside[who] and before and not self.away[who]:
            self._start(who)

    def run(self, low: int, high: int, out: list[int]) -> None:
        """Plan slots low .. high - 1, between which nobody comes or goes."""
        heap, base, mark, waits = self.heap, self.base, self.mark, self.waits
        draw, version, alpha = self.draw, self.version, self.alpha
        # Stale entries are thrown out when they outnumber the valid ones, so that the heap stays as large
        # as the people present. 16 more keep it from being rebuilt all the time for a few people.
        if len(heap) > 2 * self.present + 16:
            heap[:] = [entry for entry in heap if version[entry[3]] == entry[4]]
            heapify(heap)
        for slot in range(low, high):
            seats, day, turn = self.seats[slot], self.starts[slot], self.load[slot] * TICKS
            count = min(seats, self.present)
            if not count:
                out.extend([-1] * seats)
                continue
            # Everybody serves: each is due one turn exactly, and undivided ticks stay so. The general case
            # would give a share above one turn where an undivided tick came on top.
            if count == self.present:
                self.clock += turn
            else:
                each, self.undivided = divmod(count * turn + self.undivided, self.present)
                self.clock += each
            clock = self.clock
            taken: list[int] = []
            # Nobody is put back before all seats are taken, so that nobody has two seats of a slot.
            while len(taken) < count:
                entry = heappop(heap)
                if version[entry[3]] == entry[4]:
                    taken.append(entry[3])
            for who in taken:
                base[who] -= turn
                mark[who] = clock
                waits[who] = day
                heappush(heap, (alpha * clock - 100 * base[who], day, draw[who], who, version[who]))
            out.extend(taken)
            if count < seats:
                out.extend([-1] * (seats - count))
