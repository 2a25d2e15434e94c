"""The people of a series: joining, leaving, being away, coming back, another name, two accounts made one.

Each change is a step of the series' last plan, so that it stands in the history and can be undone. What names
and accounts are called stands beside it. Nothing is erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from evenhand.core.errors import InputError
from evenhand.core.recipe import Recipe
from evenhand.core.shares import TICKS
from evenhand.jobs import asking_named
from evenhand.report.text import name_key
from evenhand.rota.reading.people import ALIASES
from evenhand.store import get_blob, get_json, put_blob
from evenhand.store.schema import METADATA
from evenhand.tables.numerals import fractions
from evenhand.workspace.audit import note
from evenhand.workspace.building import csv_bytes, opened
from evenhand.workspace.drafts import Step, add_step, last_seq, plan_row, recipe_at, series_row, step_row
from evenhand.workspace.periods import near_tables
from evenhand.workspace.publications import balances, merge_accounts
from evenhand.workspace.tasks import newest_answer, source_names

PLAN, PERSON, PUBLICATION, FACT = (
    METADATA.tables[name] for name in ("plan", "person", "publication", "fact")
)

VERBS: Final = ("join", "leave", "return", "pause", "unpause", "share", "skills", "rename", "merge")

LISTS: Final = ("people", "partners", "recipients")
"""Tables with one row a person."""

LONGEST: Final = 120
"""Letters of a name: what a row of a table shows on a large screen."""


def plan_of_series(connection: Connection, series: str) -> Any:
    """Return a series' last plan, the one that changes of people go to; None before the first."""
    return connection.execute(
        select(PLAN).where(PLAN.c.series == series).order_by(PLAN.c.made.desc(), PLAN.c.id.desc()).limit(1)
    ).first()


def people_of(connection: Connection, series: str) -> list[dict[str, Any]]:
    """Return everybody of a series: who is in its last plan, who has an account, who left.

    Returns:
        A line a person, by what they are called: ``name``, ``called``, ``joined``, ``left``, ``state`` ("in"
        or "left"), ``away`` ((first, last) of the coming absence, or None), ``lag`` in units or None; for a
        rota ``share`` and ``share_from`` (the last change, "" for none), and ``skills``.
    """
    row = series_row(connection, series)
    known = {
        person.name: person for person in connection.execute(select(PERSON).where(PERSON.c.series == series))
    }
    lags = balances(connection, row.ledger)
    plan = plan_of_series(connection, series)
    names, away = _in_plan(connection, plan) if plan is not None else ({}, {})
    told = _in_table(connection, plan) if plan is not None and row.job == "rota" else {}
    rows = []
    # an account at 0 of nobody who is known is one that went over into another
    open_lags = [name for name, lag in lags.items() if lag]
    for name in dict.fromkeys([*names, *known, *open_lags]):
        person = known.get(name)
        line = told.get(name, {})
        left = (person.left_on if person is not None else "") or line.get("left", "")
        rows.append(
            {
                "name": name,
                "called": (person.called if person is not None else "") or names.get(name, name),
                "joined": line.get("joined", "") or (person.joined if person is not None else ""),
                "share": line.get("share", ""),
                "share_from": line.get("share_from", ""),
                "skills": line.get("skills", ""),
                "left": left,
                "state": "left" if left else "in",
                "away": away.get(name),
                "lag": lags[name] / TICKS if name in lags else None,
            }
        )
    return sorted(rows, key=lambda person: (person["state"] == "left", name_key(str(person["called"]))))


