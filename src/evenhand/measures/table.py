"""The table of measures: one line each, with its range, what even is, and when it misleads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

from evenhand.core.errors import InputError
from evenhand.measures import evenness, nearness
from evenhand.measures.reach import (
    Figure,
    Reach,
    among_receivers,
    between,
    from_nearest,
    furthest,
    most_misplaced,
)
from evenhand.measures.shared import Shared

Form = Literal["index", "percent", "units", "count"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: a line of the table.

    Attributes:
        name: a stable word for programs.
        title: what a person reads.
        says: what it says, a sentence.
        span: the values it can have, in words; n entitled, R units given out.
        even: its value at an even outcome, in words.
        misleads: when it misleads, a sentence.
        source: where it comes from, with DOI where there is one.
        value: computes it; a Fraction where it is exact.
        reach: least and largest value that whole units allow at this n and R where the same is due to
            everyone; where it is not, the bounds that always hold. Rules of the job are not looked at.
        better: whether less or more of it is more even; "" where neither is.
        target: what a press fleet aims for: the value should be below it; None where it sets none.
        form: how it is written: "index" 0.158, "percent" 13.3%, "units" 1.25, "count" 48.
        several: whether it holds for statements of several things (teams) too.

    Example:
        >>> import evenhand as eh
        >>> gini = eh.measures.MEASURES["gini"]
        >>> gini.title, gini.form
        ('Gini, receivers', 'index')
    """

    name: str
    title: str
    says: str
    span: str
    even: str
    misleads: str
    source: str
    value: Callable[[Shared], Figure]
    reach: Callable[[Shared], Reach]
    better: Literal["less", "more", ""] = "less"
    target: Fraction | None = None
    form: Form = "index"
    several: bool = False

    def __reduce__(self) -> tuple[Callable[[str], Measure], tuple[str]]:
        """Pickle a measure by its name, as its functions are no data; unpickled it is the table's line."""
        return _line_named, (self.name,)


def _top(count: int) -> Callable[[Shared], Fraction]:
    return lambda shared: evenness.top(shared, count)


_GINI = "Gini 1912, see Ceriani and Verme 2012, doi:10.1007/s10888-011-9188-x"
_HHI = "Hirschman 1964, The Paternity of an Index, American Economic Review 54(5) p. 761"
_QUOTA = "Balinski and Young 1975, doi:10.1080/00029890.1975.11993911"

