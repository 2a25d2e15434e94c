"""One roster in many files, too large for one memory: cut into super-teams, each solved by itself.

Four stages, each of which reads one file, or one part, at a time:

1. *count*: how many people each cell of the cross table (one combination of values) has, file by file;
2. *cut*: the cells are shared among S super-teams so that each has floor or ceiling of its share of every
   value. All but the remainders is shared by division; the remainders are people of a small problem whose
   teams are the super-teams, solved by the same method as any other;
3. *solve*: each super-team is split into its teams, knowing nothing of the others;
4. *write*: each file is read again, and its people take the places of their cells in turn.

Why that is exact: with teams of one size, T teams in all and N_v people of a value v, a team is within quota
where it has floor(N_v / T) or ceil(N_v / T) of them. A super-team of t teams has floor or ceil of t N_v / T
people of v, which lies between t floor(N_v / T) and t ceil(N_v / T). So its own teams, being within quota of
the super-team, have floor(N_v / T) or ceil(N_v / T) people of v: within quota of the whole. An arrangement
with all teams within quota is the best for every column at once. The manual has the proof in full
(``docs/how-it-works/super-teams.md``), and the last stage counts every team against the whole's quota.

People of one cell are interchangeable, so nothing but counts travels between the stages. Every stage leaves
files behind that bear the hash of what they were made from: a second start goes on where the first stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.cluster.engine import LostError, Recipe
from evenhand.cluster.journal import alone_in
from evenhand.cluster.processes import ask_each
from evenhand.core.arrays import Ints
from evenhand.core.errors import EvenhandError, Findings, InputError
from evenhand.core.version import VERSION

PART = 200_000
"""People of a super-team. Half of it solves as fast a person, but twice as many super-teams leave twice as
many remainders to share; at twice the size one process takes 0.7 GB instead of 0.4."""

BLOCK = 1 << 22
"""Bytes of a file hashed at a time."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a run.

    Attributes:
        balance: columns that every team should mirror.
        teams: how many teams; or
        size: how many people a team has.
        name: the column of names; found by its header if None.
        seed: another seed gives other teams, as even.
        part: people of a super-team, about.
        mapping: head of the files to the name it is read as.
        sheet: the sheet of workbooks; the first if empty.
    """

    balance: tuple[str, ...]
    teams: int | None = None
    size: int | None = None
    name: str | None = None
    seed: int = 0
    part: int = PART
    mapping: tuple[tuple[str, str], ...] = ()
    sheet: str = ""

    @property
    def reading(self) -> dict[str, Any]:
        """How each file is to be read."""
        return {
            "balance": self.balance, "name": self.name, "mapping": self.mapping, "sheet": self.sheet,
        }  # fmt: skip


@dataclass(frozen=True)
class Result:
    """How a run ended.

    Attributes:
        people, teams: how many; files, parts: how many of each.
        smallest, largest: members of a team.
        outside: teams with a count that is neither floor nor ceiling of their fair share.
        proven: whether no arrangement can be more even: teams of one size, and none outside.
        known: steps that an earlier start had done; steps: all of them.
    """

    people: int
    teams: int
    files: int
    parts: int
    smallest: int
    largest: int
    outside: int
    proven: bool
    known: int
    steps: int


@dataclass(frozen=True, eq=False)
class Cut:
    """The cross table, and who goes to which super-team.

    Attributes:
        values: columns to their values, each as first written, sorted by folded text.
        cells: value codes of each cell, -1 for none, shape (C, columns).
        counts: people of each file and cell, shape (files, C).
        shares: people of each cell and super-team, shape (C, S).
        teams: teams of each super-team, shape (S,).
    """

    values: tuple[tuple[str, ...], ...]
    cells: Ints = field(repr=False)
    counts: Ints = field(repr=False)
    shares: Ints = field(repr=False)
    teams: Ints = field(repr=False)

    @cached_property
    def by_value(self) -> tuple[Ints, ...]:
        """People of each value in the whole roster, column by column."""
        totals = self.counts.sum(axis=0)
        return tuple(
            np.bincount(self.cells[:, code] + 1, weights=totals, minlength=len(values) + 1)[1:].astype(
                np.int64
            )
            for code, values in enumerate(self.values)
        )

    def save(self, path: Path) -> None:
        """Write it, all or nothing."""
        from io import BytesIO

        from evenhand.tables.files import write_atomically

        held = BytesIO()
        arrays = {"cells": self.cells, "counts": self.counts, "shares": self.shares, "teams": self.teams}
        np.savez(held, values=np.array(json.dumps(self.values)), **arrays)  # type: ignore[arg-type]
        write_atomically(path, held.getvalue())

    @staticmethod
    def load(path: Path) -> Cut:
        """Read what ``save`` wrote."""
        with np.load(path) as held:
            values = tuple(tuple(column) for column in json.loads(str(held["values"])))
            return Cut(values, held["cells"], held["counts"], held["shares"], held["teams"])


def parts_of(teams: int, people: int, part: int) -> Ints:
    """Return the teams of each super-team: of one number wherever the teams can be shared out so.

    >>> parts_of(20_000, 100_000, 30_000).tolist()
    [5000, 5000, 5000, 5000]
    """
    wanted = max(1, min(teams, -(-people // max(1, part))))
    # A divisor keeps all super-teams alike, which makes the cut an ordinary problem with teams of one size;
    # up to twice as many parts are worth that, more would leave them needlessly small.
    number = next(
        (count for count in range(wanted, min(2 * wanted, teams) + 1) if teams % count == 0), wanted
    )
    return teams // number + (np.arange(number) < teams % number).astype(np.int64)


def cut(cells: Ints, counts: Ints, teams: int, *, seed: int = 0, part: int = PART) -> tuple[Ints, Ints]:
    """Share the people of each cell among super-teams.

    Args:
        cells: value codes of each cell, -1 for none, shape (C, columns).
        counts: people of each cell, shape (C,).
        teams: teams in all, from 1 to the number of people.
        seed: of the search.
        part: people of a super-team, about.

    Returns:
        People of each cell and super-team, shape (C, S), and the teams of each, shape (S,).

    Promise:
        Rows sum to the counts. Super-teams of as many teams of one size have floor or ceiling of their share
        of every value wherever ``exchange`` finds such an arrangement of the remainders.
    """
    people = int(counts.sum())
    split = parts_of(teams, people, part)
    floor, larger = divmod(people, teams)
    # Teams with one member more are shared out as evenly as the teams are.
    before = np.cumsum(split) - split
    more = np.minimum(larger, before + split) - np.minimum(larger, before)
    if larger:
        more = np.diff(np.concatenate([[0], larger * np.cumsum(split) // teams]))
    seats = split * floor + more
    base = np.array(
        [[int(count) * int(seat) // people for seat in seats] for count in counts], dtype=np.int64
    )
    shares = base.reshape(len(counts), len(seats))
    left = counts - shares.sum(axis=1)
    room = seats - shares.sum(axis=0)
    if int(left.sum()):
        shares = shares + _remainders(cells, left, room, seed)
    return shares, split


def _remainders(cells: Ints, left: Ints, room: Ints, seed: int) -> Ints:
    """Share what division left over: people of a small problem whose teams are the super-teams."""
    from evenhand.solver import solve
    from evenhand.teams import TeamsProblem

    people = np.repeat(np.arange(len(left)), left)
    columns = {f"column {row}": cells[people, row] for row in range(cells.shape[1])}
    open_parts = np.flatnonzero(room)
    even = len(set(room.tolist())) == 1
    sizes: dict[str, Any] = {"teams": len(room)} if even else {"sizes": room[open_parts].tolist()}
    problem = TeamsProblem.from_values(len(people), columns, **sizes)
    where = np.arange(len(room)) if even else open_parts
    awards = where[np.asarray(solve(problem, seed=seed).awards)]
    out = np.zeros((len(left), len(room)), dtype=np.int64)
    np.add.at(out, (people, awards), 1)
    return out


class Worker:
    """What lives in a process: it counts, solves and writes, and remembers only the cut it last read."""

    def __init__(self) -> None:
        """Begin with no cut."""
        self._cut: tuple[str, Cut] | None = None

    def count(self, task: Mapping[str, Any]) -> int:
        """Count the cells of one file, write them to ``task["to"]``, and return the number of people."""
        from evenhand.tables.files import write_atomically

        columns, _names, code = _codes(task)
        wide = [len(values) + 1 for values in columns]
        # One number a cell, as whole rows sort some ten times slower.
        numbers, counts = np.unique(np.ravel_multi_index(tuple((code + 1).T), wide), return_counts=True)
        cells = np.stack(np.unravel_index(numbers, wide), axis=1) - 1
        labels = [list(column) for column in columns]
        body = {"values": labels, "cells": cells.tolist(), "counts": counts.tolist()}
        write_atomically(Path(task["to"]), json.dumps(body, ensure_ascii=False).encode())
        return int(counts.sum())

    def solve(self, task: Mapping[str, Any]) -> int:
        """Split one super-team, write its places to ``task["to"]``; return its teams outside the quota."""
        from io import BytesIO

        from evenhand.solver import solve
        from evenhand.tables.files import write_atomically
        from evenhand.teams import TeamsProblem

        whole, part = self._whole(task["cut"]), int(task["part"])
        people = np.repeat(np.arange(len(whole.cells)), whole.shares[:, part])
        teams = int(whole.teams[part])
        columns = {f"column {person}": whole.cells[people, person] for person in range(len(whole.values))}
        problem = TeamsProblem.from_values(len(people), columns, teams=teams)
        awards = np.asarray(solve(problem, seed=task["seed"]).awards, dtype=np.int32)
        held = BytesIO()
        np.save(held, awards)
        write_atomically(Path(task["to"]), held.getvalue())
        return _outside(whole, people, awards, teams)

    def write(self, task: Mapping[str, Any]) -> int:
        """Write the teams of one file's people to ``task["to"]``; return how many people it has."""
        from evenhand.tables.write import write_csv

        whole, number = self._whole(task["cut"]), int(task["number"])
        columns, names, code = _codes(task)
        cell_of = _cells_of(whole, columns, code)
        # People of a cell in the order of files, then of names, take the places of the cell in turn.
        order = np.argsort(cell_of, kind="stable")
        counts = np.bincount(cell_of, minlength=len(whole.cells))
        earlier = whole.counts[:number].sum(axis=0)
        ends = np.cumsum(whole.shares, axis=1)
        starts = np.cumsum(whole.shares, axis=0) - whole.shares
        first_team = np.cumsum(whole.teams) - whole.teams
        team = np.empty(len(names), dtype=np.int64)
        filled = 0
        places: dict[int, NDArray[np.int32]] = {}
        for cell in np.flatnonzero(counts).tolist():
            rank, last = int(earlier[cell]), int(earlier[cell] + counts[cell])
            while rank < last:
                part = int(np.searchsorted(ends[cell], rank, side="right"))
                upto = min(last, int(ends[cell, part]))
                begin = int(starts[cell, part]) + rank - int(ends[cell, part] - whole.shares[cell, part])
                # Mapped and not read: a file's people stand in few super-teams, and each is read in pieces.
                if part not in places:
                    places[part] = np.load(Path(task["parts"]) / f"{part}.npy", mmap_mode="r")
                here = places[part][begin : begin + upto - rank]
                team[order[filled : filled + upto - rank]] = first_team[part] + here
                filled += upto - rank
                rank = upto
        write_csv(
            {"name": list(names), "team": [f"Team {index + 1}" for index in team.tolist()]}, Path(task["to"])
        )
        return len(names)

    def _whole(self, path: str) -> Cut:
        if self._cut is None or self._cut[0] != path:
            self._cut = (path, Cut.load(Path(path)))
        return self._cut[1]


