"""A run over many offices: its files, the rows that offices share, and what makes values comparable.

``cut`` reads one office after another, writes its file and forgets it, so that the whole problem is never in
one memory. Only sums are kept of what is shared: how many candidates use a row, how much, the lightest and
the heaviest, their greatest common divisor. They are all that the rows' tariffs depend on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import gcd, lcm
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.solving.model.residual import ticks_of
from evenhand.allocation.solving.model.tariffs import number_segments, weight_segments
from evenhand.allocation.solving.offices.shared import Shared, to_grid
from evenhand.cluster.office_files import OfficeFile, Used, digest, write_office
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, Findings, InputError
from evenhand.core.version import VERSION
from evenhand.tables.files import write_atomically

NAME = "manifest.json"
CUT = "cut.jsonl"
"""The offices that are cut, a line each, so that a cutting that was ended goes on where it was."""

NAMED = 5
"""Offices that are named where the same is wrong with all of them."""


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


@dataclass(frozen=True)
class _Use:
    """What an office's candidates use of one shared row, and the rule as the office has it."""

    set: str
    label: str
    allowance: tuple[int, ...]
    slope: tuple[int, ...]
    limit: int
    count: int
    total: int
    low: int
    high: int
    divisor: int


@dataclass(frozen=True)
class _Line:
    """What the whole needs to know of an office that is cut: a line of ``cut.jsonl``."""

    name: str
    key: str
    file: str
    sha256: str
    most: int
    awards: int
    candidates: int
    scale: int
    use: tuple[_Use, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Sums:
    """What is known of one shared row from all offices."""

    allowance: tuple[int, ...]
    slope: tuple[int, ...]
    limit: int
    count: int = 0
    total: int = 0
    low: int = NO_LIMIT
    high: int = 0
    divisor: int = 0

    def add(self, use: _Use) -> None:
        if use.count:
            self.count += use.count
            self.total += use.total
            self.low, self.high = min(self.low, use.low), max(self.high, use.high)
            self.divisor = gcd(self.divisor, use.divisor)


@dataclass
class _Whole:
    """What is known of all offices."""

    most: int = 1
    awards: int = 0
    candidates: int = 0
    scale: int = 1
    sums: dict[tuple[str, str], _Sums] = field(default_factory=dict)


Office = AllocationProblem | Callable[[], AllocationProblem]
"""An office's problem, or what reads it when it is needed."""


def cut(
    offices: Iterable[tuple[str, Office]],
    folder: Path,
    *,
    shared: Sequence[str] = (),
    seed: int = 0,
    keys: Mapping[str, str] | None = None,
    refused: dict[str, str] | None = None,
    noted: dict[str, tuple[str, ...]] | None = None,
) -> Manifest:
    """Write a run's files from offices that come one by one, each forgotten when it is written.

    Args:
        offices: name and problem, one after another; a problem may be a function that reads it.
        folder: where the run stands; made if need be.
        shared: names of the group sets that offices share: groups of one label are one row of all offices.
            Every office that has such a set gives it the same steps and limit.
        seed: decides among equals.
        keys: by name, a hash of all that an office is made from. An office whose file an earlier call has
            written from the same is not read again.
        refused: takes what is wrong with an office, by its name, and the others go on. Without it, or where
            no office is left, everything that is wrong is raised at once.
        noted: takes what was odd in an office's tables, by its name.

    Raises:
        InputError: offices disagree about a shared rule, or have pins, or a name comes twice.
    """
    (folder / "offices").mkdir(parents=True, exist_ok=True)
    # A run whose cutting is ended early has no manifest and cannot be solved by mistake.
    before = (folder / NAME).read_bytes() if (folder / NAME).exists() else b""
    known = {line.name: line for line in _known(folder)}
    lines: list[_Line] = []
    findings, wrong = Findings(), {} if refused is None else refused
    names: dict[str, str] = {}
    with _appending(folder / CUT) as write:
        for name, office in offices:
            folded = normalize("NFC", name).strip().casefold()
            if folded in names:
                mend = f"Give every office its own name: {names[folded]!r} is there already"
                findings.error("is the name of two offices", mend, came=name)
                continue
            names[folded] = name
            key = (keys or {}).get(name, "")
            line = known.get(name)
            try:
                if line is None or not key or line.key != key or not _stands(folder, line):
                    line = _cut(name, key, office, folder, shared)
                    write(_plain_line(line))
            except InputError as error:
                wrong[name] = str(error)
                findings.errors += error.findings if refused is None else ()
                continue
            lines.append(line)
            if noted is not None and line.notes:
                noted[name] = line.notes
    if wrong and refused is not None and not lines:
        findings.errors += list(_all_refused(wrong))
    elif not names:
        findings.error("holds no office", "Put one folder per office in it", came=str(folder))
    stale = {line.file for line in known.values()} - {line.file for line in lines}
    manifest = _joined(lines, folder, seed, findings, before)
    # Only what an earlier call has written: whatever else stands there is somebody's own.
    for file in stale:
        (folder / "offices" / file).unlink(missing_ok=True)
    return manifest


def _all_refused(wrong: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with the offices, what is wrong with several of them once."""
    by_text: dict[str, list[str]] = {}
    for name, text in wrong.items():
        by_text.setdefault(text, []).append(name)
    for text, names in by_text.items():
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Finding(", ".join(names[:NAMED]) + more, None, "", None, text.rstrip("."), "")


def _joined(lines: Sequence[_Line], folder: Path, seed: int, findings: Findings, before: bytes) -> Manifest:
    """Return what all offices come to, and write it."""
    # Offices whose scores have more decimals have more units to a point; all are read in the finest.
    whole = _Whole(scale=lcm(*(line.scale for line in lines)))
    for line in lines:
        _count(whole, line, findings)
    findings.raise_errors()
    # One for all offices: values in different ticks could not be added up.
    ticks = ticks_of(whole.most, whole.awards)
    manifest = Manifest(
        offices=tuple(line.name for line in lines),
        files=tuple(line.file for line in lines),
        hashes=tuple(line.sha256 for line in lines),
        seed=seed,
        ticks=ticks,
        awards=whole.awards,
        scale=whole.scale,
        candidates=whole.candidates,
        rows=tuple(_rows(whole, ticks)),
        rules=tuple(
            (name, label, row.allowance, row.slope, row.limit)
            for (name, label), row in sorted(whole.sums.items())
        ),
    )
    text = json.dumps(_plain(manifest), indent=1, ensure_ascii=False).encode()
    if text != before:
        write_atomically(folder / NAME, text)
    return manifest


def _cut(name: str, key: str, office: Office, folder: Path, shared: Sequence[str]) -> _Line:
    """Read an office, write its file, and return what the whole needs to know of it."""
    problem = office() if callable(office) else office
    if problem.pinned.any():
        raise InputError.one("has pins", "Pin in a run of that office alone", table=name)
    own = tuple(group for group in problem.groups if group.name not in shared)
    used = [group for group in problem.groups if group.name in shared]
    kept = np.flatnonzero(~problem.forbidden & (problem.worth >= 0))
    file = OfficeFile(name, _alone(problem, own, kept), tuple(_used(group, kept) for group in used))
    path = write_office(folder / "offices", file)
    # No day gives more than there are items; cut to that, very large numbers cannot overflow the sum below.
    slots = np.minimum(problem.slots, len(problem.items))
    return _Line(
        name=name,
        key=key,
        file=path.name,
        sha256=digest([path])[0],
        most=int(problem.worth.max(initial=1)),
        awards=int(min(len(problem.items), slots.sum())),
        candidates=len(problem),
        scale=problem.scale,
        use=tuple(_use(group, code) for group in used for code in range(len(group.labels))),
        notes=tuple(dict.fromkeys(map(str, problem.warnings))),
    )


def _use(group: GroupSet, code: int) -> _Use:
    """Return what an office's candidates use of one row."""
    units = group.weight[group.of == code]
    units = units[units > 0]
    return _Use(
        group.name,
        group.labels[code],
        tuple(group.allowance[code].tolist()),
        tuple(group.slope[code].tolist()),
        int(group.limit[code]),
        count=len(units),
        total=int(units.sum()),
        low=int(units.min(initial=NO_LIMIT)),
        high=int(units.max(initial=0)),
        divisor=int(np.gcd.reduce(units)) if len(units) else 0,
    )


def _count(whole: _Whole, line: _Line, findings: Findings) -> None:
    """Add one office to what is known of all."""
    finer = whole.scale // line.scale
    whole.most = max(whole.most, line.most * finer)
    whole.awards += line.awards
    whole.candidates += line.candidates
    for use in line.use:
        rule = (use.allowance, tuple(slope * finer for slope in use.slope), use.limit)
        row = whole.sums.setdefault((use.set, use.label), _Sums(*rule))
        if (row.allowance, row.slope, row.limit) != rule:
            mend = "Give a shared rule the same steps and limit in every office"
            findings.error(
                "differs from the other offices", mend, table=line.name, column=use.set, came=use.label
            )
        row.add(use)


def _stands(folder: Path, line: _Line) -> bool:
    """Whether an office's file is what it was when it was cut."""
    path = folder / "offices" / line.file
    return path.exists() and digest([path]) == [line.sha256]


def _plain_line(line: _Line) -> str:
    return json.dumps({**vars(line), "use": [vars(use) for use in line.use], "version": VERSION})


def _known(folder: Path) -> Iterator[_Line]:
    """Yield the offices that an earlier call has cut; a line that a kill cut off is passed over."""
    path = folder / CUT
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            content = json.loads(text)
            if content.pop("version") == VERSION:
                use = tuple(
                    _Use(**{**held, "allowance": tuple(held["allowance"]), "slope": tuple(held["slope"])})
                    for held in content.pop("use")
                )
                yield _Line(**{**content, "notes": tuple(content["notes"])}, use=use)
        except (ValueError, KeyError, TypeError):
            continue


@contextmanager
def _appending(path: Path) -> Iterator[Callable[[str], None]]:
    """Open a file of lines for more of them; what a kill left of a last line is ended first."""
    try:
        torn = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf-8") as file:
            if torn:
                file.write("\n")

            def write(line: str) -> None:
                file.write(line + "\n")
                file.flush()

            yield write
    except OSError as error:
        mend = "Make room there and start again: offices that are cut are not cut twice"
        raise InputError.one(f"cannot be written: {error.strerror}", mend, table=str(path)) from None


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
