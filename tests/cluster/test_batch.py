"""Many rotas and rosters: the same results however they are spread, stopped and started again."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import MAIN, piped
from evenhand.cluster.batch import Task, run_batch
from evenhand.cluster.engine import LostError, Recipe
from evenhand.cluster.processes import ask_each


def gardens(folder: Path, count: int) -> Path:
    """Write that many rotas: folders with people of their own, one of them without anybody."""
    for number in range(count):
        here = folder / "gardens" / f"garden {number:02}"
        here.mkdir(parents=True)
        names = [f"P{number}{place}" for place in range(3 + number % 3)] if number != 1 else []
        (here / "people.csv").write_text("name,joined\n" + "".join(f"{name},2026-01-01\n" for name in names))
    return folder / "gardens"


def rows_of(table: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with table.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def tasks_of(folder: Path) -> list[Task]:
    """Return one task a garden: ten weekly turns."""
    from evenhand.rota import weekly

    return [
        Task(here.name, "rota", {"people": here / "people.csv", "duties": weekly("2026-02-02", 10)}, {})
        for here in sorted(folder.iterdir())
    ]


def test_results_are_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    """One process and three give the same outcomes; a rota without people is a line and stops nobody."""
    tasks = tasks_of(gardens(tmp_path, 7))
    alone = run_batch(tasks, tmp_path / "alone")
    spread = run_batch(tasks, tmp_path / "spread", workers=3)
    assert alone.outcomes == spread.outcomes
    assert [outcome.name for outcome in alone.failed] == ["garden 01"]
    assert len(alone.outcomes[0].columns["date"]) == 10


def test_a_second_start_solves_only_what_is_left(tmp_path: Path) -> None:
    """Done tasks are not solved again; a changed table is, and a line cut off by a kill is too."""
    folder = gardens(tmp_path, 4)
    first = run_batch(tasks_of(folder), tmp_path / "run")
    assert first.known == 0
    journal = tmp_path / "run" / "done.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    (folder / "garden 00" / "people.csv").write_text("name,joined\nAda,2026-01-01\n")
    told: list[tuple[int, int]] = []
    second = run_batch(
        tasks_of(folder), tmp_path / "run", tell=lambda done, every: told.append((done, every))
    )
    assert (second.known, told) == (2, [(3, 4), (4, 4)])
    assert second.outcomes[1:] == first.outcomes[1:]
    assert set(second.outcomes[0].columns["name"]) == {"Ada"}


def test_a_task_that_ends_its_process_is_an_error_line(tmp_path: Path) -> None:
    """Killed again and again, a task becomes an error; the others are solved."""
    script = (
        ""
        "from evenhand.cluster.processes import ask_each\n"
        "from evenhand.cluster.engine import Recipe\n"
        "if __name__ == '__main__':\n"
        "    answers = dict(ask_each(Recipe('cluster.counting:Fragile'), 'double', [1, 2, 3, 4, 5], 2))\n"
        "    print([answers[place] if isinstance(answers[place], int) else 'lost' for place in range(5)])\n"
    )
    file = tmp_path / "script.py"
    file.write_text(script)
    tests = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, str(file)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": tests},
        check=True,
    )
    assert done.stdout.strip() == "[2, 4, 'lost', 8, 10]"


def test_a_question_that_hangs_its_worker_is_given_up_and_the_rest_goes_on() -> None:
    """Asked twice, each time without any processor time, it counts as lost; all others are answered."""
    answers = dict(ask_each(Recipe("cluster.counting:Sleepy"), "double", [1, 2, 3, 4, 5], 2, stalled=3.0))
    assert isinstance(answers.pop(2), LostError)
    assert answers == {0: 2, 1: 4, 3: 8, 4: 10}


def test_many_rotas_from_the_shell(tmp_path: Path) -> None:
    """A folder of gardens becomes a table of turns and one of results; a second start keeps what is done."""
    gardens(tmp_path, 3)
    asked = ("rota", "gardens", "--many", "--weeks", "4", "--start", "2026-02-02", "--workers", "2")
    first = piped(tmp_path, *asked, "--out", "plans")
    assert first.returncode == 0, first.stderr
    assert first.stdout.decode().startswith("2 of 3 groups are planned.")
    assert "garden 01: " in first.stderr.decode()
    rows = rows_of(tmp_path / "plans" / "plans.csv")
    assert [row["group"] for row in rows] == ["garden 00"] * 4 + ["garden 02"] * 4
    results = (tmp_path / "plans" / "results.csv").read_bytes()
    again = piped(tmp_path, *asked, "--out", "plans")
    assert "3 of them were done before" in again.stdout.decode()
    assert (tmp_path / "plans" / "results.csv").read_bytes() == results


def test_many_classes_from_the_shell(tmp_path: Path) -> None:
    """A folder of class lists becomes one table of teams, a class each named after its file."""
    (tmp_path / "classes").mkdir()
    for name in ("7a", "7b"):
        pupils = "".join(f"{name} {letter},{letter in 'ace'}\n" for letter in "abcdef")
        (tmp_path / "classes" / f"{name}.csv").write_text("name,choir\n" + pupils)
    done = piped(tmp_path, "teams", "classes", "--many", "--teams", "3")
    assert done.returncode == 0, done.stderr
    rows = rows_of(tmp_path / "classes-plans" / "plans.csv")
    assert [row["group"] for row in rows] == ["7a"] * 6 + ["7b"] * 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("people.csv", "--many"), "is not a folder"),
        (("empty", "--many"), "holds nothing to plan"),
        (("full", "--many", "--out", "plan.json"), "names a folder for the results"),
        (("full", "--many"), "is the name of 2 groups"),
    ],
)
def test_what_is_no_folder_of_groups_is_said(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """A file, an empty folder, a file as --out and two groups of one name get a sentence and exit code 2."""
    (tmp_path / "people.csv").write_text("name\nAda\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.csv").write_text("name\nAda\n")
    (tmp_path / "full" / "a.tsv").write_text("name\nAda\n")
    done = piped(tmp_path, "teams", *words, "--teams", "2")
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_killed_batch_goes_on_where_it_was(tmp_path: Path) -> None:
    """Kill -9 of the driver in the middle loses no line that was whole, and the end result is the same."""
    folder = gardens(tmp_path, 60)
    whole = run_batch(tasks_of(folder), tmp_path / "whole")
    command = [*MAIN, "rota", "gardens", "--many", "--weeks", "10", "--start", "2026-02-02", "--out", "run"]
    driver = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = tmp_path / "run" / "done.jsonl"
    while driver.poll() is None and not (journal.exists() and journal.stat().st_size):
        pass
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    done = piped(tmp_path, *command[len(MAIN) :])
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["name"] for line in lines) == [outcome.name for outcome in whole.outcomes]
    assert {line["name"]: line["columns"] for line in lines} == {o.name: o.columns for o in whole.outcomes}


def test_a_changed_table_is_planned_anew_and_notes_are_kept(tmp_path: Path) -> None:
    """A group whose table changed is solved again, in another process too; its notes stand in the results."""
    folder = gardens(tmp_path, 3)
    asked = ("rota", "gardens", "--many", "--weeks", "4", "--start", "2026-02-02", "--out", "plans")
    assert piped(tmp_path, *asked, PYTHONHASHSEED="1").returncode == 0
    again = piped(tmp_path, *asked, PYTHONHASHSEED="2")
    assert b"3 of them were done before" in again.stdout
    (folder / "garden 00" / "people.csv").write_text("name,joined,nickname\nZoe,2026-01-01,Z\n")
    changed = piped(tmp_path, *asked)
    assert b"2 of them were done before" in changed.stdout
    names = {row["name"] for row in rows_of(tmp_path / "plans" / "plans.csv") if row["group"] == "garden 00"}
    assert names == {"Zoe"}
    notes = {row["group"]: row["notes"] for row in rows_of(tmp_path / "plans" / "results.csv")}
    assert "nickname" in notes["garden 00"]
    assert b"have notes; see" in changed.stderr


def test_a_head_that_stands_in_no_table_is_refused(tmp_path: Path) -> None:
    """--map of a head that no group has is an error; a true one maps it in every group."""
    gardens(tmp_path, 3)
    for table in (tmp_path / "gardens").rglob("people.csv"):
        table.write_text(table.read_text().replace("name,", "Gardener,"))
    asked = ("rota", "gardens", "--many", "--weeks", "4", "--start", "2026-02-02", "--workers", "2")
    wrong = piped(tmp_path, *asked, "--map", "Nom=name")
    assert wrong.returncode == 2
    assert b"--map: 'Nom=name' is not a column of the tables that were read." in wrong.stderr
    done = piped(tmp_path, *asked, "--map", "Gardener=name")
    assert b"2 of 3 groups are planned." in done.stdout
