"""`evenhand simulate` plays policies over years, says what was played, and keeps what is done."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from cli.running import MAIN, Terminal
from evenhand.cli.app import DONE, WRONG, run

SMALL = ["simulate", "--people", "4,6", "--years", "3", "--policies", "rate,ledger"]


def test_policies_stand_below_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for each number of people and policy, on the screen, as JSON, table and workbook."""
    monkeypatch.chdir(tmp_path)
    assert run([*SMALL, "--out", "runs.csv", "--out", "runs.xlsx"]) == DONE
    shown = capsys.readouterr().out
    assert "largest spread" in shown
    assert run([*SMALL, "--json"]) == DONE
    rows = json.loads(capsys.readouterr().out)
    names = [(row["people"], row["policy"]) for row in rows]
    assert names == [(4, "rate"), (4, "ledger"), (6, "rate"), (6, "ledger")]
    assert (tmp_path / "runs.csv").read_text(encoding="utf-8").startswith("people,policy,")
    assert (tmp_path / "runs.xlsx").read_bytes()[:2] == b"PK"


def test_what_cannot_be_played_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown policies, no people and unknown endings are said before anything is played."""
    assert run(["simulate", "--policies", "fair"]) == WRONG
    assert "'fair' is not a policy" in capsys.readouterr().err
    assert run(["simulate", "--people", "none"]) == WRONG
    assert "--people: 'none' is not a whole number" in capsys.readouterr().err
    assert run(["simulate", "--out", "runs.docx"]) == WRONG
    assert "End it in one of .csv" in capsys.readouterr().err


def test_ctrl_c_keeps_what_is_played(tmp_path: Path) -> None:
    """What was played by then is shown, and said to be a part; the terminal shows how far it is."""
    ask = [*MAIN, "simulate", "--people", "4,200", "--years", "60", "--policies", "rate,ledger"]
    terminal = Terminal(tmp_path, ask)
    terminal.read("200 people under")
    os.kill(terminal.process.pid, signal.SIGINT)
    assert terminal.end() == DONE
    assert "of 4 were played" in terminal.text
    assert "largest spread" in terminal.text
