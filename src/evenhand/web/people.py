"""Series, accounts, personal pages, calendars and swaps.

What people who receive see, and who acts for them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import select, update

from evenhand.core.errors import InputError
from evenhand.core.recipe import sha_of
from evenhand.core.shares import TICKS
from evenhand.jobs import asking_named
from evenhand.report.text import name_key
from evenhand.store import get_json, now_text
from evenhand.store.schema import METADATA
from evenhand.web.board import TheLook, board_values
from evenhand.web.drawing import standings_of
from evenhand.web.forms import AnyForm, TheHall, Who
from evenhand.web.hall import Hall
from evenhand.web.language import Language
from evenhand.web.series import loads_of, rules_of_series
from evenhand.workspace import links, swaps
from evenhand.workspace.drafts import history, plan_row, series_row, step_row
from evenhand.workspace.people import change_people, facts_then, people_of, plan_of_series
from evenhand.workspace.publications import (
    balances,
    balances_on,
    last_publication,
    series_facts,
    statement,
)
from evenhand.workspace.tasks import answer_row, newest_answer

router = APIRouter()
PLAN, PERSON, SERIES, ENTRY, PUBLICATION = (
    METADATA.tables[name] for name in ("plan", "person", "series", "entry", "publication")
)


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
        called = _called(connection, series)
        periods = _periods(connection, series)
        days, paths = _paths(connection, row.ledger)
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


def _called(connection: Any, series: str) -> dict[str, str]:
    rows = connection.execute(select(PERSON).where(PERSON.c.series == series).order_by(PERSON.c.called))
    return {row.name: row.called for row in rows}


def _periods(connection: Any, series: str) -> list[dict[str, Any]]:
    out = []
    for plan in connection.execute(select(PLAN).where(PLAN.c.series == series).order_by(PLAN.c.made.desc())):
        last = last_publication(connection, plan.id)
        step = step_row(connection, plan.id, plan.tip)
        answer = answer_row(connection, step.state)
        out.append(
            {
                "plan": plan,
                "published": last if last and last.kind != "takeback" else None,
                "step": step,
                "title": json.loads(answer.summary)["title"] if answer is not None else None,
            }
        )
    return out


def _paths(connection: Any, ledger: str) -> tuple[list[str], dict[str, list[float]]]:
    """Return the booked days and everybody's standing after each, for the chart over time."""
    rows = connection.execute(select(ENTRY).where(ENTRY.c.ledger == ledger).order_by(ENTRY.c.seq)).all()
    days = sorted({row.at for row in rows})
    place = {day: index for index, day in enumerate(days)}
    moved: dict[str, list[int]] = {}
    for row in rows:
        moved.setdefault(row.claimant, [0] * len(days))[place[row.at]] += row.due - row.received
    out = {}
    for name, steps in moved.items():
        total, path = 0, []
        for step in steps:
            total += step
            path.append(total / TICKS)
        # a year of weeks: more points than that are narrower than the line that joins them
        out[name] = path[-52:]
    return days[-52:], out


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
        today=_today(),
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
    _change(hall, series, str(form.get("kind", [""])[0]), who, change)
    return hall.go(f"/series/{series}/people")


def _change(hall: Hall, series: str, verb: str, who: str, change: Mapping[str, str]) -> None:
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
        called = _called(connection, series)
        entries = statement(connection, row.ledger, claimant)
        facts = series_facts(connection, series)
        labels = _thing_names(connection, series)
    if claimant not in called:
        raise HTTPException(404)
    told = _held(row.job, facts, claimant, called, labels, hall.language(request))
    return hall.page(
        request,
        "account.html",
        series=row,
        name=claimant,
        called=called[claimant],
        account=_account(entries, told, _today()),
    )


