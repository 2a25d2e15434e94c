"""Whatever becomes of the streams, and whatever stands in a name, there is a sentence or silence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import DATA, MAIN, Terminal
from evenhand.cli.app import run
from evenhand.cli.output import seen
from evenhand.tables import write_csv

PEOPLE = str(DATA / "roster" / "people.csv")
FULL = Path("/dev/full")


def shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which $E is the command."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder, text=True, capture_output=True, check=False, timeout=60,
        env={**os.environ, "E": f"{sys.executable} -m evenhand", "P": PEOPLE, **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("$E teams $P --teams 4 --balance gender >&-", 0, ""),
        ("$E teams $P --teams 4 --balance gender 2>&- >/dev/null", 0, ""),
        ("$E teams gone.csv >&- 2>&-", 2, ""),
        ("$E teams - <&- --teams 4", 2, "is empty"),
        ("$E teams $P --teams 4 --balance gender | head -n 1", 0, ""),
        ("$E demo | head -n 1", 0, ""),
    ],
)
def test_closed_streams_lead_to_no_traceback(line: str, code: int, words: str, tmp_path: Path) -> None:
    """A closed stream, or a reader that has seen enough, is silence; exit codes stay as documented."""
    done = shell(line, tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert words in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("what", ["teams $P --teams 4 --balance gender", "--help"])
def test_a_full_disk_is_said(what: str, tmp_path: Path) -> None:
    """Output that cannot be written is a sentence and exit code 2; a full stderr changes nothing."""
    done = shell(f"$E {what} > /dev/full", tmp_path)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert shell(f"$E {what} > /dev/null 2> /dev/full", tmp_path).returncode == 0


@pytest.mark.parametrize("columns", ["0", "x"])
def test_any_width_will_do(columns: str, tmp_path: Path) -> None:
    """COLUMNS of nothing, or of nonsense, breaks neither help nor a plan."""
    for what in ("--help", "teams $P --teams 4 --balance gender --rows 3"):
        done = shell(f"$E {what}", tmp_path, COLUMNS=columns)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_no_name_steers_a_terminal(tmp_path: Path) -> None:
    """Escape codes and turned writing in names never reach a terminal, nor a pipe that is shown later."""
    names = ["Ada\x1b[31mred\x1b[2J", "Bo\x9b31m", "Cy\u202eeduR", "Di\x07\x08\x7f"]
    (tmp_path / "p.csv").write_text(
        "name,office\n" + "".join(f"{name},x{at % 2}\n" for at, name in enumerate(names))
    )
    words = ["teams", "p.csv", "--teams", "2", "--balance", "office"]
    shown = Terminal(tmp_path, [*MAIN, *words])
    text = shown.read()
    assert shown.end() == 0
    piped = shell(f"$E {' '.join(words)}", tmp_path).stdout
    for out in (text, piped):
        assert "\x1b[31m" not in out
        assert "\x1b[2J" not in out
        assert not {"\x9b", "\u202e", "\x07", "\x7f"} & set(out)
        assert "Ada␛[31mred" in out
    done = shell("$E teams p.csv --teams 2 --balance $'\\e[31mx'", tmp_path)
    assert "\x1b" not in done.stderr


def test_a_line_break_in_a_cell_stays_in_its_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A duty or a name of two lines is shown on one, so that the table stays a table."""
    path = tmp_path / "people.csv"
    write_csv({"name": ["Ada\nStein", "Bo"], "office": ["x", "y"]}, path)
    assert run(["teams", str(path), "--teams", "2", "--balance", "office"]) == 0
    assert "Ada Stein" in capsys.readouterr().out


def test_very_long_names_are_planned_and_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of 300 characters are planned; a file name that long is a sentence and exit code 2."""
    monkeypatch.chdir(tmp_path)
    long = "x" * 300
    write_csv({"name": [f"{long}{at}" for at in range(4)], "office": list("abab")}, tmp_path / "p.csv")
    words = ["teams", "p.csv", "--teams", "2", "--balance", "office"]
    assert run([*words, "--out", "p.html", "--out", "p.xlsx", "--out", "p.json"]) == 0
    assert run([*words, "--out", f"{long}.csv"]) == 2
    assert "File name too long" in capsys.readouterr().err
    assert run(["explain", "p.json", "y" * 300]) == 2
    assert run(["teams", f"{long}.csv"]) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--weeks", "500000", "--start", "2026-01-05"], "--weeks: '500000' is more than any rota lasts"),
        (["--weeks", "5", "--start", "9999-12-20"], "reaches beyond the year 9990"),
        (
            ["--weeks", "5", "--start", "05/01/2026"],
            "'05/01/2026' could be 2026-05-01 or 2026-01-05",
        ),
        (["--weeks", "5", "--start", "soon"], "--start: 'soon' is not a date. Write it as 2026-01-31"),
        (["--weeks", "5", "--start", "2026-02-30"], "--start: '2026-02-30' is not a day of the calendar"),
    ],
)
def test_dates_out_of_reach_are_told_by_their_option(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too many weeks, the end of the calendar and a date that could be two name what was typed."""
    path = tmp_path / "people.csv"
    path.write_text("name\nAda\nBo\n")
    assert run(["rota", str(path), *words]) == 2
    assert said in capsys.readouterr().err


def test_rounds_write_no_workbook_under_another_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rounds --out r.html is refused, not written as something else."""
    assert run(["rounds", PEOPLE, "--teams", "20", "--out", str(tmp_path / "r.html")]) == 2
    assert "End it in one of .csv, .xlsx" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_shown_is_plain() -> None:
    """Every control character has a picture or is left out; words of any script stay."""
    assert all(ord(sign) >= 0x20 for sign in seen("".join(map(chr, range(0x20))), lines=False))
    assert seen("Zoë שלום 山田 👩‍🚀") == "Zoë שלום 山田 👩‍🚀"
