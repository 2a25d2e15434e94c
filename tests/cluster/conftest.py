"""Five small offices that share one budget, and their plan by one process, for the tests of all engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.made_up_weeks import each_office

from evenhand.cluster.manifest import cut
from evenhand.cluster.many_offices import OfficesPlan, solve_offices

BUDGET = 900_000
"""Dollars that the offices share: less than they would spend, so that the budget has a price."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five small offices that share one budget, cut into files."""
    folder = tmp_path_factory.mktemp("run")
    cut(each_office(4, 5, BUDGET, size=0.05), folder, shared=["shared budget"])
    return folder


@pytest.fixture(scope="module")
def alone(run: Path) -> OfficesPlan:
    """Their plan, made in one process by one shard."""
    return solve_offices(run)
