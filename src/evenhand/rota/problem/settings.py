"""Keywords of the constructors, typed: editors complete them, and a type checker finds the misspelt one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from evenhand.rota.problem.policies import Policy

Day = str | date


class SideRules(TypedDict, total=False):
    """Side rules given as keywords; each has a row in the manual's table of rules."""

    rest: int
    rest_days: int
    rest_hours: int
    apart: Sequence[tuple[str, str]]
    together: Sequence[tuple[str, Sequence[str] | str]]
    most: tuple[int, int] | None
    in_a_row: int
    least_in_a_row: int
    whole_weekends: bool
    fixed: Sequence[tuple[Day, str] | tuple[Day, str, str]]
    forbidden: Sequence[tuple[Day, str] | tuple[Day, str, str]]
    prefer: Sequence[tuple[Day, str] | tuple[Day, str, str]]
    avoid: Sequence[tuple[Day, str] | tuple[Day, str, str]]


class TableSettings(SideRules, total=False):
    """What ``RotaProblem.from_tables`` takes beside its tables and the policy."""

    holidays: str
    holiday_load: int
    substitutes: int
    overlaps: bool
    strict_calendar: bool
    views: str | Sequence[str] | None
    own_views: Any
    skip: Any
    share: str


class RotaSettings(TableSettings, total=False):
    """What ``RotaProblem.from_values`` takes beside people and duties."""

    absences: Any
    history: Any
    policy: str | Policy
    rules: Any
