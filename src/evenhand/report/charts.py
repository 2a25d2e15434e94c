"""Charts as plain data: bars, lines, dots and steps, drawn by one SVG template.

Nothing here knows a colour: a mark names a class of the style sheet, so it follows light, dark and paper.
Every chart has a title and a sentence that say what it shows, for those who do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from evenhand.core.units import at_most
from evenhand.report.views import Key, minus

if TYPE_CHECKING:
    from markupsafe import Markup

LEFT, RIGHT, TOP, BOTTOM = 44, 12, 22, 34
"""Room for the axes' texts at 11 px: six digits on the left, a line of ticks and a title below."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape or text of a chart, in the chart's own pixels.

    ``kind`` is rect, line, path, circle or text; a circle's radius is its ``width``. ``look`` is a class.
    """

    kind: str
    look: str
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    path: str = ""
    text: str = ""
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn.

    Attributes:
        title: what it shows.
        words: what can be seen in it, in a sentence.
        width, height: of the drawing; it is scaled to its place.
        marks: what is drawn, in order.
        caption: small print under it.
        keys: what its tones mean.
        fluid: whether it is as wide as its place; x and widths are then percent of that.
    """

    title: str
    words: str
    width: int
    height: int
    marks: tuple[Mark, ...] = field(repr=False)
    caption: str = ""
    keys: tuple[Key, ...] = ()
    fluid: bool = False


def drawn(chart: Chart) -> Markup:
    """Return a chart as markup: a figure with one SVG."""
    from markupsafe import Markup

    from evenhand.report.page import environment

    module = environment().get_template("report/charts.html.jinja").module
    return Markup(module.chart(chart))  # noqa: S704 - drawn by a template that escapes


def svg_file(chart: Chart) -> bytes:
    """Return a chart as a picture that stands by itself, light or dark as the reader's screen."""
    from evenhand.report.page import environment

    module = environment().get_template("report/charts.html.jinja").module
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{module.alone(chart)}\n'.encode()


def nice_ticks(low: float, high: float, about: int = 5, *, whole: bool = False) -> list[float]:
    """Return round values from at most ``low`` to at least ``high``, some ``about`` of them.

    Steps are 1, 2, 2.5 or 5 times a power of ten, which people read without counting; of whole things
    (``whole``) no step is smaller than 1.

    >>> nice_ticks(0, 95)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    >>> nice_ticks(3, 4, whole=True)
    [3.0, 4.0]
    """
    if not math.isfinite(low) or not math.isfinite(high) or high <= low:
        # One value alone: an axis of its own size, so that 95,000 is not written as 95,000.2.
        high = low + (10.0 ** math.floor(math.log10(abs(low))) if math.isfinite(low) and low else 1.0)
    # 0.999: a step that falls short by rounding alone still stands; 0.5 would double the ticks.
    rough = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    if whole and step < 5:  # noqa: PLR2004 - of the small steps only 1 and 2 keep to whole things
        step = float(max(1, math.floor(step)))
    # A limit that is a tick but for rounding gets no tick more beyond it.
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(step * count, 10) for count in range(first, last + 1)]


def _number(value: float) -> str:
    """Write a tick: 95k from ten thousand on, 2M, 3.2bn, so that it fits beside the axis."""
    for size, sign in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        # Below ten thousand four digits fit; a tick that would need a fourth figure is written out.
        if abs(value) >= max(size, 10_000) and round(value / size, 2) * size == value:
            return minus(f"{value / size:,.6g}{sign}")
    # Never as a power of ten: 0.00002, not 2e-05.
    return minus(f"{value:,.10f}".rstrip("0").rstrip("."))


LETTER = 6.4
"""Pixels of a letter of 11 px, bold; measured over names in Inter and Liberation Sans, the widest tenth."""


