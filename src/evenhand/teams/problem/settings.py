"""Keywords of the constructor, typed: editors complete them, and a type checker finds the misspelt one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

Names = Sequence[str]
Groups = Sequence[Names]


class RuleWords(TypedDict, total=False):
    """Rules given as keywords; each has a row in the manual's table of rules."""

    together: Groups
    apart: Groups
    met: Groups
    wishes: Mapping[str, Names | str] | Names | str
    friends: Mapping[str, Names | str]
    locked: Mapping[str, str]
    locked_teams: Mapping[str, Names]
    allowed: Mapping[str, Names | str]
    forbidden: Mapping[str, Names | str]
    minimum: Mapping[str, int]
    maximum: Mapping[str, int]
    no_lone: Names | str
    free: Mapping[str, int] | str


class TeamsSettings(RuleWords, total=False):
    """What ``TeamsProblem.from_table`` takes beside the roster."""

    teams: int | None
    size: int | None
    sizes: Sequence[int] | None
    balance: Names | str | None
    name: str | None
    names: Names | None
    numbers: Names | str
    tags: Names | str
    similar: Names | str
    weights: Mapping[str, int] | None
    priority: Names | str
    rules: Any
    min_size: int | None
    max_size: int | None
    rooms: Any
    choices: Names | str
    only_choices: bool
    lock: str
    published: Any
    move_price: int | None
    keep_teams: Names | str
    met_before: Sequence[Any]
    not_again: Sequence[Any]
    roles: Names | str
    keep: Names | str
    times: Names | str
    hours: float | None
    in_a_row: bool
    zone: str
    week: date | str | None
