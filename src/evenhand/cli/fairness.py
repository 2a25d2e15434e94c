"""The options that price fairness in an allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.allocation import AllocationProblem, Penalty

MODES = ("none", "light", "a", "standard", "b", "strong")


def penalty_of(
    mode: str | None, lam: float | None, step: float | None, target: int | None
) -> Penalty | str | dict[str, Any] | None:
    """Return the penalty that the options ask for.

    A mode may be steps of one's own: ``1:200+2:400`` takes 200 points for each award beyond the first and 400
    more for each beyond the second.

    Returns:
        None where nothing was asked for: then the folder's settings decide, or what suits the scores. A
        mode's name where no points were given: then these are scaled to the scores. Points without a mode,
        by name: they change these figures of whatever mode holds. Else a penalty.

    Raises:
        InputError: an unknown mode, or an option that the mode does not have.
    """
    from evenhand.allocation import named_penalty, own_steps
    from evenhand.core.errors import Findings

    if mode is None and lam is None and step is None and target is None:
        return None
    if mode is None:
        dials = {"lam": lam, "step": step, "target": target}
        return {name: value for name, value in dials.items() if value is not None}
    findings = Findings()
    chosen = mode.strip().lower()
    steps = _steps(chosen)
    if chosen not in MODES and not steps:
        mend = f"Choose one of {', '.join(MODES)}, or write steps of your own such as 1:200+2:400"
        findings.error("is not a mode", mend, table="--mode", came=mode)
        findings.raise_errors()
    tuned = ("light", "a", "standard", "b", "strong")
    given = (("--lambda", lam, tuned), ("--step", step, ("b", "standard")), ("--target", target, ("a",)))
    for name, value, having in given:
        if value is not None and chosen not in having:
            mend = f"Leave it out, or choose --mode {' or '.join(having)}"
            findings.error(f"means nothing under mode {chosen}", mend, table=name, came=f"{value:g}")
    findings.raise_errors()
    if steps:
        return own_steps(steps)
    if (lam, step, target) == (None, None, None):
        return chosen
    if lam is None and step is None:
        return named_penalty(chosen, target=target)
    return named_penalty(chosen, lam=lam, step=step, target=target)


def dials_of(penalty: Penalty) -> dict[str, Any]:
    """Return a penalty of a named mode as the options that ask for it."""
    from evenhand.allocation.problem.penalties import TAKES

    mode = penalty.mode.lower()
    return {"mode": mode} | {name: getattr(penalty, name) for name in TAKES.get(mode, ("lam",))}


def penalty_for(problem: AllocationProblem, mode: str) -> Penalty:
    """Return the penalty of a mode, its points scaled to a problem's scores and whole in its units."""
    from evenhand.allocation.problem.penalties import Penalty, named_penalty, on_grid

    asked = penalty_of(mode, None, None, None)
    if isinstance(asked, Penalty):
        return asked
    assert isinstance(asked, str)  # noqa: S101 - a mode was given
    return on_grid(named_penalty(asked, unit=problem.fair_unit), problem.scale)


def _steps(text: str) -> list[tuple[int, float]]:
    """Return (beyond, points) of each step in ``1:200+2:400``; nothing where it is written otherwise."""
    steps: list[tuple[int, float]] = []
    for part in text.split("+"):
        beyond, colon, points = part.partition(":")
        try:
            steps.append((int(beyond), _whole(float(points))))
        except ValueError:
            return []
        if not colon or steps[-1][0] < 0 or not 0 <= steps[-1][1] < float("inf"):
            return []
    return steps


def _whole(value: float) -> float:
    """Return 200 for 200.0, so that the chip says 200."""
    return int(value) if value == value // 1 else value
