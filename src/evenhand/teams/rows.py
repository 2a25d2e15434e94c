"""A roster to a problem: names, criteria, sizes; all that is wrong is said at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings
from evenhand.tables import Table, read
from evenhand.teams.columns import category, codes_of, folded, number_column, tag_column
from evenhand.teams.problem import Criterion, Number, TeamsProblem
from evenhand.teams.rules import Roster, read_rules
from evenhand.teams.sizes import team_names, team_sizes

__all__ = ["guess_criteria", "name_columns", "problem_from_table", "problem_from_values"]

Ints = NDArray[np.int64]

WHOLE_NAMES = (
    "displayname",
    "fullname",
    "name",
    "person",
    "participant",
    "student",
    "member",
    "email",
    "mail",
)
"""Headers that hold a name, folded (case, spaces, dots, dashes and underscores left out), best first."""
FIRST = ("firstname", "givenname", "forename", "first")
LAST = ("lastname", "surname", "familyname", "last")
PRINTED = 200_000
"""People up to whom the balanced cells are kept for printing."""

NEVER = frozenset(
    {"id", "phone", "telephone", "mobile", "url", "photo", "notes", "comment", "comments", "team"}
)
"""Headers never guessed to be a criterion."""


def name_columns(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the column (or the two columns) that hold people's names; () where none is known.

    displayName, fullName, then firstName + lastName, then name or email; case, spaces, dots, dashes and
    underscores do not matter.
    """
    seen = {folded(header): header for header in reversed(headers)}
    for known in WHOLE_NAMES[:2]:
        if known in seen:
            return (seen[known],)
    first = next((seen[known] for known in FIRST if known in seen), None)
    last = next((seen[known] for known in LAST if known in seen), None)
    if first and last:
        return (first, last)
    for known in WHOLE_NAMES[2:]:
        if known in seen:
            return (seen[known],)
    return (first,) if first else ()


