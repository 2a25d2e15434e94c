"""The rota's ledger: for each slot who was due what share then, and who served; and the next plan from there.

A history of days and names knows who served, and nothing of what was due: weights, skills, absences and who
was a member change, and shares worked out later rewrite the past. The ledger books shares when a plan is
published, by the judge's figures, in ticks. Two kinds of lines stand for each slot: what it made due to whom
(its thing is the slot's id), and who served which turn of it (its thing is the turn's id).

The next plan begins where the ledger ends: its turns are the history, its balances the lags, an account for
each class of slots. So several plans of a year each keep everybody where one plan of all years would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, InputError
from evenhand.core.ledger import Entry, Head, Ledger, Line
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.units import decimals
from evenhand.rota.judging.attendance import days_inside, may_serve, members_on
from evenhand.rota.judging.due import before, due_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import slot_names, slot_of_turn, turn_ids
from evenhand.rota.problem.views import SlotFacts, belongs, minutes

UNIT: Final = "turns"
"""What a rota's ledger counts."""

HISTORY: Final = "history"
"""The period under which turns of a table of history are booked."""

DAYS_OF_A_WEEK: Final = 7

_OF_A_PERIOD = frozenset({"statement", "amendment", "correction"})


def lines_of_plan(problem: RotaProblem, awards: Ints) -> list[list[Line]]:
    """Return what a plan makes due and who serves, as lines, a list a slot.

    Args:
        problem: the rota, with weights, skills, absences and memberships as they are when it is published.
        awards: the plan.

    Returns:
        For each slot a line for everybody it is due to, then one for everybody who serves it. Each slot's
        lines balance, in the account of its class ("" for ordinary days). Cost O(S P).

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 1), policy="ledger")
    >>> [(line.claimant, line.due / TICKS, line.received // TICKS, line.thing)
    ...  for line in lines_of_plan(garden, np.array([1]))[0]]  # doctest: +NORMALIZE_WHITESPACE
    [('Ada', 0.5, 0, 'duty/2026-01-05'), ('Ben', 0.5, 0, 'duty/2026-01-05'),
     ('Ben', 0.0, 1, 'duty/2026-01-05/1')]
    """
    # The judge's figures and not the method's: what is booked stands whoever made the plan.
    due = due_of(problem, may_serve(problem), awards)
    turns, first = turn_ids(problem), problem.first_seat.tolist()
    out = []
    for slot, name in enumerate(slot_names(problem)):
        account = problem.classes[int(problem.slot_class[slot])]
        ticks = due.ticks[due.row[slot]]
        lines = [
            Line(problem.people[who], int(ticks[who]), 0, str(name), name.when, account)
            for who in np.flatnonzero(ticks).tolist()
        ]
        units = int(problem.load[slot]) * TICKS
        for seat in range(first[slot], first[slot + 1]):
            if awards[seat] >= 0:
                person = problem.people[int(awards[seat])]
                lines.append(Line(person, 0, units, turns[seat], name.when, account))
        out.append(lines)
    return out


@said_in_words
def published(ledger: Ledger, problem: RotaProblem, awards: Ints, label: str = "") -> Ledger:
    """Book a plan slot by slot: shares as they are now, who serves, who comes and goes on the way.

    Who leaves is closed before the first slot without them, their lag shared by weight among those who stay;
    who comes back finds it again; a weight that is another than before is booked with its day.

    Args:
        ledger: as it is; it is not changed.
        problem: the rota that was planned.
        awards: its plan.
        label: the period's name; the first slot's day if empty.

    Raises:
        InputError: the period, or one of its slots, is booked already; or the ledger counts something else.

    Cost: linear in slots times the people who could serve them.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 1), policy="ledger")
    >>> book = published(Ledger(unit="turns"), garden, np.array([1]))
    >>> {name: lag / TICKS for name, lag in book.balances.items()}
    {'Ada': 0.5, 'Ben': -0.5}
    """
    label = label or (problem.slot_label[0] if problem.slot_label else "")
    # Before anything is booked, so that a refusal leaves no half of a plan.
    known = {entry.thing: entry.label for entry in ledger.entries if entry.kind == "statement"}
    _refuse_twice(problem, known, label, "Record what changed with --amend, or plan later slots")
    ledger = booked(ledger, problem, awards, label)
    if label not in ledger.head.labels:
        raise InputError.one("has no slot to record", "Publish a plan that has some", came=label)
    return ledger


