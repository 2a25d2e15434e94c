"""The options that price fairness make the penalty they say, and refuse what means nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.running import DATA
from evenhand.allocation import (
    Penalty,
    light,
    mode_a,
    mode_b,
    named_penalty,
    no_penalty,
    own_steps,
    strong,
)
from evenhand.allocation.problem.penalties import tuned
from evenhand.cli.app import run
from evenhand.cli.fairness import penalty_of
from evenhand.core.errors import InputError


def test_each_mode_is_the_founding_documents() -> None:
    """Each mode with points gives its penalty; without points it stays a name, to be scaled to the scores."""
    assert penalty_of("A", 150, None, 2) == mode_a(150, 2)
    assert penalty_of("b", 200.0, 400.0, None) == mode_b()
    assert penalty_of("standard", 200.0, 400.0, None) == mode_b()
    assert penalty_of("strong", 600, None, None) == strong(600)
    assert penalty_of("light", 120, None, None) == light(120)
    assert penalty_of("Strong", None, None, None) == "strong"
    assert penalty_of(None, None, None, None) is None


@pytest.mark.parametrize(
    ("mode", "penalty"),
    [
        ("none", no_penalty()),
        ("light", light(150)),
        ("a", mode_a()),
        ("standard", mode_b()),
        ("b", mode_b()),
        ("strong", strong(500)),
    ],
)
def test_a_named_mode_is_the_tuning_guides(mode: str, penalty: Penalty) -> None:
    """For a press fleet's scores the names are the guide's: light within 100-200, strong within 400-600."""
    assert named_penalty(mode) == penalty


def test_steps_of_ones_own() -> None:
    """Steps written beyond:points, joined by plus signs, are own steps; mode B is one of them."""
    own = own_steps([(1, 200), (2, 400)])
    assert penalty_of("1:200+2:400", None, None, None) == own
    assert [own.total(count) for count in range(5)] == [mode_b().total(count) for count in range(5)]
    assert penalty_of("0:12.5", None, None, None) == own_steps([(0, 12.5)])


@pytest.mark.parametrize(
    "mode", ["c", "", "1", "1:", ":200", "1:x", "-1:200", "1:-5", "1:inf", "1:200+", "1.5:200"]
)
def test_what_is_no_mode_is_refused(mode: str) -> None:
    """Anything else names the modes and shows how steps are written."""
    with pytest.raises(InputError, match=r"Choose one of none, light, a, .*strong, or write steps"):
        penalty_of(mode, None, None, None)


def test_points_alone_change_the_mode_that_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """λ beside a folder's mode strong is strong's; a mode given replaces the file's mode and figures."""
    folder = tmp_path / "fleet"
    shutil.copytree(DATA / "fleet", folder)
    (folder / "settings.csv").write_text("setting,value\nmode,strong\nlambda,400\n")
    plan = tmp_path / "plan.json"
    assert run(["allocate", str(folder), "--lambda", "500", "--out", str(plan)]) == 0
    assert "λ=500 •" in capsys.readouterr().out
    assert run(["what-if", str(plan), "--lambda", "450"]) == 0
    assert "λ=450 •" in capsys.readouterr().out
    assert run(["allocate", str(folder), "--mode", "b"]) == 0
    assert "λ=200+400 •" in capsys.readouterr().out
    assert run(["allocate", str(folder), "--step", "100"]) == 2
    assert "means nothing under mode strong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("had", "asked", "comes"),
    [
        (mode_b(150, 300), {"lam": 90}, mode_b(90, 300)),
        (mode_b(150, 300), {"target": 2}, mode_a(150, 2)),
        (mode_a(150, 3), {"lam": 90}, mode_a(90, 3)),
        (light(), {"lam": 90}, light(90)),
        (no_penalty(), {"lam": 90}, mode_b(90)),
        (no_penalty(), {}, no_penalty()),
    ],
)
def test_figures_of_a_penalty_change_alone(had: Penalty, asked: dict[str, Any], comes: Penalty) -> None:
    """What is not asked stays, mode and all; a target alone makes mode a of mode b, which has none."""
    assert tuned(had, **asked) == comes


def test_own_steps_have_no_figure_to_change() -> None:
    """λ beside own steps is refused: which of them it meant nobody can know."""
    with pytest.raises(InputError, match="'90' means nothing under mode own"):
        tuned(own_steps([(1, 200), (2, 100)]), lam=90)


def test_options_of_another_mode_are_refused_all_at_once() -> None:
    """Own steps take no dial, and every dial given in vain is named."""
    with pytest.raises(InputError, match=r"(?s)--lambda.*--step.*--target"):
        penalty_of("1:200", 5, 6, 7)


def test_an_office_keeps_its_choice_in_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """λ in settings.csv is planned with; 400 gives 54 partners up to five each, not 75 one each."""
    folder = tmp_path / "fleet"
    shutil.copytree(DATA / "fleet", folder)
    (folder / "settings.csv").write_text("setting,value\nmode,strong\nlambda,400\n")
    assert run(["allocate", str(folder)]) == 0
    assert "λ=400 • 54P • Max=5 • Gini=0.25" in capsys.readouterr().out
    assert run(["allocate", str(folder), "--mode", "strong", "--lambda", "500"]) == 0
    assert "λ=500 • 75P • Max=1 • Gini=0.00" in capsys.readouterr().out