def guess_criteria(source: Any) -> tuple[str, ...]:
    """Guess which columns are criteria: those with at least 2 and few distinct values, in table order.

    Few is at most 12, or a third of the rows where that is less, but at least 2; columns of names,
    identifiers and notes never count. A guess is for a person to confirm: the command line shows it.
    """
    table = read(source, "people")
    headers = list(table.columns)
    names = set(name_columns(headers))
    few = max(2, min(12, len(table) // 3))
    found = []
    for header in headers:
        if header in names or folded(header) in NEVER or folded(header) in {*WHOLE_NAMES, *FIRST, *LAST}:
            continue
        distinct = {cell.strip().casefold() for cell in table.columns[header]} - {""}
        if 1 < len(distinct) <= few:
            found.append(header)
    return tuple(found)


def problem_from_table(
    source: Any,
    *,
    teams: int | None = None,
    size: int | None = None,
    sizes: Sequence[int] | None = None,
    balance: Sequence[str] | str | None = None,
    name: str | None = None,
    names: Sequence[str] | None = None,
    numbers: Sequence[str] | str = (),
    tags: Sequence[str] | str = (),
    similar: Sequence[str] | str = (),
    weights: Mapping[str, int] | None = None,
    priority: Sequence[str] | str = (),
    rules: Any = None,
    **spoken: Any,
) -> TeamsProblem:
    """Make a problem of a roster.

    Args:
        source: one row a person: a path, a mapping of columns, a list of rows or a data frame.
        teams: number of teams; at most one a person is made, and said.
        size: members of a team: n people make ceil(n / size) teams.
        sizes: the size of each team, adding up to the number of people.
        balance: columns whose values every team should mirror; guessed (see ``guess_criteria``) if None.
        name: the column with the names; found by its header if None (see ``name_columns``).
        names: names of the teams; "Team 1" and so on if None.
        numbers: columns of numbers whose mean and spread every team should mirror.
        tags: columns with several values in a cell, parted by ; or | or a comma.
        similar: columns whose equals should stand together instead of being spread; they are criteria too.
        weights: column to how much it counts, a whole number >= 0; 1 if not given.
        priority: columns in order of priority, the first before all others, strictly; the rest come last.
        rules: a table of rules (see ``evenhand.teams.rules``).
        **spoken: rules as keywords: minimum, maximum, no_lone, together, apart, wishes, locked,
            locked_teams, allowed, free, met.

    Returns:
        The problem, people sorted by name; the warnings say what was odd.

    Raises:
        InputError: everything that is wrong at once, by row and column. Cost O(n k).
    """
    findings = Findings()
    table = read(source, "people", findings)
    wanted = _columns_wanted(table, balance, _listed(numbers), _listed(tags), _listed(similar))
    people, order = _people(table, name)
    picked = team_sizes(len(people), teams=teams, size=size, sizes=sizes, findings=findings)
    labels = team_names(names, len(picked), findings)
    _known_settings(table, weights, _listed(priority), wanted)
    criteria: list[Criterion] = []
    measured: list[Number] = []
    for column in wanted:
        if not table.has(column):
            continue
        dials = {"weight": _weight(weights, column), "priority": _rank(column, _listed(priority))}
        if column in _listed(numbers):
            measured.append(number_column(table, column, order, **dials))
        elif column in _listed(tags):
            criteria.append(tag_column(column, table.columns[column], order, **dials))
        else:
            criteria.append(
                category(column, table.columns[column], order, similar=column in _listed(similar), **dials)
            )
    criteria += [_missing_of(number, table, order) for number in measured if _has_missing(table, number.name)]
    found = read_rules(rules, spoken, Roster(table, order, people, labels, picked, criteria))
    findings.raise_errors()
    shown = {
        column: tuple(table.columns[column][at] for at in order.tolist())
        for column in wanted
        if len(people) <= PRINTED
    }
    return TeamsProblem(
        people=people,
        teams=labels,
        sizes=found.sizes,
        listed=sizes is not None or found.listed,
        criteria=tuple(found.criteria),
        numbers=tuple(measured),
        rules=found.rules,
        columns=shown,
        warnings=tuple(findings.warnings),
    )


def problem_from_values(
    people: Sequence[str] | int,
    criteria: Mapping[str, Sequence[Any] | NDArray[Any]],
    *,
    teams: int | None = None,
    size: int | None = None,
    sizes: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> TeamsProblem:
    """Make a problem from values in memory; see ``TeamsProblem.from_values``."""
    findings = Findings()
    if isinstance(people, int):
        width = len(str(people))
        people = [f"person {at:0{width}d}" for at in range(1, people + 1)]
    order = np.array(sorted(range(len(people)), key=lambda at: people[at]), dtype=np.int64)
    if len(set(people)) != len(people):
        findings.error("two people have one name", "Give everybody a name of their own", column="people")
    for column, cells in criteria.items():
        if len(cells) != len(people):
            findings.error(
                f"has {len(cells)} values for {len(people)} people", "Give one value a person", column=column
            )
    picked = team_sizes(len(people), teams=teams, size=size, sizes=sizes, findings=findings)
    labels = team_names(names, len(picked), findings)
    findings.raise_errors()
    found = tuple(
        codes_of(column, cells, order)
        if isinstance(cells, np.ndarray) and np.issubdtype(cells.dtype, np.integer)
        else category(column, [_text(cell) for cell in cells], order)
        for column, cells in criteria.items()
    )
    return TeamsProblem(
        people=tuple(people[at] for at in order.tolist()),
        teams=labels,
        sizes=picked,
        listed=sizes is not None,
        criteria=found,
        warnings=tuple(findings.warnings),
    )


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()  # noqa: PLR0124 - NaN differs from itself


def _listed(names: Sequence[str] | str) -> list[str]:
    if isinstance(names, str):
        return [part.strip() for part in names.split(",") if part.strip()]
    return list(names)


def _weight(weights: Mapping[str, int] | None, column: str) -> int:
    given = str((weights or {}).get(column, 1))
    return int(given) if given.isdecimal() else 1


def _rank(column: str, priority: list[str]) -> int:
    return priority.index(column) + 1 if column in priority else len(priority) + 1


def _columns_wanted(
    table: Table, balance: Sequence[str] | str | None, numbers: list[str], tags: list[str], similar: list[str]
) -> list[str]:
    """List the columns to balance, each once, in the order given; note those the table lacks."""
    if balance is None:
        guessed = [column for column in guess_criteria(table) if column not in {*numbers, *tags}]
        asked = guessed if not (numbers or tags or similar) else []
        if not asked and not (numbers or tags or similar) and len(table):
            here = ", ".join(table.columns) or "no columns"
            table.findings.error(
                "no column can be guessed to be a criterion",
                f"Name the columns to balance; the table has {here}",
                table=table.name,
            )
    else:
        asked = _listed(balance)
    by_fold = {folded(header): header for header in reversed(list(table.columns))}
    wanted = list(
        dict.fromkeys(by_fold.get(folded(column), column) for column in [*asked, *numbers, *tags, *similar])
    )
    if len(table.columns):
        table.need(*wanted)
    return wanted


def _known_settings(
    table: Table, weights: Mapping[str, int] | None, priority: list[str], wanted: list[str]
) -> None:
    for column in {**dict.fromkeys(weights or {}), **dict.fromkeys(priority)}:
        if column not in wanted:
            table.findings.error(
                "has a weight or a priority but is not balanced",
                f"Name one of {', '.join(wanted) or 'the columns to balance'}",
                column=column,
            )
    for column, weight in (weights or {}).items():
        if not str(weight).isdecimal():
            table.findings.error(
                "is no weight",
                "Give a whole number of 0 or more",
                column=f"weight of {column}",
                came=str(weight),
            )


def _people(table: Table, name: str | None) -> tuple[tuple[str, ...], Ints]:
    """Return the names sorted and the row of each; note rows without a name and names that come twice."""
    columns = (name,) if name else name_columns(list(table.columns))
    if not columns:
        if not table.columns:
            return (), np.zeros(0, dtype=np.int64)
        here = ", ".join(table.columns)
        table.findings.error(
            "no column holds names",
            f"Call a column fullName, firstName and lastName, name or email; the table has {here}",
            table=table.name,
        )
        return (), np.zeros(0, dtype=np.int64)
    if not table.need(*columns):
        return (), np.zeros(0, dtype=np.int64)
    if len(columns) == 1:
        raw = list(table.columns[columns[0]])
    else:
        raw = [
            f"{a} {b}".strip() for a, b in zip(*(table.columns[column] for column in columns), strict=True)
        ]
    whole = [cell if cell.isascii() else unicodedata.normalize("NFC", cell) for cell in raw]
    first: dict[str, int] = {}
    for at, person in enumerate(whole):
        if not person:
            table.wrong(at, columns[0], "is empty", "Write the person's name or delete the row")
        elif first.setdefault(person, at) != at:
            table.findings.error(
                f"stands in row {table.rows[first[person]]} already",
                "Delete the row, or tell the two apart, for example by a middle name",
                table=table.name,
                row=table.rows[at],
                column=" + ".join(columns),
                came=person,
            )
    order = sorted(range(len(whole)), key=whole.__getitem__)
    return tuple(whole[at] for at in order), np.array(order, dtype=np.int64)


def _has_missing(table: Table, column: str) -> bool:
    return any(not cell for cell in table.columns[column])


def _missing_of(number: Number, table: Table, order: Ints) -> Criterion:
    """Make a criterion of who has no number, so that those are spread too."""
    cells = ["missing" if not cell else "" for cell in table.columns[number.name]]
    return category(f"{number.name} missing", cells, order, weight=number.weight, priority=number.priority)
