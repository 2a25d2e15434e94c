"""Panels, ends and errors of measures, written out whole: whatever a slip would change stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from evenhand.core.errors import Finding, InputError
from evenhand.core.shares import TICKS, apportion, largest_remainder, split
from evenhand.core.statement import Statement
from evenhand.measures import MEASURES, Shared, figure, panel
from evenhand.measures.evenness import top
from evenhand.measures.panel import Panel
from evenhand.measures.reach import among_receivers, between, from_nearest, furthest, most_misplaced
from evenhand.measures.table import _top

LINES = """\
7 loans shared by 3: Concentrated
                       here  nearest   target
Receivers                 2        3
Served                66.7%   100.0%
Most                      6        3
Gini, receivers       0.357    0.095  < 0.200  misses the target
Gini, all entitled    0.571    0.095
HHI                   0.755    0.347  < 0.100  cannot be below 0.100 here: at least 0.347
Effective receivers    1.32     2.88
Top-1 share           85.7%    42.9%  < 15.0%  cannot be below 15.0% here: at least 42.9%
Top-5 share          100.0%   100.0%  < 40.0%  cannot be below 40.0% here: at least 100.0%
Jain                  0.441    0.961
Theil                 0.688    0.020
Variation (CV)       112.5%    20.2%
Misplaced             52.4%     9.5%
Worst deviation        3.67     0.67
Beyond quota         100.0%     0.0%"""


def loans(*received: int) -> Statement:
    """Return a statement of loans, the same due to everybody."""
    due = split(sum(received), [1] * len(received))
    return Statement.of_one_thing(["Ada", "Bo", "Cy"][: len(received)], "loans", due, np.array(received))


def seven() -> Panel:
    """Return the panel of seven loans: six to Ada, one to Bo, none to Cy."""
    return panel(loans(6, 1, 0), np.array([3, 2, 2]))


def test_a_panel_reads_so() -> None:
    """Every line of a panel, to the blank; of a single unit, and by the part that is the worst."""
    with pytest.raises(KeyError, match="ginny"):
        seven()["ginny"]
    assert str(seven()) == LINES
    one, two = panel(loans(1, 0), np.array([1, 0])), panel(loans(2, 0), np.array([1, 1]))
    assert str(one).startswith("1 loan shared by 2: Excellent\n")
    assert str(two).startswith("2 loans shared by 2: ")
    assert str(replace(one, of="Mondays")).startswith("1 loan shared by 2: Excellent, by Mondays\n")


def test_a_panel_as_columns_and_for_a_notebook() -> None:
    """The same figures as a table of data, and as rows of cells."""
    found = seven()
    columns = found.to_columns()
    assert list(columns) == [
        "measure", "title", "value", "nearest", "least", "largest", "target", "met", "remark"
    ]  # fmt: skip
    for name, values in columns.items():
        own = {"measure": "name", "title": "title"}
        told = [getattr(row.measure, own[name]) if name in own else getattr(row, name) for row in found.rows]
        assert list(values) == [float(value) if name == "target" and value else value for value in told]
    assert (found["most"].least, found["most"].largest, found["served"].least) == (3.0, 7.0, 1 / 3)
    html = found._repr_html_()
    assert html.startswith("<p><strong>7 loans shared by 3: Concentrated</strong></p><table>")
    heads, *rows = html.split("<tr>")[1:]
    assert heads.startswith("".join(f"<th>{name}</th>" for name in columns_shown()))
    for row, line in zip(rows, LINES.splitlines()[2:], strict=True):
        cells = row.replace("&lt;", "<").replace("<td>", "").split("</td>")[:5]
        assert " ".join(cells).split() == line.split()


def columns_shown() -> tuple[str, ...]:
    """Return the heads of the table in a notebook."""
    return ("measure", "here", "nearest", "target", "remark")


def test_a_target_met_by_the_nearest_outcome_alone_is_missed() -> None:
    """Where the nearest outcome has just the target's value, it misses the target too."""
    # Two receivers with 7 and 3 units have a Gini of 0.2: just the target, and not below it.
    given = Statement.of_one_thing(["Ada", "Bo"], "loans", split(10, [1, 1]), np.array([9, 1]))
    assert panel(given, np.array([7, 3]))["gini"].remark == "the nearest whole outcome misses the target too"
    assert panel(given, np.array([6, 4]))["gini"].remark == "misses the target"


