"""What every kind of rule brings along on the methods' side; a kind that forgets a half fails on import.

A kind is one file with one class: how a row of the rules table (or a keyword) becomes a ``Rule``, what a
search adds up, how many units each of many arrangements breaks it by, its rows of a program, and when mere
counting shows that it cannot hold. The judge has its own reading of each kind, in ``judging/rules.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from evenhand.core.arrays import Ints
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules.row import RuleRow

Row = dict[str, str]
"""One row of a rules table: column to cell."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A rule as a keyword of ``TeamsProblem.from_table``: how its value becomes rows, and an example."""

    rows: Callable[[Any], list[Row]]
    example: str


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What a rule adds to the one cost that the search lowers; a kind fills what it needs.

    Attributes:
        by_count: units of breach by the people of the rule's value in a team.
        free_slots: whether each of the column's values without anybody in a team counts, up to ``low``.
        pairs: (person, person, units for standing together: below 0 where that is wished).
        line: entries of an own line (person, how often) and units of breach by the line's total in a team.
        one_unit: people who move as one.
        near: whether the rule's first person would rather be with the others.
        places: whether only the rule's teams are open to its people.
    """

    by_count: Callable[[int], int] | None = None
    free_slots: bool = False
    pairs: tuple[tuple[int, int, int], ...] = ()
    line: tuple[tuple[tuple[int, int], ...], Callable[[int, int], int]] | None = None
    one_unit: tuple[int, ...] = ()
    places: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True)
class Placements:
    """Many arrangements at once: team codes (arrangements, n), and counts a column (arrangements, T, V)."""

    problem: TeamsProblem
    awards: Ints
    tables: Sequence[Ints]

    def teams(self, rule: Rule) -> list[int]:
        """Return the teams a rule is about: those it names, or all."""
        return list(rule.teams) or list(range(len(self.problem.teams)))


class ProgramRows(Protocol):
    """The part of a mixed-integer program that rules write to."""

    problem: TeamsProblem

    def held(self, criterion: int, value: int, team: int) -> tuple[list[int], list[float]]:
        """Return the unknowns and factors whose sum is the people of a value in a team."""

    def places(self, people: Iterable[int], team: int) -> tuple[list[int], list[float]]:
        """Return the unknowns and factors whose sum is how many of these people stand in a team."""

    def switch(self, cost: float = 0.0) -> int:
        """Add an unknown that is 0 or 1."""

    def keep(
        self,
        rule: Rule,
        columns: list[int],
        values: list[float],
        low: float,
        high: float,
        *,
        rising: bool = False,
    ) -> None:
        """Add low <= sum <= high; for a soft rule each unit beyond costs the rule's points instead.

        ``rising``: the second unit beyond costs twice, the third three times (pairs among so many people).
        """

    def bind(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        """Add low <= sum <= high, always kept."""

    def reward(self, rule: Rule, column: int) -> None:
        """Let a unit of an unknown save what a unit of the soft rule costs."""


NEEDED = (
    "kind",
    "words",
    "looks_at",
    "means",
    "keywords",
    "read",
    "search",
    "units",
    "program",
    "counted_out",
)
"""What a kind must define itself, or take from a base that says so by its name."""

KIND_OF: dict[str, RuleKind] = {}
"""Kind of ``Rule`` to what is known about it; filled as the files of the kinds are imported."""


class RuleKind:
    """One kind of rule on the methods' side; subclasses define everything in ``NEEDED``."""

    kind: ClassVar[str]
    words: ClassVar[tuple[str, ...]]
    """Words for it in the column ``kind`` of a rules table, the usual one first."""
    looks_at: ClassVar[frozenset[str]]
    """Columns of a rules table that the kind reads; what stands in others is noted."""
    means: ClassVar[str]
    """One line for the manual."""
    keywords: ClassVar[Mapping[str, Keyword]]
    names_people: ClassVar[bool] = False
    """Whether a program needs an unknown for each of the rule's people, not only for kinds of people."""

    def __init_subclass__(cls, *, registered: bool = True) -> None:
        """Refuse a kind that lacks a half, and enter it in the registry.

        Args:
            registered: False for a base that several kinds share.

        Raises:
            TypeError: naming what the class does not define, or a word that another kind has already.
        """
        if not registered:
            return
        own = {name for part in cls.__mro__ if part not in {RuleKind, object} for name in part.__dict__}
        missing = [name for name in NEEDED if name not in own]
        if missing:
            raise TypeError(f"the rule kind {cls.__name__} does not define {', '.join(missing)}")
        for other in KIND_OF.values():
            shared = {*cls.words} & {*other.words} | cls.keywords.keys() & other.keywords.keys()
            if shared:
                raise TypeError(f"the rule kinds {cls.__name__} and {type(other).__name__} share {shared}")
        KIND_OF[cls.kind] = cls()

    def read(self, row: RuleRow, word: str) -> list[Rule]:
        """Return the rules a row means; what is wrong with it is noted."""
        raise NotImplementedError

    def search(self, rule: Rule) -> SearchTerms:
        """Return what the search adds up for a rule."""
        raise NotImplementedError

    def units(self, rule: Rule, many: Placements) -> Ints:
        """Return by how many units each arrangement breaks a rule, shape (arrangements,)."""
        raise NotImplementedError

    def program(self, rule: Rule, rows: ProgramRows) -> None:
        """Add a rule's rows to a program."""
        raise NotImplementedError

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Return why counting alone shows that a hard rule cannot hold; [] where counting is silent."""
        raise NotImplementedError


class SoftKind(RuleKind, registered=False):
    """A kind that is never hard, so that counting cannot rule it out."""

    def counted_out(self, rule: Rule, problem: TeamsProblem) -> list[str]:
        """Say nothing: a soft rule may be broken."""
        del rule, problem
        return []


def joined_names(value: Any) -> str:
    """Return several names as a cell of the rules table holds them."""
    return value if isinstance(value, str) else ";".join(str(name) for name in value)


def group_rows(kind: str, value: Any) -> list[Row]:
    """Return a rule's rows: a group of people each, or a column each, where texts name columns."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return [
        {"kind": kind, "column": group}
        if isinstance(group, str)
        else {"kind": kind, "people": joined_names(group)}
        for group in value
    ]


def pairs_of(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return the pairs of a mapping, or of a list of pairs."""
    return value.items() if isinstance(value, Mapping) else value
