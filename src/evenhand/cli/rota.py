"""``evenhand rota``: whose turn is it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from evenhand.cli.beside import Typed
from evenhand.cli.many import Many, Run, Workers, solve_many
from evenhand.cli.options import Explain, Json, MethodName, Out, Rows, Seconds, Seed, example
from evenhand.cli.output import say
from evenhand.cli.published import Published, calendars_of, show_trade_off
from evenhand.cli.recipe import ONE_PLAN, Keep, keep_recipe
from evenhand.cli.session import Session, refuse_early
from evenhand.cli.sources import given as source_of
from evenhand.core.errors import InputError

SHORT = "Whose turn is it?"
EPILOG = example("evenhand demo --tables demo-out", "evenhand rota demo-out/garden")

MOST_WEEKS = 50_000
"""Nearly a thousand years; much more would leave the calendar, which ends with the year 9999."""
NOT_IN_RECIPE = ("ledger", "published", "swaps", "trade_off", "many", "soft")
"""What a recipe does not hold, so that a plan made from it would be another."""
OF_MANY = frozenset(
    {"weeks", "seats", "start", "policy", "duties", "absences", "history", "rules", "own_views", "holidays"}
    | {"holiday_load", "rest", "rest_days", "rest_hours", "skip", "substitutes", "views", "share", "strict"}
    | {"method", "seed", "time_limit", "out", "many", "workers"}
)
"""What ``--many`` heeds; all else speaks of one rota."""
BESIDE_TRADE_OFF = (
    *("out", "calendars", "previous", "as_json", "explain", "rows", "soft", "time_limit"),
    *("stickiness", "substitutes"),
)
"""What ``--trade-off`` cannot heed: it prints one table of several plans."""
TABLES = ("people", "duties", "absences", "history", "rules", "views")
DIALS = (
    *("holidays", "holiday_load", "rest", "rest_days", "rest_hours"),
    *("substitutes", "views", "share"),
)
"""Options that the problem takes as they were typed."""

People = Annotated[
    Path, typer.Argument(metavar="PEOPLE", help="A table of people, or a folder with people.csv and others.")
]
Weeks = Annotated[int | None, typer.Option("--weeks", metavar="N", help="How many weekly turns to plan.")]
Seats = Annotated[int, typer.Option("--seats", metavar="K", help="How many people each turn takes.")]
Start = Annotated[str | None, typer.Option("--start", metavar="DATE", help="The first turn's date.")]
Policy = Annotated[str, typer.Option("--policy", metavar="NAME", help="What is fair: rate, ledger, ...")]
Duties = Annotated[Path | None, typer.Option("--duties", metavar="FILE", help="Duties, instead of --weeks.")]
Absences = Annotated[Path | None, typer.Option("--absences", metavar="FILE", help="Who is away when.")]
History = Annotated[Path | None, typer.Option("--history", metavar="FILE", help="Turns served before.")]
Holidays = Annotated[
    str | None, typer.Option("--holidays", metavar="PLACE", help="Mark public holidays: NO, DE-BY, ...")
]
HolidayLoad = Annotated[
    int | None,
    typer.Option(
        "--holiday-load",
        metavar="N",
        help="How many turns a turn on a holiday counts; 0: no turns on holidays.",
    ),
]
Rest = Annotated[
    int | None, typer.Option("--rest", metavar="N", help="How many turns a person rests after serving.")
]
RestDays = Annotated[
    int | None, typer.Option("--rest-days", metavar="N", help="Whole days between two turns of one person.")
]
RestHours = Annotated[
    int | None, typer.Option("--rest-hours", metavar="N", help="Hours between two turns of one person.")
]
Skip = Annotated[
    Path | None,
    typer.Option(
        "--skip", metavar="FILE", help="Days without turns: a calendar (.ics), or a table of from, to."
    ),
]
Share = Annotated[
    str | None,
    typer.Option(
        "--share",
        metavar="all|able",
        help="Where seats ask for skills: equal turns over all, or each seat shared by those who fit it.",
    ),
]
Substitutes = Annotated[
    int | None, typer.Option("--substitutes", metavar="N", help="How many stand-ins to name for each turn.")
]
Views = Annotated[
    str | None,
    typer.Option(
        "--views",
        metavar="A,B",
        help="Be fair in these too: weekend, weekday, duty, holiday, time, month; none for none. "
        "[default: weekend,duty,holiday]",
    ),
]
OwnViews = Annotated[
    Path | None,
    typer.Option(
        "--own-views", metavar="FILE", help="More kinds of turns to share fairly, by a rule each (views.csv)."
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict", help="Refuse events of a calendar that are nobody's absence, instead of leaving them out."
    ),
]
Soft = Annotated[
    bool, typer.Option("--soft", help="If the rules cannot all hold, plan with as few broken as possible.")
]
Rules = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="A table of rules: rest, pairs, ...")
]
Calendars = Annotated[
    Path | None,
    typer.Option(
        "--calendars", metavar="FOLDER", help="Write an iCalendar file for each person, and one for all."
    ),
]
Previous = Annotated[
    Path | None,
    typer.Option("--previous", metavar="ICS", help="Calendar (or folder) handed out before, to be updated."),
]
Plan = Annotated[
    Path | None,
    typer.Option(
        "--published", metavar="PLAN", help="Start from this published plan and change as little as possible."
    ),
]
Stickiness = Annotated[
    float | None,
    typer.Option(
        "--stickiness",
        metavar="TURNS",
        help="Change a published turn only for somebody owed so many more.  [default: only if it must]",
    ),
]
TradeOff = Annotated[
    bool,
    typer.Option("--trade-off", help="Show how many changes buy how much fairness, and plan nothing else."),
]
Frozen = Annotated[
    str | None, typer.Option("--frozen", metavar="DATE", help="Turns up to this day stay as published.")
]
Ledger = Annotated[
    Path | None,
    typer.Option(
        "--ledger", metavar="FILE", help="Ledger of published turns; every account goes on from it."
    ),
]
Swaps = Annotated[
    Path | None, typer.Option("--swaps", metavar="FILE", help="Who really served: date, planned, served.")
]


def rota(
    context: typer.Context,
    people: People,
    *,
    weeks: Weeks = None,
    seats: Seats = 1,
    start: Start = None,
    policy: Policy = "rate",
    duties: Duties = None,
    absences: Absences = None,
    history: History = None,
    holidays: Holidays = None,
    holiday_load: HolidayLoad = None,
    rest: Rest = None,
    rest_days: RestDays = None,
    rest_hours: RestHours = None,
    skip: Skip = None,
    rules: Rules = None,
    soft: Soft = False,
    own_views: OwnViews = None,
    views: Views = None,
    share: Share = None,
    substitutes: Substitutes = None,
    strict: Strict = False,
    ledger: Ledger = None,
    published: Plan = None,
    frozen: Frozen = None,
    swaps: Swaps = None,
    stickiness: Stickiness = None,
    trade_off: TradeOff = False,
    calendars: Calendars = None,
    previous: Previous = None,
    method: MethodName = "auto",
    seed: Seed = 0,
    time_limit: Seconds = None,
    out: Out = None,
    as_json: Json = False,
    explain: Explain = None,
    rows: Rows = None,
    recipe: Keep = None,
    many: Many = False,
    workers: Workers = None,
) -> None:
    """Decide whose turn it is, so that over time everybody serves their share."""
    _refuse_unheeded(context)
    given = {"duties": duties, "absences": absences, "history": history, "rules": rules, "views": own_views}
    asked = {name: context.params[name] for name in DIALS} | {"skip": skip, "strict_calendar": strict or None}
    dials = {name: value for name, value in asked.items() if value is not None}
    if many:
        solve_many(
            "rota",
            people,
            lambda entry: rota_tables(entry, given, weeks, start, seats, skip),
            {"policy": policy, **dials},
            out,
            Run(workers or 1, method, seed, time_limit),
        )
        return
    # Before any table is read: a long search must not end at a file that cannot be written.
    refuse_early("rota", out, rows=rows, seconds=time_limit)
    others, handed = calendars_of(out, calendars, previous)
    session = Session(others, as_json, explain, rows)
    before = Published(published, frozen, swaps, ledger, stickiness)
    if weeks is not None and start is None and ledger is not None and published is None:
        start = _after(ledger)
    problem = session.read(
        lambda: before.onto(rota_problem(people, given, weeks, start, seats, policy=policy, **dials))
    )
    if recipe is not None:
        settings = dials | {"policy": policy, "method": None if method == "auto" else method}
        tables = tables_of(people, given, skip)
        # Turns made of a poll have a number of seats too, and stand in no table.
        own = weeks or start or "duties" not in tables
        settings |= {"start": start, "weeks": weeks, "seats": seats} if own else {}
        _keep(recipe, tables, settings, seed, problem)
    if trade_off:
        show_trade_off(before, problem, method, seed)
        return
    plan_found = _solved(session, problem, soft=soft, method=method, seed=seed, seconds=time_limit)
    solution = before.told(plan_found)
    session.deliver(solution)
    handed.write(solution)
    before.tell(solution)


def _after(ledger: Path) -> str | None:
    """Return the day on which weekly turns go on after those of a ledger, and say it; None after none."""
    from evenhand.cli.publish import ledger_from
    from evenhand.report.views import weekdays_in
    from evenhand.rota.asking.ledger import next_day

    day = next_day(ledger_from(ledger))
    if day is not None:
        say(weekdays_in(f"note: --start: the ledger's turns end before {day}, so this plan begins that day."))
    return day


def _keep(recipe: Path, tables: dict[str, Any], settings: dict[str, Any], seed: int, problem: Any) -> None:
    """Write the recipe of a plan: its tables by name, and the options that are no tables."""
    tables = {name: table for name, table in tables.items() if table is not None}
    if "weeks" in settings:
        tables.pop("duties", None)
    skip = settings.pop("skip", None)
    if skip is not None:
        tables["skip"] = source_of(skip)
    keep_recipe(recipe, "turns", tables, settings, seed, problem)


def _refuse_unheeded(context: typer.Context) -> None:
    """Refuse options that the way of working cannot heed.

    Raises:
        InputError: each such option is a finding.
    """
    typed, asked = Typed(context), context.params
    if asked["recipe"]:
        typed.refuse_beside("--recipe", NOT_IN_RECIPE, ONE_PLAN)
    if asked["many"]:
        typed.refuse_others("--many", OF_MANY)
    else:
        typed.refuse_without("--many", ("workers",), "Leave it out: one process makes one plan")
    if asked["trade_off"]:
        typed.refuse_beside("--trade-off", BESIDE_TRADE_OFF, "Leave it out: --trade-off prints one table")
    else:
        typed.refuse_unshown()
    if not asked["holidays"]:
        typed.refuse_without("--holidays", ("holiday_load",), "Say whose holidays count, as in --holidays NO")
    typed.findings.raise_errors()


PATIENCE: Final = 120
"""Seconds for a rota with rules where no --time-limit is given: fifty people over a year with rests and
limits take half a minute. With twice as many nobody waits for the end; with half as many that year is cut
short on a slow machine."""


def _solved(session: Session, problem: Any, *, soft: bool, **asked: Any) -> Any:
    """Plan, with a limit for a search that might go on for hours; say so where it ended the search."""
    from evenhand.rota.job import JOB

    method = JOB.choose(problem) if asked["method"] == "auto" else asked["method"]
    limited = asked["seconds"] is None and method == "optimise"
    if limited:
        asked["seconds"] = PATIENCE
    solution = _kept(session, problem, soft=soft, **asked)
    if limited and solution.cut:
        say(
            f"note: The search ended after {PATIENCE} seconds, as no --time-limit was given. "
            "A longer one may find a better plan."
        )
    return solution


def _kept(session: Session, problem: Any, *, soft: bool, **asked: Any) -> Any:
    """Plan; with --soft, where rules cannot all hold, say which and plan with as few broken as possible."""
    if not soft:
        return session.solve(problem, **asked)
    from evenhand.core.errors import InfeasibleError
    from evenhand.report.views import weekdays_in
    from evenhand.rota.asking.soften import softened

    try:
        return session.solve(problem, **asked)
    except InfeasibleError as error:
        say(weekdays_in(str(error)))
        say("note: --soft: this plan breaks them as little as can be, and marks where.")
    if asked["method"] != "auto":
        asked["method"] = "optimise"
    return session.solve(softened(problem), **asked)


def rota_problem(
    people: Path,
    given: dict[str, Path | None],
    weeks: int | None,
    start: str | None,
    seats: int,
    **dials: Any,
) -> Any:
    """Make the problem of the tables given, with those of the folder where PEOPLE is one.

    Raises:
        InputError: anything wrong with the tables, or with how slots are asked for.
    """
    from evenhand.rota import RotaProblem

    tables = rota_tables(people, given, weeks, start, seats, dials.get("skip"))
    return RotaProblem.from_tables(**tables, **dials)


def rota_tables(
    people: Path,
    given: dict[str, Path | None],
    weeks: int | None,
    start: str | None,
    seats: int,
    skip: Path | None = None,
) -> dict[str, Any]:
    """Return the tables of a rota, with slots made of --weeks and --start where these are given.

    Raises:
        InputError: turns are asked for in two ways, or --seats beside a table of duties.
    """
    tables = tables_of(people, given, skip)
    asked = weeks is not None or start is not None
    # Two answers to when turns are: neither may win in silence.
    if asked and given["duties"] is not None:
        raise no_weeks(given["duties"])
    if weeks is None and "duties" not in tables and (turns := polled_turns(tables["people"], start, seats)):
        tables["duties"] = turns
    elif asked or "duties" not in tables:
        tables["duties"] = weekly_slots(weeks, start, seats)
    elif seats != 1:
        mend = "Write seats into the table of duties"
        raise InputError.one("means nothing beside duties", mend, table="--seats", came=str(seats))
    if "views" in tables:
        tables["own_views"] = tables.pop("views")
    return tables


def tables_of(people: Path, given: dict[str, Path | None], skip: Path | None = None) -> dict[str, Any]:
    """Return the tables given, over those of the folder where PEOPLE is one.

    Args:
        people: the table of people, or the folder.
        given: tables given as options, by name.
        skip: a calendar that is read for something else: it is not a file that nobody reads.

    Raises:
        InputError: the folder holds no people.
    """
    from evenhand.cli.sources import container
    from evenhand.core.errors import Findings

    tables: dict[str, Any] = {"people": source_of(people)}
    held = container(people, "rota")
    if held is not None:
        findings = Findings()
        read_anyway = {path.resolve() for path in (*given.values(), skip) if path is not None}
        for file in [file for file in held.files if (people / file).resolve() in read_anyway]:
            del held.files[file]
        tables = dict(held.tables("rota", TABLES, findings))
        if "people" not in tables:
            held.missing("people", findings)
        findings.raise_errors()
    # Options win over what the folder holds: they were said last.
    return tables | {name: source_of(path) for name, path in given.items() if path is not None}


def polled_turns(people: Any, start: str | None, seats: int) -> Any:
    """Return the turns of a poll, a column each; None where the people hold no poll."""
    from evenhand.core.errors import Findings
    from evenhand.rota import polled

    findings = Findings()
    if start:
        _refuse_no_day(start, findings)
    if seats < 1:
        findings.error("is not a number of seats", "Give 1 or more", table="--seats", came=str(seats))
    # Whether it is a poll at all comes first: where it is none, all that is missing is said together.
    turns = polled(people, start="" if findings.errors else start or "", seats=max(1, seats))
    if turns is not None:
        findings.raise_errors()
    return turns


def weekly_slots(weeks: int | None, start: str | None, seats: int) -> Any:
    """Return weekly slots made of --weeks, --start and --seats.

    Raises:
        InputError: a part is missing or no number to work with.
    """
    from evenhand.core.errors import Findings
    from evenhand.rota import weekly

    findings = Findings()
    if weeks is None:
        findings.error("is missing", "Say how many weeks, such as 10, or give --duties FILE", table="--weeks")
    elif weeks < 1:
        findings.error("is not a number of weeks", "Give 1 or more", table="--weeks", came=str(weeks))
    elif weeks > MOST_WEEKS:
        mend = f"Give {MOST_WEEKS:,} or fewer"
        findings.error("is more than any rota lasts", mend, table="--weeks", came=str(weeks))
    if not start:
        findings.error("is missing", "Say when the first turn is, such as 2026-01-27", table="--start")
    else:
        _refuse_no_day(start, findings)
    if seats < 1:
        findings.error("is not a number of seats", "Give 1 or more", table="--seats", came=str(seats))
    findings.raise_errors()
    return weekly(start or "", weeks or 0, seats=seats)


def _refuse_no_day(start: str, findings: Any) -> None:
    """Note a first day that is not a date, or could be two."""
    from evenhand.tables.calendar_days import days

    _, wrong, either = days([start])
    if either is not None:
        problem = either[1].removesuffix(", and no other cell of the column decides it")
        findings.error(problem, either[2].replace("dates", "it"), table="--start", came=start)
    elif start in wrong:
        problem, mend = wrong[start]
        findings.error(problem, mend.replace("dates", "it"), table="--start", came=start)


def no_weeks(duties: Path) -> Exception:
    """Return the error for weekly options beside a table of duties."""
    problem = "says when turns are, and so do --weeks and --start"
    return InputError.one(problem, "Leave --weeks and --start out, or the table of duties", came=str(duties))


def tried(source: Path, command: str, _asked: dict[str, Any]) -> Any:
    """Make the problem of what ``evenhand check`` looks at: with its own duties, or some weeks."""
    weeks, start = 10 if "--weeks" in command else None, command.partition("--start ")[2] or None
    return rota_problem(source, {"duties": None}, weeks, start, 1, policy="rate")


COMMAND = rota
