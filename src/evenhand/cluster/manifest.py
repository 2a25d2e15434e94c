"""A run over many offices: its files, the rows that offices share, and what makes values comparable.

``cut`` reads one office after another, writes its file and forgets it, so that the whole problem is never in
one memory. Only sums are kept of what is shared: how many candidates use a row, how much, the lightest and
the heaviest, their greatest common divisor. They are all that the rows' tariffs depend on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.solving.model.residual import ticks_of
from evenhand.allocation.solving.model.tariffs import number_segments, weight_segments
from evenhand.allocation.solving.offices.shared import Shared, to_grid
from evenhand.cluster.office_files import OfficeFile, Used, digest, write_office
from evenhand.core.errors import Findings, InputError
from evenhand.core.version import VERSION
from evenhand.tables.files import write_atomically

__all__ = ["Manifest", "cut", "load_manifest"]

Ints = NDArray[np.int64]

NAME = "manifest.json"


@dataclass(frozen=True)
class Row:
    """One shared row: its set and label, whether it counts numbers, and its segments in ticks."""

    set: str
    label: str
    quantum: int
    free: int
    length: tuple[int, ...]
    cost: tuple[int, ...]


@dataclass(frozen=True)
class Manifest:
    """What every shard of a run needs to know.

    Attributes:
        offices: names, in the order of the files.
        files: file name of each office, and ``hashes`` its SHA-256.
        seed: decides among equals; ``ticks`` to a unit of score; ``awards`` of all offices at most.
        scale: units to a point.
        rows: what is shared.
        rules: the shared rules as they were given, for the judge: set, label, allowance, slope, limit.
        version: of evenhand, as a plan depends on it.
    """

    offices: tuple[str, ...]
    files: tuple[str, ...]
    hashes: tuple[str, ...]
    seed: int
    ticks: int
    awards: int
    scale: int
    candidates: int
    rows: tuple[Row, ...]
    rules: tuple[tuple[str, str, tuple[int, ...], tuple[int, ...], int], ...]
    version: str = VERSION

    def shared(self) -> Shared:
        """Return the shared rows, numbered as here; rows of numbers and of weights stand apart."""
        steps = max((len(row.length) for row in self.rows), default=0)

        def padded(values: Sequence[Sequence[int]]) -> Ints:
            rows = [[*row, *[0] * (steps - len(row))] for row in values]
            return np.array(rows, dtype=np.int64).reshape(len(self.rows), steps)

        # A last -1 for the candidates that are in no row.
        number = tuple(np.append(rows, -1) for rows in self.kinds())
        return Shared(
            tuple((kind, place) for kind, rows in enumerate(self.kinds()) for place in range(len(rows))),
            number,
            np.array([row.free for row in self.rows], dtype=np.int64),
            padded([row.length for row in self.rows]),
            padded([row.cost for row in self.rows]),
        )

    def kinds(self) -> list[Ints]:
        """Return the rows in order, parted by set and by what they count; each part's rows are neighbours."""
        parts: dict[tuple[str, bool], list[int]] = {}
        for number, row in enumerate(self.rows):
            parts.setdefault((row.set, row.quantum > 0), []).append(number)
        return [np.array(rows, dtype=np.int64) for rows in parts.values()]


@dataclass
class _Sums:
    """What is known of one shared row from the offices read so far."""

    allowance: tuple[int, ...]
    slope: tuple[int, ...]
    limit: int
    count: int = 0
    total: int = 0
    low: int = NO_LIMIT
    high: int = 0
    divisor: int = 0
    offices: int = 0

    def add(self, units: Ints) -> None:
        used = units[units > 0]
        if len(used):
            self.count += len(used)
            self.total += int(used.sum())
            self.low, self.high = min(self.low, int(used.min())), max(self.high, int(used.max()))
            self.divisor = int(np.gcd(self.divisor, int(np.gcd.reduce(used))))
            self.offices += 1


@dataclass
class _Whole:
    """What is known of all offices from those read so far."""

    most: int = 1
    awards: int = 0
    candidates: int = 0
    scale: int | None = None
    sums: dict[tuple[str, str], _Sums] = field(default_factory=dict)


