"""Options that a way of working cannot heed: each is refused by name, and one that comes later is too."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main

from evenhand.cli.allocate import OF_OFFICES
from evenhand.cli.app import COMMANDS, app_of, run
from evenhand.cli.beside import READING
from evenhand.cli.rota import OF_MANY
from evenhand.cli.teams import OF_AS_ONE, OF_ONE_GROUP

Capture = pytest.CaptureFixture[str]
WRONG = 2


def options_of(command: str) -> dict[str, list[str]]:
    """Return each option's name, and words that give it a value other than its default."""
    group = typer.main.get_command(app_of(*COMMANDS))
    parameters = group.commands[command].params  # type: ignore[attr-defined]
    options = [one for one in parameters if one.param_type_name == "option" and one.name != "help"]
    return {
        option.name: [max(option.opts, key=len)] + ([] if option.is_flag else ["7"]) for option in options
    }


@pytest.mark.parametrize(
    ("command", "way", "heeded"),
    [
        ("allocate", "--offices", OF_OFFICES),
        ("rota", "--many", OF_MANY),
        ("teams", "--as-one", OF_AS_ONE),
        ("teams", "--many", None),
    ],
)
def test_what_many_plans_cannot_heed_is_refused_by_name(
    command: str, way: str, heeded: frozenset[str] | None, tmp_path: Path, capsys: Capture
) -> None:
    """Every option of the command is either heeded or told, all of them at once."""
    options = options_of(command)
    assert heeded is None or heeded <= set(options)
    way_itself = way.strip("-").replace("-", "_")
    refused = sorted(set(options) - heeded - {*READING, way_itself} if heeded else OF_ONE_GROUP)
    # The list of what is wrong is cut short when it is long, so a few are typed at a time.
    for start in range(0, len(refused), 5):
        names = refused[start : start + 5]
        assert (
            run([command, str(tmp_path), way, *(word for name in names for word in options[name])]) == WRONG
        )
        told = " ".join(capsys.readouterr().err.split())
        for name in names:
            assert f"{options[name][0]}: does not go with {way}." in told


@pytest.mark.parametrize("command", ["allocate", "rota", "teams"])
def test_processes_for_one_plan_are_refused(command: str, tmp_path: Path, capsys: Capture) -> None:
    """--workers says nothing where one plan is made."""
    assert run([command, str(tmp_path), "--workers", "2"]) == WRONG
    assert "--workers: '2' means nothing without --" in capsys.readouterr().err


def test_what_a_table_of_prices_or_a_recipe_cannot_hold_is_refused(tmp_path: Path, capsys: Capture) -> None:
    """A table of prices writes no file, and a recipe that forgot --soft would make no plan."""
    assert run(["rota", str(tmp_path), "--trade-off", "--out", "a.csv", "--rows", "7"]) == WRONG
    told = capsys.readouterr().err
    assert "--out: does not go with --trade-off" in told
    assert "--rows: does not go with --trade-off" in told
    assert run(["rota", str(tmp_path), "--recipe", "r", "--soft"]) == WRONG
    assert "--soft: does not go with --recipe" in capsys.readouterr().err
    assert run(["allocate", str(tmp_path), "--published", "p.json", "--method", "mip"]) == WRONG
    assert "--method: does not go with --published" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--teams 2 --modes a", "--modes: does not go with a comparison of teams."),
        ("--teams 2 --seats 2", "--seats: does not go with a comparison of teams."),
        ("--weeks 4 --balance a", "--balance: does not go with a comparison of rotas."),
        ("--name a --seats 2", "--seats: does not go with a comparison of allocations."),
    ],
)
def test_a_comparison_refuses_what_speaks_of_another_job(
    words: str, told: str, tmp_path: Path, capsys: Capture
) -> None:
    """Policies mean nothing to teams, nor seats to an allocation."""
    (tmp_path / "people.csv").write_text("name,year\nAda,1\nBen,2\n")
    assert run(["compare", str(tmp_path / "people.csv"), *words.split()]) == WRONG
    assert told in capsys.readouterr().err
