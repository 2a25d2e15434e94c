"""Side rules, from a table or from keywords.

The table has the columns ``rule``, ``name``, ``with``, ``value``, ``days``, ``date``, ``duty``, as needed:

| rule | needs | means |
|---|---|---|
| rest | value | who serves sits out so many start days |
| rest days | value | so many whole days between two turns of one person |
| rest hours | value | so many hours from the end of one turn to the start of the next |
| apart | name, with | the two never serve one slot together |
| together | name, with | whenever ``name`` serves, one of those ``with`` (parted by ;) serves too |
| most | value, days, perhaps name | at most so many turns in any run of so many days, each or ``name`` |
| in a row | value, perhaps name | at most so many turns on start days that follow each other |
| whole weekends | | who serves a duty on Saturday serves it on Sunday too |
| fixed | name, date, perhaps duty | this person serves that slot |
| forbidden | name, date, perhaps duty | this person does not serve that slot |
| prefer | name, date, perhaps duty | this person would like that slot |
| avoid | name, date, perhaps duty | this person would rather not have that slot |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evenhand.rota.reading.people import code_of, nfc, parted
from evenhand.tables import Table

__all__ = ["read_rules", "spoken"]

KINDS = (
    "rest",
    "rest days",
    "rest hours",
    "apart",
    "together",
    "most",
    "in a row",
    "whole weekends",
    "fixed",
    "forbidden",
    "prefer",
    "avoid",
)


FOR_ALL = frozenset({"rest", "rest days", "rest hours", "whole weekends"})
"""Rules without a name: they hold for everybody."""

SATURDAY = 5
"""Where Monday is 0; ordinal 1 is a Monday."""


def spoken(
    *,
    rest: int = 0,
    rest_days: int = 0,
    rest_hours: int = 0,
    apart: Sequence[tuple[str, str]] = (),
    together: Sequence[tuple[str, Any]] = (),
    most: tuple[int, int] | None = None,
    fixed: Sequence[tuple[str, ...]] = (),
    forbidden: Sequence[tuple[str, ...]] = (),
) -> list[dict[str, str]]:
    """Return rules said as keywords as rows of the table: fixed and forbidden are (date, name[, duty])."""
    # The same rows as in a table, so that both ways of giving rules are checked by one reader.
    rows: list[dict[str, str]] = []
    rows += [{"rule": "rest", "value": str(rest)}] if rest else []
    rows += [{"rule": "rest days", "value": str(rest_days)}] if rest_days else []
    rows += [{"rule": "rest hours", "value": str(rest_hours)}] if rest_hours else []
    rows += [{"rule": "apart", "name": one, "with": other} for one, other in apart]
    for new, others in together:
        those = others if isinstance(others, str) else "; ".join(others)
        rows.append({"rule": "together", "name": new, "with": those})
    rows += [{"rule": "most", "value": str(most[0]), "days": str(most[1])}] if most else []
    for kind, cells in (("fixed", fixed), ("forbidden", forbidden)):
        for day, name, *duty in cells:
            rows.append({"rule": kind, "date": str(day), "name": name, "duty": duty[0] if duty else ""})
    heads = ("rule", "name", "with", "value", "days", "date", "duty")
    return [{head: row.get(head, "") for head in heads} for row in rows]


def read_rules(tables: Sequence[Table], code: dict[str, int], columns: dict[str, Any]) -> dict[str, Any]:
    """Read rules into the problem's columns; every one that cannot be read is noted by row."""
    found = _Rules(code, columns)
    for table in tables:
        if len(table) and table.need("rule"):
            found.read(table)
    return found.columns()


