"""``evenhand teams``: who goes with whom?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.as_one import AsOne, teams_as_one
from evenhand.cli.beside import Typed
from evenhand.cli.many import Many, Run, Workers, folder_of_results, solve_many, tables_inside
from evenhand.cli.options import Explain, Json, MethodName, Out, Rows, Seconds, Seed, example, listed
from evenhand.cli.output import say
from evenhand.cli.recipe import ONE_PLAN, Keep, keep_recipe
from evenhand.cli.session import Session, refuse_early
from evenhand.cli.sources import given, plan_of, roster
from evenhand.core.errors import InputError

if TYPE_CHECKING:
    from evenhand.tables.overview import Overview
    from evenhand.teams import TeamsProblem

NOT_IN_RECIPE = (
    *("ledger", "published", "keep_teams", "met_before", "not_again", "trade_off"),
    *("many", "as_one"),
)
"""What a recipe does not hold, so that a plan made from it would be another."""
OF_AS_ONE = frozenset({"number", "size", "balance", "name", "seed", "out", "as_one", "workers"})
"""What ``--as-one`` heeds."""
OF_ONE_GROUP = (
    *("ledger", "published", "move_price", "keep_teams", "met_before", "not_again", "trade_off"),
    *("as_json", "explain", "rows"),
)
"""What ``--many`` cannot heed, as it speaks of one group."""
OF_PUBLISHED = ("move_price", "keep_teams", "trade_off")
"""What says something of a published plan alone."""
BESIDE_TRADE_OFF = (
    "out",
    "as_json",
    "explain",
    "rows",
    "keep",
    "ledger",
    "move_price",
    "time_limit",
    "effort",
)
"""What ``--trade-off`` cannot heed: it prints one table of several plans."""

SHORT = "Who goes with whom?"
EPILOG = example(
    "evenhand demo --tables demo-out",
    "evenhand teams demo-out/roster/people.csv --teams 8 --balance gender,office",
)

People = Annotated[
    Path, typer.Argument(metavar="PEOPLE", help="A spreadsheet or CSV with one row per person.")
]
Teams = Annotated[int | None, typer.Option("--teams", metavar="T", help="How many teams.")]
Size = Annotated[int | None, typer.Option("--size", metavar="S", help="How many people per team.")]
Sizes = Annotated[str | None, typer.Option("--sizes", metavar="5,5,4", help="The size of each team.")]
Balance = Annotated[
    str | None, typer.Option("--balance", metavar="A,B", help="Columns to balance; guessed if left out.")
]
Name = Annotated[str | None, typer.Option("--name", metavar="COLUMN", help="The column with the names.")]
Names = Annotated[str | None, typer.Option("--names", metavar="X,Y", help="What the teams are called.")]
Numbers = Annotated[
    str | None, typer.Option("--numbers", metavar="A,B", help="Number columns to balance across teams.")
]
Tags = Annotated[
    str | None, typer.Option("--tags", metavar="A,B", help="Columns with several values in a cell.")
]
Similar = Annotated[
    str | None,
    typer.Option("--similar", metavar="A,B", help="Columns where similar people should share a team."),
]
Priority = Annotated[
    str | None, typer.Option("--priority", metavar="A,B", help="Columns in order of priority.")
]
Weights = Annotated[
    str | None,
    typer.Option("--weights", metavar="A=3,B=1", help="How much each column counts; 1 if left out."),
]
Effort = Annotated[
    str,
    typer.Option(
        "--effort",
        metavar="quick|normal|thorough",
        help="How long to search where nothing can be proven.",
        show_default=True,
    ),
]
MinSize = Annotated[int | None, typer.Option("--min-size", metavar="N", help="Fewest people per team.")]
MaxSize = Annotated[int | None, typer.Option("--max-size", metavar="N", help="Most people per team.")]
Rooms = Annotated[
    Path | None,
    typer.Option("--rooms", metavar="FILE", help="One room per team: a table with name and capacity."),
]
Wishes = Annotated[
    str | None,
    typer.Option("--wishes", metavar="A,B", help="Columns that name friends; most people get one."),
]
Choices = Annotated[
    str | None,
    typer.Option("--choices", metavar="A,B", help="Columns that name teams (projects), first choice first."),
]
OnlyChoices = Annotated[
    bool, typer.Option("--only-choices", help="Put nobody outside their choices, whatever that costs.")
]
Together = Annotated[
    str | None,
    typer.Option(
        "--together", metavar="A,B", help="Columns such as family: people with the same value share a team."
    ),
]
Apart = Annotated[
    str | None,
    typer.Option(
        "--apart",
        metavar="A,B",
        help="Columns such as siblings: the same value, or a name there, keeps people apart.",
    ),
]
Lock = Annotated[
    str,
    typer.Option(
        "--lock", metavar="COLUMN", help="Column with the team somebody stays in; an empty cell: any."
    ),
]
PublishedPlan = Annotated[
    Path | None,
    typer.Option(
        "--published", metavar="FILE", help="Start from this plan (.json or a table); fewest people move."
    ),
]
MovePrice = Annotated[
    int | None,
    typer.Option(
        "--move-price", metavar="P", help="Points each move costs.  [default: as few moves as possible]"
    ),
]
KeepTeams = Annotated[
    str | None, typer.Option("--keep-teams", metavar="X,Y", help="Published teams to leave as they are.")
]
MetBefore = Annotated[
    list[Path] | None,
    typer.Option("--met-before", metavar="FILE", help="Earlier plan whose teams to mix; may be repeated."),
]
NotAgain = Annotated[
    list[Path] | None,
    typer.Option("--not-again", metavar="FILE", help="Nobody gets the same team (workshop) as in this plan."),
]
KeptColumns = Annotated[
    str | None, typer.Option("--keep", metavar="A,B", help="Other columns for the plan's table: an e-mail.")
]
TradeOff = Annotated[
    bool, typer.Option("--trade-off", help="Show moves against evenness for several prices of a move.")
]
Roles = Annotated[
    str | None,
    typer.Option("--roles", metavar="A,B", help="Columns of who can be captain, driver; each team gets one."),
]
Times = Annotated[
    str | None,
    typer.Option("--times", metavar="A,B", help="Columns of when people can meet: Mon 9-12; Wed 14-16."),
]
Hours = Annotated[
    float | None, typer.Option("--hours", metavar="K", help="Least common hours of each team, with --times.")
]
InARow = Annotated[bool, typer.Option("--in-a-row", help="The common hours must be in one block.")]
TimeZone = Annotated[
    str, typer.Option("--zone", metavar="COLUMN", help="Column of time zones: Europe/Berlin, UTC+5:30.")
]
Week = Annotated[
    str | None,
    typer.Option("--week", metavar="DAY", help="Any day of the week meant, where clocks change: 2026-03-23."),
]
Books = Annotated[
    list[Path] | None,
    typer.Option("--ledger", metavar="FILE", help="Prefer those who got less before; may be repeated."),
]
Rules = Annotated[Path | None, typer.Option("--rules", metavar="FILE", help="A table of rules.")]


def teams(
    context: typer.Context,
    people: People,
    *,
    number: Teams = None,
    size: Size = None,
    sizes: Sizes = None,
    balance: Balance = None,
    name: Name = None,
    names: Names = None,
    numbers: Numbers = None,
    tags: Tags = None,
    similar: Similar = None,
    priority: Priority = None,
    weights: Weights = None,
    rules: Rules = None,
    min_size: MinSize = None,
    max_size: MaxSize = None,
    rooms: Rooms = None,
    wishes: Wishes = None,
    choices: Choices = None,
    only_choices: OnlyChoices = False,
    together: Together = None,
    apart: Apart = None,
    lock: Lock = "",
    published: PublishedPlan = None,
    move_price: MovePrice = None,
    keep_teams: KeepTeams = None,
    met_before: MetBefore = None,
    not_again: NotAgain = None,
    roles: Roles = None,
    keep: KeptColumns = None,
    times: Times = None,
    hours: Hours = None,
    in_a_row: InARow = False,
    zone: TimeZone = "",
    week: Week = None,
    trade_off: TradeOff = False,
    ledger: Books = None,
    method: MethodName = "auto",
    seed: Seed = 0,
    effort: Effort = "normal",
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
    explain: Explain = None,
    rows: Rows = None,
    recipe: Keep = None,
    many: Many = False,
    as_one: AsOne = False,
    workers: Workers = None,
) -> None:
    """Decide who goes with whom: teams that are each as mixed as everybody together."""
    _refuse_unheeded(context)
    # A batch writes into a folder, which these checks of single files would refuse.
    if not (many or as_one):
        refuse_early("teams", out, rows=rows, seconds=time_limit)
    session = Session(out, as_json, explain, rows)
    settings = _settings(context.params)
    if as_one:
        target = folder_of_results(people, out)
        files = [entry for entry in tables_inside(people, target) if entry.is_file()]
        teams_as_one(people, settings, files=files, target=target, workers=workers or 1, seed=seed)
        return
    if many:
        run = Run(workers or 1, method, seed, time_limit, effort)
        solve_many("teams", people, lambda entry: {"source": roster_of(entry)}, settings, out, run)
        return
    # Rooms given as an option win over those of the folder: they were said last.
    tables = partial(roster, people, rules, beside=("rules",) if rooms is not None else ("rules", "rooms"))
    make = partial(_problem, settings, tables)
    problem = session.read(make)
    if recipe is not None:
        dials = settings | {"effort": None if effort == "normal" else effort}
        dials |= {"method": None if method == "auto" else method}
        _keep(recipe, tables(), dials, seed, problem)
    if trade_off:
        from evenhand.cli.teams_trade_off import show_trade_off

        show_trade_off(lambda price: make(move_price=price), method=method, seed=seed)
        return
    for path in ledger or ():
        problem = heeding(problem, path)
    if balance is None:
        _say_guessed(problem, settings)
    session.deliver(session.solve(problem, method=method, seed=seed, seconds=time_limit, effort=effort))


def _problem(settings: dict[str, Any], tables: Callable[[], dict[str, Any]], **changed: Any) -> TeamsProblem:
    from evenhand.teams import TeamsProblem

    return TeamsProblem.from_table(**{**settings, **tables(), **changed})


AS_TYPED = ("size", "name", "only_choices", "lock", "hours", "in_a_row", "zone", "week")
GUESSED_COLUMNS = ("balance", "names", "wishes", "together", "apart")
"""Options of several names that mean another thing left out than naming none."""
COLUMNS = ("numbers", "tags", "similar", "priority", "choices", "keep_teams", "roles", "keep", "times")


def _settings(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as ``TeamsProblem.from_table`` takes them: names parted, earlier plans read.

    Raises:
        InputError: an option cannot be read.
    """
    settings = {name: asked[name] for name in AS_TYPED}
    settings |= {name: listed(asked[name]) for name in GUESSED_COLUMNS}
    settings |= {name: listed(asked[name]) or () for name in COLUMNS}
    for name in ("rules", "rooms"):
        settings[name] = None if asked[name] is None else given(Path(asked[name]))
    before = asked["published"]
    return settings | {
        "teams": asked["number"],
        "sizes": whole_numbers(asked["sizes"], "--sizes"),
        "weights": weighed(asked["weights"]),
        "min_size": counted(asked["min_size"], "--min-size"),
        "max_size": counted(asked["max_size"], "--max-size"),
        "published": None if before is None else plan_of_file(Path(before)),
        "move_price": counted(asked["move_price"], "--move-price", least=0),
        "met_before": [plan_of_file(Path(path)) for path in asked["met_before"] or ()],
        "not_again": [plan_of_file(Path(path)) for path in asked["not_again"] or ()],
    }


