"""Who may not serve a slot, and why, given what was served before: rest, overlap, pairs, limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.clashes import clashes

__all__ = ["Barriers"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Beyond any day and any minute of the calendar, and far from the ends of int64, so that differences never
# wrap round.
NEVER = -(2**40)
"""A start day, index or minute long before any other."""


class Barriers:
    """Keeps what each person served last; ask ``closed`` before a slot, ``served`` after it.

    Slots are served in order; a later one may be asked about, and is then closed by what was served so far.
    """

    def __init__(self, problem: RotaProblem) -> None:
        self.problem = problem
        people = len(problem.people)
        starts = problem.slot_start
        # Rest in slots counts start days, not slots: several slots of one day are one step.
        self.index = np.searchsorted(np.unique(starts), starts)
        self.last_index = np.full(people, NEVER, dtype=np.int64)
        self.last_day = np.full(people, NEVER, dtype=np.int64)
        past = np.unique(problem.history_day)
        # Past days count backwards from -1, so that rest runs on from history into the plan.
        rank = np.searchsorted(past, problem.history_day) - len(past)
        np.maximum.at(self.last_index, problem.history_person, rank)
        np.maximum.at(self.last_day, problem.history_person, problem.history_day)
        self.meets = _earlier(problem, 0) if not problem.overlaps and problem.crowded else {}
        self.close = _earlier(problem, problem.rest_minutes) if problem.rest_minutes else {}
        self.crew: dict[int, list[int]] = {}
        self.must, self.must_not = _by_slot(problem.fixed), _by_slot(problem.forbidden)
        self.pledged = _pledged(problem, self.must)
        self.last_history = np.full(people, NEVER, dtype=np.int64)
        np.maximum.at(self.last_history, problem.history_person, problem.history_day)
        self.days: dict[int, list[int]] = {}
        if len(problem.most_count):
            order = np.argsort(problem.history_day, kind="stable")
            for at in order.tolist():
                who = int(problem.history_person[at])
                self.days.setdefault(who, []).append(int(problem.history_day[at]))

    @property
    def idle(self) -> bool:
        """Whether no rule at all can close a slot to anybody: then nothing need be asked."""
        free = not self.problem.ruled and not self.problem.pinned
        return free and bool(self.problem.overlaps or not self.problem.crowded)

    def closed(self, slot: int) -> dict[int, str]:
        """Return those who may not serve the slot whatever else happens in it, with the reason."""
        problem = self.problem
        out: dict[int, str] = {}
        out |= dict.fromkeys(self.must_not.get(slot, ()), "this turn is forbidden to them")
        out |= dict.fromkeys(self.pledged.get(slot, ()), "they have a fixed turn at the same time")
        if problem.rest_minutes:
            hours = f"they rest for {problem.rest_minutes / 60:g} hours after a turn"
            # In minutes of the world's time: 1440 a day. History knows days only, so its turns end with
            # their day.
            free = (self.last_history + 1) * 1440 + problem.rest_minutes
            out |= dict.fromkeys(np.flatnonzero(free > problem.slot_utc[slot]).tolist(), hours)
            out |= {who: hours for other in self.close.get(slot, ()) for who in self.crew.get(other, ())}
        same = "they serve another slot at the same time"
        out |= {who: same for other in self.meets.get(slot, ()) for who in self.crew.get(other, ())}
        gap = int(self.index[slot]) - self.last_index
        if problem.rest_slots:
            # Those without any turn are left out: their gap is a made-up number.
            for who in np.flatnonzero((gap <= problem.rest_slots) & (self.last_index > NEVER)).tolist():
                out[who] = f"they rest for {problem.rest_slots} start days after a turn"
        if problem.rest_days:
            free = int(problem.slot_start[slot]) - self.last_day - 1
            for who in np.flatnonzero(free < problem.rest_days).tolist():
                out[who] = f"they rest for {problem.rest_days} days after a turn"
        for who in self._full(slot):
            out[who] = "they have as many turns as one period may hold"
        return out

    def _full(self, slot: int) -> list[int]:
        day = int(self.problem.slot_start[slot])
        columns = (self.problem.most_count, self.problem.most_days, self.problem.most_person)
        limits = list(zip(*(column.tolist() for column in columns), strict=True))
        # Looking back from this slot is enough: slots are asked in order, so any full period ends with the
        # turn asked about.
        return [
            who
            for who, served in self.days.items()
            if any(
                one in {-1, who} and sum(day - days < at <= day for at in served) >= count
                for count, days, one in limits
            )
        ]

    def fixed(self, slot: int) -> list[int]:
        """Return those who must serve the slot."""
        return self.must.get(slot, [])

    def partners(self, who: int) -> list[int]:
        """Return those who may never serve one slot with this person."""
        pairs = self.problem.apart.tolist()
        return [two for one, two in pairs if one == who] + [one for one, two in pairs if two == who]

    def served(self, slot: int, who: list[int]) -> None:
        """Note who served the slot."""
        people = np.array(who, dtype=np.int64)
        self.last_index[people] = self.index[slot]
        self.last_day[people] = self.problem.slot_end[slot]
        if self.meets or self.close:
            self.crew[slot] = who
        if len(self.problem.most_count):
            for one in who:
                self.days.setdefault(one, []).append(int(self.problem.slot_start[slot]))


def _earlier(problem: RotaProblem, gap: int) -> dict[int, list[int]]:
    """Return for each slot those before it that nobody can serve as well."""
    out: dict[int, list[int]] = {}
    for one, other in clashes(problem, gap):
        out.setdefault(other, []).append(one)
    return out


def _by_slot(turns: Ints) -> dict[int, list[int]]:
    """Return the people of (slot, person) rows by their slot, each once and in order."""
    out: dict[int, list[int]] = {}
    for slot, who in sorted({(slot, who) for slot, who in turns.tolist()}):
        out.setdefault(slot, []).append(who)
    return out


def _pledged(problem: RotaProblem, must: dict[int, list[int]]) -> dict[int, set[int]]:
    """Return for each slot who has a fixed turn in another one that runs at the same time."""
    out: dict[int, set[int]] = {}
    if not must or problem.overlaps or not problem.crowded:
        return out
    for one, other in clashes(problem):
        for slot, pinned in ((one, must.get(other)), (other, must.get(one))):
            if pinned:
                out.setdefault(slot, set()).update(pinned)
    return out
