"""The judge: statement, objective, faults and headline, from problem and awards alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.solution import Columns, Term, Verdict
from evenhand.core.statement import Statement
from evenhand.rota.asking.substitutes import substitutes
from evenhand.rota.judging.faults import faults_of, shape_faults
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.entitlement import history, opening, share_of, shares
from evenhand.rota.solving.model.presence import able, member_days, member_on, members

__all__ = ["columns", "judge", "nearest", "squared_lags", "statement_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BLOCK = 1 << 20
"""Cells whose squares are added up at a time; halves of 20 bits keep each sum within int64."""

HALF = 20


def judge(problem: RotaProblem, awards: Ints) -> Verdict:
    """Look at a plan.

    Args:
        problem: the rota.
        awards: person of each seat-turn in order of slots, then seats; -1 for an open seat.

    Returns:
        The verdict. The objective, in ticks squared, is the sum over slots and people of the squared lag
        after each slot, by the shares of the slots and what history left: a ledger of its own for each class
        of slots (holidays, ordinary days), history belonging to the class with most seats. Smaller is
        smoother, and it can be compared between policies. The statement follows the policy's accrual.
        Cost O(S P).
    """
    wrong = shape_faults(problem, awards)
    if wrong:
        empty = Statement.of_one_thing(
            problem.people, "turns", *np.zeros((2, len(problem.people)), dtype=np.int64)
        )
        return Verdict(0, (), tuple(wrong), empty, "This is no plan of this rota.")
    can = able(problem)
    found = faults_of(problem, awards, can)
    statement = statement_of(problem, awards, can)
    terms = squared_lags(problem, awards, _due(problem, awards, can))
    value = sum(term.value for term in terms)
    return Verdict(value, terms, tuple(found), statement, _headline(problem, awards, statement))


def _due(problem: RotaProblem, awards: Ints, can: Bools) -> Ints:
    """Return the ticks of each slot for each person, shape (S, P); a seat left open is due to nobody."""
    out = shares(problem, can)
    filled = np.bincount(problem.seat_slot[awards >= 0], minlength=len(problem.seats))
    takers = members(problem) if problem.policy.accrual == "member" else can
    short = np.flatnonzero(out.sum(axis=1) != filled * problem.load * TICKS)
    for slot in short.tolist():
        out[slot] = share_of(problem, slot, can[slot], takers[slot], int(filled[slot]))
        rest = int(filled[slot] * problem.load[slot]) * TICKS - int(out[slot].sum())
        crew = awards[problem.first_seat[slot] : problem.first_seat[slot + 1]]
        crew = crew[crew >= 0]  # what people served who were not able is due to those who served
        np.add.at(out[slot], crew, largest_remainder(rest, np.ones_like(crew)) if len(crew) else 0)
    return out


def squared_lags(problem: RotaProblem, awards: Ints, due: Ints) -> tuple[Term, ...]:
    """Return the sum over slots and people of lag^2 after each slot, exactly, a term a class of slots."""
    seats = np.bincount(problem.slot_class, weights=problem.seats, minlength=len(problem.classes))
    first = int(seats.argmax())
    out = []
    for code, name in enumerate(problem.classes):
        slots = np.flatnonzero(problem.slot_class == code)
        start = opening(problem) if code == first else np.zeros(len(problem.people), dtype=np.int64)
        value = _class_squares(problem, awards, due, slots, start)
        said = f"lag^2 over the plan, {name}" if name else "lag^2 over the plan"
        out.append(Term(said, value, "Squared lags of everybody after every slot, in ticks squared."))
    return tuple(out)


def _class_squares(problem: RotaProblem, awards: Ints, due: Ints, slots: Ints, lag: Ints) -> int:
    place = np.full(len(problem.seats), -1, dtype=np.int64)
    place[slots] = np.arange(len(slots))
    slot = place[problem.seat_slot]
    load = np.repeat(problem.load, problem.seats) * TICKS
    total = 0
    rows = max(1, BLOCK // len(problem.people))
    for low in range(0, len(slots), rows):
        part = due[slots[low : low + rows]]
        inside = (awards >= 0) & (slot >= low) & (slot < low + rows)
        np.subtract.at(part, (slot[inside] - low, awards[inside]), load[inside])
        part = lag + np.cumsum(part, axis=0)
        lag = part[-1]
        total += _squares(part)
    return total


def _squares(values: Ints) -> int:
    if int(np.abs(values).max(initial=0)) >= 1 << 2 * HALF:
        return sum(value * value for value in values.ravel().tolist())
    high, low = values >> HALF, values & ((1 << HALF) - 1)
    return (
        (int((high * high).sum()) << 2 * HALF)
        + (int((high * low).sum()) << HALF + 1)
        + int((low * low).sum())
    )


def statement_of(problem: RotaProblem, awards: Ints, can: Bools | None = None) -> Statement:
    """Return what was due and served, history and plan together, by the policy's accrual.

    ``present`` and ``member``: the shares of the slots. ``day``: all turns, shared by days of membership and
    weight up to the day after the plan. ``count``: all turns, shared equally among those who were ever
    members before the plan's end.
    """
    can = able(problem) if can is None else can
    past = history(problem)
    load = np.repeat(problem.load, problem.seats)
    taken = awards >= 0
    served = past.served.copy()
    np.add.at(served, awards[taken], load[taken])
    accrual = problem.policy.accrual
    if accrual in {"present", "member"}:
        due = past.due + _due(problem, awards, can).sum(axis=0)
    else:
        days = member_days(problem, _end(problem))
        claim = days * problem.weight if accrual == "day" else (days > 0).astype(np.int64)
        claim = claim if claim.any() else np.ones_like(claim)
        due = largest_remainder(int(served.sum()) * TICKS, claim)
    return Statement.of_one_thing(problem.people, "turns", due, served)


def _end(problem: RotaProblem) -> int:
    """Return the day after the plan, or after history where there is no slot."""
    if len(problem.slot_end):
        return int(problem.slot_end.max()) + 1
    return int(problem.history_day.max(initial=0)) + 1


def _headline(problem: RotaProblem, awards: Ints, statement: Statement) -> str:
    inside = member_on(problem, _end(problem) - 1)
    lag = statement.lag[inside if inside.any() else slice(None)] / TICKS
    low, high = float(lag.min()), float(lag.max())
    said = [f"Lags within {low:+.1f} to {high:+.1f} turns; spread {high - low:.1f}"]
    wait = _longest_wait(problem, awards)
    if wait:
        count, unit = (wait // 7, "week") if not wait % 7 else (wait, "day")
        said.append(f"longest wait {count} {unit}{'s' * (count > 1)}")
    open_seats = int((awards < 0).sum())
    if open_seats:
        said.append(f"{open_seats} open {'seat' if open_seats == 1 else 'seats'}")
    return "; ".join(said) + "."


def _longest_wait(problem: RotaProblem, awards: Ints) -> int:
    """Return the most days between two turns of one person, history included; 0 where nobody has two."""
    taken = awards >= 0
    who = np.concatenate([problem.history_person, awards[taken]])
    day = np.concatenate([problem.history_day, problem.slot_start[problem.seat_slot[taken]]])
    order = np.lexsort((day, who))
    same = who[order][1:] == who[order][:-1]
    return int(np.diff(day[order])[same].max(initial=0))


def nearest(problem: RotaProblem, awards: Ints) -> Ints:
    """Return the nearest whole outcome, a number a person: all turns, apportioned by what was due."""
    statement = statement_of(problem, awards)
    total = int(statement.received.sum())
    if not total:
        return np.zeros(len(problem.people), dtype=np.int64)
    return largest_remainder(total, statement.entitlement)


def columns(problem: RotaProblem, awards: Ints) -> Columns:
    """Return the plan as a table, a row a seat; where one is open ``name`` is empty and ``note`` says why."""
    slot = problem.seat_slot
    seat = np.arange(len(slot)) - problem.first_seat[slot]
    can = able(problem) if (awards < 0).any() else np.zeros((0, 0), dtype=bool)
    skills = [*problem.skills, ""]

    def note(at: int) -> str:
        if awards[at] >= 0:
            return ""
        if not can[slot[at]].any():
            return "nobody is able"
        skill = skills[int(problem.seat_skill[at])]
        return f"nobody else with the skill {skill} is free" if skill else "nobody else is free"

    day = [date.fromordinal(int(value)).isoformat() for value in problem.slot_start[slot]]
    last = [date.fromordinal(int(value)).isoformat() for value in problem.slot_end[slot]]
    table: dict[str, list[Any]] = {
        "date": day,
        "until": last,
        "duty": [problem.duties[int(problem.slot_duty[at])] for at in slot],
        "seat": (seat + 1).tolist(),
        "name": [problem.people[who] if who >= 0 else "" for who in awards.tolist()],
        "skill": [skills[code] for code in problem.seat_skill.tolist()],
        "load": problem.load[slot].tolist(),
        "class": [problem.classes[int(problem.slot_class[at])] for at in slot],
        "hours": [minutes / 60 for minutes in problem.slot_minutes[slot].tolist()],
        "note": [note(at) for at in range(len(slot))],
    }
    if problem.substitutes:
        named = substitutes(problem, awards)
        table["substitutes"] = ["; ".join(named[at]) for at in slot]
    return table