def _held(
    job: str,
    facts: Sequence[Any],
    claimant: str,
    called: Mapping[str, str],
    labels: Mapping[str, str],
    words: Language,
) -> dict[str, str]:
    """Return what somebody has on each day: the things by name, or with whom they share a turn."""
    own = [fact for fact in facts if fact.claimant == claimant]
    if job == "allocation":
        held: dict[str, list[str]] = {}
        for fact in own:
            held.setdefault(fact.starts, []).append(labels.get(fact.thing, fact.thing))
        return {day: ", ".join(things) for day, things in held.items()}
    beside = _beside_on(facts, claimant, called)
    return {
        fact.starts: words("with {names}", names=words.names(beside[fact.starts]))
        if beside[fact.starts]
        else ""
        for fact in own
    }


def _beside_on(facts: Sequence[Any], claimant: str, called: Mapping[str, str]) -> dict[str, list[str]]:
    """Return who else has the same turn or team, by its first day; teams have none."""
    own = {(fact.starts, fact.thing) for fact in facts if fact.claimant == claimant}
    beside: dict[str, list[str]] = {starts: [] for starts, _ in own}
    for fact in facts:
        if (fact.starts, fact.thing) in own and fact.claimant != claimant:
            beside[fact.starts].append(called.get(fact.claimant, fact.claimant))
    return beside


def _account(entries: Sequence[Any], told: Mapping[str, str], today: str) -> dict[str, Any]:
    """Return an account as a statement: the balance today, and its lines in two parts, newest first.

    A plan is booked when it is published, for days that may be months ahead: what is planned for later stands
    apart, so that the balance says what has happened so far.
    """
    lines = _lines(entries, told)
    planned = [line for line in lines if line["at"] > today]
    booked = [line for line in lines if line["at"] <= today]
    return {
        "now": booked[0]["lag"] if booked else 0.0,
        "then": lines[0]["lag"] if lines else 0.0,
        "planned": planned,
        "booked": booked,
        "year": today[:4],
    }


