"""The allocation problem: candidates, slots, limits and groups, checked and put in order when made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Unpack

import numpy as np

from evenhand.allocation.problem.barriers import Barrier
from evenhand.allocation.problem.day_order import in_day_order
from evenhand.allocation.problem.groups import MOST, NO_LIMIT, GroupSet
from evenhand.allocation.problem.penalties import UNIT, Penalty
from evenhand.allocation.problem.settings import RowRules, TableRules, ValueRules
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Ints, whole_array
from evenhand.core.errors import Finding, Findings
from evenhand.core.frozen import freeze_arrays
from evenhand.core.native import Native
from evenhand.core.notebook import problem_html
from evenhand.core.units import Unit

FAIRNESS = "fairness"
"""Name of the group set that the penalty makes."""

_PER_CANDIDATE = ("item", "recipient", "day", "score", "pinned", "forbidden")
_PER_RECIPIENT = ("recipient_limit", "weight", "head_start", "owed_bonus")


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """Who may get what, when, and what it is worth.

    Maximise the sum of scores less what the groups cost, with every item given once at most, every day
    giving its slots at most, and recipients taking at most their limits. Names are sorted and candidates
    are put in order of (item, recipient, day) when the problem is made, so row order cannot matter.

    Attributes:
        items: names.
        recipients: names.
        days: names: ISO dates or the user's labels.
        item: code a candidate, shape (n,).
        recipient: the same.
        day: the same.
        score: integer units a candidate; ``scale`` units are one point.
        slots: awards a day, >= 0, shape (days,).
        recipient_day_limit: awards a recipient takes a day, NO_LIMIT for none, shape (recipients, days).
        recipient_limit: awards a recipient takes in all, >= 0, NO_LIMIT for none, shape (recipients,).
        groups: further rules; the penalty's own group is added by ``all_groups``.
        pinned: candidates that must be awarded, shape (n,).
        forbidden: candidates that must not, shape (n,).
        scale: integer units to a point, >= 1.
        penalty: what a recipient's further awards cost.
        weight: strength of each recipient's claim, >= 0, shape (recipients,).
        dropped: (item or "" for all, rule, count) of what a pipeline dropped before.
        warnings: odd things noticed on the way.
        head_start: awards each recipient counts as having before this run, for the penalty's steps; below 0
            for who is owed; shape (recipients,), 0 if left empty.
        owed_bonus: integer units that a recipient's first award is worth beyond its score, >= 0, for who is
            owed from earlier weeks; shape (recipients,), 0 if left empty.
        called: what people call an item or recipient, by its name; for reports, others go by their name.
        barriers: why pairs are no candidates, where a pipeline ruled them out; see ``Barrier``.
        slots_given: whether anybody gave the slots; if not they only say that there is no limit, and no page
            should show a day as "1 of 4".
        fair_unit: points that a second award costs under mode b as it suits these scores: 200 for a press
            fleet, else see ``suited_unit``. Named modes, advice and the frontier are scaled by it.
        native: what the caller's own cells were, for frames of the plan; no part of documents.

    Raises:
        InputError: anything does not fit; all findings at once.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> problem = eh.AllocationProblem.from_rows(rows)
        >>> problem.recipients, problem.score.tolist(), problem.scale
        (('Ada', 'Ben'), [5, 5], 1)
    """

    items: tuple[str, ...]
    recipients: tuple[str, ...]
    days: tuple[str, ...]
    item: Ints = field(repr=False)
    recipient: Ints = field(repr=False)
    day: Ints = field(repr=False)
    score: Ints = field(repr=False)
    slots: Ints = field(repr=False)
    recipient_day_limit: Ints = field(repr=False)
    recipient_limit: Ints = field(repr=False)
    groups: tuple[GroupSet, ...] = field(repr=False)
    pinned: Bools = field(repr=False)
    forbidden: Bools = field(repr=False)
    scale: int
    penalty: Penalty
    weight: Ints = field(repr=False)
    dropped: tuple[tuple[str, str, int], ...] = field(default=(), repr=False)
    warnings: tuple[Finding, ...] = field(default=(), repr=False)
    head_start: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    owed_bonus: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    called: Mapping[str, str] = field(default_factory=dict, repr=False)
    barriers: tuple[Barrier, ...] = field(default=(), repr=False)
    slots_given: bool = True
    fair_unit: float = UNIT
    native: Native = field(default_factory=Native, repr=False, metadata={"document": False})

    def __post_init__(self) -> None:
        self._typed()
        findings = Findings()
        _check(self, findings)
        _check_called(self, findings)
        findings.raise_errors()
        _bring_to_order(self)
        _check_order(self, findings)
        findings.raise_errors()
        freeze_arrays(self)

    def _typed(self) -> None:
        for name in ("items", "recipients", "days", "groups", "dropped", "warnings", "barriers"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in (*_PER_CANDIDATE[:4], "slots", "recipient_day_limit", *_PER_RECIPIENT):
            given = whole_array(getattr(self, name), name)
            if name in {"head_start", "owed_bonus"} and not given.size:
                given = np.zeros(len(self.recipients), np.int64)
            object.__setattr__(self, name, given)
        for name in ("pinned", "forbidden"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.bool_))

    def __len__(self) -> int:
        return len(self.item)

    @property
    def unit(self) -> Unit:
        """How many integer units of the objective make a point."""
        return self.scale, "points"

    @cached_property
    def all_groups(self) -> tuple[GroupSet, ...]:
        """The groups with the penalty's own first; without it where there is no penalty."""
        owed = self.owed_bonus.any()
        if not self.penalty.steps and not owed:
            return self.groups
        beyond = np.array([step[0] for step in self.penalty.steps], dtype=np.int64)
        points = np.array([round(step[1] * self.scale) for step in self.penalty.steps], dtype=np.int64)
        count = len(self.recipients)
        allowance = np.maximum(0, beyond[None, :] - self.head_start[:, None])
        slope = np.broadcast_to(points, (count, len(points)))
        if owed:
            # The first award has its bonus in ``worth``, and so has every further one: taken back here.
            allowance = np.concatenate([allowance, np.ones((count, 1), dtype=np.int64)], axis=1)
            slope = np.concatenate([slope, self.owed_bonus[:, None]], axis=1)
        fairness = GroupSet(
            FAIRNESS,
            self.recipients,
            self.recipient,
            np.broadcast_to(np.int64(1), self.recipient.shape),
            allowance,
            slope,
            np.full(count, NO_LIMIT, dtype=np.int64),
            "awards",
        )
        return (fairness, *self.groups)

    def _repr_html_(self) -> str:
        """Return what a notebook shows of the problem."""
        facts = {
            "items": len(self.items), "recipients": len(self.recipients), "days": len(self.days),
            "candidates": len(self), "slots": sum(self.slots.tolist()),
            "already decided": int(self.pinned.sum()), "penalty": self.penalty.text,
            "further rules": ", ".join(group.name for group in self.groups),
        }  # fmt: skip
        return problem_html("Who gets what?", facts, self.warnings)

    @cached_property
    def worth(self) -> Ints:
        """What each candidate brings before any cost: its score, and its recipient's bonus for a first award.

        From the second award on the bonus is taken back: ``all_groups`` has a step for that.
        """
        return self.score + self.owed_bonus[self.recipient] if self.owed_bonus.any() else self.score

    def describe(self, candidate: int) -> str:
        """Return a candidate in words: item to recipient, and the day where there is more than one.

        Names stand before ids, where people have names for them.
        """
        on = f" on {self.days[self.day[candidate]]}" if len(self.days) > 1 else ""
        item, recipient = self.items[self.item[candidate]], self.recipients[self.recipient[candidate]]
        return f"{title(item, self.called)} to {title(recipient, self.called)}{on}"

    @classmethod
    @said_in_words
    def from_values(
        cls,
        items: Sequence[str],
        recipients: Sequence[str],
        scores: Sequence[float],
        days: Sequence[str] | None = None,
        **rules: Unpack[ValueRules],
    ) -> AllocationProblem:
        """Make a problem from one value a candidate.

        Args:
            items: name of the item, shape (n,).
            recipients: name of the recipient, shape (n,).
            scores: points, finite, shape (n,).
            days: name of the day, shape (n,); None where there is only one.
            **rules: ``slots``, awards a day, by day or one number for all, None for no limit; ``columns``,
                further ones that the rules use, name to values, shape (n,); and what ``from_tables`` takes.

        Raises:
            InputError: as ``from_tables``.

        >>> import evenhand as eh
        >>> problem = eh.AllocationProblem.from_values(["saw", "saw"], ["Ann", "Bo"], [900, 700], slots=1)
        >>> problem.recipients, len(problem)
        (('Ann', 'Bo'), 2)
        """
        from evenhand.allocation.reading import rows

        return rows.from_values(items, recipients, scores, days, **rules)

    @classmethod
    @said_in_words
    def from_rows(
        cls, candidates: Sequence[Mapping[str, Any]], **rules: Unpack[RowRules]
    ) -> AllocationProblem:
        """Make a problem from a list of row mappings; the same as ``from_tables`` with a list.

        >>> import evenhand as eh
        >>> rows = [{"item": "saw", "recipient": "Ann", "score": 9}]
        >>> eh.AllocationProblem.from_rows(rows, capacity=1).items
        ('saw',)
        """
        from evenhand.allocation.reading import rows

        return rows.from_tables(candidates, **rules)

    @classmethod
    @said_in_words
    def from_tables(
        cls,
        candidates: Any,
        capacity: Any = None,
        penalty: Penalty | str | None = None,
        **rules: Unpack[TableRules],
    ) -> AllocationProblem:
        """Make a problem from tables of your own: files, data frames, mappings of columns or lists of rows.

        Args:
            candidates: columns item, recipient, score; day where there is more than one; and any that groups
                use.
            capacity: columns day, slots: awards a day; or one number for every day; None for no limit. A day
                of candidates that the table does not know is an error.
            penalty: what a recipient's further awards cost: a ``Penalty``, or a mode's name ("light",
                "strong") whose points are then scaled to the scores; mode b, scaled so, if None.
            **rules: ``groups``, rules of your own (``GroupRule``); ``recipients``, a table with recipient and
                any of weight, limit, head_start, others keep the defaults; ``pins``, a table with item,
                recipient and day of awards that must be, and ``forbids`` of those that must not, where an
                empty cell stands for all; ``per_day`` and ``per_recipient``, awards one recipient takes at
                most; ``daily``, for items that are free again every day, as rooms are (they are then called
                by their day too: "Cellar, Mon 5 Jan"); ``scale``, integer units to a point, by default the
                least power of ten that keeps all scores, up to 1000.

        Raises:
            InputError: anything is missing, unknown, twice or no number; all findings at once.

        Cost: linear in the rows; 60,000 candidates take about 0.1 s.

        >>> import evenhand as eh
        >>> columns = {"item": ["saw", "saw"], "recipient": ["Ann", "Bo"], "score": [9.5, 7]}
        >>> eh.AllocationProblem.from_tables(columns, capacity=1, per_recipient=1).unit
        (10, 'points')
        """
        from evenhand.allocation.reading import rows

        return rows.from_tables(candidates, capacity, penalty, **rules)


