"""Moves against evenness, where a plan costs just what any plan must."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.cli.app import run
from evenhand.teams.solving.model.objective import NOTHING_BELOW, gap_below

PEOPLE = """name,g,office,langs
A,f,,de
B,m,Rome,de;en
C,f,,en
D,f,Rome,en
E,m,Oslo,en
F,f,Bonn,
G,f,Oslo,en
H,m,Rome,
I,m,,
J,m,,de
K,m,,
L,m,,
M,m,Bonn,
N,f,Oslo,en
O,m,Rome,de
P,f,Bonn,de
Q,f,Oslo,de;en
R,f,Oslo,
S,m,Bonn,de
T,m,,de
"""


def test_a_plan_at_its_floor_has_no_value_below_it() -> None:
    """Nothing adds up to less than 0, however fine the steps are."""
    assert gap_below(0, [30, 7]) == NOTHING_BELOW
    assert gap_below(1, [30, 7]) == 1


def test_moves_are_traded_off_where_a_plan_costs_what_any_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty people with languages and a heavier column: a price meets the floor, and the table is shown."""
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(PEOPLE)
    asked = ["teams", "p.csv", "--teams", "2", "--balance", "g,office", "--tags", "langs", "--weights", "g=3"]
    assert run([*asked, "--out", "t.json", "--seed", "2"]) == 0
    capsys.readouterr()
    assert run([*asked, "--published", "t.json", "--trade-off"]) == 0
    assert "Moves against evenness" in capsys.readouterr().out
