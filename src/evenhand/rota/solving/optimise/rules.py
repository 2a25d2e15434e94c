"""A problem's rules as a board: every rule in words with its figures, and as rows over (slot, person)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.entitlement import openings, share_of, shares
from evenhand.rota.solving.model.presence import able, members, skilled
from evenhand.rota.solving.optimise.board import Account, Board, Rule, rule
from evenhand.rota.solving.optimise.times import (
    earliest_slot,
    hours_rules,
    overlap_rules,
    rest_after,
    rest_rules,
    rest_words,
)

__all__ = ["board_of", "kept"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

INFINITE = float("inf")
Cells = list[tuple[int, int]]


def board_of(problem: RotaProblem) -> Board:
    """Lay out a problem for the optimiser: who is able, the ledgers, and every rule.

    Cost O(S P), and for rest and limits O(P times slots within them).
    """
    able_to, seats, share = _given(problem)
    after = rest_after(problem)
    earliest = earliest_slot(problem)
    # A conflict names its rules in this order: seats first. The filter that finds it leaves out rules from
    # the last, so of two conflicts the one with the earlier rules is told.
    rules: list[Rule] = []
    rules += _seats(problem, able_to, seats)
    rules += _skills(problem, able_to)
    rules += rest_rules(problem, able_to, after, earliest)
    rules += overlap_rules(problem, able_to)
    rules += hours_rules(problem, able_to)
    rules += _pairs(problem, able_to)
    rules += _whole(problem, able_to)
    rules += _most(problem, able_to)
    rules += _named(problem)
    return Board(
        able_to,
        seats,
        _accounts(problem, share),
        tuple(rules),
        after,
        earliest,
        _favour(problem),
        problem.slot_label,
        rest_words(problem),
    )


def _given(problem: RotaProblem) -> tuple[Bools, Ints, Ints]:
    """Return who may serve each slot, seats to fill, and shares.

    A fixed turn stands even for somebody who is not able, and a frozen slot keeps its people and its open
    seats; what is due follows the seats filled, as the judge counts it.
    """
    can = able(problem)
    share = shares(problem, can)
    seats = share.sum(axis=1) // (problem.load * TICKS)
    able_to, want = can.copy(), seats.copy()
    able_to[problem.fixed[:, 0], problem.fixed[:, 1]] = True
    fixed = np.bincount(np.unique(problem.fixed, axis=0)[:, 0], minlength=len(seats))
    # Fixed turns may fill seats that nobody able could, but never more seats than there are.
    want = np.minimum(np.maximum(want, fixed), problem.seats)
    starts = problem.first_seat
    for slot in (
        np.flatnonzero(problem.slot_start <= problem.frozen).tolist() if len(problem.published) else ()
    ):
        who = problem.published[starts[slot] : starts[slot + 1]]
        able_to[slot] = False
        able_to[slot, who[who >= 0]] = True
        want[slot] = int((who >= 0).sum())
    takers = members(problem) if problem.policy.grows.absent_too else can
    # Shares follow the seats that are filled: only these slots have to be shared anew.
    for slot in np.flatnonzero(want != seats).tolist():
        share[slot] = share_of(problem, slot, can[slot], takers[slot], int(want[slot]))
    return able_to, want, share


def _accounts(problem: RotaProblem, share: Ints) -> tuple[Account, ...]:
    """Return one ledger a class, each beginning with what was brought into it."""
    owed = openings(problem)
    out = []
    for kind in range(len(problem.classes)):
        slots = np.flatnonzero(problem.slot_class == kind)
        if slots.size:
            due = np.cumsum(share[slots], axis=0) + owed[kind]
            out.append(Account(slots, due, problem.load[slots], TICKS))
    return tuple(out)


def _favour(problem: RotaProblem) -> NDArray[np.float64] | None:
    """Return what keeping each published turn is worth, in square turns, shape (S, P), or None."""
    if not len(problem.published) or not problem.stickiness:
        return None
    out = np.zeros((len(problem.seats), len(problem.people)))
    turn = np.flatnonzero(problem.published >= 0)
    # Stickiness is kept in thousandths of a turn.
    out[problem.seat_slot[turn], problem.published[turn]] = problem.stickiness / 1000
    return out


def _seats(problem: RotaProblem, able_to: Bools, seats: Ints) -> Iterator[Rule]:
    for slot, count in enumerate(seats.tolist()):
        who = np.flatnonzero(able_to[slot]).tolist()
        if who:
            cells = [(slot, person) for person in who]
            people = "1 person" if count == 1 else f"{count} people"
            could = "1 person is" if len(who) == 1 else f"{len(who)} people are"
            yield rule(
                "seats",
                f"{problem.slot_label[slot]} needs {people}, and {could} able to take it",
                [(cells, count, count)],
            )


def _skills(problem: RotaProblem, able_to: Bools) -> Iterator[Rule]:
    """Who serves must fit: of those able to take only some seats, no more than there are of these."""
    starts = problem.first_seat
    has = np.concatenate([skilled(problem), np.ones((len(problem.people), 1), dtype=bool)], axis=1)
    for slot in range(len(problem.seats)):
        asked = problem.seat_skill[starts[slot] : starts[slot + 1]]
        kinds, count = np.unique(asked, return_counts=True)
        rows = []
        # Hall's condition: everybody who serves can be seated if and only if no set of kinds has more
        # people who fit only these than it has seats. The set of all kinds is the rule of the seats.
        for size in range(1, len(kinds)):
            for group in combinations(range(len(kinds)), size):
                others = [kind for at, kind in enumerate(kinds.tolist()) if at not in group]
                only = able_to[slot] & ~has[:, others].any(axis=1)
                cells = [(slot, person) for person in np.flatnonzero(only).tolist()]
                if cells:
                    rows.append((cells, -INFINITE, float(count[list(group)].sum())))
        if rows:
            said = ", ".join(
                f"{number} for {'anybody' if kind < 0 else problem.skills[kind]}"
                for kind, number in zip(kinds.tolist(), count.tolist(), strict=True)
            )
            yield rule("skill", f"the seats of {problem.slot_label[slot]} ask for skills: {said}", rows)


def _pairs(problem: RotaProblem, able_to: Bools) -> Iterator[Rule]:
    for one, other in problem.apart.tolist():
        both = np.flatnonzero(able_to[:, one] & able_to[:, other]).tolist()
        rows = [([(slot, one), (slot, other)], -INFINITE, 1.0) for slot in both]
        yield rule("apart", f"{problem.people[one]} and {problem.people[other]} never serve together", rows)
    for new in np.unique(problem.together[:, 0]).tolist():
        theirs = problem.together[problem.together[:, 0] == new, 1].tolist()
        rows, factors = [], []
        for slot in np.flatnonzero(able_to[:, new]).tolist():
            helpers = [person for person in theirs if able_to[slot, person]]
            rows.append(([(slot, new), *((slot, person) for person in helpers)], -INFINITE, 0.0))
            factors.append([1.0] + [-1.0] * len(helpers))
        names = " or ".join(problem.people[person] for person in theirs)
        yield rule("together", f"{problem.people[new]} serves only together with {names}", rows, factors)


def _whole(problem: RotaProblem, able_to: Bools) -> Iterator[Rule]:
    """Slots that go together have the same people; where fewer can serve one, fewer serve the other."""
    rows, factors = [], []
    for one, other in problem.whole.tolist():
        for person in np.flatnonzero(able_to[one] | able_to[other]).tolist():
            cells = [(slot, person) for slot in (one, other) if able_to[slot, person]]
            rows.append((cells, 0.0, 0.0))
            factors.append([1.0, -1.0][: len(cells)])
    if rows:
        yield rule("whole weekends", "who serves one day of a weekend serves the other", rows, factors)


def _most(problem: RotaProblem, able_to: Bools) -> Iterator[Rule]:
    """At most so many turns in any run of days; turns before the plan count."""
    limits = (problem.most_count, problem.most_days, problem.most_person)
    for most, days, one in zip(*(column.tolist() for column in limits), strict=True):
        rows: list[tuple[Cells, float, float]] = []
        for person in range(len(problem.people)) if one < 0 else (one,):
            slots = np.flatnonzero(able_to[:, person])
            past = problem.history_day[problem.history_person == person]
            starts = np.unique(np.concatenate([problem.slot_start[slots], past]))
            # A run of days that holds too many turns can be moved until it begins with one, so these starts
            # are enough.
            for first in starts.tolist():
                inside = slots[
                    (problem.slot_start[slots] >= first) & (problem.slot_start[slots] < first + days)
                ]
                gone = int(((past >= first) & (past < first + days)).sum())
                # A row that no plan could break is left out.
                if inside.size and inside.size + gone > most:
                    rows.append(
                        ([(slot, person) for slot in inside.tolist()], -INFINITE, max(most - gone, 0))
                    )
        turns = "1 turn" if most == 1 else f"{most} turns"
        said = "nobody serves" if one < 0 else f"{problem.people[one]} does not serve"
        yield rule("most", f"{said} more than {turns} in any {days} days", rows)


def _named(problem: RotaProblem) -> Iterator[Rule]:
    for slot, person in problem.fixed.tolist():
        said = f"{problem.people[person]} serves {problem.slot_label[slot]}"
        yield rule("fixed", said, [([(slot, person)], 1.0, 1.0)])
    for slot, person in problem.forbidden.tolist():
        said = f"{problem.people[person]} does not serve {problem.slot_label[slot]}"
        yield rule("forbidden", said, [([(slot, person)], -INFINITE, 0.0)])
    yield from _frozen(problem)


def _frozen(problem: RotaProblem) -> Iterator[Rule]:
    """Slots inside the frozen horizon keep the people that were published."""
    if not len(problem.published):
        return
    starts = problem.first_seat
    for slot in np.flatnonzero(problem.slot_start <= problem.frozen).tolist():
        who = problem.published[starts[slot] : starts[slot + 1]]
        rows: list[tuple[Cells, float, float]] = [
            ([(slot, person)], 1.0, 1.0) for person in who[who >= 0].tolist()
        ]
        if rows:
            yield rule("fixed", f"{problem.slot_label[slot]} is frozen as it was published", rows)


def kept(board: Board, plan: Bools) -> bool:
    """Whether a plan, shape (S, P), serves only able people and keeps every rule."""
    if (plan & ~board.able).any():
        return False
    for one in board.rules:
        value = np.bincount(
            one.row, weights=one.factor * plan[one.slot, one.person], minlength=one.lower.size
        )
        # Factors are whole numbers, so floats add them exactly and need no tolerance.
        if (value < one.lower).any() or (value > one.upper).any():
            return False
    return True
