"""The rules "so many start days, or whole days, of rest after a turn"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.sentences import counted
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import (
    Breach,
    Closing,
    Keyword,
    Layout,
    Row,
    RowsOfRule,
    SlotBySlot,
    at_most,
    rows_of,
)
from evenhand.rota.rules.row import RuleRow

NEVER = -(2**40)
"""A start day, index or minute long before any other: beyond the calendar, and far from the ends of int64, so
that differences never wrap round."""

WEEK = 7
"""Days between start days that are said as weeks."""


def rest_after(problem: RotaProblem, count: int, days: int) -> Ints:
    """Return the first slot that somebody who served a slot may serve again, by rest, shape (S,).

    Args:
        problem: the rota.
        count: start days sat out.
        days: whole days between two turns.
    """
    _, day = np.unique(problem.slot_start, return_inverse=True)
    out = np.arange(len(problem.seats)) + 1
    # Both rests hold together: the later of the two slots counts.
    if count:
        out = np.maximum(out, np.searchsorted(day, day + count, side="right"))
    if days:
        out = np.maximum(out, np.searchsorted(problem.slot_start, problem.slot_end + days, side="right"))
    return np.asarray(out, dtype=np.int64)


def before_plan(problem: RotaProblem) -> Bools:
    """Return which turns of history lie before the plan's first day, shape (turns,).

    A plan of a past period may be changed while later ones are booked: those close nothing before them, and
    what follows them by themselves (``resting_inside``).
    """
    return np.asarray(problem.history_day < problem.slot_start.min(initial=2**40))


def last_days(problem: RotaProblem, never: int) -> Ints:
    """Return the day of each person's last turn before the plan, ``never`` without one, shape (P,)."""
    out, before = np.full(len(problem.people), never, dtype=np.int64), before_plan(problem)
    np.maximum.at(out, problem.history_person[before], problem.history_day[before])
    return out


def earliest_slot(problem: RotaProblem, count: int, days: int) -> Ints:
    """Return the first slot each person may serve, resting from turns before the plan, shape (P,)."""
    out = np.zeros(len(problem.people), dtype=np.int64)
    if not len(problem.history_day) or not (count or days):
        return out
    last = last_days(problem, 0)
    past = np.unique(problem.history_day[before_plan(problem)])
    # Start days since the last turn have passed already; what is left is sat out in the plan.
    since = past.size - np.searchsorted(past, last, side="right")
    _, day = np.unique(problem.slot_start, return_inverse=True)
    by_slots = np.searchsorted(day, np.maximum(count - since, 0), side="left")
    by_days = np.searchsorted(problem.slot_start, last + days, side="right")
    return np.where(last > 0, np.maximum(by_slots, by_days if days else 0), out)


def resting_inside(problem: RotaProblem, count: int, days: int, minutes: int) -> Bools:
    """Return who rests from turns booked on or after the plan's first day, shape (S, P); empty for nobody.

    Such turns are those of later plans, where one of a past period is changed, or of a table that runs on
    into the plan, of which a note warns. They close what follows them alone.

    Args:
        problem: the rota.
        count: start days sat out.
        days: whole days between two turns.
        minutes: minutes between two turns.
    """
    late = np.flatnonzero(problem.history_day >= problem.slot_start.min(initial=2**40))
    if not late.size or not (count or days or minutes):
        return np.zeros((0, 0), dtype=bool)
    out = np.zeros((len(problem.slot_start), len(problem.people)), dtype=bool)
    starts, place = np.unique(problem.slot_start, return_inverse=True)
    for turn in late.tolist():
        day = int(problem.history_day[turn])
        near = (problem.slot_start - day <= days) & (days > 0)
        near |= (place - np.searchsorted(starts, day) <= count) & (count > 0)
        # History knows days only, so a turn of then is taken to end with its day.
        near |= (problem.slot_utc - (day + 1) * 1440 < minutes) & (minutes > 0)
        out[near & (problem.slot_start >= day), problem.history_person[turn]] = True
    return out


def rest_words(starts: Ints, count: int, days: int) -> str:
    """Say the rest between turns: in weeks where slots start weekly.

    >>> rest_words(np.array([0, 7, 14]), 2, 0)
    '2 weeks of rest'
    """
    parts = []
    if count:
        unit = "week" if (np.diff(np.unique(starts)) == WEEK).all() else "start day"
        parts.append(f"{counted(count, unit)} of rest")
    if days:
        parts.append(f"{counted(days, 'whole day')} between turns")
    return " and ".join(parts)


