"""The options that price fairness in an allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.allocation import Penalty

__all__ = ["MODES", "penalty_of"]

MODES = ("none", "a", "b", "strong")


def penalty_of(mode: str, lam: float | None, step: float | None, target: int | None) -> Penalty:
    """Return the penalty that the options ask for; what is not given is as the mode has it.

    A mode may be steps of one's own: ``1:200+2:400`` takes 200 points for each award beyond the first and 400
    more for each beyond the second.

    Raises:
        InputError: an unknown mode, or an option that the mode does not have.
    """
    from evenhand.allocation import mode_a, mode_b, no_penalty, own_steps, strong
    from evenhand.core.errors import Findings

    findings = Findings()
    chosen = mode.strip().lower()
    steps = _steps(chosen)
    if chosen not in MODES and not steps:
        mend = f"Choose one of {', '.join(MODES)}, or write steps of your own such as 1:200+2:400"
        findings.error("is no mode", mend, table="--mode", came=mode)
        findings.raise_errors()
    given = (("--lambda", lam, ("a", "b", "strong")), ("--step", step, ("b",)), ("--target", target, ("a",)))
    for name, value, having in given:
        if value is not None and chosen not in having:
            mend = f"Leave it out, or choose --mode {' or '.join(having)}"
            findings.error(f"means nothing under mode {chosen}", mend, table=name, came=f"{value:g}")
    findings.raise_errors()
    if steps:
        return own_steps(steps)
    dials: dict[str, Any] = {"lam": lam, "step": step, "target": target}
    made = {name: _whole(value) for name, value in dials.items() if value is not None}
    make: Any = {"none": no_penalty, "a": mode_a, "b": mode_b, "strong": strong}[chosen]
    penalty: Penalty = make(**made)
    return penalty


def _steps(text: str) -> list[tuple[int, float]]:
    """Return (beyond, points) of each step in ``1:200+2:400``; nothing where it is written otherwise."""
    found: list[tuple[int, float]] = []
    for part in text.split("+"):
        beyond, colon, points = part.partition(":")
        try:
            found.append((int(beyond), _whole(float(points))))
        except ValueError:
            return []
        if not colon or found[-1][0] < 0 or not 0 <= found[-1][1] < float("inf"):
            return []
    return found


def _whole(value: float) -> float:
    """Return 200 for 200.0, so that the chip says 200."""
    return int(value) if value == value // 1 else value