def title(name: str, called: Mapping[str, str]) -> str:
    """Return what people call an item or recipient, its id behind it; the name alone where it is both.

    >>> title("P031", {"P031": "Desert Road Report"}), title("car", {})
    ('Desert Road Report (P031)', 'car')
    """
    text = called.get(name, "")
    return f"{text} ({name})" if text and text != name else name


def _check(problem: AllocationProblem, findings: Findings) -> None:
    """Note shapes and numbers that do not fit."""
    count, takers, dates = len(problem.item), len(problem.recipients), len(problem.days)
    shapes = {
        **dict.fromkeys(_PER_CANDIDATE, (count,)),
        "slots": (dates,),
        "recipient_day_limit": (takers, dates),
        **dict.fromkeys(_PER_RECIPIENT, (takers,)),
    }
    for name, shape in shapes.items():
        came = getattr(problem, name).shape
        if came != shape:
            findings.error("has the wrong shape", f"Give the shape {shape}", column=name, came=str(came))
    for group in problem.groups:
        if len(group.of) != count:
            mend = f"Give one code a candidate, {count} in all"
            findings.error(
                "has the wrong length", mend, column=f"group {group.name!r}", came=str(len(group.of))
            )
        if group.name == FAIRNESS:
            findings.error(
                "is a name that evenhand uses itself",
                "Give the group another name",
                column="groups",
                came=FAIRNESS,
            )
    if not findings.errors:
        _check_names(problem, findings)
        _check_numbers(problem, findings)


