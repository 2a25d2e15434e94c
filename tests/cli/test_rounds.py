"""`evenhand rounds` makes teams several times so that few meet twice."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from cli.running import DATA
from evenhand.cli.app import DONE, WRONG, run
from evenhand.tables import Given, read

ROSTER = str(DATA / "roster" / "people.csv")


def met_twice(rows: list[dict[str, str]]) -> int:
    """Count pairs that meet more than once, from the rows alone."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row["round"], row["team"]), []).append(row["person"])
    pairs = [pair for people in groups.values() for pair in combinations(sorted(people), 2)]
    return len(pairs) - len(set(pairs))


@pytest.mark.parametrize(("rounds", "more"), [("15", []), ("3", ["--balance", "gender,office"])])
def test_nobody_meets_twice(rounds: str, more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Fifteen rounds of 100 people in 20 teams, and three balanced ones, repeat no pair."""
    assert run(["rounds", ROSTER, "--teams", "20", "--rounds", rounds, *more, "--json"]) == DONE
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 100 * int(rounds)
    assert met_twice(rows) == 0


def test_rounds_are_shown_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each round and team on the screen, a row for each round and person in the files."""
    monkeypatch.chdir(tmp_path)
    assert run(["rounds", ROSTER, "--size", "5", "--rounds", "2", "-o", "r.csv", "-o", "r.xlsx"]) == DONE
    assert "2 rounds of 20 teams. 0 pairs meet again." in capsys.readouterr().out
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 201
    assert (tmp_path / "r.xlsx").read_bytes()[:2] == b"PK"


def test_tables_say_who_sits_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --tables everybody's tables stand in a row, on the screen and in the workbook's second sheet."""
    words = [
        "--size",
        "5",
        "--rounds",
        "1",
        "--tables",
        "--balance",
        "gender",
        "-o",
        str(tmp_path / "r.xlsx"),
    ]
    assert run(["rounds", ROSTER, *words]) == DONE
    said = capsys.readouterr().out
    assert "1 round of 20 teams. 0 pairs meet again. Evenness 100.0%" in said
    assert "Who sits where" in said
    seats = read(Given(tmp_path / "r.xlsx", sheet="people"))
    assert len(seats) == 100
    assert set(seats.columns["round 1"]) == {f"Table {at}" for at in range(1, 21)}


def test_no_rounds_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A number of rounds below 1 is said."""
    assert run(["rounds", ROSTER, "--teams", "20", "--rounds", "0"]) == WRONG
    assert "--rounds: '0' is not a number of rounds" in capsys.readouterr().err


def people_of(path: Path) -> str:
    """Write sixty made-up people and return the file's name."""
    lines = [f"Person {who:02d},{'fm'[who % 7 % 2]},{('A1', 'A2', 'B1')[who % 5 % 3]}" for who in range(60)]
    path.write_text("\n".join(["name,gender,level", *lines]), encoding="utf-8")
    return str(path)


def test_balanced_rounds_repeat_nobody_where_nobody_must(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nine rounds of sixty in teams of five, balanced by a column: nobody meets again, each round is even."""
    people = people_of(tmp_path / "people.csv")
    assert run(["rounds", people, "--size", "5", "--rounds", "9", "--balance", "gender"]) == DONE
    told = capsys.readouterr().out
    assert "0 pairs meet again. Evenness 100.0% in the least even round, 100.0% on average." in told
    assert "--first" not in told


def test_the_other_order_of_wishes_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where not both can be had, the plan says what the other would cost, and --first gets it."""
    words = ["rounds", people_of(tmp_path / "people.csv"), "--size", "5", "--rounds", "4"]
    words += ["--balance", "gender,level"]
    assert run([*words, "--json"]) == DONE
    assert met_twice(json.loads(capsys.readouterr().out)) == 0
    assert run([*words, "--first", "new", "--json"]) == DONE
    assert met_twice(json.loads(capsys.readouterr().out)) == 0
    assert run([*words, "--first", "even"]) == DONE
    assert "Evenness 100.0% in the least even round" in capsys.readouterr().out
    assert run([*words, "--first", "both"]) == WRONG
    assert "--first: 'both' is neither new nor even" in capsys.readouterr().err
    assert run(["rounds", ROSTER, "--size", "5", "--first", "new"]) == WRONG
    assert "is only for --balance" in capsys.readouterr().err
