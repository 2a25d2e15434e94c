"""What a recipient's second, third, ... award costs: the named modes, and your own steps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from evenhand.core.arguments import is_number, said_in_words, whole_number
from evenhand.core.arrays import Floats, Ints
from evenhand.core.errors import Finding, InputError

UNIT = 200
"""Points that a second award costs by default, where scores are a press fleet's (50 to 1,300)."""

MODES = ("none", "light", "a", "standard", "b", "strong")
"""The modes by name; "standard" is mode b."""

TAKES: dict[str, tuple[str, ...]] = {
    "none": (), "a": ("lam", "target"), "b": ("lam", "step"), "standard": ("lam", "step"),
}  # fmt: skip
"""Figures that a mode has; any other has a lambda alone."""

LOOKED_AT = 200_000
"""Candidates that ``suited_unit`` looks at, about: enough for a median that is rounded to one digit."""

MOST_POINTS = 10**9
"""Points a step may cost at most; more would not fit beside the scores in 64 bits."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """A convex tariff on the awards of one recipient: sum over steps of points x max(0, n - beyond).

    Attributes:
        mode: "none", "light", "A", "B", "strong" or "own"; what the chip and the reports call it.
        steps: (beyond, points) a step; points >= 0, so that the tariff is convex.

    Example:
        >>> import evenhand as eh
        >>> penalty = eh.mode_b(200, 400)
        >>> penalty.text, penalty.marginal(2), penalty.total(3)
        ('200+400', 200, 800)
    """

    mode: str
    steps: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        findings: list[Finding] = []
        steps = []
        for beyond, points in self.steps:
            free = whole_number(beyond)
            if free is None or not 0 <= free <= MOST_POINTS:
                findings.append(
                    _finding("beyond", beyond, "Give the number of awards that are free, 0 or more")
                )
            if not is_number(points) or not 0 <= points <= MOST_POINTS:
                findings.append(_finding("points", points, f"Give a number from 0 to {MOST_POINTS:,}"))
            steps.append((free, points))
        if findings:
            raise InputError(findings)
        # NumPy's numbers become plain ones, as steps are saved and written.
        steps = [(free, points if type(points) in {int, float} else plain(points)) for free, points in steps]
        object.__setattr__(self, "steps", tuple(steps))

    @property
    def lam(self) -> float:
        """Points of the first step (lambda); 0 without steps."""
        return self.steps[0][1] if self.steps else 0

    @property
    def step(self) -> float:
        """Points that the second step adds; 0 where there is none."""
        return self.steps[1][1] if len(self.steps) > 1 else 0

    @property
    def target(self) -> int:
        """Awards that are free of any penalty."""
        return min((beyond for beyond, _ in self.steps), default=0)

    @property
    def evening(self) -> float:
        """Points of the first step that costs and stands behind a first award; 0 where none does.

        A step at 0 asks the same of everybody's first award, so it evens nothing out.

        >>> own_steps([(0, 30), (1, 100)]).evening, own_steps([(0, 30)]).evening, mode_b().evening
        (100, 0, 200)
        """
        return next((points for beyond, points in self.steps if beyond and points), 0)

    def marginal(self, nth: int) -> float:
        """Return what the ``nth`` award costs, in points: under mode B 0, 200, 600, 600 for 1, 2, 3, 4."""
        return sum(points for beyond, points in self.steps if nth > beyond)

    def total(self, count: int) -> float:
        """Return what ``count`` awards of one recipient cost together, in points."""
        return sum(points * max(0, count - beyond) for beyond, points in self.steps)

    @property
    def text(self) -> str:
        """What stands behind λ= in the chip: 200+400, 200, 0; own steps as points@beyond."""
        if not self.steps:
            return "0"
        if self.mode == "own":
            return "+".join(f"{points:g}@{beyond}" for beyond, points in self.steps)
        return "+".join(f"{points:g}" for _, points in self.steps)

    def denominator(self) -> int:
        """Return the smallest scale at which every step is a whole number of units."""
        return math.lcm(*(Fraction(str(points)).denominator for _, points in self.steps))


def _finding(column: str, came: object, mend: str) -> Finding:
    return Finding("penalty", None, column, str(came), "is not a part of a penalty", mend)


@said_in_words
def no_penalty() -> Penalty:
    """Score alone decides: a handful of recipients may take everything.

    Cost: constant.

    >>> no_penalty().total(24)
    0
    """
    return Penalty("none")


@said_in_words
def mode_a(lam: float = 200, target: int = 1) -> Penalty:
    """Linear: lam x max(0, n - target).

    Cost: constant.

    >>> [mode_a(200).total(count) for count in (1, 2, 3, 4)]
    [0, 200, 400, 600]

    With target 1 the total is lam x (awards - recipients served), so it never evens out between those served.
    """
    return Penalty("A", ((target, lam),))


@said_in_words
def mode_b(lam: float = 200, step: float = 400) -> Penalty:
    """Stepped, the default: lam x max(0, n - 1) + step x max(0, n - 2).

    Cost: constant.

    >>> [mode_b().marginal(nth) for nth in (1, 2, 3, 4)]
    [0, 200, 600, 600]
    """
    return Penalty("B", ((1, lam), (2, step)))


@said_in_words
def light(lam: float = 150) -> Penalty:
    """Mode A with a lambda of 100 to 200: several awards to one recipient where that brings much.

    Cost: constant.

    >>> light().marginal(2), light().marginal(3)
    (150, 150)
    """
    return Penalty("light", ((1, lam),))


@said_in_words
def strong(lam: float = 500) -> Penalty:
    """Mode A with a lambda of 400 to 600: near-equal, at the cost of score.

    >>> strong(400).text
    '400'
    """
    return Penalty("strong", ((1, lam),))


@said_in_words
def own_steps(steps: Iterable[tuple[int, float]]) -> Penalty:
    """Steps of your own: each (beyond, points) adds points to every award beyond that many.

    Cost: linear in the steps.

    >>> own_steps([(1, 200), (2, 400)]).marginal(3)
    600

    Raises:
        InputError: a step is negative or no number.
    """
    try:
        pairs = sorted((beyond, points) for beyond, points in steps)
    except (TypeError, ValueError):
        mend = "Give pairs, such as own_steps([(1, 200), (2, 400)])"
        raise InputError.one("are no steps", mend, came=str(steps), column="steps") from None
    return Penalty("own", tuple(pairs))


@said_in_words
def named_penalty(
    mode: str,
    *,
    lam: float | None = None,
    step: float | None = None,
    target: int | None = None,
    unit: float = UNIT,
) -> Penalty:
    """Return the penalty of a named mode, scaled to the scores.

    Args:
        mode: one of ``MODES``, in any case.
        lam: points for a second award; by default ``unit``, times 3/4 (light) or 5/2 (strong).
        step: points more from the third award on, for b and standard; by default twice ``unit``.
        target: awards that are free, for a; 1 by default.
        unit: points that suit the scores; 200 for a press fleet, else see ``suited_unit``.

    Raises:
        InputError: the mode is unknown, or has no such number.

    Cost: constant.

    >>> named_penalty("standard").text, named_penalty("strong", unit=2).text, named_penalty("light").text
    ('200+400', '5', '150')
    """
    name = str(mode).strip().lower()
    if name not in MODES:
        raise InputError.one(
            "is not a mode of fairness", f"Choose one of {', '.join(MODES)}", came=str(mode), column="mode"
        )
    given = {"lam": lam, "step": step, "target": target}
    having = TAKES.get(name, ("lam",))
    wrong = [key for key, value in given.items() if value is not None and key not in having]
    if wrong:
        raise InputError([_meaningless(key, given[key], name, "Leave it out") for key in wrong])
    if name == "none":
        return no_penalty()
    # 3/4 and 5/2 of 200 are the middles of the two ranges of the tuning guide: 100 to 200, and 400 to 600.
    share = {"light": 0.75, "strong": 2.5}.get(name, 1.0)
    first = plain(unit * share if lam is None else lam)
    if name == "a":
        return mode_a(first, 1 if target is None else target)
    if name in {"b", "standard"}:
        return mode_b(first, plain(2 * unit if step is None else step))
    return light(first) if name == "light" else strong(first)


def tuned(
    penalty: Penalty, *, lam: float | None = None, step: float | None = None, target: int | None = None
) -> Penalty:
    """Return a penalty with some of its figures changed; its mode and the others stay.

    Args:
        penalty: of a named mode; none counts as mode b.
        lam: points for a second award.
        step: points more from the third award on, where the mode has them.
        target: awards that are free; under mode b, which has none, it makes mode a of it.

    Raises:
        InputError: the penalty's mode has no such figure.

    >>> tuned(strong(), lam=600).text, tuned(mode_b(150, 300), step=100).text
    ('600', '150+100')
    """
    figures: dict[str, Any] = {"lam": lam, "step": step, "target": target}
    asked = {name: value for name, value in figures.items() if value is not None}
    if not asked:
        return penalty
    # Of no fairness there is no figure to change: points then mean what they mean by themselves.
    penalty = penalty if penalty.steps else mode_b()
    mode = penalty.mode.lower()
    if mode == "own":
        mend = "Leave it out, or choose a mode"
        raise InputError(
            [_meaningless(name, asked[name], "own", mend) for name in asked if asked[name] is not None]
        )
    if mode == "b" and target is not None and step is None:
        mode = "a"
    kept = {name: getattr(penalty, name) for name in TAKES.get(mode, ("lam",))}
    return named_penalty(mode, **kept | asked)


def _meaningless(name: str, value: float | None, mode: str, mend: str) -> Finding:
    return Finding("", None, name, f"{value:g}", f"means nothing under mode {mode}", mend)


def plain(value: float) -> float:
    """Return 200 for 200.0, so that the chip says 200; NumPy's numbers as Python's."""
    return int(value) if value == value // 1 else float(value)


def on_grid(penalty: Penalty, scale: int) -> Penalty:
    """Return a penalty with its points rounded to a problem's whole units, one at least where it had any.

    >>> on_grid(mode_b(0.26, 0.5), 10).steps
    ((1, 0.3), (2, 0.5))
    """
    steps = []
    for beyond, points in penalty.steps:
        units = max(1 if points else 0, round(points * scale))
        steps.append((beyond, units // scale if units % scale == 0 else units / scale))
    return Penalty(penalty.mode, tuple(steps))


def suited_unit(score: Floats, recipient: Ints, item: Ints) -> float:
    """Return the points that a second award may cost where scores are not a press fleet's.

    It is the median step between a recipient's candidates or between an item's, whichever is larger: what
    another choice typically loses. Steps are the differences between the least score, the quartiles and the
    largest. It is a quarter of the median score at most, so that a third award (three times the unit) mostly
    still costs less than it brings. From 100 to 400 it is 200; else it is rounded down to 1, 2 or 5 times a
    power of ten.

    Args:
        score: points of each candidate, shape (n,).
        recipient: code of each, shape (n,).
        item: code of each, shape (n,).

    Returns:
        Points, > 0; ``UNIT`` where no score is above 0. Cost: a sort of 200,000 candidates at most.

    >>> import numpy as np
    >>> suited_unit(np.array([1.0, 2, 3, 4, 5] * 2), np.repeat([0, 1], 5), np.tile(np.arange(5), 2))
    0.5
    >>> suited_unit(np.array([400.0, 600, 900, 1200, 1300]), np.zeros(5, dtype=int), np.arange(5))
    200
    """
    above = score[score > 0]
    if not len(above):
        return UNIT
    most = float(np.median(above)) / 4
    steps = [_median_step(score, of) for of in (recipient, item)]
    step = min(max(steps), most) if max(steps) > 0 else most
    # Scores are kept to thousandths, and a step of a penalty may cost 10^9 at most (mode strong: 5/2 units).
    step = min(max(step, 0.001), MOST_POINTS / 10)
    # Scores of the size of a press fleet's keep its figure, which people know: a factor of two either way.
    if UNIT / 2 <= step <= UNIT * 2:
        return UNIT
    power = math.floor(math.log10(step))
    # 1 + 1e-9: 0.2 must not become 0.1 because 0.2 / 0.1 is a hair below 2.
    digit = max(digit for digit in (1, 2, 5) if digit <= step / 10.0**power * (1 + 1e-9))
    return digit * 10**power if power >= 0 else float(Fraction(digit, 10**-power))


def _median_step(score: Floats, of: Ints) -> float:
    """Return the median difference between neighbours among each group's quartiles; 0 where all are equal."""
    if len(score) > LOOKED_AT:
        # The first groups by name: whoever they are, they do not depend on the order of the rows.
        kept = of <= int(of.max()) * LOOKED_AT // len(score)
        score, of = score[kept], of[kept]
    order = np.lexsort((score, of))
    ordered, starts = score[order], np.flatnonzero(np.diff(of[order], prepend=-1))
    last = np.append(starts[1:], len(order)) - 1
    # Quartiles by place, not interpolated: they are scores that somebody has.
    places = starts[:, None] + ((last - starts)[:, None] * np.arange(5)) // 4
    steps = np.diff(ordered[places], axis=1)
    return float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
