"""People who join, leave, come back and change their share, as tables have them; and the nearer policy."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from evenhand.cli.app import DONE, run

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def turns(path: str) -> list[tuple[str, str]]:
    """Return (day, name) of each turn of a saved plan."""
    columns = json.loads(Path(path).read_text())["columns"]
    return list(zip(columns["date"], columns["name"], strict=True))


def plan(*more: str) -> int:
    """Plan twenty weeks under a ledger."""
    words = ["--weeks", "20", "--start", "2026-01-12", "--policy", "ledger", "--rows", "0"]
    return run(["rota", "people.csv", *words, *more])


@pytest.mark.parametrize("heads", [("joins", "leaves"), ("joined", "left"), ("Eintritt", "Austritt")])
def test_people_serve_between_joining_and_leaving_and_again_when_they_come_back(
    heads: tuple[str, str], capsys: Capture
) -> None:
    """Ben leaves, Cem joins, Dea comes back: each serves in their own time alone, whatever the heads are."""
    rows = ["Ada,2020-01-01,", "Ben,2020-01-01,2026-03-01", "Cem,2026-02-02,"]
    rows += ["Dea,2020-01-01,2025-06-30", "Dea,2026-03-30,"]
    Path("people.csv").write_text("\n".join([f"name,{heads[0]},{heads[1]}", *rows, ""]), encoding="utf-8")
    assert plan("--out", "a.json") == DONE
    served = {name: [day for day, who in turns("a.json") if who == name] for name in ("Ben", "Cem", "Dea")}
    assert max(served["Ben"]) < "2026-03-01"
    assert min(served["Cem"]) >= "2026-02-02"
    assert min(served["Dea"]) >= "2026-03-30"
    assert run(["check", "people.csv"]) == DONE
    assert "Fits a rota" in capsys.readouterr().out


def test_a_slip_in_a_head_is_said(capsys: Capture) -> None:
    """A column that is nearly "leaves" is not read, and the plan says so."""
    Path("people.csv").write_text("name,levaes\nAda,\nBen,2026-02-01\n", encoding="utf-8")
    assert plan() == DONE
    assert "levaes" in (said := capsys.readouterr().err)
    assert "Did you mean leaves?" in said


def test_a_share_that_changes_on_a_day_is_split_at_that_day(capsys: Capture) -> None:
    """Ada goes half time on 2 March: the plan says until when to plan, and on from there she has half."""
    people = "name,from,weight\nAda,2020-01-01,2\nAda,2026-03-02,1\nBen,2020-01-01,1\n"
    Path("people.csv").write_text(people, encoding="utf-8")
    assert plan() == DONE
    assert "'Ada' changes weight to 1 on 2026-03-02, inside this plan" in capsys.readouterr().err
    words = ["rota", "people.csv", "--policy", "ledger", "--rows", "0"]
    assert run([*words, "--weeks", "6", "--start", "2026-01-19", "--out", "a.json"]) == DONE
    assert run(["publish", "a.json", "--ledger", "book.json"]) == DONE
    assert "changes weight" not in capsys.readouterr().err
    ledger = ["--ledger", "book.json", "--out", "b.json"]
    assert run([*words, "--weeks", "6", "--start", "2026-03-02", *ledger]) == DONE
    for path, ada in (("a.json", 4), ("b.json", 3)):
        assert sum(who == "Ada" for _, who in turns(path)) == ada


def test_every_command_that_plans_names_the_policy_that_keeps_everybody_nearer(capsys: Capture) -> None:
    """`rota`, `run` and the workspace's `plan` print the same line about the nearer policy."""
    people = "name,joined\nAda,2020-01-01\nBen,2020-01-01\nCem,2020-01-01\nNeu,2026-01-05\n"
    Path("people.csv").write_text(people, encoding="utf-8")
    days = [f"2025-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 8, 15, 22)]
    history = "".join(f"{day},{('Ada', 'Ben', 'Cem')[number % 3]}\n" for number, day in enumerate(days))
    Path("history.csv").write_text("date,name\n" + history, encoding="utf-8")
    words = ["--weeks", "20", "--start", "2026-01-12", "--rows", "0", "--recipe", "kept"]
    assert run(["rota", ".", *words]) == DONE
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Policy ledger")]
    assert "turns off" in line
    for command in (["run", "kept"], ["plan", "work.db", "--recipe", "kept/recipe.toml"]):
        assert run(command) == DONE
        assert line in capsys.readouterr().out.splitlines()


def test_a_calendar_given_as_days_to_skip_is_not_called_unread(capsys: Capture) -> None:
    """A file of the folder that an option reads is none that was not read; another one still is."""
    Path("people.csv").write_text("name\nAda\nBen\n", encoding="utf-8")
    event = "BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260119\nDTEND;VALUE=DATE:20260126\nSUMMARY:School\n"
    calendar = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}END:VEVENT\nEND:VCALENDAR\n"
    for name in ("school.ics", "other.csv"):
        Path(name).write_text(calendar if name == "school.ics" else "a,b\n1,2\n", encoding="utf-8")
    Path("duties.csv").write_text("name,start,every,count\nkitchen,2026-01-05,week,4\n", encoding="utf-8")
    assert run(["rota", ".", "--skip", "school.ics", "--out", "p.json"]) == DONE
    said = capsys.readouterr().err
    assert "other.csv" in said
    assert "school.ics" not in said
    assert "2026-01-19" not in [day for day, _ in turns("p.json")]


def test_a_rota_with_rules_ends_by_itself_and_says_so(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With rules and no --time-limit the search has one of its own; where that ends it, it is said."""
    from evenhand.cli import rota

    (folder / "people.csv").write_text("name\n" + "\n".join(f"P{number:02}" for number in range(30)))
    assert plan("--rest", "2", "--seats", "3") == DONE
    assert "as no --time-limit was given" not in capsys.readouterr().err
    monkeypatch.setattr(rota, "PATIENCE", 0)
    assert plan("--rest", "2", "--seats", "3") == DONE
    assert "ended after 0 seconds, as no --time-limit was given" in capsys.readouterr().err
    assert plan("--rest", "2", "--seats", "3", "--time-limit", "0") == DONE
    assert "as no --time-limit was given" not in capsys.readouterr().err


def test_times_of_several_zones_are_said_to_be_local(capsys: Capture) -> None:
    """The night on which clocks go forward is an hour shorter; table and file say whose clock counts."""
    Path("people.csv").write_text("name\nAnn\nBea\nKei\nLin\n", encoding="utf-8")
    Path("duties.csv").write_text(
        "name,start,every,count,at,hours,timezone\noslo,2026-03-28,day,2,22:00,8,Europe/Oslo\n"
        "boston,2026-03-28,day,2,17:00,8,America/New_York\n",
        encoding="utf-8",
    )
    words = ["--policy", "ledger", "--rest-hours", "11", "--out", "p.csv"]
    assert run(["rota", "people.csv", "--duties", "duties.csv", *words]) == DONE
    assert "times are local: boston in America/New_York, oslo in Europe/Oslo" in capsys.readouterr().out
    rows = list(csv.DictReader(Path("p.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["timezone"], row["hours"]) for row in rows if row["duty"] == "oslo"] == [
        ("Europe/Oslo", "7"), ("Europe/Oslo", "8")
    ]  # fmt: skip
