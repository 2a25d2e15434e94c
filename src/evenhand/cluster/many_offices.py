"""Solve a run over many offices on any engine: the search asks shards, and each shard reads its own files.

Nothing here is as long as the candidates: the master holds prices, bounds, plans and sums. Which engine keeps
the shards, and how many there are, changes no byte of what comes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.allocation.judging.judge import judge
from evenhand.allocation.solving.model.branching import branch
from evenhand.allocation.solving.model.residual import part_of, values_of
from evenhand.allocation.solving.offices.offices import NODES, SURVIVORS
from evenhand.allocation.solving.offices.parts import Part
from evenhand.allocation.solving.offices.pieces import joined, row_tariffs
from evenhand.allocation.solving.offices.search import Search, hushed
from evenhand.allocation.solving.offices.shard import READS, Offices, Shard
from evenhand.cluster.engine import Engine, Recipe, open_engine
from evenhand.cluster.journal import Journal, Recorded
from evenhand.cluster.manifest import Manifest, load_manifest
from evenhand.cluster.office_files import OfficeFile, read_office
from evenhand.core.arrays import Ints
from evenhand.core.errors import JudgeError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Columns, Status
from evenhand.core.version import VERSION

Awarded = tuple[int, list[str], dict[str, list[Any]], list[Any]]
"""Value, faults, table, and use of shared rules."""

SHARDS_A_WORKER = 4
"""Shards for each worker. With one, a worker whose offices are slow lets all others wait; with many, more
calls cross the pipes. A lost shard costs the replay of its own calls alone, so smaller ones are cheaper."""


SHARDS = 8
"""Shards of a run with a journal: enough for four workers to share them evenly."""

OFFICES_A_SHARD = 8
"""Offices a shard of such a run where there are more: a thousand offices keep over a hundred processors busy.
With half as many there is twice as much to say in a round and no more to win below a thousand processors."""


@dataclass(frozen=True, eq=False)
class OfficesPlan:
    """A plan of all offices.

    Attributes:
        columns: the awards as a table: office, item, recipient, day, points.
        objective, bound: integer units, and ``scale`` units to a point.
        status: OPTIMAL where they meet.
        offices: value of each office's plan in units, by name, shared costs left out.
        used: what is used of each shared row: (set, label, units used, hard limit or None).
        prices: ticks a unit of each shared row, and ``ticks`` to a unit, for explanations.
        rounds: times that all offices were asked.
        cut: whether a limit ended the search early.
        resumed: answers that stood in the journal of an earlier start.
    """

    columns: Columns = field(repr=False)
    objective: int
    bound: int
    scale: int
    status: Status
    offices: dict[str, int] = field(repr=False)
    used: tuple[tuple[str, str, int], ...] = field(repr=False)
    prices: tuple[int, ...] = field(repr=False)
    ticks: int
    rounds: int
    cut: bool
    resumed: int = 0


class FileShard(Shard):
    """A shard that reads its offices from their files, and has its plans judged and put in words."""

    def __init__(self, folder: Path, files: Sequence[str], manifest: Manifest) -> None:
        self.files = [read_office(folder / "offices" / file, manifest.scale) for file in files]
        super().__init__([_part(file, manifest) for file in self.files], manifest.shared())

    def awarded(self, chosen: Sequence[Ints]) -> list[Awarded]:
        """Return the plans of the shard's offices, judged and in words."""
        return [self._awarded(file, rows) for file, rows in zip(self.files, chosen, strict=True)]

    def _awarded(self, file: OfficeFile, chosen: Ints) -> Awarded:
        """Return an office's plan: its value, its faults, its table, and what it uses of shared rules.

        The value and the faults are the judge's, from the office's own problem; the use is summed anew from
        the office's table, by set and label.
        """
        problem = file.problem
        verdict = judge(problem, chosen)
        rows = chosen.tolist()
        columns: dict[str, list[Any]] = {
            "office": [file.name] * len(rows),
            "item": [problem.items[code] for code in problem.item[chosen].tolist()],
            "recipient": [problem.recipients[code] for code in problem.recipient[chosen].tolist()],
            "day": [problem.days[code] for code in problem.day[chosen].tolist()],
            "units": problem.score[chosen].tolist(),
        }
        used = []
        for group in file.used:
            sums: dict[int, int] = {}
            for row in rows:
                code = int(group.of[row])
                if code >= 0:
                    sums[code] = sums.get(code, 0) + int(group.units[row])
            # By code, so that the sums do not depend on the order of the rows.
            used += [(group.name, group.labels[code], total) for code, total in sorted(sums.items())]
        return verdict.objective, list(verdict.faults), columns, used


