"""Change a published plan: keep what can be kept, and say every change by name, with its reason.

A published plan stays part of the next problem: its slots keep their place, those up to the frozen day keep
their people, and later ones change only where somebody can no longer serve, or where a change is worth more
than the stickiness asked for. So standings are replayed from the facts, and planning in two halves equals
planning at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Ints
from evenhand.core.errors import Finding, Findings
from evenhand.core.ledger import Ledger
from evenhand.core.sentences import clock
from evenhand.rota.asking.ledger import UNIT, published, swapped
from evenhand.rota.judging.attendance import has_skill
from evenhand.rota.problem import KEEP, OPEN, RotaProblem
from evenhand.rota.problem.turns import SlotName, slot_names, turn_ids
from evenhand.tables import near
from evenhand.tables.texts import near_person

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spoken_day(day: int, *, year: bool = False) -> str:
    """Return a day as people say it.

    >>> spoken_day(date(2026, 9, 29).toordinal())
    'Tue 29 Sep'
    """
    when = date.fromordinal(day)
    sentence = f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"
    return f"{sentence} {when.year}" if year else sentence


@dataclass(frozen=True, slots=True)
class Swap:
    """Who really served: on ``day``, ``served`` took the turn of ``planned``.

    Attributes:
        day: the day the slot starts, as ISO text.
        planned: who was to serve; served: who did.
        duty: which duty, where several start that day; "" for the first in which ``planned`` serves.
        turn: the turn's id, which says it all; "" where day, name and duty do.
    """

    day: str
    planned: str
    served: str
    duty: str = ""
    turn: str = ""


@said_in_words
def published_onto(
    problem: RotaProblem,
    earlier: RotaProblem,
    awards: Ints,
    frozen: str | date | None = None,
    *,
    stickiness: int = KEEP,
) -> RotaProblem:
    """Return the problem with an earlier plan published onto its slots.

    Args:
        problem: the new problem: people, absences and duties as known now. Its slots begin where the earlier
            problem's do, or later; what lies before belongs in its history or ledger.
        earlier: the problem that was planned.
        awards: its plan, with swaps booked (``corrected``).
        frozen: last day on which a slot may start and keep its people whatever happens; none by default.
        stickiness: see ``RotaProblem``; by default nobody loses a published turn they can serve.

    Returns:
        The problem to solve. Turns of people who are gone from the table are open to others. Slots are
        matched by duty, day and time of day; a duty that got another name, or another time on the same day,
        keeps its people.

    Raises:
        InputError: the frozen day is not a date, or somebody who served a frozen slot is no longer in people.

    Cost: linear in the seats of both.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> again = eh.rota.published_onto(solution.problem, solution.problem, solution.awards)
        >>> eh.solve(again).awards.tolist() == solution.awards.tolist()
        True
    """
    findings = Findings()
    until = _day(frozen, findings)
    code = {name: person for person, name in enumerate(problem.people)}
    published_to = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    before, after = earlier.first_seat.tolist(), problem.first_seat.tolist()
    for old, new in _matched(earlier, problem).items():
        # A slot that lost seats keeps its first ones.
        seats = min(int(earlier.seats[old]), int(problem.seats[new]))
        for seat in range(seats):
            who = int(awards[before[old] + seat])
            if who < 0:
                continue
            name = earlier.people[who]
            published_to[after[new] + seat] = code.get(name, -1)
            if name not in code and int(problem.slot_start[new]) <= until:
                findings.error(
                    "served a frozen slot and is not in people",
                    "Keep everybody who served in the table, with the day they left",
                    table="people", column="name", came=name,
                )  # fmt: skip
    findings.raise_errors()
    return replace(problem, published=published_to, frozen=until, stickiness=stickiness)


def _day(day: str | date | None, findings: Findings) -> int:
    if day is None:
        return 0
    if isinstance(day, date):
        return day.toordinal()
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        findings.error("is not a date", "Write a date such as 2026-01-31", column="frozen", came=day)
        return 0


def _matched(earlier: RotaProblem, problem: RotaProblem) -> dict[int, int]:
    """Return which slot of the new problem each earlier slot is, by index; those that are gone are left out.

    First by name. What is left is matched where it can mean one thing only: one slot of the same day and time
    under another duty's name (the duty was renamed), or one of the same duty and day at another time.
    """
    old, new = slot_names(earlier), slot_names(problem)
    place = {name: index for index, name in enumerate(new)}
    out = {index: place[name] for index, name in enumerate(old) if name in place}
    known = set(old)
    left = [index for index in range(len(old)) if index not in out]
    free = [index for index, name in enumerate(new) if name not in known]
    # a duty that stands in both tables was not renamed: one slot more of it is a new slot
    both = {name.duty for name in old} & {name.duty for name in new}

    def renamed(first: SlotName, second: SlotName) -> bool:
        same = (first.day, first.clock, first.which) == (second.day, second.clock, second.which)
        return same and not {first.duty, second.duty} & both

    def another_time(first: SlotName, second: SlotName) -> bool:
        return (first.duty, first.day, first.which) == (second.duty, second.day, second.which)

    # Renamed first: where a slot could be read both ways, it keeps its day and time.
    for same in (renamed, another_time):
        for index in list(left):
            fits = [other for other in free if same(old[index], new[other])]
            # Only where each is the other's one match: a guess would move somebody's turn.
            if len(fits) == 1 and [other for other in left if same(old[other], new[fits[0]])] == [index]:
                out[index] = fits[0]
                left.remove(index)
                free.remove(fits[0])
    return dict(sorted(out.items()))


@said_in_words
def corrected(problem: RotaProblem, awards: Ints, swaps: Sequence[Swap]) -> Ints:
    """Return the plan as it was really served; the plan given stays as it was.

    Raises:
        InputError: every swap that fits no turn, at once: an unknown name or day, somebody who had no turn
            that day, somebody who serves the slot already.

    Cost: linear in the seats and swaps.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> swap = eh.rota.Swap("2026-01-05", solution.columns["name"][0], solution.columns["name"][1])
        >>> served = eh.rota.corrected(solution.problem, solution.awards, [swap])
        >>> int((served != solution.awards).sum())
        1
    """
    findings = Findings()
    out = awards.copy()
    # From 2, the row of a spreadsheet below its header.
    for row, swap in enumerate(swaps, 2):
        seat, fault = _seat_of(problem, out, swap)
        if fault:
            mend = "Check the turn and the name" if swap.turn else "Check the day and both names"
            came = f"{swap.planned or swap.turn} -> {swap.served}"
            findings.error(fault, mend, table="swaps", row=row, came=came)
        else:
            out[seat] = problem.people.index(swap.served)
    findings.raise_errors()
    return out


def _seat_of(problem: RotaProblem, awards: Ints, swap: Swap) -> tuple[int, str]:
    """Return the seat-turn a swap is about and "", or why it cannot be."""
    code = {name: person for person, name in enumerate(problem.people)}
    named = [swap.served, *([swap.planned] if swap.planned or not swap.turn else [])]
    for name in named:
        if name not in code:
            meant = near_person(name, list(code))
            return -1, f"{name!r} is the name of nobody" + (f", unless {meant} is meant" if meant else "")
    seats, fault = _seats_meant(problem, swap)
    if fault:
        return -1, fault
    fitting = [seat for seat in seats if not swap.planned or awards[seat] == code[swap.planned]]
    if not fitting:
        return -1, f"{swap.planned} has no turn on {swap.turn or swap.day}"
    slot = int(problem.seat_slot[fitting[0]])
    crew = awards[problem.turns_of(slot)]
    if code[swap.served] in crew:
        return fitting[0], f"{swap.served} serves on {problem.slot_label[slot]} already"
    return fitting[0], ""


def _seats_meant(problem: RotaProblem, swap: Swap) -> tuple[list[int], str]:
    """Return the seat-turns a swap can be about, by its turn's id or by day and duty; or why it has none."""
    if swap.turn:
        seats = [seat for seat, turn in enumerate(turn_ids(problem)) if turn == swap.turn]
        return seats, "" if seats else f"no turn is called {swap.turn}"
    seats = [
        seat
        for seat, slot in enumerate(problem.seat_slot.tolist())
        if problem.slot_label[slot] == swap.day
        and swap.duty in {"", problem.duties[int(problem.slot_duty[slot])]}
    ]
    return seats, "" if seats else f"no slot starts on {swap.day}"


