"""Keywords of the constructors, typed: editors complete them, and a type checker finds the misspelt one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from evenhand.allocation.problem.penalties import Penalty
    from evenhand.allocation.reading.own_groups import GroupRule


class CommonRules(TypedDict, total=False):
    """What every constructor takes."""

    groups: Sequence[GroupRule]
    pins: Any
    forbids: Any
    per_day: int | None
    per_recipient: int | None
    daily: bool
    scale: int | None


class TableRules(CommonRules, total=False):
    """What ``AllocationProblem.from_tables`` takes beside candidates, capacity and penalty."""

    recipients: Any


class RowRules(TableRules, total=False):
    """What ``AllocationProblem.from_rows`` takes beside the rows."""

    capacity: Any
    penalty: Penalty | str | None


class ValueRules(CommonRules, total=False):
    """What ``AllocationProblem.from_values`` takes beside one value a candidate."""

    slots: Mapping[str, int] | int | None
    penalty: Penalty | str | None
    columns: Mapping[str, Sequence[Any]] | None
