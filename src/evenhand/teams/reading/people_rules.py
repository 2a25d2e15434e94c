"""Rules that stand in the roster's own columns, or in earlier plans: wishes, choices, places, who met whom.

Everything becomes rows of a rules table, so that it is read, checked and told as any other rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.seeded import keys
from evenhand.tables import Table, near, read
from evenhand.teams.problem import Criterion
from evenhand.teams.reading.columns import category, fold_value, folded, split_tags
from evenhand.teams.reading.who import Who
from evenhand.teams.rules import Roster
from evenhand.teams.rules.base import Row
from evenhand.teams.rules.friends import MOST_FRIENDS

MET_POINTS = 20
"""Points for a pair that was in one team last time: as much as a fifth of a column's whole range, so people
are mixed wherever columns allow. Each plan before counts half of the next."""

CHOICE_POINTS = 10
"""Points for the second choice instead of the first; the third costs twice as much more, and so on."""


LARGEST = 2**37
"""Most points that all moves together may cost: with numbers a point is ten million units, and a search adds
up in 64 bits."""

MOST_ROWS = 6
"""Rows that a note lists; of more it says how many."""

ADDRESSES = frozenset({"email", "emailaddress", "mail", "username"})
"""Folded heads of columns that hold e-mail addresses, which people also write where a name is asked for."""


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
        not_again: earlier plans: nobody is in a team of the same name again.
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
    not_again: Sequence[Mapping[str, str]] = ()
    roles: Sequence[str] = ()
    only_choices: bool = False


def column_rows(asked: FromColumns, roster: Roster) -> list[Row]:
    """Return the rules as rows; cells that name nobody are noted and left out."""
    rows = _wishes(asked.wishes, roster) + _locked(asked.lock, roster)
    rows += _choices(asked.choices, roster, only=asked.only_choices)
    rows += _roles(asked.roles, roster)
    if asked.published is not None:
        rows += _staying(asked, asked.published, roster, _above_wishes(rows, roster))
    known = {fold_value(name): name for name in roster.people}
    rows += _elsewhere(asked.not_again, known, roster)
    for back, plan in enumerate(reversed(asked.met_before)):
        teams: dict[str, list[str]] = {}
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


def _elsewhere(plans: Sequence[Mapping[str, str]], known: Mapping[str, str], roster: Roster) -> list[Row]:
    """Return a hard rule for each person and the teams of earlier plans that have one's name now."""
    names = {fold_value(team): team for team in roster.teams}
    been: dict[str, list[str]] = {}
    for plan in plans:
        for person, team in plan.items():
            if fold_value(person) in known and fold_value(team) in names:
                been.setdefault(known[fold_value(person)], []).append(names[fold_value(team)])
    if plans and not been:
        roster.table.findings.warning(
            "no team of the plans given for not again is a team of this one",
            "Give the teams the names they had then", table="not again",
        )  # fmt: skip
    return [
        {"kind": "forbid", "people": person, "teams": ";".join(dict.fromkeys(teams))}
        for person, teams in sorted(been.items())
    ]


def plan_of(source: Any, name: str) -> dict[str, str]:
    """Return person to team of a plan: a mapping, or a table with the columns person (or name) and team.

    Raises:
        InputError: the table has no such columns.
    """
    if isinstance(source, Mapping) and source and all(isinstance(value, str) for value in source.values()):
        return dict(source)
    table = read(source, name)
    who = next((column for column in ("person", "name", "full name") if table.has(column)), "person")
    if not table.need(who, "team"):
        table.findings.raise_errors()
    plan: dict[str, str] = {}
    seen: dict[str, int] = {}
    for row, (person, team) in enumerate(zip(table.columns[who], table.columns["team"], strict=True)):
        if not person or not team:
            continue
        known = seen.setdefault(fold_value(" ".join(person.split())), row)
        if known != row:
            mend = "Leave one of the two rows: a person is in one team"
            table.wrong(row, who, f"stands in row {table.rows[known]} already", mend)
        plan[person] = team
    if not plan and not table.findings.errors:
        mend = "Give the plan as it was handed out: a person and a team in each row"
        table.findings.error("names no team in any row", mend, table=table.name)
    table.findings.raise_errors()
    return plan


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
    who = Who(roster.people, _addresses(roster))
    friends: dict[str, list[str]] = {}
    unknown: dict[str, list[tuple[str, int, str]]] = {}
    for column in columns:
        for row, (person, cell) in enumerate(zip(roster.people, _cells(column, roster), strict=True)):
            for part, friend in who.listed(cell):
                if friend is None:
                    place = (column, int(roster.order[row]), part)
                    unknown.setdefault(fold_value(" ".join(part.split())), []).append(place)
                elif friend == person:
                    table.odd(
                        int(roster.order[row]), column, "is the person's own name", "Name somebody else"
                    )
                elif friend not in friends.setdefault(person, []):
                    friends[person].append(friend)
    for places in unknown.values():
        _unknown_friend(places, who, roster)
    return [
        {"kind": "friends", "people": ";".join([person, *named])}
        for person, named in friends.items()
        if named
    ]


