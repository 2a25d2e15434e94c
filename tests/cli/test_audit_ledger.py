"""``evenhand audit`` of a ledger: who is owed what, as booked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evenhand.cli.app import DONE, run

TEAM = "name,joined,left\nAda,2025-01-01,\nBen,2025-01-01,\nCem,2025-01-01,2026-02-14\n"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a folder with ten published weeks, of which Cem left in the middle."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(TEAM)
    rota = ["rota", "people.csv", "--weeks", "10", "--start", "2026-01-05", "--policy", "ledger"]
    assert run([*rota, "--out", "plan.json", "--out", "plan.csv"]) == 0
    assert run(["publish", "plan.json", "--ledger", "led.json"]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_ledger_says_who_is_owed_what(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Turns served and owed are those of the ledger's own balances, who left stands apart."""
    assert run(["audit", "led.json"]) == 0
    shown = capsys.readouterr().out
    assert "Who is owed what" in shown
    assert "Cem left" in shown
    assert run(["audit", "led.json", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    document = json.loads((book / "led.json").read_text())["ledger"]
    lag: dict[str, int] = {}
    for entry in document["entries"]:
        lag[entry[3]] = lag.get(entry[3], 0) + entry[4] - entry[5]
    assert [row["name"] for row in told["members"]] == ["Ada", "Ben"]
    for row in told["members"]:
        assert row["owed"] == pytest.approx(lag[row["name"]] / document["ticks"])
        assert row["served"] == (book / "plan.csv").read_text().count(f",{row['name']},")
    assert list(told["left"]) == ["Cem"]


def test_a_ledger_beside_a_schedule_is_refused(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Turns in both would count twice: the way out is named; so are options that a ledger has no use for."""
    assert run(["audit", "plan.csv", "--people", "people.csv", "--ledger", "led.json"]) == 2
    assert "would count twice. Give the ledger alone (evenhand audit led.json)" in capsys.readouterr().err
    assert run(["audit", "led.json", "--people", "people.csv", "--weeks", "3"]) == 2
    refused = capsys.readouterr().err
    assert "--people: does not go with a ledger" in refused
    assert "--weeks: does not go with a ledger" in refused
    (book / "wishes.json").write_text((book / "led.json").read_text().replace('"turns"', '"wishes"'))
    assert run(["audit", "wishes.json"]) == 2


def test_what_rounds_to_nothing_is_no_debt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three turns for three people leave everybody even, and nobody is "-0.0 ahead"."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("name\nAda\nBen\nCem\n")
    rota = ["rota", "people.csv", "--weeks", "3", "--start", "2026-01-05", "--out", "plan.json"]
    assert run([*rota, "--policy", "ledger"]) == 0
    assert run(["publish", "plan.json", "--ledger", "led.json"]) == 0
    capsys.readouterr()
    assert run(["audit", "led.json"]) == 0
    shown = capsys.readouterr().out
    assert "Everybody has served what was due." in shown
    assert "-0.0" not in shown


def test_before_the_first_turn_nobody_has_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan is audited before its first turn too, and an even ledger is said to be even, without -0.0."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("name\nAda\nBen\n")
    Path("history.csv").write_text("date,name\n2025-12-22,Ada\n2025-12-29,Ben\n")
    rota = ["rota", "people.csv", "--weeks", "2", "--start", "2026-01-05", "--history", "history.csv"]
    assert run([*rota, "--out", "plan.json"]) == 0
    capsys.readouterr()
    assert run(["audit", "plan.json", "--today", "2026-01-01"]) == 0
    assert "Nobody has served yet." in capsys.readouterr().out
    assert run(["publish", "plan.json", "--ledger", "led.json"]) == 0
    capsys.readouterr()
    assert run(["audit", "led.json"]) == 0
    assert "Everybody has served what was due." in capsys.readouterr().out


def test_a_headline_singles_out_nobody_of_several_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ada and Ben served five turns each of twelve, Cem and Dea one: all four stand in the first line."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(
        "name,joined\nAda,2024-01-01\nBen,2024-01-01\nCem,2024-01-01\nDea,2024-01-01\n"
    )
    names = [*["Ada", "Ben"] * 5, "Cem", "Dea"]
    days = [f"2024-{month:02}-03,{name}" for month, name in enumerate(names, 1)]
    Path("done.csv").write_text("date,name\n" + "\n".join(days) + "\n")
    assert run(["audit", "done.csv", "--people", "people.csv", "--today", "2025-01-01"]) == DONE
    assert "Cem and Dea are owed 2.0 turns, Ada and Ben are ahead by 2.0." in capsys.readouterr().out