def _codes(task: Mapping[str, Any]) -> tuple[list[tuple[str, ...]], Any, Ints]:
    """Return the values of each column of a file, its names sorted, and the codes of each person.

    Raises:
        InputError: the file cannot be read, or lacks a column.
    """
    from evenhand.tables import Given, read
    from evenhand.teams.reading.columns import category, folded
    from evenhand.teams.reading.names import people_of_table

    findings = Findings()
    path = Path(task["file"])
    source = Given(path, sheet=task["sheet"], mapping=dict(task["mapping"]))
    table = read(source, path.name, findings, job="teams")
    heads = {folded(header): header for header in reversed(list(table.columns))}
    wanted = [heads.get(folded(column), column) for column in task["balance"]]
    table.need(*wanted)
    findings.raise_errors()
    names, order = people_of_table(table, task["name"])
    findings.raise_errors()
    coded = [category(column, table.columns[column], order) for column in wanted]
    code = (
        np.stack([codes_of_column.of(len(names)) for codes_of_column in coded], axis=1)
        if coded
        else np.zeros((len(names), 0))
    )
    return [codes_of_column.values for codes_of_column in coded], names, code.astype(np.int64)


def _cells_of(whole: Cut, columns: Sequence[Sequence[str]], code: Ints) -> Ints:
    """Return the cell of each person of a file: its codes as the whole has them, looked up."""
    from evenhand.teams.reading.columns import fold_value

    wide = [len(values) + 1 for values in whole.values]
    known = [{fold_value(value): index for index, value in enumerate(values)} for values in whole.values]
    global_code = np.zeros_like(code)
    for index, values in enumerate(columns):
        # The last entry stands for no value: code -1 indexes it.
        to_whole = np.array([*(known[index][fold_value(value)] for value in values), -1], dtype=np.int64)
        global_code[:, index] = to_whole[code[:, index]]
    # One number a cell, ascending as the cells are sorted.
    keys = np.ravel_multi_index(tuple((whole.cells + 1).T), wide)
    own_cells = np.ravel_multi_index(tuple((global_code + 1).T), wide)
    return np.asarray(np.searchsorted(keys, own_cells), dtype=np.int64)


