"""``evenhand publish``: make a plan fact in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.options import example
from evenhand.cli.output import say
from evenhand.cli.what_if import Plan, allocation_of

if TYPE_CHECKING:
    from evenhand.core.ledger import Ledger

__all__ = ["COMMAND", "EPILOG", "SHORT", "ledger_from"]

SHORT = "Make a plan fact: book it in the ledger."
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand allocate demo-out/fleet --out week.json",
    "evenhand publish week.json --ledger ledger.json",
)
SHOWN = 5

Book = Annotated[Path, typer.Option("--ledger", metavar="FILE", help="The ledger; made if it is not there.")]
At = Annotated[str, typer.Option("--at", metavar="NAME", help="The period's name.  [default: the first day]")]
Correct = Annotated[
    bool, typer.Option("--correct", help="The period is booked: book what this plan changes.")
]


def publish(plan: Plan, *, ledger: Book, at: At = "", correct: Correct = False) -> None:
    """Book a plan in the ledger, so that the next weeks know who is owed and who is ahead.

    `evenhand allocate ... --ledger FILE` then prices fairness over all booked weeks. Entries never change.
    """
    from evenhand import documents
    from evenhand.allocation.asking.weeks import corrected, published
    from evenhand.cli.screen import show
    from evenhand.core.ledger import Ledger
    from evenhand.report.text import Heading, Text

    before = ledger_from(ledger) if ledger.exists() else Ledger()
    solution = allocation_of(plan)
    after = (corrected if correct else published)(before, solution, at)
    documents.save(after, ledger)
    fresh = len(after.entries) - len(before.entries)
    periods = len({entry.at for entry in after.entries if entry.kind == "statement"})
    lines = (
        f"{fresh:,} entries booked; {periods:,} period{'s' * (periods != 1)}, {len(after.members):,} members."
    )
    show([Heading("Published"), Text(lines), Text(_standings(after))])
    say(f"wrote {ledger}")


COMMAND = publish


def ledger_from(path: Path) -> Ledger:
    """Read a ledger.

    Raises:
        InputError: the file is no ledger that evenhand saved.
    """
    from evenhand import documents
    from evenhand.core.errors import InputError
    from evenhand.core.ledger import Ledger

    found = documents.read(path)
    if not isinstance(found, Ledger):
        said = f"holds a {type(found).__name__}, not a ledger"
        raise InputError.one(said, "Give the file that evenhand publish wrote", table=path.name)
    return found


def _standings(ledger: Ledger) -> str:
    """Say who is most ahead and most owed, in awards."""
    order = sorted(ledger.balances.items(), key=lambda pair: (pair[1], pair[0]))
    ahead = [f"{name} {-lag / ledger.ticks:.2f}" for name, lag in order[:SHOWN] if lag < 0]
    owed = [f"{name} {lag / ledger.ticks:.2f}" for name, lag in order[::-1][:SHOWN] if lag > 0]
    return f"Most ahead: {', '.join(ahead) or 'nobody'}.\nMost owed: {', '.join(owed) or 'nobody'}."
