"""A comparison as a page: its first sentence tells the configurations apart with true figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import evenhand as eh
from evenhand.allocation import mode_b, no_penalty, strong
from evenhand.report.comparison_page import answer_of, html
from report.small import allocated, rostered, teamed

FLEET = Path(eh.__file__).parent / "data" / "fleet"


def _modes() -> list[tuple[str, eh.Solution]]:
    problem = eh.press_fleet.from_folder(FLEET)
    penalties = {"None": no_penalty(), "B": mode_b(), "Strong": strong(500)}
    return [(name, eh.solve(replace(problem, penalty=penalty))) for name, penalty in penalties.items()]


def test_the_sentence_names_widest_highest_and_what_lies_between() -> None:
    """The bundled week: 75 recipients against 23, and 48 between, each with the points it takes."""
    sentence = answer_of(_modes())
    assert sentence == (
        "Strong serves 75 recipients where None serves 23; that takes 14,239 points of score (15% of it). "
        "B serves 48, at most 2 each, for 3,607 points."
    )


def test_one_configuration_says_that_it_is_alone() -> None:
    """A comparison of one thing asks for a second instead of praising the first."""
    assert "is alone" in answer_of([("B", allocated())])


def test_equal_outcomes_are_called_equal() -> None:
    """Neither of two equal plans of teams or turns is called the better one."""
    assert "equally even" in answer_of([("a", teamed()), ("b", teamed())])
    assert "equally near" in answer_of([("a", rostered()), ("b", rostered())])


def test_the_page_holds_sentence_chart_and_every_line() -> None:
    """Names stand in the chart and in the table; nothing is fetched, no attribute holds style."""
    text = html([("<b>deal</b>", teamed()), ("again", teamed())]).decode()
    assert text.count("&lt;b&gt;deal&lt;/b&gt;") >= 2
    assert "<svg" in text
    assert "<table" in text
    assert " style=" not in text


def test_a_search_that_was_cut_is_said() -> None:
    """A line that is only the best found so far must not be read as proven."""
    cut = replace(teamed(), cut=True)
    assert "stopped early" in html([("cut", cut), ("whole", teamed())]).decode()