_LINES: Final = (
    Measure(
        "receivers",
        "Receivers",
        "How many received something.",
        "0 to the smaller of n and R",
        "the smaller of n and R",
        "It does not say how much each received.",
        "press-fleet practice (partners assigned)",
        evenness.receivers,
        between(evenness.receivers, (0.0, math.inf), shares=True),
        better="more",
        form="count",
    ),
    Measure(
        "served",
        "Served",
        "The share of those entitled who received something.",
        "0 to 1; at most R / n",
        "1, or R / n where there is less than one unit for each",
        "One unit each and all but one unit to a single claimant look alike.",
        "coverage",
        evenness.served,
        between(evenness.served, (0.0, 1.0)),
        better="more",
        form="percent",
    ),
    Measure(
        "most",
        "Most",
        "The most units that anybody received.",
        "R / n rounded up, to R",
        "R / n rounded up",
        "It looks at one claimant only, and not at what was due.",
        "press-fleet practice (most per partner)",
        evenness.most,
        between(evenness.most, (0.0, math.inf), shares=True),
        form="count",
    ),
    Measure(
        "gini",
        "Gini, receivers",
        "How unequal the amounts are among those who received something.",
        "0 to below 1",
        "0",
        "Those left out do not count: all to a single one gives 0, and it can rise when more are served.",
        _GINI,
        evenness.gini,
        among_receivers,
        target=Fraction(1, 5),
    ),
    Measure(
        "gini_all",
        "Gini, all entitled",
        "How unequal the amounts are among all who are entitled.",
        "0 to 1 - 1/n",
        "0 where R / n is whole",
        "It is large whenever there is less than one unit for each, however fair the choice.",
        _GINI,
        evenness.gini_all,
        between(evenness.gini_all, (0.0, 1.0)),
    ),
    Measure(
        "hhi",
        "HHI",
        "The chance that two units drawn at random, one put back, went to the same claimant.",
        "1/n to 1",
        "1/n",
        "With few claimants it is large even where all have the same, and with many small whatever happens.",
        _HHI,
        evenness.hhi,
        between(evenness.hhi, (0.0, 1.0), shares=True),
        target=Fraction(1, 10),
    ),
    Measure(
        "effective",
        "Effective receivers",
        "How many equal receivers would give the same HHI.",
        "1 to n",
        "n",
        "It does not look at what was due: unequal claims rightly make it less than n.",
        "Laakso and Taagepera 1979, doi:10.1177/001041407901200101",
        evenness.effective,
        between(evenness.effective, (0.0, math.inf), shares=True),
        better="more",
        form="units",
    ),
    Measure(
        "top1",
        "Top-1 share",
        "The share of all units held by the one who holds most.",
        "1/n to 1",
        "1/n",
        "With few claimants it is large even where all have the same.",
        "press-fleet practice",
        _top(1),
        between(_top(1), (0.0, 1.0), shares=True),
        target=Fraction(3, 20),
        form="percent",
    ),
    Measure(
        "top5",
        "Top-5 share",
        "The share of all units held by the five who hold most.",
        "5/n to 1; 1 with five claimants or fewer",
        "5/n",
        "With a dozen claimants or fewer it is above 40% even where all have the same.",
        "press-fleet practice",
        _top(5),
        between(_top(5), (0.0, 1.0), shares=True),
        target=Fraction(2, 5),
        form="percent",
    ),
    Measure(
        "jain",
        "Jain",
        "The share of claimants that an equal outcome with as much spread would serve.",
        "1/n to 1",
        "1",
        "It is kind: one in ten left out still gives 0.9.",
        "Jain, Chiu and Hawe 1984, doi:10.48550/arXiv.cs/9809099",
        evenness.jain,
        between(evenness.jain, (0.0, 1.0)),
        better="more",
    ),
    Measure(
        "theil",
        "Theil",
        "How far the shares received are from the shares due, as information (nats).",
        "0 to ln n",
        "0",
        "It has no upper limit that everybody knows: compare it only where n is the same.",
        "Theil 1967, Economics and Information Theory; Shorrocks 1980, doi:10.2307/1913126",
        evenness.theil,
        between(evenness.theil, (0.0, math.inf)),
    ),
    Measure(
        "cv",
        "Variation (CV)",
        "The standard deviation of received over due, as a share of its mean.",
        "sqrt(f(1 - f))/e to sqrt(n - 1); e units each are expected, f is the fraction part of e",
        "0 where e is whole, else sqrt(f(1 - f))/e",
        "Where little is due to each, whole units alone make it large: read it beside its floor.",
        "Allison 1978, doi:10.2307/2094626",
        evenness.cv,
        between(evenness.cv, (0.0, math.inf)),
        form="percent",
    ),
    Measure(
        "misplaced",
        "Misplaced",
        "The share of the units that would have to move for everyone to have exactly what is due.",
        "0 to 1 less the smallest share due",
        "0 where every claim is whole",
        "Where less than a unit is due to each, most units are misplaced whoever gets them.",
        "Hoover 1936, doi:10.2307/1927875",
        nearness.misplaced,
        from_nearest(nearness.misplaced, most_misplaced),
        form="percent",
        several=True,
    ),
    Measure(
        "worst",
        "Worst deviation",
        "How many units the one furthest from what was due is away from it.",
        "0 to R",
        "below 1",
        "It looks at one line only: all others may be exact.",
        _QUOTA,
        nearness.worst,
        from_nearest(nearness.worst, furthest),
        form="units",
        several=True,
    ),
    Measure(
        "beyond",
        "Beyond quota",
        "The share of lines that are a whole unit or more away from what was due.",
        "0 to 1",
        "0",
        "Just under a unit away counts as well as none, and one unit as badly as ten.",
        _QUOTA,
        nearness.beyond,
        lambda _shared: (0.0, 1.0),
        form="percent",
        several=True,
    ),
)

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType({line.name: line for line in _LINES})
"""All measures by name, in the order of the panel."""


def _line_named(name: str) -> Measure:
    return MEASURES[name]


def figure(name: str, units: Iterable[int], weights: Iterable[int] | None = None) -> float:
    """Return one measure of plain counts; what is given out is due by ``weights``, equally without them.

    Raises:
        InputError: there is no such measure, or the counts are none.

    Cost: linear in the units, beside sorting them.

    >>> figure("gini", [2, 1, 1, 0]), round(figure("cv", [11, 10], [462, 462]), 3)
    (0.16666666666666666, 0.048)
    """
    if name not in MEASURES:
        raise InputError.one("is not a measure", f"Choose one of {', '.join(MEASURES)}", came=name)
    return float(MEASURES[name].value(Shared.of(units, weights)))
