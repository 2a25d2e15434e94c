"""``evenhand rounds``: who goes with whom, several times in a row, meeting as few twice as can be found?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.options import Json, Out, Seed, example, listed
from evenhand.cli.session import Session
from evenhand.cli.simulate import refused
from evenhand.cli.sources import roster
from evenhand.cli.teams import Name, Names, People, Size, Sizes, Teams, whole_numbers

if TYPE_CHECKING:
    from evenhand.teams import TeamsProblem

SHORT = "Who goes with whom, several times in a row?"
EPILOG = example(
    "evenhand demo --tables demo-out", "evenhand rounds demo-out/roster/people.csv --teams 20 --rounds 15"
)

Balance = Annotated[
    str | None,
    typer.Option(
        "--balance", metavar="A,B", help="Columns to balance as well; left out, only meetings count."
    ),
]
AtTables = Annotated[
    bool, typer.Option("--tables", help="Call the teams Table 1, Table 2 ..., and say who sits where when.")
]
Rounds = Annotated[int, typer.Option("--rounds", metavar="N", help="How many rounds.")]
First = Annotated[
    str | None,
    typer.Option("--first", metavar="WHAT", help="new or even: what counts more where not both can be had."),
]


def rounds(
    people: People,
    *,
    count: Rounds = 3,
    number: Teams = None,
    size: Size = None,
    sizes: Sizes = None,
    balance: Balance = None,
    name: Name = None,
    names: Names = None,
    first: First = None,
    tables: AtTables = False,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Plan several rounds of teams with as few repeat meetings as possible.

    With --balance every round is balanced as well. Where nobody has to meet twice, nobody does; where some
    have to, even teams come first. --first says otherwise.
    """
    from evenhand.core.errors import InputError
    from evenhand.teams import TeamsProblem

    refused(out, "a plan of several rounds", (".csv", ".xlsx"))
    if count < 1:
        raise InputError.one("is not a number of rounds", "Give 1 or more", came=str(count), table="--rounds")
    if first not in {None, "new", "even"}:
        raise InputError.one("is neither new nor even", "Give one of them", came=str(first), table="--first")
    if first and balance is None:
        raise InputError.one("is only for --balance", "Say what to balance, or leave it out", table="--first")
    session = Session(out, as_json)
    settings: dict[str, Any] = {"teams": number, "size": size, "sizes": whole_numbers(sizes, "--sizes")}
    settings |= {"balance": listed(balance), "name": name, "names": listed(names)}
    if balance is None:
        problem = session.read(lambda: unbalanced(people, settings))
    else:
        problem = session.read(lambda: TeamsProblem.from_table(**roster(people), **settings))
    if tables and names is None:
        problem = replace(problem, teams=tuple(f"Table {team + 1}" for team in range(len(problem.teams))))
    awards, other = planned(session, problem, count, seed, first)
    deliver(session, problem, awards, other, by_person=tables)


def unbalanced(people: Path, settings: dict[str, Any]) -> TeamsProblem:
    """Return a roster's problem without criteria: any table with names will do."""
    from evenhand.tables import read
    from evenhand.teams import TeamsProblem
    from evenhand.teams.reading.names import naming_columns

    table = read(roster(people)["source"], "people", job="teams")
    columns = [settings["name"]] if settings["name"] else list(naming_columns(table))[:1]
    problem = TeamsProblem.from_table(table, **{**settings, "balance": columns or None})
    return replace(problem, criteria=(), warnings=())


def planned(
    session: Session, problem: TeamsProblem, count: int, seed: int, first: str | None
) -> tuple[list[Any], str]:
    """Return the team codes of each round, and what the other order of wishes would have come to."""
    from evenhand.core.progress import Progress
    from evenhand.teams import balance, plan_rounds
    from evenhand.teams.asking.rounds import repeats

    fresh = plan_rounds(problem, count, seed=seed, progress=Progress())
    plan = list(fresh.awards)
    if not problem.criteria or first == "new":
        return plan, ""
    if not problem.rules and not any(balance(problem, codes).teams_off for codes in plan):
        return plan, ""
    even = balanced_in_turn(session, problem, count, seed)
    again = repeats(even)
    # A balanced plan that repeats no more pairs is better in both, and then there is nothing to choose.
    if problem.rules or len(even) < len(plan) or first == "even" or again <= fresh.repeats:
        return even, ""
    if fresh.repeats:
        return even, f"With --first new {meet_again(fresh.repeats)}, {evenness(problem, plan)}."
    return plan, f"With --first even {meet_again(again)}, {evenness(problem, even)}."