def office_shard(folder: Path, files: Sequence[str]) -> FileShard:
    """Make a shard of some offices' files; what engines call."""
    # The driver has looked at the files' hashes before it started any shard.
    return FileShard(folder, files, load_manifest(folder, files=False))


def _part(file: Any, manifest: Manifest) -> Part:
    """Return an office's part: its residual at the whole run's ticks, and its use of the numbered rows."""
    problem = file.problem
    value = values_of(problem, None, manifest.seed, manifest.ticks, manifest.awards)
    number = {(row.set, row.label): place for place, row in enumerate(manifest.rows)}
    by_name = {used.name: used for used in file.used}
    usage = []
    for rows in manifest.kinds():
        first = manifest.rows[int(rows[0])]
        used = by_name.get(first.set)
        of = np.full(len(problem), -1, dtype=np.int64)
        units = None if first.quantum else np.zeros(len(problem), dtype=np.int64)
        if used is not None:
            codes = [number.get((used.name, label), -1) for label in used.labels]
            inside = np.isin(codes, rows)
            table = np.append(np.where(inside, codes, -1), -1).astype(np.int64)
            of = np.where(used.units > 0, table[used.of], -1)
            units = None if first.quantum else used.units
        usage.append((of, units))
    takers = np.arange(len(problem.recipients))
    dates = np.arange(len(problem.days))
    residual = part_of(problem, value, manifest.ticks)
    return Part(np.arange(len(problem)), residual, takers, dates, tuple(usage))


