"""`evenhand rota` from a table, a folder, with all its options, and the published figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import DATA
from evenhand.cli.app import DONE, WRONG, run

GARDEN = DATA / "garden"
WEEKLY = ["--weeks", "10", "--seats", "2", "--start", "2026-01-27"]
PEOPLE = "name,joined\nAda,2025-01-01\nBen,2025-01-01\nCem,2025-01-01\nDea,2025-01-01\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with four people, as the working folder."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = DONE) -> str:
    """Run a command, hold its exit code, and return stdout if done, else stderr."""
    assert run(list(arguments)) == code, capsys.readouterr()
    captured = capsys.readouterr()
    return captured.out if code == DONE else captured.err


def column(path: Path, at: int) -> list[str]:
    """Return a column of a table without its head."""
    return [line.split(",")[at] for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def test_the_founding_case(capsys: pytest.CaptureFixture[str]) -> None:
    """Under rate 11/11/10/3 with a CV of 5.2%, under ledger 10/10/10/5 with lag 0 for all four."""
    rows = json.loads(said(capsys, "compare", str(GARDEN), "--policies", "rate,ledger", "--json"))
    assert [row["Turns"] for row in rows] == ["11/11/10/3", "10/10/10/5"]
    assert round(rows[0]["CV a day"], 3) == 0.052
    assert rows[1]["Spread"] == 0


def test_a_folder_or_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """The folder's duties, or weekly slots instead of them, or each table named: all give the same plan."""
    whole = said(capsys, "rota", str(GARDEN))
    weekly = said(capsys, "rota", str(GARDEN), *WEEKLY)
    named = said(
        capsys, "rota", str(GARDEN / "people.csv"), "--history", str(GARDEN / "history.csv"),
        "--duties", str(GARDEN / "duties.csv"),
    )  # fmt: skip
    assert whole == named
    # Only the duty's name is missing from slots made of --weeks.
    assert whole.replace("watering turn", "turn") == weekly
    assert "Neu" in whole


def test_rest_and_holidays_reach_the_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rest keeps turns apart, and a holiday counts as many turns as asked for."""
    ask = ["rota", "people.csv", "--weeks", "6", "--start", "2026-03-02", "--policy", "ledger"]
    said(capsys, *ask, "--rest", "2", "--rest-days", "7", "--out", "plan.csv")
    names = [
        line.split(",")[4] for line in (folder / "plan.csv").read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert all(name not in names[at + 1 : at + 3] for at, name in enumerate(names))
    said(capsys, *ask, "--holidays", "NO", "--holiday-load", "2", "--out", "plan.csv")
    loads = [
        line.split(",")[6] for line in (folder / "plan.csv").read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert set(loads) == {"1", "2"}


def test_what_is_missing_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Weeks, start and seats are each asked for with an example."""
    text = said(capsys, "rota", "people.csv", "--seats", "0", code=WRONG)
    assert "--weeks: is missing" in text
    assert "--start: is missing" in text
    assert "--seats: '0' is not a number of seats" in text
    assert "'0' is not a number of weeks" in said(capsys, "rota", "people.csv", "--weeks", "0", code=WRONG)


def test_weeks_beside_duties_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Two sources of when turns are cannot both hold."""
    duties = str(GARDEN / "duties.csv")
    text = said(capsys, "rota", "people.csv", "--duties", duties, *WEEKLY, code=WRONG)
    assert "Leave --weeks and --start out" in text


def test_a_folder_without_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that holds no people is refused by name."""
    (tmp_path / "empty").mkdir()
    assert "people.csv: is not in the folder empty" in said(capsys, "rota", "empty", *WEEKLY, code=WRONG)
