"""A rota with its rules as arrays: what the optimiser and the search for conflicts both read.

What the world asks (seats, skills, one place at a time, published turns that are facts) is laid out here; the
side rules lay out themselves, a file a kind in ``rota/rules/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import Final

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.sentences import counted
from evenhand.core.shares import TICKS
from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules import IN_PROGRAM, KIND_OF, Layout
from evenhand.rota.rules.base import INFINITE, Row, RowsOfRule, at_most, rows_of, rows_of_breaches
from evenhand.rota.rules.clashes import clashes
from evenhand.rota.rules.rest import earliest_slot, rest_after, rest_words, resting_inside
from evenhand.rota.rules.rest_hours import never_both
from evenhand.rota.solving.model.entitlement import openings, share_of, shares
from evenhand.rota.solving.model.presence import able, done, members, skilled


@dataclass(frozen=True, eq=False)
class Account:
    """One ledger: the slots it counts (all of them, or those of a class), and what is due after each.

    Attributes:
        slots: indices of its slots, rising, shape (s,).
        due: entitlement in ticks after each, shape (s, P); what history left over is in it from the start.
        load: units of load of each slot, shape (s,), >= 1.
        ticks: ticks to one unit of load.
    """

    slots: Ints = field(repr=False)
    due: Ints = field(repr=False)
    load: Ints = field(repr=False)
    ticks: int


@dataclass(frozen=True, eq=False)
class Board:
    """The whole rota as arrays: who is able, the ledgers and every rule.

    Attributes:
        able: who could serve a slot at all, shape (S, P).
        seats: seats to fill, shape (S,).
        accounts: the ledgers; every slot is in exactly one.
        rules: every rule that may not be broken, the seats of each slot among them.
        after: first slot that who served a slot may serve again, shape (S,); the next without a rest rule.
        earliest: first slot each person may serve, by rest since a turn before the plan, shape (P,).
        favour: what serving a cell is worth beside the lags (published turns), in square units, shape (S, P).
        names: what each slot is called.
        rest: the rest between turns, in words.
        soft: rules with a weight, which may be broken.
    """

    able: Bools = field(repr=False)
    seats: Ints = field(repr=False)
    accounts: tuple[Account, ...]
    rules: tuple[RowsOfRule, ...]
    after: Ints = field(repr=False)
    earliest: Ints = field(repr=False)
    favour: Floats | None = field(default=None, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    rest: str = "rest between turns"
    soft: tuple[RowsOfRule, ...] = ()

    @property
    def slots(self) -> int:
        """Number of slots S."""
        return int(self.able.shape[0])

    @property
    def people(self) -> int:
        """Number of persons P."""
        return int(self.able.shape[1])

    @property
    def chained(self) -> bool:
        """Whether rest can be drawn into the network of states: there is one ledger of all slots."""
        return len(self.accounts) == 1


def board_of(problem: RotaProblem, filled: Ints | None = None) -> Board:
    """Lay out a problem for the optimiser: who is able, the ledgers, and every rule.

    Args:
        problem: the rota.
        filled: seats of each slot that are filled, where some stay open, shape (S,); those that could be by
            default. What is due follows them.

    Cost O(S P), and for rest and limits O(P times slots within them).
    """
    able_to, could, share = _given(problem)
    seats = could
    if filled is not None:
        seats, share = filled, _shares_of(problem, able_to, share, could, filled)
    resting = resting_inside(problem, problem.rest_slots, problem.rest_days, problem.rest_minutes)
    if len(resting):
        # A fixed turn stands even against a rest, and who served a fact did so.
        able_to = able_to & (~resting | done(problem)[:, None])
        able_to[problem.fixed[:, 0], problem.fixed[:, 1]] = True
    layout = Layout(
        problem,
        able_to,
        rest_after(problem, problem.rest_slots, problem.rest_days),
        earliest_slot(problem, problem.rest_slots, problem.rest_days),
        done(problem),
        could,
    )
    # A conflict names its rules in this order: seats first. The filter that finds it leaves out rules from
    # the last, so of two conflicts the one with the earlier rules is told.
    places: list[tuple[int, Callable[[], Iterator[RowsOfRule]]]] = [
        (SEATS, lambda: _seats(problem, able_to, seats)),
        (SKILLS, lambda: _skills(problem, able_to)),
        (OVERLAPS, lambda: _overlaps(problem, able_to)),
        (FROZEN, lambda: _frozen(problem)),
    ]
    places += [(kind.program_place, partial(kind.program, layout)) for kind in IN_PROGRAM]
    places.sort(key=lambda place: place[0])
    own = [rows_of_breaches(rule, KIND_OF[rule.kind].breaches(rule, layout)) for rule in problem.rules]
    rules = [rule for _, rows_made in places for rule in rows_made()]
    after, earliest = layout.after, layout.earliest
    if layout.facts.any():
        served = _as_served(problem, layout.facts)
        loose = [_facts_allowed(rule, layout.facts, served) for rule in rules]
        # Walks jump over every rest. Where a fact broke one, rest is left to its rows, which allow it.
        if any(rule.rests_all and broken_rows(rule, served).any() for rule in rules):
            after, earliest = np.arange(len(seats), dtype=np.int64) + 1, np.zeros_like(earliest)
            loose = [
                replace(rule, breach=np.arange(rule.upper.size)) if rule.rests_all else rule for rule in loose
            ]
        rules = loose
    return Board(
        able_to,
        seats,
        _accounts(problem, share),
        (*rules, *(rule for rule in own if not rule.weight)),
        after,
        earliest,
        _favour(problem),
        problem.slot_label,
        rest_words(problem.slot_start, problem.rest_slots, problem.rest_days),
        tuple(rule for rule in own if rule.weight),
    )


def _as_served(problem: RotaProblem, facts: Bools) -> Bools:
    """Return who serves the slots that are facts, shape (S, P)."""
    out = np.zeros((len(problem.seats), len(problem.people)), dtype=bool)
    turn = np.flatnonzero((problem.published >= 0) & facts[problem.seat_slot])
    out[problem.seat_slot[turn], problem.published[turn]] = True
    return out


def _facts_allowed(rule: RowsOfRule, facts: Bools, served: Bools) -> RowsOfRule:
    """Return a rule that facts keep: what was swapped and served breaks no rule, and is not to be undone.

    A row's limit becomes what the facts come to where that is beyond it, so that no later turn adds to it. Of
    slots that go together, a part that is a fact leaves the other free, as the judge has it.
    """
    rows = rule.upper.size
    value = np.bincount(rule.row, weights=rule.factor * served[rule.slot, rule.person], minlength=rows)
    inside = np.bincount(rule.row, weights=facts[rule.slot], minlength=rows)
    whole = inside == np.bincount(rule.row, minlength=rows)
    # Seats, skills and overlaps are rows of the world, and no kind of side rule.
    parted = (inside > 0) & (rule.kind in KIND_OF and KIND_OF[rule.kind].parted_by_facts)
    upper = np.where(inside > 0, np.maximum(rule.upper, value), rule.upper)
    lower = np.where(whole, np.minimum(rule.lower, value), rule.lower)
    return replace(rule, lower=np.where(parted, -INFINITE, lower), upper=np.where(parted, INFINITE, upper))


SEATS: Final = 0
SKILLS: Final = 5
OVERLAPS: Final = 20
FROZEN: Final = 85
"""Places of what the world asks among the rules' ``program_place``: seats first, so that a conflict begins
with them. The numbers only order; rows in another order give other plans among those as good."""


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
    for slot in np.flatnonzero(done(problem)).tolist():
        who = problem.crew(problem.published, slot)
        able_to[slot] = False
        able_to[slot, who] = True
        want[slot] = who.size
    return able_to, want, _shares_of(problem, can, share, seats, want)


def _shares_of(problem: RotaProblem, can: Bools, share: Ints, seats: Ints, want: Ints) -> Ints:
    """Return shares that follow the seats that are filled: only slots with other seats are shared anew."""
    takers = members(problem) if problem.policy.grows.absent_too else can
    out = share.copy()
    for slot in np.flatnonzero(want != seats).tolist():
        out[slot] = share_of(problem, slot, can[slot], takers[slot], int(want[slot]))
    return out


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


def _favour(problem: RotaProblem) -> Floats | None:
    """Return what keeping each published turn is worth, in square turns, shape (S, P), or None."""
    if not len(problem.published) or not problem.stickiness:
        return None
    out = np.zeros((len(problem.seats), len(problem.people)))
    turn = np.flatnonzero(problem.published >= 0)
    # Stickiness is kept in thousandths of a turn.
    out[problem.seat_slot[turn], problem.published[turn]] = problem.stickiness / 1000
    return out


def _seats(problem: RotaProblem, able_to: Bools, seats: Ints) -> Iterator[RowsOfRule]:
    for slot, count in enumerate(seats.tolist()):
        who = np.flatnonzero(able_to[slot]).tolist()
        if who:
            cells = [(slot, person) for person in who]
            people = counted(count, "person", "people")
            could = counted(len(who), "person is", "people are")
            yield rows_of(
                "seats",
                f"{problem.slot_label[slot]} needs {people}, and {could} able to take it",
                [(cells, count, count)],
            )


def _skills(problem: RotaProblem, able_to: Bools) -> Iterator[RowsOfRule]:
    """Who serves must fit: of those able to take only some seats, no more than there are of these."""
    has = np.concatenate([skilled(problem), np.ones((len(problem.people), 1), dtype=bool)], axis=1)
    for slot in range(len(problem.seats)):
        asked = problem.seat_skill[problem.turns_of(slot)]
        kinds, count = np.unique(asked, return_counts=True)
        rows = []
        # Hall's condition: everybody who serves can be seated if and only if no set of kinds has more
        # people who fit only these than it has seats. The set of all kinds is the rule of the seats.
        for size in range(1, len(kinds)):
            for group in combinations(range(len(kinds)), size):
                others = [kind for code, kind in enumerate(kinds.tolist()) if code not in group]
                only = able_to[slot] & ~has[:, others].any(axis=1)
                cells = [(slot, person) for person in np.flatnonzero(only).tolist()]
                if cells:
                    rows.append(at_most(cells, float(count[list(group)].sum())))
        if rows:
            sentence = ", ".join(
                f"{number} for {'anybody' if kind < 0 else problem.skills[kind]}"
                for kind, number in zip(kinds.tolist(), count.tolist(), strict=True)
            )
            yield rows_of(
                "skill", f"the seats of {problem.slot_label[slot]} ask for skills: {sentence}", rows
            )


def _overlaps(problem: RotaProblem, able_to: Bools) -> Iterator[RowsOfRule]:
    """Yield the rule that nobody serves two slots at one time, where any run so."""
    if problem.overlaps:
        return
    rows = never_both(clashes(problem), able_to)
    if rows:
        yield rows_of("overlap", "nobody serves two slots that run at the same time", rows)


def _frozen(problem: RotaProblem) -> Iterator[RowsOfRule]:
    """Slots inside the frozen horizon keep the people that were published."""
    for slot in np.flatnonzero(done(problem)).tolist():
        rows: list[Row] = [
            ([(slot, person)], 1.0, 1.0) for person in problem.crew(problem.published, slot).tolist()
        ]
        if rows:
            yield rows_of("fixed", f"{problem.slot_label[slot]} is frozen as it was published", rows)


def kept(board: Board, plan: Bools) -> bool:
    """Whether a plan, shape (S, P), serves only able people and keeps every rule."""
    if (plan & ~board.able).any():
        return False
    # Factors are whole numbers, so floats add them exactly and need no tolerance.
    return not any(broken_rows(rule, plan).any() for rule in board.rules)


def broken_rows(rule: RowsOfRule, plan: Bools) -> Bools:
    """Return which rows of a rule a plan does not keep, shape (rows,)."""
    value = np.bincount(
        rule.row, weights=rule.factor * plan[rule.slot, rule.person], minlength=rule.lower.size
    )
    return np.asarray((value < rule.lower) | (value > rule.upper))


def breaks(rule: RowsOfRule, plan: Bools) -> int:
    """Return how often a plan breaks a rule that may be broken."""
    return int(np.unique(rule.breach[broken_rows(rule, plan)]).size)
