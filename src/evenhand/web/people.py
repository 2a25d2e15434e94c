"""The pages of a series for its coordinators: standings, people, accounts, links, its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import update

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.report.text import name_key
from evenhand.store import get_json
from evenhand.store.schema import METADATA
from evenhand.web.forms import AnyForm, TheHall, Who
from evenhand.web.hall import Hall
from evenhand.web.series import (
    account_of,
    called_in,
    held_by,
    loads_of,
    paths_of,
    periods_of,
    rules_of_series,
    thing_names,
    today_text,
)
from evenhand.workspace import links, swaps
from evenhand.workspace.audit import note
from evenhand.workspace.drafts import history, plan_row, series_row, step_row
from evenhand.workspace.people import change_people, people_of, plan_of_series
from evenhand.workspace.publications import balances, last_publication, series_facts, statement
from evenhand.workspace.tasks import newest_answer

router = APIRouter()
SERIES = METADATA.tables["series"]


@router.get("/series/{series}", name="series")
def series_page(
    request: Request, series: str, hall: TheHall, link: str = "", whose: str = "", tab: str = ""
) -> Response:
    """Show a series: standings over time, periods, people, links; or its rules and tables."""
    if tab == "tables":
        with hall.database.read() as connection:
            row = series_row(connection, series)
            rules = rules_of_series(connection, series, hall.language(request))
        return hall.page(request, "series_tables.html", series=row, rules=rules)
    with hall.database.read() as connection:
        row = series_row(connection, series)
        lags = balances(connection, row.ledger)
        called = called_in(connection, series)
        periods = periods_of(connection, series)
        days, paths = paths_of(connection, row.ledger)
        links_made = links.links_of(connection, series)
        waiting = swaps.open_swaps(connection, series, every=True)
        facts = series_facts(connection, series)
        loads = loads_of(connection, row.ledger)
    got: dict[str, int] = {}
    for fact in facts:
        got[fact.claimant] = got.get(fact.claimant, 0) + fact.units
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "called": called.get(name, name),
            "lag": lag / TICKS,
            "got": got.get(name, 0),
            "path": paths.get(name, []),
            "load": loads.get(name),
        }
        for name, lag in lags.items()
    ]
    rows.sort(key=lambda person: (-abs(person["lag"]), name_key(person["called"])))
    far = max((abs(point) for person in rows for point in person["path"]), default=0.0)
    people = sorted(
        ({"name": name, "called": shown} for name, shown in called.items()),
        key=lambda person: name_key(person["called"]),
    )
    return hall.page(
        request,
        "series.html",
        series=row,
        rows=rows,
        periods=periods,
        links=links_made,
        swaps=waiting,
        far=far,
        people=people,
        fresh_link=link,
        whose=whose,
        days=days,
    )


@router.get("/series/{series}/people", name="people")
def people_page(request: Request, series: str, hall: TheHall, find: str = "", page: str = "") -> Response:
    """Show who takes part, who is away and who left, with every change that can be made."""
    with hall.database.read() as connection:
        row = series_row(connection, series)
        rows = people_of(connection, series)
        heads, waiting = _joining(connection, row)
    wanted = find.strip().casefold()
    listed = [p for p in rows if wanted in f"{p['called']} {p['name']}".casefold()]
    pages = max(1, -(-len(listed) // LISTED))
    number = min(int(page), pages) if page.isascii() and page.isdigit() and len(page) < 7 else 1  # noqa: PLR2004 - a million pages are none
    first = LISTED * (max(1, number) - 1)
    return hall.page(
        request,
        "people.html",
        series=row,
        people=rows,
        listed=listed[first : first + LISTED],
        page=max(1, number),
        pages=pages,
        find=find,
        active=sum(person["state"] == "in" for person in rows),
        heads=heads,
        waiting=waiting,
        today=today_text(),
    )


LISTED: Final = 60
"""People of a page: each brings six forms of 4 kB in all."""


FIELDS: Final = ("name", "first", "last", "called", "other", "value")
"""What a form says of a person, beside the columns of somebody who joins. Nothing else is handed on."""


HEADS: Final = 6
"""Columns asked for when somebody joins: the criteria of a team fit a line, the rest may stay empty."""


def _joining(connection: Any, series: Any) -> tuple[list[str], int]:
    """Return the columns somebody who joins may fill in, and how many changes are not published yet."""
    plan = plan_of_series(connection, series.id)
    if plan is None:
        return [], 0
    steps = {step.seq: step for step in history(connection, plan.id)}
    tip = steps[plan.tip]
    last = last_publication(connection, plan.id)
    waiting, seq = 0, tip.seq
    while seq and not (last is not None and steps[seq].state == last.answer):
        waiting += steps[seq].kind == "people"
        seq = steps[seq].parent
    heads: list[str] = []
    answer = newest_answer(connection, plan.id, plan.tip)
    if answer is not None:
        # the columns of a newcomer's row that teams balance; other views have none
        heads = list(get_json(connection, answer.view).get("criteria", ()))[:HEADS]
    return heads, waiting


@router.post("/series/{series}/people", name="people_change")
def people_change(series: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Let somebody join, leave, pause or come back, give another name, or make two accounts one."""
    change = {
        name: str(values[0]) for name, values in form.items() if name in FIELDS or name.startswith("cell.")
    }
    change_of_people(hall, series, str(form.get("kind", [""])[0]), who, change)
    return hall.go(f"/series/{series}/people")


