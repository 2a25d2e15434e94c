"""What a long solve tells and asks: its stages, its best so far, and whether to stop.

The only clock in the pure half. Methods never read it to decide anything but to stop early, and then say so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evenhand.core.arguments import is_number
from evenhand.core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Report = Callable[[str, int | None, int | None, float], None]


@dataclass(frozen=True, eq=False)
class Best:
    """The best answer that a search has found so far.

    Attributes:
        awards: codes as the job's room defines them; they keep every hard rule.
        value: the objective in the job's integer units.
        bound: proven limit of the objective by then; None where nothing is proven.
        seconds: when it was found, from the start.
    """

    awards: NDArray[np.int64] = field(repr=False)
    value: int
    bound: int | None
    seconds: float


@dataclass(slots=True)
class Progress:
    """Passed down to every method.

    Attributes:
        seconds: the time limit; None for none.
        tell: called with (stage, best, bound, seconds so far) when something changed.
        interrupted: set by whoever runs the solve (Ctrl-C, a cancelled run) to ask for the best so far.
        cut: set by a method that stopped before it was finished; the solution then says so.
        stages: seconds by stage, in order of first use.
        watch: called with every ``Best`` that a method offers, from its first plan on; in the search's own
            thread, so it should return at once.
        best: the last that was offered; None before the first.

    Raises:
        InputError: seconds are no number.

    Example:
        >>> import evenhand as eh
        >>> progress = eh.Progress(seconds=60)
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> problem = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4))
        >>> solution = eh.solve(problem, progress=progress)
        >>> progress.cut
        False
    """

    seconds: float | None = None
    tell: Report | None = None
    interrupted: bool = False
    cut: bool = False
    stages: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    watch: Callable[[Best], None] | None = None
    best: Best | None = None

    def __post_init__(self) -> None:
        # Whether no number is over can never be told.
        if self.seconds is not None and not is_number(self.seconds):
            mend = "Give seconds, or None for no limit"
            raise InputError.one("is not a time limit", mend, came=str(self.seconds), column="seconds")

    @property
    def elapsed(self) -> float:
        """Seconds since the progress was made."""
        return time.perf_counter() - self.started

    @property
    def left(self) -> float | None:
        """Seconds left, >= 0; None without a limit."""
        return None if self.seconds is None else max(0.0, self.seconds - self.elapsed)

    def resume(self, elapsed: float) -> None:
        """Take up where an earlier start of the same work stood: so many seconds count as gone by."""
        # A run that is taken up again has used part of its time already.
        self.started = time.perf_counter() - elapsed

    @property
    def over(self) -> bool:
        """Whether the time is up or somebody asked to stop; unlike ``stop`` it notes nothing."""
        return self.cut or self.interrupted or self.left == 0.0

    def stop(self) -> bool:
        """Whether to stop now with the best so far; notes that the work was cut."""
        if self.interrupted or (self.seconds is not None and self.elapsed >= self.seconds):
            self.cut = True
        return self.cut

    @contextmanager
    def part(self, share: float) -> Iterator[None]:
        """Use so much of the time that is left, and leave the rest to what comes after.

        Where that part ends a search, ``cut`` says so as ever.

        >>> progress = Progress(seconds=100.0)
        >>> with progress.part(0.8):
        ...     print(round(progress.left))
        80
        >>> round(progress.left)
        100
        """
        whole = self.seconds
        if whole is not None:
            self.seconds = self.elapsed + share * max(0.0, whole - self.elapsed)
        try:
            yield
        finally:
            self.seconds = whole

    def report(self, stage: str, best: int | None = None, bound: int | None = None) -> None:
        """Tell the best value and the bound so far, in the objective's units."""
        if self.tell is not None:
            self.tell(stage, best, bound, self.elapsed)

    def offer(self, awards: NDArray[np.int64], value: int, bound: int | None = None) -> None:
        """Hand out the best answer so far; a method calls it whenever it has a better one.

        Args:
            awards: the whole answer, feasible, not a part's.
            value: its objective.
            bound: proven limit by now, if any.

        >>> import numpy as np
        >>> progress = Progress()
        >>> progress.offer(np.array([2, 5]), 700, bound=720)
        >>> progress.best.value, progress.best.bound
        (700, 720)
        """
        self.best = Best(awards, value, bound, self.elapsed)
        if self.watch is not None:
            self.watch(self.best)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage by name; stages of the same name add up."""
        self.report(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start
