"""What every kind of rule brings along on the methods' side; a kind that forgets a half fails on import.

A kind is one file with one class: how a row of the rules table (or a keyword) becomes a ``SideRule``, which
of these stand in the problem's columns and how they are read back, its rows of the optimiser's program, what
counts as one break of it, and what it closes to whom where a policy plans slot by slot. The judge has its own
reading of each kind, in ``judging/faults.py`` and ``judging/side_rules.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import SideRule
from evenhand.rota.rules.row import RuleRow

Cells = list[tuple[int, int]]
"""(slot, person) pairs."""

Row = tuple[Cells, float, float]
"""Cells of which the sum, factors applied, lies between two limits."""

INFINITE = float("inf")
"""No limit of a row."""


def at_most(cells: Cells, upper: float) -> Row:
    """Return the row by which no more than so many of some cells are served."""
    return cells, -INFINITE, upper


@dataclass(frozen=True, slots=True)
class Keyword:
    """A rule as a keyword of ``RotaProblem.from_tables``.

    Attributes:
        rows: how its value becomes rows of the table.
        example: a value as a person writes it, for an error.
    """

    rows: Callable[[Any], list[dict[str, str]]]
    example: str

    @classmethod
    def number(cls, word: str, example: str) -> Keyword:
        """Make the keyword of a rule of which a number says all; 0 or None asks for no rule."""
        return cls(lambda value: [{"rule": word, "value": str(value)}] if value else [], example)


@dataclass(frozen=True, eq=False)
class RowsOfRule:
    """One rule in words, and as rows: lower <= sum of factor x (person serves slot) <= upper.

    Attributes:
        kind: the kind of rule, "seats", "skill" or "overlap".
        sentence: what a person reads, with its figures, without a full stop.
        row: row of each entry, 0 .. rows - 1, shape (entries,).
        slot, person, factor: the entries, shape (entries,).
        lower, upper: limits a row, shape (rows,).
        breach: which break of the rule a row is about, rising from 0, shape (rows,): a rule that may be
            broken is broken so often as it has different breaks with a row that does not hold.
        weight: what one break weighs; 0 for a rule that may not be broken.
    """

    kind: str
    sentence: str
    row: Ints = field(repr=False)
    slot: Ints = field(repr=False)
    person: Ints = field(repr=False)
    factor: Floats = field(repr=False)
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)
    breach: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    weight: int = 0

    @property
    def rests_all(self) -> bool:
        """Whether it is the rest for everybody, which walks from turn to turn jump over."""
        return self.kind == "rest" and not self.breach.size


def rows_of(
    kind: str, sentence: str, rows: Sequence[Row], factors: Sequence[Sequence[float]] | None = None
) -> RowsOfRule:
    """Make a rule of rows ([(slot, person), ...], lower, upper); factors are 1 unless given."""
    entries = [(row, slot, person) for row, (cells, _, _) in enumerate(rows) for slot, person in cells]
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    flat = [1.0] * len(entries) if factors is None else [value for part in factors for value in part]
    lower, upper = np.array([limits for _, *limits in rows], dtype=np.float64).reshape(-1, 2).T
    slot, person = table[:, 1], table[:, 2]
    return RowsOfRule(
        kind, sentence, table[:, 0], slot, person, np.array(flat, dtype=np.float64), lower, upper
    )


@dataclass(slots=True)
class Breach:
    """One possible break of a rule: it happens where any of its rows, sum of factor x cell <= upper, fails.

    Attributes:
        rows: (cells, factors, upper) each; a lower limit is written with factors below 0.
    """

    rows: list[tuple[Cells, list[float], float]]

    @classmethod
    def of(cls, cells: Cells, upper: float, factors: list[float] | None = None) -> Breach:
        """Make a break of one row; factors are 1 unless given."""
        return cls([(cells, factors or [1.0] * len(cells), upper)])


def rows_of_breaches(rule: SideRule, breaches: Sequence[Breach]) -> RowsOfRule:
    """Make the rows of a rule from its possible breaks."""
    parts = [(number, row) for number, breach in enumerate(breaches) for row in breach.rows]
    rows = [at_most(cells, upper) for _, (cells, _, upper) in parts]
    plain = rows_of(rule.kind, rule.said, rows, [factors for _, (_, factors, _) in parts])
    which = np.array([number for number, _ in parts], dtype=np.int64)
    return replace(plain, breach=which, weight=rule.weight)


@dataclass(frozen=True, eq=False)
class Layout:
    """What rules are drawn onto: the rota, who may serve each slot, and what rest comes to.

    Attributes:
        problem: the rota.
        able: who could serve a slot at all, shape (S, P).
        after: first slot that who served a slot may serve again by the rests for everybody, shape (S,).
        earliest: first slot each person may serve by them, because of turns before the plan, shape (P,).
        facts: which slots were served as published, so that no rule can be broken there, shape (S,).
        seats: seats of each slot that could be filled, were it alone, shape (S,).
    """

    problem: RotaProblem
    able: Bools = field(repr=False)
    after: Ints = field(repr=False)
    earliest: Ints = field(repr=False)
    facts: Bools = field(repr=False)
    seats: Ints = field(repr=False)

    def people(self, rule: SideRule) -> Sequence[int]:
        """Return whom a rule is about: those it names, or everybody."""
        return rule.people or range(len(self.problem.people))

    def slots_of(self, rule: SideRule, person: int) -> Ints:
        """Return the slots that a person could serve and that the rule counts, rising."""
        own = self.able[:, person]
        return np.flatnonzero(own if rule.duty < 0 else own & (self.problem.slot_duty == rule.duty))


class Closing(Protocol):
    """What a kind of rule closes to whom, while a policy plans slot by slot."""

    def closed(self, slot: int) -> dict[int, str]:
        """Return who may not serve the slot, with the reason."""

    def served(self, slot: int, who: list[int]) -> None:
        """Note who served the slot."""


NEEDED = (
    "kind", "words", "means", "keywords", "program_place", "online_place",
    "read", "plain", "columns", "given", "program", "breaches", "ahead", "closing",
)  # fmt: skip
"""What a kind must define itself, or take from a base that says so by its name."""

KIND_OF: dict[str, RuleKind] = {}
"""Kind of ``SideRule`` to what is known about it; filled as the files of the kinds are imported."""


class RuleKind:
    """One kind of rule on the methods' side; subclasses define everything in ``NEEDED``."""

    kind: ClassVar[str]
    parted_by_facts: ClassVar[bool] = False
    """Whether a part of a row that is served already as published leaves the rest of the row free."""
    words: ClassVar[tuple[str, ...]]
    """Words for it in the column ``rule`` of a rules table, the usual one first."""
    means: ClassVar[Mapping[str, tuple[str, str]]]
    """Word to (what the row needs, one line for the manual)."""
    keywords: ClassVar[Mapping[str, Keyword]]
    program_place: ClassVar[int]
    """Where its rows stand among those of the other kinds: a conflict names its rules in this order, and of
    two conflicts the one with the earlier rules is told. Plans depend on it too: the solver sees its rows in
    this order."""
    online_place: ClassVar[int]
    """Whose reason is told where several kinds close a slot to somebody: that of the highest place."""

    def __init_subclass__(cls, *, registered: bool = True) -> None:
        """Refuse a kind that lacks a half, and enter it in the registry.

        Args:
            registered: False for a base that several kinds share.

        Raises:
            TypeError: naming what the class does not define, or two kinds of one word or at one place.
        """
        if not registered:
            return
        own = {name for part in cls.__mro__ if part not in {RuleKind, object} for name in part.__dict__}
        missing = [name for name in NEEDED if name not in own]
        if missing:
            raise TypeError(f"the rule kind {cls.__name__} does not define {', '.join(missing)}")
        for other in KIND_OF.values():
            if cls.program_place == other.program_place or cls.online_place == other.online_place:
                raise TypeError(f"the rule kinds {cls.__name__} and {type(other).__name__} share a place")
            shared = {*cls.words} & {*other.words} | cls.keywords.keys() & other.keywords.keys()
            if shared:
                raise TypeError(f"the rule kinds {cls.__name__} and {type(other).__name__} share {shared}")
        KIND_OF[cls.kind] = cls()

    def read(self, row: RuleRow, word: str) -> list[SideRule]:
        """Return the rules a row means; what is wrong with it is noted."""
        raise NotImplementedError

    def plain(self, rule: SideRule) -> bool:
        """Whether a rule stands in the problem's columns, and not among its ``rules``."""
        raise NotImplementedError

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return the problem's columns that say these plain rules; all of its columns, empty ones too."""
        raise NotImplementedError

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return the rules of this kind that the problem's columns say."""
        raise NotImplementedError

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield the rows of the rules that the problem's columns say."""
        raise NotImplementedError

    def breaches(self, rule: SideRule, layout: Layout) -> list[Breach]:
        """Return everything that would break a rule; none of it in slots that are facts."""
        raise NotImplementedError

    def ahead(self, problem: RotaProblem) -> str:
        """Return why a policy cannot keep the columns' rules slot by slot; "" where it can."""
        raise NotImplementedError

    def excluded(self, problem: RotaProblem) -> Iterator[tuple[int, int]]:
        """Yield pairs of slots, the earlier first, that nobody can serve both of by the columns' rules."""
        del problem
        yield from ()

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Return what the columns' rules close while a policy plans slot by slot; None for nothing."""
        raise NotImplementedError


