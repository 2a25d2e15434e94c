"""A Ray cluster gives the bytes of one process, whatever is killed.

Those that need Ray are marked ``cluster`` and run by ``make cluster``.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from cluster.test_engines import RECIPES, played
from cluster.test_many_offices import TIMES, same
from evenhand.cli.app import run as command
from evenhand.cluster.engine import Call, LostError, open_engine
from evenhand.cluster.many_offices import OfficesPlan, solve_offices
from evenhand.cluster.ray_engine import ClusterError, RayEngine
from evenhand.core.errors import InputError

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Ray of two processors on this machine; engines join it and leave it running."""
    before = dict(os.environ)
    os.environ |= {
        "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}",
        "RAY_AUTH_MODE": "token",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    ray = pytest.importorskip("ray", reason="make cluster installs Ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="CRITICAL")
    yield "auto"
    ray.shutdown()
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.cluster
@pytest.mark.parametrize("workers", [1, 2, 0, 9])
def test_any_number_of_processors_gives_the_same_answers(cluster: str, workers: int) -> None:
    """One process, two, all there are, or more than there are: the answers are those of this process."""
    with open_engine(1) as inline:
        expected = played(inline)
    with open_engine(workers, cluster) as engine:
        assert played(engine) == expected
        assert bool(engine.notes) == (workers > 2)


@pytest.mark.cluster
@pytest.mark.parametrize("before", range(4))
def test_a_killed_process_costs_nothing_but_its_replay(cluster: str, before: int) -> None:
    """A process that is killed before any of the calls is made anew, and the answers stay the same."""
    amounts = (3, 5, 7, 11)
    with open_engine(1) as inline:
        inline.start(RECIPES)
        expected = [inline.all("add", amount) for amount in amounts]
    for time in range(TIMES):
        engine = RayEngine(cluster)
        try:
            engine.start(RECIPES)
            answers = []
            for number, amount in enumerate(amounts):
                if number == before:
                    os.kill(engine.processes[(number + time) % 2], signal.SIGKILL)
                answers.append(engine.all("add", amount))
            assert answers == expected
            assert "done again" in engine.notes[0]
        finally:
            engine.close()


@pytest.mark.cluster
def test_faults_and_losses_are_those_of_other_engines(cluster: str, tmp_path: Path) -> None:
    """A shard that raises, dies once, dies always or runs out of memory ends as it does on own processes."""
    with open_engine(1) as inline:
        inline.start(RECIPES)
        (tmp_path / "mark").touch()
        expected = [inline.all("add", 4), inline.all("die_once", str(tmp_path / "mark"), 8)]
    (tmp_path / "mark").unlink()
    with open_engine(2, cluster) as engine:
        engine.start(RECIPES)
        assert [engine.all("add", 4), engine.all("die_once", str(tmp_path / "mark"), 8)] == expected
        with pytest.raises(ValueError, match=f"no {expected[1][0]}"):
            engine.all("refuse")
        with pytest.raises(LostError, match=r"office 2: there is not enough memory"):
            engine.one(1, "devour")
        with pytest.raises(LostError, match=r"office 1 was lost 6 times"):
            engine.one(0, "die")


@pytest.mark.cluster
@pytest.mark.parametrize("shards", [1, 2, 5])
def test_shards_on_ray_change_no_byte(cluster: str, run: Path, alone: OfficesPlan, shards: int) -> None:
    """One, two and five shards on Ray give the plan, bound and prices of this process."""
    with open_engine(0, cluster) as engine:
        assert same(solve_offices(run, shards=shards, engine=engine), alone)


class Struck(RayEngine):
    """A Ray engine of which one process is killed before a given call."""

    def __init__(self, address: str, before: int) -> None:
        super().__init__(address)
        self.left = before

    def ask(self, calls: Sequence[Call]) -> list[object]:
        """Make the calls, after one of the processes was lost if it is its time."""
        self.left -= 1
        if self.left == 0:
            os.kill(self.processes[0], signal.SIGKILL)
        return super().ask(calls)


@pytest.mark.cluster
@pytest.mark.parametrize("before", [1, 2, 3, 4, 5])
def test_a_process_of_ray_killed_at_any_stage_changes_no_byte(
    cluster: str, run: Path, alone: OfficesPlan, before: int
) -> None:
    """A process of the cluster killed before any of the calls costs a replay; the bytes are the same."""
    for _ in range(TIMES):
        engine = Struck(cluster, before)
        try:
            assert same(solve_offices(run, shards=3, engine=engine), alone)
            assert engine.left <= 0
        finally:
            engine.close()


@pytest.mark.cluster
def test_other_versions_are_refused(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with another NumPy is named with both versions before any office is read."""
    monkeypatch.setattr("evenhand.cluster.ray_engine.VERSION", "0.0.1")
    with open_engine(1, cluster) as engine, pytest.raises(InputError, match=r"runs evenhand .* 0\.0\.1"):
        engine.start(RECIPES)


@pytest.mark.cluster
def test_the_command_writes_the_same_bytes(cluster: str, tmp_path: Path) -> None:
    """`evenhand allocate --offices --cluster` writes the plan that one process writes."""
    rows = "v1,A,Mon,90,all,30\nv1,B,Mon,80,all,30\nv2,A,Mon,70,all,50\n"
    for office in ("Oslo", "Rome"):
        (tmp_path / "offices" / office).mkdir(parents=True)
        table = tmp_path / "offices" / office / "candidates.csv"
        table.write_text("item,recipient,day,score,pot,cost\n" + rows)
    rule = "name,by,weight,limit,unit\nbudget,pot,cost,120,dollars\n"
    (tmp_path / "offices" / "shared.csv").write_text(rule)
    asked = ["allocate", str(tmp_path / "offices"), "--offices"]
    assert command([*asked, "--out", str(tmp_path / "here")]) == 0
    assert command([*asked, "--out", str(tmp_path / "there"), "--cluster", cluster]) == 0
    for name in ("plan.csv", "offices.csv", "manifest.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("foo", "'foo' is not an address of a Ray cluster. Give HOST:PORT"),
        ("host:99999", "is not an address"),
        (":6379", "is not an address"),
    ],
)
def test_what_is_no_address_is_said_with_what_would_be(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that can be no address is refused before anything is tried."""
    monkeypatch.setitem(sys.modules, "ray", type(sys)("ray"))
    monkeypatch.setattr("ray.is_initialized", lambda: False, raising=False)
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        RayEngine(address)


def test_an_address_at_which_nothing_listens_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that nobody listens at is said at once, with what to look at."""
    monkeypatch.setitem(sys.modules, "ray", type(sys)("ray"))
    monkeypatch.setattr("ray.is_initialized", lambda: False, raising=False)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # taken and not listened at
        port = bound.getsockname()[1]
        with pytest.raises(ClusterError, match=rf"No Ray cluster answers at 127\.0\.0\.1:{port}: .*refused"):
            RayEngine(f"127.0.0.1:{port}")


def test_without_ray_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Ray `--cluster` ends with the line that installs it; without --offices it is refused."""
    (tmp_path / "Oslo").mkdir()
    (tmp_path / "Oslo" / "candidates.csv").write_text("item,recipient,day,score\nv1,A,Mon,90\n")
    monkeypatch.setitem(sys.modules, "ray", None)
    asked = ["allocate", str(tmp_path), "--cluster", "auto", "--out", str(tmp_path / "plan")]
    assert command([*asked, "--offices"]) == 2
    assert 'pip install "evenhand[cluster]"' in capsys.readouterr().err
    assert command(asked) == 2
    assert "means nothing without --offices" in capsys.readouterr().err
