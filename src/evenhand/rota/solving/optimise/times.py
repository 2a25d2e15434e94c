"""Rules over time: rest between turns, remembered from history, and slots that run at the same time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.clashes import clashes
from evenhand.rota.solving.optimise.board import Rule, rule

__all__ = ["earliest_slot", "hours_rules", "overlap_rules", "rest_after", "rest_rules", "rest_words"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

INFINITE = float("inf")
Cells = list[tuple[int, int]]


def rest_after(problem: RotaProblem) -> Ints:
    """Return the first slot that somebody who served a slot may serve again, by rest, shape (S,)."""
    starts, day = np.unique(problem.slot_start, return_inverse=True)
    slots = np.arange(len(problem.seats))
    out = slots + 1
    # Both rests hold together: the later of the two slots counts.
    if problem.rest_slots:
        first = np.searchsorted(day, day + problem.rest_slots, side="right")
        out = np.maximum(out, first)
    if problem.rest_days:
        out = np.maximum(
            out, np.searchsorted(problem.slot_start, problem.slot_end + problem.rest_days, side="right")
        )
    del starts
    return np.asarray(out, dtype=np.int64)


def earliest_slot(problem: RotaProblem) -> Ints:
    """Return the first slot each person may serve, resting from turns before the plan, shape (P,)."""
    people = len(problem.people)
    out = np.zeros(people, dtype=np.int64)
    if not len(problem.history_day) or not (problem.rest_slots or problem.rest_days):
        return out
    last = np.zeros(people, dtype=np.int64)
    np.maximum.at(last, problem.history_person, problem.history_day)
    served = last > 0
    past = np.unique(problem.history_day)
    since = past.size - np.searchsorted(past, last, side="right")
    starts, day = np.unique(problem.slot_start, return_inverse=True)
    wait = np.maximum(problem.rest_slots - since, 0)
    by_slots = np.searchsorted(day, wait, side="left")
    by_days = np.searchsorted(problem.slot_start, last + problem.rest_days, side="right")
    del starts
    return np.where(served, np.maximum(by_slots, by_days if problem.rest_days else 0), out)


def rest_words(problem: RotaProblem) -> str:
    """Say the rest between turns: in weeks where slots start weekly."""
    parts = []
    if problem.rest_slots:
        weekly = (np.diff(np.unique(problem.slot_start)) == 7).all()  # noqa: PLR2004 - days of a week
        unit = "week" if weekly else "start day"
        parts.append(f"{problem.rest_slots} {unit}{'s' * (problem.rest_slots > 1)} of rest")
    if problem.rest_days:
        parts.append(f"{problem.rest_days} whole {'day' if problem.rest_days == 1 else 'days'} between turns")
    return " and ".join(parts)


def rest_rules(problem: RotaProblem, able_to: Bools, after: Ints, earliest: Ints) -> Iterator[Rule]:
    """Yield the rest rule, where there is one."""
    if not (problem.rest_slots or problem.rest_days):
        return
    rows: list[tuple[Cells, float, float]] = []
    nested = bool((after[1:] < after[:-1]).any())  # a long slot outlasts the rest of a later one
    for slot in range(len(after)):
        until = int(after[slot])
        if nested:
            pairs = [
                [(slot, person), (at, person)]
                for at in range(slot + 1, until)
                for person in np.flatnonzero(able_to[slot] & able_to[at]).tolist()
            ]
            rows += [(pair, -INFINITE, 1.0) for pair in pairs]
        # One row for a whole run of slots that rest closes to each other. A run inside the one before it
        # says nothing new.
        elif until > slot + 1 and (slot == 0 or until > after[slot - 1]):
            for person in np.flatnonzero(able_to[slot:until].any(axis=0)).tolist():
                cells = [(at, person) for at in range(slot, until) if able_to[at, person]]
                if len(cells) > 1:
                    rows.append((cells, -INFINITE, 1.0))
    early = np.argwhere(able_to & (np.arange(len(after))[:, None] < earliest))
    rows += [([(slot, person)], -INFINITE, 0.0) for slot, person in early.tolist()]
    yield rule("rest", f"everybody has {rest_words(problem)} after a turn", rows)


def overlap_rules(problem: RotaProblem, able_to: Bools) -> Iterator[Rule]:
    """Yield the rule that nobody serves two slots at one time, where any run so."""
    if problem.overlaps:
        return
    rows = _never_both(clashes(problem), able_to)
    if rows:
        yield rule("overlap", "nobody serves two slots that run at the same time", rows)


def hours_rules(problem: RotaProblem, able_to: Bools) -> Iterator[Rule]:
    """Yield the rule of hours between two turns, where there is one; history's turns end with their day."""
    if not problem.rest_minutes:
        return
    rows = _never_both(clashes(problem, problem.rest_minutes), able_to)
    last = np.full(len(problem.people), -1, dtype=np.int64)
    np.maximum.at(last, problem.history_person, problem.history_day)
    # 1440 minutes a day: history knows days only, so a turn of then is taken to end with its day.
    free = np.where(last >= 0, (last + 1) * 1440 + problem.rest_minutes, 0)
    early = np.argwhere(able_to & (problem.slot_utc[:, None] < free))
    rows += [([(slot, person)], -INFINITE, 0.0) for slot, person in early.tolist()]
    hours = f"{problem.rest_minutes / 60:g} hours"
    yield rule("rest hours", f"everybody has {hours} of rest after a turn", rows)


def _never_both(pairs: Iterator[tuple[int, int]], able_to: Bools) -> list[tuple[Cells, float, float]]:
    rows: list[tuple[Cells, float, float]] = []
    for one, other in pairs:
        both = np.flatnonzero(able_to[one] & able_to[other]).tolist()
        rows += [([(one, person), (other, person)], -INFINITE, 1.0) for person in both]
    return rows
