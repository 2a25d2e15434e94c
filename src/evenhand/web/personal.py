"""What people who receive see by a link, without an account: turns, why, calendar, swaps; and shared plans.

Coordinators act for anybody on the page of swaps.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Connection, select

from evenhand.core.errors import InputError
from evenhand.core.recipe import sha_of
from evenhand.core.shares import TICKS
from evenhand.jobs import asking_named
from evenhand.report.text import name_key
from evenhand.store import now_text
from evenhand.store.schema import METADATA
from evenhand.web.board import TheLook, board_values
from evenhand.web.drawing import standings_of
from evenhand.web.forms import AnyForm, TheHall, Who
from evenhand.web.hall import Hall
from evenhand.web.language import Language
from evenhand.web.people import change_of_people
from evenhand.web.series import (
    account_of,
    beside_on,
    called_in,
    held_by,
    periods_of,
    thing_names,
    today_text,
)
from evenhand.workspace import links, swaps
from evenhand.workspace.drafts import plan_row, series_row, step_row
from evenhand.workspace.people import facts_then, people_of
from evenhand.workspace.publications import (
    balances,
    balances_on,
    last_publication,
    series_facts,
    statement,
)

router = APIRouter()
PUBLICATION = METADATA.tables["publication"]


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
    link, today = _link(hall, secret, "me"), today_text()
    words, seen = hall.language(request), request.cookies.get(_seen_cookie(link), "")
    with hall.database.read() as connection:
        series = series_row(connection, link.series)
        values = _own(connection, series, link.claimant, today, words)
        earlier = facts_then(connection, series.id, link.claimant, seen) if seen else values["own"]
        offers, asked = _offers(connection, series, link.claimant, today)
    rules = {swap.id: _rules_of(hall, answer, swap).get(link.claimant, {}) for swap, answer in asked}
    values |= {"news": _news(earlier, values["own"], values["labels"]), "rules": rules, **offers}
    response = hall.page(
        request,
        "me.html",
        secret=secret,
        series=series,
        name=link.claimant,
        seen=seen,
        today=today,
        ask=ask,
        **values,
    )
    if not seen:
        # the first look: from now on the page can say what changed
        _note_seen(response, link, secret)
    return response


def _own(connection: Connection, series: Any, claimant: str, today: str, words: Language) -> dict[str, Any]:
    """Return what a personal page shows of one person: turns, account, standing beside others, why."""
    facts, called = series_facts(connection, series.id), called_in(connection, series.id)
    labels = thing_names(connection, series.id)
    lags = {name: lag / TICKS for name, lag in balances_on(connection, series.ledger, today).items()}
    own = sorted((fact for fact in facts if fact.claimant == claimant), key=lambda fact: fact.starts)
    # not over yet; a team has no days and lasts until the next round
    coming = [fact for fact in own if not fact.ends or fact.ends >= today]
    starts = coming[0].starts if coming else ""
    serving = {fact.claimant for fact in facts if coming and _alike(fact, coming[0])}
    # with names hidden a line of the account says nothing of who served too
    open_names = series.job == "allocation" or not series.masked
    told = held_by(series.job, facts, claimant, called, labels, words) if open_names else {}
    away = next((p["away"] for p in people_of(connection, series.id) if p["name"] == claimant), None)
    before = balances_on(connection, series.ledger, _day_before(starts) if starts else today)
    return {
        "own": own,
        "coming": coming,
        "names": called,
        "called": called.get(claimant, claimant),
        "labels": labels,
        "others": beside_on(facts, claimant, called),
        "account": account_of(statement(connection, series.ledger, claimant), told, today),
        "beside": standings_of(_beside(lags, called, claimant, words, masked=bool(series.masked)), words),
        "away": [{"first": away[0], "last": away[1], "noted": True}] if away and away[1] >= today else [],
        "in_days": _in_days(starts, today, words) if starts else "",
        "why": _why_me(before, claimant, serving, words),
    }


def _offers(
    connection: Connection, series: Any, claimant: str, today: str
) -> tuple[dict[str, Any], list[tuple[Any, str]]]:
    """Return the swaps that concern a person, and those whose rules are asked, with the plan's answer."""
    everyone = swaps.open_swaps(connection, series.id, every=True)
    waiting = [swap for swap in everyone if swap.status == "open"]
    others = [swap for swap in waiting if swap.giver != claimant]
    asked = [
        (swap, str(last_publication(connection, swap.plan).answer))
        for swap in others
        if asking_named(series.job).against
    ]
    return {
        "offers": others,
        "effects": {swap.id: swaps.effect(connection, swap, claimant) for swap in waiting},
        "offered": {(swap.thing, swap.starts): swap for swap in waiting if swap.giver == claimant},
        "taken": [
            swap
            for swap in everyone
            if swap.status == "taken" and swap.taker == claimant and swap.starts > today
        ],
    }, asked


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
    change_of_people(hall, row.series, verb, row.claimant, {"name": row.claimant, **days})
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


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _alike(fact: Any, other: Any) -> bool:
    """Return whether two people have the same turn."""
    return (fact.thing, fact.starts) == (other.thing, other.starts)


def _why_me(lags: Mapping[str, int], name: str, serving: Collection[str], words: Language) -> list[Any]:
    """Return why in two sentences: where I stand just before my turn, and where the next one in line does.

    Args:
        lags: everybody's standing before the turn, in ticks.
        name: who asks.
        serving: who has the turn, so that the next in line is none of them.
        words: the language, in which figures stand as beside them in the account.
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
        out.append([sentence, {"n": words.number(own, 2), "k": more}])
    elif own < 0:
        out.append(["Just before it you are {n} ahead of your share.", {"n": words.number(-own, 2)}])
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
        out.append([sentence, {"n": words.number(abs(top), 2)}])
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
        swaps.untake(connection, swap, today=today_text(), who=row.claimant)
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
        labels = thing_names(connection, row.series)
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
        period = next((p for p in periods_of(connection, row.series) if p["published"] is not None), None)
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
            called = called_in(connection, swap.series)
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
