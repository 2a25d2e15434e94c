"""The command as a process: quick to answer, the same bytes every time, polite to pipes and terminals."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import DATA, MAIN, Terminal, piped

ROSTER = DATA / "roster" / "people.csv"
ASK = ["--teams", "8", "--balance", "gender,office"]


NEEDED = {"annotated_doc", "evenhand", "numpy", "shellingham", "typer"}
"""Packages that every command may load: NumPy, and typer with what it brings along."""


@pytest.mark.parametrize(
    ("words", "more", "never"),
    [
        (["--help"], set(), {"numpy"}),
        (["teams", str(ROSTER), *ASK], set(), {"evenhand.rota", "evenhand.allocation"}),
        (
            ["allocate", str(DATA / "fleet")],
            {"highspy"},
            {
                "evenhand.rota",
                "evenhand.teams",
                "numpy.ma",
                "numpy.random",
                "importlib.metadata",
                "evenhand.allocation.solving.offices.offices",
                "evenhand.allocation.solving.cp_sat",
            },
        ),
        (
            ["rota", str(DATA / "garden" / "people.csv"), "--weeks", "4"],
            set(),
            {"evenhand.teams", "evenhand.allocation", "evenhand.rota.solving.optimise.optimise"},
        ),
    ],
)
def test_only_what_is_needed_is_loaded(
    words: list[str], more: set[str], never: set[str], tmp_path: Path
) -> None:
    """A command that is piped loads the packages it needs and no other: no pydantic, no rich."""
    script = (
        "import sys\nfrom evenhand.cli.app import run\n"
        f"run({words!r})\n"
        "from pathlib import Path\n"
        "files = {name: getattr(part, '__file__', None) for name, part in sys.modules.items()}\n"
        "foreign = {name.split('.')[0] for name, file in files.items() if 'site-packages' in (file or '')}\n"
        f"never = {never!r}\n"
        "print(sorted(name for name in foreign if name[0] != '_'), sorted(never & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    packages, unused = done.stdout.splitlines()[-1].split("] [")
    measuring = {"coverage"}  # there where coverage is measured in processes of their own
    assert set(re.findall(r"[\w.]+", packages)) - measuring <= NEEDED | more
    assert unused == "]"


def test_hash_seed_and_row_order_do_not_matter(tmp_path: Path) -> None:
    """Shuffled rows and another PYTHONHASHSEED give the same screen, document, table, workbook and page."""
    head, *rows = ROSTER.read_text(encoding="utf-8").splitlines()
    outcomes = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        random.Random(number).shuffle(rows)
        (folder / "people.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        files = [f"plan{ending}" for ending in (".json", ".csv", ".xlsx", ".html")]
        outs = [part for name in files for part in ("--out", name)]
        done = piped(folder, "teams", "people.csv", *ASK, *outs, PYTHONHASHSEED=str(number))
        assert done.returncode == 0, done.stderr
        outcomes.append((done.stdout, *((folder / name).read_bytes() for name in files)))
    assert outcomes[0] == outcomes[1]


def test_json_alone_on_stdout(tmp_path: Path) -> None:
    """`--json` prints the very document that `--out` saves, and nothing else."""
    done = piped(tmp_path, "teams", str(ROSTER), *ASK, "--json", "--out", "plan.json")
    assert done.returncode == 0
    assert done.stdout == (tmp_path / "plan.json").read_bytes()
    assert json.loads(done.stdout)["kind"] == "evenhand/solution"


def test_a_pipe_gets_plain_text(tmp_path: Path) -> None:
    """No escape sequence and no timing reaches a pipe; notes go to stderr."""
    done = piped(tmp_path, "teams", str(ROSTER), *ASK)
    assert b"\x1b" not in done.stdout + done.stderr
    assert b" s\n" not in done.stdout
    assert b"time:" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """`evenhand ... | head -1` ends without a word on stderr."""
    line = f"{sys.executable} -m evenhand teams {ROSTER} --teams 50 --balance gender --json | head -c 10"
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, check=False)
    assert (done.stdout[:1], done.stderr) == (b"{", b"")


@pytest.mark.parametrize("columns", [60, 140])
def test_a_terminal_gets_tables_that_fit(tmp_path: Path, columns: int) -> None:
    """On a terminal no line is wider than it, whatever its width."""
    terminal = Terminal(tmp_path, [*MAIN, "teams", str(ROSTER), *ASK], columns, NO_COLOR="1")
    assert terminal.end() == 0
    assert max(len(line) for line in terminal.text.splitlines() if "\x1b" not in line) <= columns
    assert "time: read" in terminal.text


def test_no_color_is_honoured(tmp_path: Path) -> None:
    """With NO_COLOR no colour is set; without it some text is styled."""
    ask = [*MAIN, "compare", str(ROSTER), "--teams", "4", "--methods", "deal"]
    loud = Terminal(tmp_path, ask)
    quiet = Terminal(tmp_path, ask, NO_COLOR="1")
    assert (loud.end(), quiet.end()) == (0, 0)
    assert "\x1b[1" in loud.text
    assert "\x1b[3" not in quiet.text.replace("\x1b[3m", "")


def test_python_m_is_the_same_command(tmp_path: Path) -> None:
    """The entry point and `python -m evenhand` answer alike."""
    script = Path(sys.executable).with_name("evenhand")
    if not script.exists():
        pytest.skip("evenhand is not installed beside this Python")
    assert piped(tmp_path, "--version").stdout == piped(tmp_path, "--version", program=[str(script)]).stdout


def test_a_screen_that_cannot_show_a_sign_shows_another(tmp_path: Path) -> None:
    """Where stdout is ASCII the result still comes, with the nearest sign for what it cannot show."""
    ask = ("allocate", str(DATA / "fleet"), "--method", "greedy")
    done = piped(tmp_path, *ask, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b" - Fairness: lambda=200+400" in done.stdout or b": lambda=200+400" in done.stdout
    assert os.linesep.encode() in done.stdout


def test_names_that_a_screen_lacks_lose_accents_there_and_nothing_in_json(tmp_path: Path) -> None:
    """On a screen of few letters Zoë is Zoe and a letter without a near one is "?"; JSON keeps all."""
    people = tmp_path / "people.csv"
    people.write_text("name,office\nZoë,Łódź\nBo 王,Oslo\n", encoding="utf-8")
    ask = ("teams", str(people), "--teams", "2", "--balance", "office")
    screen = piped(tmp_path, *ask, PYTHONIOENCODING="cp1252", PYTHONUTF8="0").stdout.decode("cp1252")
    assert "Zoë" in screen
    assert "Bo ?" in screen
    assert "Zoe" in piped(tmp_path, *ask, PYTHONIOENCODING="ascii", PYTHONUTF8="0").stdout.decode("ascii")
    asked = ("check", str(people), "--json")
    given = [
        piped(tmp_path, *asked, PYTHONIOENCODING=code, PYTHONUTF8="0").stdout for code in ("ascii", "utf-8")
    ]
    assert json.loads(given[0]) == json.loads(given[1])
