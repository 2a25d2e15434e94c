"""Outcomes side by side: one line each, with the usual columns and right figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenhand.allocation import mode_a, mode_b, no_penalty, own_steps, strong
from evenhand.report.comparison import comparison_columns, comparison_grid, mode_name
from report.small import allocated, rostered, teamed


def test_the_founding_columns_are_there() -> None:
    """Configuration, Partners, Max/Partner, Gini, HHI, Top-5 and Penalty, and what the document lacks."""
    columns = comparison_columns([("here", allocated())])
    wanted = ["Partners", "Max/Partner", "Gini", "HHI", "Top-5", "Penalty"]
    assert [head for head in columns if head in wanted] == wanted
    assert {"Served", "Gini, all", "Scores", "Value", "Status"} <= set(columns)


def test_value_is_scores_less_penalty() -> None:
    """With no other groups the value of a plan is its scores less its penalty."""
    row = {head: cells[0] for head, cells in comparison_columns([("x", allocated())]).items()}
    assert row["Scores"] - row["Penalty"] == row["Value"]


def test_teams_stand_side_by_side() -> None:
    """Each criterion's exact score, the share of teams off quota and the simple score."""
    grid = comparison_grid([("deal", teamed()), ("again", teamed())], "Two")
    assert {"gender", "office", "Teams off", "Quality"} <= set(grid.heads)
    assert grid.rows[0][1:] == grid.rows[1][1:]


def test_rotas_stand_side_by_side() -> None:
    """Turns of each person while they are few, the lags at both ends and their spread."""
    row = {head: cells[0] for head, cells in comparison_columns([("ledger", rostered())]).items()}
    assert sum(map(int, row["Turns"].split("/"))) == 5
    assert abs(row["Most owed"] + row["Most ahead"] - row["Spread"]) < 1e-9
    assert comparison_grid([("ledger", rostered())]).rows[0][0] == "ledger"


def test_a_gap_stands_in_the_status() -> None:
    """What is not proven says how far it may be from the best."""
    solution = allocated()
    loose = replace(solution, bound=(solution.objective or 0) + 12)
    assert comparison_columns([("x", loose)])["Status"] == ["feasible, gap 1.00%"]


def test_modes_have_names() -> None:
    """Modes are called by their names, with what they cost."""
    names = [mode_name(penalty) for penalty in (no_penalty(), mode_a(), mode_b(), strong(400))]
    assert names == ["No fairness", "Mode A (λ=200)", "Mode B (λ=200+400)", "Strong (λ=400)"]
    assert mode_name(own_steps([(1, 50)])).startswith("Own steps")


def test_only_awards_can_be_compared() -> None:
    """A solution without awards has no line."""
    with pytest.raises(TypeError, match="awards"):
        comparison_columns([("x", replace(allocated(), statement=None))])