def _keep(recipe: Path, tables: dict[str, Any], dials: dict[str, Any], seed: int, problem: Any) -> None:
    """Write the recipe of a plan: its tables by name, and the options that are no tables."""
    rooms = dials["rooms"]
    tables = {"people": tables.pop("source")} | ({} if rooms is None else {"rooms": rooms}) | tables
    dials = {name: value for name, value in dials.items() if name not in ("rules", "rooms")}
    keep_recipe(recipe, "roster", tables, dials, seed, problem)


def _say_guessed(problem: TeamsProblem, settings: dict[str, Any]) -> None:
    """Say which columns were guessed, as another choice of them gives other teams."""
    from evenhand.teams.reading.schedules import COMMON

    asked = {*settings["numbers"], *settings["tags"], *settings["similar"]}
    beside = {*settings["roles"], *settings["times"]}
    guessed = ",".join(
        criterion.name
        for criterion in problem.criteria
        if criterion.weight and criterion.name not in beside and not criterion.name.startswith(COMMON)
    )
    if not asked and guessed:
        say(f"balanced by {guessed}: guessed from columns with few values; choose with --balance")


def _refuse_unheeded(context: typer.Context) -> None:
    """Refuse options that the way of working cannot heed.

    Raises:
        InputError: each such option is a finding.
    """
    typed, asked = Typed(context), context.params
    if asked["recipe"]:
        typed.refuse_beside("--recipe", NOT_IN_RECIPE, ONE_PLAN)
    if asked["as_one"]:
        typed.refuse_others("--as-one", OF_AS_ONE, "Leave it out: it needs everybody in one memory")
        if asked["balance"] is None:
            typed.findings.error(
                "is missing", "With --as-one, name the columns to balance", table="--balance"
            )
    elif asked["many"]:
        typed.refuse_beside("--many", OF_ONE_GROUP, "Plan the groups one by one: it speaks of one group")
    else:
        typed.refuse_without("--many or --as-one", ("workers",), "Leave it out: one process makes one plan")
    if asked["published"] is None:
        typed.refuse_without("--published", OF_PUBLISHED, "Give the plan with --published")
    if not asked["choices"]:
        typed.refuse_without("--choices", ("only_choices",), "Name the columns with --choices")
    if asked["trade_off"]:
        mend = "Choose a line of the table first, then plan with its --move-price"
        typed.refuse_beside("--trade-off", BESIDE_TRADE_OFF, mend)
    else:
        typed.refuse_unshown()
    typed.findings.raise_errors()


