"""The options that price fairness in an allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.allocation import Penalty

__all__ = ["MODES", "penalty_of"]

MODES = ("none", "a", "b", "strong")


def penalty_of(mode: str, lam: float | None, step: float | None, target: int | None) -> Penalty:
    """Return the penalty that the options ask for; what is not given is as the mode has it.

    Raises:
        InputError: an unknown mode, or an option that the mode does not have.
    """
    from evenhand.allocation import mode_a, mode_b, no_penalty, strong
    from evenhand.core.errors import Findings

    findings = Findings()
    chosen = mode.strip().lower()
    if chosen not in MODES:
        findings.error("is no mode", f"Choose one of {', '.join(MODES)}", table="--mode", came=mode)
        findings.raise_errors()
    given = (("--lambda", lam, ("a", "b", "strong")), ("--step", step, ("b",)), ("--target", target, ("a",)))
    for name, value, having in given:
        if value is not None and chosen not in having:
            mend = f"Leave it out, or choose --mode {' or '.join(having)}"
            findings.error(f"means nothing under mode {chosen}", mend, table=name, came=f"{value:g}")
    findings.raise_errors()
    dials: dict[str, Any] = {"lam": lam, "step": step, "target": target}
    made = {name: _whole(value) for name, value in dials.items() if value is not None}
    make: Any = {"none": no_penalty, "a": mode_a, "b": mode_b, "strong": strong}[chosen]
    penalty: Penalty = make(**made)
    return penalty


def _whole(value: float) -> float:
    """Return 200 for 200.0, so that the chip says 200."""
    return int(value) if value == value // 1 else value
