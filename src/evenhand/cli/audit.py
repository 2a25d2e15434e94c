"""``evenhand audit``: who is owed what in a team's schedule, and the fewest swaps to put it right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from evenhand.cli.beside import Typed
from evenhand.cli.options import Json, example
from evenhand.cli.output import print_json, say
from evenhand.cli.sources import plan_of
from evenhand.core.errors import InputError
from evenhand.core.sentences import joined
from evenhand.core.units import at_least, at_most, decimals

if TYPE_CHECKING:
    from evenhand.core.ledger import Ledger as Book
    from evenhand.rota.asking.audit import Audit, Standings
    from evenhand.rota.reading.schedule import Schedule

SHORT = "Audit a schedule: who is owed turns, and the fewest swaps that put it right."
EPILOG = example(
    "evenhand demo --tables demo-out",
    "cd demo-out/oncall",
    "evenhand audit schedule.ics --people people.csv --today 2026-01-05",
)
ENDINGS = frozenset({".csv", ".json"})

Source = Annotated[
    Path,
    typer.Argument(
        metavar="SCHEDULE", help="Past and coming turns: .ics, a table, or a rota's plan or ledger (.json)."
    ),
]
People = Annotated[
    Path | None,
    typer.Option("--people", metavar="FILE", help="The team: name, joined, left, weight; a plan knows it."),
]
Today = Annotated[
    str | None,
    typer.Option("--today", metavar="DATE", help="From when turns can still change.  [default: today]"),
]
Weeks = Annotated[
    int | None,
    typer.Option(
        "--weeks", metavar="N", help="Change only turns of the next N weeks.  [default: all coming]"
    ),
]
Absences = Annotated[
    Path | None, typer.Option("--absences", metavar="FILE", help="Who was and will be away.")
]
Holidays = Annotated[
    str | None,
    typer.Option("--holidays", metavar="PLACE", help="Count public holidays apart: NO, DE-BY, ..."),
]
Rest = Annotated[
    int | None,
    typer.Option("--rest", metavar="N", help="Offer nobody a turn within N start days of another one."),
]
RestHours = Annotated[
    int | None,
    typer.Option("--rest-hours", metavar="N", help="Offer nobody a turn within N hours of another one."),
]
Skills = Annotated[
    list[str] | None,
    typer.Option("--skill", metavar="DUTY=SKILL", help="A skill that one seat of a duty's turns asks for."),
]
Views = Annotated[
    str | None,
    typer.Option("--views", metavar="NAMES", help="Be fair in these too: weekend,duty,holiday,time,month."),
]
Calendars = Annotated[
    Path | None,
    typer.Option("--calendars", metavar="FOLDER", help="Write each person's changes as a calendar."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the changes as .csv or everything as .json."),
]
Ledger = Annotated[Path | None, typer.Option("--ledger", metavar="FILE", hidden=True)]


def audit(
    context: typer.Context,
    schedule: Source,
    *,
    people: People = None,
    today: Today = None,
    weeks: Weeks = None,
    absences: Absences = None,
    holidays: Holidays = None,
    views: Views = None,
    rest: Rest = None,
    rest_hours: RestHours = None,
    skill: Skills = None,
    calendars: Calendars = None,
    out: Out = None,
    ledger: Ledger = None,
    as_json: Json = False,
) -> None:
    """Read who served so far, say who is owed turns, and find the fewest swaps that even it out.

    Each turn is due in equal shares to everybody who was present, as in evenhand's own plans. Of a ledger it
    says who is owed what, as booked.
    """
    from evenhand.cli.sources import given, refuse_unused
    from evenhand.rota.asking.audit import audit as audited
    from evenhand.rota.reading.schedule import rota_of_schedule
    from evenhand.tables.absences_ics import is_calendar

    typed = Typed(context)
    if ledger is not None:
        alone = f"Give the ledger alone (evenhand audit {ledger.name})"
        problem = "stands beside a schedule, and turns that are in both would count twice"
        mend = f"{alone}, or plan on from it with evenhand rota --ledger"
        raise InputError.one(problem, mend, table="--ledger", came=ledger.name)
    if (book := _ledger_in(schedule)) is not None:
        typed.refuse_beside("a ledger, which has its own", {*typed.given} - {"as_json"}, "Leave it out")
        typed.findings.raise_errors()
        _show_ledger(schedule, book, as_json=as_json)
        return
    day = _day(today)
    _refuse(out, calendars, weeks)
    wanted = {"views": views, "rest": rest, "rest_hours": rest_hours, "skills": _skills_asked(skill)}
    dials: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    if schedule.suffix.lower() == ".json":
        read = _plan(schedule, typed)
    elif people is None:
        raise typer.BadParameter("Missing option '--people'.")
    else:
        read = rota_of_schedule(
            schedule if is_calendar(schedule) else given(schedule), given(people),
            absences=None if absences is None else given(absences), holidays=holidays or "", **dials,
        )  # fmt: skip
    refuse_unused()
    # The last day of the weeks asked for: both ends count.
    until = None if weeks is None else day + 7 * weeks - 1
    audit_of_plan = audited(read.problem, read.awards, day, until)
    if as_json:
        print_json(_as_data(read, audit_of_plan))
    else:
        _show(read, audit_of_plan)
    _notes(read)
    if out is not None:
        _write(out, read, audit_of_plan)
    if calendars is not None:
        _write_calendars(calendars, audit_of_plan)


COMMAND = audit


def _ledger_in(path: Path) -> Book | None:
    """Return the ledger that a file holds; None where it holds something else."""
    from evenhand import documents
    from evenhand.core.ledger import Ledger

    document = documents.read(path) if path.suffix.lower() == ".json" else None
    return document if isinstance(document, Ledger) else None


def _show_ledger(path: Path, book: Book, *, as_json: bool) -> None:
    """Say who is owed what by a ledger.

    Raises:
        InputError: it counts something else than turns.
    """
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text
    from evenhand.rota.asking.ledger import UNIT, served_turns

    if book.unit and book.unit != UNIT:
        raise InputError.one(f"counts {book.unit}, not turns", "Give a rota's ledger", table=path.name)
    served: dict[str, int] = {}
    for turn in served_turns(book).values():
        served[turn.person] = served.get(turn.person, 0) + turn.load
    lag = {name: book.balances.get(name, 0) / book.ticks for name in sorted(book.head.members)}
    left = {name: sum(parts.values()) / book.ticks for name, parts in sorted(book.head.left_with.items())}
    if as_json:
        rows = [{"name": name, "served": served.get(name, 0), "owed": owed} for name, owed in lag.items()]
        print_json({"ledger": path.name, "members": rows, "left": left})
        return
    blocks: list[Any] = [Heading("Who is owed what"), Text(_furthest_said(lag))]
    table = tuple(
        (
            name,
            f"{served.get(name, 0):,}",
            decimals(served.get(name, 0) + owed, 2),
            decimals(owed, 2, sign=True),
        )
        for name, owed in lag.items()
    )
    heads = ("person", "served", "due", "owed (+)")
    blocks.append(Grid(heads, table, frozenset({1, 2, 3}), title="As booked, in turns", turns=True))
    show([*blocks, *(Text(_left_said(name, owed)) for name, owed in left.items())])


def _plan(path: Path, typed: Typed) -> Schedule:
    """Read a rota's plan as a schedule: it knows its people, absences, views, rests and skills.

    Raises:
        InputError: it is not a rota's plan, an option repeats the plan, or it has rules that changes of
            hands would not look at.
    """
    from evenhand.rota.reading.schedule import Schedule
    from evenhand.rota.rules import IN_PROGRAM

    plan, findings = plan_of(path, "rota"), typed.findings
    for name, (flag, came) in typed.given.items():
        if name not in OF_ANY_SCHEDULE:
            findings.error("is in the plan already", "Leave it out", table=flag, came=came)
    problem = plan.problem
    rules = [rule.kind for rule in problem.rules]
    rules += [rule.kind for kind in IN_PROGRAM for rule in kind.given(problem)]
    others = sorted(set(rules) - KEPT)
    if others:
        mend = f"Use evenhand rota ... --published {path.name}, which keeps every rule"
        findings.error(f"has rules that an audit does not keep: {', '.join(others)}", mend, table=path.name)
    if len(problem.booked_due):
        mend = "Use evenhand rota ... --published with the ledger, or publish the plan and audit the ledger"
        findings.error("begins with a ledger's balances, which an audit does not have", mend, table=path.name)
    findings.raise_errors()
    return Schedule(problem, plan.awards, {})


OF_ANY_SCHEDULE = frozenset({"today", "weeks", "calendars", "out", "as_json"})
"""Options that say what is wanted of a schedule; all others say what a plan knows already."""

KEPT = frozenset({"rest", "rest days", "rest hours", "wish"})
"""Rules that an audit's changes keep, or that are none."""