def heeding(problem: TeamsProblem, path: Path) -> TeamsProblem:
    """Return the problem with what a ledger owes people; its notes name the ledger's file.

    Raises:
        InputError: the file is not a ledger, or counts something else than teams do.
    """
    from evenhand.cli.publish import ledger_from
    from evenhand.teams import with_ledger

    after = with_ledger(problem, ledger_from(path))
    fresh = after.warnings[len(problem.warnings) :]
    return replace(after, warnings=(*problem.warnings, *(replace(note, table=path.name) for note in fresh)))


def counted(number: int | None, option: str, *, least: int = 1) -> int | None:
    """Return a number that is not below ``least``.

    Raises:
        InputError: it is.
    """
    if number is not None and number < least:
        raise InputError.one(f"is below {least}", f"Give {least} or more", table=option, came=str(number))
    return number


def plan_of_file(path: Path) -> dict[str, str]:
    """Return person to team of a plan saved as .json, or of a table with the columns person and team.

    Raises:
        InputError: the file is not a plan of teams.
    """
    if path.suffix.lower() != ".json":
        from evenhand.teams.reading.people_rules import plan_of as plan_of_table

        return plan_of_table(path, path.name)
    solution = plan_of(path, "teams")
    people, teams = solution.problem.people, solution.problem.teams
    return {name: teams[int(team)] for name, team in zip(people, solution.awards, strict=True)}


