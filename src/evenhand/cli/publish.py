"""``evenhand publish``: record a plan in the ledger, so that later plans take it into account."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.beside import READING, Typed
from evenhand.cli.options import example
from evenhand.cli.output import say
from evenhand.core.sentences import counted
from evenhand.core.units import decimals

if TYPE_CHECKING:
    from evenhand.core.ledger import Ledger

SHORT = "Publish a plan: record it so later plans take it into account."
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand allocate demo-out/fleet --out week.json",
    "evenhand publish week.json --ledger ledger.json",
)
SHOWN = 5
WAIT = 0.05
"""Seconds between two tries for the lock: short beside the 0.3 s that a booking takes."""
TRIES = 600
"""Tries before a booking is refused: half a minute, enough for some hundred bookings in a row."""

Plan = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan saved as .json.")]
Book = Annotated[Path, typer.Option("--ledger", metavar="FILE", help="The ledger; made if it is not there.")]
Label = Annotated[
    str, typer.Option("--label", metavar="NAME", help="The period's name.  [default: the first day]")
]
Amend = Annotated[
    bool, typer.Option("--amend", help="The period is already published: record only the changes.")
]
Count = Annotated[
    str,
    typer.Option(
        "--count", metavar="UNIT", help="For teams, what a new ledger counts: wishes, roles or meetings."
    ),
]
TakeBack = Annotated[
    bool, typer.Option("--undo", help="Take the period back: everybody stands as before it.")
]
Opening = Annotated[
    Path | None,
    typer.Option(
        "--opening", metavar="FILE", help="A new ledger's opening balances: name, owed (below 0: ahead)."
    ),
]


def publish(
    context: typer.Context,
    plan: Plan,
    *,
    ledger: Book,
    label: Label = "",
    amend: Amend = False,
    undo: TakeBack = False,
    count: Count = "",
    opening: Opening = None,
) -> None:
    """Record a plan in the ledger, so that later plans know who is owed and who is ahead.

    `--ledger FILE` of the planning commands then plans fairly over all recorded periods. Entries never
    change: a later plan for the same period is recorded with --amend, as the difference.
    """
    from evenhand.cli.screen import show
    from evenhand.core.errors import InputError
    from evenhand.core.ledger import Ledger
    from evenhand.jobs import asking_named
    from evenhand.report.text import Heading, Text
    from evenhand.solver import load

    _refuse_unheeded(context)
    solution = load(plan)
    refuse_count(solution.job, count)
    if solution.statement is None:
        raise InputError.one("has no awards to record", "Publish a plan that has some", came=solution.job)
    books, lags = asking_named(solution.job).books, {} if opening is None else opening_of(opening)

    def step(book: Ledger) -> Ledger:
        if undo:
            return books.take_back(book, solution, label)
        book = _opened(book, lags)
        return books.amend(book, solution, label) if amend else books.publish(book, solution, label, count)

    before, after = book_into(ledger, step, fresh=Ledger(unit=count or books.usual(solution.problem)))
    fresh = after.head.seq - before.head.seq
    periods, members = len(after.periods), len(after.members)
    booked = (
        f"{counted(fresh, 'entry', 'entries')} booked; {counted(periods, 'period')}, "
        f"{counted(members, 'member')}."
    )
    title = "Taken back" if undo else "Published"
    # Recipients of an allocation have names beside their ids; the plan's are newer than the ledger's.
    called = {**after.called, **getattr(solution.problem, "called", {})}
    show([Heading(title), Text(booked), Text(standings_said(after, called))])
    say(f"wrote {ledger}")


COMMAND = publish


def _refuse_unheeded(context: typer.Context) -> None:
    """Refuse options that the way of booking cannot heed.

    Raises:
        InputError: each such option is a finding.
    """
    typed, asked = Typed(context), context.params
    if asked["undo"]:
        typed.refuse_beside("--undo", ("amend", "count", "opening"))
    elif asked["amend"]:
        typed.refuse_beside("--amend", ("count", "opening"), "Leave it out: the ledger has begun already")
    if asked["opening"] is None:
        typed.refuse_without("--opening", READING, "Leave it out: no other table is read")
    typed.findings.raise_errors()


def refuse_count(job: str, count: str) -> None:
    """Refuse a unit that is none, or for a job that has one only.

    Raises:
        InputError: as said.
    """
    from evenhand.core.errors import InputError
    from evenhand.jobs import asking_named

    units = asking_named(job).books.units
    if count and len(units) == 1:
        mend = f"Leave it out: a ledger of {job} counts {units[0]}"
        raise InputError.one("is for plans of teams", mend, table="--count", came=count)
    if count and count not in units:
        mend = f"Choose one of {', '.join(units)}"
        raise InputError.one(
            f"is not something that a ledger of {job} counts", mend, table="--count", came=count
        )


def _opened(book: Ledger, lags: dict[str, int]) -> Ledger:
    """Return the ledger with its opening balances.

    Raises:
        InputError: there are some, and the ledger has entries already.
    """
    from evenhand.core.errors import InputError

    # Balances brought in later would change what earlier plans were fair by.
    if lags and book.head.seq:
        mend = "Leave --opening out: balances are brought into a new ledger only"
        raise InputError.one("has entries already", mend, table="--ledger", came=str(book.head.seq))
    return book.open_with("opening", lags) if lags else book


def opening_of(path: Path) -> dict[str, int]:
    """Read opening balances, in ticks: a table of name and owed, in units; below 0 is ahead.

    Raises:
        InputError: the table cannot be read, or the balances do not sum to 0.
    """
    from evenhand.cli.sources import given, refuse_unused
    from evenhand.core.errors import Findings
    from evenhand.core.shares import TICKS
    from evenhand.tables import read

    findings = Findings()
    table = read(given(path), "opening", findings)
    refuse_unused(findings)
    table.need("name", "owed")
    findings.raise_errors()
    names, owed = table.text("name", required=True), table.numbers("owed", low=-1e6, high=1e6)
    findings.raise_errors()
    lags = {name: round(float(value) * TICKS) for name, value in zip(names, owed, strict=True)}
    # what is written in two decimals need not cancel out to the tick: the last tick goes to the largest lag
    if lags and 0 < abs(sum(lags.values())) < TICKS // 20:
        largest = max(sorted(lags), key=lambda name: abs(lags[name]))
        lags[largest] -= sum(lags.values())
    return lags


def patience(attempt: int) -> bool:
    """Wait for somebody else's booking; whether to try again."""
    time.sleep(WAIT)
    return attempt < TRIES


