"""The constructors' typed keywords are what their readers take, no more and no less."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from evenhand.allocation.asking import what_if
from evenhand.allocation.problem.settings import RowRules, TableRules, ValueRules
from evenhand.allocation.reading import rows as allocation_rows
from evenhand.rota.problem.settings import RotaSettings, SideRules, TableSettings
from evenhand.rota.reading import rows as rota_rows
from evenhand.rota.reading.rules import KEYWORDS as SIDE_RULES
from evenhand.teams.problem.settings import RuleWords, TeamsSettings
from evenhand.teams.reading.rows import problem_from_table
from evenhand.teams.reading.rules import KEYWORDS


def keywords(function: Callable[..., Any]) -> set[str]:
    """Return the names of a function's parameters but the first, without ``**``."""
    named = inspect.signature(function).parameters.values()
    return {one.name for one in named if one.kind is not one.VAR_KEYWORD} - {next(iter(named)).name}


READERS: list[tuple[Any, set[str]]] = [
    (TableRules, keywords(allocation_rows.from_tables) - {"capacity", "penalty"}),
    (RowRules, keywords(allocation_rows.from_tables)),
    (
        ValueRules,
        keywords(allocation_rows.from_values) - {"recipients", "scores", "days"}
        | keywords(allocation_rows.from_tables) - {"capacity", "recipients"},
    ),
    (TeamsSettings, keywords(problem_from_table) | KEYWORDS.keys()),
    (RuleWords, set(KEYWORDS)),
    (SideRules, set(SIDE_RULES)),
    (
        TableSettings,
        keywords(rota_rows.problem_from_tables) - {"duties", "absences", "history", "policy", "rules"}
        | SideRules.__annotations__.keys(),
    ),
    (RotaSettings, TableSettings.__annotations__.keys() | {"absences", "history", "policy", "rules"}),
    (what_if.Changed, keywords(what_if.changed)),
]


@pytest.mark.parametrize(("settings", "taken"), READERS, ids=lambda part: getattr(part, "__name__", ""))
def test_typed_keywords_are_what_the_reader_takes(settings: Any, taken: set[str]) -> None:
    """A keyword that a reader gains or loses is missing in its settings, and this test says which."""
    assert settings.__annotations__.keys() == taken
