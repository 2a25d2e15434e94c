"""HiGHS as we use it: silent, one thread, seeded, and ready to be interrupted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evenhand.core.progress import Progress

__all__ = ["listen", "quiet"]


def listen(
    highs: Any, solver: Any, progress: Progress, better: Callable[[float, float], None] | None = None
) -> None:
    """Let the progress end a search of HiGHS; it is asked between iterations.

    Args:
        highs: the module.
        solver: the solver to listen to.
        progress: whose limit and interruption count.
        better: hears (best, bound) of the minimised objective whenever branch and cut reports.
    """
    kinds = highs.cb.HighsCallbackType

    def hear(kind: Any, message: str, data: Any, reply: Any, user: Any) -> None:
        del message, user
        if kind == kinds.kCallbackMipLogging:
            if better is not None:
                better(float(data.mip_primal_bound), float(data.mip_dual_bound))
        else:
            reply.user_interrupt = progress.interrupted or (progress.left is not None and progress.left <= 0)

    solver.setCallback(hear, None)
    for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackMipLogging):
        solver.startCallback(kind)


def quiet(highspy: Any) -> Any:
    """Return a silent, single-threaded, seeded HiGHS that starts from its last basis."""
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("presolve", "off"),
        ("primal_feasibility_tolerance", 1e-9),
        ("dual_feasibility_tolerance", 1e-9),
    ):
        solver.setOptionValue(name, value)
    return solver
