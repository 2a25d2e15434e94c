"""Deal turns into their windows: earliest deadline first, mended by augmenting paths where that falls short.

Slot after slot the seats go to the released turns with the earliest deadlines (ties as in Pfair scheduling:
those whose next turn already waits, then the earlier next deadline, then the smaller code). With everybody
present that nearly always fits. Where absences make it fall short, a turn that would miss its deadline (or
a seat nobody released could take) is placed by moving others along a shortest alternating path; the shares
are a fractional flow through the same network and its capacities are whole, so such a path always exists.

References:
    Glover, *Maximum matching in a convex bipartite graph* (1967), doi:10.1002/nav.3800140304.
    Anderson and Srinivasan, *Mixed Pfair/ERfair scheduling of asynchronous periodic tasks* (2004),
    Journal of Computer and System Sciences 68(1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.rota.solving.quota.windows import Windows


class Deal:
    """A deal in progress: where each job is served so far, and the two mends.

    Attributes:
        windows: the jobs.
        slot_of: slot of each job, -1 while unserved, shape (jobs,).
        mends: augmenting paths used so far.
    """

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.slot_of: Ints = np.full(windows.person.size, -1, dtype=np.int64)
        self.next: Ints = windows.start[:-1].copy()
        self.inside: list[list[int]] = [[] for _ in range(windows.slots)]
        self.key = _keys(windows)
        self.mends = 0

    def fill(self, slot: int) -> None:
        """Fill the slot's seats, then place every turn whose deadline it is."""
        win = self.windows
        waiting = self.next < win.start[1:]
        # A slot in which somebody has no share is closed to them even inside their window: they are absent.
        ready = np.flatnonzero(waiting & win.growing(slot))
        ready = ready[win.release[self.next[ready]] <= slot]
        seats = int(win.seats[slot])
        jobs = self.next[ready]
        if ready.size > seats:
            jobs = jobs[np.argpartition(self.key[jobs], seats - 1)[:seats]] if seats else jobs[:0]
        self.slot_of[jobs] = slot
        self.inside[slot] = sorted(jobs.tolist())
        self.next[win.person[jobs]] += 1
        # Seats first, then late turns: a seat mended may already serve a turn that would have been late.
        for _ in range(seats - jobs.size):
            self._mend_seat(slot)
        left = self.next[ready]
        left = left[left < win.start[ready + 1]]
        for job in left[win.deadline[left] <= slot].tolist():
            if self.slot_of[job] < 0 and win.release[job] <= slot:
                self._mend_late(job, slot)

    def _slots_of(self, job: int, until: int) -> Iterator[int]:
        """Yield the slots a job may be served in, up to ``until``, latest first."""
        win = self.windows
        who = int(win.person[job])
        first = int(win.release[job])
        last = min(int(win.deadline[job]), until)
        column = win.due[max(first - 1, 0) : last + 1, who]
        grows = np.diff(column, prepend=0) > 0 if first == 0 else np.diff(column) > 0
        yield from (np.flatnonzero(grows)[::-1] + first).tolist()

    def _jobs_at(self, who: int, slot: int) -> range:
        """Return the jobs (one or two) of a person whose windows hold a slot in which they have a share."""
        win = self.windows
        low = int(win.due[slot - 1, who]) if slot else 0
        high = int(win.due[slot, who])
        start = int(win.start[who])
        return range(start + low // win.ticks, start + (high - 1) // win.ticks + 1)

    def _served(self, who: int, slot: int) -> int:
        """Return the job a person serves in a slot, -1 for none."""
        for job in self._jobs_at(who, slot):
            if self.slot_of[job] == slot:
                return job
        return -1

    def _mend_late(self, late: int, now: int) -> None:
        """Serve a job at its deadline by moving others; one whose own deadline is later is put back."""
        win = self.windows
        parent: dict[int, tuple[int, int]] = {late: (-1, -1)}
        seen: set[int] = set()
        queue = [late]
        # Breadth first, so that the path is a shortest one and as few turns as possible move.
        for job in queue:
            who = int(win.person[job])
            for slot in self._slots_of(job, now):
                own = self._served(who, slot)
                # All turns of this slot are in the queue already. Somebody's own turn there is another way
                # in, and is still looked at.
                if own < 0 and slot in seen:
                    continue
                if own < 0:
                    seen.add(slot)
                others = [own] if own >= 0 else self.inside[slot]
                fresh = [other for other in others if other not in parent]
                for other in fresh:
                    parent[other] = (job, slot)
                free = [other for other in fresh if win.deadline[other] > now]
                if free:
                    self._put_back(max(free, key=lambda other: (int(self.key[other]), other)), parent)
                    return
                queue += fresh
        raise AssertionError("The shares are no fractional flow: a turn cannot be placed.")

    def _put_back(self, last: int, parent: dict[int, tuple[int, int]]) -> None:
        """Unserve ``last`` and move every job on the path into the slot of the one after it."""
        win = self.windows
        # The path ends at a turn with time left. It goes back to those unserved, and its seat starts the
        # chain of moves.
        self._leave(last)
        self.next[win.person[last]] = last
        job, slot = parent[last]
        while job >= 0:
            if self.slot_of[job] < 0:
                self.next[win.person[job]] = job + 1
            else:
                self._leave(job)
            self._enter(job, slot)
            job, slot = parent[job]
        self.mends += 1

    def _mend_seat(self, now: int) -> None:
        """Fill a seat by moving a job here from an earlier slot, and so on back to one unserved."""
        parent: dict[int, tuple[int, int]] = {}
        seen: set[int] = set()
        # -1 stands for the empty seat; every other entry is a turn whose seat would become free.
        queue = [-1]
        for mover in queue:
            slot = now if mover < 0 else int(self.slot_of[mover])
            for who in self._takers(slot, mover, seen):
                for job in self._jobs_at(who, slot):
                    if job in parent or job == mover:
                        continue
                    parent[job] = (mover, slot)
                    if self.slot_of[job] < 0:
                        self._pull(job, parent)
                        return
                    queue.append(job)
        raise AssertionError("The shares are no fractional flow: a seat cannot be filled.")

    def _takers(self, slot: int, mover: int, seen: set[int]) -> Iterator[int]:
        """Yield who could take the mover's place in a slot: the mover, then (once a slot) all free."""
        if mover >= 0:
            yield int(self.windows.person[mover])
        if slot not in seen:
            seen.add(slot)
            for who in np.flatnonzero(self.windows.growing(slot)).tolist():
                if self._served(who, slot) < 0:
                    yield who

    def _pull(self, job: int, parent: dict[int, tuple[int, int]]) -> None:
        """Serve ``job`` in the slot its parent leaves, and so on up to the seat that was open."""
        win = self.windows
        self.next[win.person[job]] = job + 1
        while job >= 0:
            mover, slot = parent[job]
            if self.slot_of[job] >= 0:
                self._leave(job)
            self._enter(job, slot)
            job = mover
        self.mends += 1

    def _enter(self, job: int, slot: int) -> None:
        self.slot_of[job] = slot
        self.inside[slot].append(job)

    def _leave(self, job: int) -> None:
        self.inside[int(self.slot_of[job])].remove(job)
        self.slot_of[job] = -1


def _keys(win: Windows) -> Ints:
    """Return each job's priority, smaller first: deadline, whether the next turn waits, its deadline."""
    jobs = win.person.size
    if not jobs:
        return np.zeros(0, dtype=np.int64)
    # Three figures in one number, so that a single sort orders them: each is multiplied past the largest
    # value of the next.
    size = np.int64(win.slots + 1)
    follows = np.zeros(jobs, dtype=bool)
    follows[:-1] = win.person[1:] == win.person[:-1]
    after = np.minimum(np.arange(jobs) + 1, jobs - 1)
    waits = follows & (win.release[after] <= win.deadline)
    then = np.where(follows, win.deadline[after], size - 1)
    key = (win.deadline * 2 + ~waits) * size + then
    # Stable: equal keys keep the order of people, which the caller has drawn by the seed.
    rank = np.argsort(key, kind="stable")
    out = np.empty(jobs, dtype=np.int64)
    out[rank] = np.arange(jobs)
    return out


def deal(windows: Windows, stop: Callable[[], bool]) -> Deal | None:
    """Place every job in its window: all seats filled, everybody within quota after every slot.

    Args:
        windows: the jobs; their shares must fill every slot's seats exactly.
        stop: asked once a slot whether to give up.

    Returns:
        The finished deal, or None where it was asked to stop. Cost O(S P), and a short search a mend.
    """
    out = Deal(windows)
    for slot in range(windows.slots):
        if stop():
            return None
        out.fill(slot)
    return out