def _fitted(text: str, room: float) -> str:
    """Return a name as far as it fits; the mark beside it says the whole of it."""
    most = max(1, int(room / LETTER))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Two scales and the plain rules drawn behind the marks."""

    width: int
    height: int
    xs: list[float]
    ys: list[float]

    def x(self, value: float) -> float:
        low, high = self.xs[0], self.xs[-1]
        return round(LEFT + (self.width - LEFT - RIGHT) * (value - low) / (high - low), 1)

    def y(self, value: float) -> float:
        low, high = self.ys[0], self.ys[-1]
        return round(TOP + (self.height - TOP - BOTTOM) * (high - value) / (high - low), 1)

    def marks(self, x_title: str, y_title: str, *, x_percent: bool, y_percent: bool) -> list[Mark]:
        def written(value: float, percent: bool) -> str:  # noqa: FBT001 - of one axis
            return f"{100 * value:g}%" if percent else _number(value)

        foot = self.height - BOTTOM
        marks = []
        for value in self.ys:
            marks.append(Mark("path", "rule", path=f"M{LEFT} {self.y(value)}H{self.width - RIGHT}"))
            marks.append(
                Mark("text", "", LEFT - 6, self.y(value) + 4, text=written(value, y_percent), anchor="end")
            )
        marks += [
            Mark("text", "", self.x(value), foot + 16, text=written(value, x_percent), anchor="middle")
            for value in self.xs
        ]
        marks.append(Mark("text", "", LEFT, 11, text=f"{y_title} \N{UPWARDS ARROW}"))
        marks.append(
            Mark(
                "text",
                "",
                self.width - RIGHT,
                self.height - 4,
                text=f"{x_title} \N{RIGHTWARDS ARROW}",
                anchor="end",
            )
        )
        return marks


DOTS: Final = (340, 220)
LINES: Final = (320, 270)
"""Width and height of a chart of points, and of one of lines."""


def dots(
    title: str,
    words: str,
    points: Sequence[tuple[float, float, str]],
    *,
    x_title: str,
    y_title: str,
    x_percent: bool,
) -> Chart:
    """Draw points as rings, joined from left to right.

    Args:
        title: what it shows.
        words: what can be seen, in a sentence.
        points: x, y and what a pointer reads there.
        x_title: what runs to the right.
        y_title: what runs up.
        x_percent: whether x is a share of 1, written in percent.
    """
    whole = not x_percent and all(float(x).is_integer() for x, _, _ in points)
    frame = _Frame(
        *DOTS,
        nice_ticks(min(point[0] for point in points), max(point[0] for point in points), whole=whole),
        nice_ticks(min(point[1] for point in points), max(point[1] for point in points), 4),
    )
    marks = frame.marks(x_title, y_title, x_percent=x_percent, y_percent=False)
    path = "L".join(f"{frame.x(x)} {frame.y(y)}" for x, y, _ in sorted(points))
    marks.append(Mark("path", "line", path=f"M{path}"))
    marks += [Mark("circle", "ring", frame.x(x), frame.y(y), 4, text=text) for x, y, text in points]
    return Chart(title, words, *DOTS, tuple(marks))


def lines(
    title: str,
    words: str,
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    *,
    x_title: str,
    y_title: str,
    percent: bool = False,
) -> Chart:
    """Draw lines through points; the first in the accent, others dashed grey; each has its key.

    Args:
        title: what it shows.
        words: what can be seen, in a sentence.
        series: name and points of each line, x rising.
        x_title: what runs to the right.
        y_title: what runs up.
        percent: whether both axes are shares of 1, written in percent.
    """
    xs = [x for _, points in series for x, _ in points] or [0.0]
    ys = [y for _, points in series for _, y in points] or [0.0]
    frame = _Frame(*LINES, nice_ticks(min(xs), max(xs), 4), nice_ticks(min(ys), max(ys), 4))
    marks = frame.marks(x_title, y_title, x_percent=percent, y_percent=percent)
    for number, (_, points) in enumerate(series):
        path = "L".join(f"{frame.x(x)} {frame.y(y)}" for x, y in points)
        marks.append(Mark("path", "line grey" if number else "line", path=f"M{path}"))
    keys = tuple(Key("grey" if number else "accent", name) for number, (name, _) in enumerate(series))
    return Chart(title, words, *LINES, tuple(marks), keys=keys)


BARS: Final = 640
"""Width of a chart of bars."""


def bars(title: str, words: str, rows: Sequence[tuple[str, float, str]], *, label: int) -> Chart:
    """Draw bars to one scale that begins at 0, each with its label before and its figure behind.

    Args:
        title: what it shows.
        words: what can be seen, in a sentence.
        rows: label, value >= 0 and the figure as text.
        label: room for the labels.
    """
    # Where all are 0 every bar has no length, and nothing is divided by 0.
    largest = max((value for _, value, _ in rows), default=0.0) or 1.0
    room = BARS - label - 90
    marks = []
    for number, (name, value, text) in enumerate(rows):
        top = number * 24
        wide = round(room * value / largest, 1)
        marks += [
            Mark("text", "strong", label - 10, top + 15, text=_fitted(name, label - 10), anchor="end"),
            Mark("rect", "fill", label, top + 5, wide, 12, text=f"{name}: {text}"),
            Mark("text", "", label + wide + 8, top + 15, text=text),
        ]
    marks.append(Mark("path", "axis", path=f"M{label} 0V{24 * len(rows)}"))
    return Chart(title, words, BARS, max(24, 24 * len(rows)), tuple(marks))


STEPS: Final = 92
"""Height of a balance over time: one that is a line of text and as much above and below it."""


def steps(
    title: str,
    words: str,
    values: Sequence[float],
    reach: float,
    *,
    start: float = 0.0,
    marked: Sequence[int] = (),
    away: Sequence[tuple[int, int]] = (),
    ends: tuple[str, str] = ("", ""),
) -> Chart:
    """Draw one balance over time: above the line of zero owed, below it ahead, a faint band of one unit.

    The chart is as wide as its place, so its texts stay readable on a phone.

    Args:
        title: what it shows.
        words: what can be seen, in a sentence.
        values: the balance after each step; above 0 is owed.
        reach: the balance that reaches the edge; the same for every row that is compared.
        start: the balance before the first step.
        marked: places of own turns, drawn as dots on the line of zero.
        away: (first, last) places of absences, drawn as grey blocks.
        ends: texts under the two ends.
    """
    top, foot = 6, STEPS - 22
    middle = (top + foot) / 2
    slot = (100 - MARGIN) / max(1, len(values))

    def y(value: float) -> float:
        # Beyond the chart's reach a balance is drawn at its edge; the text beside it has the figure.
        return round(middle - (foot - top) / 2 * max(-1.0, min(1.0, value / reach)), 1)

    marks = [Mark("rect", "band", MARGIN, y(1), 100 - MARGIN, round(y(-1) - y(1), 1))]
    for begin, end in away:
        x, wide = round(MARGIN + slot * begin, 3), round(slot * (end + 1 - begin), 3)
        marks.append(Mark("rect", "away", x, top, wide, foot - top, text="away"))
    for place, value in enumerate(values):
        if abs(value) >= SEEN:
            look, x = "owed" if value > 0 else "ahead", round(MARGIN + slot * place, 3)
            tall = round(abs(y(value) - middle), 1)
            marks.append(Mark("rect", look, x, min(y(value), middle), round(slot * 0.8, 3), tall))
    marks.append(Mark("line", "zero", MARGIN, middle, 100 - MARGIN))
    # Dots of a long plan are small, so that two of them never touch on a screen of usual width.
    radius = 3.0 if slot > 1 else 1.4
    marks += [
        Mark("circle", "turn-dot", round(MARGIN + slot * (place + 0.4), 3), middle, radius)
        for place in marked
    ]
    marks += [
        Mark("text", "", MARGIN - 1, y(value) + 4, text=minus(f"{value:+g}") if value else "0", anchor="end")
        for value in (1.0, 0.0, -1.0)
    ]
    if any(ends):
        marks.append(Mark("text", "", MARGIN, STEPS - 5, text=ends[0]))
        marks.append(Mark("text", "", 100, STEPS - 5, text=ends[1], anchor="end"))
    if abs(start) >= SEEN:
        marks.append(Mark("line", "drop", MARGIN, y(start), round(slot, 3)))
    return Chart(title, words, 100, STEPS, tuple(marks), fluid=True)


MARGIN: Final = 5
"""Percent of a fluid chart's width that its ticks take on the left: two signs on a phone."""

