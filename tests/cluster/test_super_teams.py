"""One roster in many files: the theorem of super-teams, the same bytes however it is run, refusals."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.running import piped
from evenhand.cluster.super_teams import Asked, cut, parts_of, plan_as_one
from evenhand.core.errors import InputError
from evenhand.solver import solve
from evenhand.teams import JOB, TeamsProblem

COLUMNS = ("gender", "site", "band", "age")


def rosters(folder: Path, people: int, files: int, seed: int = 1) -> list[Path]:
    """Write made-up people with skewed values, some of them missing, and return the files."""
    folder.mkdir(parents=True)
    draw = random.Random(seed)
    paths = []
    for number in range(files):
        path = folder / f"part{number:02}.csv"
        rows = ["name," + ",".join(COLUMNS)]
        for at in range(people // files):
            values = [
                "" if draw.random() < 0.01 else f"v{min(draw.randrange(wide), draw.randrange(wide))}"
                for wide in (2, 3, 5, 12)
            ]
            rows.append(f"p{at:06}," + ",".join(values))
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def off_quota(files: list[Path], folder: Path, teams: int) -> int:
    """Count from the written tables how many (team, value) are off floor and ceiling of their share."""
    held: Counter[tuple[str, str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    for path in files:
        team_of = {row["name"]: row["team"] for row in rows_of(folder / "teams" / f"{path.stem}.csv")}
        for row in rows_of(path):
            sizes[team_of[row["name"]]] += 1
            for column in COLUMNS:
                if row[column]:
                    held[team_of[row["name"]], column, row[column]] += 1
                    whole[column, row[column]] += 1
    assert len(sizes) == teams
    assert len(set(sizes.values())) == 1
    return sum(
        not count // teams <= held[team, column, value] <= -(-count // teams)
        for (column, value), count in whole.items()
        for team in sizes
    )


def test_a_hundred_thousand_in_parts_are_within_quota_of_the_whole(tmp_path: Path) -> None:
    """Four super-teams solved by themselves: every team has floor or ceiling of its share of the whole."""
    files = rosters(tmp_path / "in", 100_000, 4)
    asked = Asked(COLUMNS, size=50, part=25_000)
    found = plan_as_one(files, tmp_path / "out", asked)
    assert (found.people, found.teams, found.parts) == (100_000, 2_000, 4)
    assert found.proven
    assert found.outside == 0
    assert off_quota(files, tmp_path / "out", 2_000) == 0


@settings(max_examples=25)
@given(
    st.integers(1, 6), st.integers(2, 5), st.integers(4, 20), st.lists(st.integers(0, 11), min_size=1),
    st.integers(0, 99),
)  # fmt: skip
def test_where_every_part_is_within_quota_the_whole_is_best(
    teams: int, size: int, part: int, weights: list[int], seed: int
) -> None:
    """The theorem: solved in parts that all prove, the judge of the whole finds nothing better."""
    draw = random.Random(f"{seed} {weights}")
    people = teams * size
    code = np.array([[draw.choice([*weights, -1]), draw.randrange(2)] for _ in range(people)], dtype=np.int64)
    cells, counts = np.unique(code, axis=0, return_counts=True)
    shares, split = cut(cells, counts.astype(np.int64), teams, part=part)
    assert shares.sum(axis=1).tolist() == counts.tolist()
    assert shares.sum(axis=0).tolist() == (split * size).tolist()
    whole = TeamsProblem.from_values(people, columns_of(cells, counts), teams=teams)
    awards = np.full(people, -1, dtype=np.int64)
    start = np.cumsum(counts) - counts
    used = np.zeros(len(counts), dtype=np.int64)
    for number in range(len(split)):
        here = shares[:, number]
        problem = TeamsProblem.from_values(int(here.sum()), columns_of(cells, here), teams=int(split[number]))
        solution = solve(problem)
        places = np.asarray(solution.awards) + int(split[:number].sum())
        at = 0
        for cell in np.flatnonzero(here).tolist():
            first = int(start[cell] + used[cell])
            awards[first : first + here[cell]] = places[at : at + here[cell]]
            used[cell] += here[cell]
            at += int(here[cell])
    verdict = JOB.judge(whole, awards)
    assert not verdict.faults
    within = all(
        (np.abs(one.table(awards, teams) * people - size * one.counts) < people).all()
        for one in whole.criteria
    )
    assert not within or verdict.objective == 0


def columns_of(cells: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return a column of codes for each column of the cross table."""
    return {f"column {at}": np.repeat(cells[:, at], counts) for at in range(cells.shape[1])}


