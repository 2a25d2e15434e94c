"""Every command in process: what it takes, what it refuses, and the exit code it leaves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import evenhand as eh
from cli.running import DATA
from evenhand.cli.app import COMMANDS, DONE, WRONG, app_of, run
from evenhand.report.allocation_page import answer_of
from evenhand.report.sheets import about

PEOPLE = "name,gender,office\nAda,w,Oslo\nBen,m,Oslo\nCem,m,Rome\nDea,w,Rome\n"
CANDIDATES = "item,recipient,day,score\nv1,Ann,mon,900\nv2,Ann,mon,800\nv2,Bo,mon,500\nv3,Ann,mon,700\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a roster and candidates, as the working folder."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "candidates.csv").write_text(CANDIDATES, encoding="utf-8")
    (tmp_path / "capacity.csv").write_text("day,slots\nmon,3\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = DONE) -> str:
    """Run a command, hold its exit code, and return what it wrote: stdout if done, else stderr."""
    assert run(list(arguments)) == code, capsys.readouterr()
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return captured.out if code == DONE else captured.err


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`evenhand` alone shows what there is; it is a usage error by its code."""
    assert run([]) == WRONG
    captured = capsys.readouterr()
    assert "Start here: evenhand demo" in captured.out + captured.err


def test_unknown_words_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A command or option that is not there is refused with what was meant."""
    assert "'teams'" in said(capsys, "teems", code=WRONG)
    assert "--teems" in said(capsys, "teams", "x", "--teems", "3", code=WRONG)
    assert "--teams: 'many'" in said(capsys, "teams", "x", "--teams", "many", code=WRONG)


def test_every_command_has_help_that_ends_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The help's last lines are commands, one a line, none broken."""
    for command in app_of(*COMMANDS).registered_commands:
        assert command.callback is not None
        text = said(capsys, command.callback.__name__.replace("_", "-"), "--help")
        lines = text.rstrip().split("Example:\n")[1].split("\n")
        assert all(line.startswith(("    evenhand ", "    cd ")) for line in lines if line), text
        assert all(len(line) <= 80 for line in text.splitlines()), command.callback.__name__


