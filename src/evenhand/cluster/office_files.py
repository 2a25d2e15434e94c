"""One file an office: its own problem in codes, and what its candidates use of the rows that offices share.

Columns are int32 (int64 where a number needs it), names and small tables stand as JSON in the file's
metadata. With pyarrow installed the file is Parquet, 1 to 2 bytes a candidate; without it NumPy's own .npz.
Both hold the same, and the ending says which it is.

What is shared is kept by name, ``(set, label)``, and not by number: an office is written before anybody knows
which other offices use the same row.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.problem import AllocationProblem, GroupSet
from evenhand.allocation.problem.penalties import Penalty
from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError
from evenhand.tables.files import write_atomically

EDITION = 2
"""Changes when a file of an older edition would be read wrongly."""

SMALL = np.iinfo(np.int32)


@dataclass(frozen=True, eq=False)
class Used:
    """What candidates use of one set of shared rows.

    Attributes:
        name: of the set, such as "budget".
        labels: the rows of the set that this office uses.
        of: row of each candidate, -1 for none, shape (n,).
        units: what each candidate uses of its row, >= 0, shape (n,).
    """

    name: str
    labels: tuple[str, ...]
    of: Ints = field(repr=False)
    units: Ints = field(repr=False)


@dataclass(frozen=True, eq=False)
class OfficeFile:
    """What a file holds: an office's problem without pins and shared rows, and its use of these rows."""

    name: str
    problem: AllocationProblem = field(repr=False)
    used: tuple[Used, ...] = field(repr=False)


def write_office(folder: Path, office: OfficeFile) -> Path:
    """Write an office's file, all or nothing, and return its path.

    Raises:
        InputError: the disk is full, or nothing may be written there.
    """
    problem = office.problem
    columns: dict[str, Ints] = {
        "item": problem.item,
        "recipient": problem.recipient,
        "day": problem.day,
        "score": problem.score,
    }
    for place, group in enumerate(problem.groups):
        columns |= {f"group {place} of": group.of, f"group {place} weight": group.weight}
    for place, used in enumerate(office.used):
        columns |= {f"shared {place} of": used.of, f"shared {place} units": used.units}
    facts = {
        "edition": EDITION,
        "name": office.name,
        "items": problem.items,
        "recipients": problem.recipients,
        "days": problem.days,
        "slots": problem.slots.tolist(),
        "recipient_day_limit": problem.recipient_day_limit.tolist(),
        "recipient_limit": problem.recipient_limit.tolist(),
        "weight": problem.weight.tolist(),
        "head_start": problem.head_start.tolist(),
        "owed_bonus": problem.owed_bonus.tolist(),
        "scale": problem.scale,
        "penalty": [problem.penalty.mode, problem.penalty.steps],
        "groups": [
            [g.name, g.labels, g.allowance.tolist(), g.slope.tolist(), g.limit.tolist(), g.unit]
            for g in problem.groups
        ],
        "shared": [[used.name, used.labels] for used in office.used],
    }
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    small = {name: _narrow(column) for name, column in columns.items()}
    held = io.BytesIO()
    if find_spec("pyarrow") is None:
        path = folder / f"{stem_of(office.name)}.npz"
        told = np.frombuffer(text.encode(), dtype=np.uint8)
        np.savez_compressed(held, facts=told, **small)  # type: ignore[arg-type]
        write_atomically(path, held.getvalue())
        return path
    import pyarrow as pa
    from pyarrow import parquet

    path = folder / f"{stem_of(office.name)}.parquet"
    table = pa.table(small).replace_schema_metadata({b"evenhand": text.encode()})
    parquet.write_table(table, held, compression="zstd")
    write_atomically(path, held.getvalue())
    return path


def stem_of(name: str) -> str:
    """Return the stem of an office's file: what of its name a file may bear, and a hash to tell it apart.

    >>> stem_of("Oslo / West")
    'Oslo-West-386e5f'
    """
    readable = "-".join(re.findall(r"[A-Za-z0-9]+", name))[:40] or "office"
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def _narrow(column: Ints) -> NDArray[Any]:
    fits = not len(column) or (column.min() >= SMALL.min and column.max() <= SMALL.max)
    return column.astype(np.int32) if fits else column