SEEN: Final = 0.005
"""Balances below it are 0.00 in two decimals, and are not drawn."""


def lorenz(received: Sequence[int], due: Sequence[int], title: str) -> Chart:
    """Draw the Lorenz curve: the share of all units that the least served share of claims holds.

    Args:
        received: units a claimant.
        due: ticks due a claimant; those with 0 are left out.
        title: what the chart shows, in words.
    """
    claims = sorted((got / claim, got, claim) for got, claim in zip(received, due, strict=True) if claim > 0)
    total, whole = sum(got for _, got, _ in claims) or 1, sum(claim for _, _, claim in claims) or 1
    points = [(0.0, 0.0)]
    before = held = 0
    for place, (_, got, claim) in enumerate(claims):
        before, held = before + claim, held + got
        # Claims served alike make one straight piece: only its end is a point.
        if place == len(claims) - 1 or claims[place + 1][0] != claims[place][0]:
            points.append((before / whole, held / total))
    half = next((y for x, y in points if x >= 1 / 2), 1.0)
    words = f"The least served half holds at most {at_most(100 * half, 0)}% of what was given out."
    return lines(
        title,
        words,
        [("this plan", points), ("exactly even", [(0.0, 0.0), (1.0, 1.0)])],
        x_title="share of what is due, least served first",
        y_title="share of what was given out",
        percent=True,
    )
