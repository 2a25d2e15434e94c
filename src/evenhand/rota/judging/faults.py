"""Hard rules a plan breaks, a sentence each: the judge's other half. It shares no code with any method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.rota.judging.attendance import has_skill, is_frozen
from evenhand.rota.judging.due import most_seats
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import OPEN_SEATS


def shape_faults(problem: RotaProblem, awards: Ints) -> list[str]:
    """Return why the awards are no plan at all: another length, or codes of nobody."""
    turns = int(problem.seats.sum())
    if awards.shape != (turns,):
        return [f"The plan has {awards.size} turns where {turns} belong."]
    if turns and (awards.min() < -1 or awards.max() >= len(problem.people)):
        return ["The plan names somebody who is not among the people."]
    return []


def faults_of(problem: RotaProblem, awards: Ints, can: Bools) -> list[str]:
    """Return every hard rule that a plan breaks. Cost O(turns log turns), and O(P) an open slot."""
    return [
        fault
        for check in (_who, _pairs, _whole, _chosen, _times, _rules, _published, _open)
        for fault in check(problem, awards, can)
    ]


def rules_broken(problem: RotaProblem, awards: Ints, can: Bools) -> list[str]:
    """Return the faults of those who serve, as ``faults_of``: without seats left open, which are nobody's."""
    return [
        fault
        for check in (_who, _pairs, _whole, _chosen, _times, _rules)
        for fault in check(problem, awards, can)
    ]


def _name(problem: RotaProblem, who: int) -> str:
    return problem.people[int(who)]


