"""The press-fleet document's table of results, recomputed from counts; what it prints wrongly cannot be.

Every line of it has 75 loans. Where the document gives only partners and the largest count, what follows for
*every* distribution with that many partners and that largest count is asserted by enumeration.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from evenhand.core.shares import split
from evenhand.core.statement import Statement
from evenhand.measures import MEASURES, Shared, band, chip, figure, hover, panel

LOANS = 75
MODE_B = [2] * 27 + [1] * 21
STRONG = [1] * 75


def linear(counts: list[int], rate: int = 200, target: int = 1) -> int:
    """Penalty of mode A."""
    return sum(rate * max(0, count - target) for count in counts)


def stepped(counts: list[int]) -> int:
    """Penalty of mode B."""
    return sum(200 * max(0, count - 1) + 400 * max(0, count - 2) for count in counts)


def exact(name: str, counts: list[int]) -> Fraction:
    """Return an exact measure of counts."""
    found = MEASURES[name].value(Shared.of(counts))
    assert isinstance(found, Fraction)
    return found


def partitions(total: int, parts: int, largest: int) -> Iterator[list[int]]:
    """Yield every way to write ``total`` as ``parts`` counts, each from 1 to ``largest``, descending."""
    if parts == 0:
        if total == 0:
            yield []
        return
    for first in range(min(largest, total - parts + 1), 0, -1):
        if first * parts < total:
            break
        for rest in partitions(total - first, parts - 1, first):
            yield [first, *rest]


def test_mode_b_has_one_distribution() -> None:
    """48 partners with at most two of 75 loans: 27 have two and 21 have one, and nothing else is possible."""
    assert list(partitions(LOANS, 48, 2)) == [MODE_B]


def test_mode_b_figures() -> None:
    """Gini .1575 (printed .158) and penalty 5,400 are right; HHI is .0229 and top-5 is 13.3%."""
    assert exact("gini", MODE_B) == Fraction(63, 400)
    assert stepped(MODE_B) == linear(MODE_B) == 5400
    assert exact("hhi", MODE_B) == Fraction(129, 5625)
    assert round(figure("hhi", MODE_B), 4) == 0.0229
    assert exact("top5", MODE_B) == Fraction(10, 75)
    assert exact("top1", MODE_B) == Fraction(2, 75)


def test_mode_b_misprints_are_other_ratios() -> None:
    """The document's HHI .08 and top-5 21% cannot be: the latter is ten loans over 48 partners."""
    assert exact("hhi", MODE_B) < Fraction(75, 1000)
    assert round(100 * Fraction(10, 48)) == 21
    assert round(100 * exact("top5", MODE_B)) == 13


def test_no_fairness_cannot_have_its_top_five() -> None:
    """Seven partners, one with 24: the top five hold at least 59 of 75, 78.7%; 71% is 5/7 of the partners."""
    all_such = list(partitions(LOANS, 7, 24))
    with_24 = [counts for counts in all_such if counts[0] == 24]
    assert len(with_24) > 1000
    least = min(exact("top5", counts) for counts in with_24)
    assert least == Fraction(59, 75)
    assert round(float(100 * least), 1) == 78.7
    assert round(100 * Fraction(5, 7)) == 71


def test_no_fairness_can_have_its_gini() -> None:
    """Seven partners, one with 24, can have a Gini of .404: only the top-5 share beside it is impossible."""
    ginis = {round(figure("gini", counts), 3) for counts in partitions(LOANS, 7, 24) if counts[0] == 24}
    assert 0.404 in ginis


def test_seven_partners_cannot_reach_the_targets() -> None:
    """75 loans to seven: HHI is at least 1/7, the top five hold 73%: both targets are out of reach."""
    low, _ = MEASURES["hhi"].reach(Shared.of([24, 12, 11, 10, 8, 5, 5]))
    assert low >= 1 / 7
    due = split(LOANS, [1] * 7)
    names = [f"P{at}" for at in range(7)]
    statement = Statement.of_one_thing(names, "loans", due, np.array([24, 12, 11, 10, 8, 5, 5]))
    found = panel(statement, np.array([11, 11, 11, 11, 11, 10, 10]))
    assert found["hhi"].remark == "cannot be below 0.100 here: at least 0.143"
    assert found["top5"].remark == "cannot be below 40.0% here: at least 73.3%"
    assert found["gini"].remark == "misses the target"
    assert min(exact("hhi", counts) for counts in partitions(LOANS, 7, 12)) == exact(
        "hhi", [11] * 5 + [10] * 2
    )