@said_in_words
def changes(problem: RotaProblem, awards: Ints) -> int:
    """Return how many published turns a plan changes; turns that were open or new do not count.

    Cost: linear in the seats.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> eh.rota.changes(solution.problem, solution.awards)
        0
    """
    if not len(problem.published):
        return 0
    return int(((problem.published >= 0) & (awards != problem.published)).sum())


@dataclass(frozen=True, slots=True)
class Change:
    """A published turn that is another one now.

    Attributes:
        turn: its id in the earlier plan.
        what: day and duty, as people say them.
        old: who was to serve; "" for nobody.
        new: who serves now; "" for nobody.
        reason: why, a clause without a full stop.
    """

    turn: str
    what: str
    old: str
    new: str
    reason: str

    @property
    def whom(self) -> tuple[str, ...]:
        """People to tell about the change: who was to serve and who serves now."""
        return tuple(dict.fromkeys(name for name in (self.old, self.new) if name))

    def __str__(self) -> str:
        who = self.old or "nobody"
        if self.new != self.old:
            who = f"{who} -> {self.new or 'nobody'}"
        return f"{self.what}: {who} ({self.reason})"


def told(problem: RotaProblem, awards: Ints, earlier: RotaProblem, before: Ints) -> list[Change]:
    """Say of every published turn that changed what it was, what it is, and why, in order of time.

    Also said are turns that are gone or new to a seat, duties that got another name, and slots that got
    another time. Slots before the new plan are the past and are not looked at.

    Args:
        problem: the problem that was planned again.
        awards: its plan.
        earlier: the problem that was published.
        before: its plan, with swaps.

    Returns:
        The changes; empty where every published turn stays as it was.
    """
    matched = _matched(earlier, problem)
    first = int(problem.slot_start.min()) if len(problem.slot_start) else OPEN
    ids, names, now = turn_ids(earlier), slot_names(earlier), slot_names(problem)
    starts, ends = earlier.first_seat.tolist(), problem.first_seat.tolist()
    has = has_skill(problem)
    out = []
    for slot in range(len(earlier.seats)):
        # What lies before the new plan was served and is not a change of it.
        if int(earlier.slot_start[slot]) < first:
            continue
        new = matched.get(slot)
        what = _said(names[slot], int(earlier.slot_start[slot]), earlier)
        for seat in range(int(earlier.seats[slot])):
            who = int(before[starts[slot] + seat])
            old = earlier.people[who] if who >= 0 else ""
            turn = ids[starts[slot] + seat]
            if new is None or seat >= int(problem.seats[new]):
                why = "no longer in the duties" if new is None else "one seat fewer"
                if old:
                    out.append(Change(turn, what, old, "", why))
                continue
            index = ends[new] + seat
            taker = int(awards[index])
            name = problem.people[taker] if taker >= 0 else ""
            moved = _another_time(names[slot], now[new], earlier, slot, problem, new)
            if name != old:
                why = _reason(problem, awards, new, index, old, name, has)
                out.append(Change(turn, what, old, name, "; ".join(part for part in (why, moved) if part)))
            elif moved and old:
                out.append(Change(turn, what, old, name, moved))
    return out