def _skills_asked(given: list[str] | None) -> dict[str, list[str]] | None:
    """Return skills by duty, from DUTY=SKILL.

    Raises:
        InputError: a text is not a duty and skill.
    """
    from evenhand.core.errors import InputError

    out: dict[str, list[str]] = {}
    for text in given or ():
        duty, _, skill = text.rpartition("=")
        if not duty.strip() or not skill.strip():
            mend = "Write it as kitchen=first aid"
            raise InputError.one("is not a duty and skill", mend, table="--skill", came=text)
        out.setdefault(duty.strip(), []).append(skill.strip())
    return out or None


def _day(today: str | None) -> int:
    """Return the day from which turns can change, as an ordinal.

    Raises:
        InputError: it is not a date.
    """
    from datetime import date

    from evenhand.core.errors import InputError

    if today is None:
        return date.today().toordinal()  # noqa: DTZ011 - the team's own day, as on their wall calendar
    try:
        return date.fromisoformat(today).toordinal()
    except ValueError:
        mend = "Write a date such as 2026-01-31"
        raise InputError.one("is not a date", mend, table="--today", came=today) from None


def _refuse(out: Path | None, calendars: Path | None, weeks: int | None) -> None:
    from evenhand.core.errors import Findings

    findings = Findings()
    if out is not None and out.suffix.lower() not in ENDINGS:
        findings.error("has an ending nobody knows here", "Give .csv or .json", table="--out", came=str(out))
    if calendars is not None and calendars.exists() and not calendars.is_dir():
        findings.error(
            "is a file", "Give a folder for the calendars", table="--calendars", came=str(calendars)
        )
    if weeks is not None and weeks < 1:
        findings.error("is not a number of weeks", "Give 1 or more", table="--weeks", came=str(weeks))
    findings.raise_errors()


