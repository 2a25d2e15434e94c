"""The engine that works on a Ray cluster: one process for each processor, on as many machines as there are.

Ray finds the machines and starts the processes. It is not asked to bring back what was lost: it would start
the process and not the shard's calls, so that is done here as in ``processes``. Ray's object store holds
nothing that is needed later.

Reference:
    Moritz et al., *Ray: a distributed framework for emerging AI applications* (OSDI 2018).
"""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from evenhand.cluster.engine import (
    TRIES,
    Call,
    Engine,
    LostError,
    Made,
    Recipe,
    made_anew,
    named,
    out_of_memory,
)
from evenhand.core.errors import EvenhandError, InputError
from evenhand.core.version import VERSION

LOCAL = "local"
"""The address that starts Ray on this machine alone, to try it out."""

ANSWERS = 10.0
"""Seconds in which the address must take a connection: a machine that is there takes one in a second, and
Ray itself would try for minutes without a word."""

STARTED = 120.0
"""Seconds in which a process of the cluster must be there: with all of them idle it takes 3 to 30, most of it
imports. A cluster that is busy with other work gives no processor, and half of that time would take a slow
disk for a busy cluster."""

STORE = 80 * 2**20
"""Bytes of the object store of a Ray that is started here: the least that Ray takes, as nothing is kept."""

ALIKE = "RAY_AUTH_MODE must be here what it was where the cluster was started."
"""Said where Ray lets nobody in: its own message does not name the setting on every way in."""

PACKAGES = ("numpy", "highspy")
"""What the bytes of an answer depend on beside evenhand and Python: arithmetic, and the order of pivots."""


class ClusterError(EvenhandError):
    """The cluster cannot be used; the message says why and what to do."""


def versions() -> dict[str, str]:
    """Return the versions that answers depend on, by name."""
    known = {"evenhand": VERSION, "Python": ".".join(platform.python_version_tuple()[:2])}
    return known | {package: version(package) for package in PACKAGES}


class Host:
    """A process of the cluster that holds shards; what Ray calls an actor."""

    def __init__(self) -> None:
        self._made = Made()

    def versions(self) -> dict[str, str]:
        """Return the versions that this process works with."""
        return versions()

    def pid(self) -> int:
        """Return the process id; tests kill it."""
        return os.getpid()

    def run(self, messages: Sequence[tuple[int, Any, Any]]) -> tuple[bool, Any]:
        """Take messages as ``Made.answer`` does and return the last answer, or the first that is an error."""
        answer: tuple[bool, Any] = (True, None)
        for message in messages:
            answer = self._made.answer(*message)
            if not answer[0]:
                break
        return answer


@dataclass
class _Shard:
    """A shard's recipe, the host it lives in, and the calls it has answered."""

    recipe: Recipe
    host: int
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    tries: int = 0


