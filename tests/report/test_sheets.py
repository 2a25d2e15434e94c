"""The workbook tells the whole story: plan, statement, measures, and how it was found."""

from __future__ import annotations

from dataclasses import replace

from evenhand.report.sheets import about, sheets, statement_columns
from report.small import allocated, teamed


def test_the_statement_balances_in_units() -> None:
    """What was due sums to what was received, and lag is their difference."""
    columns = statement_columns(allocated())
    assert round(sum(columns["due"]), 3) == sum(columns["received"]) == 2
    for due, got, lag in zip(columns["due"], columns["received"], columns["lag"], strict=True):
        assert abs(due - got - lag) < 1e-9


def test_the_workbook_has_its_four_sheets() -> None:
    """Plan, statement, measures and about, in that order, for one thing and for several."""
    for solution in (allocated(), teamed()):
        assert list(sheets(solution)) == ["plan", "statement", "measures", "about"]


def test_about_says_what_is_proven_and_no_date() -> None:
    """Status, method, seed, version and value stand there; a plan that was cut says so."""
    said = about(allocated())
    assert {"status", "method", "seed", "evenhand", "value"} <= set(said)
    assert "stopped early" not in said
    assert "stopped early" in about(replace(allocated(), cut=True))


def test_a_solution_without_awards_still_has_sheets() -> None:
    """Where there is no statement there are no measures, and nothing fails."""
    bare = replace(allocated(), statement=None, objective=None, bound=None, terms=())
    assert list(sheets(bare)) == ["plan", "about"]
    assert statement_columns(bare) == {}