class Rest(SlotBySlot):
    """Who serves sits out the start days, or the whole days, that follow.

    Example:
        >>> import evenhand as eh
        >>> rota = eh.RotaProblem.from_values(["Ada", "Ben", "Cem"], eh.weekly("2026-01-05", 6), rest=1)
        >>> rota.rest_slots
        1
    """

    kind = "rest"
    words = ("rest", "rest days")
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "rest": ("value, perhaps name", "who serves sits out so many start days"),
        "rest days": ("value, perhaps name", "so many whole days between two turns of one person"),
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {
        "rest": Keyword.number("rest", "1"),
        "rest_days": Keyword.number("rest days", "7"),
    }
    for_all = True
    program_place = 10
    online_place = 30

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read how long, and for whom."""
        value, people, they_have = row.rest_asked(word)
        if not value:
            return []
        count, days = (value, 0) if word == "rest" else (0, value)
        sentence = f"{they_have} {rest_words(row.known.columns['slot_start'], count, days)} after a turn"
        return row.one(SideRule("rest", people, count=count, days=days, said=sentence))

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Keep the strictest of several tables or rows."""
        return {
            "rest_slots": max((rule.count for rule in rules), default=0),
            "rest_days": max((rule.days for rule in rules), default=0),
        }

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return a rule for each of the two rests."""
        starts = problem.slot_start
        return [
            SideRule("rest", count=count, days=days,
                     said=f"everybody has {rest_words(starts, count, days)} after a turn")
            for count, days in ((problem.rest_slots, 0), (0, problem.rest_days))
            if count or days
        ]  # fmt: skip

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield rows of whole runs of slots that a rest closes to each other."""
        problem, after, can = layout.problem, layout.after, layout.able
        if not (problem.rest_slots or problem.rest_days):
            return
        rows: list[Row] = []
        nested = bool((after[1:] < after[:-1]).any())  # a long slot outlasts the rest of a later one
        for slot in range(len(after)):
            until = int(after[slot])
            if nested:
                pairs = [
                    [(slot, person), (later, person)]
                    for later in range(slot + 1, until)
                    for person in np.flatnonzero(can[slot] & can[later]).tolist()
                ]
                rows += [at_most(pair, 1.0) for pair in pairs]
            # One row for a whole run of slots that rest closes to each other. A run inside the one before it
            # says nothing new.
            elif until > slot + 1 and (slot == 0 or until > after[slot - 1]):
                for person in np.flatnonzero(can[slot:until].any(axis=0)).tolist():
                    cells = [(later, person) for later in range(slot, until) if can[later, person]]
                    if len(cells) > 1:
                        rows.append(at_most(cells, 1.0))
        early = np.argwhere(can & (np.arange(len(after))[:, None] < layout.earliest))
        rows += [at_most([(slot, person)], 0.0) for slot, person in early.tolist()]
        words = rest_words(problem.slot_start, problem.rest_slots, problem.rest_days)
        yield rows_of("rest", f"everybody has {words} after a turn", rows)

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each turn that comes too soon after another of the same person."""
        after = rest_after(layout.problem, rule.count, rule.days).tolist()
        earliest = earliest_slot(layout.problem, rule.count, rule.days)
        inside = resting_inside(layout.problem, rule.count, rule.days, 0)
        out = []
        for person in layout.people(rule):
            slots = np.flatnonzero(layout.able[:, person]).tolist()
            too_soon: dict[int, list[int]] = {slot: [] for slot in slots}
            for place, slot in enumerate(slots):
                for later in slots[place + 1 :]:
                    if later >= after[slot]:
                        break
                    too_soon[later].append(slot)
            for slot in slots:
                rows = [([(earlier, person), (slot, person)], [1.0, 1.0], 1.0) for earlier in too_soon[slot]]
                if slot < earliest[person] or (len(inside) and inside[slot, person]):
                    rows.append(([(slot, person)], [1.0], 0.0))
                if rows and not layout.facts[slot]:
                    out.append(Breach(rows))
        return out

    def excluded(self, problem: RotaProblem) -> Iterator[tuple[int, int]]:
        """Yield each slot with those that come too soon after it."""
        for slot, until in enumerate(rest_after(problem, problem.rest_slots, problem.rest_days).tolist()):
            yield from ((slot, later) for later in range(slot + 1, until))

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close slots to those who rest."""
        return _Resting(problem) if problem.rest_slots or problem.rest_days else None


class _Resting:
    """Who served last when."""

    def __init__(self, problem: RotaProblem) -> None:
        self.problem = problem
        # Rest in slots counts start days, not slots: several slots of one day are one step.
        self.index = np.searchsorted(np.unique(problem.slot_start), problem.slot_start)
        self.last_day = last_days(problem, NEVER)
        past = np.unique(problem.history_day[before_plan(problem)])
        # Past days count backwards from -1, so that rest runs on from history into the plan.
        rank = np.searchsorted(past, self.last_day) - len(past)
        self.last_index = np.where(self.last_day > NEVER, rank, NEVER)
        self.inside = resting_inside(problem, problem.rest_slots, problem.rest_days, 0)

    def closed(self, slot: int) -> dict[int, str]:
        out: dict[int, str] = {}
        rests, days = self.problem.rest_slots, self.problem.rest_days
        if rests:
            gap = int(self.index[slot]) - self.last_index
            # Those without any turn are left out: their gap is a made-up number.
            for who in np.flatnonzero((gap <= rests) & (self.last_index > NEVER)).tolist():
                out[who] = f"they rest for {counted(rests, 'start day')} after a turn"
        if days:
            free = int(self.problem.slot_start[slot]) - self.last_day - 1
            for who in np.flatnonzero(free < days).tolist():
                out[who] = f"they rest for {counted(days, 'day')} after a turn"
        for who in np.flatnonzero(self.inside[slot]).tolist() if len(self.inside) else ():
            out[who] = "they rest after a turn that is booked already"
        return out

    def served(self, slot: int, who: list[int]) -> None:
        people = np.array(who, dtype=np.int64)
        self.last_index[people] = self.index[slot]
        self.last_day[people] = self.problem.slot_end[slot]