def cut(
    offices: Iterable[tuple[str, AllocationProblem]],
    folder: Path,
    *,
    shared: Sequence[str] = (),
    seed: int = 0,
) -> Manifest:
    """Write a run's files from offices that come one by one, each forgotten when it is written.

    Args:
        offices: name and problem, one after another.
        folder: where the run stands; made if need be.
        shared: names of the group sets that offices share: groups of one label are one row of all offices.
            Every office that has such a set gives it the same steps and limit.
        seed: decides among equals.

    Raises:
        InputError: offices disagree about scale or a shared rule, have pins, or a name twice.
    """
    (folder / "offices").mkdir(parents=True, exist_ok=True)
    whole, names, files, findings = _Whole(), [], [], Findings()
    for number, (name, problem) in enumerate(offices):
        if problem.pinned.any():
            findings.error("has pins", "Pin in a run of that office alone", table=name)
            continue
        if name in names:
            findings.error("is the name of two offices", "Give every office its own name", came=name)
        own = tuple(group for group in problem.groups if group.name not in shared)
        used = [group for group in problem.groups if group.name in shared]
        _count(whole, name, problem, used, findings)
        kept = np.flatnonzero(~problem.forbidden & (problem.worth >= 0))
        file = OfficeFile(name, _alone(problem, own, kept), tuple(_used(group, kept) for group in used))
        files.append(write_office(folder / "offices", file, number))
        names.append(name)
    if not names and not findings.errors:
        findings.error("holds no office", "Put one folder per office in it", came=str(folder))
    findings.raise_errors()
    # One for all offices: values in different ticks could not be added up.
    ticks = ticks_of(whole.most, whole.awards)
    manifest = Manifest(
        offices=tuple(names),
        files=tuple(path.name for path in files),
        hashes=tuple(digest(files)),
        seed=seed,
        ticks=ticks,
        awards=whole.awards,
        scale=whole.scale or 1,
        candidates=whole.candidates,
        rows=tuple(_rows(whole, ticks)),
        rules=tuple(
            (name, label, row.allowance, row.slope, row.limit)
            for (name, label), row in sorted(whole.sums.items())
        ),
    )
    # Last, so that a run whose cutting was ended early has no manifest and cannot be solved by mistake.
    write_atomically(folder / NAME, json.dumps(_plain(manifest), indent=1, ensure_ascii=False).encode())
    return manifest


def _count(
    whole: _Whole, name: str, problem: AllocationProblem, used: Sequence[GroupSet], findings: Findings
) -> None:
    """Add one office to what is known of all."""
    if whole.scale not in {None, problem.scale}:
        mend = "Give all offices the same scale, or scores with as many decimals"
        findings.error(f"has {problem.scale} units to a point", mend, table=name, came=str(problem.scale))
    whole.scale = problem.scale
    whole.most = max(whole.most, int(problem.worth.max(initial=1)))
    # No day gives more than there are items; cut to that, very large numbers cannot overflow the sum below.
    slots = np.minimum(problem.slots, len(problem.items))
    whole.awards += int(min(len(problem.items), slots.sum()))
    whole.candidates += len(problem)
    for group in used:
        for code, label in enumerate(group.labels):
            rule = (
                tuple(group.allowance[code].tolist()),
                tuple(group.slope[code].tolist()),
                int(group.limit[code]),
            )
            row = whole.sums.setdefault((group.name, label), _Sums(*rule))
            if (row.allowance, row.slope, row.limit) != rule:
                mend = "Give a shared rule the same steps and limit in every office"
                findings.error(
                    "differs from the other offices", mend, table=name, column=group.name, came=label
                )
            row.add(group.weight[group.of == code])


def _used(group: GroupSet, kept: Ints) -> Used:
    return Used(group.name, group.labels, group.of[kept], group.weight[kept])