def _said(name: SlotName, day: int, problem: RotaProblem) -> str:
    duty = f", {name.duty}" if len(problem.duties) > 1 or name.duty != "duty" else ""
    return f"{spoken_day(day)} {clock(name.clock)}".rstrip() + duty


def _another_time(
    old: SlotName, new: SlotName, earlier: RotaProblem, was: int, problem: RotaProblem, now: int
) -> str:
    """Say how a slot that stays differs: another duty's name, time or length; "" where it does not."""
    sentences = []
    if old.duty != new.duty:
        sentences.append(f"now called {new.duty}")
    if old.clock != new.clock:
        sentences.append("now for whole days" if new.clock < 0 else f"now at {clock(new.clock)}")
    zones = earlier.timezones[int(earlier.slot_duty[was])], problem.timezones[int(problem.slot_duty[now])]
    if zones[0] != zones[1]:
        sentences.append(f"now in {zones[1] or 'local time'}")
    if int(earlier.slot_end[was]) != int(problem.slot_end[now]):
        sentences.append(f"now until {spoken_day(int(problem.slot_end[now]))}")
    elif int(earlier.slot_span[was]) != int(problem.slot_span[now]) and old.clock == new.clock:
        sentences.append(f"now {int(problem.slot_span[now]) / 60:g} hours long")
    return "; ".join(sentences)


