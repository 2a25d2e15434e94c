"""A solution: awards, their score by term, what is proven about it, and how it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, InputError
from evenhand.core.frozen import freeze_arrays
from evenhand.core.native import Native
from evenhand.core.notebook import html_list, html_table
from evenhand.core.statement import Statement
from evenhand.core.units import Unit, number_text, value_text

Columns = Mapping[str, Sequence[Any]]
"""A small table: column name to values, all of one length."""


class Status(StrEnum):
    """What is known about a solution.

    ``OPTIMAL`` only where bound and objective meet; ``INFEASIBLE`` only where proven.

    Example:
        >>> import evenhand as eh
        >>> eh.Status("optimal") is eh.Status.OPTIMAL, str(eh.Status.OPTIMAL)
        (True, 'optimal')
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the objective: its name, its value in the objective's integer units, and a sentence."""

    name: str
    value: int
    sentence: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a judge says of awards, from problem and awards alone.

    Attributes:
        objective: the value of the awards in the job's integer units.
        terms: its parts; they sum to ``objective``.
        faults: hard rules broken, a sentence each; empty for a plan that may be handed out.
        statement: what was due and what was received.
        headline: the one line a person wants first (the chip, the quality, the spread).
    """

    objective: int
    terms: tuple[Term, ...]
    faults: tuple[str, ...]
    statement: Statement
    headline: str


@dataclass(frozen=True, slots=True)
class Verbs:
    """What a solution can do with files and frames; lent by the room that knows them."""

    save: Callable[[Solution, str | Path], None]
    to_frame: Callable[[Columns, str | None, Native], Any]


@dataclass(frozen=True, eq=False)
class Solution:
    """A judged outcome. Two solutions of the same input, seed and version save as the same bytes.

    Attributes:
        job: "allocation", "teams" or "rota".
        method: the method that found it.
        seed: the seed it was found with.
        version: the version of evenhand that found it.
        status: what is proven.
        objective: value in the job's integer units; None where there are no awards.
        bound: proven limit of the objective (upper for allocation, lower for teams and rota), or None.
        terms: parts of the objective.
        awards: integer codes, as the job's room defines them; see ``to_columns``.
        columns: the awards as a table a person reads.
        statement: due and received.
        headline: the one line to read first.
        proof: what the method hands out to check or explain it: prices, certificate, counts. JSON-able.
        warnings: odd things noticed on the way.
        cut: whether a limit or an interruption ended the search before it was finished.
        problem: the problem it answers.
        stages: seconds by stage; not part of the document, as no two runs agree.
        unit: integer units of the objective to one of what people read, and its name: (100, "points").
        claimed: whether status and bound are what a file says and nobody has proven anew; see ``standing``.
        verbs: how to save and to frame it, lent from above so that nothing here imports up the stair.

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> solution.status.value, solution.method, solution.statement.received.tolist()
        ('feasible', 'online', [2, 2])
    """

    job: str
    method: str
    seed: int
    version: str
    status: Status
    objective: int | None
    bound: int | None
    terms: tuple[Term, ...]
    awards: Ints = field(repr=False)
    columns: Columns = field(repr=False)
    statement: Statement | None = field(repr=False)
    headline: str
    proof: Mapping[str, Any] = field(repr=False)
    warnings: tuple[Finding, ...]
    cut: bool
    problem: Any = field(repr=False)
    stages: Mapping[str, float] = field(default_factory=dict, repr=False)
    unit: Unit = (1, "")
    claimed: bool = False
    verbs: Verbs | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        freeze_arrays(self)

    @property
    def standing(self) -> str:
        """The status in words, and whether it stands on a file's word alone."""
        return f"{self.status.value} (claimed by the file)" if self.claimed else self.status.value

    @property
    def gap(self) -> int | None:
        """Distance between objective and bound, >= 0; 0 is proven optimal; None where nothing is proven."""
        if self.objective is None or self.bound is None:
            return None
        return abs(self.bound - self.objective)

    def to_columns(self) -> Columns:
        """Return the awards as a table: column name to values."""
        return self.columns

    @said_in_words
    def to_frame(self, library: str | None = None) -> Any:
        """Return the awards as a data frame: your own columns hold what yours held, columns of days dates.

        Args:
            library: "polars", "pandas" or "pyarrow". By default the one that your table came from, else the
                one you have imported, else the first that is installed.

        Raises:
            MethodError: the library is not installed, or is none of the three.
        """
        return self._verbs().to_frame(self.columns, library, getattr(self.problem, "native", Native()))

    @said_in_words
    def save(self, path: str | Path) -> None:
        """Write the solution to a file by its ending: .json, .csv, .xlsx, .html or .ics; all or nothing.

        Raises:
            InputError: the ending is unknown, the job has no such form, or the file cannot be written.
        """
        if not isinstance(path, (str, Path)):
            raise InputError.one("is not a path", "Give a file such as plan.xlsx", came=type(path).__name__)
        self._verbs().save(self, path)

    def _verbs(self) -> Verbs:
        if self.verbs is None:
            raise TypeError("Solutions made by evenhand.solve and evenhand.load know how to save themselves.")
        return self.verbs

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the headline, what is proven, and the awards as a table."""
        lines = str(self).split("\n")[:2]
        return html_list(self.headline, lines) + html_table(self.columns)

    def shown(self, value: int) -> str:
        """Write a value of the objective as people read it: ``82,573 points``, ``1.25 turns squared``."""
        return value_text(value, self.unit)

    def __str__(self) -> str:
        sentences = [f"{self.job}: {self.standing} by {self.method}, seed {self.seed}"]
        if self.objective is not None:
            gap = "" if self.gap is None else f", gap {number_text(self.gap, self.unit)}"
            bound = "" if self.bound is None else f", bound {number_text(self.bound, self.unit)}"
            sentences.append(f"value {self.shown(self.objective)}{bound}{gap}")
        sentences += [f"  {term.name:<24}{number_text(term.value, self.unit):>14}" for term in self.terms]
        if self.cut and self.gap != 0:
            sentences.append("stopped early: this is the best found so far")
        return "\n".join([*sentences, self.headline])
