"""A driver that is killed goes on where it was, and comes to the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from benchmarks.made_up_weeks import each_office

import evenhand as eh
import warm
from cluster.test_many_offices import same
from evenhand.cluster.journal import Journal, lines_of
from evenhand.cluster.manifest import cut
from evenhand.cluster.many_offices import OfficesPlan, solve_offices

SOAK = bool(os.environ.get("EVENHAND_SOAK"))
TIMES = 10 if SOAK else 1
"""Kills at each stage: all of them take minutes, so that the usual run does a tenth."""

MOMENTS = ("before", "torn", "after")

ONE_ROW = ("facts", "placed", "ask", "planes", "settle", "choose", "awarded")
MANY_ROWS = ("classes", "pool", "joint LP", "trim", "round", "repair", "keep")
"""What stands in the journals of the two runs below: every stage at which a driver can be killed."""


def runs() -> dict[str, dict[str, float]]:
    """Return what the two runs are made from: one row that all share, and eight tight ones."""
    return {
        "one row": {"seed": 4, "offices": 5, "budget": 900_000, "size": 0.05, "rows": 1},
        "many rows": {"seed": 2, "offices": 3, "budget": 1_000, "size": 0.03, "rows": 8},
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, OfficesPlan]]:
    """Each run, cut into files, with the plan of an undisturbed start."""
    out = {}
    for name, how in runs().items():
        folder = tmp_path_factory.mktemp("run")
        offices = each_office(
            int(how["seed"]), int(how["offices"]), int(how["budget"]), size=how["size"], rows=int(how["rows"])
        )
        cut(offices, folder, shared=["shared budget"])
        out[name] = (folder, solve_offices(folder))
    return out


def struck(folder: Path, said: str, number: int, moment: str, workers: int) -> int:
    """Run a driver that is killed there; how many lines it left."""
    words = [*warm.program(), str(folder), said, str(number), moment, str(workers)]
    # What is killed leaves what it had for a while: beside the run, where it goes with the test.
    env = {**os.environ, warm.OTHER: "cluster.struck", "TMPDIR": str(folder.parent)}
    done = subprocess.run(words, env=env, capture_output=True, check=False, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    return lines_of(folder / "journal.jsonl")[0]


@pytest.mark.parametrize(
    ("name", "said"), [("one row", said) for said in ONE_ROW] + [("many rows", said) for said in MANY_ROWS]
)
def test_a_driver_killed_at_any_stage_goes_on(
    made: dict[str, tuple[Path, OfficesPlan]], tmp_path: Path, name: str, said: str
) -> None:
    """Killed before, within and after a line, the next start takes what stands there and ends the same."""
    whole, alone = made[name]
    for time in range(TIMES):
        # A tenth of the runs: the moment and the engine change with the stage, so that each has its turn.
        turn = time + (ONE_ROW + MANY_ROWS).index(said)
        folder = tmp_path / f"run {time}"
        shutil.copytree(whole, folder)
        left = struck(folder, said, 1, MOMENTS[turn % 3], 1 + turn % 2)
        plan = solve_offices(folder, workers=1 + (turn // 3) % 2, resume=True)
        assert same(plan, alone)
        assert plan.resumed == left
        again = solve_offices(folder, resume=True)
        assert same(again, alone)
        # Killed after its last line, a start has nothing left to write.
        last = said == "awarded" and MOMENTS[turn % 3] == "after"
        assert again.resumed == lines_of(folder / "journal.jsonl")[0] >= left + (not last)


def test_a_driver_killed_again_and_again_ends(
    made: dict[str, tuple[Path, OfficesPlan]], tmp_path: Path
) -> None:
    """Killed at every line in turn, each start goes one line further, and the last gives the same bytes."""
    whole, alone = made["one row"]
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    stages = ("facts", "ask", "settle", "awarded")[: 4 if SOAK else 2]
    lines = [struck(folder, said, 1, "after", 1) for said in stages]
    assert lines == sorted(set(lines))
    assert same(solve_offices(folder, resume=True), alone)


def test_a_damaged_line_is_done_again(made: dict[str, tuple[Path, OfficesPlan]], tmp_path: Path) -> None:
    """A byte that changed in the middle costs the lines from there on, and no more; it is not believed."""
    whole, alone = made["one row"]
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    solve_offices(folder, resume=True)
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"seconds": 0', b'"seconds": 9')
    journal.write_bytes(b"".join(lines))
    assert lines_of(journal) == (2, False)
    plan = solve_offices(folder, resume=True)
    assert plan.resumed == 2
    assert same(plan, alone)


def test_a_journal_of_other_files_is_begun_anew(tmp_path: Path) -> None:
    """Offices that were cut anew from other tables get a plan of their own, not the one that was known."""
    cut(each_office(4, 3, 900_000, size=0.03), tmp_path, shared=["shared budget"])
    solve_offices(tmp_path, resume=True)
    cut(each_office(5, 3, 900_000, size=0.03), tmp_path, shared=["shared budget"])
    plan = solve_offices(tmp_path, resume=True)
    assert plan.resumed == 0
    assert same(plan, solve_offices(tmp_path))


def test_a_run_that_was_cut_goes_on_with_more_time(
    made: dict[str, tuple[Path, OfficesPlan]], tmp_path: Path
) -> None:
    """What a limit cut short is not kept: a second start without one comes to the whole run's plan."""
    whole, alone = made["many rows"]
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    first = solve_offices(folder, limits=eh.Limits(seconds=0.0), resume=True)
    assert first.cut
    assert same(solve_offices(folder, resume=True), alone)


class Harmful:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Name what would be called."""
        return os.system, ("true",)


def test_a_journal_runs_nobodys_code(tmp_path: Path) -> None:
    """An answer that names a function is not read: the line counts as damaged."""
    first = Journal(tmp_path, "key")
    first.add("ask", "x", Harmful(), 1.0)
    first.close()
    second = Journal(tmp_path, "key")
    assert second.taken("ask", "x") is None
    assert second.damaged == 1
    second.close()
