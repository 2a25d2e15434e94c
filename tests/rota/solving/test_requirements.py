"""The seed's four requirements, as the manual's table has them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

import evenhand as eh
from evenhand.rota.asking.simulate import churn

HOME = Path(__file__).parents[3]


@pytest.mark.parametrize(("policy", "column"), [("rate", 2), ("ledger", 3)])
def test_the_table_of_the_manual(policy: str, column: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command measures on the test case, and where three become twelve, stands in the manual."""
    monkeypatch.syspath_prepend(str(HOME))
    monkeypatch.delitem(sys.modules, "benchmarks", raising=False)
    from benchmarks.rota import growth, rates

    lines = (HOME / "docs" / "history" / "rota.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| ")]
    said = {row[1]: row[column] for row in rows if len(row) > column + 1}
    measured = dict([*rates(policy), *growth(policy)])
    assert len(measured) == 8
    assert {name: said[name] for name in measured} == measured


def test_the_benchmark_cuts_a_rota(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark's rota of the first weeks is a whole rota, and is proven optimal with rest."""
    monkeypatch.syspath_prepend(str(HOME))
    monkeypatch.delitem(sys.modules, "benchmarks", raising=False)
    from benchmarks.rota import first_slots

    short = first_slots(replace(churn(20, years=1, turnover=0.0, seed=5), rest_slots=3), 26)
    assert len(short.slot_start) == 26
    assert str(eh.solve(short).status) == "optimal"
