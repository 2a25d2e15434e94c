"""The samples: three series made of the tables that come with evenhand, one click to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection

from evenhand.core.errors import InputError
from evenhand.core.recipe import FORMS, Recipe
from evenhand.store import put_blob
from evenhand.workspace.drafts import create_plan, create_series

SAMPLES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "fleet": {
            "name": "LA fleet",
            "form": "fleet",
            "period": "Week of 28 Sep",
            "days": ("2026-09-28", "2026-10-02"),
            "tables": (
                "vehicles",
                "partners",
                "approvals",
                "availability",
                "activity",
                "loans",
                "capacity",
                "rules",
                "budgets",
            ),
            "settings": {"thing": "car", "taker": "partner", "mode": "b", "lam": 200, "step": 400},
        },
        "teams": {
            "name": "Monday teams",
            "form": "roster",
            "period": "Autumn offsite",
            "days": ("", ""),
            "folder": "roster",
            "tables": ("people",),
            "settings": {"teams": 8, "balance": ["gender", "office"]},
        },
        "garden": {
            "name": "Garden watering",
            "form": "turns",
            "period": "27 Jan to 6 Apr",
            "days": ("2026-01-27", "2026-04-06"),
            "tables": ("people", "history"),
            "settings": {
                "start": "2026-01-27",
                "weeks": 10,
                "seats": 2,
                "duty": "watering",
                "policy": "rate",
            },
        },
    }
)
"""Name to what a sample is made of; its tables stand in ``data/``."""


def sample_folder(name: str) -> Path:
    """Return the folder of a sample's tables."""
    return Path(__file__).resolve().parents[1] / "data" / str(SAMPLES[name].get("folder", name))


def make_sample(connection: Connection, name: str, *, who: str = "") -> str:
    """Make the series of a sample with its first plan, and return the plan.

    Raises:
        InputError: there is no such sample.
    """
    if name not in SAMPLES:
        raise InputError.one("is not a sample", f"Choose one of {', '.join(SAMPLES)}", came=name)
    sample = SAMPLES[name]
    sources = {
        table: put_blob(
            connection, (sample_folder(name) / f"{table}.csv").read_bytes(), f"source:{table}.csv"
        )
        for table in sample["tables"]
    }
    # the same tables for every sample of a name: its plan is solved once, however often it is made
    recipe = Recipe(FORMS[sample["form"]], sample["form"], sources, settings=sample["settings"])
    series = create_series(connection, sample["name"], recipe, who=who)
    return create_plan(connection, series, sample["period"], recipe, who=who, days=sample["days"])
