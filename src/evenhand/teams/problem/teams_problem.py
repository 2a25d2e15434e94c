"""What is asked: people with their criteria, teams with their sizes, and rules; checked when made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from operator import ge
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, InputError
from evenhand.core.frozen import freeze_arrays
from evenhand.core.native import Native
from evenhand.core.notebook import problem_html
from evenhand.teams.problem.settings import TeamsSettings

NO_LIMIT = 2**62
"""A count that is never reached: no upper limit."""

Z_UNIT = 1000
"""Fixed-point units to one standard deviation of a number."""


@dataclass(frozen=True, eq=False)
class Criterion:
    """Something every team should be a small image of: one value a person, or any number of tags.

    Attributes:
        name: the column's name.
        values: the values as first written, sorted by their folded text.
        person: person codes, ascending; one entry a (person, value); who has no value has no entry.
        value: code into ``values`` of each entry, same shape as ``person``.
        single: whether a person has at most one value (a category); False for tags.
        weight: how much it counts against the others, >= 0.
        priority: 1 counts before 2, strictly; equal numbers are weighed against each other.
        similar: whether alike people should stand together instead of being spread.
    """

    name: str
    values: tuple[str, ...]
    person: Ints = field(repr=False)
    value: Ints = field(repr=False)
    single: bool = True
    weight: int = 1
    priority: int = 1
    similar: bool = False

    @cached_property
    def counts(self) -> Ints:
        """People a value, shape (V,)."""
        return np.bincount(self.value, minlength=len(self.values)).astype(np.int64)

    def of(self, people: int) -> Ints:
        """Return each person's value, -1 for none, shape (people,); for tags the last one."""
        out = np.full(people, -1, dtype=np.int64)
        out[self.person] = self.value
        return out

    def table(self, awards: Ints, teams: int) -> Ints:
        """Count the people of each team and value, shape (teams, V); O(n)."""
        wide = len(self.values)
        cell = awards[self.person] * wide + self.value
        return np.bincount(cell, minlength=teams * wide).reshape(teams, wide).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Number:
    """A number a person (skill, age) whose mean and spread should be alike in all teams.

    Attributes:
        name: the column's name.
        level: z-scores in thousandths, shape (n,), 0 where missing.
        spread: z-scores squared less one, scaled to the same length, in thousandths.
        mean: of the numbers as written; sd: their standard deviation.
        weight: how much it counts; priority: as for a criterion.
    """

    name: str
    level: Ints = field(repr=False)
    spread: Ints = field(repr=False)
    mean: float
    sd: float
    weight: int = 1
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule beyond balance; with ``weight`` 0 a hard one, else each unit of breach costs so many points.

    Attributes:
        kind: "count" (people of a value in a team between low and high), "lone" (nobody of a value alone in a
            team), "together", "apart", "wish" (the first wants to be with the second), "allowed" (people only
            in these teams), "free" (slots of a tag column at which nobody of the team is busy, at least low),
            "friends" (the first with one of the others), "choice" and "stay" (rather in these teams), "met"
            (together in an earlier plan), "role" (those who may fill it, whose turn it is first).
        people: person codes; teams: team codes, () for all.
        criterion: index of the criterion, -1 for none; value: its value's code, -1 for none.
        low: least; of a role, how many have their turn. high: most.
        weight: 0 hard, else points a unit of breach (100 points are a criterion's whole range).
        said: the rule in the user's words, for messages.
        owed: ticks of a wish that a ledger owes the first person; in the weight already, kept to be told.
    """

    kind: str
    people: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    criterion: int = -1
    value: int = -1
    low: int = 0
    high: int = NO_LIMIT
    weight: int = 0
    said: str = ""
    owed: int = 0


@dataclass(frozen=True, eq=False)
class TeamsProblem:
    """People to be dealt into teams. Make one with ``from_table``, ``from_rows`` or ``from_values``.

    Attributes:
        people: names, sorted, all different.
        teams: names of the teams.
        sizes: members of each team, shape (T,), summing to n.
        listed: whether each team has exactly its own size; else which team gets which size is free.
        criteria: what is to be balanced.
        numbers: numbers whose mean and spread are to be balanced.
        rules: rules beyond balance.
        columns: other cells worth printing, column name to a cell a person.
        warnings: odd things noticed on the way in.
        native: what the caller's own cells were, for frames of the plan; no part of documents.

    Awards are team codes, int64 (n,), in the order of ``people``.

    Raises:
        InputError: names are not sorted and different, sizes do not add up, or codes point nowhere.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben", "Cy", "Di"], "house": ["N", "S", "N", "S"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=2, balance="house")
        >>> problem.people, problem.sizes.tolist(), [criterion.name for criterion in problem.criteria]
        (('Ada', 'Ben', 'Cy', 'Di'), [2, 2], ['house'])
    """

    people: tuple[str, ...]
    teams: tuple[str, ...]
    sizes: Ints
    listed: bool = False
    criteria: tuple[Criterion, ...] = ()
    numbers: tuple[Number, ...] = ()
    rules: tuple[Rule, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    warnings: tuple[Finding, ...] = ()
    native: Native = field(default_factory=Native, repr=False, metadata={"document": False})

    def __post_init__(self) -> None:
        _check(self)
        freeze_arrays(self)
        for part in (*self.criteria, *self.numbers):
            freeze_arrays(part)

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.people)

    @property
    def even(self) -> bool:
        """Whether all teams have one size."""
        return len(self.sizes) == 0 or bool((self.sizes == self.sizes[0]).all())

    def _repr_html_(self) -> str:
        """Return what a notebook shows of the problem."""
        facts = {
            "people": self.n, "teams": len(self.teams), "sizes": f"{self.sizes.min()} to {self.sizes.max()}"
            if len(self.sizes) else "", "balanced": ", ".join(criterion.name for criterion in self.criteria),
            "numbers": ", ".join(number.name for number in self.numbers), "rules": len(self.rules),
        }  # fmt: skip
        return problem_html("Who goes with whom?", facts, self.warnings)

    @classmethod
    @said_in_words
    def from_table(cls, source: Any, **settings: Unpack[TeamsSettings]) -> TeamsProblem:
        """Read a roster: a path (.csv, .xlsx), a mapping of columns, a list of rows or any data frame.

        Args:
            source: one row a person.
            **settings: ``teams`` (how many), ``size`` or ``sizes``; ``balance``, columns that every team
                should mirror, guessed if not given; ``name``, the column of names; ``names`` of the teams;
                ``numbers``, ``tags`` and ``similar``, columns to be taken so; ``weights`` and ``priority`` of
                columns; ``rules``, a table of rules, and the rules' own words, such as ``together``.

        Raises:
            InputError: all that is wrong, at once, with row and column.

        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Bo", "Cy", "Di"], "office": ["Oslo", "Rome", "Oslo", "Rome"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=2, together=[["Ada", "Di"]])
        >>> problem.teams, problem.sizes.tolist()
        (('Team 1', 'Team 2'), [2, 2])
        """
        from evenhand.teams.reading.rows import problem_from_table

        return problem_from_table(source, **settings)

    @classmethod
    @said_in_words
    def from_rows(cls, rows: Sequence[Mapping[str, Any]], **settings: Unpack[TeamsSettings]) -> TeamsProblem:
        """Make a problem from one mapping a person; settings as for ``from_table``.

        >>> import evenhand as eh
        >>> rows = [{"name": name, "office": office} for name, office in zip("abcd", "OROR")]
        >>> eh.TeamsProblem.from_rows(rows, size=2, balance="office").n
        4
        """
        return cls.from_table(list(rows), **settings)

    @classmethod
    @said_in_words
    def from_values(
        cls,
        people: Sequence[str] | int,
        criteria: Mapping[str, Sequence[Any] | NDArray[Any]],
        *,
        teams: int | None = None,
        size: int | None = None,
        sizes: Sequence[int] | None = None,
        names: Sequence[str] | None = None,
    ) -> TeamsProblem:
        """Make a problem from names (or a number of people) and a value a person and criterion.

        Args:
            people: names, or how many.
            criteria: criterion to n values; None, "" and NaN mean none, integer arrays are taken as codes.
            teams: number of teams; or
            size: members of a team; or
            sizes: a list of sizes.
            names: names of the teams.

        >>> import evenhand as eh
        >>> eh.TeamsProblem.from_values(4, {"office": ["O", "R", "O", "R"]}, teams=2).people[0]
        'person 1'
        """
        from evenhand.teams.reading.rows import problem_from_values

        return problem_from_values(people, criteria, teams=teams, size=size, sizes=sizes, names=names)


def _check(problem: TeamsProblem) -> None:
    people, teams, sizes = problem.people, problem.teams, problem.sizes
    # In compiled loops: a million names are compared in a thirtieth of a second.
    if any(map(ge, people, islice(people, 1, None))):
        raise InputError.one(
            "names are not sorted and all different", "Make the problem with from_table or from_rows"
        )
    if len(set(teams)) != len(teams):
        raise InputError.one("two teams have one name", "Give every team its own name", column="names")
    if sizes.shape != (len(teams),) or int(sizes.sum()) != len(people) or (sizes < 0).any():
        raise InputError.one(
            f"the sizes make {int(sizes.sum())} places for {len(people)} people",
            "Give sizes that add up to the number of people",
            column="sizes",
        )
    for criterion in problem.criteria:
        inside = not len(criterion.person) or (
            criterion.person.min() >= 0
            and criterion.person.max() < len(people)
            and criterion.value.min() >= 0
        )
        if not inside or (len(criterion.value) and criterion.value.max() >= len(criterion.values)):
            raise InputError.one(
                "has codes that point nowhere", "Make the problem with from_table", came=criterion.name
            )
