"""Publishing a plan, taking it back, and opening the next period."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.jobs import asking_named
from evenhand.report.text import name_key
from evenhand.web.board import Look, board_values
from evenhand.web.drawing import standings_of
from evenhand.web.forms import AnyForm, TheHall, Who
from evenhand.web.hall import Hall
from evenhand.workspace.drafts import add_step, last_seq, plan_row, series_row, step_row
from evenhand.workspace.periods import amend_draft, name_by_days, next_plan
from evenhand.workspace.publications import (
    balances,
    booked_lags,
    current_facts,
    last_publication,
    publish,
    take_back,
)
from evenhand.workspace.tasks import answer_row

router = APIRouter()

CHECKED: Final = 5.0
"""Seconds a click waits for the check before a publication. It takes half a second where a child is free; at
half of this a second page would flash by, at twice it people click again."""


def checked(hall: Hall, key: str) -> Any:
    """Return what becomes fact if an answer is published; the plan is judged again for it.

    Returns:
        The facts and entries; None while the draft is not planned, or a child still checks it.

    Raises:
        InputError: it breaks a rule.
    """
    with hall.database.read() as connection:
        if answer_row(connection, key) is None:
            return None
    # far longer than a click: the judge has to read the problem from the database first
    check_answer = hall.ask(key, "check", "", patience=CHECKED)
    if check_answer is None:
        return None
    if "error" in check_answer:
        raise InputError.one(
            f"cannot be published: {check_answer['error'].get('message', '')}",
            "Plan again",
            came="this draft",
        )
    return check_answer


@router.get("/plans/{plan}/publish", name="publish_page")
def publish_page(request: Request, plan: str, hall: TheHall) -> Response:
    """Show what becomes fact: each account before and after, what changes since the last revision."""
    words = hall.language(request)
    values = board_values(hall, plan, words, Look(tab="history"))
    # a draft that is planned or checked just now is waited for on a page that says so
    check_answer = None if values["stale"] else checked(hall, values["key"])
    if check_answer is None:
        return hall.page(request, "publish_waits.html", **values)
    with hall.database.read() as connection:
        lags = balances(connection, values["series"].ledger)
        booked = booked_lags(connection, values["series"].ledger, plan)
        last = last_publication(connection, plan)
        before = current_facts(connection, plan)
    lots = _lots(values["whole"], check_answer, lags, booked=booked)
    old = {(f.claimant, f.thing, f.starts) for f in before}
    new = {(f["claimant"], f["thing"], f["starts"]) for f in check_answer["facts"]}
    return hall.page(
        request,
        "publish.html",
        plan=values["plan"],
        series=values["series"],
        view=values["whole"],
        found=check_answer,
        people_of=lambda card: words.names(values["person"](person["name"]) for person in card["people"]),
        lots=list(zip(lots, standings_of(lots, words), strict=True)),
        listed=LISTED,
        rev=(last.rev if last else 0) + 1,
        amends=bool(before),
        twice=values["twice"],
        job=values["job"],
        gone=len(old - new),
        fresh=len(new - old),
        claimants=len({f["claimant"] for f in check_answer["facts"]}),
        key=values["key"],
        step=values["tip"],
        same=bool(before) and old == new,
    )


LISTED: Final = 40
"""Lines of accounts that are read at once; what comes after them is opened."""


def _lots(view: Any, booking: Any, lags: dict[str, int], *, booked: Counter[str]) -> list[dict[str, Any]]:
    """Return accounts before and after, one line for all that are alike, so that 195 lines read as three.

    Args:
        view: the plan.
        booking: what would be published: entries, and what is brought forward where the ledger is empty.
        lags: the accounts as they stand, in ticks.
        booked: what this plan's earlier publications moved: the new entries stand instead of them.

    Returns:
        By how much was got, most first: ``got``, ``before``, ``after`` in units, and whose ``names``.
    """
    if view["job"] == "teams":
        return []
    moved: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for line in booking["entries"]:
        moved[line["claimant"]] += line["due"] - line["received"]
        # whole units: only dues come in parts
        got[line["claimant"]] += line["received"] // TICKS
    before = Counter(lags)
    if not lags:
        for line in booking["opening"]:
            before[line["claimant"]] += line["due"] - line["received"]
    called = {row["name"]: str(row["called"]) for row in view["standing"]}
    lots: dict[tuple[int, float, float], list[str]] = {}
    for name in moved.keys() | before.keys():
        after = before[name] - booked[name] + moved[name]
        if name in moved or after != before[name]:
            # of what the page shows: two digits; an account that this plan does not touch is left out
            alike = (got[name], round(after / TICKS, 2), round(before[name] / TICKS, 2))
            lots.setdefault(alike, []).append(called.get(name, name))
    # most got first, then who is furthest ahead
    order = sorted(lots, key=lambda alike: (-alike[0], *alike[1:]))
    return [
        {
            "got": count,
            "called": "",
            "after": now,
            "before": was,
            "names": sorted(lots[count, now, was], key=name_key),
        }
        for count, now, was in order
    ]


@router.post("/plans/{plan}/publications", name="publish")
def publish_now(plan: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Publish the draft that was shown; one that changed meanwhile is shown again instead."""
    key = str(form.get("key", [""])[0])
    if publish_draft(hall, plan, key, who=who, reason=str(form.get("reason", [""])[0])[:300]) is None:
        return hall.go(f"/plans/{plan}/publish")
    return hall.go(f"/plans/{plan}?tab=history")


