"""Many offices on any engine: the same bytes as in one process, whatever is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_up_weeks import each_office, many_offices

import evenhand as eh
from cluster.conftest import BUDGET
from evenhand.cluster.engine import Call
from evenhand.cluster.inline import Inline
from evenhand.cluster.manifest import cut, load_manifest
from evenhand.cluster.many_offices import OfficesPlan, solve_offices
from evenhand.cluster.office_files import read_office
from evenhand.cluster.processes import Processes

SOAK = bool(os.environ.get("EVENHAND_SOAK"))
ALL_PAIRS = ((1, 2), (1, 5), (2, 2), (2, 5))
"""Workers and shards."""
TIMES = 10 if SOAK else 1
"""Kills at each stage: all of them take minutes, so that the usual run does a tenth."""


def same(one: OfficesPlan, other: OfficesPlan) -> bool:
    """Whether two plans are the same in all that a user can see."""
    names = OfficesPlan.__dataclass_fields__.keys() - {"resumed"}
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_files_give_the_plan_of_one_process(alone: OfficesPlan) -> None:
    """Cut into files, offices get the plan, the bound and the prices of the method `offices` on the whole."""
    whole = many_offices(4, 5, size=0.05, shared=BUDGET)
    solution = eh.solve(whole, method="offices")
    assert (alone.objective, alone.bound) == (solution.objective, solution.bound)
    awards = {
        (whole.items[whole.item[row]], whole.recipients[whole.recipient[row]], whole.days[whole.day[row]])
        for row in solution.awards.tolist()
    }
    told = zip(alone.columns["item"], alone.columns["recipient"], alone.columns["day"], strict=True)
    assert set(told) == awards


@pytest.mark.parametrize(("workers", "shards"), ALL_PAIRS)
def test_engines_and_shards_change_no_byte(run: Path, alone: OfficesPlan, workers: int, shards: int) -> None:
    """One, two and five shards, in this process and in others, give the same plan, bound and prices."""
    assert same(solve_offices(run, workers=workers, shards=shards), alone)


class Flaky(Processes):
    """Processes of which one is killed before a given call."""

    def __init__(self, before: int, victim: int = 0) -> None:
        super().__init__(2)
        self.left, self.victim = before, victim

    def _strike(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(self.processes[self.victim], signal.SIGKILL)

    def ask(self, calls: Sequence[Call]) -> list[object]:
        """Make the calls, after one of the processes was lost if it is its time."""
        self._strike()
        return super().ask(calls)


@pytest.mark.parametrize("before", [1, 2, 3, 4, 5])
def test_a_worker_killed_at_any_stage_changes_no_byte(run: Path, alone: OfficesPlan, before: int) -> None:
    """A worker killed before any of the calls costs a replay of its shards; the bytes are the same."""
    for time in range(TIMES):
        engine = Flaky(before, (before + time) % 2)
        try:
            assert same(solve_offices(run, shards=3, engine=engine), alone)
            assert engine.left <= 0
        finally:
            engine.close()


def test_a_time_limit_hands_back_a_plan_that_holds(run: Path, alone: OfficesPlan) -> None:
    """Cut at once, the plan is worse or as good, its bound holds, and it says that it was cut."""
    cut_short = solve_offices(run, limits=eh.Limits(seconds=0.0))
    assert cut_short.cut
    assert cut_short.objective <= alone.objective <= cut_short.bound


def test_a_changed_or_missing_file_is_said_before_any_work(tmp_path: Path) -> None:
    """A file that is gone, and one that was changed, are named with their offices, both at once."""
    cut(each_office(4, 3, BUDGET, size=0.02), tmp_path, shared=["shared budget"])
    manifest = load_manifest(tmp_path)
    (tmp_path / "offices" / manifest.files[0]).unlink()
    with (tmp_path / "offices" / manifest.files[2]).open("ab") as file:
        file.write(b"x")
    with pytest.raises(eh.InputError) as caught:
        solve_offices(tmp_path)
    said = str(caught.value)
    assert "is gone" in said
    assert "was changed" in said
    assert "O000" in said
    assert "O002" in said


def test_offices_that_disagree_are_refused_all_at_once(tmp_path: Path) -> None:
    """Different limits of one shared row, a name twice and pins are told together."""
    offices = list(each_office(4, 2, BUDGET, size=0.02))
    others = list(each_office(4, 2, BUDGET + 1, size=0.02))
    with pytest.raises(eh.InputError, match="differs from the other offices") as caught:
        cut([offices[0], others[1], ("O000", offices[1][1])], tmp_path, shared=["shared budget"])
    assert "is the name of two offices" in str(caught.value)


def test_files_hold_what_was_written(run: Path) -> None:
    """Read back, an office has the candidates, limits, fairness and costs it had."""
    written = dict(each_office(4, 5, BUDGET, size=0.05))
    manifest = load_manifest(run)
    file = read_office(run / "offices" / manifest.files[3])
    before = written[manifest.offices[3]]
    kept = np.flatnonzero(before.score >= 0)
    for name in ("item", "recipient", "day", "score"):
        assert np.array_equal(getattr(file.problem, name), getattr(before, name)[kept])
    assert file.problem.penalty == before.penalty
    assert np.array_equal(file.problem.recipient_day_limit, before.recipient_day_limit)
    assert np.array_equal(file.used[0].units, before.groups[0].weight[kept])


def test_several_shared_rows_are_kept(tmp_path: Path) -> None:
    """With three budgets over four offices, none is passed, and two shards agree with one."""
    cut(each_office(5, 4, 300_000, size=0.05, rows=3), tmp_path, shared=["shared budget"])
    plan = solve_offices(tmp_path, engine=Inline(), shards=2)
    assert all(units <= 300_000 for _, _, units in plan.used)
    assert len(plan.used) == 3
    assert same(plan, solve_offices(tmp_path))


@pytest.mark.parametrize("seed", range(6))
def test_small_runs_agree_with_the_mip_on_the_whole(tmp_path: Path, seed: int) -> None:
    """A tight budget over three tiny offices: the bound holds, and a claim of optimal is true."""
    budget = 60_000 + 20_000 * seed
    cut(each_office(seed, 3, budget, size=0.01), tmp_path, shared=["shared budget"])
    plan = solve_offices(tmp_path, shards=2)
    best = eh.solve(many_offices(seed, 3, size=0.01, shared=budget), method="mip")
    assert best.status is eh.Status.OPTIMAL
    assert best.objective is not None
    assert plan.objective <= best.objective <= plan.bound
    if plan.status is eh.Status.OPTIMAL:
        assert plan.objective == best.objective


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five small offices that share eight tight budgets: priced by their joint LP, repaired row by row."""
    folder = tmp_path_factory.mktemp("tight")
    cut(each_office(2, 5, 1_200, size=0.05, rows=8), folder, shared=["shared budget"])
    return folder


def test_many_shared_rows_give_the_same_bytes(tight: Path) -> None:
    """With many shared rows too, one, two and five shards give the same plan, bound and prices."""
    alone = solve_offices(tight)
    assert alone.objective >= 0.998 * alone.bound
    for workers, shards in ALL_PAIRS if SOAK else ((1, 2), (2, 5)):
        assert same(solve_offices(tight, workers=workers, shards=shards), alone)


def test_offices_are_planned_with_what_is_owed(tmp_path: Path) -> None:
    """What a ledger adds to first awards reaches the files: each office gets the plan it gets alone."""
    owed = []
    for name, problem in each_office(3, 3, 10**9, size=0.03):
        bonus = np.where(np.arange(len(problem.recipients)) % 5 == 0, 150 * problem.scale, 0)
        owed.append((name, replace(problem, owed_bonus=bonus)))
    cut(owed, tmp_path, shared=["shared budget"])
    plan = solve_offices(tmp_path)
    alone = {name: eh.solve(replace(problem, groups=())).objective for name, problem in owed}
    assert plan.offices == alone
    assert any(term.name == "owed" and term.value for term in eh.solve(owed[0][1]).terms)