class _Rules:
    """Rules as they are gathered from several tables."""

    def __init__(self, code: dict[str, int], columns: dict[str, Any]) -> None:
        self.code = code
        self.duties: tuple[str, ...] = columns["duties"]
        self.duty = columns["slot_duty"].tolist()
        self.days: dict[int, list[int]] = {}
        for slot, day in enumerate(columns["slot_start"].tolist()):
            self.days.setdefault(day, []).append(slot)
        self.whole = False
        starts = np.unique(columns["slot_start"])
        # The shortest step between start days: a limit "in a row" counts steps.
        self.step = int(np.diff(starts).min()) if len(starts) > 1 else 1
        self.columns_of_slots = columns
        self.most: set[tuple[int, int, int]] = set()
        self.rest = self.rest_days = self.rest_hours = 0
        self.pairs: dict[str, set[tuple[int, int]]] = {
            kind: set() for kind in ("apart", "together", "fixed", "forbidden", "prefer", "avoid")
        }

    def read(self, table: Table) -> None:
        """Read one table."""
        value = table.integers("value", default=0, low=0, high=10**6)
        days = table.integers("days", default=0, low=0, high=10**6)
        dates = table.dates("date", optional=True) if table.has("date") else [None] * len(table)
        names, others, duties = table.text("name"), table.text("with"), table.text("duty")
        for at, cell in enumerate(table.text("rule", required=True)):
            kind = " ".join(cell.casefold().replace("_", " ").split())
            if kind in FOR_ALL:
                self._for_all(table, at, kind, names[at], int(value[at]))
            elif kind in {"most", "in a row"}:
                self._limit(table, at, kind, names[at], int(value[at]), int(days[at]))
            elif kind in {"apart", "together"}:
                self._pair(table, at, kind, names[at], others[at])
            elif kind in {"fixed", "forbidden", "prefer", "avoid"}:
                day = dates[at]
                self._turn(table, at, kind, names[at], None if day is None else day.toordinal(), duties[at])
            elif cell:
                table.wrong(at, "rule", "is no rule", f"Write one of {', '.join(KINDS)}")

    def _for_all(self, table: Table, at: int, kind: str, name: str, value: int) -> None:
        """Read a rule that holds for everybody; a name beside it would be dropped in silence."""
        if name:
            table.wrong(
                at, "name", f"stands beside the rule {kind}, which is for everybody", "Leave the name empty"
            )
        if kind == "rest":
            # Of several tables or rows the strictest holds.
            self.rest = max(self.rest, value)
        elif kind == "rest days":
            self.rest_days = max(self.rest_days, value)
        elif kind == "rest hours":
            self.rest_hours = max(self.rest_hours, value)
        else:
            self.whole = True

    def _limit(self, table: Table, at: int, kind: str, name: str, value: int, days: int) -> None:
        if kind == "in a row":
            # So many turns, and one more on the next start day, lie within (value + 1) steps of the rota.
            days = (value + 1) * self.step
        if value < 1 or days < 1:
            wanted = "a value of 1 or more" if kind == "in a row" else "value and days, each 1 or more"
            table.wrong(at, "days" if kind == "most" else "value", "says no limit", f"Give {wanted}")
        else:
            self._most(table, at, name, value, days)

    def _most(self, table: Table, at: int, name: str, value: int, days: int) -> None:
        """Read a limit: of those named, or of everybody where nobody is."""
        for person in parted(name):
            who = code_of(table, at, "name", person, self.code)
            if who >= 0:
                self.most.add((value, days, who))
        if not parted(name):
            self.most.add((value, days, -1))

    def _pair(self, table: Table, at: int, kind: str, name: str, others: str) -> None:
        one = code_of(table, at, "name", name, self.code)
        those = [code_of(table, at, "with", other, self.code) for other in parted(others)]
        if not name or not those:
            table.wrong(
                at, "name" if not name else "with", "is empty", f"Name the people the rule {kind} is for"
            )
        for other in those:
            if one == other and one >= 0:
                table.wrong(at, "with", f"names {nfc(name)} twice", "Give two people")
            elif one >= 0 and other >= 0:
                # Being apart goes both ways, so a pair is kept once; together does not: the new one needs
                # the other.
                pair = (min(one, other), max(one, other)) if kind == "apart" else (one, other)
                self.pairs[kind].add(pair)

    def _turn(self, table: Table, at: int, kind: str, name: str, day: int | None, duty: str) -> None:
        who = code_of(table, at, "name", name, self.code)
        if not name:
            table.wrong(at, "name", "is empty", f"Name the person the rule {kind} is for")
        if day is None:
            table.wrong(at, "date", "is no day", "Write the slot's date, such as 2026-01-31")
            return
        here = [slot for slot in self.days.get(day, []) if not duty or self.duties[self.duty[slot]] == duty]
        if not here:
            table.wrong(
                at, "date", "is the first day of no slot", "Write the date a slot starts, and its duty"
            )
        # Forbidden and wished turns may mean all slots of a day; a fixed one must mean a single slot.
        elif kind == "fixed" and len(here) > 1:
            table.wrong(at, "duty", "could be several slots", "Name the duty")
        elif who >= 0:
            self.pairs[kind].update((slot, who) for slot in here)

    def columns(self) -> dict[str, Any]:
        """Return what was read as the problem's columns."""
        out: dict[str, Any] = {
            kind: np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2) for kind, pairs in self.pairs.items()
        }
        most = np.array(sorted(self.most), dtype=np.int64).reshape(-1, 3)
        weekends = _weekends(self.columns_of_slots) if self.whole else []
        # Who asks for a turn and against it has no wish.
        wishes = [(*pair, 1) for pair in self.pairs["prefer"] - self.pairs["avoid"]]
        wishes += [(*pair, -1) for pair in self.pairs["avoid"] - self.pairs["prefer"]]
        del out["prefer"], out["avoid"]
        return {
            **out,
            "most_count": most[:, 0].copy(),
            "most_days": most[:, 1].copy(),
            "most_person": most[:, 2].copy(),
            "whole": np.array(weekends, dtype=np.int64).reshape(-1, 2),
            "wishes": np.array(sorted(wishes), dtype=np.int64).reshape(-1, 3),
            "rest_slots": self.rest,
            "rest_days": self.rest_days,
            "rest_minutes": self.rest_hours * 60,
        }


def _weekends(columns: dict[str, Any]) -> list[tuple[int, int]]:
    """Return the Saturday and the Sunday of each weekend, of one duty and time of day."""
    known = (columns["slot_duty"], columns["slot_clock"], columns["slot_start"])
    slots = {key: slot for slot, key in enumerate(zip(*(column.tolist() for column in known), strict=True))}
    return [
        (slot, slots[duty, clock, day + 1])
        for (duty, clock, day), slot in slots.items()
        if (day - 1) % 7 == SATURDAY and (duty, clock, day + 1) in slots
    ]