def change_of_people(hall: Hall, series: str, verb: str, who: str, change: Mapping[str, str]) -> None:
    """Note a change of the people, and have the draft planned with it."""
    with hall.database.write() as connection:
        series_row(connection, series)
        plan = change_people(connection, series, verb, who, **change)
        state = "" if plan is None else step_row(connection, plan, plan_row(connection, plan).tip).state
    if plan is not None:
        # planned at once, so that the board shows what it comes to
        hall.solve(state, plan)


@router.get("/series/{series}/people/{claimant}", name="account")
def account(request: Request, series: str, claimant: str, hall: TheHall) -> Response:
    """Show one account like a bank's: date, due, received, standing, newest first."""
    with hall.database.read() as connection:
        row = series_row(connection, series)
        called = called_in(connection, series)
        entries = statement(connection, row.ledger, claimant)
        facts = series_facts(connection, series)
        labels = thing_names(connection, series)
    if claimant not in called:
        raise HTTPException(404)
    told = held_by(row.job, facts, claimant, called, labels, hall.language(request))
    return hall.page(
        request,
        "account.html",
        series=row,
        name=claimant,
        called=called[claimant],
        account=account_of(entries, told, today_text()),
    )


@router.post("/series/{series}/links", name="link_make")
def link_make(request: Request, series: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Make a personal link or a share link, and show it once."""
    claimant, kind = str(form.get("claimant", [""])[0]), str(form.get("kind", ["me"])[0])
    with hall.database.write() as connection:
        row = series_row(connection, series)
        if kind == "me" and claimant not in called_in(connection, series):
            raise HTTPException(404)
        # a shared plan is passed on; a person's own link lasts, and its owner can renew it
        days = 30 if kind == "share" else None
        secret = links.make(
            connection,
            "share" if kind == "share" else "me",
            series=series,
            claimant=claimant if kind != "share" else "",
            days=days,
            who=who,
        )
    where = f"{request.base_url}{'share' if kind == 'share' else 'me'}/{secret}"
    with hall.database.read() as connection:
        called = called_in(connection, series).get(claimant, "")
    return hall.page(request, "link.html", series=row, where=where, called=called, kind=kind, days=days)


@router.post("/series/{series}/links/end", name="link_end")
def link_end(series: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """End a link."""
    with hall.database.write() as connection:
        links.revoke(connection, str(form.get("hash", [""])[0]), who=who)
    return hall.go(f"/series/{series}#links")


@router.post("/series/{series}/mask", name="mask")
def mask(series: str, hall: TheHall) -> Response:
    """Hide or show the others' names on personal pages."""
    with hall.database.write() as connection:
        row = series_row(connection, series)
        connection.execute(update(SERIES).where(SERIES.c.id == series).values(masked=1 - row.masked))
    return hall.go(f"/series/{series}#links")


@router.post("/series/{series}", name="series_change")
def series_change(series: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Give a series another name, put it away, or bring it back; nothing of it is erased."""
    with hall.database.write() as connection:
        row = series_row(connection, series)
        values: dict[str, Any] = {}
        if "name" in form:
            name = " ".join(str(form["name"][0]).split())[:60]
            if not name:
                raise InputError.one("has no name", "Write how the series is called", came="the series")
            values["name"] = name
        if "archived" in form:
            values["archived"] = int(form["archived"][0] == "1")
        if values:
            connection.execute(update(SERIES).where(SERIES.c.id == row.id).values(**values))
            note(connection, who, "series put away" if values.get("archived") else "series changed", row.id)
    return hall.go("/" if values.get("archived") else f"/series/{series}")