def _rows(outcome: Audit, standings: Standings) -> list[tuple[str, ...]]:
    """Return a row a member: name, turns, due, owed, and owed in each view."""
    names = outcome.problem.people
    return [
        (
            names[code],
            str(int(standings.served[code])),
            decimals(standings.due[code], 1),
            decimals(standings.lag[code], 1, sign=True),
            *(decimals(lag[code], 1, sign=True) for lag in standings.views.values()),
        )
        for code in range(len(names))
        if outcome.members[code]
    ]


def _show(read: Schedule, outcome: Audit) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text

    problem = outcome.problem
    heads = ("person", "served", "due", "owed (+)", *outcome.so_far.views)
    right = frozenset(range(1, len(heads)))
    blocks: list[Any] = [Heading("Who is owed what"), Text(_headline(outcome))]
    blocks.append(
        Grid(heads, tuple(_rows(outcome, outcome.so_far)), right, title="So far, in turns", turns=True)
    )
    blocks += [Text(_left_said(name, lag)) for name, lag in outcome.so_far.left.items()]
    del read
    if (problem.slot_start >= outcome.today).any():
        blocks.append(Heading("The fewest swaps"))
        blocks.append(Text(_swaps_said(outcome)))
        if outcome.changes:
            blocks.append(
                Text("\n".join(f"{change.what}: {change.old} -> {change.new}" for change in outcome.changes))
            )
        rows = tuple(_rows(outcome, outcome.after))
        blocks.append(Grid(heads, rows, right, title="By the end of the schedule, with them", turns=True))
    show(blocks)


def _left_said(name: str, lag: float) -> str:
    size = decimals(abs(lag), 1)
    if size == "0.0":
        return f"{name} left with nothing owed."
    return f"{name} left {'owed' if lag > 0 else 'ahead by'} {size} turns; those who stayed share them."


def _headline(outcome: Audit) -> str:
    """Say in one sentence who is most ahead and most owed."""
    if not outcome.so_far.served.any():
        return "Nobody has served yet."
    lag = [
        (float(outcome.so_far.lag[person]), name)
        for person, name in enumerate(outcome.problem.people)
        if outcome.members[person]
    ]
    return _furthest_said({name: owed for owed, name in lag})


def _furthest_said(lags: dict[str, float]) -> str:
    if not lags:
        return "Nobody of the team is a member now."
    most, owed = max((lag, name) for name, lag in lags.items())
    least, ahead = min((lag, name) for name, lag in lags.items())
    # Whole turns can bring nobody surely nearer than one, so one is the mark for "even".
    if decimals(max(most, -least), 1) == "0.0":
        return "Everybody has served what was due."
    above, below = decimals(max(-least, 0), 1), decimals(max(most, 0), 1)
    if max(most, -least) <= 1:
        range_said = f"from {ahead} {above} ahead to {owed} {below} owed"
        return f"Everybody is within one turn of their share: {range_said}."
    return f"{_alike(lags, most)} owed {below} turns, {_alike(lags, least)} ahead by {above}."


def _alike(lags: dict[str, float], lag: float) -> str:
    """Name all who stand as the furthest does, with their verb: one of several would be singled out."""
    names = sorted(name for name, own in lags.items() if decimals(own, 1) == decimals(lag, 1))
    others = len(names) - NAMED_ALIKE
    who = joined([*names[:NAMED_ALIKE], f"{others} more"] if others > 1 else names)
    return f"{who} {'is' if len(names) == 1 else 'are'}"