class RayEngine(Engine):
    """Shards over the processors of a Ray cluster.

    Args:
        address: ``"host:port"`` of the cluster's first machine, ``"auto"`` for the cluster that this machine
            is part of, ``"ray://host:port"`` for one that it is not, or ``"local"``.
        workers: processes at most; all processors of the cluster where it is 0.

    Raises:
        ModuleNotFoundError: Ray is not installed; it comes with ``evenhand[cluster]``.
        ClusterError: nothing answers at the address, or it takes no work.
    """

    def __init__(self, address: str, workers: int = 0) -> None:
        super().__init__()
        # Ray reads these when it is imported, so later they would only part it from what it starts. Who
        # started a cluster decides how it asks who one is; one started here lets nobody in but this user.
        if "ray" not in sys.modules:
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            if address == LOCAL:
                os.environ.setdefault("RAY_AUTH_MODE", "token")
                # Ray runs its workers at 15: beside any other work on this machine they would hardly run.
                os.environ.setdefault("RAY_worker_niceness", "0")
        import ray

        self.ray: Any = ray
        self.address, self._wanted = address, workers
        self._joined = not ray.is_initialized()
        if self._joined:
            self._join()
        self.hosts: list[Any] = []
        self.holds: list[set[int]] = []
        self.known: list[_Shard] = []

    def _join(self) -> None:
        """Connect to the cluster, or start one."""
        quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "CRITICAL"}
        if self.address == LOCAL:
            self.ray.init(address=LOCAL, num_cpus=self._wanted or None, object_store_memory=STORE, **quiet)
            return
        _knock(self.address)
        del quiet["include_dashboard"]
        try:
            self.ray.init(address=self.address, **quiet)
        # Ray raises its own errors, ConnectionError, RuntimeError, ValueError and ImportError here.
        except Exception as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ClusterError(
                f"No Ray cluster could be joined at {self.address}: {first.rstrip('.')}. "
                "Start one with: ray start --head, and give its address, or auto on one of its machines. "
                f"{ALIKE}"
            ) from error

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards: neighbours go to the same process, and none has two more than another."""
        there = int(self.ray.cluster_resources().get("CPU", 0))
        count = min(self._wanted or there, there, max(1, len(recipes)))
        if count < 1:
            raise ClusterError(f"The Ray cluster at {self.address} has no processor.")
        if self._wanted > there:
            self.notes.append(f"the cluster has {there} processors, so {there} of {self._wanted} workers run")
        self.hosts = [self._new_host() for _ in range(count)]
        ready = self._ready(self.hosts)
        if not any(ready):
            raise ClusterError(
                f"The Ray cluster at {self.address} gave no processor in {STARTED:.0f} seconds. "
                "Wait until its other work is done, or add a machine."
            )
        self.hosts = [host for host, there in zip(self.hosts, ready, strict=True) if there]
        if len(self.hosts) < count:
            self.notes.append(f"the cluster was busy: {len(self.hosts)} of {count} workers run")
        self._compare(self.ray.get([host.versions.remote() for host in self.hosts]))
        self.holds = [set() for _ in self.hosts]
        count = len(self.hosts)
        self.known = [_Shard(recipe, number * count // len(recipes)) for number, recipe in enumerate(recipes)]
        self.shards = len(recipes)
        self._asked([(number, None, ()) for number in range(len(recipes))])

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Make calls on the hosts, each host one at a time."""
        return self._asked(calls)

    def close(self) -> None:
        """End all processes, and leave the cluster if it was joined for this."""
        # A host that is gone already cannot be ended again.
        with suppress(Exception):
            for host in self.hosts:
                self.ray.kill(host)
        self.hosts, self.known, self.shards = [], [], 0
        if self._joined:
            self.ray.shutdown()

    @property
    def processes(self) -> list[int]:
        """The process ids of the hosts; tests kill them."""
        pids: list[int] = self.ray.get([host.pid.remote() for host in self.hosts])
        return pids

    def _new_host(self) -> Any:
        # Not restarted by Ray: it would come back without its shards.
        return self.ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Host).remote()

    def _ready(self, hosts: Sequence[Any]) -> list[bool]:
        """Return which hosts are there in time; the others are given up."""
        asked = [host.pid.remote() for host in hosts]
        done, _ = self.ray.wait(asked, num_returns=len(asked), timeout=STARTED)
        ready = []
        for host, answer in zip(hosts, asked, strict=True):
            try:
                if answer in done:
                    self.ray.get(answer)
                else:
                    self.ray.kill(host)
                ready.append(answer in done)
            except self.ray.exceptions.RayError as error:
                raise ClusterError(
                    f"A machine of the Ray cluster cannot run evenhand: {_cause(error)}. "
                    f"Install evenhand {VERSION} there, in the Python that Ray runs in. {ALIKE}"
                ) from error
        return ready

    def _compare(self, theirs: Sequence[dict[str, str]]) -> None:
        """Refuse machines of other versions: their answers might be other bytes."""
        ours = versions()
        for known in theirs:
            for name, here in ours.items():
                if known[name] != here:
                    raise InputError.one(
                        f"runs {name} {known[name]}, and this process {here}",
                        f"Install {name} {here} on all machines: a plan depends on it",
                        table=f"a machine of the Ray cluster at {self.address}",
                    )

    def _asked(self, calls: Sequence[tuple[int, str | None, tuple[Any, ...]]]) -> list[Any]:
        """Return the answers in the order of the calls; what is lost on the way is asked again."""
        answers: list[Any] = [None] * len(calls)
        raised: dict[int, BaseException] = {}
        still = list(range(len(calls)))
        while still:
            told = [(place, self._tell(calls[place])) for place in still]
            still, gone = [], set()
            for place, answer in told:
                shard, method, arguments = calls[place]
                known = self.known[shard]
                try:
                    fine, value = self.ray.get(answer)
                except self.ray.exceptions.RayError:
                    # Behind the first call of a host that fails, all others fail because of it.
                    if known.host not in gone:
                        self._lost(known)
                    gone.add(known.host)
                    still.append(place)
                    continue
                if not fine:
                    raised[place] = value
                    self.holds[known.host].discard(shard)
                    continue
                answers[place] = value
                if method is not None and method not in known.recipe.reads:
                    known.calls.append((method, arguments))
            self._replace(gone)
        if raised:
            # The first shard's fault is told, so that the same run tells the same fault.
            first = min(raised)
            if isinstance(raised[first], MemoryError):
                raise out_of_memory(self.known[calls[first][0]].recipe)
            raise raised[first]
        return answers

    def _tell(self, call: tuple[int, str | None, tuple[Any, ...]]) -> Any:
        """Send a call, behind what makes and replays its shard where the host does not hold it."""
        shard, method, arguments = call
        known = self.known[shard]
        messages: list[tuple[int, Any, Any]] = []
        if shard not in self.holds[known.host]:
            messages = [(shard, known.recipe, None), *((shard, *before) for before in known.calls)]
            self.holds[known.host].add(shard)
        if method is not None:
            messages.append((shard, method, arguments))
        return self.hosts[known.host].run.remote(messages)

    def _lost(self, known: _Shard) -> None:
        """Count a loss; too many of one shard end the run."""
        known.tries += 1
        if known.tries > TRIES:
            raise LostError(
                f"{named(known.recipe)} was lost {known.tries} times: its process ended each time it was "
                "asked. It may need more memory than there is."
            )
        self.notes.append(made_anew(known.recipe))

    def _replace(self, gone: set[int]) -> None:
        """Put new hosts in the place of lost ones; where the cluster gives none, others take their shards."""
        for number in sorted(gone):
            self.holds[number] = set()
            with suppress(Exception):
                self.ray.kill(self.hosts[number])
            host = self._new_host()
            if self._ready([host])[0]:
                self.hosts[number] = host
                continue
            others = [other for other in range(len(self.hosts)) if self.hosts[other] and other not in gone]
            if not others:
                raise LostError(f"No machine of the Ray cluster at {self.address} is left.")
            self.hosts[number] = self.hosts[others[0]]
            for known in self.known:
                if known.host == number:
                    known.host = others[0]


def _knock(address: str) -> None:
    """Refuse an address at which nothing listens, before Ray tries it for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if address == "auto":
        return
    mend = 'Give HOST:PORT, such as 10.0.0.7:6379, or "auto" on a machine of the cluster, or "local"'
    if not (colon and host and port.isdecimal() and int(port) < 2**16):
        raise InputError.one("is not an address of a Ray cluster", mend, table="--cluster", came=address)
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWERS):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClusterError(
            f"No Ray cluster answers at {address}: {reason}. Is it started (ray start --head), and may this "
            "machine reach it?"
        ) from error


def _cause(error: Exception) -> str:
    """Return the last line of what Ray tells of an error: what was raised there."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else type(error).__name__
