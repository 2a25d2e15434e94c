"""Rules that stand in the roster's own columns, or in earlier plans: wishes, choices, places, who met whom.

Everything becomes rows of a rules table, so that it is read, checked and told as any other rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.seeded import keys
from evenhand.tables import Table, near, read
from evenhand.teams.problem import Criterion
from evenhand.teams.reading.columns import category, fold_value, split_tags
from evenhand.teams.rules import Roster
from evenhand.teams.rules.base import Row

__all__ = ["MET_POINTS", "FromColumns", "able_column", "column_rows", "plan_of", "sizes_after"]

Ints = NDArray[np.int64]

MET_POINTS = 20
"""Points for a pair that was in one team last time: as much as a fifth of a column's whole range, so people
are mixed wherever columns allow. Each plan before counts half of the next."""

CHOICE_POINTS = 10
"""Points for the second choice instead of the first; the third costs twice as much more, and so on."""


@dataclass(frozen=True, slots=True)
class FromColumns:
    """What is to be read from columns and earlier plans.

    Attributes:
        wishes: columns that name friends, the most wanted first.
        choices: columns that name teams (projects, slots), the most wanted first.
        lock: column that names the team a person stays in; empty cells are free.
        published: the plan handed out before: person to team.
        move_price: points for everybody who changes teams; None for as few as can be, before all else.
        keep_teams: teams of the published plan that stay as they are.
        met_before: earlier plans, the last one last: person to team each.
        roles: columns that say who may be captain, driver, mentor; one of them is named in each team.
        only_choices: whether nobody may be outside their choices; who has none may be anywhere.
    """

    wishes: Sequence[str] = ()
    choices: Sequence[str] = ()
    lock: str = ""
    published: Mapping[str, str] | None = None
    move_price: int | None = None
    keep_teams: Sequence[str] = ()
    met_before: Sequence[Mapping[str, str]] = ()
    roles: Sequence[str] = ()
    only_choices: bool = False


def column_rows(asked: FromColumns, roster: Roster) -> list[Row]:
    """Return the rules as rows; cells that name nobody are noted and left out."""
    rows = _wishes(asked.wishes, roster) + _locked(asked.lock, roster)
    rows += _choices(asked.choices, roster, only=asked.only_choices)
    rows += _roles(asked.roles, roster)
    if asked.published is not None:
        rows += _staying(asked, asked.published, roster)
    for back, plan in enumerate(reversed(asked.met_before)):
        teams: dict[str, list[str]] = {}
        known = {fold_value(name): name for name in roster.people}
        for person, team in plan.items():
            if fold_value(person) in known:
                teams.setdefault(team, []).append(known[fold_value(person)])
        # Half for each plan further back, and never 0, which would be a hard rule.
        points = str(max(1, MET_POINTS >> back))
        rows += [
            {"kind": "met", "people": ";".join(sorted(who)), "weight": points}
            for who in teams.values()
            if len(who) > 1
        ]
    return rows


def plan_of(source: Any, name: str) -> dict[str, str]:
    """Return person to team of a plan: a mapping, or a table with the columns person (or name) and team.

    Raises:
        InputError: the table has no such columns.
    """
    if isinstance(source, Mapping) and all(isinstance(value, str) for value in source.values()):
        return dict(source)
    table = read(source, name)
    who = next((column for column in ("person", "name", "full name") if table.has(column)), "person")
    if not table.need(who, "team"):
        table.findings.raise_errors()
    pairs = zip(table.columns[who], table.columns["team"], strict=True)
    return {person: team for person, team in pairs if person and team}


def sizes_after(people: Sequence[str], teams: Sequence[str], published: Mapping[str, str]) -> list[int]:
    """Return even sizes, the larger where more of a published team's people still are, so fewest move."""
    known = {fold_value(person): fold_value(team) for person, team in published.items()}
    left = Counter(known.get(fold_value(person), "") for person in people)
    floor, more = divmod(len(people), max(1, len(teams)))
    # The larger teams are those with most people still there: there one more place lets one more stay.
    order = sorted(range(len(teams)), key=lambda index: (-left[fold_value(teams[index])], index))
    larger = set(order[:more])
    return [floor + (index in larger) for index in range(len(teams))]


def _cells(column: str, roster: Roster) -> list[str]:
    cells = roster.table.columns[column]
    return [cells[row] for row in roster.order.tolist()]


def _wishes(columns: Sequence[str], roster: Roster) -> list[Row]:
    if not columns or not roster.table.asked(*columns):
        return []
    table = roster.table
    whole = {fold_value(" ".join(name.split())): name for name in roster.people}
    bearers = Counter(name.split()[0].casefold() for name in roster.people if name)
    # A first name alone names somebody only if one person bears it.
    first = {
        name.split()[0].casefold(): name
        for name in roster.people
        if name and bearers[name.split()[0].casefold()] == 1
    }
    rows: list[Row] = []
    friends: dict[str, list[str]] = {}
    for column in columns:
        for row, (person, cell) in enumerate(zip(roster.people, _cells(column, roster), strict=True)):
            for part in split_tags(cell):
                folded = fold_value(" ".join(part.split()))
                friend = whole.get(folded) or first.get(folded)
                if friend is None:
                    meant = near(part, list(roster.people))
                    table.odd(
                        int(roster.order[row]), column, "names nobody of the roster and was left out",
                        f"Did you mean {meant}?" if meant else "Write the name as it stands in the roster",
                    )  # fmt: skip
                elif friend == person:
                    table.odd(
                        int(roster.order[row]), column, "is the person's own name", "Name somebody else"
                    )
                elif friend not in friends.setdefault(person, []):
                    friends[person].append(friend)
    rows += [
        {"kind": "friends", "people": ";".join([who, *named])} for who, named in friends.items() if named
    ]
    return rows


