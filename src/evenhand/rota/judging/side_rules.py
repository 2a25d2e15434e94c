"""How often a plan breaks each of the problem's ``rules``, in the judge's own coding: plain, and a kind each.

The rules with a weight may be broken, and cost; the others are faults. A break is counted where it happens:
at a turn that comes too soon or is one too many, at a slot where two meet who should not, at the day on which
a block begins that ends too early, at a weekend that is parted. Slots served as published before the frozen
day are facts: nothing that happens there is a break.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.sentences import counted
from evenhand.rota.judging.attendance import has_skill, is_frozen, may_serve
from evenhand.rota.judging.due import most_seats
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import OPEN_SEATS, SideRule


@dataclass(frozen=True, slots=True)
class Break:
    """One break of a rule.

    Attributes:
        rule: index into the problem's ``rules``.
        slot: the slot where it happens.
        person: who breaks it, or one of them; below 0 for a seat left open.
        sentence: what happens, for people to read.
    """

    rule: int
    slot: int
    person: int
    sentence: str


def breaks_of(problem: RotaProblem, awards: Ints) -> list[Break]:
    """Return every break of the problem's ``rules``, in order of rules, then slots. Cost O(rules x turns)."""
    if not problem.rules:
        return []
    plan = _Plan(problem, awards)
    out = []
    for number, rule in enumerate(problem.rules):
        broken = {(slot, who): sentences for slot, who, sentences in _LOOKS[rule.kind](plan, rule)}
        out += [
            Break(number, slot, who, sentence)
            for (slot, who), sentence in sorted(
                broken.items(), key=lambda item: (item[0][0], abs(item[0][1]))
            )
        ]
    return out


class _Plan:
    """Who serves what, as sets."""

    def __init__(self, problem: RotaProblem, awards: Ints) -> None:
        self.problem = problem
        self.crew = [set(problem.crew(awards, slot).tolist()) for slot in range(len(problem.seats))]
        self.fact = is_frozen(problem).tolist()
        self.start, self.end = problem.slot_start.tolist(), problem.slot_end.tolist()
        self.past = {
            who: sorted(problem.history_day[problem.history_person == who].tolist())
            for who in range(len(problem.people))
        }

    def people(self, rule: SideRule) -> list[int]:
        """Return whom a rule is about."""
        return list(rule.people) or list(range(len(self.problem.people)))

    def turns(self, who: int, rule: SideRule) -> list[int]:
        """Return the slots a person serves and the rule counts, rising."""
        return [slot for slot, crew in enumerate(self.crew) if who in crew and self.counts(slot, rule)]

    def counts(self, slot: int, rule: SideRule) -> bool:
        """Whether a rule counts a slot: by its duty."""
        return rule.duty < 0 or int(self.problem.slot_duty[slot]) == rule.duty

    def days_before(self) -> list[int]:
        """Return the days of history before the plan's first, rising; later ones are of other plans."""
        return sorted({day for days in self.past.values() for day in days if day < min(self.start)})

    def at(self, slot: int) -> str:
        """Return what a slot is called, with its duty where several start that day."""
        label = self.problem.slot_label[slot]
        several = self.start.count(self.start[slot]) > 1
        return f"{label} ({self.problem.duties[int(self.problem.slot_duty[slot])]})" if several else label

    def name(self, who: int) -> str:
        """Return a person's name."""
        return self.problem.people[who]


Found = Iterator[tuple[int, int, str]]
"""(slot, person, sentence) of each break."""


def _serves(plan: _Plan, who: int, slot: int) -> str:
    return f"{plan.name(who)} serves {plan.at(slot)}"


def _rest(plan: _Plan, rule: SideRule) -> Found:
    days, before = sorted(set(plan.start)), plan.days_before()
    for who in plan.people(rule):
        turns = plan.turns(who, rule)
        # Start days are numbered on from history: its last one before the plan is number -1.
        last = [(before.index(day) - len(before), day) for day in plan.past[who] if day in before][-1:]
        for slot in turns:
            earlier = [(days.index(plan.start[turn]), plan.end[turn]) for turn in turns if turn < slot]
            number, day = days.index(plan.start[slot]), plan.start[slot]
            # A turn booked inside the plan stands at the start day that it is on, or that comes next.
            inside = [(sum(start < past for start in days), past)
                      for past in plan.past[who] if days[0] <= past <= day]  # fmt: skip
            if (
                any(
                    (rule.count and number - then <= rule.count)
                    or (rule.days and day - until - 1 < rule.days)
                    for then, until in last + inside + earlier
                )
                and not plan.fact[slot]
            ):
                rest = counted(rule.count, "start day") if rule.count else counted(rule.days, "whole day")
                yield slot, who, f"{_serves(plan, who, slot)} without {rest} of rest before"


def _rest_hours(plan: _Plan, rule: SideRule) -> Found:
    problem, minutes = plan.problem, rule.count * 60
    for who in plan.people(rule):
        turns = plan.turns(who, rule)
        for slot in turns:
            begin, finish = int(problem.slot_utc[slot]), int(problem.finish_utc[slot])
            near = any(
                begin - int(problem.finish_utc[turn]) < minutes
                and int(problem.slot_utc[turn]) - finish < minutes
                for turn in turns
                if turn < slot
            )
            # History knows days alone: a turn of then is taken to have run to the end of its day.
            # One of a later day closes nothing before it.
            past = [day for day in plan.past[who] if day <= plan.start[slot]]
            after_past = any(begin - (day + 1) * 1440 < minutes for day in past)
            if (near or after_past) and not plan.fact[slot]:
                yield (
                    slot,
                    who,
                    f"{_serves(plan, who, slot)} without {counted(rule.count, 'hour')} of rest before",
                )


