"""Recipes: what a command was asked for; ``evenhand run`` makes the same plan of it, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import warm
from evenhand.solver import load, save

DATA = Path(__file__).resolve().parents[2] / "src" / "evenhand" / "data"


def command(folder: Path, *words: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a folder."""
    line = [*warm.program(), *map(str, words)]
    return subprocess.run(line, cwd=folder, input=given, capture_output=True, check=False)


ASKED: dict[str, list[str | Path]] = {
    "fleet": ["allocate", DATA / "fleet"],
    "fleet, a mode of its own": ["allocate", DATA / "fleet", "--mode", "1:150+2:300", "--seed", "4"],
    "fleet, strong": ["allocate", DATA / "fleet", "--lambda", "250", "--week-start", "2026-09-28"],
    "candidates": ["allocate", "candidates.csv", "--pins", "pins.csv", "--target", "2"],
    "candidates, light": ["allocate", "candidates.csv", "--mode", "light"],
    "candidates, other heads": ["allocate", "other.csv", "--map", "Car=item", "--map", "Partner=recipient"],
    "teams": ["teams", DATA / "roster/people.csv", "--teams", "8", "--balance", "gender,office"],
    "teams, more": [
        *("teams", DATA / "roster/people.csv", "--size", "6", "--seed", "9", "--effort", "quick"),
        *("--balance", "gender,office", "--weights", "gender=3", "--rules", "rules.csv", "--max-size", "7"),
    ],
    "teams, standard input": ["teams", "-", "--teams", "3", "--balance", "kind"],
    "rota": ["rota", DATA / "garden"],
    "rota, weeks": [
        *("rota", DATA / "garden/people.csv", "--weeks", "12", "--start", "2026-03-03", "--seats", "2"),
        *("--policy", "ledger", "--rest", "1", "--history", DATA / "garden/history.csv", "--views", "none"),
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with tables of candidates and rules."""
    rows = [f"I{at % 7},R{at % 5},{at * 37 % 100}" for at in range(35)]
    (tmp_path / "candidates.csv").write_text("\n".join(["item,recipient,score", *rows]), "utf-8")
    (tmp_path / "other.csv").write_text(
        "\n".join(["Car;Partner;score", *(r.replace(",", ";") for r in rows)]), "utf-8"
    )
    (tmp_path / "pins.csv").write_text("item,recipient\nI3,R2\n", "utf-8")
    (tmp_path / "rules.csv").write_text("kind,people\napart,Akira Dahl;Goran Zeman\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ASKED)
def test_a_recipe_makes_the_same_bytes(folder: Path, name: str) -> None:
    """Whatever was asked for, the plan's document is the same from the command and from its recipe."""
    given = b"name,kind\n" + b"".join(b"P%d,%d\n" % (at, at % 3) for at in range(20))
    asked = command(folder, *ASKED[name], "--recipe", "kept", "--json", given=given)
    assert asked.returncode == 0, asked.stderr.decode()
    again = command(folder, "run", "kept", "--json")
    assert again.returncode == 0, again.stderr.decode()
    assert again.stdout == asked.stdout
    assert b"wrote kept" in asked.stderr


def test_a_workbook_becomes_tables_of_a_recipe(folder: Path) -> None:
    """A sheet of a workbook is kept as CSV beside the recipe, and gives the same awards."""
    command(folder, "allocate", "candidates.csv", "--out", "plan.json")
    save(load(folder / "plan.json"), folder / "plan.xlsx")
    asked = command(
        folder, "teams", "plan.xlsx", "--sheet", "plan", "--name", "item", "--teams", "2",
        "--balance", "recipient", "--recipe", "kept", "--json",
    )  # fmt: skip
    if asked.returncode:
        pytest.fail(asked.stderr.decode())
    assert (folder / "kept/people.csv").exists()
    again = command(folder, "run", "kept", "--json")
    assert again.returncode == 0, again.stderr.decode()


def test_what_a_recipe_does_not_hold_is_refused(folder: Path) -> None:
    """Options that no recipe holds are named, all at once, before anything is solved or written."""
    command(folder, "allocate", "candidates.csv", "--out", "plan.json")
    asked = command(
        folder, "allocate", "candidates.csv", "--published", "plan.json", "--ledger", "l.json",
        "--recipe", "kept",
    )  # fmt: skip
    assert asked.returncode == 2
    assert b"--ledger" in asked.stderr
    assert b"--published" in asked.stderr
    assert not (folder / "kept").exists()


def test_a_recipe_writes_over_nothing(folder: Path) -> None:
    """Another table of the same name in the folder stays, and is named."""
    (folder / "kept").mkdir()
    (folder / "kept/candidates.csv").write_text("mine", "utf-8")
    asked = command(folder, "allocate", "candidates.csv", "--recipe", "kept")
    assert asked.returncode == 2
    assert b"holds something else" in asked.stderr
    assert (folder / "kept/candidates.csv").read_text("utf-8") == "mine"
    assert not (folder / "kept/recipe.toml").exists()


def test_a_recipe_whose_table_changed_is_refused(folder: Path) -> None:
    """A table that is no longer what the plan was made from is named; without its hash it is planned anew."""
    command(folder, "allocate", "candidates.csv", "--recipe", "kept")
    table = folder / "kept/candidates.csv"
    table.write_text(table.read_text("utf-8") + "\nI9,R9,5\n", "utf-8")
    asked = command(folder, "run", "kept")
    assert asked.returncode == 2
    assert b"is not the file the recipe was made from" in asked.stderr