def read_office(path: Path, scale: int | None = None) -> OfficeFile:
    """Read an office's file.

    Args:
        path: of the file.
        scale: units to a point of the whole run, a multiple of the office's own; None for the office's own.

    Raises:
        InputError: it is no such file, of another edition, or damaged.
    """
    try:
        facts, columns = _columns(path)
        if facts["edition"] != EDITION:
            raise InputError.one(
                "is of another edition", "Cut the offices again with this version", came=str(facts["edition"])
            )
        office = _office(facts, columns)
        own = office.problem.scale
        return replace(office, problem=_finer(office.problem, (scale or own) // own))
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise InputError.one(
            "is not an office's file that can be read", "Cut the offices again", table=str(path)
        ) from error


def _finer(problem: AllocationProblem, times: int) -> AllocationProblem:
    """Return a problem with that many times as many units to a point."""
    if times == 1:
        return problem
    return replace(
        problem,
        score=problem.score * times,
        groups=tuple(replace(group, slope=group.slope * times) for group in problem.groups),
        owed_bonus=problem.owed_bonus * times,
        scale=problem.scale * times,
    )


def _columns(path: Path) -> tuple[dict[str, Any], Mapping[str, NDArray[Any]]]:
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in arrays.files}
        return json.loads(columns.pop("facts").tobytes()), columns
    from pyarrow import parquet

    table = parquet.read_table(path)
    facts = json.loads(table.schema.metadata[b"evenhand"])
    return facts, {name: table.column(name).to_numpy() for name in table.column_names}


def _office(facts: dict[str, Any], columns: Mapping[str, NDArray[Any]]) -> OfficeFile:
    def column(name: str) -> Ints:
        return columns[name].astype(np.int64)

    count = len(columns["item"])
    groups = []
    for place, (name, labels, allowance, slope, limit, unit) in enumerate(facts["groups"]):
        of, weight = column(f"group {place} of"), column(f"group {place} weight")
        shape = (len(labels), -1 if labels else 0)
        groups.append(
            GroupSet(
                name,
                tuple(labels),
                of,
                weight,
                np.array(allowance, dtype=np.int64).reshape(shape),
                np.array(slope, dtype=np.int64).reshape(shape),
                np.array(limit, dtype=np.int64),
                unit,
            )
        )
    mode, steps = facts["penalty"]
    takers, dates = len(facts["recipients"]), len(facts["days"])
    problem = AllocationProblem(
        items=tuple(facts["items"]),
        recipients=tuple(facts["recipients"]),
        days=tuple(facts["days"]),
        item=column("item"),
        recipient=column("recipient"),
        day=column("day"),
        score=column("score"),
        slots=np.array(facts["slots"], dtype=np.int64),
        recipient_day_limit=np.array(facts["recipient_day_limit"], dtype=np.int64).reshape(takers, dates),
        recipient_limit=np.array(facts["recipient_limit"], dtype=np.int64),
        groups=tuple(groups),
        pinned=np.zeros(count, dtype=np.bool_),
        forbidden=np.zeros(count, dtype=np.bool_),
        scale=facts["scale"],
        penalty=Penalty(mode, tuple((beyond, points) for beyond, points in steps)),
        weight=np.array(facts["weight"], dtype=np.int64),
        head_start=np.array(facts["head_start"], dtype=np.int64),
        owed_bonus=np.array(facts["owed_bonus"], dtype=np.int64),
    )
    used = tuple(
        Used(name, tuple(labels), column(f"shared {place} of"), column(f"shared {place} units"))
        for place, (name, labels) in enumerate(facts["shared"])
    )
    return OfficeFile(facts["name"], problem, used)


def digest(paths: Sequence[Path]) -> list[str]:
    """Return the SHA-256 of each file."""
    out = []
    for path in paths:
        with path.open("rb") as file:
            out.append(hashlib.file_digest(file, "sha256").hexdigest())
    return out
