"""The rules "at most" and "at least so many turns on start days that follow each other"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import ClassVar

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.sentences import counted
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.base import KIND_OF, Breach, Keyword, KindWithoutColumns, Layout
from evenhand.rota.rules.rest import before_plan
from evenhand.rota.rules.row import RuleRow

WAYS = 1000
"""Ways of picking a slot of each day of a run, up to which "in a row" is taken: a row of the program each.
Seven days of two slots are 128 ways; ten times as many would make programs that no solver finishes."""


def _start_days(problem: RotaProblem, duty: int) -> tuple[Ints, list[list[int]]]:
    """Return the days on which slots of a duty (-1: of any) start, rising, and the slots of each."""
    slots = np.flatnonzero((problem.slot_duty == duty) | (duty < 0))
    days, where = np.unique(problem.slot_start[slots], return_inverse=True)
    out: list[list[int]] = [[] for _ in days]
    for slot, place in zip(slots.tolist(), where.tolist(), strict=True):
        out[place].append(slot)
    return days, out


def _history_runs(problem: RotaProblem, duty: int) -> list[int]:
    """Return on how many of the last days before the plan, one after the other, each person served.

    History does not say of which duty its turns were, so for a single duty nothing is known: 0.
    """
    runs = [0] * len(problem.people)
    still = set(range(len(runs))) if duty < 0 else set()
    before = problem.history_day[before_plan(problem)]
    for day in np.unique(before)[::-1].tolist():
        still &= set(problem.history_person[problem.history_day == day].tolist())
        if not still:
            break
        for who in still:
            runs[who] += 1
    return runs


def _said(row: RuleRow, people: tuple[int, ...], limit: str) -> str:
    duty = f" of {row.cell('duty')}" if row.cell("duty") else ""
    if not people:
        return f"everybody who serves has {limit}{duty} in a row"
    return f"{row.said_names(people)} {'have' if len(people) > 1 else 'has'} {limit}{duty} in a row"


class InARow(KindWithoutColumns):
    """A longest run of start days that one person serves; start days before the plan count.

    Where every start day is as far from the next and has one slot, the rule is the same as a limit of turns
    in a run of days, and is kept as one (``Most``), which a policy knows too.

    Example:
        >>> from evenhand.rota import RotaProblem, daily
        >>> rota = RotaProblem.from_values(["Ada", "Ben"], daily("2026-01-05", 6), in_a_row=3)
        >>> rota.most_count.tolist(), rota.most_days.tolist()
        ([3], [4])
    """

    kind = "in a row"
    words = ("in a row", "most in a row")
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "in a row": (
            "value, perhaps name and duty",
            "at most so many turns on start days that follow each other",
        )
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {"in_a_row": Keyword.number("in a row", "3")}
    program_place = 72
    online_place = 42

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read how many, whose, and of which duty."""
        row.note_unread(word, "with", "days", "date")
        count, duty, people = row.numbers["value"], row.duty(), row.people()
        if count < 1:
            row.wrong("value", "needs a limit", "Give a value of 1 or more")
            return []
        step = row.known.even_step
        if step and not row.weight and duty == -1:
            # One turn more than allowed, on start days that follow each other, lies within (count + 1) steps.
            days = (count + 1) * step
            return KIND_OF["most"].read(replace(row, numbers={"value": count, "days": days}), "most")
        per_day = _most_slots(row, duty)
        if per_day ** (count + 1) > WAYS:
            row.wrong(
                "duty", f"is needed: {per_day} slots start on one day, too many to look at every run of them",
                "Name one duty, or a lower value",
            )  # fmt: skip
            return []
        limit = f"at most {counted(count, 'turn')}"
        return row.one(SideRule("in a row", people, count=count, duty=duty, said=_said(row, people, limit)))

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each day that could be one too many."""
        days, slots = _start_days(layout.problem, rule.duty)
        runs, out = _history_runs(layout.problem, rule.duty), []
        for person in layout.people(rule):
            open_cells = [[slot for slot in day if layout.able[slot, person]] for day in slots]
            for last in range(len(days)):
                # A run that begins before the plan needs the days of history that come before it.
                if rule.count - last > runs[person]:
                    continue
                part = open_cells[max(0, last - rule.count) : last]
                ends = [slot for slot in open_cells[last] if not layout.facts[slot]]
                rows = [
                    ([(slot, person) for slot in chosen], [1.0] * len(chosen), float(len(chosen) - 1))
                    for chosen in product(*part, ends)
                ]
                if rows:
                    out.append(Breach(rows))
        return out


def _most_slots(row: RuleRow, duty: int) -> int:
    """Return the most slots of a duty that start on one day."""
    columns = row.known.columns
    starts = columns["slot_start"][(columns["slot_duty"] == duty) | (duty < 0)]
    return int(np.unique(starts, return_counts=True)[1].max(initial=1))


class LeastInARow(KindWithoutColumns):
    """A shortest block: who starts to serve goes on for so many start days (nights in blocks of two).

    A block that history began is counted as begun, and one that runs into the plan's end may go on after it.

    Example:
        >>> from evenhand.rota import RotaProblem, daily
        >>> rota = RotaProblem.from_values(["Ada", "Ben"], daily("2026-01-05", 6), least_in_a_row=2)
        >>> rota.rules[0].said
        'everybody who serves has at least 2 turns in a row'
    """

    kind = "least in a row"
    words = ("least in a row", "min in a row", "at least in a row")
    means: ClassVar[Mapping[str, tuple[str, str]]] = {
        "least in a row": (
            "value, perhaps name and duty",
            "who starts to serve goes on for at least so many start days",
        )
    }
    keywords: ClassVar[Mapping[str, Keyword]] = {"least_in_a_row": Keyword.number("least in a row", "2")}
    program_place = 74
    online_place = 44

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Read how many, whose, and of which duty."""
        row.note_unread(word, "with", "days", "date")
        count, duty, people = row.numbers["value"], row.duty(), row.people()
        if count <= 1:
            row.wrong("value", "needs a length", "Give a value of 2 or more")
            return []
        limit = f"at least {count} turns"
        return row.one(
            SideRule("least in a row", people, count=count, duty=duty, said=_said(row, people, limit))
        )

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return a break for each day on which too short a block could begin."""
        days, slots = _start_days(layout.problem, rule.duty)
        past, first_day = layout.problem.history_day, layout.problem.slot_start.min(initial=2**40)
        newest = past[past < first_day].max(initial=-1)
        served_last = set(layout.problem.history_person[past == newest].tolist())
        out = []
        for person in layout.people(rule):
            open_cells = [[(slot, person) for slot in day if layout.able[slot, person]] for day in slots]
            # Who served on history's last day goes on with a block, of whatever duty: it begins no new one.
            for first in range(1 if person in served_last else 0, len(days)):
                before = open_cells[first - 1] if first else []
                rows = [
                    # Served on the first day, neither before nor on a later day of the block: too short.
                    ([cell, *before, *later], [1.0] + [-1.0] * (len(before) + len(later)), 0.0)
                    for cell in open_cells[first]
                    if not layout.facts[cell[0]]
                    for later in open_cells[first + 1 : first + rule.count]
                ]
                if rows:
                    out.append(Breach(rows))
        return out
