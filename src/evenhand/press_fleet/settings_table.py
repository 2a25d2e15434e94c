"""Settings as a table of their own, so that they travel with the office's folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from evenhand.press_fleet.columns import unique
from evenhand.press_fleet.names import rank_key
from evenhand.press_fleet.settings import FleetSettings
from evenhand.tables import Table

__all__ = ["read_settings"]

NONE = frozenset({"none", "no", "unlimited"})
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _whole(cell: str) -> int | None:
    return None if cell.casefold() in NONE else int(cell)


def _flag(cell: str) -> bool:
    return FLAGS[cell.casefold()]


def _days(cell: str) -> tuple[str, ...]:
    return tuple(cell.replace(",", " ").replace(";", " ").split())


KINDS: dict[str, tuple[Callable[[str], Any], str]] = {
    "int": (int, "Write a whole number"),
    "int | None": (_whole, "Write a whole number, or none"),
    "float": (float, "Write a number such as 12.5"),
    "bool": (_flag, "Write yes or no"),
    "tuple[str, ...]": (_days, "Write weekdays or dates"),
    "Mapping[str, int | None]": (_whole, "Write a whole number, or none"),
    "Mapping[str, float]": (float, "Write a number such as 12.5"),
}
"""How a setting is read, by its type as written in ``FleetSettings``; any other is taken as it stands."""


def read_settings(table: Table | None) -> FleetSettings:
    """Return the defaults with what the table changes.

    Args:
        table: columns setting, value; the settings of ``FleetSettings``. Those by rank are written with it:
            ``caps A``, ``rank_points A+``. What cannot be read is noted.
    """
    settings = FleetSettings()
    if table is None or not table.need("setting", "value"):
        return settings
    kinds = {one.name: str(one.type) for one in fields(FleetSettings)}
    names, values = table.text("setting", required=True), table.text("value", required=True)
    keys = [_key(name) for name in names]
    unique(table, range(len(table)), keys, "setting", "is set twice", "Keep one row")
    changed: dict[str, Any] = {}
    for at, (key, value) in enumerate(zip(keys, values, strict=True)):
        if not names[at] or not value:
            continue
        name, rank = key
        by_rank = kinds.get(name, "").startswith("Mapping")
        if name not in kinds or by_rank != bool(rank):
            mend = f"Choose among {', '.join(kinds)}; caps and rank_points with a rank, as in: caps A"
            table.wrong(at, "setting", "is no setting", mend)
            continue
        read, mend = KINDS.get(kinds[name], (str, ""))
        try:
            found = read(value)
        except (ValueError, KeyError):
            table.wrong(at, "value", f"cannot be the value of {name}", mend)
            continue
        changed[name] = {**changed.get(name, getattr(settings, name)), rank: found} if by_rank else found
    return replace(settings, **changed)


def _key(name: str) -> tuple[str, str]:
    """Return a setting's name and the rank it is for, "" for none.

    >>> _key("Caps a+"), _key("loan days"), _key("w_geo")
    (('caps', 'A+'), ('loan_days', ''), ('w_geo', ''))
    """
    words = name.casefold().replace("_", " ").replace("-", " ").split()
    for kept in (("caps",), ("rank", "points")):
        if tuple(words[: len(kept)]) == kept:
            return "_".join(kept), rank_key("".join(words[len(kept) :]))
    return "_".join(words), ""