NAMED_ALIKE: Final = 3
"""People who stand alike that a headline names."""


def _swaps_said(outcome: Audit) -> str:
    def worst(standings: Standings) -> float:
        lags = [standings.lag, *standings.views.values()]
        return max((float(abs(lag[outcome.members]).max(initial=0)) for lag in lags), default=0.0)

    before, after = worst(outcome.by_end), worst(outcome.after)
    if not outcome.changes:
        if before <= 1:
            return (
                "None needed: the coming turns bring everybody within one turn, in total and in every view."
            )
        return f"No change of the coming turns brings anybody nearer than {at_least(before, 1)} turns."
    count = len(outcome.changes)
    proven = "proven fewest" if outcome.fewest else "the fewest found"
    # 1e-6 is rounding of sums of shares; a turn's real excess is far larger.
    reach = (
        "within one turn"
        if after <= 1 + 1e-6
        else f"within {at_most(after, 1)} turns, as near as the coming turns allow"
    )
    turns = "turn changes" if count == 1 else "turns change"
    then = f"everybody is then {reach}, in total and in every view"
    return f"{count} {turns} hands ({proven}): {then}; without them within {at_most(before, 1)}."


def _notes(read: Schedule) -> None:
    from evenhand.rota.reading.schedule import near_misses

    meant = near_misses(read.unknown, read.problem.people)
    for name, count in read.unknown.items():
        mend = f" Did you mean {meant[name]}?" if name in meant else " Add them to people, or leave it so."
        turns = "turn" if count == 1 else "turns"
        say(f"note: {name!r} is not in people; {count} {turns} left out.{mend}")
    for finding in read.problem.warnings:
        say(f"note: {finding}")


def _as_data(read: Schedule, outcome: Audit) -> dict[str, Any]:
    names = outcome.problem.people

    def standings(which: Standings) -> dict[str, Any]:
        return {
            name: {
                "served": int(which.served[code]),
                "due": round(float(which.due[code]), 6),
                "owed": round(float(which.lag[code]), 6),
                "views": {view: round(float(lag[code]), 6) for view, lag in which.views.items()},
            }
            for code, name in enumerate(names)
        }

    return {
        "so_far": standings(outcome.so_far),
        "by_end": standings(outcome.by_end),
        "after": standings(outcome.after),
        "changes": [
            {
                "turn": change.turn,
                "what": change.what,
                "from": change.old,
                "to": change.new,
                "why": change.reason,
            }
            for change in outcome.changes
        ],
        "fewest": outcome.fewest,
        "unknown": read.unknown,
    }


def _write(out: Path, read: Schedule, outcome: Audit) -> None:
    import json

    from evenhand.tables.files import write_atomically
    from evenhand.tables.write import csv_bytes

    if out.suffix.lower() == ".json":
        write_atomically(
            out, (json.dumps(_as_data(read, outcome), ensure_ascii=False, indent=2) + "\n").encode()
        )
    else:
        data = _as_data(read, outcome)["changes"]
        heads = ("turn", "what", "from", "to", "why")
        write_atomically(out, csv_bytes({head: [row[head] for row in data] for head in heads}))
    say(f"wrote {out}")


def _write_calendars(folder: Path, outcome: Audit) -> None:
    """Write for each whom a change concerns a calendar of just the changes: turns gone, and new ones."""
    from dataclasses import replace

    from evenhand.report.ics import calendar
    from evenhand.report.rota_ics import NAME, file_names, turns_of
    from evenhand.solver import solve
    from evenhand.tables.files import folder_to_fill, write_atomically

    problem = outcome.problem
    seats = (outcome.awards != outcome.changed).nonzero()[0].tolist()
    parts = []
    for plan in (outcome.awards, outcome.changed):
        # Frozen to the last day, so that the solver takes each plan as it is.
        facts = replace(problem, published=plan, frozen=int(problem.slot_start.max()))
        turns = turns_of(solve(facts, method="online"), why=False)
        parts.append([turns[seat] for seat in seats])
    names = sorted({turn.person for turns in parts for turn in turns})
    files = file_names(tuple(names))
    with folder_to_fill(folder, "--calendars"):
        for name in names:
            before, after = ([turn for turn in turns if turn.person == name] for turns in parts)
            old = calendar(before, NAME, title=name, person=name)
            content = calendar(after, NAME, old, title=f"Changes for {name}", person=name)
            write_atomically(folder / files[name], content)
    say(f"wrote {len(names):,} calendar{'s' * (len(names) != 1)} into {folder}")
