"""Years, not weeks: publish a plan, amend it, book who really served. The past never changes.

A published plan stays part of the next problem: its slots keep their place, those up to the frozen day keep
their people, and later ones change only where somebody can no longer serve. So standings are replayed from
the facts, and planning in two halves equals planning at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings
from evenhand.core.ledger import Ledger
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.problem import RotaProblem

__all__ = ["KEEP", "Swap", "booked", "changes", "corrected", "published_onto"]

Ints = NDArray[np.int64]

KEEP: Final = 10**9
"""A stickiness that gives up a published turn only where its holder cannot serve."""


@dataclass(frozen=True, slots=True)
class Swap:
    """Who really served: on ``day``, ``served`` took the turn of ``planned`` (of ``duty``, if several)."""

    day: str
    planned: str
    served: str
    duty: str = ""


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
            problem's do, or later; what lies before belongs in its history.
        earlier: the problem that was planned.
        awards: its plan, with swaps booked (``corrected``).
        frozen: last day on which a slot may start and keep its people whatever happens; none by default.
        stickiness: see ``RotaProblem``; by default nobody loses a published turn they can serve.

    Returns:
        The problem to solve. Turns of people who are gone from the table are open to others. Slots are
        matched by duty, day, time of day and seat.

    Raises:
        InputError: the frozen day is no date, or somebody who served a frozen slot is no longer in people.
    """
    findings = Findings()
    until = _day(frozen, findings)
    known = dict(zip(_seats(earlier), awards.tolist(), strict=True))
    code = {name: at for at, name in enumerate(problem.people)}
    published = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    for at, key in enumerate(_seats(problem)):
        who = known.get(key, -1)
        if who < 0:
            continue
        name = earlier.people[who]
        published[at] = code.get(name, -1)
        if name not in code and key[1] <= until:
            findings.error(
                "served a frozen slot and is not in people",
                "Keep everybody who served in the table, with the day they left",
                table="people", column="name", came=name,
            )  # fmt: skip
    findings.raise_errors()
    return replace(problem, published=published, frozen=until, stickiness=stickiness)


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


def _seats(problem: RotaProblem) -> list[tuple[str, int, int, int, int]]:
    """Return what each seat-turn is known by: duty, day, time of day, which such slot, and seat."""
    out: list[tuple[str, int, int, int, int]] = []
    seen: dict[tuple[str, int, int], int] = {}
    for slot, seats in enumerate(problem.seats.tolist()):
        duty = problem.duties[int(problem.slot_duty[slot])]
        key = (duty, int(problem.slot_start[slot]), int(problem.slot_clock[slot]))
        seen[key] = seen.get(key, -1) + 1
        out += [(*key, seen[key], seat) for seat in range(seats)]
    return out


def corrected(problem: RotaProblem, awards: Ints, swaps: Sequence[Swap]) -> Ints:
    """Return the plan as it was really served; the plan given stays as it was.

    Raises:
        InputError: every swap that fits no turn, at once: an unknown name or day, somebody who had no turn
            that day, somebody who serves the slot already.
    """
    findings = Findings()
    out = awards.copy()
    code = {name: at for at, name in enumerate(problem.people)}
    for row, swap in enumerate(swaps, 2):
        fault = _swapped(problem, out, swap, code)
        if fault:
            findings.error(
                fault,
                "Check the day and both names",
                table="swaps",
                row=row,
                came=f"{swap.planned} -> {swap.served}",
            )
    findings.raise_errors()
    return out


def _swapped(problem: RotaProblem, out: Ints, swap: Swap, code: dict[str, int]) -> str:
    """Book one swap in place; return why it cannot be, "" where it was."""
    for name in (swap.planned, swap.served):
        if name not in code:
            return f"{name!r} is the name of nobody"
    starts = problem.first_seat
    slots = [
        slot
        for slot, label in enumerate(problem.slot_label)
        if label == swap.day and swap.duty in {"", problem.duties[int(problem.slot_duty[slot])]}
    ]
    if not slots:
        return f"no slot starts on {swap.day}"
    for slot in slots:
        crew = out[starts[slot] : starts[slot + 1]]
        if code[swap.planned] in crew:
            if code[swap.served] in crew:
                return f"{swap.served} serves on {swap.day} already"
            crew[np.flatnonzero(crew == code[swap.planned])[0]] = code[swap.served]
            return ""
    return f"{swap.planned} has no turn on {swap.day}"


def changes(problem: RotaProblem, awards: Ints) -> int:
    """Return how many published turns a plan changes; turns that were open or new do not count."""
    if not len(problem.published):
        return 0
    return int(((problem.published >= 0) & (awards != problem.published)).sum())


def booked(problem: RotaProblem, awards: Ints, swaps: Sequence[Swap] = ()) -> Ledger:
    """Return the plan as a ledger: the statement as planned, then a correction for every swap.

    Entries are facts: a swap is a new entry that debits who really served and credits who was planned.
    """
    corrected(problem, awards, swaps)
    last = problem.slot_label[-1] if problem.slot_label else ""
    ledger = Ledger().join("", problem.people).publish(last, statement_of(problem, awards))
    loads = {label: int(load) for label, load in zip(problem.slot_label, problem.load, strict=True)}
    for swap in swaps:
        note = f"{swap.served} served for {swap.planned}"
        ledger = ledger.correct(swap.day, swap.served, swap.planned, loads[swap.day], note)
    return ledger
