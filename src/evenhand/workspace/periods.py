"""The next period of a series: the same recipe, with what was published so far read back from the facts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any, Final

from sqlalchemy import Connection, select, update

from evenhand.core.errors import InputError
from evenhand.core.recipe import Recipe
from evenhand.jobs import asking_named
from evenhand.store import get_blob, get_json, put_blob
from evenhand.store.schema import METADATA
from evenhand.workspace.building import csv_bytes, opened
from evenhand.workspace.drafts import MOVES, create_plan, plan_row, recipe_at, series_row, step_row
from evenhand.workspace.publications import balances, current_facts, further_accounts, series_facts
from evenhand.workspace.tasks import answer_row

PLAN, PERSON = METADATA.tables["plan"], METADATA.tables["person"]

WEEK: Final = 7


def next_plan(connection: Connection, series: str, *, who: str = "") -> str:
    """Open the next plan of a series after its last, and return it.

    allocation: the next week, with who is owed what. rota: the turns after the last, history from the facts.
    teams: the same people, those who met kept apart where balance allows.

    Raises:
        InputError: the series has no plan, or its last one is not published.
    """
    row = series_row(connection, series)
    last = connection.execute(
        select(PLAN).where(PLAN.c.series == series).order_by(PLAN.c.made.desc(), PLAN.c.id.desc()).limit(1)
    ).first()
    if last is None:
        raise InputError.one("has no plan yet", "Bring in a table first", came=row.name)
    if not current_facts(connection, last.id):
        raise InputError.one("is not published", "Publish it, then plan the next period", came=last.period)
    recipe = recipe_at(connection, step_row(connection, last.id, last.tip).state)
    # who left stays out; whoever was away for a plan is back for the next
    left = set(
        connection.execute(
            select(PERSON.c.name).where(PERSON.c.series == series, PERSON.c.left_on != "")
        ).scalars()
    )
    kept = tuple(
        pick
        for pick in recipe.picks
        if pick.kind == "away" and len(pick.names) == 1 and pick.names[0] in left
    )
    recipe = Recipe(
        recipe.job, recipe.form, recipe.sources, recipe.mapping, recipe.settings, kept, recipe.seed
    )
    recipe = recipe.with_settings({"change": None, "frozen": None}).with_sources({"before": ""})
    recipe, first, final = FOLLOWING[row.job](connection, recipe, row, last)
    return create_plan(connection, series, period_name(first, final), recipe, who=who, days=(first, final))


def period_name(first: str, final: str) -> str:
    """Return what a period is called: "Week of 5 Oct", "7 Apr to 15 Jun", "Next round"."""
    if not first:
        return NEXT
    try:
        days = (date.fromisoformat(final) - date.fromisoformat(first)).days
    except ValueError:
        days = WEEK
    if 0 <= days < WEEK:
        return f"Week of {_short(first)}"
    return f"{_short(first)} to {_short(final)}" if final else f"From {_short(first)}"


FIRST: Final = "First plan"
NEXT: Final = "Next round"
"""What a period is called whose days nobody knows yet."""


def name_by_days(connection: Connection, plan: str) -> None:
    """Give a plan without a name of its own that of its days, now that it is published and they are known."""
    row = plan_row(connection, plan)
    if row.period in (FIRST, NEXT) and row.first_day:
        period = period_name(row.first_day, row.last_day)
        connection.execute(update(PLAN).where(PLAN.c.id == plan).values(period=period))


def _next_week(connection: Connection, recipe: Recipe, series: Any, last: Any) -> tuple[Recipe, str, str]:
    """Return an allocation's next recipe: who is owed what, and a fleet's capacity a week on."""
    # the days of a table of one's own stand in the next table, which nobody has brought yet
    first = final = ""
    recipe = _with_standings(connection, recipe, series.ledger)
    if recipe.form == "fleet" and last.first_day:
        first, final = _later(last.first_day, WEEK), _later(last.last_day, WEEK)
        recipe = recipe.with_settings({"week_start": first})
        recipe = _next_capacity(connection, recipe, first)
    return recipe, first, final


def _next_round(connection: Connection, recipe: Recipe, series: Any, last: Any) -> tuple[Recipe, str, str]:
    """Return the next recipe of teams: who met is kept apart, who got fewer wishes or roles is preferred."""
    recipe = _with_owed(connection, _with_met(connection, recipe, series.id), series.ledger)
    return recipe, last.first_day, last.last_day


def _with_owed(connection: Connection, recipe: Recipe, ledger: str) -> Recipe:
    rows = [
        (account, name, lag)
        for account in further_accounts(connection, ledger)
        for name, lag in sorted(balances(connection, f"{ledger}/{account}").items())
        if lag
    ]
    if not rows:
        return recipe.with_sources({"owed": ""})
    sha = put_blob(connection, csv_bytes(("account", "claimant", "lag"), rows), "source:owed.csv")
    return recipe.with_sources({"owed": sha})


def _short(day: str) -> str:
    try:
        day_date = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{day_date.day} {day_date:%b}"


def _later(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except ValueError:
        return day


def _with_standings(connection: Connection, recipe: Recipe, ledger: str) -> Recipe:
    # who is even is left out: a newcomer and somebody at 0 are the same to a plan
    rows = [(name, lag) for name, lag in balances(connection, ledger).items() if lag]
    sha = put_blob(connection, csv_bytes(("claimant", "lag"), rows), "source:standings.csv")
    return recipe.with_sources({"standings": sha})


def _next_capacity(connection: Connection, recipe: Recipe, first: str) -> Recipe:
    """Return the recipe with last week's slots moved on a week, if the table lacks the week."""
    if "capacity" not in recipe.sources:
        return recipe
    table = opened(
        get_blob(connection, recipe.sources["capacity"]), "capacity.csv", recipe.mapping.get("capacity")
    )
    if "date" not in table.columns or first in table.columns["date"]:
        return recipe
    heads = list(table.columns)
    rows: list[list[Any]] = [
        # notes belong to the day they were written for
        [
            _later(table.columns[h][row], WEEK)
            if h == "date"
            else ""
            if h == "note"
            else table.columns[h][row]
            for h in heads
        ]
        for row in range(len(table))
    ]
    sha = put_blob(connection, csv_bytes(heads, rows), "source:capacity.csv")
    mapping = {name: heads for name, heads in recipe.mapping.items() if name != "capacity"}
    moved = recipe.with_sources({"capacity": sha})
    return Recipe(moved.job, moved.form, moved.sources, mapping, moved.settings, moved.picks, moved.seed)


