"""Tables and values to an allocation problem; all that is wrong is said at once, by table, row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm
from typing import Any

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.day_order import ANY_DAY
from evenhand.allocation.problem.groups import MOST, NO_LIMIT
from evenhand.allocation.problem.penalties import Penalty, mode_b, named_penalty, suited_unit
from evenhand.allocation.reading.day_names import names_in
from evenhand.allocation.reading.own_groups import GroupRule, group_of
from evenhand.allocation.reading.picks import named, picked
from evenhand.core.arguments import plain_kinds, said_in_words, whole_number
from evenhand.core.arrays import Floats, Ints
from evenhand.core.errors import Findings
from evenhand.tables import Source, Table, near, read
from evenhand.tables.by_content import candidate_columns

ONCE = "has items on several days, and each goes out once in the whole plan"
"""What is noted where nobody said whether items are free again every day; pages ask it."""

FINEST = 1000
"""Scores are kept to thousandths of a point at most."""

FINEST_POINTS = 10**6
"""Points of a penalty are whole in millionths: finer ones would leave no room for scores in 64 bits."""


@said_in_words
@plain_kinds
def from_tables(
    candidates: Source,
    capacity: Source | int = None,
    penalty: Penalty | str | None = None,
    *,
    groups: Sequence[GroupRule] = (),
    recipients: Source = None,
    pins: Source = None,
    forbids: Source = None,
    per_day: int | None = None,
    per_recipient: int | None = None,
    daily: bool = False,
    scale: int | None = None,
) -> AllocationProblem:
    """Make a problem from tables of your own; see ``AllocationProblem.from_tables``."""
    findings = Findings()
    table = _read(candidates, "candidates", findings)
    complete = table.need("item", "recipient", "score", guess=_guessed(table))
    numbered = capacity is None or isinstance(capacity, (int, float, np.generic))
    limits = None if numbered else _read(capacity, "capacity", findings)
    pinning = None if pins is None else _read(pins, "pins", findings)
    forbidding = None if forbids is None else _read(forbids, "forbids", findings)
    named_days = names_in(table, limits, pinning, forbidding)
    others = [rule for rule in groups if type(rule) is not GroupRule]
    for rule in others:
        mend = "Give rules that were made with GroupRule"
        findings.error("is not a rule", mend, column="groups", came=str(rule))
    slots = _each_day(capacity, findings) if limits is None else _capacity(limits, named_days)
    # Without these columns there are no codes, so nothing further can be checked.
    if not complete or others:
        findings.raise_errors()
    world = _World(table, slots, named_days, findings)
    world.check_twice()
    pinned = picked(pinning, world, named_days, pinning=True)
    forbidden = picked(forbidding, world, named_days, pinning=False)
    if daily:
        world.part_by_day()
    elif slots is None:
        world.tell_once()
    known = None if recipients is None else _read(recipients, "recipients", findings)
    weight, limit, head = world.claims(known, per_day, per_recipient)
    unit = suited_unit(world.score, world.recipient, world.item)
    tariff = _tariff(penalty, unit, findings)
    units, scale = world.units(None if scale is None else int(scale), tariff, groups)
    sets = tuple(group_of(rule, table, scale, findings) for rule in groups)
    findings.raise_errors()
    return AllocationProblem(
        items=world.items,
        recipients=world.recipients,
        days=world.days,
        item=world.item,
        recipient=world.recipient,
        day=world.day,
        score=units,
        slots=world.slots,
        recipient_day_limit=np.full((len(world.recipients), len(world.days)), _or_none(per_day)),
        recipient_limit=limit,
        groups=tuple(group_set for group_set in sets if group_set is not None),
        pinned=pinned,
        forbidden=forbidden,
        scale=scale,
        penalty=tariff,
        weight=weight,
        warnings=tuple(findings.warnings),
        head_start=head,
        slots_given=slots is not None,
        fair_unit=unit,
        native=table.native_of({part: part for part in ("item", "recipient", "day")}),
    )


def _tariff(penalty: Penalty | str | None, unit: float, findings: Findings) -> Penalty:
    """Return what fairness costs: as given, or of a named mode by the points that suit the scores."""
    if isinstance(penalty, Penalty):
        return penalty
    tariff = named_penalty("b" if penalty is None else penalty, unit=unit)
    if penalty is None and tariff != mode_b():
        findings.warning(
            f"no fairness was chosen, so λ={tariff.text} was taken, which suits these scores",
            "Choose another with --mode, --lambda or --step (from Python penalty=)",
        )
    return tariff


def _guessed(table: Table) -> dict[str, str]:
    """Return which heads the needed columns may be, where all that are missing can be guessed."""
    known = {column: column for column in ("item", "recipient", "score", "day") if table.has(column)}
    return {} if {"item", "recipient", "score"} <= known.keys() else candidate_columns(table, known)


@said_in_words
def from_values(
    items: Sequence[str],
    recipients: Sequence[str],
    scores: Sequence[float],
    days: Sequence[str] | None = None,
    *,
    slots: Mapping[str, int] | int | None = None,
    penalty: Penalty | str | None = None,
    groups: Sequence[GroupRule] = (),
    columns: Mapping[str, Sequence[Any]] | None = None,
    **rules: Any,
) -> AllocationProblem:
    """Make a problem from one value a candidate; see ``AllocationProblem.from_values``."""
    source: dict[str, Sequence[Any]] = {"item": items, "recipient": recipients, "score": scores}
    if days is not None:
        source["day"] = days
    capacity = {"day": list(slots), "slots": list(slots.values())} if isinstance(slots, Mapping) else slots
    return from_tables({**source, **(columns or {})}, capacity, penalty, groups=groups, **rules)


def _read(source: Source, name: str, findings: Findings) -> Table:
    return read(source, name, findings, job="allocation")


class _World:
    """Names, codes and slots of one problem."""

    def __init__(
        self, table: Table, slots: dict[str, int] | int | None, named_days: dict[str, str], findings: Findings
    ) -> None:
        self.findings, self.table, self.score = findings, table, table.numbers("score")
        self.slots_given = slots is not None
        self.items, self.item = named(table.coded("item", required=True))
        self.recipients, self.recipient = named(table.coded("recipient", required=True))
        if table.has("day"):
            written = table.coded("day", required=True)
            days, day = named(written.changed(lambda words: [named_days.get(word, word) for word in words]))
        else:
            days, day = (ANY_DAY,), np.zeros(len(table), dtype=np.int64)
        if isinstance(slots, dict):
            self.days = tuple(sorted(slots))
            place = {name: index for index, name in enumerate(self.days)}
            self.day = np.array([place.get(name, -1) for name in days], dtype=np.int64)[day]
            for index in np.flatnonzero(self.day < 0).tolist():
                cell = days[day[index]]
                if cell:
                    meant = near(cell, self.days)
                    hint = f"Did you mean {meant}?" if meant else "Add it to the capacity, or mend the day"
                    table.wrong(index, "day", "is a day that the capacity does not know", hint)
            self.slots = np.array([slots[name] for name in self.days], dtype=np.int64)
        else:
            # Without a table of capacity the days are those that candidates name.
            self.days, self.day = (days, day) if len(table) else ((), day)
            # As many slots as items: no limit, and no number that sums could overflow.
            each = len(self.items) if slots is None else slots
            self.slots = np.full(len(self.days), each, dtype=np.int64)

    def check_twice(self) -> None:
        """Note candidates that stand twice."""
        keys = (self.item * max(1, len(self.recipients)) + self.recipient) * max(1, len(self.days)) + self.day
        # Sorted without places first: four times as quick, and mostly there are none.
        ordered = np.sort(keys)
        if not (ordered[1:] == ordered[:-1]).any():
            return
        order = np.argsort(keys, kind="stable")
        for after in np.flatnonzero(keys[order][1:] == keys[order][:-1]).tolist():
            first, second = sorted((int(order[after]), int(order[after + 1])))
            row = self.table.rows[first]
            self.table.wrong(
                second, "item", f"is the same candidate as row {row}", "Keep one of the two rows"
            )

    def tell_once(self) -> None:
        """Note that items go out once, where nobody gave slots and the same items come on several days."""
        pairs = len(np.unique(self.item * max(1, len(self.days)) + self.day))
        if pairs > len(self.items):
            self.findings.warning(
                ONCE,
                "If they are free again every day, as rooms are, say --daily (daily=True)",
                table=self.table.name,
                column="day",
            )

    def part_by_day(self) -> None:
        """Make an item of each day one of its own, so that it is free again on every day."""
        pairs, self.item = np.unique(self.item * max(1, len(self.days)) + self.day, return_inverse=True)
        own, day = np.divmod(pairs, max(1, len(self.days)))
        self.items = tuple(
            f"{self.items[code]}, {self.days[on]}"
            for code, on in zip(own.tolist(), day.tolist(), strict=True)
        )
        # Slots that nobody gave are as many as there are items.
        if not self.slots_given:
            self.slots = np.full(len(self.days), len(self.items), dtype=np.int64)

    def units(self, scale: int | None, penalty: Penalty, rules: Sequence[GroupRule] = ()) -> tuple[Ints, int]:
        """Return scores in integer units, and the units to a point."""
        score = self.score
        if scale is None:
            scale = 1
            while scale < FINEST and not _whole(score * scale):
                scale *= 10
            # The points of penalty and rules must be whole in these units as well.
            parts = [part for rule in rules for part in rule.denominators() if part <= FINEST]
            scale = lcm(scale, penalty.denominator(), *parts)
        if penalty.denominator() > FINEST_POINTS:
            mend = "Round them to six decimals, as in 0.333333"
            self.findings.error("has too many decimals", mend, column="penalty", came=penalty.text)
            return np.zeros(len(score), dtype=np.int64), 1
        exact = score * scale
        # What a problem takes; floats hold whole numbers far beyond it, so none is rounded in silence.
        if np.abs(exact).max(initial=0.0) > MOST:
            largest = int(np.abs(exact).argmax())
            most = f"{MOST // scale:,}"
            kept = f"1/{scale:,} of a point" if scale > 1 else "whole points"
            mend = f"Up to {most} can be counted in {kept}: write scores in thousands, or round them"
            self.table.wrong(largest, "score", "is too large to be kept exactly", mend)
            return np.zeros(len(score), dtype=np.int64), scale
        if not _whole(exact):
            self.findings.warning(
                f"was rounded to 1/{scale} of a point", "", table=self.table.name, column="score"
            )
        return np.rint(exact).astype(np.int64), scale

    def claims(
        self, table: Table | None, per_day: int | None, per_recipient: int | None
    ) -> tuple[Ints, Ints, Ints]:
        """Return weight, limit and head start of each recipient."""
        for name, value in (("per_day", per_day), ("per_recipient", per_recipient)):
            if value is not None and value < 0:
                self.findings.error(
                    "is not a limit", "Give a whole number of 0 or more", column=name, came=str(value)
                )
        count = len(self.recipients)
        weight, head = np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        limit = np.full(count, _or_none(per_recipient))
        if table is None or not table.need("recipient"):
            return weight, limit, head
        place = {name: index for index, name in enumerate(self.recipients)}
        weights, heads = table.weights("weight", zero=True)[0], table.integers("head_start", default=0)
        most = table.integers("limit", default=NO_LIMIT, low=0)
        seen: dict[str, int] = {}
        for index, name in enumerate(table.text("recipient", required=True)):
            if name and seen.setdefault(name, index) != index:
                table.wrong(
                    index, "recipient", f"stands in row {table.rows[seen[name]]} already", "Keep one row"
                )
            elif name in place:
                code = place[name]
                weight[code], head[code] = weights[index], heads[index]
                # A recipient's own limit and the limit of all both hold, so the lower one counts.
                limit[code] = min(int(limit[code]), int(most[index]))
        return weight, limit, head


def _whole(values: Floats) -> bool:
    nearest = np.rint(values)
    if (values == nearest).all():  # most scores, and a quarter of the time
        return True
    # Relative, as a product such as 0.1 x 1000 may be off in its last bits.
    return bool((np.abs(values - nearest) <= 1e-9 * np.maximum(1.0, np.abs(values))).all())


def _or_none(limit: int | None) -> int:
    return NO_LIMIT if limit is None else min(NO_LIMIT, max(0, int(limit)))


def _each_day(slots: Any, findings: Findings) -> int | None:
    """Return the slots of every day, None for no limit."""
    if slots is None:
        return None
    each = whole_number(slots)
    if each is None or not 0 <= each <= MOST:
        problem = "is below zero" if each is not None and each < 0 else "is not a number of slots"
        findings.error(problem, "Give 0 or more slots, a whole number", column="capacity", came=str(slots))
        return 0
    return each


def _capacity(table: Table, named_days: dict[str, str]) -> dict[str, int] | None:
    """Return slots by day."""
    if not table.need("day", "slots"):
        return None
    slots: dict[str, int] = {}
    count = table.integers("slots", low=0, high=MOST)
    for row, cell in enumerate(table.text("day", required=True)):
        day = named_days.get(cell, cell)
        if day in slots:
            table.wrong(row, "day", "stands twice", "Keep one row a day")
        slots[day] = int(count[row])
    slots.pop("", None)
    return slots