def _addresses(roster: Roster) -> dict[str, str]:
    """Return e-mail address to name, where the roster has a column of them."""
    column = next((head for head in roster.table.columns if folded(head) in ADDRESSES), None)
    cells = _cells(column, roster) if column is not None else []
    return {cell.strip(): person for cell, person in zip(cells, roster.people, strict=False) if "@" in cell}


def _unknown_friend(places: Sequence[tuple[str, int, str]], who: Who, roster: Roster) -> None:
    """Note a name that nobody bears once, however many people named it."""
    table = roster.table
    column, _, part = places[0]
    meant = who.meant(part)
    several = who.bearers(part)
    mend = f"Did you mean {meant}?" if meant else "Write the name as it stands in the roster"
    problem = "names nobody of the roster and was left out"
    if len(several) > 1:
        problem = f"may be {' or '.join(several[:4])} and was left out"
        mend = "Write the whole name"
    rows = sorted({table.rows[place[1]] for place in places})
    if len(places) > 1:
        shown = ", ".join(str(row) for row in rows[:MOST_ROWS])
        more = f" and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
        problem += f" in {len(places)} cells ({'row' if len(rows) == 1 else 'rows'} {shown}{more})"
    columns = {place[0] for place in places}
    table.findings.warning(
        problem, mend, table=table.name,
        row=rows[0] if len(places) == 1 else None,
        column=column if len(columns) == 1 else "", came=part,
    )  # fmt: skip


def _choices(columns: Sequence[str], roster: Roster, *, only: bool) -> list[Row]:
    """Return a soft rule for each choice: outside the first costs something, outside the first two more.

    Who leaves lines empty says that any other team will do as the next choice. So a short list never makes a
    team that is on it likelier: it only lowers what the others cost. ``only``: outside all is not allowed.
    """
    if not columns or not roster.table.asked(*columns):
        return []
    wanted = _wanted(columns, roster)
    # Outside all choices costs more than every column and everybody else's lower choices together.
    last = roster.all_columns + CHOICE_POINTS * len(columns) ** 2 * len(roster.people)
    lines = min(len(columns), len(roster.teams))
    short = [person for person, teams in wanted.items() if len(teams) < lines]
    if short:
        _tell_short(short, lines, columns, roster, only=only)
    rows = []
    for person, teams in wanted.items():
        for place in range(1, len(teams) + 1):
            points = last if place == len(teams) >= lines else CHOICE_POINTS * place
            where = ";".join(teams[:place])
            rows.append({"kind": "choice", "people": person, "teams": where, "weight": str(points)})
        if only:
            rows.append({"kind": "allow", "people": person, "teams": ";".join(teams)})
    return rows


def _wanted(columns: Sequence[str], roster: Roster) -> dict[str, list[str]]:
    """Return each person's choices in order; names of no team are noted and left out."""
    known = {fold_value(team): team for team in roster.teams}
    wanted: dict[str, list[str]] = {}
    for column in columns:
        for row, (person, cell) in enumerate(zip(roster.people, _cells(column, roster), strict=True)):
            for part in [cell.strip()] if fold_value(cell) in known else split_tags(cell):
                team = known.get(fold_value(part))
                if team is None:
                    roster.table.odd(
                        int(roster.order[row]), column, "names no team and was left out",
                        _meant(part, roster.teams),
                    )  # fmt: skip
                elif team not in wanted.setdefault(person, []):
                    wanted[person].append(team)
    return wanted


