"""Rules beyond balance, from a table or from keywords, to ``Rule``; every one that cannot be read is noted.

The table has a column ``kind`` and, as the kind needs them, ``column``, ``value``, ``people``, ``teams``,
``min``, ``max`` and ``weight``. Several people or teams in a cell are parted by ; or |. No weight means hard.

| kind | needs | means |
|---|---|---|
| count | column, value, min and/or max, perhaps teams | so many people of the value in each team |
| no lone | column, perhaps value | nobody is the only one of that value in a team |
| together | people | all in one team |
| apart | people | no two in one team |
| wish | people (the first wants to be with the others) | granted where balance allows; weight 1 if none |
| lock | people, one team | these people stand in that team |
| allow, forbid | people, teams | only there; anywhere but there |
| lock team | people, one team | exactly these people are that team |
| free | column of tags, min | at least so many tags (slots) nobody of a team has; with a weight each counts |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.errors import Findings
from evenhand.tables import Table, read
from evenhand.teams.problem import NO_LIMIT, Criterion, Rule
from evenhand.teams.problem.columns import category, fold_value, folded, tag_column
from evenhand.teams.reading.rule_keywords import rows_of
from evenhand.teams.reading.sizes import even_sizes

__all__ = ["Roster", "Rules", "read_rules"]

Ints = NDArray[np.int64]

KINDS = ("count", "no lone", "together", "apart", "wish", "lock", "allow", "forbid", "lock team", "free")
SYNONYMS = {
    **dict.fromkeys(("min", "max", "minimum", "maximum", "at least", "at most"), "count"),
    "locked": "lock",
    "allowed": "allow",
    "lone": "no lone",
}
"""Other words for kinds of rule."""

NAMED = 5
"""People a sentence names in full."""

_HARD_ONLY = frozenset({"together", "lock", "allow", "forbid", "lock team"})


@dataclass(frozen=True, slots=True)
class Roster:
    """What rules speak about: the table and the row of each person, names, teams, sizes, criteria so far."""

    table: Table
    order: Ints
    people: tuple[str, ...]
    teams: tuple[str, ...]
    sizes: Ints
    criteria: list[Criterion]


@dataclass(slots=True)
class Rules:
    """Rules read, with the criteria they added (of weight 0) and the sizes that locked teams fixed."""

    roster: Roster
    rules: tuple[Rule, ...]
    criteria: list[Criterion]
    sizes: Ints
    listed: bool = False
    locked: dict[int, tuple[int, ...]] = field(default_factory=dict)
    by_person: dict[str, int] = field(default_factory=dict)
    by_team: dict[str, int] = field(default_factory=dict)


def read_rules(source: Any, spoken: Mapping[str, Any], roster: Roster) -> Rules:
    """Read the rules of a table and those said as keywords.

    Args:
        source: a table of rules (see above), or None.
        spoken: keywords, see ``evenhand.teams.reading.rule_keywords``.
        roster: what the rules speak about; wrong rules are noted in its table's findings.
    """
    findings = roster.table.findings
    found = Rules(roster, (), list(roster.criteria), roster.sizes)
    tables = [rows_of(spoken, findings)]
    if source is not None:
        tables.insert(0, read(source, "rules", findings, job="teams"))
    if any(len(table) for table in tables):
        found.by_person = {fold_value(name): at for at, name in enumerate(roster.people)}
        found.by_team = {fold_value(name): at for at, name in enumerate(roster.teams)}
    rules: list[Rule] = []
    for table in tables:
        if not len(table) or not table.need("kind"):
            continue
        for at in range(len(table)):
            rules += _rule(table, at, found)
    found.rules = tuple(rules)
    _lock_sizes(found, findings)
    return found


def _cell(table: Table, at: int, column: str) -> str:
    return str(table.columns[column][at]) if table.has(column) else ""


def _rule(table: Table, at: int, found: Rules) -> list[Rule]:
    kind = _cell(table, at, "kind").strip().casefold().replace("_", " ")
    kind = SYNONYMS.get(kind, kind)
    if kind not in KINDS:
        table.wrong(at, "kind", "is no kind of rule", f"Choose one of {', '.join(KINDS)}")
        return []
    weight = _whole(table, at, "weight", 1 if kind == "wish" else 0)
    if weight and kind in _HARD_ONLY:
        table.wrong(at, "weight", f"does not go with {kind}, which is always kept", "Leave the weight empty")
    if kind in {"count", "no lone", "free"}:
        return _about_values(table, at, found, kind, weight)
    people = _codes(table, at, "people", found.by_person, "is not on the roster")
    if kind in {"together", "apart", "wish"}:
        return _about_people(table, at, found, kind, weight, people)
    teams = _codes(table, at, "teams", found.by_team, "is no team")
    return _about_places(table, at, found, kind, people, teams)


def _about_values(  # noqa: PLR0911 - each return is one thing that can be wrong
    table: Table, at: int, found: Rules, kind: str, weight: int
) -> list[Rule]:
    criterion = _criterion(table, at, found, tags=kind == "free")
    if criterion < 0:
        return []
    held = found.criteria[criterion]
    teams = tuple(_codes(table, at, "teams", found.by_team, "is no team", needed=False))
    where = f" in {_cell(table, at, 'teams')}" if teams else " in each team"
    low, high = _whole(table, at, "min", 0), _whole(table, at, "max", NO_LIMIT)
    if kind == "free":
        every = not _cell(table, at, "min")
        if every and not weight:
            table.wrong(
                at, "min", "is empty in a hard rule", "Give the least free slots, or a weight for each"
            )
            return []
        low = len(held.values) if every else low
        said = f"{'every slot' if every else f'at least {low} slots'} of {held.name} free for all{where}"
        return [Rule("free", (), teams, criterion, -1, low, NO_LIMIT, weight, said)]
    cell = _cell(table, at, "value")
    value = next((code for code, one in enumerate(held.values) if fold_value(one) == fold_value(cell)), -1)
    if cell and value < 0:
        table.wrong(
            at, "value", f"is no value of {held.name}", f"Choose one of {', '.join(held.values[:12])}"
        )
        return []
    if kind == "no lone":
        said = f"nobody alone with {held.name}{'=' + held.values[value] if cell else ''}{where}"
        return [Rule("lone", (), teams, criterion, value, 0, NO_LIMIT, weight, said)]
    if not cell:
        table.wrong(at, "value", "is empty", "Name the value to be counted")
        return []
    if low > high or (low == 0 and high == NO_LIMIT):
        table.wrong(
            at, "min", "and max leave nothing to keep", "Give a min, a max or both, min not above max"
        )
        return []
    span = f"{low} to {high}" if low and high < NO_LIMIT else f"at least {low}" if low else f"at most {high}"
    said = f"{span} {held.name}={held.values[value]}{where}"
    return [Rule("count", (), teams, criterion, value, low, high, weight, said)]


def _about_people(
    table: Table, at: int, found: Rules, kind: str, weight: int, people: list[int]
) -> list[Rule]:
    if len(set(people)) <= 1:
        if people or not _cell(table, at, "people"):
            table.wrong(at, "people", "names fewer than two people", "Name at least two, parted by ;")
        return []
    names = found.roster.people
    if kind == "wish" and weight:
        first, rest = people[0], [person for person in dict.fromkeys(people[1:]) if person != people[0]]
        return [
            Rule(
                "wish", (first, other), weight=weight, said=f"{names[first]} wishes to be with {names[other]}"
            )
            for other in rest
        ]
    listed = tuple(sorted(set(people)))
    kind = "together" if kind == "wish" else kind
    return [Rule(kind, listed, weight=weight, said=f"{_named([names[p] for p in listed])} {kind}")]


def _about_places(
    table: Table, at: int, found: Rules, kind: str, people: list[int], teams: list[int]
) -> list[Rule]:
    if not people or not teams:
        return []
    if kind in {"lock", "lock team"} and len(set(teams)) > 1:
        table.wrong(at, "teams", "names more than one team", "Name one team")
        return []
    names = found.roster.teams
    place = sorted(set(teams))
    if kind == "lock team":
        found.locked[place[0]] = tuple(sorted(set(people)))
    if kind == "forbid":
        place = [team for team in range(len(names)) if team not in set(teams)]
    who = _named([found.roster.people[person] for person in people])
    word = {"lock": "in", "lock team": "are", "allow": "only in", "forbid": "not in"}[kind]
    said = f"{who} {word} {_named([names[team] for team in sorted(set(teams))])}"
    return [Rule("allowed", tuple(sorted(set(people))), tuple(place), said=said)]


def _named(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= NAMED else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _codes(
    table: Table, at: int, column: str, known: Mapping[str, int], problem: str, *, needed: bool = True
) -> list[int]:
    """Return the codes of the names in a cell, noting those nobody bears."""
    source = column if table.has(column) else column.removesuffix("s")
    cell = _cell(table, at, source)
    parts = [part.strip() for part in cell.replace("|", ";").split(";") if part.strip()]
    if not parts and needed:
        table.wrong(at, column, "is empty", "Name at least one, several parted by ;")
    for part in parts:
        if fold_value(part) not in known:
            where = {"table": table.name, "column": column, "came": part}
            table.findings.error(problem, "Write the name as it stands there", row=table.rows[at], **where)
    return [known[fold_value(part)] for part in parts if fold_value(part) in known]


def _whole(table: Table, at: int, column: str, default: int) -> int:
    cell = _cell(table, at, column)
    if not cell:
        return default
    if not cell.isdecimal():
        table.wrong(at, column, "is not a whole number of 0 or more", "Write a number such as 2")
        return default
    return int(cell)


def _criterion(table: Table, at: int, found: Rules, *, tags: bool) -> int:
    """Return the criterion a rule speaks of, reading its column as one of weight 0 if need be."""
    cell = _cell(table, at, "column")
    for code, criterion in enumerate(found.criteria):
        if folded(criterion.name) == folded(cell) and not (tags and criterion.single):
            return code
    source = found.roster.table
    header = next((header for header in source.columns if folded(header) == folded(cell)), None)
    if not cell or header is None:
        table.wrong(at, "column", "is no column of the roster", f"Choose one of {', '.join(source.columns)}")
        return -1
    make = tag_column if tags else category
    found.criteria.append(make(header, source.columns[header], found.roster.order, weight=0))
    return len(found.criteria) - 1


def _lock_sizes(found: Rules, findings: Findings) -> None:
    """Give locked teams their members' number and share the other people among the other teams."""
    if not found.locked:
        return
    sizes = found.roster.sizes.copy()
    open_teams = [team for team in range(len(sizes)) if team not in found.locked]
    left = len(found.roster.people) - sum(len(people) for people in found.locked.values())
    if left < len(open_teams) or (left and not open_teams):
        findings.error(
            f"leave {left} people for {len(open_teams)} other teams",
            "Lock fewer teams or ask for fewer",
            column="locked_teams",
        )
        return
    for team, people in found.locked.items():
        sizes[team] = len(people)
    if open_teams:
        sizes[open_teams] = even_sizes(left, len(open_teams))
    found.sizes, found.listed = sizes, True