def book_into(
    path: Path, change: Callable[[Ledger], Ledger], *, fresh: Ledger | None = None
) -> tuple[Ledger, Ledger]:
    """Book into a ledger's file, waiting while others do; return the ledger before and after.

    Raises:
        InputError: the file is not a ledger, was changed by hand, or cannot be written; ``change`` refuses.
    """
    from evenhand.documents.ledgers import booking

    return booking(path, change, fresh=fresh, wait=patience)


def ledger_from(path: Path) -> Ledger:
    """Read a ledger.

    Raises:
        InputError: the file is not a ledger that evenhand saved.
    """
    from evenhand import documents
    from evenhand.core.errors import InputError
    from evenhand.core.ledger import Ledger

    document = documents.read(path)
    if not isinstance(document, Ledger):
        sentence = f"holds {documents.called(document)}, not a ledger"
        raise InputError.one(sentence, "Give the file that evenhand publish wrote", table=path.name)
    return document


def standings_said(ledger: Ledger, called: Mapping[str, str]) -> str:
    """Say who is most ahead and most owed, in the ledger's unit; ``called`` knows people's names by id."""
    if ledger.unit == "meetings":
        pairs = sum(entry.received for entry in ledger.entries if entry.thing) // (2 * ledger.ticks)
        booked = counted(pairs, "meeting is", "meetings are")
        return f"{booked} booked. The next plan with --ledger parts those who met."
    order = sorted(ledger.balances.items(), key=lambda pair: (pair[1], pair[0]))

    def standings(pairs: Sequence[tuple[str, int]]) -> list[str]:
        return [
            f"{called.get(name, name)} {decimals(abs(lag) / ledger.ticks, 2)}" for name, lag in pairs[:SHOWN]
        ]

    ahead = standings([pair for pair in order[:SHOWN] if pair[1] < 0])
    owed = standings([pair for pair in order[::-1][:SHOWN] if pair[1] > 0])
    return f"Most ahead: {', '.join(ahead) or 'nobody'}.\nMost owed: {', '.join(owed) or 'nobody'}."