def _tell_short(
    people: Sequence[str], lines: int, columns: Sequence[str], roster: Roster, *, only: bool
) -> None:
    """Note who named fewer choices than there are lines, and what that means."""
    some = ", ".join(people[:MOST_ROWS])
    more = f" and {len(people) - MOST_ROWS} more" if len(people) > MOST_ROWS else ""
    problem = f"names fewer than {lines} choices"
    mend = "Any other team counts as the next choice, so a short list brings no advantage"
    if only:
        mend = "Ask for more choices: with --only-choices a short list makes sure of a place"
    roster.table.findings.warning(
        problem if len(people) == 1 else f"name fewer than {lines} choices", mend,
        table=roster.table.name, column=", ".join(columns), came=f"{some}{more}",
    )  # fmt: skip


def _meant(name: str, teams: Sequence[str]) -> str:
    """Return how to mend a team's name."""
    meant = near(name, list(teams))
    return f"Did you mean {meant}?" if meant else f"The teams are {', '.join(teams[:12])}"


def _locked(column: str, roster: Roster) -> list[Row]:
    if not column or not roster.table.asked(column):
        return []
    by_team: dict[str, list[str]] = {}
    known = {fold_value(team): team for team in roster.teams}
    for row, (person, cell) in enumerate(zip(roster.people, _cells(column, roster), strict=True)):
        if not cell.strip():
            continue
        team = known.get(fold_value(cell))
        if team is None:
            mend = _meant(cell, roster.teams)
            roster.table.wrong(int(roster.order[row]), column, "is not a team", mend)
        else:
            by_team.setdefault(team, []).append(person)
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
            "is not a column: everybody may have the role", mend, table=table.name, column=column
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
            roster.table.findings.error("says yes in no row", mend, table=roster.table.name, column=column)
            continue
        # By a draw of names, so that a first plan does not favour the beginning of the alphabet.
        drawn = dict(zip(names, keys(0, names, f"role {fold_value(column)}").tolist(), strict=True))
        order = sorted(names, key=lambda name: drawn[name])
        rows.append({"kind": "count", "column": column, "value": "yes", "min": "1"})
        rows.append({"kind": "role", "column": column, "people": ";".join(order)})
    return rows


def _above_wishes(rows: Sequence[Row], roster: Roster) -> int:
    """Return more points than all columns and all wishes together can cost: a price of moves that come first.

    Where totals would not fit into 64 bits (thousands of wishes) it is what all columns cost: a wish then
    counts more than a move.
    """
    people, teams = len(roster.people), len(roster.teams)
    wish = roster.all_columns + people * (MOST_FRIENDS - 1) ** 2 + 1
    points = sum(wish for row in rows if row["kind"] == "friends")
    points += sum(int(row.get("weight", "0")) for row in rows if row["kind"] == "choice")
    points += sum((roster.all_columns + 1) * teams**2 for row in rows if row["kind"] == "role")
    total = roster.all_columns + 1 + points
    return total if total * people < LARGEST else roster.all_columns + 1


def _staying(asked: FromColumns, published: Mapping[str, str], roster: Roster, first: int) -> list[Row]:
    """Return a rule for each published team: its people rather stay; those of kept teams do in any case."""
    here = {fold_value(name): name for name in roster.people}
    known = {fold_value(team): team for team in roster.teams}
    kept = {fold_value(team) for team in asked.keep_teams}
    for team in asked.keep_teams:
        if fold_value(team) not in known:
            mend = _meant(team, roster.teams)
            roster.table.findings.error("is not a team of the plan", mend, column="keep teams", came=team)
    stay: dict[str, list[str]] = {}
    gone = []
    for person, team in published.items():
        if fold_value(person) not in here:
            # Not an error: people leave between two plans, and their places are filled again.
            gone.append(person)
        elif fold_value(team) in known:
            stay.setdefault(known[fold_value(team)], []).append(here[fold_value(person)])
    if gone:
        old = {fold_value(person) for person in published}
        fresh = Who([name for name in roster.people if fold_value(name) not in old])
        alike = [f"{person} may be {meant}" for person in sorted(gone) if (meant := fresh.meant(person))]
        mend = "Their places are filled again"
        if alike:
            mend += f". {'; '.join(alike[:4])}: mend the spelling if so, and nobody of them moves"
        roster.table.findings.warning(
            f"{'is' if len(gone) == 1 else 'are'} in the published plan and no longer on the roster",
            mend, column="published", came=", ".join(sorted(gone)[:8]),
        )  # fmt: skip
    points = str(asked.move_price if asked.move_price is not None else first)
    return [
        {"people": ";".join(sorted(who)), "teams": team}
        | ({"kind": "lock"} if fold_value(team) in kept else {"kind": "stay", "weight": points})
        for team, who in stay.items()
        if points != "0" or fold_value(team) in kept
    ]
