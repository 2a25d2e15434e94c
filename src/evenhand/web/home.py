"""The first page: my series, the samples, and where to drop a table."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select

from evenhand.store.schema import METADATA
from evenhand.web.forms import TheHall, Who
from evenhand.workspace.drafts import step_row
from evenhand.workspace.publications import last_publication
from evenhand.workspace.samples import make_sample
from evenhand.workspace.swaps import open_swaps
from evenhand.workspace.tasks import answer_row

router = APIRouter()
SERIES, PLAN = METADATA.tables["series"], METADATA.tables["plan"]


@router.get("/", name="home")
def home(request: Request, hall: TheHall, away: str = "") -> Response:
    """Show what there is, newest first, or what one could share; or, with ``away``, what was put away."""
    with hall.database.read() as connection:
        put_away = connection.execute(select(func.count()).where(SERIES.c.archived == 1)).scalar_one()
        if away and put_away:
            return hall.page(request, "home_away.html", cards=series_cards(connection, archived=1))
        cards = series_cards(connection)
        swaps = open_swaps(connection)
    drafts = sum(card["plan"] is not None and card["published"] is None for card in cards)
    return hall.page(request, "home.html", cards=cards, swaps=swaps, drafts=drafts, put_away=put_away)


def series_cards(connection: Any, *, archived: int = 0) -> list[dict[str, Any]]:
    """Return a line a series: its last period, what is known of it; of those in use or put away."""
    cards = []
    for series in connection.execute(
        select(SERIES).where(SERIES.c.archived == archived).order_by(SERIES.c.made.desc())
    ):
        plan = connection.execute(
            select(PLAN)
            .where(PLAN.c.series == series.id)
            .order_by(PLAN.c.made.desc(), PLAN.c.id.desc())
            .limit(1)
        ).first()
        card: dict[str, Any] = {
            "series": series,
            "plan": plan,
            "summary": None,
            "published": None,
            "step": None,
        }
        if plan is not None:
            step = step_row(connection, plan.id, plan.tip)
            answer = answer_row(connection, step.state)
            last = last_publication(connection, plan.id)
            card["step"] = step
            card["summary"] = json.loads(answer.summary) if answer is not None else None
            card["published"] = last if last is not None and last.kind != "takeback" else None
            card["fresh"] = card["published"] is not None and last.answer == step.state
        cards.append(card)
    return cards


@router.post("/samples/{name}", name="sample")
def sample(name: str, hall: TheHall, who: Who) -> Response:
    """Make a sample's series and go to its board."""
    with hall.database.write() as connection:
        plan = make_sample(connection, name, who=who)
        key = step_row(connection, plan, 1).state
    hall.solve(key, plan, patience=4.0)
    return hall.go(f"/plans/{plan}")