def _choices(columns: Sequence[str], roster: Roster, *, only: bool) -> list[Row]:
    """Return a soft rule for each choice: outside the first costs something, outside the first two more.

    ``only``: outside all of them is not allowed at all.
    """
    if not columns or not roster.table.asked(*columns):
        return []
    known = {fold_value(team): team for team in roster.teams}
    wanted: dict[str, list[str]] = {}
    for column in columns:
        for row, (person, cell) in enumerate(zip(roster.people, _cells(column, roster), strict=True)):
            for part in split_tags(cell):
                team = known.get(fold_value(part))
                if team is None:
                    roster.table.odd(
                        int(roster.order[row]), column, "names no team and was left out",
                        _meant(part, roster.teams),
                    )  # fmt: skip
                elif team not in wanted.setdefault(person, []):
                    wanted[person].append(team)
    # Outside all choices costs more than every column and everybody else's lower choices together.
    last = roster.all_columns + CHOICE_POINTS * len(columns) ** 2 * len(roster.people)
    rows = []
    for person, teams in wanted.items():
        for place in range(1, len(teams) + 1):
            points = last if place == len(teams) else CHOICE_POINTS * place
            where = ";".join(teams[:place])
            rows.append({"kind": "choice", "people": person, "teams": where, "weight": str(points)})
        if only:
            rows.append({"kind": "allow", "people": person, "teams": ";".join(teams)})
    return rows


def _meant(name: str, teams: Sequence[str]) -> str:
    """Return how to mend a team's name."""
    meant = near(name, list(teams))
    return f"Did you mean {meant}?" if meant else f"The teams are {', '.join(teams[:12])}"


def _locked(column: str, roster: Roster) -> list[Row]:
    if not column or not roster.table.asked(column):
        return []
    by_team: dict[str, list[str]] = {}
    for person, cell in zip(roster.people, _cells(column, roster), strict=True):
        if cell.strip():
            by_team.setdefault(cell.strip(), []).append(person)
    return [{"kind": "lock", "people": ";".join(who), "teams": team} for team, who in by_team.items()]


def able_column(table: Table, column: str, order: Ints) -> Criterion:
    """Return who may fill a role: a criterion of weight 0 with the one value yes.

    A column that the table lacks is everybody, and said so; an empty cell or a no is nobody.
    """
    if table.has(column):
        able = table.flags(column)
    else:
        meant = near(column, list(table.columns))
        mend = f"Did you mean {meant}?" if meant else "Add the column with yes or no to say who may"
        table.findings.warning(
            "is no column: everybody may have the role", mend, table=table.name, column=column
        )
        able = np.ones(len(table), dtype=bool)
    return category(column, ["yes" if may else "" for may in able.tolist()], order, weight=0)


def _roles(columns: Sequence[str], roster: Roster) -> list[Row]:
    """Return for each role that every team needs one who may, and whose turn it is."""
    rows: list[Row] = []
    for column in columns:
        able = next(criterion for criterion in roster.criteria if criterion.name == column)
        names = [roster.people[person] for person in able.person.tolist()]
        if not names:
            mend = "Write yes for those who may"
            roster.table.findings.error("says yes of nobody", mend, table=roster.table.name, column=column)
            continue
        # By a draw of names, so that a first plan does not favour the beginning of the alphabet.
        drawn = dict(zip(names, keys(0, names, f"role {fold_value(column)}").tolist(), strict=True))
        order = sorted(names, key=lambda name: drawn[name])
        rows.append({"kind": "count", "column": column, "value": "yes", "min": "1"})
        rows.append({"kind": "role", "column": column, "people": ";".join(order)})
    return rows


def _staying(asked: FromColumns, published: Mapping[str, str], roster: Roster) -> list[Row]:
    """Return a rule for each published team: its people rather stay; those of kept teams do in any case."""
    here = {fold_value(name): name for name in roster.people}
    known = {fold_value(team): team for team in roster.teams}
    kept = {fold_value(team) for team in asked.keep_teams}
    for team in asked.keep_teams:
        if fold_value(team) not in known:
            mend = _meant(team, roster.teams)
            roster.table.findings.error("is no team of the plan", mend, column="keep teams", came=team)
    stay: dict[str, list[str]] = {}
    gone = []
    for person, team in published.items():
        if fold_value(person) not in here:
            # Not an error: people leave between two plans, and their places are filled again.
            gone.append(person)
        elif fold_value(team) in known:
            stay.setdefault(known[fold_value(team)], []).append(here[fold_value(person)])
    if gone:
        roster.table.findings.warning(
            f"{'is' if len(gone) == 1 else 'are'} in the published plan and no longer on the roster",
            "Their places are filled again", column="published", came=", ".join(sorted(gone)[:8]),
        )  # fmt: skip
    points = str(asked.move_price if asked.move_price is not None else roster.all_columns + 1)
    return [
        {"people": ";".join(sorted(who)), "teams": team}
        | ({"kind": "lock"} if fold_value(team) in kept else {"kind": "stay", "weight": points})
        for team, who in stay.items()
        if points != "0" or fold_value(team) in kept
    ]