def publish_draft(hall: Hall, plan: str, key: str, *, who: str, reason: str) -> int | None:
    """Publish the draft that was seen; return its revision, or None while it is planned or checked.

    What is published already gives its revision: a second click on the button is no second publication.

    Raises:
        InputError: the draft was changed meanwhile, or breaks a rule.
    """
    with hall.database.read() as connection:
        rev = _published(connection, plan, key)
        if rev:
            return rev
        _unchanged(connection, plan, key)
    check_answer = checked(hall, key)
    if check_answer is None:
        return None
    with hall.database.write() as connection:
        # again, now that nobody else can write: the check takes long enough for another step or click
        rev = _published(connection, plan, key)
        if rev:
            return rev
        _unchanged(connection, plan, key)
        rev = publish(connection, plan, key, check_answer, who=who, reason=reason)
        name_by_days(connection, plan)
        sha = amend_draft(connection, plan)
        if sha is None:
            return rev
        # from now on the draft stays near what people were told
        row = plan_row(connection, plan)
        taken = add_step(connection, plan, last_seq(connection, plan), "sources", {"before": sha}, who)
        # teams weigh who moves, so that the same teams are worth something else from here on
        again = asking_named(series_row(connection, row.series).job).stays
        if not again:
            _same_answer(connection, key, taken.state)
    if again:
        hall.solve(taken.state, plan, patience=4.0)
    return rev


def _published(connection: Any, plan: str, key: str) -> int:
    """Return the revision by which an answer is published now; 0 if it is not."""
    last = last_publication(connection, plan)
    return int(last.rev) if last is not None and last.kind == "publish" and last.answer == key else 0


def _unchanged(connection: Any, plan: str, key: str) -> None:
    if step_row(connection, plan, plan_row(connection, plan).tip).state != key:
        raise InputError.one("was changed meanwhile", "Look at it again, then publish", came="the draft")


def _same_answer(connection: Any, old: str, new: str) -> None:
    """Keep the answer for the recipe that stays near it: nothing changed, so nothing is planned again."""
    from sqlalchemy import insert

    from evenhand.store import now_text
    from evenhand.store.schema import METADATA

    row = answer_row(connection, old)
    if row is not None and answer_row(connection, new) is None:
        connection.execute(
            insert(METADATA.tables["answer"]).values(
                key=new,
                solution=row.solution,
                view=row.view,
                status=row.status,
                cut=row.cut,
                summary=row.summary,
                made=now_text(),
            )
        )


@router.post("/plans/{plan}/takeback", name="take_back")
def take_back_now(plan: str, hall: TheHall, who: Who, form: AnyForm) -> Response:
    """Take the last publication back, with a reason; nothing is erased."""
    with hall.database.write() as connection:
        take_back(connection, plan, who=who, reason=str(form.get("reason", [""])[0])[:300])
    return hall.go(f"/plans/{plan}?tab=history")


@router.post("/series/{series}/next", name="next_plan")
def next_plan_now(series: str, hall: TheHall, who: Who) -> Response:
    """Open the next period with the same recipe and what was published so far."""
    with hall.database.write() as connection:
        series_row(connection, series)
        plan = next_plan(connection, series, who=who)
        key = step_row(connection, plan, 1).state
    hall.solve(key, plan, patience=3.0)
    return hall.go(f"/plans/{plan}")