def _next_turns(connection: Connection, recipe: Recipe, series: Any, last: Any) -> tuple[Recipe, str, str]:
    """Return the rota's next recipe: history and facts as one table of turns served, starts moved on."""
    rows: list[tuple[str, str, int]] = []
    if "history" in recipe.sources:
        table = opened(
            get_blob(connection, recipe.sources["history"]), "history.csv", recipe.mapping.get("history")
        )
        loads = table.columns["load"] if "load" in table.columns else ["1"] * len(table)
        rows = [
            (day, name, int(load or 1))
            for day, name, load in zip(table.columns["date"], table.columns["name"], loads, strict=True)
        ]
    rows += [(fact.starts, fact.claimant, fact.units) for fact in current_facts(connection, last.id)]
    sha = put_blob(connection, csv_bytes(("date", "name", "load"), sorted(rows)), "source:history.csv")
    mapping = {name: heads for name, heads in recipe.mapping.items() if name != "history"}
    recipe = recipe.with_sources({"history": sha})
    recipe = Recipe(
        recipe.job, recipe.form, recipe.sources, mapping, recipe.settings, recipe.picks, recipe.seed
    )
    del series
    first = _later(last.last_day, 1)
    # the draft it follows was planned with it, so that it is a number by now
    weeks = int(recipe.settings.get("weeks", 10))
    if not recipe.settings.get("start"):
        # a table of duties says its own days: the coordinator brings the next one in
        return recipe, first, ""
    recipe = recipe.with_settings({"start": first})
    return recipe, first, _later(first, WEEK * weeks - 1)


def _with_met(connection: Connection, recipe: Recipe, series: str) -> Recipe:
    pairs: set[tuple[str, str]] = set()
    by_team: dict[tuple[str, str], list[str]] = {}
    for fact in series_facts(connection, series):
        by_team.setdefault((fact.publication, fact.thing), []).append(fact.claimant)
    # sorted, so that the same rounds give the same table and the same recipe
    for people in by_team.values():
        pairs |= set(combinations(sorted(people), 2))
    sha = put_blob(connection, csv_bytes(("one", "other"), sorted(pairs)), "source:met.csv")
    return recipe.with_sources({"met": sha})


def amend_draft(connection: Connection, plan: str) -> str | None:
    """Return the SHA of a plan's facts as the table that a draft stays near; None before the first.

    Each job says which of a fact's fields its table has (``Asking.before``).
    """
    facts = current_facts(connection, plan)
    if not facts:
        return None
    job = series_row(connection, plan_row(connection, plan).series).job
    heads, fields = zip(*asking_named(job).before, strict=True)
    rows = [tuple(getattr(fact, name) for name in fields) for fact in facts]
    return put_blob(connection, csv_bytes(heads, rows), "source:before.csv")


def near_tables(connection: Connection, plan: str, kind: str) -> dict[str, str] | None:
    """Return the plan that a step stays near, as the table that says so; None keeps what the draft has.

    A draft that nobody was told of stays near the plan that stands. One that is published stays near that.

    Args:
        connection: an open connection, in a write transaction.
        plan: the plan.
        kind: kind of the step.
    """
    row = plan_row(connection, plan)
    asking = asking_named(series_row(connection, row.series).job)
    if kind in MOVES or not (asking.stays or asking.nearest) or current_facts(connection, plan):
        return None
    if kind == "dial" and asking.stays:
        # other dials ask for other teams, not for few changes of these
        return {"before": ""}
    newest = answer_row(connection, step_row(connection, plan, row.tip).state)
    if newest is None:
        return None
    view = get_json(connection, newest.view)
    rows: list[tuple[Any, ...]]
    if "cards" in view:
        rows = [(person["name"], card["name"]) for card in view["cards"] for person in card["people"]]
    else:
        rows = [(card["item"], card["who"], card["day"]) for day in view["days"] for card in day["cards"]]
    heads = [head for head, _ in asking.before]
    return {"before": put_blob(connection, csv_bytes(heads, sorted(rows)), "source:before.csv")}


FOLLOWING: Final = {"allocation": _next_week, "teams": _next_round, "rota": _next_turns}
"""Job to what makes the next period's recipe of the last one's."""
