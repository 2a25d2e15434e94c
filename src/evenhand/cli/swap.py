"""``evenhand rota swap``: who could take a turn, what it does to both accounts, and booking it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.beside import Typed
from evenhand.cli.options import Out, example
from evenhand.cli.output import say
from evenhand.cli.publish import book_into, ledger_from
from evenhand.cli.session import refuse_early
from evenhand.cli.sources import plan_of
from evenhand.core.units import decimals

if TYPE_CHECKING:
    from evenhand.core.ledger import Ledger

SHORT = "Give a turn to somebody else: who could take it, and what it does to both accounts."
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand rota demo-out/garden --out turns.json",
    "evenhand rota swap turns.json 2026-02-17 --from Jay",
)
SHOWN = 8

Plan = Annotated[Path, typer.Argument(metavar="PLAN", help="The rota's plan, saved as .json.")]
Turn = Annotated[str, typer.Argument(metavar="TURN", help="A turn: its id (duty/day/seat), or its day.")]
From = Annotated[
    str, typer.Option("--from", metavar="NAME", help="Whose turn it is, where a day has several.")
]
To = Annotated[str, typer.Option("--to", metavar="NAME", help="Who takes it.")]
For = Annotated[str, typer.Option("--for", metavar="TURN", help="The turn given in exchange; none: a gift.")]
Missed = Annotated[bool, typer.Option("--missed", help="Nobody served it.")]
Outside = Annotated[str, typer.Option("--outside", metavar="NAME", help="Somebody from outside served it.")]
Book = Annotated[
    Path | None, typer.Option("--ledger", metavar="FILE", help="The ledger the plan is published in.")
]
Booked = Annotated[bool, typer.Option("--book", help="Record it in the ledger; left out, it is only shown.")]


def swap(
    context: typer.Context,
    plan: Plan,
    turn: Turn,
    *,
    holder: From = "",
    to: To = "",
    exchange: For = "",
    missed: Missed = False,
    outside: Outside = "",
    ledger: Book = None,
    book: Booked = False,
    out: Out = None,
) -> None:
    """Show who could take a turn, in order, and the effect on both accounts; with --book, record it.

    The plan stays as published: the ledger knows who really serves, and `evenhand rota --published PLAN
    --ledger FILE` plans on from there.
    """
    from evenhand.rota.asking.swaps import seat_named

    _refuse_unheeded(context)
    refuse_early("rota", out)
    solution, awards = _as_served(plan, ledger)
    problem = solution.problem

    seat = seat_named(problem, awards, turn, holder)
    if not (to or missed or outside):
        _list_takers(problem, awards, seat, solution.seed)
        return
    changed = _changed(problem, awards, seat, to, exchange)
    _show_effect(problem, awards, changed)
    if book and ledger is not None:
        book_into(ledger, _booking(problem, awards, changed, missed=missed, outside=outside))
        say(f"booked; wrote {ledger}")
    # Given a ledger, a reader may think it was booked.
    elif ledger is not None:
        say("nothing is booked yet: add --book")
    _write(solution, awards, changed, out)


COMMAND = swap


def _refuse_unheeded(context: typer.Context) -> None:
    """Refuse options that say nothing of what is asked, or different things.

    Raises:
        InputError: each such option is a finding.
    """
    typed = Typed(context)
    who = [name for name in ("to", "missed", "outside") if name in typed.given]
    if not who:
        mend = "Say who serves the turn instead"
        typed.refuse_without("--to, --missed or --outside", ("exchange", "out", "book"), mend)
    elif "to" not in who:
        typed.refuse_without("--to", ("exchange",), "Name who takes the turn with --to")
    if len(who) > 1:
        mend = "Give one of --to, --missed, --outside"
        typed.findings.error("say different things", mend, table="options")
    if "ledger" not in typed.given:
        typed.refuse_without("--ledger", ("book",), "Give the ledger with --ledger FILE")
    typed.findings.raise_errors()


def _as_served(plan: Path, ledger: Path | None) -> tuple[Any, Any]:
    """Read a rota's plan, and who serves by now as the ledger has it."""
    from evenhand.rota.asking.ledger import as_served

    solution = plan_of(plan, "rota")
    if ledger is None:
        return solution, solution.awards
    return solution, as_served(ledger_from(ledger), solution.problem, solution.awards)