def _check_names(problem: AllocationProblem, findings: Findings) -> None:
    """Note codes without a name, names that stand twice, and candidates both pinned and forbidden."""
    sound = True
    for name, names in (("item", problem.items), ("recipient", problem.recipients), ("day", problem.days)):
        codes = getattr(problem, name)
        if len(codes) and not (codes.min() >= 0 and codes.max() < len(names)):
            findings.error("has a code without a name", f"Use 0 to {len(names) - 1}", column=name)
            sound = False
        if len(set(names)) != len(names):
            twice = next(before for before, after in pairwise(sorted(names)) if before == after)
            findings.error("stands twice", "Give every name once", column=f"{name}s", came=twice)
    if sound:
        for index in np.flatnonzero(problem.pinned & problem.forbidden).tolist():
            mend = "Take one of the two away"
            findings.error("is both pinned and forbidden", mend, came=problem.describe(index))


def _check_numbers(problem: AllocationProblem, findings: Findings) -> None:
    """Note numbers out of range."""
    for name in ("slots", "recipient_day_limit", "recipient_limit", "weight", "owed_bonus"):
        values = getattr(problem, name)
        if values.size and values.min() < 0:
            findings.error("is below zero", "Give 0 or more", column=name, came=str(values.min()))
    # Sums and differences of these stay inside 64 bits; limits are compared alone.
    for name in ("slots", "head_start", "owed_bonus"):
        values = getattr(problem, name)
        if values.size and max(int(values.max()), -int(values.min())) > MOST:
            findings.error("is too large", f"Give at most {MOST:,}", column=name, came=str(values.max()))
    if len(problem) and max(int(problem.score.max()), -int(problem.score.min())) > MOST:
        mend = f"Scores of at most {MOST:,} units fit; divide them, or lower the scale"
        findings.error("is too large", mend, column="score", came=str(np.abs(problem.score).max()))
    _check_scale(problem, findings)


