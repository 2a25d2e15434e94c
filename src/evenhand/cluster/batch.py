"""Many problems that share nothing: rotas or teams of many groups, solved side by side, resumable.

A batch has a folder of its own. Every task that is finished adds a line to its journal ``done.jsonl``: what
it was (a hash of its tables, its settings and the version), how it ended and, where it ended well, its plan.
A second start with the same folder reads the journal and solves only what it does not hold. When all are
done, the plans are written as one table and the outcomes as another; a task that failed is a line there and
stops nobody else.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evenhand.cluster.engine import LostError, Recipe
from evenhand.cluster.journal import alone_in
from evenhand.cluster.processes import ask_each
from evenhand.core.errors import EvenhandError, InfeasibleError
from evenhand.core.job import Limits
from evenhand.core.version import VERSION
from evenhand.tables.files import write_atomically
from evenhand.tables.reader import Given

BATCH = "batch.json"

Answer = tuple[str, str, list[str], dict[str, list[str]]]
"""Status, headline, notes and plan."""

SYNCED = 64
"""Lines of the journal after which it is forced to the disk. A power cut costs at most so many tasks their
solving anew; forcing each line would cost more than a small rota takes to solve (some 2 ms)."""


@dataclass(frozen=True)
class Task:
    """One problem of a batch.

    Attributes:
        name: what it is called in the tables of results.
        job: "teams" or "rota".
        tables: argument to file, or to a plain value, for the problem's ``from_tables`` (``from_table``).
        settings: the other arguments.
        method, seed, limits: as for ``evenhand.solve``; the limits are for this task alone.
    """

    name: str
    job: str
    tables: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str = "auto"
    seed: int = 0
    limits: Limits = field(default_factory=Limits)

    def key(self) -> str:
        """Return the hash of all that the outcome depends on: contents of files, settings, version."""
        asked = (VERSION, self.job, self.method, self.seed, self.limits, self.settings, self.tables)
        return hashlib.sha256(repr(_content(asked)).encode()).hexdigest()


def _content(value: Any) -> Any:
    """Return a value with the hash of its content in place of every file it names.

    A file is known by what stands in it, not by its name: a table that was mended is planned anew.
    """
    if isinstance(value, Path):
        return hashlib.sha256(value.read_bytes()).hexdigest() if value.is_file() else str(value)
    if isinstance(value, Given):
        return _content((value.source, value.name, value.sheet, value.mapping))
    if isinstance(value, Mapping):
        return [(str(key), _content(value[key])) for key in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        return [_content(part) for part in value]
    return value


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    Attributes:
        name, key: of the task.
        status: of the solution, "infeasible", or "error".
        headline: the solution's first line, or what is wrong.
        notes: what was odd in the tables or needs saying beside the plan, as text.
        columns: the plan as a table, header to cells as text; empty without one.
    """

    name: str
    key: str
    status: str
    headline: str
    notes: Sequence[str] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Batch:
    """All outcomes of a batch, in the order of the names; and how many of them an earlier start had done."""

    outcomes: tuple[Outcome, ...]
    known: int

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes without a plan."""
        return tuple(outcome for outcome in self.outcomes if not outcome.columns)


class Solver:
    """What lives in a worker: it solves tasks and remembers nothing."""

    def solve(self, task: Task) -> Answer:
        """Return status, headline, notes and plan of a task; what is wrong with it becomes its headline."""
        from evenhand.solver import solve
        from evenhand.tables.texts import as_text

        try:
            problem = _problem(task)
            solution = solve(problem, method=task.method, seed=task.seed, limits=task.limits)
        except InfeasibleError as error:
            return "infeasible", str(error), [], {}
        except EvenhandError as error:
            return "error", str(error), [], {}
        plan = {head: [as_text(cell) for cell in column] for head, column in solution.columns.items()}
        notes = [str(note) for note in (*problem.warnings, *solution.warnings)]
        return str(solution.status), solution.headline, list(dict.fromkeys(notes)), plan


def _problem(task: Task) -> Any:
    if task.job == "teams":
        from evenhand.teams import TeamsProblem

        return TeamsProblem.from_table(**task.tables, **task.settings)
    from evenhand.rota import RotaProblem

    return RotaProblem.from_tables(**task.tables, **task.settings)


def run_batch(
    tasks: Sequence[Task],
    folder: Path,
    *,
    workers: int = 1,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Batch:
    """Solve many tasks, going on where an earlier start with the same folder was stopped.

    Args:
        tasks: with different names.
        folder: where the journal stands; made if it is not there.
        workers: processes that solve side by side; 1 for this process alone.
        tell: called with (done, all) after every task.

    Returns:
        The outcomes in the order of the names, the same whatever ``workers`` is and however often the batch
        was stopped and started again.

    Raises:
        InputError: another start is at work in the folder, or nothing may be written there.
    """
    with alone_in(folder):
        journal = folder / "done.jsonl"
        known = {outcome.key: outcome for outcome in _read(journal)}
        keys = {task.name: task.key() for task in tasks}
        open_tasks = [
            task for task in sorted(tasks, key=lambda task: task.name) if keys[task.name] not in known
        ]
        done = before = len(tasks) - len(open_tasks)
        # What there is to do, for whoever asks what is left; the journal knows only what is done.
        listed = {"kind": "evenhand/batch", "edition": 1, "tasks": dict(sorted(keys.items()))}
        write_atomically(folder / BATCH, json.dumps(listed, ensure_ascii=False, indent=1).encode())
        with journal.open("a", encoding="utf-8") as lines:
            for task, answer in _solved(open_tasks, workers):
                outcome = Outcome(task.name, keys[task.name], *answer)
                known[outcome.key] = outcome
                lines.write(_line(outcome))
                done += 1
                if done % SYNCED == 0 or done == len(tasks):
                    lines.flush()
                    os.fsync(lines.fileno())
                tell(done, len(tasks))
        # Two tasks with the same content have one line in the journal and an outcome each.
        return Batch(tuple(replace(known[key], name=name) for name, key in sorted(keys.items())), before)


def _solved(tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, Answer]]:
    """Yield tasks with their answers as they come."""
    if workers < 2 or len(tasks) < 2:  # noqa: PLR2004 - one worker is this process
        solver = Solver()
        for task in tasks:
            yield task, solver.solve(task)
        return
    for place, answer in ask_each(Recipe("evenhand.cluster.batch:Solver"), "solve", tasks, workers):
        yield tasks[place], ("error", str(answer), [], {}) if isinstance(answer, LostError) else answer


def _line(outcome: Outcome) -> str:
    content = {
        "key": outcome.key,
        "name": outcome.name,
        "status": outcome.status,
        "headline": outcome.headline,
        "notes": outcome.notes,
        "columns": outcome.columns,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(journal: Path) -> Iterator[Outcome]:
    """Yield the outcomes of a journal; a last line that was cut off by a kill is dropped from the file."""
    if not journal.exists():
        return
    whole = 0
    with journal.open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                break
            try:
                content = json.loads(line)
                outcome = Outcome(
                    content["name"],
                    content["key"],
                    content["status"],
                    content["headline"],
                    content["notes"],
                    content["columns"],
                )
            except (ValueError, KeyError, TypeError):
                break
            whole += len(line)
            yield outcome
    if whole < journal.stat().st_size:
        # What stands behind the last whole line was never acknowledged: it is solved again.
        os.truncate(journal, whole)