def test_teams_from_a_roster(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sizes, names and an explanation go through; files are written by their endings."""
    out = said(
        capsys, "teams", "people.csv", "--sizes", "3,1", "--names", "Red,Blue", "--balance", "gender",
        "--out", "plan.csv", "--out", "plan.xlsx", "--explain", "Ada", "--rows", "1",
    )  # fmt: skip
    assert "Red" in out
    assert "Why: Ada" in out
    assert "1 more row" in out
    assert (folder / "plan.csv").read_text(encoding="utf-8").startswith("team,person")
    assert (folder / "plan.xlsx").read_bytes()[:2] == b"PK"


def test_sizes_that_are_no_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """Every part that is not a whole number is said."""
    text = said(capsys, "teams", "people.csv", "--sizes", "3,x,0", code=WRONG)
    assert "'x' is not a whole number" in text
    assert "'0' is not a whole number" in text


def test_bad_outputs_are_refused_before_reading(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them at once, though the table is not even there."""
    text = said(
        capsys, "teams", "nowhere.csv", "--teams", "2", "-o", "a.docx", "-o", "no/b.csv", "-o", "c.csv",
        "-o", "c.csv", code=WRONG,
    )  # fmt: skip
    assert "a.docx" in text
    assert "Make the folder" in text
    assert "'c.csv' is given twice" in text
    assert "nowhere" not in text


def test_numbers_below_zero_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Rows and seconds are 0 or more, and seconds have an end."""
    ask = ["teams", "people.csv", "--teams", "2"]
    text = said(capsys, *ask, "--rows", "-1", "--time-limit", "nan", code=WRONG)
    assert "--rows: '-1' is not a number of rows" in text
    assert "--time-limit: 'nan' is not a number of seconds" in text
    assert "'-2' is not a number" in said(capsys, *ask, "--time-limit", "-2", code=WRONG)


def test_allocate_from_candidates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table, or a folder that holds one, with its capacity beside it."""
    by_file = said(capsys, "allocate", "candidates.csv", "--capacity", "capacity.csv", "--method", "greedy")
    by_folder = said(capsys, "allocate", str(folder), "--method", "greedy")
    assert by_file == by_folder
    assert "λ=200+400" in by_file


def test_modes_and_their_dials(capsys: pytest.CaptureFixture[str]) -> None:
    """Each mode takes its own dials and refuses the others' in words."""
    ask = ["allocate", "candidates.csv", "--method", "greedy"]
    assert "λ=0" in said(capsys, *ask, "--mode", "none")
    assert "λ=150" in said(capsys, *ask, "--mode", "A", "--lambda", "150", "--target", "2")
    assert "λ=100+50.5" in said(capsys, *ask, "--lambda", "100", "--step", "50.5")
    assert "λ=500" in said(capsys, *ask, "--mode", "strong")
    assert "Choose one of none, light, a, standard, b, strong" in said(
        capsys, *ask, "--mode", "fair", code=WRONG
    )
    text = said(capsys, *ask, "--mode", "none", "--lambda", "1", "--step", "2", "--target", "3", code=WRONG)
    assert text.count("means nothing under mode none") == 3


def test_options_of_the_other_source_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A fleet folder takes no candidates' tables, and candidates no office and week."""
    text = said(
        capsys, "allocate", "candidates.csv", "--office", "LA", "--week-start", "2026-01-26", code=WRONG
    )
    assert text.count("candidates bring their own days") == 2
    fleet = str(DATA / "fleet")
    text = said(capsys, "allocate", fleet, "--capacity", "capacity.csv", "--pins", "p.csv", code=WRONG)
    assert text.count("Put the table into the folder") == 2


def test_measure_and_explain_a_saved_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """A saved plan can be measured and asked about, in words and as JSON."""
    said(capsys, "teams", "people.csv", "--teams", "2", "--balance", "gender", "--out", "plan.json")
    assert "nearest" in said(capsys, "measure", "plan.json")
    measured = json.loads(said(capsys, "measure", "plan.json", "--json"))
    assert {row["measure"] for row in measured["measures"]} >= {"misplaced", "worst", "beyond"}
    assert "\nAda  " in said(capsys, "explain", "plan.json")
    assert "Ada" in said(capsys, "explain", "plan.json", "Ada")
    assert json.loads(said(capsys, "explain", "plan.json", "Ada", "--json"))["subject"] == "Ada"
    assert "Zed" in said(capsys, "explain", "plan.json", "Zed", code=WRONG)


def test_a_plan_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no saved plan is refused in words."""
    assert "people.csv" in said(capsys, "measure", "people.csv", code=WRONG)
    assert "nowhere.json" in said(capsys, "explain", "nowhere.json", "Ada", code=WRONG)


def test_compare_modes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The modes stand side by side, on the screen, as JSON, as a table and as a workbook."""
    ask = ["compare", "candidates.csv", "--methods", "greedy", "--modes", "none,b"]
    out = said(capsys, *ask, "--out", "modes.csv", "--out", "modes.xlsx")
    assert "No fairness" in out
    assert "Mode B (λ=200+400)" in out
    rows = json.loads(said(capsys, *ask, "--json"))
    assert [row["Configuration"] for row in rows] == ["No fairness", "Mode B (λ=200+400)"]
    assert (folder / "modes.csv").read_text(encoding="utf-8-sig").startswith("Configuration,")
    assert (folder / "modes.xlsx").read_bytes()[:2] == b"PK"
    said(capsys, *ask, "--out", "modes.html")
    assert "<h1>" in (folder / "modes.html").read_text(encoding="utf-8")
    assert "End it in one of .csv, .html, .xlsx" in said(capsys, *ask, "--out", "modes.ics", code=WRONG)


def test_compare_methods_of_teams(capsys: pytest.CaptureFixture[str]) -> None:
    """Methods of teams stand side by side under their names; an unknown one is refused."""
    ask = ["compare", "people.csv", "--teams", "2", "--balance", "gender,office"]
    rows = json.loads(said(capsys, *ask, "--methods", "deal,deal", "--json"))
    assert [row["Configuration"] for row in rows] == ["deal", "deal"]
    assert "no method 'magic'" in said(capsys, *ask, "--methods", "magic", code=WRONG)


def test_compare_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list of modes or methods is refused."""
    assert "--modes" in said(capsys, "compare", "candidates.csv", "--modes", ",", code=WRONG)
    assert "--methods" in said(capsys, "compare", "candidates.csv", "--methods", "", code=WRONG)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version is said."""
    from evenhand import __version__

    assert said(capsys, "--version") == f"evenhand {__version__}\n"


@pytest.mark.parametrize(
    "words", [["plan", "x.db", "--sample", "garden"], ["history", "x.db"], ["undo", "x.db"]]
)
def test_a_core_without_the_web_extra_says_what_to_install(words: list[str]) -> None:
    """Commands on databases name the extra where its packages are not there; it is no fault of evenhand."""
    program = "import sys; sys.modules['sqlalchemy'] = None; from evenhand.cli.app import run; "
    program += f"sys.exit(run({words!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, "evenhand[web]" in done.stderr) == (2, True), done.stderr


def test_json_holds_no_number_that_json_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A measure without an upper limit says "inf" in quotes: bare Infinity is refused by parsers."""
    monkeypatch.chdir(tmp_path)
    assert run(["rota", str(DATA / "garden"), "--out", "plan.json"]) == 0
    capsys.readouterr()
    assert run(["measure", "plan.json", "--json"]) == 0

    def refused(word: str) -> None:
        raise AssertionError(word)

    measures = json.loads(capsys.readouterr().out, parse_constant=refused)["measures"]
    assert "inf" in {measure["largest"] for measure in measures}


def test_what_is_asked_of_people_is_told_by_its_own_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People given to compare are told what can be compared; of two names the unknown one is told."""
    assert folder.is_dir()
    assert run(["compare", "people.csv"]) == WRONG
    err = capsys.readouterr().err
    assert "Say --teams 4 to compare teams of them, or --weeks 10 to compare their turns" in err
    assert "is missing" not in err
    assert run(["teams", "people.csv", "--teams", "2", "--balance", "gender", "--out", "plan.json"]) == DONE
    assert run(["explain", "plan.json", "Team 1", "Nobody"]) == WRONG
    assert "'Nobody' is not" in capsys.readouterr().err


def test_what_is_proven_was_not_stopped_early() -> None:
    """Where the limit ends a search whose plan is proven, it is best, and nothing else is said of it."""
    plan = eh.solve(eh.AllocationProblem.from_rows([{"item": "car", "recipient": "Ada", "score": 1}]))
    cut = replace(plan, cut=True)
    assert plan.gap == 0
    assert "Proven best" in str(answer_of(cut).tags)
    assert "stopped early" not in f"{cut} {answer_of(cut).tags} {about(cut)}".lower()
    assert "stopped early" in str(replace(cut, bound=99, status=eh.Status.FEASIBLE))


def test_numbers_in_names_are_in_order_of_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Partner 2 stands before Partner 10 within each day, and days stay in their order."""
    rows = [
        f"Car {car},Partner {car},2026-01-{day:02},9\n"
        for day in (5, 12)
        for car in (1, 2, 10, 11)
        if car != day
    ]
    (tmp_path / "t.csv").write_text("item,recipient,day,score\n" + "".join(rows))
    shown = said(capsys, "allocate", str(tmp_path / "t.csv"), "--mode", "none")
    lines = [(int(day), int(who)) for day, who in re.findall(r"Mon (\d+) Jan +Partner (\d+) ", shown)]
    assert lines == sorted(lines)
    assert {2, 10} <= {who for _, who in lines}