def _in_plan(connection: Connection, plan: Any) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return who stands in a plan (name to what it is called), and when each is away."""
    recipe = recipe_at(connection, step_row(connection, plan.id, plan.tip).state)
    answer = newest_answer(connection, plan.id, plan.tip)
    names: dict[str, str] = {}
    if answer is not None:
        view = get_json(connection, answer.view)
        if view["job"] == "teams":
            names = {row["name"]: row["name"] for card in view["cards"] for row in card["people"]}
        else:
            names = {row["name"]: row["called"] for row in view["standing"]}
    away: dict[str, tuple[str, str]] = {}
    for pick in recipe.picks:
        if pick.kind == "away":
            names.setdefault(pick.names[0], pick.names[0])
            # without days somebody is out of this plan altogether
            first, last = (*pick.names[1:], "", "")[:2]
            away[pick.names[0]] = (first, last)
    absences = asking_named(recipe.job).absences
    if absences in recipe.sources:
        table = _table(connection, recipe, absences)
        for row in _own_heads(table, ABSENCES) if table is not None else ():
            # of several absences the last: a page asks who is away from now on
            name, first = row.get("name", ""), row.get("from", "")
            away[name] = max(away.get(name, ("", "")), (first, row.get("to", "") or first))
    return names, away


def _in_table(connection: Connection, plan: Any) -> dict[str, dict[str, str]]:
    """Return what a rota's list of people says of each: joined, left, share with its first day, skills."""
    recipe = recipe_at(connection, step_row(connection, plan.id, plan.tip).state)
    held = _table(connection, recipe, "people") if "people" in recipe.sources else None
    told: dict[str, dict[str, str]] = {}
    for row in _own_heads(held, PEOPLE) if held is not None else ():
        line = told.setdefault(row.get("name", ""), {})
        if row.get("from") and line:
            # a further row with a day in "from" is not a membership: it changes the share from that day on
            line |= {"share": row.get("weight", ""), "share_from": row["from"]}
        else:
            line |= {"joined": row.get("joined", ""), "left": row.get("left", "")}
            line |= {"share": row.get("weight", ""), "skills": row.get("skills", "")}
    return told


PEOPLE: Final = ("name", "joined", "left")
ABSENCES: Final = ("name", "from", "to")