def test_mode_a_cannot_have_its_gini() -> None:
    """38 partners, at most eight, top-5 53%: five have eight, 33 share 35, and Gini is .424."""
    forced = [
        counts
        for counts in partitions(LOANS, 38, 8)
        if counts[0] == 8 and round(100 * exact("top5", counts)) == 53
    ]
    assert {tuple(counts[:5]) for counts in forced} == {(8, 8, 8, 8, 8)}
    ginis = {round(figure("gini", counts), 3) for counts in forced}
    assert ginis == {0.424}
    assert 0.404 not in ginis
    assert {linear(counts) for counts in forced} == {7400}


def test_mode_a_penalty_never_evens_out() -> None:
    """Under mode A the penalty depends on the number served alone: 38 of 75 is 7,400 however they lie."""
    assert linear([38] + [1] * 37) == linear([2] * 37 + [1]) == 200 * (75 - 38) == 7400


def test_strong_is_right() -> None:
    """One each: Gini 0, top-5 6.7%, HHI .0133 and no penalty."""
    assert exact("gini", STRONG) == 0
    assert round(figure("top5", STRONG), 3) == 0.067
    assert round(figure("hhi", STRONG), 4) == 0.0133
    assert stepped(STRONG) == linear(STRONG, rate=400) == 0


def test_marginal_penalties_of_mode_b() -> None:
    """Each further loan costs 0, 200, 600, 600."""
    costs = [stepped([count]) for count in range(5)]
    assert [after - before for before, after in pairwise(costs)] == [0, 200, 600, 600]


def test_the_chip_to_the_letter() -> None:
    """The status chip reads as in the document, behind its mark and a word."""
    text = "Fairness: λ=200+400 • 48P • Max=2 • Gini=0.16"
    assert chip("200+400", 48, 2, exact("gini", MODE_B), mark=False) == text
    assert chip("200+400", 48, 2, exact("gini", MODE_B)) == f"🔵 Good · {text}"


def test_the_hover_text_to_the_letter() -> None:
    """The hover text has the document's layout, with the right HHI and top-5 share."""
    assert hover("Mode B", [*MODE_B, 0, 0]) == (
        "Mode B Distribution\n"
        "Partners assigned: 48\n"
        "Max per partner: 2\n"
        "Gini coefficient: 0.158\n"
        "HHI: 0.02\n"
        "Top-5 share: 13%\n"
        "Status: Good"
    )


@pytest.mark.parametrize(
    ("gini", "name", "mark"),
    [
        (0, "Excellent", "🟢"),
        (Fraction(9999, 100_000), "Excellent", "🟢"),
        (Fraction(1, 10), "Good", "🔵"),
        (0.1, "Good", "🔵"),
        (0.1999, "Good", "🔵"),
        (Fraction(1, 5), "Fair", "🟡"),
        (Fraction(3, 10), "Fair", "🟡"),
        (0.3, "Fair", "🟡"),
        (0.3001, "Concentrated", "🟠"),
        (1, "Concentrated", "🟠"),
    ],
)
def test_the_bands_and_their_edges(gini: float, name: str, mark: str) -> None:
    """Below .10 is Excellent, .10 Good, .20 and .30 Fair, above Concentrated."""
    found = band(gini)
    assert (found.name, found.mark) == (name, mark)


def test_the_seeds_targets() -> None:
    """Gini below .20, HHI below .10, top-5 below 40%, top-1 below 15%; no other measure has a target."""
    targets = {name: line.target for name, line in MEASURES.items() if line.target is not None}
    assert targets == {
        "gini": Fraction(1, 5),
        "hhi": Fraction(1, 10),
        "top1": Fraction(3, 20),
        "top5": Fraction(2, 5),
    }


def test_the_rota_documents_variation() -> None:
    """11, 11, 10 and 3 turns in 462, 462, 462 and 141 days: the rates' variation is 5.2%."""
    assert round(100 * figure("cv", [11, 11, 10, 3], [462, 462, 462, 141]), 1) == 5.2
