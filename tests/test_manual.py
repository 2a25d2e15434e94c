"""The manual is under test: whatever a user can name stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evenhand.cli.app import COMMANDS, app_of
from evenhand.core import errors
from evenhand.jobs import JOBS, job_named
from evenhand.measures import MEASURES
from evenhand.rota.problem.policies import POLICIES

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path: path.read_text(encoding="utf-8")
    for path in sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
}
ALL = "\n".join(PAGES.values())
METHODS = [(job, method) for job in JOBS for method in job_named(job).methods]
ERRORS = [name for name in errors.__all__ if name.endswith("Error")]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def standing(word: str) -> bool:
    """Whether a word stands in the manual as code."""
    return re.search(rf"`{re.escape(word)}`", ALL) is not None


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_manual(command: str) -> None:
    """Each command has a section of its own in the reference, with an example."""
    page = PAGES[ROOT / "docs" / "reference" / "commands.md"]
    assert f"\n## evenhand {command}\n" in page
    section = page.split(f"\n## evenhand {command}\n")[1].split("\n## ")[0]
    assert f"$ evenhand {command}" in section


def test_every_option_stands_in_the_manual() -> None:
    """Each option of each command is written in the command's section."""
    import typer.main

    page = PAGES[ROOT / "docs" / "reference" / "commands.md"]
    group = typer.main.get_command(app_of(*COMMANDS))
    missing = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        section = page.split(f"\n## evenhand {name}\n")[1].split("\n## ")[0]
        options = {option for param in command.params for option in param.opts if option.startswith("--")}
        missing += [f"{name} {option}" for option in sorted(options) if f"`{option}" not in section]
    assert missing == []


@pytest.mark.parametrize(("job", "method"), METHODS)
def test_every_method_stands_in_the_manual(job: str, method: str) -> None:
    """Each method of each job is named."""
    assert standing(method), f"{job} has a method {method} that the manual does not know"


@pytest.mark.parametrize("measure", list(MEASURES))
def test_every_measure_stands_in_the_manual(measure: str) -> None:
    """Each measure is named with its title."""
    assert standing(measure) or MEASURES[measure].title in ALL


@pytest.mark.parametrize("policy", list(POLICIES))
def test_every_policy_stands_in_the_manual(policy: str) -> None:
    """Each policy of the rota is named."""
    assert standing(policy)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_stands_in_the_manual(error: str) -> None:
    """Each class of error is named."""
    assert standing(error)


@pytest.mark.parametrize("path", list(PAGES), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Every link to another page leads to a file that is there."""
    links = [
        link for link in LINK.findall(PAGES[path]) if "://" not in link and not link.startswith("mailto:")
    ]
    assert [link for link in links if not (path.parent / link).exists()] == []