def _outside(whole: Cut, people: Ints, awards: NDArray[np.int32], teams: int) -> int:
    """Count teams with a value that is neither floor nor ceiling of the fair share of the whole roster."""
    everybody = int(whole.counts.sum())
    sizes = np.bincount(awards, minlength=teams).astype(np.int64)
    off = np.zeros(teams, dtype=bool)
    for person, counts in enumerate(whole.by_value):
        codes = whole.cells[people, person]
        there = codes >= 0
        held = np.bincount(awards[there] * len(counts) + codes[there], minlength=teams * len(counts))
        # Below 2^63: sizes are at most the people of a part, counts at most those of the roster.
        apart = np.abs(held.reshape(teams, -1) * everybody - sizes[:, None] * counts[None, :])
        off |= (apart >= everybody).any(axis=1)
    return int(off.sum())


def plan_as_one(
    files: Sequence[Path],
    folder: Path,
    asked: Asked,
    *,
    workers: int = 1,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _all: None,
) -> Result:
    """Plan the people of many files as one roster, going on where an earlier start was stopped.

    Args:
        files: tables of people, with different names; a person is a row, whatever others are called.
        folder: where results and what is needed to go on stand; made if it is not there.
        asked: columns and teams.
        workers: processes that work side by side; 1 for this process alone.
        tell: called with (stage, done, all) after every step.

    Returns:
        How it ended. ``folder/teams`` has a table of name and team for each file, the same bytes whatever
        ``workers`` is, and however often the run was stopped and started again.

    Raises:
        InputError: files that cannot be read or lack a column, all of them at once; or another start is at
            work in the folder.
    """
    with alone_in(folder):
        return _planned(files, folder, asked, _Run(folder, workers, tell))