def booked(ledger: Ledger, problem: RotaProblem, awards: Ints, label: str) -> Ledger:
    """Return the ledger with a plan booked slot by slot, as ``published`` does; unchanged if nobody serves.

    Args:
        ledger: as it is.
        problem: the rota.
        awards: its plan.
        label: the period's name.
    """
    ledger = _imported(ledger, problem).publish(label, (), unit=UNIT)
    waiting: list[Line] = []
    inside: frozenset[str] | None = None
    # slots between two changes of membership are booked at once: it is the changes that need the balances
    for slot, lines in enumerate(lines_of_plan(problem, awards)):
        day = int(problem.slot_start[slot])
        now = frozenset(problem.people[who] for who in np.flatnonzero(members_on(problem, day)).tolist())
        if now != inside:
            ledger = _added(ledger, label, waiting)
            waiting = []
            ledger = _settled(ledger, label, now, problem, date.fromordinal(day).isoformat())
            inside = now
        waiting += lines
    return _added(ledger, label, waiting)


def _imported(ledger: Ledger, problem: RotaProblem) -> Ledger:
    """Book a history that the plan was made with, into a new ledger: its turns, and what they made due."""
    # A table of history is booked once, into an empty ledger; later it would count turns twice.
    if ledger.head.seq or len(problem.booked_due) or not len(problem.history_day):
        return ledger
    past = before(problem)
    columns = (problem.history_day, problem.history_person, problem.history_load)
    lines, count = [], dict.fromkeys(problem.history_day.tolist(), 0)
    for day, who, load in zip(*(column.tolist() for column in columns), strict=True):
        count[day] += 1
        when = date.fromordinal(day).isoformat()
        thing = f"{HISTORY}/{when}/{count[day]}"
        lines.append(Line(problem.people[who], 0, load * TICKS, thing, when))
    last = date.fromordinal(int(problem.history_day.max())).isoformat()
    # a table of turns says nothing of classes: all of it is due in the ordinary account
    lines += [
        Line(name, due, 0, HISTORY, last)
        for name, due in zip(problem.people, past.due.tolist(), strict=True)
        if due
    ]
    return ledger.publish(HISTORY, lines, unit=UNIT)


def _added(ledger: Ledger, label: str, lines: list[Line]) -> Ledger:
    return ledger.publish(label, lines, unit=UNIT, continued=True) if lines else ledger


def _refuse_twice(problem: RotaProblem, known: Mapping[str, str], table: str, mend: str) -> None:
    """Refuse slots that stand in the ledger already, under whatever period; ``known`` is slots to periods."""
    twice = [name for name in map(str, slot_names(problem)) if name in known]
    if twice:
        more = f", and so are {len(twice) - 1:,} more of its slots" if len(twice) > 1 else ""
        raise InputError.one(
            f"is booked already, in the period {known[twice[0]]}{more.replace('are 1 more', 'is 1 more')}",
            mend, came=twice[0], table=table, column="slot",
        )  # fmt: skip


def _settled(ledger: Ledger, label: str, inside: Iterable[str], problem: RotaProblem, when: str) -> Ledger:
    """Book who left, who came and who came back, and weights that changed, as of a day.

    Leavers come first and newcomers after, as in the methods: a newcomer takes no part of an old lag.
    """
    weight = dict(zip(problem.people, problem.weight.tolist(), strict=True))
    now, head = frozenset(inside), ledger.head
    # a leaver who was booked a fact since then is closed again, so that members' lags sum to 0
    odd = {name for name, lag in ledger.balances.items() if lag}
    gone = sorted((head.members | odd) - now)
    stay = {name: weight[name] for name in head.members & now}
    for name in gone if stay else ():
        ledger = ledger.leave(label, name, stay, when)
    back = sorted(now & head.left_with.keys())
    for name in back if stay else ():
        ledger = ledger.come_back(label, name, stay, when)
    ledger = ledger.join(label, now - head.members - ledger.head.left_with.keys() - frozenset(back))
    for name in sorted(now & ledger.head.members):
        ledger = ledger.weigh(label, name, Fraction(weight[name], problem.weight_parts), when)
    return ledger