def test_the_same_bytes_for_any_workers_row_order_and_number_of_starts(tmp_path: Path) -> None:
    """Two processes, rows shuffled within a file, and a run cut off and started again change nothing."""
    files = rosters(tmp_path / "in", 3_000, 3)
    asked = Asked(COLUMNS, size=5, part=500)
    plan_as_one(files, tmp_path / "one", asked)
    wanted = [(tmp_path / "one" / "teams" / path.name).read_bytes() for path in files]
    assert plan_as_one(files, tmp_path / "two", asked, workers=2).proven
    # As a kill leaves it: the last lines of the journal gone, one of them half written, some files missing.
    journal = tmp_path / "one" / "done.jsonl"
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join(lines[:5]) + '\n["half')
    (tmp_path / "one" / "parts" / "0.npy").unlink()
    again = plan_as_one(files, tmp_path / "one", asked)
    assert 0 < again.known < again.steps
    head, *rows = files[1].read_text().splitlines()
    random.Random(2).shuffle(rows)
    files[1].write_text("\n".join([head, *rows]) + "\n")
    plan_as_one(files, tmp_path / "three", asked)
    for folder in ("one", "two", "three"):
        assert [(tmp_path / folder / "teams" / path.name).read_bytes() for path in files] == wanted


def test_a_finished_run_does_nothing_again_and_a_changed_file_counts_again(tmp_path: Path) -> None:
    """A second start knows every step; after a change of one file the other counts are kept."""
    files = rosters(tmp_path / "in", 300, 3)
    asked = Asked(("gender",), teams=30)
    first = plan_as_one(files, tmp_path / "out", asked)
    second = plan_as_one(files, tmp_path / "out", asked)
    assert first.known == 0
    assert second.known == second.steps
    files[0].write_text(files[0].read_text() + "new,v0,v0,v0,v0\n")
    third = plan_as_one(files, tmp_path / "out", asked)
    assert third.known == 2
    assert not third.proven
    assert (third.smallest, third.largest) == (10, 11)


def test_teams_are_shared_out_among_parts() -> None:
    """Parts of one number of teams where that can be; a prime number of teams is shared out evenly."""
    assert parts_of(6, 60, 20).tolist() == [2, 2, 2]
    assert parts_of(13, 130, 40).tolist() == [4, 3, 3, 3]
    assert parts_of(3, 9, 100).tolist() == [3]


def test_what_is_wrong_with_any_file_is_said_at_once(tmp_path: Path) -> None:
    """Two files lack a column: both are named; a folder without people is no roster."""
    files = rosters(tmp_path / "in", 90, 3)
    for path in files[1:]:
        path.write_text("name,site\nAda,v0\n")
    with pytest.raises(InputError) as caught:
        plan_as_one(files, tmp_path / "out", Asked(("gender",), size=3))
    assert [one.table for one in caught.value.findings] == ["part01.csv", "part02.csv"]
    with pytest.raises(InputError, match="part02"):
        plan_as_one(files, tmp_path / "more", Asked(("gender",), size=3), workers=2)


def test_the_command_says_what_is_proven_and_refuses_the_rest(tmp_path: Path) -> None:
    """The command plans a folder; rules, wishes and ledgers are refused by name, and so is a file."""
    rosters(tmp_path / "in", 300, 3)
    done = piped(tmp_path, "teams", "in", "--as-one", "--size", "5", "--balance", "gender,site")
    assert done.returncode == 0
    assert "60 teams of 5 from 300 people in 3 files, planned in 1 part." in done.stdout.decode()
    assert "Proven: no other teams would be more even." in done.stdout.decode()
    assert sorted(path.name for path in (tmp_path / "in-plans" / "teams").iterdir()) == [
        "part00.csv", "part01.csv", "part02.csv",
    ]  # fmt: skip
    words = (
        "teams",
        "in",
        "--as-one",
        "--size",
        "5",
        "--wishes",
        "a",
        "--numbers",
        "age",
        "--time-limit",
        "3",
    )
    wrong = piped(tmp_path, *words)
    assert wrong.returncode == 2
    for option in ("--wishes", "--numbers", "--time-limit", "--balance"):
        assert option in wrong.stderr.decode()
    assert piped(tmp_path, "teams", "in/part00.csv", "--as-one", "--size", "5").returncode == 2
