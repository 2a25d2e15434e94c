"""What a series tells, on its own pages and on its people's: periods, accounts, loads, rules, tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from evenhand.core.shares import TICKS
from evenhand.store import get_json
from evenhand.store.schema import METADATA
from evenhand.web.language import Language
from evenhand.web.saying import DIALS, value_text
from evenhand.workspace.building import KEPT
from evenhand.workspace.drafts import recipe_at, step_row
from evenhand.workspace.people import plan_of_series
from evenhand.workspace.publications import last_publication
from evenhand.workspace.tasks import answer_row, newest_answer

PLAN, PERSON, ENTRY, BLOB = (METADATA.tables[name] for name in ("plan", "person", "entry", "blob"))

WEEKS: Final = 52
OVER: Final = 0.15
"""How far above the share due somebody counts as overloaded. Below it a year of weekly turns differs by whole
turns alone; at a third it would be told months too late."""


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody had in the last 52 weeks beside what was due, in units.

    Attributes:
        got: turns, loans or whatever the series shares; due: the share of them.
        over: whether it is 15 % and more than a whole one above the share: one alone is a matter of rounding.
    """

    got: float
    due: float
    over: bool

    @property
    def more(self) -> int:
        """Percent above the share due; below 0 under it."""
        return round(100 * (self.got - self.due) / self.due) if self.due else 0


def loads_of(connection: Connection, ledger: str) -> dict[str, Load]:
    """Return the load of everybody with an account, over the 52 weeks up to the last day that is booked.

    What an account was opened with is left out: it says what is owed, not when it was served.
    """
    booked = (ENTRY.c.ledger == ledger) & (ENTRY.c.kind != "opening") & (ENTRY.c.at != "")
    last = connection.execute(select(func.max(ENTRY.c.at)).where(booked)).scalar()
    if not last:
        return {}
    first = (date.fromisoformat(last[:10]) - timedelta(weeks=WEEKS)).isoformat()
    rows = connection.execute(
        select(ENTRY.c.claimant, func.sum(ENTRY.c.received), func.sum(ENTRY.c.due))
        .where(booked, ENTRY.c.at > first)
        .group_by(ENTRY.c.claimant)
    ).all()
    loads = {}
    for name, received, due in rows:
        got, share = int(received) / TICKS, int(due) / TICKS
        over = got - share > 1 and got > (1 + OVER) * share
        loads[str(name)] = Load(round(got, 2), round(share, 2), over)
    return loads


def rules_of_series(connection: Connection, series: str, words: Language) -> dict[str, Any] | None:
    """Return the newest plan's dials in words, what is decided by hand, its tables; None without a plan."""
    plan = plan_of_series(connection, series)
    if plan is None:
        return None
    recipe = recipe_at(connection, step_row(connection, plan.id, plan.tip).state)
    blobs = {
        row.sha: row
        for row in connection.execute(
            select(BLOB.c.sha, BLOB.c.kind, BLOB.c.size, BLOB.c.made).where(
                BLOB.c.sha.in_(list(recipe.sources.values()))
            )
        )
    }
    tables = [
        {"table": table, **_file(blobs[sha]), "own": table in KEPT}
        for table, sha in sorted(recipe.sources.items(), key=lambda pair: (pair[0] in KEPT, pair[0]))
        if sha in blobs
    ]
    return {
        "plan": plan,
        "dials": _dials(recipe.settings, words),
        "picks": len(recipe.picks),
        "tables": tables,
    }


def _file(blob: Any) -> dict[str, Any]:
    size = max(1, round(int(blob.size) / 1000))
    return {"file": str(blob.kind).removeprefix("source:"), "size": size, "made": str(blob.made)}


def _dials(settings: Mapping[str, Any], words: Language) -> list[tuple[str, str]]:
    return [
        (words(DIALS.get(name, name)), words.tell(value_text(value, words)))
        for name, value in sorted(settings.items())
        if value not in (None, "", [])
    ]


def called_in(connection: Any, series: str) -> dict[str, str]:
    """Return what the people of a series are called, by name."""
    rows = connection.execute(select(PERSON).where(PERSON.c.series == series).order_by(PERSON.c.called))
    return {row.name: row.called for row in rows}


def periods_of(connection: Any, series: str) -> list[dict[str, Any]]:
    """Return the plans of a series, the newest first, each with its publication, step and title."""
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


def paths_of(connection: Any, ledger: str) -> tuple[list[str], dict[str, list[float]]]:
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


def held_by(
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
    beside = beside_on(facts, claimant, called)
    return {
        fact.starts: words("with {names}", names=words.names(beside[fact.starts]))
        if beside[fact.starts]
        else ""
        for fact in own
    }


def beside_on(facts: Sequence[Any], claimant: str, called: Mapping[str, str]) -> dict[str, list[str]]:
    """Return who else has the same turn or team, by its first day; teams have none."""
    own = {(fact.starts, fact.thing) for fact in facts if fact.claimant == claimant}
    beside: dict[str, list[str]] = {starts: [] for starts, _ in own}
    for fact in facts:
        if (fact.starts, fact.thing) in own and fact.claimant != claimant:
            beside[fact.starts].append(called.get(fact.claimant, fact.claimant))
    return beside


def account_of(entries: Sequence[Any], told: Mapping[str, str], today: str) -> dict[str, Any]:
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


def thing_names(connection: Any, series: str) -> dict[str, str]:
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


def today_text() -> str:
    """Return today as 2026-01-31."""
    return datetime.now(UTC).date().isoformat()
