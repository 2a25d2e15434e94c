"""The demo shows all three jobs, and every example of the help works as pasted into an empty folder."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

import warm
from cli.running import DATA, MAIN, Terminal, piped
from evenhand.cli import bundled
from evenhand.cli.app import COMMANDS, DONE, WRONG, app_of, run

NAMES = [
    command.callback.__name__.replace("_", "-")
    for command in app_of(*COMMANDS).registered_commands
    if command.callback
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what the demo prints into a pipe, from an empty folder."""
    folder = tmp_path_factory.mktemp("demo")
    done = piped(folder, "demo")
    assert done.returncode == DONE, done.stderr
    assert list(folder.iterdir()) == []
    return done.stdout.decode()


def pasted(folder: Path, lines: list[str]) -> subprocess.CompletedProcess[str]:
    """Run lines as a person who pastes them would, with evenhand on the path."""
    command = f'evenhand() {{ {shlex.join(warm.program())} "$@"; }}'
    script = "\n".join(["set -e", command, *lines])
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_demo_tells_each_job(shown: str) -> None:
    """For each job: the plan in short, its headline, others beside it, one explanation, what next."""
    parts = re.split(r"\n=+\n", shown)[1:]
    assert len(parts) == 3
    for part in parts:
        assert "Side by side" in part
        assert re.search(r"^Why .+\? .+", part, re.MULTILINE)
        assert "Time: tables " in part
        assert "Try next:\n  evenhand demo --tables demo-out\n  evenhand " in part
    assert "Fairness: λ=200+400 • " in parts[0]
    assert "75 cars handed out. 48 of 195 partners got one or two. Proven best." in parts[0]
    assert "balance" in parts[1]


def test_the_demo_says_the_same_twice_but_for_times(shown: str, tmp_path: Path) -> None:
    """Another run under another hash seed prints the same, times aside."""
    again = piped(tmp_path, "demo", PYTHONHASHSEED="99").stdout.decode()

    def timeless(text: str) -> str:
        return re.sub(r"Time: .*", "", text)

    assert timeless(again) == timeless(shown)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_demo_fits_a_terminal(tmp_path: Path, columns: int) -> None:
    """At 80 and at 120 columns no line is wider than the terminal."""
    terminal = Terminal(tmp_path, [*MAIN, "demo"], columns)
    assert terminal.end() == DONE
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.text)
    assert max(len(line) for line in plain.splitlines()) <= columns


def test_what_the_demo_names_next_works_as_pasted(shown: str, tmp_path: Path) -> None:
    """The commands under "Try next" run from an empty folder."""
    lines = [line.strip() for line in re.findall(r"^  evenhand (?!serve).*$", shown, re.MULTILINE)]
    assert len(lines) >= 4
    done = pasted(tmp_path, lines)
    assert done.returncode == DONE, done.stderr


@pytest.mark.parametrize("name", [name for name in NAMES if name != "serve"])  # serves until it is stopped
def test_every_help_example_works_as_pasted(name: str, tmp_path: Path) -> None:
    """What the help shows last can be pasted into an empty folder and works."""
    text = piped(tmp_path, name, "--help").stdout.decode()
    lines = [line.strip() for line in text.split("Example:\n")[1].splitlines() if line.strip()]
    assert lines
    done = pasted(tmp_path, lines)
    assert done.returncode == DONE, done.stderr


def test_bundled_tables_are_written_and_never_over_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All tables come out as they are; again is fine; a file that differs is left alone, and said."""
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--tables", "out"]) == DONE
    assert run(["demo", "--tables", "out"]) == DONE
    for name in bundled.FOLDERS:
        for file in (DATA / name).glob("*.csv"):
            assert (tmp_path / "out" / name / file.name).read_bytes() == file.read_bytes()
    mine = tmp_path / "out" / "roster" / "people.csv"
    mine.write_text("mine", encoding="utf-8")
    assert run(["demo", "--tables", "out"]) == WRONG
    assert "nothing is written over" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == "mine"
    assert run(["demo", "--tables", str(mine)]) == WRONG
    assert run(["demo", "--tables", str(mine / "in")]) == WRONG
