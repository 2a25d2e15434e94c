"""The judge: statement, objective, faults and headline, from problem and awards alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.sentences import counted
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.solution import Term, Verdict
from evenhand.core.statement import Statement
from evenhand.core.units import at_most, decimals
from evenhand.rota.judging.attendance import days_inside, may_serve, members_on
from evenhand.rota.judging.due import Due, before, carried_by_class, due_of
from evenhand.rota.judging.faults import faults_of, shape_faults
from evenhand.rota.judging.side_rules import Break, breaks_of
from evenhand.rota.judging.views import views_of
from evenhand.rota.problem import RotaProblem

BLOCK = 1 << 20
"""Cells whose squares are added up at a time; halves of 20 bits keep each sum within int64."""

# Squares of halves are below 2**40 and 2**20 of them below 2**60. With 22 bits and as many cells a block
# could leave int64.
HALF = 20


def judge(problem: RotaProblem, awards: Ints) -> Verdict:
    """Judge a plan: its objective, broken rules, statement and headline.

    Args:
        problem: the rota.
        awards: person of each seat-turn in order of slots, then seats; -1 for an open seat.

    Returns:
        The verdict. The objective, in ticks squared, is the sum over slots and people of the squared lag
        after each slot, by the shares of the slots and what history left: a ledger of its own for each class
        of slots (holidays, ordinary days), history belonging to the class with most seats. Smaller is
        smoother, and it can be compared between policies. A break of a rule with a weight costs more than
        all lags together: a plan that breaks less is always the better one. The statement follows the
        policy's accrual. Cost O(S P).
    """
    wrong = shape_faults(problem, awards)
    # Nothing else can be looked at: every step after this one takes the awards as people and seats.
    if wrong:
        empty = Statement.of_one_thing(
            problem.people, "turns", *np.zeros((2, len(problem.people)), dtype=np.int64)
        )
        return Verdict(0, (), tuple(wrong), empty, "This is not a plan of this rota.")
    can = may_serve(problem)
    due = due_of(problem, can, awards)
    statement = statement_of(problem, awards, due)
    terms = squared_lags(problem, awards, due)
    broken = [breach for breach in breaks_of(problem, awards) if problem.rules[breach.rule].weight]
    terms += _soft_terms(problem, broken)
    value = sum(term.value for term in terms)
    faults = tuple(faults_of(problem, awards, can))
    return Verdict(value, terms, faults, statement, _headline(problem, awards, statement, due, len(broken)))


def _soft_terms(problem: RotaProblem, broken: list[Break]) -> tuple[Term, ...]:
    """Return a term for each rule with a weight: its breaks times its weight, priced above all lags."""
    price = problem.break_price
    out = []
    for number, rule in enumerate(problem.rules):
        sentences = [breach.sentence for breach in broken if breach.rule == number]
        if rule.weight:
            sentence = f"Broken {counted(len(sentences), 'time')}: {'; '.join(sentences)}."
            value = len(sentences) * rule.weight * price
            out.append(Term(f"rule: {rule.said}", value, sentence if sentences else "Kept."))
    return tuple(out)


def squared_lags(problem: RotaProblem, awards: Ints, due: Due) -> tuple[Term, ...]:
    """Return the sum over slots and people of lag^2 after each slot, exactly, a term a class of slots."""
    start = carried_by_class(problem)
    out = []
    for code, name in enumerate(problem.classes):
        slots = np.flatnonzero(problem.slot_class == code)
        value = sum(_squares(part) for part in _lags(problem, awards, due, slots, start[code]))
        sentence = f"lag^2 over the plan, {name}" if name else "lag^2 over the plan"
        out.append(Term(sentence, value, "Squared lags of everybody after every slot, in ticks squared."))
    return tuple(out)


def largest_lag(problem: RotaProblem, awards: Ints) -> int:
    """Return the most ticks that anybody is behind or ahead after a slot, in the account of its class."""
    due, start = due_of(problem, may_serve(problem), awards), carried_by_class(problem)
    return max(
        (
            int(np.abs(part).max())
            for code in range(len(problem.classes))
            for part in _lags(problem, awards, due, np.flatnonzero(problem.slot_class == code), start[code])
        ),
        default=0,
    )


def _lags(problem: RotaProblem, awards: Ints, due: Due, slots: Ints, lag: Ints) -> Iterator[Ints]:
    """Yield everybody's lag after each slot of a class, in blocks of slots, shape (rows, P)."""
    place = np.full(len(problem.seats), -1, dtype=np.int64)
    place[slots] = np.arange(len(slots))
    slot = place[problem.seat_slot]
    load = np.repeat(problem.load, problem.seats) * TICKS
    # In blocks of rows, so that a long rota needs memory for one block and not for slots x people.
    rows = max(1, BLOCK // len(problem.people))
    for low in range(0, len(slots), rows):
        part = due.ticks[due.row[slots[low : low + rows]]]
        inside = (awards >= 0) & (slot >= low) & (slot < low + rows)
        np.subtract.at(part, (slot[inside] - low, awards[inside]), load[inside])
        part = lag + np.cumsum(part, axis=0)
        # The last row of a block is where the next one begins.
        lag = part[-1]
        yield part


def _squares(values: Ints) -> int:
    # Too large for halves of 20 bits: Python's integers are slow but have no limit.
    if int(np.abs(values).max()) >= 1 << 2 * HALF:
        return sum(value * value for value in values.ravel().tolist())
    high, low = values >> HALF, values & ((1 << HALF) - 1)
    return (
        (int((high * high).sum()) << 2 * HALF)
        + (int((high * low).sum()) << HALF + 1)
        + int((low * low).sum())
    )


def statement_of(problem: RotaProblem, awards: Ints, due: Due | None = None) -> Statement:
    """Return what was due and served, history and plan together, by the policy's accrual.

    ``present`` and ``member``: the shares of the slots. ``day``: all turns, shared by days of membership and
    weight up to the day after the plan. ``count``: all turns, shared equally among those who were ever
    members before the plan's end.
    """
    past = before(problem)
    load = np.repeat(problem.load, problem.seats)
    taken = awards >= 0
    served = past.served.copy()
    np.add.at(served, awards[taken], load[taken])
    grows = problem.policy.grows
    if grows.by_slot:
        due = due_of(problem, may_serve(problem), awards) if due is None else due
        owed = past.due + due.total()
    else:
        days = days_inside(problem, _end(problem))
        claim = (days > 0).astype(np.int64)
        if grows.by_days:
            claim = days * problem.weight + problem.earlier_claim
        claim = claim if claim.any() else np.ones_like(claim)
        # By days or equally, what is due is defined by what was served, so both sums are the same to the
        # tick.
        owed = largest_remainder(int(served.sum()) * TICKS, claim)
    return Statement.of_one_thing(problem.people, "turns", owed, served)


def _end(problem: RotaProblem) -> int:
    """Return the day after the plan, or after history where there is no slot."""
    if len(problem.slot_end):
        return int(problem.slot_end.max()) + 1
    return int(problem.history_day.max(initial=0)) + 1


def _headline(problem: RotaProblem, awards: Ints, statement: Statement, due: Due, broken: int) -> str:
    inside = members_on(problem, _end(problem) - 1)
    lag = np.abs(statement.lag)
    most = int(lag[inside if inside.any() else slice(None)].max(initial=0))
    sentences = [_at_most(most / TICKS)]
    # Those who stay share what somebody left with, so it is nobody's any more; yet the accounts show it.
    gone = np.flatnonzero(~inside & (lag > max(most, TICKS))) if inside.any() else np.zeros(0, dtype=np.int64)
    if gone.size:
        first = int(gone[np.argmax(lag[gone])])
        more = f" (and {gone.size - 1} more)" if gone.size > 1 else ""
        side = "behind" if statement.lag[first] > 0 else "ahead"
        sentences.append(f"{problem.people[first]}{more} left {decimals(lag[first] / TICKS, 1)} turns {side}")
    views = views_of(problem, awards, due)
    if views:
        worst = max(views, key=lambda view: view.worst)
        even = at_most(worst.worst, 1) == "0.0"
        more = f"in no view more than {_turns(worst.worst)} (worst: {worst.name})"
        sentences.append("even in every view" if even else more)
    wait = _longest_wait(problem, awards)
    if wait:
        count, unit = (wait // 7, "week") if not wait % 7 else (wait, "day")
        sentences.append(f"longest wait {counted(count, unit)}")
    if broken:
        sentences.append(f"rules broken {'once' if broken == 1 else f'{broken} times'}")
    open_seats = int((awards < 0).sum())
    if open_seats:
        sentences.append(counted(open_seats, "open seat"))
    return "; ".join(sentences) + "."


def _turns(lag: float) -> str:
    """Say the most that a lag is: ``0.6 of a turn``, ``1 turn``, ``1.4 turns``."""
    text = at_most(lag, 1)
    if text == "1.0":
        return "1 turn"
    return f"{text} of a turn" if lag < 1 else f"{text} turns"


def _at_most(lag: float) -> str:
    if at_most(lag, 1) == "0.0":
        return "Everybody has served what was due"
    return f"Nobody is more than {_turns(lag)} behind or ahead"


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