def solve_offices(
    folder: Path,
    *,
    workers: int = 1,
    shards: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    engine: Engine | None = None,
    resume: bool = False,
) -> OfficesPlan:
    """Solve a run whose files ``manifest.cut`` has written.

    Args:
        folder: of the run.
        workers: processes; 1 for this one alone.
        shards: parts that the offices are kept in; by default four a worker, eight on a given engine.
        limits: how long the search may go on, and the gap that is near enough.
        progress: hears of progress and may interrupt.
        engine: where shards live; made for ``workers`` and closed again if not given.
        resume: keep a journal in the folder, and go on where an earlier start that kept one was stopped.

    Raises:
        InputError: the run's files are gone, changed or of another version.
        LostError: a shard was lost again and again.
        JudgeError: a plan is not what the search claims: a fault of evenhand.
    """
    limits = limits or Limits()
    progress = progress or Progress(seconds=limits.seconds)
    # The hashes are looked at once, here: a shard that is replayed must read what the others read.
    manifest = load_manifest(folder)
    count = len(manifest.files)
    if not resume:
        # An engine that is given may have any number of workers, and one shard would keep all but one idle.
        some = SHARDS if engine is not None else SHARDS_A_WORKER * workers if workers > 1 else 1
        wanted = min(count, shards or some)
    else:
        # A journal holds answers shard by shard, so their number may not depend on this start's workers.
        wanted = min(count, shards or max(SHARDS, count // OFFICES_A_SHARD))
    # Whole shares of the offices' order, so shards hold neighbours and their sizes differ by one at most.
    ends = [number * count // wanted for number in range(wanted + 1)]
    recipes = [
        Recipe(
            "evenhand.cluster.many_offices:office_shard",
            (folder, manifest.files[first:last]),
            ", ".join(manifest.offices[first:last]),
            READS | {"awarded"},
            ("highspy", "pyarrow.parquet"),
        )
        for first, last in pairwise(ends)
    ]
    journal = Journal(folder, run_key(folder, limits, wanted)) if resume else None
    with open_engine(workers) if engine is None else nullcontext(engine) as opened:
        if journal is None:
            return _solved(opened, recipes, manifest, limits, progress)
        try:
            recorded = Recorded(opened, journal, progress, frozenset({"facts", "awarded"}))
            plan = _solved(recorded, recipes, manifest, limits, progress)
        finally:
            journal.close()
    return replace(plan, resumed=journal.known)


def run_key(folder: Path, limits: Limits, more: object) -> str:
    """Return a hash of all that a run's answers depend on; how long a search may take is not a part of it."""
    asked = f"{VERSION} {limits.gap} {more} ".encode()
    return hashlib.sha256(asked + (folder / "manifest.json").read_bytes()).hexdigest()


def _solved(
    engine: Engine, recipes: Sequence[Recipe], manifest: Manifest, limits: Limits, progress: Progress
) -> OfficesPlan:
    with progress.stage("read"):
        engine.start(recipes)
    offices = Offices(engine, progress, manifest.ticks)
    search = Search(offices, manifest.shared(), limits, progress)
    search.run()
    chosen = [plan.chosen for plan in search.plans]
    # Proving costs a solve over all survivors, so only where the gap asked for is not met.
    if search.gap > limits.gap and not progress.stop():
        with progress.stage("prove"), hushed(progress):
            chosen = _proven(search, manifest, chosen)
    with progress.stage("judge"):
        return _judged(engine, search, manifest, chosen)


def _proven(search: Search, manifest: Manifest, chosen: list[Ints]) -> list[Ints]:
    """Branch over all candidates that a better plan could hold, where they are few; the best plan then.

    The same proof as in one process, on a program put together from what the shards hand over.
    """
    offices = search.offices
    slack = search.ceiling - search.worth
    kept = [
        np.union1d(rows, own)
        for rows, own in zip(offices.survivors(search.asked, slack, search.bounds), chosen, strict=True)
    ]
    if sum(map(len, kept)) > SURVIVORS or search.progress.stop():
        return chosen
    pool = joined(offices.taken(kept), manifest.ticks)
    shared = search.shared
    rows = row_tariffs(pool.usage, shared, (shared.free, shared.length))
    residual = replace(pool.residual, tariffs=(*pool.residual.tariffs, *rows))
    # The plan so far, in the numbering of the joined program, so that branching begins with its value.
    start = pool.together(chosen)
    branched, proven = offices.step(
        "prove", lambda: branch(residual, np.arange(len(residual)), start, search.progress, nodes=NODES)
    )
    worth = search.worth
    if branched is not None and residual.holds(branched) and residual.worth(branched) > worth:
        worth = residual.worth(branched)
        chosen = pool.apart(branched)
        search.better = worth
    if proven is not None:
        search.bound = min(search.bound, max(worth, proven))
    return chosen


def _judged(engine: Engine, search: Search, manifest: Manifest, chosen: Sequence[Ints]) -> OfficesPlan:
    """Have every office's plan judged where its table is, and add up what is shared."""
    columns: dict[str, list[Any]] = {}
    used: dict[tuple[str, str], int] = {}
    values: dict[str, int] = {}
    faults: list[str] = []
    ends = np.cumsum(search.offices.sizes).tolist()
    parts = [
        (list(chosen[last - size : last]),) for last, size in zip(ends, search.offices.sizes, strict=True)
    ]
    told = [answer for part in engine.each("awarded", parts) for answer in part]
    for name, (value, wrong, table, units) in zip(manifest.offices, told, strict=True):
        values[name] = value
        faults += [f"{name}: {fault}" for fault in wrong]
        for head, cells in table.items():
            columns.setdefault(head, []).extend(cells)
        for set_name, label, total in units:
            used[set_name, label] = used.get((set_name, label), 0) + total
    # Counted here from the rules as they were given: no office sees what the others use.
    shared_cost = 0
    for set_name, label, allowance, slope, limit in manifest.rules:
        total = used.get((set_name, label), 0)
        if total > limit:
            faults.append(f"{set_name} {label}: {total} is used of {limit}.")
        shared_cost += sum(rise * max(0, total - free) for free, rise in zip(allowance, slope, strict=True))
    objective = sum(values.values()) - shared_cost
    bound = search.units(search.bound)
    claimed = search.units(search.worth if search.better is None else search.better)
    # A bound below the value, or a value other than claimed, is a fault of the search, even if no rule is
    # broken.
    if faults or objective > bound or objective != claimed:
        sentence = "\n".join(faults) or f"value {objective}, claimed {claimed}, bound {bound}"
        raise JudgeError(f"A plan of the offices is not what the search claims:\n{sentence}")
    return OfficesPlan(
        columns=columns,
        objective=objective,
        bound=bound,
        scale=manifest.scale,
        status=Status.OPTIMAL if objective == bound else Status.FEASIBLE,
        offices=values,
        used=tuple((*key, total) for key, total in sorted(used.items())),
        prices=tuple(search.found.prices.tolist()),
        ticks=manifest.ticks,
        rounds=search.found.rounds,
        cut=search.progress.cut,
    )