def _alone(problem: AllocationProblem, own: tuple[GroupSet, ...], kept: Ints) -> AllocationProblem:
    """Return an office's problem with its own groups and the candidates that can be awarded."""
    from dataclasses import replace

    groups = tuple(replace(group, of=group.of[kept], weight=group.weight[kept]) for group in own)
    nothing = np.zeros(len(kept), dtype=np.bool_)
    return replace(
        problem,
        item=problem.item[kept],
        recipient=problem.recipient[kept],
        day=problem.day[kept],
        score=problem.score[kept],
        groups=groups,
        pinned=nothing,
        forbidden=nothing,
        dropped=(),
        warnings=(),
        barriers=(),
        called={},
    )


def _rows(whole: _Whole, ticks: int) -> list[Row]:
    """Return the shared rows that can cost or run full: by set, those of numbers before those of weights."""
    scale = (ticks, whole.most + 1, max(1, whole.awards))
    rows = []
    for (name, label), row in sorted(whole.sums.items()):
        if not row.count:
            continue
        steps = (
            np.array([row.allowance], dtype=np.int64).reshape(1, -1),
            np.array([row.slope], dtype=np.int64).reshape(1, -1),
            np.array([row.limit], dtype=np.int64),
        )
        # Where all weights are the same a row counts awards, as in one process; else its end is lowered to
        # what sums of the weights can reach.
        alike = row.low == row.high
        if alike:
            quantum = np.array([max(1, row.low)], dtype=np.int64)
            free, length, cost, binds = number_segments(np.array([row.count]), quantum, steps, scale)
        else:
            free, length, cost, binds = weight_segments(np.array([row.total]), steps, scale)
            lowered, cut_length = to_grid(int(free[0]), length[0], row.divisor)
            free, length = np.array([lowered]), cut_length[None, :]
        if binds[0]:
            segments = (tuple(length[0].tolist()), tuple(cost[0].tolist()))
            rows.append(Row(name, label, row.low if alike else 0, int(free[0]), *segments))
    # The order in which ``kinds`` parts them: rows of a kind must be neighbours.
    return sorted(rows, key=lambda row: (row.set, row.quantum == 0, row.label))


def _plain(manifest: Manifest) -> dict[str, Any]:
    content = dict(vars(manifest))
    content["rows"] = [vars(row) for row in manifest.rows]
    return {"kind": "evenhand/offices", "edition": 1, **content}


def load_manifest(folder: Path, *, files: bool = True) -> Manifest:
    """Read a run's manifest and, unless told not to, check that its ``files`` are what they were.

    Raises:
        InputError: there is none, it is damaged or of another version, or a file is gone or was changed.
    """
    path = folder / NAME
    try:
        content = json.loads(path.read_bytes())
        # Popped in the same step as compared: what is left must be the manifest's own fields.
        known = (content.pop("kind"), content.pop("edition")) == ("evenhand/offices", 1)
        rows = tuple(
            Row(**{**row, "length": tuple(row["length"]), "cost": tuple(row["cost"])})
            for row in content.pop("rows")
        )
        rules = tuple((a, b, tuple(c), tuple(d), e) for a, b, c, d, e in content.pop("rules"))
        for name in ("offices", "files", "hashes"):
            content[name] = tuple(content[name])
        manifest = Manifest(**{**content, "rows": rows, "rules": rules})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError.one("is not a run over offices", "Cut the offices again", table=str(path)) from error
    findings = Findings()
    if not known:
        findings.error("is not a run over offices", "Cut the offices again", table=str(path))
    # Another version may number or price rows differently, and the plan would mix both.
    if manifest.version != VERSION:
        mend = f"Cut the offices again with version {VERSION}: a plan depends on it"
        findings.error("is the version that cut the offices", mend, table=str(path), came=manifest.version)
    for name, file, digest_then in zip(
        manifest.offices if files else (), manifest.files, manifest.hashes, strict=False
    ):
        here = folder / "offices" / file
        if not here.exists():
            findings.error("is gone", f"Cut the offices again: it is the file of {name}", table=str(here))
        elif digest([here]) != [digest_then]:
            findings.error("was changed", f"Cut the offices again: it is the file of {name}", table=str(here))
    findings.raise_errors()
    return manifest