class HardInColumns(RuleKind, registered=False):
    """A kind whose rules stand in columns of the problem where they may not be broken, else in ``rules``."""

    for_all: ClassVar[bool] = False
    """Whether the columns hold rules for everybody alone."""

    def plain(self, rule: SideRule) -> bool:
        """Say whether it may not be broken, and is for everybody where the columns hold no other."""
        return not rule.weight and not (self.for_all and rule.people)


class SlotBySlot(HardInColumns, registered=False):
    """A kind whose columns a policy keeps by looking back, or at the slot alone."""

    def ahead(self, problem: RotaProblem) -> str:
        """Say nothing: nobody has to look ahead."""
        del problem
        return ""


class LookedAhead(HardInColumns, registered=False):
    """A kind whose columns no policy can keep: whom a slot takes depends on slots to come, or on its crew."""

    needing: ClassVar[str]
    """What needs to look ahead, in the plural."""

    def ahead(self, problem: RotaProblem) -> str:
        """Say that the rota needs the optimiser, where it has such a rule."""
        needs = f"{self.needing} need the method 'optimise', which looks ahead."
        return needs if self.given(problem) else ""

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close nothing: a policy does not take such a rota."""
        del problem
        return None


class KindWithoutColumns(RuleKind, registered=False):
    """A kind that stands among the problem's ``rules`` alone: no column holds it and no policy knows it."""

    def plain(self, rule: SideRule) -> bool:
        """Say no."""
        del rule
        return False

    def columns(self, rules: Sequence[SideRule]) -> dict[str, Any]:
        """Return nothing."""
        del rules
        return {}

    def given(self, problem: RotaProblem) -> list[SideRule]:
        """Return nothing."""
        del problem
        return []

    def program(self, layout: Layout) -> Iterator[RowsOfRule]:
        """Yield nothing."""
        del layout
        yield from ()

    def ahead(self, problem: RotaProblem) -> str:
        """Say nothing."""
        del problem
        return ""

    def closing(self, problem: RotaProblem) -> Closing | None:
        """Close nothing."""
        del problem
        return None


def slot_said(problem: RotaProblem, slot: int) -> str:
    """Say a slot by its date, with its duty where several start that day."""
    label, day = problem.slot_label[slot], problem.slot_start[slot]
    several = np.searchsorted(problem.slot_start, day, "right") - np.searchsorted(problem.slot_start, day) > 1
    return f"{label} ({problem.duties[int(problem.slot_duty[slot])]})" if several else label