def balanced_in_turn(session: Session, problem: TeamsProblem, count: int, seed: int) -> list[Any]:
    """Return one balanced round after another; after Ctrl-C no further one is begun."""
    import numpy as np

    from evenhand.teams import met_before

    awards: list[Any] = []
    for _ in range(count):
        # Each balanced round sees all before it, so who met is kept apart in the rounds to come.
        asked = met_before(problem, np.array(awards)) if awards else problem
        awards.append(session.solve(asked, method="auto", seed=seed, seconds=None).awards)
        if session.interrupted:
            break
    return awards


def meet_again(pairs: int) -> str:
    """Say how many pairs meet again."""
    return f"{pairs:,} {'pair meets' if pairs == 1 else 'pairs meet'} again"


def evenness(problem: TeamsProblem, awards: list[Any]) -> str:
    """Say how even the rounds are."""
    from evenhand.teams import balance

    even = [float(balance(problem, codes).overall) for codes in awards]
    return f"evenness {min(even):.1%} in the least even round, {sum(even) / len(even):.1%} on average"


def deliver(
    session: Session, problem: TeamsProblem, awards: list[Any], other: str, *, by_person: bool
) -> None:
    """Show who is with whom in each round, and write a row a round and person where asked.

    A workbook has a second sheet with a row a person; with ``by_person`` that is shown as well.
    """
    import numpy as np

    from evenhand.cli.output import print_json, say
    from evenhand.cli.screen import show
    from evenhand.report.text import Grid, Heading, Text, name_key
    from evenhand.tables.texts import listed as in_words
    from evenhand.tables.write import write_csv, write_xlsx
    from evenhand.teams.asking.rounds import repeats

    order = [np.argsort(codes, kind="stable").tolist() for codes in awards]
    columns: dict[str, list[Any]] = {
        "round": [candidate + 1 for candidate, people in enumerate(order) for _ in people],
        "team": [
            problem.teams[awards[candidate][who]] for candidate, people in enumerate(order) for who in people
        ],
        "person": [problem.people[who] for people in order for who in people],
    }
    for path in session.out or ():
        if path.suffix.lower() == ".csv":
            write_csv(columns, path)
        else:
            write_xlsx({"rounds": columns, "people": seats_of(problem, awards)}, path)
    count, teams = len(awards), len(problem.teams)
    sentence = (
        f"{count} {'round' if count == 1 else 'rounds'} of {teams} {'team' if teams == 1 else 'teams'}. "
        f"{meet_again(repeats(np.array(awards)))}."
    )
    if problem.criteria:
        even = evenness(problem, awards)
        sentence += f" {even[0].upper()}{even[1:]}."
    if session.interrupted:
        sentence += " Stopped early."
    if session.as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)])
    else:
        lines = tuple(
            (
                str(candidate + 1),
                team,
                in_words(
                    sorted(
                        (problem.people[who] for who in people if awards[candidate][who] == code),
                        key=name_key,
                    )
                ),
            )
            for candidate, people in enumerate(order)
            for code, team in enumerate(problem.teams)
        )
        show([Heading("Who goes with whom, round by round"), Text(sentence, "strong")])
        if other:
            show([Text(other)])
        typer.echo()
        show([Grid(("round", "team", "members"), lines, frozenset({0}))])
        if by_person:
            seats = seats_of(problem, awards)
            typer.echo()
            show([Heading("Who sits where"), Grid(tuple(seats), tuple(zip(*seats.values(), strict=True)))])
    for path in session.out or ():
        say(f"wrote {path}")


def seats_of(problem: TeamsProblem, awards: list[Any]) -> dict[str, list[str]]:
    """Return a row a person: the name, and the team of each round."""
    columns = {"person": list(problem.people)}
    for candidate, codes in enumerate(awards):
        columns[f"round {candidate + 1}"] = [problem.teams[team] for team in codes.tolist()]
    return columns


COMMAND = rounds