def amended_in(ledger: Ledger, problem: RotaProblem, awards: Ints, label: str = "") -> Ledger:
    """Book what a later plan changes for a period that is published, then who left or came by its end.

    What stands booked includes swaps and missed turns: give a plan that has them too (``as_served``).

    Raises:
        InputError: none of its slots is booked.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 1), policy="ledger")
    >>> book = published(Ledger(unit="turns"), garden, np.array([1]))
    >>> amended_in(book, garden, np.array([0])).balances["Ada"] / TICKS
    -0.5
    """
    label = label or label_of(ledger, problem)
    lines = [line for slot in lines_of_plan(problem, awards) for line in slot]
    after = ledger.amend(label, None, lines, note="amended plan")
    day = int(problem.slot_start[-1])
    inside = [problem.people[who] for who in np.flatnonzero(members_on(problem, day)).tolist()]
    return _settled(after, label, inside, problem, date.fromordinal(day).isoformat())


def label_of(ledger: Ledger, problem: RotaProblem) -> str:
    """Return the period under which most of a plan's slots are booked.

    Raises:
        InputError: none of them is.
    """
    ids = {str(name) for name in slot_names(problem)}
    count: dict[str, int] = {}
    for entry in ledger.entries:
        if entry.kind == "statement" and entry.thing in ids:
            count[entry.label] = count.get(entry.label, 0) + 1
    if not count:
        first = problem.slot_label[0] if problem.slot_label else ""
        raise InputError.one("is not booked yet", "Publish it first", came=first, column="label")
    # Sorted first, so that of periods with equally many slots the first by name is taken in every run.
    return max(sorted(count), key=lambda label: count[label])


@dataclass(frozen=True, slots=True)
class Served:
    """A turn as the ledger has it: id, who serves it, when, what it counts, and where it is booked."""

    turn: str
    person: str
    when: str
    load: int
    account: str
    label: str