def _lines(entries: Sequence[Any], told: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return entries with the running standing, newest first."""
    lag, out = 0, []
    for entry in entries:
        lag += entry.due - entry.received
        out.append(
            {
                "at": entry.at,
                "kind": entry.kind,
                "due": entry.due / TICKS,
                "got": entry.received / TICKS,
                "note": entry.note,
                "told": told.get(entry.at, "") if entry.received > 0 else "",
                "lag": lag / TICKS,
            }
        )
    return out[::-1]


@router.post("/series/{series}/links", name="link_make")
def link_make(request: Request, series: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Make a personal link or a share link, and show it once."""
    claimant, kind = str(form.get("claimant", [""])[0]), str(form.get("kind", ["me"])[0])
    with hall.database.write() as connection:
        row = series_row(connection, series)
        if kind == "me" and claimant not in _called(connection, series):
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
        called = _called(connection, series).get(claimant, "")
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


def _link(hall: Hall, secret: str, kind: str) -> Any:
    if hall.keeper.too_many():
        raise HTTPException(429)
    with hall.database.read() as connection:
        row = links.find(connection, secret, kind)
    if row is None:
        # counted, so that guessing comes to an end; 404 as for any address that is not there
        hall.keeper.note_wrong()
        raise HTTPException(404)
    return row


@router.get("/me/{secret}", name="me")
def me(request: Request, secret: str, hall: TheHall, ask: str = "") -> Response:
    """Show a person their turns or loans, why, their account, and where they stand beside the others."""
    row = _link(hall, secret, "me")
    today = _today()
    with hall.database.read() as connection:
        series = series_row(connection, row.series)
        facts = series_facts(connection, row.series)
        called = _called(connection, row.series)
        entries = statement(connection, series.ledger, row.claimant)
        lags = {name: lag / TICKS for name, lag in balances_on(connection, series.ledger, today).items()}
        offers = [
            s for s in swaps.open_swaps(connection, row.series, every=True) if s.status in ("open", "taken")
        ]
        own_turns = sorted((f for f in facts if f.claimant == row.claimant), key=lambda f: f.starts)
        # not over yet; a team has no days and lasts until the next round
        coming = [f for f in own_turns if not f.ends or f.ends >= today]
        before = _day_before(coming[0].starts) if coming and coming[0].starts else today
        lags_then = balances_on(connection, series.ledger, before)
        effects = {s.id: swaps.effect(connection, s, row.claimant) for s in offers if s.status == "open"}
        asked = [
            (s, last_publication(connection, s.plan).answer)
            for s in offers
            if s.status == "open" and s.giver != row.claimant and asking_named(series.job).against
        ]
        labels = _thing_names(connection, row.series)
        seen = request.cookies.get(_seen_cookie(row), "")
        earlier = facts_then(connection, row.series, row.claimant, seen) if seen else own_turns
        away = next((p["away"] for p in people_of(connection, row.series) if p["name"] == row.claimant), None)
    words = hall.language(request)
    others = _beside_on(facts, row.claimant, called)
    # with names hidden a line of the account says nothing of who served too
    open_names = series.job == "allocation" or not series.masked
    told = _held(series.job, facts, row.claimant, called, labels, words) if open_names else {}
    serving = {f.claimant for f in facts if coming and _alike(f, coming[0])}
    offered = {(s.thing, s.starts): s for s in offers if s.giver == row.claimant and s.status == "open"}
    response = hall.page(
        request,
        "me.html",
        secret=secret,
        series=series,
        name=row.claimant,
        called=called.get(row.claimant, row.claimant),
        coming=coming,
        account=_account(entries, told, today),
        beside=standings_of(_beside(lags, called, row.claimant, words, masked=bool(series.masked)), words),
        news=_news(earlier, own_turns, labels),
        seen=seen,
        away=[{"first": away[0], "last": away[1], "noted": True}] if away and away[1] >= today else [],
        in_days=_in_days(coming[0].starts, today, words) if coming and coming[0].starts else "",
        offers=[s for s in offers if s.status == "open" and s.giver != row.claimant],
        rules={s.id: _rules_of(hall, answer, s).get(row.claimant, {}) for s, answer in asked},
        effects=effects,
        offered=offered,
        taken=[s for s in offers if s.status == "taken" and s.taker == row.claimant and s.starts > today],
        names=called,
        today=today,
        others=others,
        ask=ask,
        labels=labels,
        why=_why_me(lags_then, row.claimant, serving),
    )
    if not seen:
        # the first look: from now on the page can say what changed
        _note_seen(response, row, secret)
    return response


def _seen_cookie(link: Any) -> str:
    # of the hash, not the secret: a cookie's name may be written into a log
    return f"evenhand_seen_{link.hash[:16]}"


def _note_seen(response: Response, link: Any, secret: str) -> None:
    response.set_cookie(
        _seen_cookie(link),
        now_text(),
        max_age=400 * 86400,
        httponly=True,
        samesite="lax",
        path=f"/me/{secret}",
    )


@router.post("/me/{secret}/seen", name="me_seen")
def me_seen(secret: str, hall: TheHall) -> Response:
    """Take note that what changed was seen."""
    row = _link(hall, secret, "me")
    response = hall.go(f"/me/{secret}")
    _note_seen(response, row, secret)
    return response


@router.post("/me/{secret}/away", name="me_away")
def me_away(secret: str, hall: TheHall, form: AnyForm) -> Response:
    """Say "I am away": the draft is planned around it, and the coordinator publishes."""
    row = _link(hall, secret, "me")
    days = {name: str(form.get(name, [""])[0]) for name in ("first", "last")}
    verb = "unpause" if form.get("back") else "pause"
    _change(hall, row.series, verb, row.claimant, {"name": row.claimant, **days})
    return hall.go(f"/me/{secret}")


def _news(earlier: Sequence[Any], now: Sequence[Any], labels: Mapping[str, str]) -> list[Any]:
    """Return what a person was given or lost since, a message each; what is over by now is no news."""
    key = {(f.thing, f.starts): f for f in earlier}
    then, here = set(key), {(f.thing, f.starts) for f in now}
    key |= {(f.thing, f.starts): f for f in now}
    out = []
    for thing, starts in sorted(then ^ here, key=lambda news_item: (news_item[1], news_item[0])):
        what = {"thing": labels.get(thing, thing), "day": {"day": starts}}
        fresh = (thing, starts) in here
        if not starts:
            out.append(["You are in {thing} now." if fresh else "You are no longer in {thing}.", what])
        else:
            out.append(["New: {thing}, {day}." if fresh else "Not yours any more: {thing}, {day}.", what])
    return out[:12]


def _in_days(starts: str, today: str, words: Language) -> str:
    days = (date.fromisoformat(starts) - date.fromisoformat(today)).days
    if days < 0:
        return ""
    return words("Today") if days == 0 else words("Tomorrow") if days == 1 else words("In {n} days", n=days)


def _thing_names(connection: Any, series: str) -> dict[str, str]:
    """Return what people call the things of a series, from its last plan."""
    plan = connection.execute(
        select(PLAN).where(PLAN.c.series == series).order_by(PLAN.c.made.desc()).limit(1)
    ).first()
    if plan is None:
        return {}
    answer = newest_answer(connection, plan.id, plan.tip)
    view = get_json(connection, answer.view) if answer is not None else None
    if not view or view["job"] != "allocation":
        return {}
    return {card["item"]: card["thing"] for day in view["days"] for card in day["cards"]}


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _alike(fact: Any, other: Any) -> bool:
    """Return whether two people have the same turn."""
    return (fact.thing, fact.starts) == (other.thing, other.starts)


def _why_me(lags: Mapping[str, int], name: str, serving: Collection[str]) -> list[Any]:
    """Return why in two sentences: where I stand just before my turn, and where the next one in line does.

    Args:
        lags: everybody's standing before the turn, in ticks.
        name: who asks.
        serving: who has the turn, so that the next in line is none of them.
    """
    own = round(lags.get(name, 0) / TICKS, 2)
    more = sum(round(lag / TICKS, 2) > own for lag in lags.values())
    out: list[Any] = []
    if own > 0:
        sentence = (
            "Just before it you are owed {n}, and nobody is owed more."
            if not more
            else "Just before it you are owed {n}; one person is owed more."
            if more == 1
            else "Just before it you are owed {n}; {k} people are owed more."
        )
        out.append([sentence, {"n": own, "k": more}])
    elif own < 0:
        out.append(["Just before it you are {n} ahead of your share.", {"n": -own}])
    else:
        out.append(["Just before it you are even: you had just your share.", {}])
    others = [round(lag / TICKS, 2) for other, lag in lags.items() if other not in serving and other != name]
    if others:
        top = max(others)
        sentence = (
            "The next in line is owed {n}."
            if top > 0
            else "The next in line is even."
            if not top
            else "The next in line is {n} ahead."
        )
        out.append([sentence, {"n": abs(top)}])
    return out


def _beside(
    lags: Mapping[str, float], called: Mapping[str, str], name: str, words: Language, *, masked: bool
) -> list[dict[str, Any]]:
    """Return standings beside mine: me first, the others by standing, numbered where names are hidden."""
    order = sorted(
        (other for other in lags if other != name),
        key=lambda other: (-lags[other], name_key(called.get(other, other))),
    )
    rows: list[dict[str, Any]] = [{"called": words("You"), "after": lags.get(name, 0.0)}]
    # twelve fit a phone; who is further behind is not next in line
    for number, other in enumerate(order[:12], 1):
        shown = words("Person {n}", n=number) if masked else called.get(other, other)
        rows.append({"called": shown, "after": lags[other]})
    return rows


@router.post("/me/{secret}/swaps", name="me_swap")
def me_swap(secret: str, hall: TheHall, form: AnyForm) -> Response:
    """Say "I can't": the turn is offered to the others."""
    row = _link(hall, secret, "me")
    starts, thing = str(form.get("starts", [""])[0]), str(form.get("thing", [""])[0])
    with hall.database.write() as connection:
        plan = _plan_of(connection, row.series, row.claimant, thing, starts)
        if form.get("withdraw"):
            for swap in swaps.open_swaps(connection, row.series):
                if (swap.giver, swap.thing, swap.starts) == (row.claimant, thing, starts):
                    swaps.withdraw(connection, swap.id, who=row.claimant)
        else:
            swaps.offer(connection, plan, thing, starts, row.claimant, who=row.claimant)
    return hall.go(f"/me/{secret}")


def _plan_of(connection: Any, series: str, claimant: str, thing: str, starts: str) -> str:
    for fact in series_facts(connection, series):
        if (fact.claimant, fact.thing, fact.starts) == (claimant, thing, starts):
            return str(
                connection.execute(
                    select(PUBLICATION.c.plan).where(PUBLICATION.c.id == fact.publication)
                ).scalar_one()
            )
    raise HTTPException(404)


@router.post("/me/{secret}/take/{swap}", name="me_take")
def me_take(secret: str, swap: str, hall: TheHall) -> Response:
    """Take a turn that somebody offered."""
    row = _link(hall, secret, "me")
    _allowed(hall, swap, row.claimant)
    with hall.database.write() as connection:
        # an id of another series is not there for this person, whatever it names
        if swaps.swap_row(connection, swap).series != row.series:
            raise HTTPException(404)
        swaps.take(connection, swap, row.claimant, who=row.claimant)
    _planned_on(hall, swap)
    return hall.go(f"/me/{secret}")


@router.post("/me/{secret}/untake/{swap}", name="me_untake")
def me_untake(secret: str, swap: str, hall: TheHall) -> Response:
    """Give a taken turn back, until it starts."""
    row = _link(hall, secret, "me")
    with hall.database.write() as connection:
        swap_found = swaps.swap_row(connection, swap)
        if swap_found.series != row.series or swap_found.taker != row.claimant:
            raise HTTPException(404)
        swaps.untake(connection, swap, today=_today(), who=row.claimant)
    _planned_on(hall, swap)
    return hall.go(f"/me/{secret}")


def _planned_on(hall: Hall, swap: str) -> None:
    """Have the draft planned with a swap in it; whoever swapped does not wait for that."""
    with hall.database.read() as connection:
        plan = swaps.swap_row(connection, swap).plan
        key = step_row(connection, plan, plan_row(connection, plan).tip).state
    hall.solve(key, plan, patience=0.0)


@router.post("/me/{secret}/rotate", name="me_rotate")
def me_rotate(secret: str, hall: TheHall) -> Response:
    """Replace a personal link by a new one; the old one ends at once."""
    row = _link(hall, secret, "me")
    with hall.database.write() as connection:
        fresh = links.rotate(connection, secret, "me", who=row.claimant)
    return hall.go(f"/me/{fresh}")


@router.get("/feeds/{secret}.ics", name="feed")
def feed(request: Request, secret: str, hall: TheHall) -> Response:
    """Return a person's calendar; the same secret as their page, 304 where nothing changed."""
    row = _link(hall, secret, "me")
    with hall.database.read() as connection:
        series = series_row(connection, row.series)
        own_turns = [
            f for f in series_facts(connection, row.series) if f.claimant == row.claimant and f.starts
        ]
        labels = _thing_names(connection, row.series)
    body = _calendar(series, own_turns, labels)
    tag = f'"{sha_of(body)[:32]}"'
    heads = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"}
    if tag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=heads)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=heads)


