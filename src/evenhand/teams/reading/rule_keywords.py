"""Rules said as keywords in Python, turned into the rows of a rules table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evenhand.core.errors import Findings
from evenhand.tables import Table

__all__ = ["SPOKEN", "rows_of"]

Row = dict[str, str]
COLUMNS = ("kind", "column", "value", "people", "teams", "min", "max", "weight")


def _names(value: Any) -> str:
    return value if isinstance(value, str) else ";".join(str(one) for one in value)


def _pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, Mapping) else value


def _counted(bound: str) -> Callable[[Any], list[Row]]:
    def rows(value: Any) -> list[Row]:
        made = []
        for what, units in _pairs(value):
            column, _, cell = str(what).partition("=")
            made.append({"kind": "count", "column": column, "value": cell, bound: str(units)})
        return made

    return rows


def _lone(value: Any) -> list[Row]:
    parts = [str(what).partition("=") for what in ([value] if isinstance(value, str) else value)]
    return [{"kind": "no lone", "column": column, "value": cell} for column, _, cell in parts]


def _groups(kind: str) -> Callable[[Any], list[Row]]:
    return lambda value: [{"kind": kind, "people": _names(group)} for group in value]


def _wishes(value: Any) -> list[Row]:
    if isinstance(value, Mapping):
        return [{"kind": "wish", "people": f"{who};{_names(others)}"} for who, others in value.items()]
    return [{"kind": "wish", "people": _names(pair)} for pair in value]


def _places(kind: str) -> Callable[[Any], list[Row]]:
    return lambda value: [
        {"kind": kind, "people": _names(who), "teams": _names(where)} for who, where in _pairs(value)
    ]


def _locked_teams(value: Any) -> list[Row]:
    return [{"kind": "lock team", "people": _names(who), "teams": str(team)} for team, who in _pairs(value)]


def _free(value: Any) -> list[Row]:
    if isinstance(value, str):
        return [{"kind": "free", "column": value, "weight": "1"}]
    return [{"kind": "free", "column": str(column), "min": str(slots)} for column, slots in _pairs(value)]


def _met(value: Any) -> list[Row]:
    return [{"kind": "apart", "people": _names(pair), "weight": "100"} for pair in value]


SPOKEN: dict[str, tuple[Callable[[Any], list[Row]], str]] = {
    "minimum": (_counted("min"), 'least people of a value in each team, {"gender=woman": 2}'),
    "maximum": (_counted("max"), 'most people of a value in each team, {"office=Rome": 3}'),
    "no_lone": (_lone, 'nobody the only one of a value in a team, ["gender=woman"] or ["gender"]'),
    "together": (_groups("together"), 'groups in one team, [["Ada", "Bo"]]'),
    "apart": (_groups("apart"), 'groups no two of whom share a team, [["Ada", "Cy"]]'),
    "wishes": (_wishes, 'who wants to be with whom, {"Ada": ["Bo", "Cy"]}'),
    "locked": (_places("lock"), 'person to team, {"Ada": "Team 1"}'),
    "locked_teams": (_locked_teams, 'team to exactly its people, {"Team 2": ["Bo", "Cy"]}'),
    "allowed": (_places("allow"), 'person to the teams open to them, {"Ada": ["Team 1", "Team 2"]}'),
    "forbidden": (_places("forbid"), 'person to the teams closed to them, {"Ada": ["Team 3"]}'),
    "free": (_free, 'column of busy slots to the least common free ones, {"busy": 2}; "busy" rewards each'),
    "met": (_met, 'pairs better kept apart because they met before, [("Ada", "Bo")]'),
}
"""Keyword to how it becomes rows, and what it means with an example."""


def rows_of(spoken: Mapping[str, Any], findings: Findings) -> Table:
    """Return the keywords' rules as a table; keywords nobody knows, or of the wrong shape, are noted."""
    rows: list[Row] = []
    for keyword, value in spoken.items():
        if keyword not in SPOKEN:
            findings.error("is no setting", f"Known rules: {', '.join(SPOKEN)}", came=keyword)
            continue
        make, example = SPOKEN[keyword]
        try:
            rows += make(value) if value is not None else []
        except (TypeError, ValueError):
            findings.error("cannot be read", f"Write {example}", column=keyword, came=str(value))
    columns = {column: [row.get(column, "") for row in rows] for column in COLUMNS}
    return Table("rules", columns, range(1, len(rows) + 1), findings)
