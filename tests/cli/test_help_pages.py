"""Help pages: commands by what a person wants, options in groups, and the values an option takes."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer.main

from evenhand.cli.app import COMMANDS, app_of
from evenhand.cli.fairness import MODES
from evenhand.cli.help_pages import GROUPS, SECTIONS, VALUES
from evenhand.jobs import job_named
from evenhand.rota.problem.policies import POLICIES


def test_the_values_shown_are_those_that_are_known() -> None:
    """Policies, modes and methods stand in the help as the code knows them."""
    assert VALUES["--policy"][""] == tuple(POLICIES)
    assert VALUES["--mode"][""][:-1] == MODES
    for command, job in (("allocate", "allocation"), ("teams", "teams"), ("rota", "rota")):
        assert VALUES["--method"][command] == ("auto", *job_named(job).methods)


def test_every_command_stands_in_one_section() -> None:
    """No command is forgotten, none stands twice, and none is named that is not there."""
    group = typer.main.get_command(app_of(*COMMANDS))
    named = [name for names in SECTIONS.values() for name in names]
    assert sorted(named) == sorted(group.commands)  # type: ignore[attr-defined]


def test_every_grouped_option_is_one_that_a_command_has() -> None:
    """A group names no option that is gone."""
    group = typer.main.get_command(app_of(*COMMANDS))
    commands = group.commands.values()  # type: ignore[attr-defined]
    known = {name for command in commands for option in command.params for name in option.opts} | {"--help"}
    assert {name for names in GROUPS.values() for name in names} <= known


@pytest.mark.parametrize("command", ["", "rota", "allocate"])
def test_help_is_shown_in_groups_and_loads_no_solver(command: str) -> None:
    """The page of a command has its sections, and writing it loads neither numpy nor a solver."""
    script = (
        "import sys; from evenhand.cli.app import run; run(sys.argv[1:]);"
        "print(sorted({'numpy', 'highspy', 'rich', 'jinja2'} & set(sys.modules)))"
    )
    words = [*([command] if command else []), "--help"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for title in ("Make a plan:",) if not command else ("Tables:", "Search:", "Result:"):
        assert title in done.stdout
    if command == "rota":
        assert "One of rate, rate-hybrid," in " ".join(done.stdout.split())
        assert "--method [auto|online|" in done.stdout