def _reason(problem: RotaProblem, awards: Ints, slot: int, seat: int, old: str, new: str, has: Bools) -> str:
    """Say why a published turn went from one to another."""
    if not old:
        return "the seat was open"
    if old not in problem.people:
        like = near(old, [new]) if new else ""
        return f"{old} is not in people any more" + (f"; or is {new} the same person?" if like else "")
    who = problem.people.index(old)
    turns = problem.turns_of(slot)
    crew = awards[turns]
    skill = int(problem.seat_skill[seat])
    # The calendar first: who is away or has left could not serve whatever else held.
    by_calendar = _cannot(problem, who, slot)
    if by_calendar:
        why = f"{old} {by_calendar}"
    elif who in crew:
        asked = int(problem.seat_skill[turns.start + int(np.flatnonzero(crew == who)[0])])
        where = f"the seat for {problem.skills[asked]}" if asked >= 0 else "another seat"
        why = f"{old} moves to {where} of the same slot"
    elif skill >= 0 and not has[who, skill]:
        why = f"{old} does not have {problem.skills[skill]}"
    elif not new:
        why = "nobody else is free"
    elif problem.stickiness < KEEP:
        why = f"{new} was owed more"
    else:
        why = f"{old} has another turn too near, or a rule stands against it"
    return why


def _cannot(problem: RotaProblem, who: int, slot: int) -> str:
    """Say why somebody cannot serve a slot by the calendar, "" where they can."""
    first, last = int(problem.slot_start[slot]), int(problem.slot_end[slot])
    own = problem.period_person == who
    spans = sorted(zip(problem.period_start[own].tolist(), problem.period_end[own].tolist(), strict=True))
    if not any(begin <= first and last <= end for begin, end in spans):
        # Left for good, unless a later period begins: then they come back.
        gone = [end for _, end in spans if end < last]
        if gone and not any(begin > first for begin, _ in spans):
            return f"left on {spoken_day(max(gone), year=True)}"
        later = [begin for begin, _ in spans if begin > first]
        return f"joins on {spoken_day(min(later), year=True)}" if later else "is no member then"
    away = (problem.absent_person == who) & (problem.absent_from <= last) & (problem.absent_to >= first)
    for index in np.flatnonzero(away).tolist():
        begin, end = int(problem.absent_from[index]), int(problem.absent_to[index])
        return f"is away {spoken_day(begin)}" + ("" if begin == end else f" to {spoken_day(end)}")
    if ((problem.forbidden[:, 0] == slot) & (problem.forbidden[:, 1] == who)).any():
        return "must not serve it, by the rules"
    return ""


def findings_of(sentences: Sequence[Change]) -> tuple[Finding, ...]:
    """Return changes as findings, so that page, document and screen all say them."""
    return tuple(Finding("changed", None, "", None, str(change), "") for change in sentences)


@said_in_words
def booked(problem: RotaProblem, awards: Ints, swaps: Sequence[Swap] = ()) -> Ledger:
    """Return the plan as a ledger: the statement as planned, then a correction for every swap.

    Entries are facts: a swap is a new entry that debits who really served and credits who was planned, by the
    load of that very turn.

    Raises:
        InputError: a swap fits no turn.

    Cost: linear in slots times the people who could serve them, and in the swaps.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> ledger = eh.rota.booked(solution.problem, solution.awards)
        >>> sum(ledger.balances.values())
        0
    """
    ledger = published(Ledger(unit=UNIT), problem, awards)
    ids, real = turn_ids(problem), awards.copy()
    # Checked all at once before the first is booked, so that every fault is told and no ledger is half
    # done.
    corrected(problem, awards, swaps)
    for swap in swaps:
        seat, _ = _seat_of(problem, real, swap)
        planned = problem.people[int(real[seat])]
        ledger = swapped(ledger, ids[seat], swap.served, f"{swap.served} served for {planned}")
        real[seat] = problem.people.index(swap.served)
    return ledger
