"""Tables and values to an allocation problem. Everything that is wrong is said at once, by table, row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.groups import NO_LIMIT, GroupSet
from evenhand.allocation.penalties import Penalty, mode_b
from evenhand.allocation.problem import AllocationProblem

__all__ = ["from_tables", "from_values"]
