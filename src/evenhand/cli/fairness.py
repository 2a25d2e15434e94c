"""The options that price fairness in an allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenhand.allocation import Penalty

__all__ = ["MODES", "penalty_of"]

MODES = ("none", "a", "b", "strong")
LAMBDA = {"a": 200.0, "b": 200.0, "strong": 500.0}
STEP = 400.0


def penalty_of(mode: str, lam: float | None, step: float | None, target: int | None) -> Penalty:
    """Return the penalty that the options ask for.

    Raises:
        InputError: an unknown mode, or an option that the mode does not have.
    """
    from evenhand.allocation import mode_a, mode_b, no_penalty, strong
    from evenhand.core.errors import Findings

    findings = Findings()
    chosen = mode.strip().lower().removeprefix("mode-")
    if chosen not in MODES:
        findings.error("is no mode", f"Choose one of {', '.join(MODES)}", table="--mode", came=mode)
    given = (("--lambda", lam, ("a", "b", "strong")), ("--step", step, ("b",)), ("--target", target, ("a",)))
    for name, value, having in given:
        if value is not None and chosen in MODES and chosen not in having:
            mend = f"Leave it out, or choose --mode {' or '.join(having)}"
            findings.error(f"means nothing under mode {chosen}", mend, table=name, came=f"{value:g}")
    findings.raise_errors()
    strength = LAMBDA.get(chosen, 0.0) if lam is None else lam
    whole = int(strength) if strength == int(strength) else strength
    if chosen == "none":
        return no_penalty()
    if chosen == "a":
        return mode_a(whole, 1 if target is None else target)
    if chosen == "strong":
        return strong(whole)
    rise = STEP if step is None else step
    return mode_b(whole, int(rise) if rise == int(rise) else rise)
