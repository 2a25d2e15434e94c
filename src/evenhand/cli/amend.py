"""``evenhand allocate --published``: plan again, changing little of what was handed out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from evenhand.cli.session import Session
from evenhand.cli.signals import keeping_the_best


@contextmanager
def telling_what_helps(problem: Any) -> Iterator[None]:
    """Where the hard rules cannot all hold, say of each what loosening it would allow.

    Raises:
        InfeasibleError: as came, each rule in conflict with what it takes.
    """
    from evenhand.core.errors import InfeasibleError

    try:
        yield
    except InfeasibleError as error:
        from evenhand.allocation.asking.conflict import told

        help_lines = told(problem)
        if not help_lines:
            raise
        raise InfeasibleError(str(error.args[0]), help_lines) from None


def deliver_amended(
    session: Session,
    problem: Any,
    published: Path,
    terms: tuple[float | None, str],
    *,
    seed: int,
    seconds: float | None,
) -> None:
    """Plan again from a published plan (a solution, or a table of its awards), and show what changes."""
    from evenhand.allocation.asking.amend import amended
    from evenhand.cli.screen import show
    from evenhand.cli.sources import plan_of
    from evenhand.core.job import Limits
    from evenhand.core.progress import Progress
    from evenhand.report.text import Heading, Text
    from evenhand.report.views import weekdays_in

    source = plan_of(published, "allocation") if published.suffix.lower() == ".json" else published
    price, frozen = terms
    progress = Progress(seconds=seconds)
    with session.stage("solve"), keeping_the_best(progress):
        limits = Limits(seconds=seconds)
        amendment = amended(
            problem, source, price, frozen=frozen, seed=seed, limits=limits, progress=progress
        )
    session.deliver(amendment.solution)
    if not session.as_json:
        typer.echo()
        show([Heading("Changes to the published plan"), Text(weekdays_in(str(amendment)))])
