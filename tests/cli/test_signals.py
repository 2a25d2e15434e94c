"""Ctrl-C keeps the best so far, once more leaves at once, and no file is ever left half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import Terminal, piped

CHILD = [sys.executable, str(Path(__file__).with_name("slow_child.py"))]
PEOPLE = "name,gender\nAda,w\nBen,m\nCem,m\nDea,w\n"
ASK = ["teams", "people.csv", "--teams", "2", "--balance", "gender"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with four people."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_keeps_the_best(folder: Path, number: signal.Signals) -> None:
    """The plan so far is shown, saved, and said to be stopped early; the exit code is 0."""
    terminal = Terminal(folder, [*CHILD, *ASK, "--method", "slow", "--out", "plan.json"])
    terminal.read("searching")
    os.kill(terminal.process.pid, number)
    assert terminal.end() == 0
    assert "Stopping with the best so far" in terminal.text
    assert "Stopped early" in terminal.text
    assert b'"cut": true' in (folder / "plan.json").read_bytes()


def test_progress_shows_stage_best_bound_gap_and_time(folder: Path) -> None:
    """After half a second the terminal shows how far the search is, and the line is gone at the end."""
    terminal = Terminal(folder, [*CHILD, *ASK, "--method", "slow", "--time-limit", "1.2"])
    assert terminal.end() == 0
    assert "searching · best 1,000 · bound 900 · gap 10.00% · 0." in terminal.text
    assert terminal.text.rpartition("\x1b[K")[2].strip(), "the plan stands where the line was"


def test_two_signals_leave_at_once_and_write_nothing(folder: Path) -> None:
    """A search that does not listen is left at the second signal with 130, and the folder is as it was."""
    script = "import sys, time, signal\nsys.argv = ['evenhand']\n"
    deaf = folder / "deaf.py"
    deaf.write_text(
        script
        + f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        + "import slow_child, evenhand.teams\n"
        + "from dataclasses import replace\n"
        + "from evenhand.cli import main\n"
        + "def deaf(p, s, l, w):\n    print('deaf', flush=True)\n    time.sleep(60)\n"
        + "more = {'deaf': replace(slow_child.MORE['slow'], name='deaf', run=deaf)}\n"
        + "evenhand.teams.JOB = replace(evenhand.teams.JOB, methods=more)\n"
        + f"main({[*ASK, '--method', 'deaf', '--out', 'plan.csv']!r})\n",
        encoding="utf-8",
    )
    terminal = Terminal(folder, [sys.executable, "deaf.py"])
    terminal.read("deaf")
    os.kill(terminal.process.pid, signal.SIGINT)
    terminal.read("once more")
    os.kill(terminal.process.pid, signal.SIGINT)
    assert terminal.end() == 130
    assert sorted(path.name for path in folder.iterdir()) == ["deaf.py", "people.csv"]


def test_a_signal_before_our_handlers_stand_is_one_line(folder: Path) -> None:
    """Ctrl-C while modules are loaded ends in a line and 130, not in a traceback."""
    script = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from evenhand.cli import main\n"
        "main(['check', 'people.csv'])\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"Stopped.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_without_any_plan_the_signal_is_the_exit_code(folder: Path, number: signal.Signals) -> None:
    """Where nothing was found there is nothing to keep, that is said, and the code is 130, 143 or 129."""
    process = subprocess.Popen(
        [*CHILD, *ASK, "--method", "barren", "--out", "plan.csv"],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stderr is not None
    while b"barren" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (128 + number, b"")
    assert b"before there was a plan; nothing was written" in err
    assert not (folder / "plan.csv").exists()


def test_a_stopped_comparison_shows_what_it_has(folder: Path) -> None:
    """After Ctrl-C no further line is begun, and the lines there are say that they were stopped."""
    ask = ["compare", "people.csv", "--teams", "2", "--balance", "gender", "--methods", "slow,slow"]
    terminal = Terminal(folder, [*CHILD, *ask])
    terminal.read("searching")
    os.kill(terminal.process.pid, signal.SIGINT)
    assert terminal.end() == 0
    assert "Stopped early: some lines are the best found so far." in terminal.text
    assert terminal.text.count("slow") == 1


def test_a_time_limit_without_a_plan_is_nothing_feasible(folder: Path) -> None:
    """A search that found nothing in its time ends with 1 and says so."""
    done = piped(folder, *ASK, "--method", "barren", "--time-limit", "0.1", program=CHILD)
    assert done.returncode == 1
    assert b"nothing feasible was found" in done.stderr


def test_rules_in_conflict_are_named(folder: Path) -> None:
    """What is proven infeasible ends with 1 and prints the rules that cannot all hold."""
    done = piped(folder, *ASK, "--method", "hopeless", "--out", "plan.csv", program=CHILD)
    assert done.returncode == 1
    assert b"  - At least 2 women in each of 10 teams needs 20, there are 17." in done.stderr
    assert not (folder / "plan.csv").exists()


@pytest.mark.parametrize("how", ["plain", "flag", "variable"])
def test_a_slip_of_ours_is_an_apology(folder: Path, how: str) -> None:
    """An unexpected error ends with 3 and a way to report it; the traceback comes only when asked for."""
    more = ["--debug"] if how == "flag" else []
    environment = {"EVENHAND_DEBUG": "1"} if how == "variable" else {"EVENHAND_DEBUG": ""}
    done = piped(folder, *ASK, "--method", "broken", *more, program=CHILD, **environment)
    assert done.returncode == 3
    assert b"Sorry, this is a fault of evenhand" in done.stderr
    assert b"ZeroDivisionError: a slip of ours" in done.stderr
    assert (b"Traceback" in done.stderr) == (how != "plain")
    assert (b"--debug" in done.stderr) == (how == "plain")
