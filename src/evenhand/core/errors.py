"""Every error evenhand raises on purpose, as one family.

::

    EvenhandError
    |-- InputError        what a user gave cannot be used: all findings at once, by file, row and column
    |-- MethodError       the method asked for is unknown, does not suit the problem, or lacks its extra
    |-- InfeasibleError   the hard rules cannot all hold: the smallest set in conflict
    `-- JudgeError        the judge disagrees with a method: a fault of evenhand, never of the user

Each message says where, what came, what is wrong with it and how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "EvenhandError",
    "Finding",
    "Findings",
    "InfeasibleError",
    "InputError",
    "JudgeError",
    "MethodError",
]

SHOWN = 20
"""Findings printed in full; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (or odd) with what came in.

    Attributes:
        table: the file or table it stands in, as the user knows it; "" for an argument.
        row: 1-based row as a spreadsheet shows it (the header is row 1); None where it has no row.
        column: the column's name; "" where it has none.
        came: the value that came, as text; None where nothing came.
        problem: what is wrong, a clause without a full stop.
        mend: how to mend it, a sentence without a full stop.

    Example:
        >>> import evenhand as eh
        >>> finding = eh.Finding("people.csv", 3, "age", "old", "is not a number", "Write 70")
        >>> print(finding)
        people.csv, row 3, column age: 'old' is not a number. Write 70.
    """

    table: str
    row: int | None
    column: str
    came: str | None
    problem: str
    mend: str

    def __str__(self) -> str:
        place = [self.table] if self.table else []
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        where = ", ".join(place)
        came = "" if self.came is None else f"{_clip(str(self.came))!r} "
        head = f"{where}: " if where else ""
        if not self.mend:
            return f"{head}{came}{self.problem}."
        return f"{head}{came}{self.problem}. {self.mend}{'' if self.mend.endswith('?') else '.'}"


# A sentence stays one line or two; what came stands in the table besides, at the row and column named.
WIDEST = 60
"""Letters of a value that an error repeats."""


def _clip(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


class EvenhandError(Exception):
    """The root: catch this to catch everything evenhand says on purpose.

    Example:
        >>> import evenhand as eh
        >>> try:
        ...     eh.TeamsProblem.from_rows([])
        ... except eh.EvenhandError as error:
        ...     type(error).__name__
        'InputError'
    """


class InputError(EvenhandError):
    """What came in cannot be used; ``findings`` holds every reason at once.

    Example:
        >>> import evenhand as eh
        >>> twice = [{"name": "Ada", "office": "x"}, {"name": "Ada", "office": "y"}]
        >>> try:
        ...     eh.TeamsProblem.from_rows(twice, teams=1)
        ... except eh.InputError as error:
        ...     error.findings[0].row, error.findings[0].problem
        (3, 'stands in row 2 already')
    """

    keyword: tuple[str, str] = ("", "")
    """Of a call with a keyword that is none: the function and the keyword."""

    def __init__(self, findings: list[Finding] | tuple[Finding, ...]) -> None:
        """Take all findings; at least one."""
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        lines = [str(finding) for finding in self.findings[:SHOWN]]
        hidden = len(self.findings) - SHOWN
        if hidden > 0:
            lines.append(f"... and {hidden} more like these.")
        return "\n".join(lines)

    @classmethod
    def one(
        cls, problem: str, mend: str, *, came: str | None = None, table: str = "", column: str = ""
    ) -> InputError:
        """Make an error of a single finding, for arguments and whole files."""
        return cls([Finding(table, None, column, came, problem, mend)])


class MethodError(EvenhandError):
    """The method is unknown, does not suit this problem, or needs an extra that is not installed.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> try:
        ...     eh.solve(eh.AllocationProblem.from_rows(rows), method="magic")
        ... except eh.MethodError as error:
        ...     print(str(error).partition(". ")[0])
        allocation has no method 'magic'
    """


class InfeasibleError(EvenhandError):
    """The hard rules cannot all hold. ``conflict`` names the smallest set found, a sentence each.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben", "Cy", "Di"], "house": ["N", "S", "N", "S"]}
        >>> three = [["Ada", "Ben", "Cy"]]
        >>> problem = eh.TeamsProblem.from_table(people, teams=2, balance="house", apart=three)
        >>> try:
        ...     eh.solve(problem)
        ... except eh.InfeasibleError as error:
        ...     print(error.conflict[0])
        Ada, Ben, Cy apart: 3 people need as many teams, there are 2.
    """

    def __init__(self, message: str, conflict: tuple[str, ...] = ()) -> None:
        """Take the message and the rules in conflict."""
        self.conflict = conflict
        super().__init__(message)

    def __str__(self) -> str:
        return "\n".join([str(self.args[0]), *(f"  - {rule}" for rule in self.conflict)])


class JudgeError(EvenhandError):
    """An independent check failed: please report it with the input, nothing was handed out.

    Example:
        >>> import evenhand as eh
        >>> import numpy as np
        >>> line = np.zeros(1, dtype=np.int64)
        >>> try:
        ...     eh.Statement(("Ada",), ("turns",), line, line, line + 3, line + 2, ticks=1)
        ... except eh.JudgeError as error:
        ...     print(error)
        The statement of 'turns' does not balance: 1 tick fewer received than due.
    """


@dataclass(slots=True)
class Findings:
    """Gathers what is wrong, so that all of it can be said at once.

    ``errors`` stop the work when ``raise_errors`` is called; ``warnings`` travel with the problem.
    """

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def error(
        self,
        problem: str,
        mend: str,
        *,
        table: str = "",
        row: int | None = None,
        column: str = "",
        came: str | None = None,
    ) -> None:
        """Note something that must be mended before work can go on."""
        self.errors.append(Finding(table, row, column, came, problem, mend))

    def warning(
        self,
        problem: str,
        mend: str,
        *,
        table: str = "",
        row: int | None = None,
        column: str = "",
        came: str | None = None,
    ) -> None:
        """Note something odd that does not stop the work."""
        self.warnings.append(Finding(table, row, column, came, problem, mend))

    def raise_errors(self) -> None:
        """Raise one InputError with all errors, in order of table, row and column, if there are any."""
        if self.errors:
            raise InputError(sorted(self.errors, key=lambda f: (f.table, f.row or 0, f.column)))
