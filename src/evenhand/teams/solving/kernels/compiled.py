"""Inner loops run in two ways: plain Python on lists, or compiled by numba on arrays where that pays."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.teams.solving.kernels import annealing_loop, repair_loop, rounds_loop

COMPILE_FROM = 8_000
"""People from which compiling pays: below, loading numba takes longer than the whole search."""

LOOPS = {"anneal": annealing_loop, "part": rounds_loop}
"""Where a kernel stands; all others are of the repair."""


LOADED_IN: Final = 0.6
"""Seconds that loading numba and the loops kept on disk takes at most where nothing else runs."""


def worth_compiling(*, wanted: bool = True, left: float | None = None) -> bool:
    """Say whether to compile: the search is long enough for it to be ``wanted``, and numba is there.

    ``left`` are the seconds of a limit: too few to load the compiled loops leave the plain ones, which make
    the same moves.
    """
    in_time = left is None or left > LOADED_IN or "numba" in sys.modules
    return wanted and in_time and find_spec("numba") is not None


@cache
def kernel(name: str, *, compiled: bool) -> Callable[..., Any]:
    """Return a kernel by name, compiled or plain; both give the same numbers to the bit.

    The compiled code is kept on disk beside the module where that can be written, so that the few seconds
    of compiling are paid once.
    """
    plain: Callable[..., Any] = getattr(LOOPS.get(name, repair_loop), name)
    if not compiled:
        return plain
    from numba import njit
    from numba.extending import register_jitable

    for part in getattr(LOOPS.get(name, repair_loop), "PARTS", ()):
        register_jitable(inline="always")(part)
    try:
        fast: Callable[..., Any] = njit(cache=True)(plain)
    except RuntimeError:  # nowhere to keep it: compile for this process alone
        fast = njit(plain)
    return fast


def flat(values: Any, *, compiled: bool) -> Any:
    """Return a copy of whole numbers as a kernel of either world wants them: an int64 array, or a list.

    A copy, because kernels change what they are given: without one the compiled world would change the
    caller's array too, and an attempt that failed could not be taken back.
    """
    array: Ints = np.array(values, dtype=np.int64, copy=True).reshape(-1)
    return array if compiled else array.tolist()