def roster_of(entry: Path) -> Path:
    """Return the table of people of one group: the file itself, or people.csv (or .xlsx) in its folder.

    Raises:
        InputError: the folder holds no people.
    """
    if not entry.is_dir():
        return entry
    tables = sorted(entry.glob("people.*"))
    if not tables:
        raise InputError.one("holds no people.csv", "Add a table with one row per person", came=str(entry))
    return tables[0]


def whole_numbers(text: str | None, option: str) -> list[int] | None:
    """Return the whole numbers of a text parted by commas.

    Raises:
        InputError: a part is not a whole number of 1 or more.
    """
    from evenhand.core.errors import Findings

    parts = listed(text)
    if parts is None:
        return None
    findings = Findings()
    for part in parts:
        # isdigit alone lets signs such as a superscript 2 pass, which int() refuses.
        if not (part.isascii() and part.isdigit() and int(part) > 0):
            findings.error(
                "is not a whole number of 1 or more", "Write sizes such as 5,5,4", table=option, came=part
            )
    findings.raise_errors()
    return [int(part) for part in parts]


def weighed(text: str | None) -> dict[str, str]:
    """Return column to weight of a text such as ``A=3,B=1``, weights as written.

    Raises:
        InputError: a part has no ``=`` or no column.
    """
    from evenhand.core.errors import Findings

    findings = Findings()
    out = {}
    for part in listed(text) or ():
        # At the last sign: a column's head may hold "=" itself.
        column, sign, weight = part.rpartition("=")
        if not (sign and column.strip() and weight.strip().isdecimal()):
            mend = "Write a column and a whole number of 0 or more, such as gender=3"
            findings.error("is not a weight", mend, table="--weights", came=part)
        out[column.strip()] = weight.strip()
    findings.raise_errors()
    return out


def tried(source: Path, _command: str, asked: dict[str, Any]) -> TeamsProblem:
    """Make the problem of what ``evenhand check`` looks at: two teams, or one a room."""
    from evenhand.teams import TeamsProblem

    tables = roster(source, beside=("rules", "rooms"))
    return TeamsProblem.from_table(**{"teams": None if "rooms" in tables else 2, **asked, **tables})


def described(whole: Overview, source: Path) -> tuple[Overview, dict[str, Any]]:
    """Return what ``evenhand check`` found, with what columns are for, and the settings its command names."""
    from evenhand.cli.teams_form import described as as_form

    return as_form(whole, source)


COMMAND = teams