def _planned(files: Sequence[Path], folder: Path, asked: Asked, run: _Run) -> Result:
    """Count the files, cut the roster into parts, solve them and write the teams."""
    ordered = sorted(files, key=lambda path: path.name)
    common = asked.reading
    hashes = [_hash_of(path) for path in ordered]
    tasks: list[dict[str, Any]] = [
        {"file": str(path), "to": str(folder / "counts" / f"{path.name}.json"), **common,
         "key": _key("count", content, common)}
        for path, content in zip(ordered, hashes, strict=True)
    ]  # fmt: skip
    run.all("count", tasks)
    whole, teams = _merged([Path(task["to"]) for task in tasks], asked)
    people = int(whole.counts.sum())
    if not people:
        raise InputError.one(
            "have no people in them", "Give tables with one row per person", came=str(folder)
        )
    shares, split = cut(whole.cells, whole.counts.sum(axis=0), teams, seed=asked.seed, part=asked.part)
    whole = Cut(whole.values, whole.cells, whole.counts, shares, split)
    whole.save(folder / "cut.npz")
    key = _key("cut", hashes, asdict(asked))
    parts = [
        {"part": part, "to": str(folder / "parts" / f"{part}.npy"), "cut": str(folder / "cut.npz"),
         "seed": asked.seed, "key": _key("solve", key, part)}
        for part in range(len(split))
    ]  # fmt: skip
    outside = sum(run.all("solve", parts))
    written = [
        {"file": str(path), "number": number, "to": str(folder / "teams" / f"{path.stem}.csv"), **common,
         "cut": str(folder / "cut.npz"), "parts": str(folder / "parts"), "key": _key("write", key, path.name)}
        for number, path in enumerate(ordered)
    ]  # fmt: skip
    run.all("write", written)
    smallest, larger = divmod(people, teams)
    return Result(
        people, teams, len(ordered), len(split), smallest, smallest + bool(larger), outside,
        proven=not outside and not larger, known=run.known, steps=run.steps,
    )  # fmt: skip