def _apart(plan: _Plan, rule: SideRule) -> Found:
    first, second = rule.people
    for slot, crew in enumerate(plan.crew):
        if {first, second} <= crew and not plan.fact[slot]:
            yield slot, first, f"{plan.name(first)} and {plan.name(second)} serve {plan.at(slot)} together"


def _together(plan: _Plan, rule: SideRule) -> Found:
    (new,) = rule.people
    for slot, crew in enumerate(plan.crew):
        if new in crew and not crew & set(rule.others) and not plan.fact[slot]:
            helpers = " or ".join(plan.name(other) for other in rule.others)
            yield slot, new, f"{_serves(plan, new, slot)} without {helpers}"


def _most(plan: _Plan, rule: SideRule) -> Found:
    for who in plan.people(rule):
        turns = plan.turns(who, rule)
        # History does not say of which duty its turns were.
        past = plan.past[who] if rule.duty < 0 else []
        for slot in turns:
            since = plan.start[slot] - rule.days
            before = [day for day in past if since < day <= plan.start[slot]]
            before += [plan.start[turn] for turn in turns if turn < slot and plan.start[turn] > since]
            if len(before) >= rule.count and not plan.fact[slot]:
                limit = f"{counted(rule.count, 'turn')} in {counted(rule.days, 'day')}"
                yield slot, who, f"{_serves(plan, who, slot)}, more than {limit}"


def _days_of(plan: _Plan, rule: SideRule) -> list[list[int]]:
    """Return the slots that a rule counts, by the day they start, rising."""
    slots = [slot for slot in range(len(plan.start)) if plan.counts(slot, rule)]
    days = sorted({plan.start[slot] for slot in slots})
    return [[slot for slot in slots if plan.start[slot] == day] for day in days]


def _in_a_row(plan: _Plan, rule: SideRule) -> Found:
    days, before = _days_of(plan, rule), plan.days_before()
    for who in plan.people(rule):
        past = [] if rule.duty >= 0 else [day in plan.past[who] for day in before]
        served = past + [any(who in plan.crew[slot] for slot in day) for day in days]
        for number, day in enumerate(days, len(past)):
            today = [slot for slot in day if who in plan.crew[slot] and not plan.fact[slot]]
            run = served[number - rule.count : number + 1] if number >= rule.count else []
            if today and run and all(run):
                limit = f"{counted(rule.count, 'turn')} in a row"
                yield today[0], who, f"{_serves(plan, who, today[0])}, more than {limit}"


def _least_in_a_row(plan: _Plan, rule: SideRule) -> Found:
    days = _days_of(plan, rule)
    newest = max(plan.days_before(), default=-1)
    for who in plan.people(rule):
        served = [any(who in plan.crew[slot] for slot in day) for day in days]
        for number, day in enumerate(days):
            today = [slot for slot in day if who in plan.crew[slot] and not plan.fact[slot]]
            goes_on = served[number - 1] if number else newest in plan.past[who]
            # Slicing stops at the plan's end: a block that runs into it may go on after it.
            if today and not goes_on and not all(served[number : number + rule.count]):
                block = f"{rule.count} turns in a row from there"
                yield today[0], who, f"{_serves(plan, who, today[0])} but not {block}"


def _whole_weekends(plan: _Plan, rule: SideRule) -> Found:
    for place in range(0, len(rule.slots), 2):
        saturday, sunday = rule.slots[place : place + 2]
        for who in plan.people(rule):
            here, there = who in plan.crew[saturday], who in plan.crew[sunday]
            if here != there and not plan.fact[saturday] and not plan.fact[sunday]:
                lone, other = (saturday, sunday) if here else (sunday, saturday)
                yield lone, who, f"{_serves(plan, who, lone)} but not {plan.at(other)}"


def _fixed(plan: _Plan, rule: SideRule) -> Found:
    for slot in rule.slots:
        for who in rule.people:
            if who not in plan.crew[slot] and not plan.fact[slot]:
                yield slot, who, f"{plan.name(who)} does not serve {plan.at(slot)}"


def _forbidden(plan: _Plan, rule: SideRule) -> Found:
    for slot in rule.slots:
        for who in rule.people:
            if who in plan.crew[slot] and not plan.fact[slot]:
                yield slot, who, _serves(plan, who, slot)


def _open_seats(plan: _Plan, rule: SideRule) -> Found:
    problem, has = plan.problem, has_skill(plan.problem)
    able = may_serve(problem)
    for slot, crew in enumerate(plan.crew):
        if plan.fact[slot] or not plan.counts(slot, rule):
            continue
        asked = problem.seat_skill[problem.turns_of(slot)].tolist()
        here = np.flatnonzero(able[slot]).tolist()
        # A seat that nobody could take, were this the only slot, is no break: no plan fills it.
        could = most_seats([[who for who in here if skill < 0 or has[who, skill]] for skill in asked])
        for number in range(could - len(crew)):
            # Nobody breaks it, so the open seats of a slot are told apart by numbers below 0.
            which = "another seat" if number else "a seat"
            yield slot, -1 - number, f"{which} of {plan.at(slot)} stays open"


_LOOKS = {
    "rest": _rest,
    "rest hours": _rest_hours,
    "apart": _apart,
    "together": _together,
    "most": _most,
    "in a row": _in_a_row,
    "least in a row": _least_in_a_row,
    "whole weekends": _whole_weekends,
    "fixed": _fixed,
    "forbidden": _forbidden,
    OPEN_SEATS: _open_seats,
}
"""Kind of rule to the look for its breaks."""