def _own_heads(held: Any, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return a rota's rows under the job's own heads: a table may call "joined" "member since"."""
    folded = {" ".join(head.replace("_", " ").split()).casefold(): head for head in held.columns}
    own = {}
    for column in columns:
        word = next((alias for alias in ALIASES[column] if alias in folded), None)
        if word is not None:
            own[folded[word]] = column
    heads = [own.get(head, head) for head in held.columns]
    return [dict(zip(heads, line, strict=True)) for line in _lines(held)]


def _table(connection: Connection, recipe: Recipe, table: str) -> Any:
    """Return a source as its table; None for a calendar, which only the rota's reader can read."""
    name = source_names(connection, recipe)[table]
    if name.lower().endswith(".ics"):
        return None
    return opened(get_blob(connection, recipe.sources[table]), name, recipe.mapping.get(table))


def change_people(connection: Connection, series: str, verb: str, who: str, **change: str) -> str | None:
    """Change who takes part, and return the plan that must be planned again; None where none must.

    Args:
        connection: in a write transaction.
        series: the series.
        verb: one of ``VERBS``.
        who: by whom.
        change: ``name``; ``first`` and ``last`` days as ISO dates; ``called`` for a rename; ``value`` of
            a share or of skills; ``other`` for a merge; ``cell.HEAD`` for the columns of somebody who joins.

    Raises:
        InputError: a name is missing or taken, a day is not a date, or the job's tables cannot say it.
    """
    if verb not in VERBS:
        raise InputError.one("is not a change", f"Choose {', '.join(VERBS)}", came=verb)
    name = _name(change.get("name", ""))
    if verb == "rename":
        _called(connection, series, name, _name(change.get("called", "")), who)
        return None
    if verb == "merge":
        return _merged(connection, series, name, _name(change.get("other", "")), who)
    plan = plan_of_series(connection, series)
    if plan is None:
        raise InputError.one("has no plan yet", "Bring in a table first", came="this series")
    dated = bool(change.get("first")) or verb not in ("join", "skills")
    first = _day(change.get("first", ""), "from") if dated else ""
    last = _day(change.get("last", ""), "to") if verb in ("pause", "unpause") else ""
    if last and last < first:
        raise InputError.one(
            "ends before it begins", "Give the days the other way round", came=f"{first} to {last}"
        )
    recipe = recipe_at(connection, step_row(connection, plan.id, plan.tip).state)
    cells = {key.removeprefix("cell."): value for key, value in change.items() if key.startswith("cell.")}
    value = _value(verb, change.get("value", ""))
    body = _body(connection, recipe, verb, name, (first, last), cells, value)
    near = near_tables(connection, plan.id, "people")
    step = add_step(connection, plan.id, last_seq(connection, plan.id), "people", body, who, near)
    if verb in ("join", "return"):
        _noted(connection, series, name, joined=first, left_on="")
    elif verb == "leave":
        _noted(connection, series, name, left_on=first)
    note(connection, who, f"person: {verb}", name)
    return str(plan.id) if step.kind == "people" else None


def _name(text: str) -> str:
    name = " ".join(text.split())
    # a sign that no screen shows is not a part of a name, and PostgreSQL keeps no zero byte
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InputError.one(
            "is not a name", f"Give a name of 1 to {LONGEST} letters", came=text[:40], column="name"
        )
    return name


def _value(verb: str, text: str) -> str:
    """Return a share or the skills as the table writes them."""
    text = " ".join(text.split())[:LONGEST]
    if verb == "share":
        values, faults = fractions([text])
        if faults or values[0] <= 0:
            mend = "Write a weight above 0, such as 1, 0.5 or 1/3"
            raise InputError.one("is not a share", mend, came=text[:40], column="weight")
    return text


def _day(text: str, column: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InputError.one(
            "is not a day", "Write it like 2026-01-31", came=text[:40], column=column
        ) from None


def _noted(connection: Connection, series: str, name: str, **values: str) -> None:
    done = connection.execute(
        update(PERSON).where(PERSON.c.series == series, PERSON.c.name == name).values(**values)
    )
    if not done.rowcount:
        # whoever is in no published plan yet has no line: a new name is the first thing noted of them
        connection.execute(insert(PERSON).values({"series": series, "name": name, "called": name, **values}))


def _called(connection: Connection, series: str, name: str, called: str, who: str) -> None:
    """Give somebody another name to be shown by; tables, accounts and links go on with the old one."""
    people = {str(person["name"]): str(person["called"]) for person in people_of(connection, series)}
    if name not in people:
        raise InputError.one("is not in the list of people", "Choose one of the page", came=name)
    if any(other != name and called in (other, shown) for other, shown in people.items()):
        mend = "Choose another name, or say that both are the same person"
        raise InputError.one("is the name of somebody else", mend, came=called, column="name")
    _noted(connection, series, name, called=called)
    note(connection, who, "person: rename", f"{name}: {called}")


def _both_known(connection: Connection, series: str, name: str, other: str) -> str:
    """Return the other's name in the tables, where both are known."""
    people = {str(person["name"]): str(person["called"]) for person in people_of(connection, series)}
    if other not in people:
        # written by hand where a list is too long to choose from: the name that pages show will do
        other = next((known for known, shown in people.items() if shown == other != name), other)
    for merged in (name, other):
        if merged not in people:
            raise InputError.one("is not in the list of people", "Choose one of the page", came=merged)
    return other


def _merged(connection: Connection, series: str, name: str, other: str, who: str) -> str | None:
    """Let one account go over into another: what was owed to the one is owed to the other."""
    if name == other:
        raise InputError.one("is the same name", "Choose another person", came=name)
    row = series_row(connection, series)
    other = _both_known(connection, series, name, other)
    merge_accounts(connection, row.ledger, name, other)
    known = set(connection.execute(select(PERSON.c.name).where(PERSON.c.series == series)).scalars())
    if name in known:
        connection.execute(delete(PERSON).where(PERSON.c.series == series, PERSON.c.name == name))
    note(connection, who, "person: merge", f"{name}: {other}")
    plan = plan_of_series(connection, series)
    if plan is None:
        return None
    recipe = recipe_at(connection, step_row(connection, plan.id, plan.tip).state)
    sources = {}
    for table in recipe.sources:
        held = _table(connection, recipe, table)
        if held is None or not any(name in held.columns[head] for head in held.columns):
            continue
        listed = table in LISTS and any(other in line for line in _lines(held))
        # a list of people keeps the one row that stays; everywhere else the name is written anew
        kept = [line for line in _lines(held) if not (listed and name in line)]
        rows = [[other if cell == name else cell for cell in line] for line in kept]
        if table == "before":
            # both names stood in one turn: one person has one seat of it
            rows = [list(line) for line in dict.fromkeys(map(tuple, rows))]
        sources[table] = put_blob(connection, _rewritten(held, rows), f"source:{table}.csv")
    if not sources:
        return None
    body = {
        "verb": "merge",
        "name": name,
        "other": other,
        "sources": sources,
        "mapping": dict.fromkeys(sources, ""),
    }
    add_step(connection, plan.id, last_seq(connection, plan.id), "people", body, who)
    return str(plan.id)


def _heads(table: Any) -> list[str]:
    return list(table.columns)


def _rewritten(table: Any, rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table with other rows; with semicolons where it had them, in which 1.234 may be a thousand."""
    return csv_bytes(_heads(table), rows, ";" if table.semicolons else ",")


def _lines(table: Any) -> list[list[str]]:
    return [
        list(map(str, cells)) for cells in zip(*(table.columns[head] for head in table.columns), strict=True)
    ]


def _body(
    connection: Connection,
    recipe: Recipe,
    verb: str,
    name: str,
    days: tuple[str, str],
    cells: Mapping[str, str],
    value: str = "",
) -> dict[str, Any]:
    """Return the step's body: tables that change, and picks where the job has no table for it."""
    first, last = days
    change = {"verb": verb, "name": name, "first": first, "last": last}
    if asking_named(recipe.job).absences:
        table, rows = _rota_rows(connection, recipe, verb, name, days, value)
        return {**change, "value": value, **_source(connection, table, rows)}
    if verb in ("share", "skills"):
        raise InputError.one(
            "stand in the table of this job", "Bring in the table with that column changed", came=verb
        )
    if verb == "join":
        return {**change, **_joined_row(connection, recipe, name, cells)}
    # neither an allocation nor teams know days of their own: whoever is away is out of this plan
    return {**change, "away": verb in ("leave", "pause")}


def _source(connection: Connection, table: str, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    heads = list(dict.fromkeys(head for row in rows for head in row)) or ["name", "from", "to"]
    body = csv_bytes(heads, [[row.get(head, "") for head in heads] for row in rows])
    # the table bears the job's own heads from now on: what was mapped is mapped already
    return {"sources": {table: put_blob(connection, body, f"source:{table}.csv")}, "mapping": {table: ""}}


def _rota_rows(
    connection: Connection, recipe: Recipe, verb: str, name: str, days: tuple[str, str], value: str
) -> tuple[str, list[dict[str, str]]]:
    """Return a rota's list of people or of absences with the change in it."""
    first, last = days
    table = "absences" if verb in ("pause", "unpause") else "people"
    held = _table(connection, recipe, table) if table in recipe.sources else None
    if held is None and table in recipe.sources:
        raise InputError.one(
            "come from a calendar", "Change them there and bring the calendar in again", came="absences"
        )
    if table == "people":
        rows = _own_heads(held, PEOPLE) if held is not None else []
        return table, _people_rows(rows, verb, name, first, value)
    rows = _own_heads(held, ABSENCES) if held is not None else []
    if verb == "pause":
        return table, [*rows, {"name": name, "from": first, "to": last}]
    gone = (name, first, last)
    return table, [row for row in rows if (row.get("name"), row.get("from"), row.get("to")) != gone]


def _people_rows(
    rows: list[dict[str, str]], verb: str, name: str, first: str, value: str
) -> list[dict[str, str]]:
    """Return a rota's list of people with a change of one of them in it."""
    # a further row with a day in "from" is a change of share, no membership
    member = [row for row in rows if row.get("name") == name and not row.get("from")]
    if verb == "join":
        if member:
            raise InputError.one(
                "takes part already", "Choose another name, or say that they come back", came=name
            )
        return [*rows, {"name": name, "joined": first}]
    if not member:
        raise InputError.one("is not in the list of people", "Choose one of the page", came=name)
    if verb == "leave":
        member[-1]["left"] = first
    elif verb == "skills":
        for row in member:
            row["skills"] = value
    elif verb == "share":
        # a change of the same day stands for the one before
        rows = [row for row in rows if (row.get("name"), row.get("from")) != (name, first)]
        rows.append({"name": name, "from": first, "weight": value})
    else:
        # a further row: a member again from this day, with the same account and the same share
        rows.append({"name": name, "joined": first, "weight": member[-1].get("weight", "")})
    return rows


TABLE_OF: Final = {"roster": "people", "fleet": "partners"}


def _joined_row(
    connection: Connection, recipe: Recipe, name: str, cells: Mapping[str, str]
) -> dict[str, Any]:
    """Return the list of people with one more row, in the heads of the file."""
    table = TABLE_OF.get(recipe.form)
    if table is None or table not in recipe.sources:
        raise InputError.one(
            "stands in the table of candidates", "Bring in a table with rows for them", came=name
        )
    held = _table(connection, recipe, table)
    heads = _heads(held)
    where = _name_head(recipe, held)
    if where is None:
        raise InputError.one("cannot be added here", "Bring in the list with one more row", came=name)
    if name in held.columns[where]:
        raise InputError.one("takes part already", "Choose another name", came=name)
    row = [name if head == where else cells.get(head, "") for head in heads]
    sha = put_blob(connection, _rewritten(held, [*_lines(held), row]), f"source:{table}.csv")
    return {"sources": {table: sha}, "mapping": {table: ""}}


def _name_head(recipe: Recipe, held: Any) -> str | None:
    """Return the column that names people: the one said, else the one whose cells are the plan's people."""
    named = recipe.settings.get("name")
    if named in held.columns:
        return str(named)
    known: tuple[str, ...] = (
        "name",
        "full name",
        "fullname",
        "display name",
        "person",
        "participant",
        "student",
        "member",
        "partner_id",
    )
    by_fold = {head.casefold().replace("_", " "): head for head in held.columns}
    for word in known:
        if word.replace("_", " ") in by_fold:
            return str(by_fold[word.replace("_", " ")])
    return None


def join_late(
    connection: Connection, plan: str, name: str, cells: Mapping[str, str], who: str, near: str
) -> Step:
    """Let somebody join a plan of teams that is made: as few as can be change teams.

    Args:
        connection: in a write transaction.
        plan: the plan.
        name: who comes.
        cells: column to value.
        who: by whom.
        near: SHA-256 of the teams as they are, person to team; "" to plan anew.
    """
    row = plan_row(connection, plan)
    recipe = recipe_at(connection, step_row(connection, plan, row.tip).state)
    body = _body(connection, recipe, "join", _name(name), ("", ""), cells)
    sources = {"before": near} if near else {}
    body["sources"] = {**body.get("sources", {}), **sources}
    return add_step(connection, plan, last_seq(connection, plan), "people", body, who)


def facts_then(connection: Connection, series: str, claimant: str, moment: str) -> list[Any]:
    """Return what somebody had been given as of a moment: facts of each plan's last publication then."""
    rows = connection.execute(
        select(PUBLICATION)
        .where(PUBLICATION.c.series == series, PUBLICATION.c.at <= moment)
        .order_by(PUBLICATION.c.plan, PUBLICATION.c.rev)
    ).all()
    last = {row.plan: row for row in rows}
    ids = [row.id for row in last.values() if row.kind != "takeback"]
    return list(
        connection.execute(
            select(FACT)
            .where(FACT.c.publication.in_(ids), FACT.c.claimant == claimant)
            .order_by(FACT.c.starts)
        ).all()
    )