def _calendar(series: Any, facts: list[Any], labels: Mapping[str, str]) -> bytes:
    """Return the facts as an iCalendar, whole days, ids that stay when a turn stays."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//evenhand//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", series.name)
    calendar.add("refresh-interval;value=duration", "PT1H")
    for fact in sorted(facts, key=lambda turn: (turn.starts, turn.thing)):
        event = Event()
        first, last = date.fromisoformat(fact.starts), date.fromisoformat(fact.ends or fact.starts)
        # from what the turn is: a calendar that reads it again knows it and adds no second entry
        event.add("uid", sha_of(f"{series.id}/{fact.thing}/{fact.starts}/{fact.claimant}".encode())[:40])
        event.add("summary", f"{series.name}: {labels.get(fact.thing, fact.thing)}")
        event.add("dtstart", first)
        # iCalendar's end is the first day after
        event.add("dtend", last + timedelta(days=1))
        # a fixed stamp: the same plan is the same bytes, so that subscribers get 304
        event.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))
        # a turn does not make the whole day busy
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


@router.get("/share/{secret}", name="share")
def share(request: Request, secret: str, hall: TheHall, look: TheLook) -> Response:
    """Show the last published plan of a series, read-only, until the link ends."""
    row = _link(hall, secret, "share")
    with hall.database.read() as connection:
        period = next((p for p in _periods(connection, row.series) if p["published"] is not None), None)
    if period is None:
        raise HTTPException(404)
    # as it was published: what the draft became since is nobody else's to see
    published = str(period["published"].answer)
    look = replace(look, tab="standing")
    values = board_values(hall, period["plan"].id, hall.language(request), look, key=published)
    values |= {"read_only": True, "here": f"/share/{secret}", "tab": "standing"}
    return hall.page(request, f"board_{values['job']}.html", **values)


@router.get("/swaps", name="swaps")
def swaps_page(request: Request, hall: TheHall) -> Response:
    """Show the swaps of all series: open, taken, withdrawn, with their effect on both accounts."""
    rows: list[dict[str, Any]] = []
    asked = []
    with hall.database.read() as connection:
        for swap in swaps.open_swaps(connection, every=True):
            series = series_row(connection, swap.series)
            called = _called(connection, swap.series)
            lags = balances(connection, series.ledger)
            takers = []
            if swap.status == "open":
                published = last_publication(connection, swap.plan)
                order = sorted((n for n in lags if n != swap.giver), key=lambda n: (-lags[n], n))
                takers = [
                    {"name": n, "called": called.get(n, n), "effect": swaps.effect(connection, swap, n)}
                    for n in order[:12]
                ]
            row = {"swap": swap, "series": series, "called": called, "takers": takers, "rules": {}}
            rows.append(row)
            if takers and asking_named(series.job).against and published is not None:
                asked.append((row, published.answer))
    for row, answer in asked:
        row["rules"] = _rules_of(hall, answer, row["swap"])
    return hall.page(request, "swaps.html", rows=rows)


def _rules_of(hall: Hall, answer: str, swap: Any, *, patience: float = 1.0) -> dict[str, Any]:
    """Return what speaks against others taking a turn, by name; nothing while it is worked out or unknown."""
    turn = json.dumps([swap.starts, swap.thing, swap.giver])
    against: dict[str, Any] | None = hall.ask(answer, "takers", turn, patience=patience)
    return against if against and "error" not in against else {}


RULES_KNOWN: Final = 5.0
"""Seconds a taker waits for the rules: the problem may have to be read from the database first. They stand in
the database from the page that offered the turn, so that most takers wait for nothing."""


def _allowed(hall: Hall, swap: str, taker: str) -> None:
    """Refuse a taker whom a rule of the published plan keeps from it, whatever page the form came from.

    Raises:
        InputError: the rule.
    """
    with hall.database.read() as connection:
        row = swaps.swap_row(connection, swap)
        published = last_publication(connection, row.plan)
    if row.status == "open" and published is not None:
        rules = _rules_of(hall, published.answer, row, patience=RULES_KNOWN).get(taker, {})
        if rules.get("not"):
            raise InputError.one("cannot take it", str(rules["not"][0]).rstrip("."), came=taker)


@router.post("/swaps/{swap}/take", name="swap_take")
def swap_take(swap: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Let a coordinator say who takes an offered turn."""
    _allowed(hall, swap, str(form.get("taker", [""])[0]))
    with hall.database.write() as connection:
        swaps.take(connection, swap, str(form.get("taker", [""])[0]), who=who)
    _planned_on(hall, swap)
    return hall.go("/swaps")


@router.post("/swaps/{swap}/withdraw", name="swap_withdraw")
def swap_withdraw(swap: str, hall: TheHall, who: Who) -> Response:
    """Withdraw an offer for somebody."""
    with hall.database.write() as connection:
        swaps.withdraw(connection, swap, who=who)
    return hall.go("/swaps")


@router.post("/plans/{plan}/swaps", name="swap_offer")
def swap_offer(plan: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Offer a published turn for somebody who cannot."""
    offered = {name: str(form.get(name, [""])[0]) for name in ("thing", "starts", "giver")}
    with hall.database.write() as connection:
        swaps.offer(connection, plan, offered["thing"], offered["starts"], offered["giver"], who=who)
    return hall.go("/swaps")