def _merged(paths: Sequence[Path], asked: Asked) -> tuple[Cut, int]:
    """Return the cross table of all files, and the number of teams."""
    from evenhand.teams.reading.columns import fold_value
    from evenhand.teams.reading.sizes import team_sizes

    bodies = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    shown: list[dict[str, str]] = [{} for _ in asked.balance]
    for body in bodies:
        for column, values in zip(shown, body["values"], strict=True):
            for value in values:
                # Of several spellings the least, so that the order of the files does not matter.
                column[fold_value(value)] = min(column.get(fold_value(value), value), value)
    values = tuple(tuple(column[fold] for fold in sorted(column)) for column in shown)
    codes = [{fold: index for index, fold in enumerate(sorted(column))} for column in shown]
    merged: dict[tuple[int, ...], dict[int, int]] = {}
    for number, body in enumerate(bodies):
        own = [
            [codes[index][fold_value(value)] for value in column]
            for index, column in enumerate(body["values"])
        ]
        for cell, count in zip(body["cells"], body["counts"], strict=True):
            key = tuple(own[index][code] if code >= 0 else -1 for index, code in enumerate(cell))
            by_file = merged.setdefault(key, {})
            by_file[number] = by_file.get(number, 0) + count
    cells = np.array(sorted(merged), dtype=np.int64).reshape(len(merged), len(asked.balance))
    counts = np.zeros((len(paths), len(merged)), dtype=np.int64)
    for index, key in enumerate(sorted(merged)):
        for number, count in merged[key].items():
            counts[number, index] = count
    findings = Findings()
    people = int(counts.sum())
    sizes = team_sizes(people, teams=asked.teams, size=asked.size, sizes=None, findings=findings)
    findings.raise_errors()
    none = np.zeros((len(merged), 0), dtype=np.int64)
    return Cut(values, cells, counts, none, np.zeros(0, dtype=np.int64)), len(sizes)


def _hash_of(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as held:
        while block := held.read(BLOCK):
            total.update(block)
    return total.hexdigest()


def _key(*parts: Any) -> str:
    """Return the hash of what a step is made from, the version among it."""
    return hashlib.sha256(json.dumps([VERSION, *parts], sort_keys=True, default=list).encode()).hexdigest()


class _Run:
    """The steps of one run: those that an earlier start has done are not done again."""

    def __init__(self, folder: Path, workers: int, tell: Callable[[str, int, int], None]) -> None:
        self.journal = folder / "done.jsonl"
        self.workers, self.tell = workers, tell
        self.known = self.steps = 0
        self.done: dict[str, int] = {}
        for line in self.journal.read_text().splitlines() if self.journal.exists() else ():
            try:
                key, answer = json.loads(line)
            except ValueError:
                break  # a line that a kill cut off, and what would stand behind it
            self.done[key] = answer
        for name in ("counts", "parts", "teams"):
            (folder / name).mkdir(exist_ok=True)

    def all(self, method: str, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Do what is not done yet, and return the answers in the order of the tasks.

        Raises:
            EvenhandError: what went wrong with any of them; of wrong files everything at once.
        """
        # A journal line without its file is no use: somebody has cleaned up.
        open_tasks = [task for task in tasks if task["key"] not in self.done or not Path(task["to"]).exists()]
        self.steps += len(tasks)
        self.known += len(tasks) - len(open_tasks)
        done = len(tasks) - len(open_tasks)
        wrong: list[EvenhandError] = []
        # The lines before a cut one stay; what stands behind it is written again.
        body = "".join(json.dumps([key, answer]) + "\n" for key, answer in self.done.items())
        self.journal.write_text(body)
        with self.journal.open("a") as lines:
            for task, answer in _answers(method, open_tasks, self.workers):
                if isinstance(answer, EvenhandError):
                    wrong.append(answer)
                    continue
                self.done[task["key"]] = answer
                lines.write(json.dumps([task["key"], answer]) + "\n")
                lines.flush()
                done += 1
                self.tell(method, done, len(tasks))
        findings = [finding for error in wrong if isinstance(error, InputError) for finding in error.findings]
        if findings:
            raise InputError(findings)
        if wrong:
            raise wrong[0]
        return [self.done[task["key"]] for task in tasks]


def _answers(
    method: str, tasks: Sequence[Mapping[str, Any]], workers: int
) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Yield tasks with their answers, or with the error that stands for one."""
    if workers < 2 or len(tasks) < 2:  # noqa: PLR2004 - one worker is this process
        worker = Worker()
        for task in tasks:
            try:
                yield task, getattr(worker, method)(task)
            except EvenhandError as error:
                yield task, error
        return
    asked = [(method, task) for task in tasks]
    for place, answer in ask_each(Recipe("evenhand.cluster.super_teams:Asker"), "ask", asked, workers):
        yield tasks[place], answer


class Asker:
    """A worker in a process of its own, whose errors are answers: one wrong file must not hide another."""

    def __init__(self) -> None:
        """Begin with a worker that knows nothing."""
        self.worker = Worker()

    def ask(self, asked: tuple[str, Mapping[str, Any]]) -> Any:
        """Return the answer of a step, or the error that the user should read."""
        method, task = asked
        try:
            return getattr(self.worker, method)(task)
        except LostError:
            raise
        except EvenhandError as error:
            return error
