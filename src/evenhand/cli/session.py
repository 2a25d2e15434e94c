"""What every command does around its verb: refuse early, solve with progress, show, save, explain."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenhand.cli.output import say
from evenhand.cli.signals import StoppedError, keeping_the_best
from evenhand.cli.sources import refuse_unused

if TYPE_CHECKING:
    from evenhand.core.progress import Progress
    from evenhand.core.solution import Solution


def refuse_early(
    job: str, out: Sequence[Path] | None, *, rows: int | None = None, seconds: float | None = None
) -> None:
    """Refuse what could not be written or means nothing, before any work is done; all of it at once.

    Raises:
        InputError: an ending is unknown, a folder is not there, two files are one, or a number is below 0.
    """
    from evenhand.core.errors import Findings
    from evenhand.report.formats import endings, refuse_path

    findings = Findings()
    if rows is not None and rows < 0:
        findings.error("is not a number of rows", "Give 0 or more", table="--rows", came=str(rows))
    if seconds is not None and not 0 <= seconds < math.inf:
        mend = "Give 0 or more, or leave it out for no limit"
        findings.error("is not a number of seconds", mend, table="--time-limit", came=f"{seconds:g}")
    files = list(out or ())
    for index, path in enumerate(files):
        refuse_path(path, endings(job), job, findings)
        if path in files[:index]:
            findings.error("is given twice", "Give every file once", table="--out", came=str(path))
    findings.raise_errors()


@dataclass
class Session:
    """One run of one command on one problem.

    Attributes:
        out: files to write.
        as_json: whether to print the document and nothing else.
        explain: subjects to explain.
        rows: rows of the plan to show; None for as many as suit where it is shown.
        stages: seconds by stage.
        interrupted: whether a signal asked to stop; the solution is then the best so far.
    """

    out: Sequence[Path] | None = None
    as_json: bool = False
    explain: Sequence[str] | None = None
    rows: int | None = None
    stages: dict[str, float] = field(default_factory=dict)
    interrupted: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start

    def read(self, make: Callable[[], Any]) -> Any:
        """Make a problem from its tables, timed."""
        with self.stage("read"):
            problem = make()
            refuse_unused()
            return problem

    def solve(
        self, problem: Any, *, method: str, seed: int, seconds: float | None, effort: str = "normal"
    ) -> Solution:
        """Solve with progress on the terminal; a first Ctrl-C keeps the best plan so far.

        Raises:
            StoppedError: interrupted before there was any plan.
            EvenhandError: whatever ``solver.solve`` raises.
        """
        from evenhand.core.job import Limits
        from evenhand.solver import solve

        with self.searching(problem, seconds) as progress:
            return solve(
                problem,
                method=method,
                seed=seed,
                limits=Limits(seconds=seconds, effort=effort),
                progress=progress,
            )

    @contextmanager
    def searching(self, problem: Any, seconds: float | None) -> Iterator[Progress]:
        """Give a search's progress, shown on the terminal; a first Ctrl-C asks it for the best plan so far.

        Raises:
            StoppedError: interrupted before there was any plan.
        """
        from evenhand.cli.progress import shown_progress
        from evenhand.core.errors import InfeasibleError
        from evenhand.core.progress import Progress
        from evenhand.jobs import job_of
        from evenhand.report.units import shown

        job = job_of(problem).name
        with shown_progress(lambda value: shown(job, problem, value)) as tell:
            progress = Progress(seconds=seconds, tell=tell)
            came: list[int] = []
            try:
                with self.stage("solve"), keeping_the_best(progress) as came:
                    yield progress
            except InfeasibleError:
                # Stopped before a plan that keeps the rules was found: that proves nothing about the rules.
                if came:
                    raise StoppedError(came[0]) from None
                raise
            finally:
                self.interrupted |= bool(came)

    def deliver(self, solution: Solution) -> None:
        """Save what was asked for, then show the result, or print the document."""
        from evenhand.solver import explain, save

        # Before anything is written: an unknown subject must not leave half of what was asked for.
        answers = [explain(solution, subject) for subject in self.explain or ()]
        with self.stage("write"):
            for path in self.out or ():
                save(solution, path)
        if self.as_json:
            self._print_document(solution)
        else:
            self._show(solution, answers)
        self._notes(solution)

    def _print_document(self, solution: Solution) -> None:
        from evenhand import documents

        sys.stdout.flush()
        # As bytes: the document is the same on every platform, whatever the terminal's encoding and line
        # ends.
        sys.stdout.buffer.write(documents.printed(solution))
        sys.stdout.buffer.flush()

    def _show(self, solution: Solution, answers: Sequence[Any]) -> None:
        from evenhand.cli.screen import is_terminal, show
        from evenhand.report.summary import solution_blocks
        from evenhand.report.text import Heading, Text
        from evenhand.report.views import weekdays_in

        # A screen shows 40 rows at most; a pipe gets them all, as somebody's program may read them.
        rows = self.rows if self.rows is not None else 40 if is_terminal() else None
        blocks = solution_blocks(solution, rows=rows)
        for answer in answers:
            blocks += [Heading(f"Why: {weekdays_in(answer.subject)}"), Text(weekdays_in(str(answer)))]
        show(blocks)

    def _notes(self, solution: Solution) -> None:
        """Say on stderr what is odd and what was written; times only where a person watches."""
        for finding in solution.warnings:
            say(f"note: {finding}")
        for path in self.out or ():
            say(f"wrote {path}")
        if sys.stderr.isatty() and not self.as_json:
            sentence = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in self.stages.items())
            say(f"time: {sentence}")