def served_turns(ledger: Ledger) -> dict[str, Served]:
    """Return who serves which turn after all swaps and amendments, by the turn's id, in order of time.

    Returns:
        Turns that somebody serves. Cost O(entries).
    """
    # Added up, because a swap takes a turn off one and gives it to another: who has more than 0 left
    # serves.
    net: dict[tuple[str, str], int] = {}
    about: dict[str, Entry] = {}
    for entry in ledger.entries:
        if entry.kind in _OF_A_PERIOD and entry.received:
            key = (entry.thing, entry.claimant)
            net[key] = net.get(key, 0) + entry.received
            about.setdefault(entry.thing, entry)
    turns = [
        Served(thing, name, about[thing].when, got // ledger.ticks, about[thing].account, about[thing].label)
        for (thing, name), got in net.items()
        if got > 0 and thing
    ]
    return {turn.turn: turn for turn in sorted(turns, key=lambda turn: (turn.when, turn.turn))}


def next_day(ledger: Ledger) -> str | None:
    """Return the first day after the turns of a ledger, "2026-03-16"; None where it has none.

    A ledger knows on which day a turn starts, not how long it is: it ends when the next would start, as the
    last two did, and after a week at most.
    """
    days = sorted({_ordinal(entry.when) for entry in ledger.entries if entry.thing and entry.when})
    if not days:
        return None
    apart = days[-1] - days[-2] if len(days) > 1 else DAYS_OF_A_WEEK
    return date.fromordinal(days[-1] + min(DAYS_OF_A_WEEK, apart)).isoformat()


def as_served(ledger: Ledger, problem: RotaProblem, awards: Ints, label: str = "") -> Ints:
    """Return a published plan with what the ledger knows of it: swaps made and turns missed since.

    Args:
        ledger: a rota's.
        problem: the plan's problem.
        awards: the plan as it was published; it stays as it is.
        label: the period; found by its slots if empty.

    Returns:
        Awards; -1 where the ledger has nobody. Turns of slots that it does not have stay as planned.

    Raises:
        InputError: none of the plan's slots is booked, or somebody served who is not in the plan's people.
    """
    label = label or label_of(ledger, problem)
    booked = {
        slot_of_turn(entry.thing) for entry in ledger.entries if entry.label == label and entry.received
    }
    serves = served_turns(ledger)
    code = {name: person for person, name in enumerate(problem.people)}
    out = awards.copy()
    for seat, turn in enumerate(turn_ids(problem)):
        # The ledger knows nothing of such a slot, which is not the same as nobody having served it.
        if slot_of_turn(turn) not in booked:
            continue
        served = serves.get(turn)
        if served is not None and served.person not in code:
            raise InputError.one(
                f"served {turn} and is not in the plan's people",
                "Plan again with everybody who serves in the table of people",
                came=served.person,
            )
        out[seat] = -1 if served is None else code[served.person]
    return out


def swapped(ledger: Ledger, turn: str, to: str, note: str = "") -> Ledger:
    """Book that somebody else serves (or served) a turn: a new entry, both accounts move by its load.

    Args:
        ledger: a rota's; it is not changed.
        turn: the turn's id, or a slot's id where only one serves it.
        to: who serves instead.
        note: why; "Ben for Ada" if empty.

    Raises:
        InputError: there is no such turn, nobody serves it, or ``to`` has no account or serves it already.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 1), policy="ledger")
    >>> book = published(Ledger(unit="turns"), garden, np.array([1]))
    >>> swapped(book, "duty/2026-01-05/1", "Ada").balances["Ada"] / TICKS
    -0.5
    """
    served = _turn(ledger, turn)
    # Others of the same slot, too: nobody can serve two seats of it.
    crew = {other.person for other in served_turns(ledger).values() if _same_slot(other, served)}
    if to in crew:
        raise InputError.one(f"serves {slot_of_turn(served.turn)} already", "Name somebody else", came=to)
    return ledger.correct(
        served.label, to, served.person, served.load, note or f"{to} for {served.person}",
        thing=served.turn, when=served.when, account=served.account,
    )  # fmt: skip


def not_served(ledger: Ledger, turn: str, note: str) -> Ledger:
    """Book that no member served a turn: it was missed, or somebody from outside did it.

    There is then one turn less to share: what the slot made due shrinks for everybody in proportion, and the
    turn is taken off whoever was to serve it, who therefore still owes it.

    Args:
        ledger: a rota's; it is not changed.
        turn: the turn's id, or a slot's id where only one serves it.
        note: why, such as "missed" or "Zoe from next door served".

    Raises:
        InputError: there is no such turn, or nobody serves it.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 1), policy="ledger")
    >>> book = published(Ledger(unit="turns"), garden, np.array([1]))
    >>> dict(not_served(book, "duty/2026-01-05/1", "missed").balances)
    {'Ada': 0, 'Ben': 0}
    """
    served = _turn(ledger, turn)
    slot = slot_of_turn(served.turn)
    count = sum(_same_slot(other, served) for other in served_turns(ledger).values())
    due = {line.claimant: line.due for line in ledger.booked(served.label) if line.thing == slot and line.due}
    names = sorted(due)
    total = sum(due.values())
    # one of `count` turns is gone, and with it that part of everybody's share, to the tick
    less = largest_remainder(total // count, [due[name] for name in names]).tolist() if names else []
    about = {"note": note, "when": served.when, "account": served.account}
    drafts = [Entry(0, "correction", served.label, name, -part, 0, thing=slot, **about)
              for name, part in zip(names, less, strict=True) if part]  # fmt: skip
    units = -served.load * ledger.ticks
    drafts.append(Entry(0, "correction", served.label, served.person, 0, units, thing=served.turn, **about))
    return ledger.append(drafts)


def _same_slot(turn: Served, other: Served) -> bool:
    return slot_of_turn(turn.turn) == slot_of_turn(other.turn)


def _turn(ledger: Ledger, turn: str) -> Served:
    """Find a turn by its id, or by its slot's where one person serves it."""
    serves = served_turns(ledger)
    if turn in serves:
        return serves[turn]
    here = [served for served in serves.values() if slot_of_turn(served.turn) == turn]
    if len(here) == 1:
        return here[0]
    near = [name for name in serves if turn and turn.casefold() in name.casefold()][:3]
    mend = f"Did you mean {', '.join(near)}?" if near else "Turns are named duty/day/seat, as in the plan"
    raise InputError.one("is not a turn of this ledger", mend.removesuffix("?"), came=turn, column="turn")


@said_in_words
def with_ledger(problem: RotaProblem, ledger: Ledger, *, without: str | None = None) -> RotaProblem:
    """Return the problem that begins where the ledger ends.

    Args:
        problem: the new plan's; it has no history of its own.
        ledger: a rota's.
        without: a period to leave out: the one that is planned anew.

    Returns:
        The problem with the ledger's turns as its history and the ledger's balances as its lags, an account
        for each class. Somebody new stands at 0. Members of the ledger who are not in the table, or have left
        by the first slot, count as having left: their lag is shared among those who stay.

    Raises:
        InputError: the problem has a history of its own, or slots that are booked already; or the ledger
            counts something else.

    Cost: linear in the ledger's entries and the people.

    Example:
        >>> import evenhand as eh
        >>> rota = eh.RotaProblem.from_values(["Al", "Bo", "Cy"], eh.weekly("2026-01-05", 3), policy="ledger")
        >>> plan = eh.solve(rota)
        >>> ledger = eh.rota.published(eh.Ledger(unit="turns"), plan.problem, plan.awards)
        >>> april = eh.RotaProblem.from_values(list(rota.people), eh.weekly("2026-04-06", 3), policy="ledger")
        >>> eh.solve(eh.rota.with_ledger(april, ledger)).statement.received.tolist()
        [2, 2, 2]
    """
    if ledger.unit and ledger.unit != UNIT:
        raise InputError.one(f"count {ledger.unit}", "Give a ledger of turns", came="this ledger's entries")
    if len(problem.history_day):
        raise InputError.one(
            "does not go with a ledger, which holds these turns already",
            "Leave out one of them: history becomes a ledger by publishing a plan made with it",
            table="history",
        )
    kept = replace(ledger, entries=tuple(entry for entry in ledger.entries if entry.label != without))
    # Planned a second time a slot would have two crews. A period that was taken back has none any more.
    crewed = {slot_of_turn(turn.turn): turn.label for turn in served_turns(kept).values()}
    _refuse_twice(
        problem, crewed, "ledger", "Plan later slots, or plan the period anew with --published PLAN.json"
    )
    problem = _in_parts_of(_members_since(problem, ledger), ledger)
    # Who left or came is settled as of the plan's first day, so that members' lags sum to 0 when it begins.
    first = int(problem.slot_start[0]) if len(problem.slot_start) else 1
    inside = [problem.people[who] for who in np.flatnonzero(members_on(problem, first)).tolist()]
    settled = _settled(kept, "", inside, problem, "")
    # Turns of people who are gone stay in the ledger; their lag was shared, so history needs no row of
    # them.
    turns = [turn for turn in served_turns(kept).values() if turn.person in set(problem.people)]
    code = {name: person for person, name in enumerate(problem.people)}
    rows = [
        (_ordinal(turn.when), code[turn.person], turn.load, *_views_of_slot(problem, turn.turn, turn.account))
        for turn in turns
    ]
    columns = _opened(problem, settled, kept, rows)
    return replace(problem, **columns, warnings=(*problem.warnings, *_notes(problem, kept)))


def _in_parts_of(problem: RotaProblem, ledger: Ledger) -> RotaProblem:
    """Return the problem with weights in parts so small that every weight of the ledger is a whole number."""
    past = [weight.denominator for spans in _weights_over_time(ledger).values() for _, weight in spans]
    parts = lcm(problem.weight_parts, *past)
    if parts == problem.weight_parts:
        return problem
    factor = parts // problem.weight_parts
    return replace(
        problem,
        weight=problem.weight * factor,
        earlier_claim=problem.earlier_claim * factor,
        weight_parts=parts,
    )


def _members_since(problem: RotaProblem, ledger: Ledger) -> RotaProblem:
    """Return the problem in which members of the ledger have been members since it first knew them.

    A table that does not say when somebody joined is read as if they joined with the plan.
    """
    first = int(problem.slot_start[0]) if len(problem.slot_start) else 1
    known: dict[str, int] = {}
    for entry in ledger.entries:
        if entry.when and entry.claimant in ledger.head.members:
            known.setdefault(entry.claimant, _ordinal(entry.when))
    begin = problem.period_start.copy()
    for index in np.flatnonzero(begin == first).tolist():
        begin[index] = min(first, known.get(problem.people[int(problem.period_person[index])], first))
    return replace(problem, period_start=begin)


def _opened(
    problem: RotaProblem, settled: Ledger, kept: Ledger, rows: list[tuple[int, ...]]
) -> dict[str, Any]:
    """Return the columns in which a problem holds what a ledger left."""
    people = len(problem.people)
    served = np.zeros(people, dtype=np.int64)
    for row in rows:
        served[row[1]] += row[2]
    lag = np.array([settled.balances.get(name, 0) for name in problem.people], dtype=np.int64)
    begins = min(
        (row[0] for row in rows), default=int(problem.slot_start[0]) - 1 if len(problem.slot_start) else 1
    )
    for who in np.flatnonzero(lag + served * TICKS < 0).tolist():
        # ahead of more than was served here (an opening balance): it counts as served before the ledger began
        more = -int((lag[who] + served[who] * TICKS) // TICKS)
        rows.append((begins, who, more, *([0] * len(problem.views))))
        served[who] += more
    # In order of days, as every reader of history expects it.
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3 + len(problem.views))
    accounts = [settled.balances_of(name) for name in problem.classes]
    return {
        "history_day": table[:, 0].copy(),
        "history_person": table[:, 1].copy(),
        "history_load": table[:, 2].copy(),
        "history_view": table[:, 3:].copy(),
        "booked_view": _booked_views(problem, kept, settled.head.members),
        "booked_due": lag + served * TICKS,
        "booked_since": _since_last(problem, kept),
        "booked_lag": np.array(
            [[account.get(name, 0) for name in problem.people] for account in accounts], dtype=np.int64
        ),
        "left_with": _waiting(problem, settled.head),
        "earlier_claim": _earlier_claim(problem, kept),
    }


def _views_of_slot(problem: RotaProblem, thing: str, account: str) -> list[int]:
    """Return 1 for each view that a slot of the ledger belongs to, by its id or that of a turn of it."""
    duty, _, when = thing.rpartition("/")
    # A turn's id ends with its seat; a slot's ends with its day.
    if when.isdigit():
        duty, _, when = duty.rpartition("/")
    when = when.partition("+")[0]
    if not duty:
        return [0] * len(problem.views)  # history that was imported knows days, and no slots
    day, _, clock = when.partition("T")
    slot = SlotFacts(duty, _ordinal(day), minutes(clock) if clock else -1, account)
    return [int(belongs(rule, slot)) for rule in problem.view_rules]


def _booked_views(problem: RotaProblem, ledger: Ledger, members: frozenset[str]) -> Ints:
    """Return the ticks owed in each view, shape (views, P), each row summing to 0.

    What those who left were owed in a view is shared by weight among the members who stay, as their total
    is.
    """
    out = np.zeros((len(problem.views), len(problem.people)), dtype=np.int64)
    code = {name: person for person, name in enumerate(problem.people)}
    gone = np.zeros(len(problem.views), dtype=np.int64)
    known: dict[tuple[str, str], list[int]] = {}
    for entry in ledger.entries if problem.views else ():
        if entry.kind not in _OF_A_PERIOD or not entry.thing or entry.thing.startswith(f"{HISTORY}/"):
            continue
        slot = entry.thing, entry.account
        if slot not in known:
            known[slot] = _views_of_slot(problem, *slot)
        ticks = (entry.due - entry.received) * np.array(known[slot], dtype=np.int64)
        if entry.claimant in members and entry.claimant in code:
            out[:, code[entry.claimant]] += ticks
        else:
            gone += ticks
    stay = np.array([name in members for name in problem.people], dtype=np.int64) * problem.weight
    for view, left in enumerate(gone.tolist()):
        if left and stay.any():
            out[view] += (1 if left > 0 else -1) * largest_remainder(abs(left), stay)
    # Nobody stays of those the ledger knows: a view begins anew.
    out[out.sum(axis=1) != 0] = 0
    return out


def _waiting(problem: RotaProblem, head: Head) -> Ints:
    return np.array([sum(head.left_with.get(name, {}).values()) for name in problem.people], dtype=np.int64)


def _since_last(problem: RotaProblem, ledger: Ledger) -> Ints:
    """Return what became due after each one's last own turn, in ticks."""
    last: dict[str, str] = {turn.person: turn.when for turn in served_turns(ledger).values()}
    out: dict[str, int] = {}
    for entry in ledger.entries:
        if entry.kind in _OF_A_PERIOD and entry.due and entry.when > last.get(entry.claimant, ""):
            out[entry.claimant] = out.get(entry.claimant, 0) + entry.due
    # A correction may take back more than became due since; waiting is never below 0.
    return np.array([max(0, out.get(name, 0)) for name in problem.people], dtype=np.int64)


def _earlier_claim(problem: RotaProblem, ledger: Ledger) -> Ints:
    """Return what earlier weights add to weight x days of membership, by the dates at which they changed."""
    if problem.earlier_claim.any():
        return problem.earlier_claim
    out = np.zeros(len(problem.people), dtype=np.int64)
    first = int(problem.slot_start[0]) if len(problem.slot_start) else 1
    weights = _weights_over_time(ledger)
    for who, name in enumerate(problem.people):
        # Who has no entry in the ledger always had today's weight, which adds nothing.
        spans = weights.get(name, [(1, Fraction(int(problem.weight[who]), problem.weight_parts))])
        for (day, weight), (end, _) in zip(spans, [*spans[1:], (first, 0)], strict=True):
            days = days_inside(problem, end - 1)[who] - days_inside(problem, day - 1)[who]
            out[who] += (int(weight * problem.weight_parts) - int(problem.weight[who])) * int(days)
    return out


def _weights_over_time(ledger: Ledger) -> dict[str, list[tuple[int, Fraction]]]:
    """Return from which day everybody had which weight, in order of days."""
    joined: dict[str, str] = {}
    out: dict[str, list[tuple[int, Fraction]]] = {}
    for entry in ledger.entries:
        name = entry.claimant
        if entry.kind == "join":
            joined[name] = entry.label
            out[name] = [(1, Fraction(1))]
        elif entry.kind == "weight" and joined.get(name) == entry.label and len(out[name]) == 1:
            # the weight somebody joins with holds from the beginning: they never had another
            out[name] = [(1, Fraction(entry.note))]
        elif entry.kind == "weight":
            out.setdefault(name, [(1, Fraction(1))]).append((_ordinal(entry.when), Fraction(entry.note)))
    return out


def _ordinal(when: str) -> int:
    return date.fromisoformat(when[:10]).toordinal() if when else 1


def _notes(problem: RotaProblem, ledger: Ledger) -> list[Finding]:
    """Say who is in the ledger and not in the table, and what becomes of their account."""
    from evenhand.tables.texts import near_person

    out = []
    for name in sorted(ledger.head.members - set(problem.people)):
        meant = near_person(name, list(set(problem.people) - ledger.head.members))
        lag = ledger.balances.get(name, 0) / ledger.ticks
        mend = (
            f"Did you mean {meant}? Then use one name throughout"
            if meant
            else "Right if they left; otherwise add them to the table again"
        )
        size = decimals(abs(lag), 1)
        stands = f"{size} turns {'owed' if lag > 0 else 'ahead'}, which the others share"
        sentence = "is in the ledger and not in people: counts as having left" + (
            f", {stands}" if size != "0.0" else ""
        )
        out.append(Finding("people", None, "name", name, sentence, mend))
    return out
