"""Options that a way of working cannot heed: each is refused by name, and one that comes later is too."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("teams p.csv --teams 2 --only-choices", "--only-choices: means nothing without --choices"),
        ("teams p.csv --teams 2 --json --rows 3", "--rows: does not go with --json"),
        ("rota p.csv --json --explain Ada", "--explain: does not go with --json"),
        ("rota p.csv --weeks 2 --holiday-load 2", "--holiday-load: '2' means nothing without --holidays"),
        ("allocate p.csv --json --rows 3", "--rows: does not go with --json"),
        ("run p.csv --json --rows 3", "--rows: does not go with --json"),
        ("publish p.json --ledger l.json --undo --amend", "--amend: does not go with --undo"),
        ("publish p.json --ledger l.json --amend --opening p.csv", "--opening: does not go with --amend"),
        ("publish p.json --ledger l.json --sheet S", "--sheet: 'S' means nothing without --opening"),
        (
            "swap p.json 2026-01-05 --for 2026-01-12",
            "means nothing without --to, --missed",
        ),
        (
            "swap p.json 2026-01-05 --missed --for 2026-01-12",
            "means nothing without --to.",
        ),
        ("swap p.json 2026-01-05 --out n.json", "--out: 'n.json' means nothing without --to, --missed or"),
        ("swap p.json 2026-01-05 --to Ada --book", "--book: means nothing without --ledger"),
        ("swap p.json 2026-01-05 --to Ada --missed", "options: say different things"),
        ("plan p.db --name Spring", "--name: 'Spring' means nothing without --recipe"),
        ("plan p.db --sample garden --which x", "--which: does not go with --sample"),
        ("plan p.db --recipe r --next", "--next: does not go with --recipe"),
        ("plan p.db --sample garden --recipe r", "--recipe: does not go with --sample"),
        ("history p.db --reason why", "--reason: 'why' means nothing without --publish or --take-back"),
        ("history p.db --check --publish", "--publish: does not go with --check"),
        ("history p.db --publish --take-back", "--take-back: does not go with --publish"),
        ("frontier p.csv --exact most --mode a", "--mode: does not go with --exact"),
        ("frontier p.json --sheet S", "--sheet: does not go with a plan"),
    ],
)
def test_an_option_that_would_be_left_aside_is_refused(words: str, told: str, capsys: Capture) -> None:
    """No file of these is there: what goes together is looked at before anything is read."""
    assert run(words.split()) == WRONG
    assert told in " ".join(capsys.readouterr().err.split())


def test_what_is_read_as_evenhand_wrote_it_takes_no_option_of_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A plan is no table: --job and --sheet say nothing of it, and --json prints what is asked."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("name\nAda\nBen\n")
    words = "people.csv --weeks 4 --start 2026-01-05 --method quota --out r.json"
    assert run(["rota", *words.split()]) == 0
    assert run(["publish", "r.json", "--ledger", "l.json"]) == 0
    capsys.readouterr()
    for line, told in (
        ("check r.json --job rota", "--job: 'rota' means nothing without a table"),
        ("check r.json --sheet S", "--sheet: 'S' means nothing without a table"),
        ("audit r.json --people people.csv", "--people: 'people.csv' is in the plan already"),
        ("audit r.json --sheet S", "--sheet: 'S' is in the plan already"),
        ("audit l.json --weeks 2", "--weeks: does not go with a ledger, which has its own"),
        ("rota people.csv --duties people.csv --seats 2", "--seats: '2' means nothing beside duties"),
        ("compare people.csv --duties people.csv --seats 2", "--seats: '2' means nothing beside duties"),
        ("what-if r.json --time-limit 3", "--time-limit: '3.0' means nothing without a change"),
    ):
        assert run(line.split()) == WRONG
        assert told in " ".join(capsys.readouterr().err.split())
    assert run(["measure", "r.json", "--certificate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds"] is True
    assert run(["template", "rota", "--out", "tables", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["table"] == "people"
    assert Path("tables/people.csv").exists()


def test_a_recipe_by_a_method_that_is_none_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Nothing is left of a command that fails: the method is looked at before the recipe is written."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("name\nAda\nBen\n")
    words = "people.csv --weeks 4 --start 2026-01-05 --recipe kept --method nonsense"
    assert run(["rota", *words.split()]) == WRONG
    assert "rota has no method 'nonsense'" in capsys.readouterr().err
    assert not Path("kept").exists()
