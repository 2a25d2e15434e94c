"""Runs over offices from the shell: stopped anywhere, started again, checked, and given bad input."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import MAIN, piped
from evenhand.cluster.checking import check_run
from evenhand.cluster.journal import alone_in
from evenhand.cluster.manifest import load_manifest

HEAD = "item,recipient,day,score,pot,cost\n"
WORDS = ("allocate", "offices", "--offices", "--mode", "none")


def offices(folder: Path, count: int = 3, limit: int = 120) -> Path:
    """Write that many offices with a few candidates each, and the budget that they share."""
    for number in range(count):
        here = folder / "offices" / f"Office {number}"
        here.mkdir(parents=True)
        rows = [
            f"v{item},P{place},Mon,{40 + (item * 7 + place * 13 + number * 29) % 60},all,{20 + item * 10}"
            for item in range(3)
            for place in range(3)
        ]
        (here / "candidates.csv").write_text(HEAD + "\n".join(rows) + "\n")
    (folder / "offices" / "shared.csv").write_text(
        f"name,by,weight,limit,unit\nbudget,pot,cost,{limit},dollars\n"
    )
    return folder / "offices"


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    """Plan the offices; no start may end in a traceback."""
    done = piped(folder, *WORDS, *more)
    assert b"Traceback" not in done.stderr
    return done


def results(folder: Path) -> dict[str, bytes]:
    """Return the plan and the table of offices."""
    return {name: (folder / "offices-plan" / name).read_bytes() for name in ("plan.csv", "offices.csv")}


def test_options_of_one_plan_are_refused_and_limits_hold_in_every_office(tmp_path: Path) -> None:
    """What --offices cannot heed is told, all at once; a limit for each recipient holds in each office."""
    offices(tmp_path)
    done = run(tmp_path, "--capacity", "days.csv", "--pins", "pins.csv", "--json")
    assert done.returncode == 2
    told = " ".join(done.stderr.decode().split())
    assert "--capacity: does not go with --offices. Put capacity.csv into the folder of each office" in told
    assert "--pins: does not go with --offices" in told
    assert "--json: does not go with --offices" in told
    assert not (tmp_path / "offices-plan").exists()
    assert run(tmp_path, "--per-recipient", "0").returncode == 0
    assert results(tmp_path)["plan.csv"].count(b"\n") == 1


def test_an_office_that_cannot_be_read_is_a_line(tmp_path: Path) -> None:
    """A bad cell, an empty folder and pins are lines with a reason each; the other offices are planned."""
    source = offices(tmp_path)
    (source / "Office 1" / "candidates.csv").write_text(HEAD + "v1,P1,Mon,many,all,20\n")
    (source / "Empty").mkdir()
    (source / "Office 2" / "pins.csv").write_text("item,recipient,day\nv0,P0,Mon\n")
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    told = done.stderr.decode()
    assert "Office 1 is not planned: candidates.csv, row 2, column score: 'many' is not a number" in told
    assert "Empty is not planned: 'offices/Empty' is empty" in told
    assert "Office 2 is not planned: Office 2: has pins" in told
    table = (tmp_path / "offices-plan" / "offices.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in table[1:]] == ["error", "planned", "error", "error"]


def test_a_mended_office_joins_at_the_next_start(tmp_path: Path) -> None:
    """Once its table is mended, an office is planned with the others, whose tables are not read again."""
    source = offices(tmp_path)
    good = (source / "Office 1" / "candidates.csv").read_text()
    assert run(tmp_path, "--out", "whole").returncode == 0
    (source / "Office 1" / "candidates.csv").write_text(HEAD + "v1,P1,Mon,many,all,20\n")
    assert run(tmp_path).returncode == 0
    (source / "Office 1" / "candidates.csv").write_text(good)
    assert run(tmp_path).returncode == 0
    assert (tmp_path / "whole" / "plan.csv").read_bytes() == results(tmp_path)["plan.csv"]
    cut = [json.loads(line)["name"] for line in (tmp_path / "whole" / "cut.jsonl").read_text().splitlines()]
    again = [
        json.loads(line)["name"]
        for line in (tmp_path / "offices-plan" / "cut.jsonl").read_text().splitlines()
    ]
    assert sorted(again) == sorted(cut) == ["Office 0", "Office 1", "Office 2"]


def test_a_second_start_only_tells_what_is_done(tmp_path: Path) -> None:
    """Started again, nothing is written; a lost or changed plan, or another budget, is planned anew."""
    source = offices(tmp_path)
    first = run(tmp_path)
    before = results(tmp_path)
    again = run(tmp_path, "--workers", "2")
    assert again.stdout == first.stdout
    assert b"made by an earlier start" in again.stderr
    assert b"wrote" not in again.stderr
    (tmp_path / "offices-plan" / "plan.csv").write_text("office\n")
    assert run(tmp_path).returncode == 0
    assert results(tmp_path) == before
    (source / "shared.csv").write_text("name,by,weight,limit,unit\nbudget,pot,cost,60,dollars\n")
    assert b"of 60 used" in run(tmp_path).stdout


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda source: shutil.copytree(source / "Office 1", source / "office 1"),
            "is the name of two offices",
        ),
        (
            lambda source: source.rename(source.with_name("elsewhere")) and source.mkdir(),
            "holds no office",
        ),
        (
            lambda source: (source / "shared.csv").write_text(
                "name,by,limit,offices\nbudget,pot,3,Ofice 1\n"
            ),
            "'Ofice 1' is not an office. Did you mean Office 1?",
        ),
        (
            lambda source: (source / "shared.csv").write_text("name,by,limit\nbudget,fund,3\n"),
            "fund",
        ),
    ],
    ids=["two of one name", "none", "an unknown office", "an unknown column"],
)
def test_what_no_office_can_mend_is_said_and_ends_it(tmp_path: Path, change: object, sentence: str) -> None:
    """Two offices of one name, none at all, and shared rules that name what is not there: exit code 2."""
    change(offices(tmp_path))  # type: ignore[operator]
    done = run(tmp_path)
    assert done.returncode == 2, done.stdout
    assert sentence in done.stderr.decode()


@pytest.mark.parametrize(
    ("table", "sentences"),
    [
        ("name,by,limt\nbudget,pot,3\n", ["row 2, column name: 'budget' has neither a limit nor points"]),
        ("name,by,limit\nbudget,pot,3\nbudget,pot,4\n", ["row 3, column name: 'budget' stands twice"]),
        (
            "name,by,limit\n,pot,3\nb,,4\n",
            ["row 2, column name: '' is empty", "row 3, column by: '' is empty"],
        ),
        ("name,by,points\nb,pot,0.0001\n", ["column points: '0.0001' has more than three decimals"]),
        ("name,by,limit,offices\nb,pot,1,Office 0;Rome\n", ["names 'Rome', which is not an office"]),
    ],
    ids=["nothing asked", "twice", "empty", "too fine", "one of several"],
)
def test_faults_of_shared_rules_are_told_by_row(tmp_path: Path, table: str, sentences: list[str]) -> None:
    """Rules that ask for nothing, stand twice or lack a cell are told by row before any office is read."""
    source = offices(tmp_path)
    (source / "shared.csv").write_text(table)
    done = run(tmp_path)
    assert done.returncode == 2
    for sentence in sentences:
        assert sentence in done.stderr.decode()
    (source / "shared.txt").write_text(table)
    assert b"is there more than once (shared.csv and shared.txt)" in run(tmp_path).stderr


def test_results_never_stand_among_what_is_read(tmp_path: Path) -> None:
    """Where results would mix with tables, or take their place, they are refused and no table is touched."""
    source = offices(tmp_path)
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    asked = {
        "offices": [*WORDS],
        "teams": ["teams", "teams", "--as-one", "--size", "2", "--balance", "pot"],
        "many": ["teams", "many", "--many", "--teams", "2"],
    }
    for name, words in asked.items():
        if name != "offices":
            shutil.copytree(source, tmp_path / name)
        there = [name, f"{name}/Office 0", f"{name}/Office 0/out", *(["."] if name != "many" else [])]
        for out in there:
            done = piped(tmp_path, *words, "--out", out)
            assert done.returncode == 2, (words, out)
            assert b"holds tables" in done.stderr, (words, out, done.stderr)
    assert before == {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    # A run's own folder may stand among the offices, and a second start knows it again.
    for _ in range(2):
        assert run(tmp_path, "--out", "offices/plan").returncode == 0
    # What somebody else keeps in the run's folder of offices stays there.
    (tmp_path / "kept" / "offices").mkdir(parents=True)
    (tmp_path / "kept" / "offices" / "mine.txt").write_text("mine")
    assert run(tmp_path, "--out", "kept").returncode == 0
    assert (tmp_path / "kept" / "offices" / "mine.txt").read_text() == "mine"


def test_two_starts_at_once_do_not_mix(tmp_path: Path) -> None:
    """While one start works on a run's folder, another one is refused; once it is over, the run goes on."""
    source = offices(tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.csv").write_text("name,pot\nAda,x\nBen,y\n")
    starts = [
        (tmp_path / "offices-plan", WORDS),
        (tmp_path / "one-plans", ("teams", "one", "--many", "--teams", "1")),
        (tmp_path / "one-plans", ("teams", "one", "--as-one", "--teams", "1", "--balance", "pot")),
    ]
    for target, words in starts:
        with alone_in(target):
            done = piped(tmp_path, *words)
            assert done.returncode == 2, words
            assert b"is being worked on by another start" in done.stderr
        assert piped(tmp_path, *words).returncode == 0, words
    assert source.is_dir()


def test_offices_may_have_scores_of_more_or_fewer_decimals(tmp_path: Path) -> None:
    """Scores with decimals in one office, and points with some in a shared rule, are counted exactly."""
    source = offices(tmp_path)
    table = source / "Office 1" / "candidates.csv"
    rows = [line.split(",") for line in table.read_text().splitlines()[1:]]
    table.write_text(HEAD + "".join(",".join([*row[:3], row[3] + ".25", *row[4:]]) + "\n" for row in rows))
    (source / "shared.csv").write_text("name,by,weight,beyond,points\nbudget,pot,cost,60,1.5\n")
    assert run(tmp_path).returncode == 0
    result = json.loads((tmp_path / "offices-plan" / "result.json").read_text())
    lines = (tmp_path / "offices-plan" / "plan.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    points = sum(float(line.split(",")[-1]) for line in lines)
    assert result["gap"] == 0
    assert result["objective"] == points - 1.5 * max(0, result["shared"][0]["used"] - 60)
    assert any(line.endswith(".25") for line in lines)
    checked = piped(tmp_path, "check", "offices-plan")
    assert checked.returncode == 0, checked.stdout


def test_what_is_odd_in_an_office_is_a_note(tmp_path: Path) -> None:
    """A score that had to be rounded is told on the screen and beside its office, at a second start too."""
    source = offices(tmp_path)
    with (source / "Office 1" / "candidates.csv").open("a") as table:
        table.write("v9,P9,Mon,40.12345,all,20\n")
    note = "candidates.csv, column score: was rounded to 1/1000 of a point"
    for _ in range(2):
        assert f"note, 1 office: {note}" in run(tmp_path).stderr.decode()
    noted = (tmp_path / "offices-plan" / "offices.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.startswith("Office 1,planned") for line in noted if note in line] == [True]


def test_a_rule_for_some_offices_binds_them_alone(tmp_path: Path) -> None:
    """With a column of offices, a budget is shared by those it names; the others do not use it."""
    source = offices(tmp_path)
    (source / "shared.csv").write_text(
        'name,by,weight,limit,offices\nnorth,pot,cost,50,"Office 0, Office 1"\nsouth,pot,cost,30,Office 2\n'
    )
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "offices-plan" / "result.json").read_text())
    assert {row["set"] for row in told["shared"]} == {"north", "south"}
    assert all(row["used"] <= {"north": 50, "south": 30}[row["set"]] for row in told["shared"])


def test_a_full_disk_is_a_sentence_and_the_next_start_goes_on(tmp_path: Path) -> None:
    """A file that may not grow (as on a full disk) ends the run with a sentence; what was done is kept."""
    offices(tmp_path)
    whole = run(tmp_path, "--out", "whole")
    assert whole.returncode == 0

    # In blocks of 1,024 bytes: an office's file is larger. What Python compiles would be cut there as well,
    # and break whatever loads it next.
    words = ["bash", "-c", 'ulimit -f 5; PYTHONDONTWRITEBYTECODE=1 exec "$@"', "bash", *MAIN, *WORDS]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"File too large" in done.stderr
    assert run(tmp_path).returncode == 0
    assert results(tmp_path)["plan.csv"] == (tmp_path / "whole" / "plan.csv").read_bytes()


def test_check_says_what_is_done_and_what_is_not_what_it_was(tmp_path: Path) -> None:
    """Of a run: done and judged; with a changed plan, file or journal: what does not agree, exit code 2."""
    offices(tmp_path)
    run(tmp_path)
    target = tmp_path / "offices-plan"
    done = piped(tmp_path, "check", "offices-plan")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().startswith("Done: ")
    assert "keep its rules" in done.stdout.decode()
    plan = (target / "plan.csv").read_text(encoding="utf-8")
    (target / "plan.csv").write_text(plan + plan.splitlines()[1] + "\n", encoding="utf-8")
    spoiled = piped(tmp_path, "check", "offices-plan", "--json")
    assert spoiled.returncode == 2
    errors = json.loads(spoiled.stdout)["errors"]
    assert any("was changed" in error for error in errors)
    assert any("Office" in error for error in errors)
    manifest = load_manifest(target)
    (target / "offices" / manifest.files[1]).write_bytes(b"PAR1")
    changed = piped(tmp_path, "check", "offices-plan")
    assert changed.returncode == 2
    assert "was changed. Cut the offices again: it is the file of Office 1" in " ".join(
        changed.stdout.decode().split()
    )
    (target / "result.json").unlink()
    (target / "manifest.json").unlink()
    assert "still being cut" in piped(tmp_path, "check", "offices-plan").stdout.decode()


def test_check_proves_the_bound_anew_and_believes_no_price(tmp_path: Path) -> None:
    """Any prices prove a bound from the files: with worse ones a higher one, and a lower claim is named."""
    offices(tmp_path)
    run(tmp_path)
    target = tmp_path / "offices-plan"
    result = json.loads((target / "result.json").read_bytes())
    assert "Proven anew from the offices' files" in " ".join(check_run(target).lines)
    assert result["prices"]
    result["prices"] = [price | {"ticks": -5} for price in result["prices"]]
    (target / "result.json").write_text(json.dumps(result), encoding="utf-8")
    checked = check_run(target)
    assert not checked.errors
    assert "better" in checked.lines[-2]
    assert "not proven anew here" in checked.lines[-1]
    # A plan that claims more than the files allow is found by its own recount and by the bound.
    result["objective"] += 1
    (target / "result.json").write_text(json.dumps(result), encoding="utf-8")
    assert any("are worth" in error for error in check_run(target).errors)


def test_check_of_many_groups_says_what_is_left(tmp_path: Path) -> None:
    """Of a folder of plans for many groups: how many are planned, which failed, which are left."""
    for name, people in (("a", "Ada\nBo"), ("b", "Cy\nDi"), ("c", "")):
        (tmp_path / "gardens" / name).mkdir(parents=True)
        (tmp_path / "gardens" / name / "people.csv").write_text(f"name\n{people}\n")
    words = ("rota", "gardens", "--many", "--weeks", "2", "--start", "2026-02-02", "--out", "plans")
    assert piped(tmp_path, *words).returncode == 0
    told = piped(tmp_path, "check", "plans").stdout.decode()
    assert told.startswith("Done: 2 of 3 groups are planned.")
    assert "c is not planned" in told
    journal = tmp_path / "plans" / "done.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:1]))
    assert json.loads(piped(tmp_path, "check", "plans", "--json").stdout)["left"] == ["b", "c"]


KILLED = """
import os, signal, sys
from evenhand.cluster import manifest
from evenhand.tables import files

at, moment = int(sys.argv[1]), sys.argv[2]
count = 0

def struck(path, content, whole=files.write_atomically):
    global count
    count += 1
    if count == at and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    whole(path, content)
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)

from evenhand.cluster import office_files
office_files.write_atomically = manifest.write_atomically = files.write_atomically = struck
from evenhand.cli.app import run
run(sys.argv[3:])
"""


@pytest.mark.parametrize(
    ("at", "moment"),
    [(at, moment) for at in range(1, 8) for moment in ("before", "after")]
    if os.environ.get("EVENHAND_SOAK")
    else [(2, "before"), (4, "after"), (5, "after"), (7, "before")],
)
def test_a_driver_killed_while_it_writes_goes_on(tmp_path: Path, at: int, moment: str) -> None:
    """Killed at any of the files it writes, offices, manifest and results, the next start ends the same."""
    offices(tmp_path)
    assert run(tmp_path, "--out", "whole").returncode == 0
    words = [sys.executable, "-c", KILLED, str(at), moment, *WORDS]
    killed = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert run(tmp_path).returncode == 0
    for name, content in results(tmp_path).items():
        assert (tmp_path / "whole" / name).read_bytes() == content
    target = tmp_path / "offices-plan"
    assert {path.name for path in (target / "offices").iterdir()} == set(load_manifest(target).files)