def _check_called(problem: AllocationProblem, findings: Findings) -> None:
    for name in sorted(set(problem.called) - set(problem.items) - set(problem.recipients)):
        findings.error("is neither item nor recipient", "Mend the name", column="called", came=name)


def _check_scale(problem: AllocationProblem, findings: Findings) -> None:
    if problem.scale < 1:
        findings.error(
            "is not a scale", "Give a whole number of 1 or more", column="scale", came=str(problem.scale)
        )
    elif problem.scale % problem.penalty.denominator():
        mend = f"Give a scale that is a multiple of {problem.penalty.denominator()}"
        findings.error(
            "makes the penalty's points no whole units", mend, column="scale", came=str(problem.scale)
        )


def _bring_to_order(problem: AllocationProblem) -> None:
    """Sort names and candidates; a problem that stands in order already is left alone (no copies)."""
    places = {}
    for name, plural in (("item", "items"), ("recipient", "recipients"), ("day", "days")):
        names = getattr(problem, plural)
        if name == "day":
            place_of = {day: place for place, day in enumerate(names)}
            order = [place_of[day] for day in in_day_order(names)]
        else:
            order = sorted(range(len(names)), key=names.__getitem__)
        if order != list(range(len(names))):
            place = np.empty(len(names), dtype=np.int64)
            place[order] = np.arange(len(names))
            object.__setattr__(problem, plural, tuple(names[code] for code in order))
            object.__setattr__(problem, name, place[getattr(problem, name)])
            places[name] = np.array(order, dtype=np.int64)
    if "day" in places:
        object.__setattr__(problem, "slots", problem.slots[places["day"]])
        object.__setattr__(problem, "recipient_day_limit", problem.recipient_day_limit[:, places["day"]])
    if "recipient" in places:
        for name in ("recipient_day_limit", *_PER_RECIPIENT):
            object.__setattr__(problem, name, getattr(problem, name)[places["recipient"]])
    keys = _keys(problem)
    rows = None
    if len(keys) > 1 and not (keys[1:] >= keys[:-1]).all():
        rows = np.argsort(keys, kind="stable")
        for name in _PER_CANDIDATE:
            object.__setattr__(problem, name, getattr(problem, name)[rows])
    object.__setattr__(problem, "groups", tuple(group.reordered(rows) for group in problem.groups))


def _keys(problem: AllocationProblem) -> Ints:
    return (problem.item * len(problem.recipients) + problem.recipient) * len(problem.days) + problem.day


def _check_order(problem: AllocationProblem, findings: Findings) -> None:
    """Note candidates that stand twice; they are neighbours by now."""
    keys = _keys(problem)
    for index in np.flatnonzero(keys[1:] == keys[:-1]).tolist():
        came = problem.describe(index)
        findings.error("is a candidate twice", "Keep one of the two", table="candidates", came=came)
