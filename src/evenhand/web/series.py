"""What the page of a series tells beside its standings: a year's load of each person, rules, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from evenhand.core.shares import TICKS
from evenhand.store.schema import METADATA
from evenhand.web.language import Language
from evenhand.web.saying import DIALS, value_text
from evenhand.workspace.building import KEPT
from evenhand.workspace.drafts import recipe_at, step_row
from evenhand.workspace.people import plan_of_series

ENTRY, BLOB = METADATA.tables["entry"], METADATA.tables["blob"]

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