def test_ticks_of_the_statement_count() -> None:
    """A statement in other ticks than the usual is measured by its own."""
    given = Statement.of_one_thing(["Ada", "Bo"], "turns", np.array([6, 2]), np.array([3, 1]), 2)
    assert panel(given, np.array([3, 1]))["misplaced"].value == 0.0
    assert panel(given, np.array([2, 2]))["worst"].nearest == 1.0


def test_ends_of_measures() -> None:
    """The least and the largest value lie at the even outcome and at the monopoly, whichever is less."""
    ends = between(lambda shared: float(max(shared.units)), (-1.0, 99.0))
    assert ends(Shared.of([4, 0, 1])) == (2.0, 5.0)
    assert ends(Shared.of([4, 0, 1], [1, 2, 2])) == (-1.0, 99.0)
    falling = between(lambda shared: float(-max(shared.units)), (0.0, 0.0), shares=True)
    assert falling(Shared.of([4, 0, 1], [1, 2, 2])) == (-5.0, -2.0)
    from_due = from_nearest(lambda shared: float(shared.units[0]), lambda shared: 10.0 * shared.total)
    assert from_due(Shared.of([4, 0, 1], [1, 2, 2])) == (1.0, 50.0)
    assert _top(2)(Shared.of([4, 3, 1])) == top(Shared.of([4, 3, 1]), 2) == 7 / 8
    assert MEASURES["top1"].value(Shared.of([4, 3, 1])) == 0.5


def test_the_furthest_from_what_is_due() -> None:
    """All to the one to whom least is due; nobody is nowhere, and one is where they should be."""
    assert furthest(Shared((0, 1, 3), (4, 2, 2), 2)) == 3.0
    assert furthest(Shared((), ())) == 0.0
    assert most_misplaced(Shared((0, 1, 3), (4, 3, 1), 2)) == 7 / 8
    assert most_misplaced(Shared((0,), (0,))) == most_misplaced(Shared((), ())) == 0.0


def test_the_worst_among_receivers_by_trying_all() -> None:
    """The bound is the worst Gini of any outcome among receivers, tried whole for up to 12 units of 4."""
    assert among_receivers(Shared.of([4, 0], [1, 3])) == (0.0, 1.0)
    assert among_receivers(Shared.of([0, 0])) == (0.0, 0.0)
    for people in range(1, 5):
        for total in range(1, 13):
            every = combinations_with_replacement(range(total + 1), people)
            outcomes = [outcome for outcome in every if sum(outcome) == total]
            worst = max(figure("gini", outcome) for outcome in outcomes)
            assert among_receivers(Shared.of(outcomes[0])) == (0.0, worst)


def test_counts_are_due_in_ticks() -> None:
    """Without weights each is due the same; with them by weight, to the tick."""
    assert Shared.of([3, 1]) == Shared((3, 1), (2 * TICKS, 2 * TICKS), TICKS)
    assert Shared.of([3, 1], [3, 1]) == Shared((3, 1), (3 * TICKS, TICKS), TICKS)
    assert Shared.of([], None) == Shared((), ())


NAMES = "largest-remainder, adams, dean, hill, webster, jefferson"
KINDS = f"Choose one of {', '.join(MEASURES)}"


@pytest.mark.parametrize(
    ("ask", "column", "came", "problem", "mend"),
    [
        (lambda: figure("ginny", [1]), "", "ginny", "is not a measure", KINDS),
        (lambda: Shared.of([1, 1], [1]), "", "1 weights", "is not one weight a count", "Give 2 weights"),
        (lambda: Shared.of([1, -1, -2]), "units", "-2", "is below zero", "Give counts of 0 or more"),
        (lambda: panel(loans(1, 0), np.array([1])), "nearest", None, "is not an outcome of this statement",
         "Give 2 counts of 0 or more"),
        (lambda: largest_remainder(-3, [1]), "total", "-3", "is below zero", "Give a total of 0 or more"),
        (lambda: largest_remainder(3, [1, -1, -2]), "weight", "-2", "is below zero",
         "Give weights of 0 or more"),
        (lambda: largest_remainder(3, [0, 0]), "weight", None, "nobody has a weight above 0",
         "Give at least one positive weight"),
        (lambda: apportion(1, [1], "dice"), "method", "dice", "is not an apportionment method",
         f"Choose one of {NAMES}"),
    ],
)  # fmt: skip
def test_errors_are_said_so(
    ask: Callable[[], Any], column: str, came: str | None, problem: str, mend: str
) -> None:
    """What came, where, what is wrong and how to mend it, word for word."""
    with pytest.raises(InputError) as caught:
        ask()
    assert caught.value.findings == (Finding("", None, column, came, problem, mend),)