def _who(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    taken = np.flatnonzero(awards >= 0)
    slot, who = problem.seat_slot[taken], awards[taken]
    for index in np.flatnonzero(~can[slot, who]).tolist():
        yield f"{_name(problem, who[index])} serves {problem.slot_label[slot[index]]} but is not able to."
    asked = problem.seat_skill[taken]
    if (asked >= 0).any():
        has = has_skill(problem)
        for index in np.flatnonzero(asked >= 0).tolist():
            if not has[who[index], asked[index]]:
                skill = problem.skills[int(asked[index])]
                label = problem.slot_label[slot[index]]
                yield f"{_name(problem, who[index])} sits on {label} without the skill {skill}."
    key = np.sort(slot * len(problem.people) + who)
    for twice in np.unique(key[1:][key[1:] == key[:-1]]).tolist():
        index, person = divmod(twice, len(problem.people))
        yield f"{_name(problem, person)} has two seats of {problem.slot_label[index]}."


def _crews(problem: RotaProblem, awards: Ints) -> list[set[int]]:
    return [set(problem.crew(awards, slot).tolist()) for slot in range(len(problem.seats))]


def _pairs(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    del can
    if not len(problem.apart) and not len(problem.together):
        return
    partners: dict[int, set[int]] = {}
    for new, experienced in problem.together.tolist():
        partners.setdefault(new, set()).add(experienced)
    facts = is_frozen(problem)
    for slot, crew in enumerate(_crews(problem, awards)):
        if facts[slot]:
            continue
        label = problem.slot_label[slot]
        for first, other in problem.apart.tolist():
            if first in crew and other in crew:
                yield f"{_name(problem, first)} and {_name(problem, other)} serve {label} together."
        for new, those in partners.items():
            if new in crew and not those & crew:
                yield f"{_name(problem, new)} serves {label} without anybody experienced."


def _whole(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    """Yield pairs of slots that are to be served as one, and are not: an open seat on one side is none."""
    del can
    if not len(problem.whole):
        return
    crews, facts = _crews(problem, awards), is_frozen(problem)
    for saturday, other in problem.whole.tolist():
        if facts[saturday] or facts[other]:
            continue
        for who in sorted(crews[saturday] ^ crews[other]):
            here, there = (saturday, other) if who in crews[saturday] else (other, saturday)
            labels = f"{problem.slot_label[here]} but not {problem.slot_label[there]}"
            yield f"{_name(problem, who)} serves {labels}, though they go together."


def _chosen(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    del can
    if not len(problem.fixed) and not len(problem.forbidden):
        return
    crews, facts = _crews(problem, awards), is_frozen(problem)
    for slot, who in problem.fixed.tolist():
        if who not in crews[slot] and not facts[slot]:
            yield f"{_name(problem, who)} is fixed for {problem.slot_label[slot]} but does not serve it."
    for slot, who in problem.forbidden.tolist():
        if who in crews[slot] and not facts[slot]:
            yield f"{_name(problem, who)} serves {problem.slot_label[slot]}, which is forbidden."


class _Turns:
    """All turns, history's first, sorted by person and time: what rest, overlap and limits look at."""

    def __init__(self, problem: RotaProblem, awards: Ints, extra: tuple[int, int] | None = None) -> None:
        taken = np.flatnonzero(awards >= 0)
        slot, who = problem.seat_slot[taken], awards[taken]
        if extra is not None:
            slot, who = np.append(slot, extra[0]), np.append(who, extra[1])
        past = problem.history_day
        starts, index = np.unique(problem.slot_start, return_inverse=True)
        # Start days are numbered from 0, and those of history before the plan backwards from -1. A turn
        # booked inside the plan stands at the start day that it is on, or that comes next.
        days = np.unique(past[past < problem.slot_start.min(initial=2**40)])
        number = np.searchsorted(days, past) - len(days) + np.searchsorted(starts, past)
        self.who = np.concatenate([problem.history_person, who])
        self.slot = np.concatenate([np.full(len(past), -1), slot])
        self.day = np.concatenate([past, problem.slot_start[slot]])
        self.last = np.concatenate([past, problem.slot_end[slot]])
        self.index = np.concatenate([number, index[slot]])
        self.begin = np.concatenate([past * 1440, problem.slot_utc[slot]])
        # History knows days, not hours: a turn of then is taken to have run to the end of its day.
        self.finish = np.concatenate([(past + 1) * 1440, problem.finish_utc[slot]])
        order = np.lexsort((self.slot, self.begin, self.who))
        for name in ("who", "slot", "day", "last", "index", "begin", "finish"):
            setattr(self, name, getattr(self, name)[order])


def _times(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    del can
    yield from _timed(problem, _Turns(problem, awards))


def _timed(problem: RotaProblem, turns: _Turns) -> Iterator[str]:
    """Yield breaches of rest, overlap and limits; only where the later turn is the plan's, and no fact."""
    # What is frozen was served as it was: breaking a rule there is history, not a fault of the plan.
    plan = (turns.slot >= 0) & ~np.append(is_frozen(problem), False)[turns.slot]
    # Sorted by person and begin: a turn too soon after an earlier one means that the turn right after that
    # one is too soon as well, so comparing neighbours finds every plan that breaks a rest.
    pair = (turns.who[1:] == turns.who[:-1]) & plan[1:] & (turns.slot[1:] != turns.slot[:-1])
    gap = turns.begin[1:] - turns.finish[:-1]
    rules = (
        # History knows no hours, so whether a turn of then runs at the same time cannot be told.
        (not problem.overlaps, (gap < 0) & (turns.slot[:-1] >= 0), "two slots at the same time, at"),
        (
            problem.rest_minutes > 0,
            gap < problem.rest_minutes,
            f"without {problem.rest_minutes / 60:g} hours of rest before",
        ),
        (
            problem.rest_slots > 0,
            np.diff(turns.index) <= problem.rest_slots,
            "without the rest between turns, at",
        ),
        (
            problem.rest_days > 0,
            turns.day[1:] - turns.last[:-1] - 1 < problem.rest_days,
            f"without {problem.rest_days} days of rest before",
        ),
    )
    for holds, broken, words in rules:
        for index in np.flatnonzero(pair & broken).tolist() if holds else []:
            label = problem.slot_label[int(turns.slot[index + 1])]
            yield f"{_name(problem, turns.who[index + 1])} serves {words} {label}."
    limits = (problem.most_count, problem.most_days, problem.most_person)
    for count, days, person in zip(*(column.tolist() for column in limits), strict=True):
        # A limit of n turns is broken where the n-th turn before this one is still within the days.
        late, early = turns.who[count:], turns.who[: len(turns.who) - count]
        near = (late == early) & (turns.day[count:] - turns.day[: len(early)] < days) & plan[count:]
        if person >= 0:
            near &= late == person
        for index in np.flatnonzero(near).tolist():
            label = problem.slot_label[int(turns.slot[index + count])]
            name = _name(problem, late[index])
            yield f"{name} serves more than {count} turns within {days} days, at {label}."


def _rules(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    """Yield breaks of rules without a weight; those with one cost, and are no faults."""
    del can
    for broken in breaks_of(problem, awards):
        if not problem.rules[broken.rule].weight:
            yield f"{broken.sentence}."


def _published(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    del can
    if not len(problem.published):
        return
    for slot in np.flatnonzero(
        is_frozen(problem)[problem.seat_slot] & (awards != problem.published)
    ).tolist():
        label = problem.slot_label[int(problem.seat_slot[slot])]
        yield f"A published turn of {label} was changed inside the frozen horizon."


def _open(problem: RotaProblem, awards: Ints, can: Bools) -> Iterator[str]:
    """Yield slots with an open seat that somebody could fill without breaking a rule."""
    facts, has = is_frozen(problem), has_skill(problem)
    # Where a seat may stay open at a weight, one that does costs that weight and is no fault.
    priced = {rule.duty for rule in problem.rules if rule.kind == OPEN_SEATS and rule.weight}
    for slot in np.unique(problem.seat_slot[awards < 0]).tolist():
        if facts[slot] or priced & {-1, int(problem.slot_duty[slot])}:
            continue
        here = set(problem.crew(awards, slot).tolist())
        others = [who for who in np.flatnonzero(can[slot]).tolist() if who not in here]
        free = sorted(here | {who for who in others if _could(problem, awards, slot, who, here)})
        asked = problem.seat_skill[problem.turns_of(slot)].tolist()
        seats = [[who for who in free if skill < 0 or has[who, skill]] for skill in asked]
        # Seats are matched as a whole: somebody already there may have to move for the newcomer to sit.
        if most_seats(seats) > len(here):
            yield f"A seat of {problem.slot_label[slot]} is open, though somebody could take it."


def _could(problem: RotaProblem, awards: Ints, slot: int, who: int, crew: set[int]) -> bool:
    """Return whether a person could join a slot's crew without breaking a rule."""
    if [slot, who] in problem.forbidden.tolist():
        return False
    for first, other in problem.apart.tolist():
        if (first == who and other in crew) or (other == who and first in crew):
            return False
    if slot in problem.whole:
        return False  # whoever joins one of two slots that go together would have to join the other
    those = {other for new, other in problem.together.tolist() if new == who}
    if those and not those & crew:
        return False
    own = np.where(awards == who, awards, -1)
    # Only breaches that this person's joining adds count against them; those already in the plan are told
    # elsewhere.
    before = set(_timed(problem, _Turns(problem, own)))
    if not set(_timed(problem, _Turns(problem, own, (slot, who)))) <= before:
        return False
    return _keeps_rules(problem, awards, slot, who)


def _keeps_rules(problem: RotaProblem, awards: Ints, slot: int, who: int) -> bool:
    """Whether a person can join a slot with an open seat without a break of a rule that may not be broken."""
    # A rule that may be broken is no reason to leave a seat open.
    hard = replace(problem, rules=tuple(rule for rule in problem.rules if not rule.weight))
    if not hard.rules:
        return True
    joined = awards.copy()
    joined[np.flatnonzero((problem.seat_slot == slot) & (awards < 0))[0]] = who
    before = {broken.sentence for broken in breaks_of(hard, awards)}
    return {broken.sentence for broken in breaks_of(hard, joined)} <= before