def _list_takers(problem: Any, awards: Any, seat: int, seed: int) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.rota.asking.swaps import takers

    could = takers(problem, awards, seat, seed)
    blocks: list[Any] = [Heading(f"Who could take {_spoken(problem, awards, seat)}")]
    if not could:
        blocks.append(Text("Nobody could take it without breaking a rule."))
    else:
        shown = could[:SHOWN]
        rows = tuple((taker.name, _stands(taker.lag), _stands(taker.after)) for taker in shown)
        blocks.append(Grid(("next in order", "stands now", "and with it"), rows))
        for taker in shown:
            if taker.breaks:
                broken = "; ".join(sentence.rstrip(".") for sentence in taker.breaks)
                blocks.append(Text(weekdays_in(f"Mind, with {taker.name}: {broken}."), "warn"))
        if len(could) > SHOWN:
            blocks.append(Text(f"{len(could) - SHOWN} more could take it."))
        blocks.append(Text(f"Choose with --to {could[0].name}."))
    show(blocks)


def _changed(problem: Any, awards: Any, seat: int, to: str, exchange: str) -> dict[int, int]:
    """Return who serves which seat-turn instead.

    Raises:
        InputError: an unknown name, a turn that is theirs already, or an exchange that is none of theirs.
    """
    from evenhand.core.errors import InputError
    from evenhand.rota.asking.swaps import seat_named
    from evenhand.tables.texts import near_person

    if not to:
        # Nobody of the team: missed, or served from outside.
        return {seat: -1}
    if to not in problem.people:
        meant = near_person(to, list(problem.people))
        mend = f"Did you mean {meant}?" if meant else f"People are {', '.join(problem.people[:10])}"
        raise InputError.one("is not in this plan", mend.removesuffix("?"), came=to, table="--to")
    taker, giver = problem.people.index(to), int(awards[seat])
    if taker == giver:
        raise InputError.one("serves this turn already", "Name somebody else", came=to, table="--to")
    changed = {seat: taker}
    if exchange:
        other = seat_named(problem, awards, exchange, to)
        if int(awards[other]) != taker:
            raise InputError.one(
                f"is not a turn of {to}", f"Give a turn of {to}", came=exchange, table="--for"
            )
        changed[other] = giver
    return changed


def _show_effect(problem: Any, awards: Any, changed: dict[int, int]) -> None:
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text
    from evenhand.report.views import weekdays_in
    from evenhand.rota.asking.swaps import breaks_added, effect, why_not

    lines = []
    for seat, who in changed.items():
        lines.append(
            f"{_spoken(problem, awards, seat)} -> {problem.people[who] if who >= 0 else 'nobody of the team'}"
        )
    rows = tuple(
        (name, _stands(before), _stands(after))
        for name, (before, after) in effect(problem, awards, changed).items()
    )
    blocks: list[Any] = [Heading("What changes"), Text("\n".join(lines))]
    if rows:
        blocks.append(Grid(("account", "stands now", "and then"), rows))
    else:
        blocks.append(Text("Nobody's account moves."))
    broken = (*why_not(problem, awards, changed), *breaks_added(problem, awards, changed))
    blocks += [Text(weekdays_in(f"Mind: {fault}"), "warn") for fault in broken]
    show(blocks)


def _spoken(problem: Any, awards: Any, seat: int) -> str:
    from evenhand.rota.asking.amend import spoken_day
    from evenhand.rota.problem.turns import turn_ids

    day = spoken_day(int(problem.slot_start[int(problem.seat_slot[seat])]))
    who = problem.people[int(awards[seat])] if awards[seat] >= 0 else "open"
    return f"{turn_ids(problem)[seat]} ({day}, {who})"


def _stands(lag: float) -> str:
    size = decimals(abs(lag), 2)
    return "even" if size == "0.00" else f"{size} {'owed' if lag > 0 else 'ahead'}"


def _booking(problem: Any, awards: Any, changed: dict[int, int], *, missed: bool, outside: str) -> Any:
    """Return what books the change into a ledger."""
    from evenhand.rota.asking.ledger import not_served, swapped
    from evenhand.rota.problem.turns import turn_ids

    ids = turn_ids(problem)

    def booked(ledger: Ledger) -> Ledger:
        for seat, who in changed.items():
            if missed or outside:
                note = "missed" if missed else f"{outside}, from outside, served"
                ledger = not_served(ledger, ids[seat], note)
            else:
                giver = problem.people[int(awards[seat])]
                note = f"{problem.people[who]} for {giver}"
                ledger = swapped(ledger, ids[seat], problem.people[who], note)
        return ledger

    return booked


def _write(solution: Any, awards: Any, changed: dict[int, int], out: Any) -> None:
    """Write the plan as it is then; facts stand whatever the rules say."""
    from dataclasses import replace

    from evenhand.rota.asking.swaps import served_instead
    from evenhand.solver import save, solve

    if not out:
        return
    problem = solution.problem
    real = served_instead(awards, changed)
    # Frozen to the last day, so that everything stays as it was served.
    fixed = replace(problem, published=real, frozen=int(problem.slot_start.max()))
    plan = solve(fixed, method="online", seed=solution.seed)
    for path in out:
        save(plan, path)
        say(f"wrote {path}")
