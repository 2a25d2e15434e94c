"""A recipe and its tables to a problem, and a problem to its answer: the same on a server and in a shell."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from evenhand.core.errors import InputError
from evenhand.core.job import Limits
from evenhand.core.ledger import Ledger
from evenhand.core.progress import Progress
from evenhand.core.recipe import Recipe
from evenhand.core.solution import Solution
from evenhand.jobs import asking_named
from evenhand.solver import solve
from evenhand.tables import Table, read
from evenhand.tables.reader import Given
from evenhand.tables.table import Headed

KEPT: Final = ("before", "standings", "met", "owed")
"""Tables that evenhand itself adds to a recipe: the plan to stay near, who is owed what, who met whom, who is
owed a wish or a role."""

TABLES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "fleet": (
        ("vehicles", "partners", "approvals"),
        ("availability", "activity", "loans", "capacity", "rules", "budgets", "settings"),
    ),
    "candidates": (("candidates",), ("capacity", "recipients", "pins", "forbids")),
    "roster": (("people",), ("rules", "rooms")),
    "turns": (("people",), ("duties", "absences", "history", "rules", "views", "skip")),
}
"""Tables of each form: those it needs, and those it may have."""


def tables_needed(form: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tables that a form needs, and those it may have."""
    return TABLES[form]


def csv_bytes(heads: Sequence[str], rows: Sequence[Sequence[Any]], delimiter: str = ",") -> bytes:
    """Return a small table as CSV, UTF-8, the same bytes everywhere."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().encode()


def opened(content: bytes, name: str, mapping: Mapping[str, str] | None = None) -> Any:
    """Return a source's bytes as a table with its columns named as the job knows them.

    Args:
        content: a delimited text or a workbook.
        name: the file's name; errors call the table so.
        mapping: the user's heads to the job's names; "" leaves a column out.

    Raises:
        InputError: the bytes are no table.
    """
    table = read(Given(content, name=Path(name).name or "table.csv"))
    if not mapping:
        return table
    columns = {mapping.get(head, head) or f"({head})": table.columns[head] for head in table.columns}
    # findings go on calling a column by the head that stands in the user's file
    called = {meant: head for head, meant in mapping.items() if meant}
    return replace(table, columns=Headed(columns), called={**table.called, **called})


def base_problem(recipe: Recipe, content: Mapping[str, bytes], names: Mapping[str, str]) -> Any:
    """Make the problem of a recipe.

    Args:
        recipe: what is asked. For an allocation its picks are left out here, as they can be put onto the
        built
            problem (``picked_problem``) without reading 60,000 candidates anew; the other jobs read theirs.
        content: the bytes of each source, by the table's name.
        names: what each file is called, by the table's name.

    Raises:
        InputError: anything wrong in the tables, in the user's own heads, all at once.
    """
    own: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for table, held in content.items():
            name = Path(names.get(table, "") or f"{table}.csv").name
            if name.lower().endswith(".ics"):
                # a calendar is read for the days of the plan, which only the reader of the rota knows
                own[table] = Path(folder) / name
                own[table].write_bytes(held)
                continue
            (kept if table in KEPT else own)[table] = opened(held, name, recipe.mapping.get(table))
        return _READERS[recipe.form](recipe, own, kept)


def spare_heads(
    recipe: Recipe, content: Mapping[str, bytes], names: Mapping[str, str], people: Collection[str]
) -> list[str]:
    """Return the columns of a roster that may be balanced or read as wishes: all but the one of names."""
    # a table of twenty thousand rows: of more it takes longer to read it again than to say a column's name
    if len(content["people"]) > 1 << 20:
        return []
    table, called = opened(content["people"], names["people"], recipe.mapping.get("people")), set(people)
    return [
        head for head, cells in table.columns.items() if not head.startswith("(") and not called <= set(cells)
    ]


PRICES: Final = ("mode", "lam", "step", "target", "steps")


def penalty_of_settings(settings: Mapping[str, Any]) -> Any:
    """Return the price of fairness that the settings ask for.

    Returns:
        None where they ask for none: then a folder's own settings decide, or what suits the scores. A mode's
        name where no points are given: they are then scaled to the scores. Else a penalty.

    Raises:
        InputError: there is no such mode, or a figure is not a price.
    """
    from evenhand.allocation.problem.penalties import MODES, named_penalty

    if not settings.keys() & set(PRICES):
        return None
    # a target alone can only mean mode a, the one mode that has it
    mode = str(settings.get("mode", "b" if settings.get("target") is None else "a")).strip().casefold()
    if mode == "own" or ":" in mode:
        return _own_steps(str(settings.get("steps", "")) if mode == "own" else mode)
    if mode not in MODES:
        mend = "Choose none, light, standard, strong, a, b, or own with steps such as 1:200+2:400"
        raise InputError.one("is not a way to price fairness", mend, column="mode", came=mode)
    # a dial of another mode stays where it was left, and waits for its mode to come back
    takes = {"none": (), "a": ("lam", "target"), "b": ("lam", "step"), "standard": ("lam", "step")}
    dials: dict[str, Any] = {
        name: _number(settings, name, 0)
        for name in takes.get(mode, ("lam",))
        if settings.get(name) is not None
    }
    if not dials:
        return mode
    if "target" in dials:
        dials["target"] = int(dials["target"])
    return named_penalty(mode, **dials)


def _own_steps(text: str) -> Any:
    from evenhand.allocation import own_steps

    steps = [part.partition(":") for part in text.split("+")]
    try:
        return own_steps([(int(beyond), _whole(float(points))) for beyond, _, points in steps])
    except ValueError:
        mend = "Write steps such as 1:200+2:400"
        raise InputError.one("is not a way to price fairness", mend, column="steps", came=text) from None


def _number(settings: Mapping[str, Any], name: str, default: float) -> float:
    value = settings.get(name, default)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    # "inf" and "nan" are numbers to Python, and to nobody who turns a dial
    if not math.isfinite(number):
        raise InputError.one("is not a number", "Write it like 200", column=name, came=str(value))
    return _whole(number)


def _count(settings: Mapping[str, Any], name: str, default: int = 0, most: int = 10**9) -> int:
    """Return a dial that counts something: whole, and no more than ``most``."""
    number = _number(settings, name, default)
    if number != int(number) or not 0 <= number <= most:
        mend = f"Write a whole number up to {most:,}"
        raise InputError.one("is not a count", mend, column=name, came=f"{number:g}")
    return int(number)


def _whole(value: float) -> float:
    return int(value) if value == value // 1 else value


def _fleet(recipe: Recipe, own: dict[str, Any], kept: dict[str, Any]) -> Any:
    from evenhand.press_fleet import from_tables

    settings = recipe.settings
    problem = from_tables(
        own,
        office=settings.get("office"),
        week_start=settings.get("week_start"),
        penalty=penalty_of_settings(settings),
    )
    return _over_years(problem, kept)


def _candidates(recipe: Recipe, own: dict[str, Any], kept: dict[str, Any]) -> Any:
    from evenhand.allocation import AllocationProblem

    settings = recipe.settings
    capacity = own.pop("capacity", None)
    # a table says more than a dial: slots by day win over one figure for all days
    if capacity is None and settings.get("slots"):
        capacity = _count(settings, "slots")
    limits: dict[str, Any] = {
        name: _count(settings, name) for name in ("per_day", "per_recipient") if settings.get(name)
    }
    problem = AllocationProblem.from_tables(
        capacity=capacity,
        penalty=penalty_of_settings(settings),
        # "no" is somebody's answer to the question whether items are free again every day
        daily=settings.get("daily") not in (None, "", "no", False),
        **own,
        **limits,
    )
    return _over_years(problem, kept)


def award_days(recipe: Recipe, content: Mapping[str, bytes], names: Mapping[str, str]) -> int:
    """Return how many days one award lasts: a fleet's loans as its settings say, anything else one."""
    if recipe.form != "fleet":
        return 1
    from evenhand.press_fleet.settings import read_settings

    held = content.get("settings")
    table = None if held is None else opened(held, names["settings"], recipe.mapping.get("settings"))
    return read_settings(table).loan_days


def _over_years(problem: Any, kept: Mapping[str, Any]) -> Any:
    """Shift the steps of fairness by what earlier periods left: the ledger's standings."""
    if "standings" not in kept:
        return problem
    from evenhand.allocation.asking.weeks import with_ledger

    # booked anew as one opening balance: the library's ledger then shifts the steps as it does from a file
    table = kept["standings"]
    lags = zip(table.columns["claimant"], table.columns["lag"], strict=True)
    return with_ledger(problem, Ledger().open_with("before", {name: int(lag) for name, lag in lags}))


MOST_WEEKS: Final = 50_000
"""Weeks of turns at most: nearly a thousand years. Ten times as many would leave the calendar, and fill the
memory before anybody could say what was wrong."""

MOST_SEATS: Final = 1_000
"""People of a turn at most: more are a crowd, and with all the weeks more seats than fit in memory."""

LISTS: Final = (
    *("balance", "names", "numbers", "tags", "similar", "priority"),
    *("wishes", "choices", "roles", "lock", "apart", "together"),
)


def _roster(recipe: Recipe, own: dict[str, Any], kept: dict[str, Any]) -> Any:
    from evenhand.teams import TeamsProblem

    settings: dict[str, Any] = {name: recipe.settings[name] for name in LISTS if recipe.settings.get(name)}
    for name in ("teams", "size", "min_size", "max_size"):
        if recipe.settings.get(name):
            settings[name] = _count(recipe.settings, name)
    for name in ("sizes", "weights", "name"):
        if recipe.settings.get(name):
            settings[name] = recipe.settings[name]
    # a board is never empty: two teams until somebody says how many
    if not {"teams", "size", "sizes"} & settings.keys():
        settings["teams"] = 2
    away = {pick.names[0] for pick in recipe.picks if pick.kind == "away"}
    people = _without(own["people"], sorted(away), settings)
    spoken = _spoken(recipe, away)
    if "met" in kept:
        there = set(people.columns[settings["name"]]) if settings.get("name") else None
        pairs = zip(kept["met"].columns["one"], kept["met"].columns["other"], strict=True)
        spoken["met"] = [
            pair for pair in pairs if not away & set(pair) and (there is None or set(pair) <= there)
        ]
    if "before" in kept:
        # a plan that is there changes as little as can be: latecomers join, places of drop-outs are filled
        spoken["published"] = kept["before"]
        change = _move_price(recipe.settings)
        if change is not None:
            spoken["move_price"] = change
    tables = {name: own[name] for name in ("rules", "rooms") if name in own}
    problem = TeamsProblem.from_table(people, **tables, **settings, **spoken)
    return problem if "owed" not in kept else _with_owed(problem, kept["owed"])


def _with_owed(problem: Any, table: Any) -> Any:
    """Return the teams' problem with what earlier rounds left: wishes and roles, an account each."""
    from evenhand.teams.asking.series import owed

    accounts: dict[str, dict[str, int]] = {}
    rows = zip(*(table.columns[head] for head in ("account", "claimant", "lag")), strict=True)
    for account, name, lag in rows:
        accounts.setdefault(account, {})[name] = int(lag)
    return owed(problem, accounts)


def _move_price(settings: Mapping[str, Any]) -> int | None:
    """Return the points that a move between teams must bring; None for as few moves as can be."""
    change = settings.get("change", "few")
    return {"few": None, "best": 0}[change] if change in ("few", "best") else _count(settings, "change")


def _spoken(recipe: Recipe, away: Collection[str]) -> dict[str, Any]:
    """Return the picks as the keywords that a roster's rules are said with; those of who is away wait."""
    spoken: dict[str, Any] = {}
    for pick in recipe.picks:
        if pick.kind == "lock":
            members = [name for name in pick.names[1:] if name not in away]
            spoken.setdefault("locked_teams", {})[pick.names[0]] = members
        elif pick.names[0] in away:
            continue
        elif pick.kind == "pin":
            spoken.setdefault("locked", {})[pick.names[0]] = pick.names[1]
        elif pick.kind == "forbid":
            spoken.setdefault("forbidden", {}).setdefault(pick.names[0], []).append(pick.names[1])
    return spoken


def _without(people: Any, away: Sequence[str], settings: Mapping[str, Any]) -> Any:
    """Return the roster without the rows of those who are away."""
    if not away:
        return people
    head = settings.get("name") or next(
        (head for head in people.columns if set(away) <= set(people.columns[head])),
        next(iter(people.columns)),
    )
    gone = set(away)
    keep = [row for row, cell in enumerate(people.columns[head]) if cell not in gone]
    columns = {name: [people.columns[name][row] for row in keep] for name in people.columns}
    return Table(people.name, columns, [people.rows[row] for row in keep], people.findings, people.semicolons)


DIALS: Final = (
    *(
        "policy",
        "rest",
        "rest_days",
        "rest_hours",
        "holidays",
        "holiday_load",
        "substitutes",
        "views",
        "share",
    ),
    "strict_calendar",
)


def _turns(recipe: Recipe, own: dict[str, Any], kept: dict[str, Any]) -> Any:
    from evenhand.rota import RotaProblem, polled, weekly
    from evenhand.rota.asking.soften import softened

    settings = recipe.settings
    duties = own.pop("duties", None)
    start, seats = str(settings.get("start", "")), _count(settings, "seats", 1, MOST_SEATS)
    turns = None
    if duties is None and not settings.get("weeks"):
        turns = polled(own["people"], start=start, seats=seats)
    if turns is not None:
        duties = turns
    elif start or duties is None:
        duties = weekly(
            start,
            _count(settings, "weeks", 10, MOST_WEEKS),
            seats=seats,
            name=str(settings.get("duty", "duty")),
        )
    dials = {name: settings[name] for name in DIALS if settings.get(name) not in (None, "", 0)}
    sides: dict[str, Any] = {}
    # in the table and not as a rule: an absence entered by hand counts like one that was imported
    away = [pick.names for pick in recipe.picks if pick.kind == "away"]
    for pick in recipe.picks:
        if pick.kind not in ("pin", "forbid") or _is_away(pick.names, away):
            # a pin of somebody who is away waits until they are back: an absence is nobody's wish
            continue
        word = "fixed" if pick.kind == "pin" else "forbidden"
        sides.setdefault(word, []).append(pick.names[:2])
    absences = _more_absences(own.pop("absences", None), away)
    # the file's name is that of the setting which chooses among the kinds that need no table
    own_views = own.pop("views", None)
    problem = RotaProblem.from_tables(
        duties=duties, absences=absences, own_views=own_views, **own, **dials, **sides
    )
    if settings.get("soft"):
        # in the problem and not in the search, so that the judge knows the same rules when it is loaded again
        problem = softened(problem)
    if "before" not in kept:
        return problem
    return replace(_published_onto(problem, kept["before"]), stickiness=_stickiness(settings))


def _is_away(turn: tuple[str, ...], away: Sequence[tuple[str, ...]]) -> bool:
    """Whether somebody is away on the day of a turn (day, name)."""
    day, name = turn[:2]
    return any(who == name and (not span or span[0] <= day <= span[-1]) for who, *span in away)


def _more_absences(table: Any, away: Sequence[tuple[str, ...]]) -> Any:
    """Return the table of absences with those entered by hand at its end."""
    if not away:
        return table
    rows = [dict(zip(("name", "from", "to"), names, strict=False)) for names in away]
    if table is not None:
        there = zip(*(table.columns[head] for head in ("name", "from", "to")), strict=True)
        rows = [dict(zip(("name", "from", "to"), cells, strict=True)) for cells in there] + rows
    return rows


def _published_onto(problem: Any, before: Any) -> Any:
    """Return the rota with a published plan on its seats: turns change only where somebody cannot serve."""
    code = {name: person for person, name in enumerate(problem.people)}
    held: dict[tuple[str, str], list[str]] = {}
    for label, duty, name in zip(*(before.columns[head] for head in ("date", "duty", "name")), strict=True):
        held.setdefault((label, duty), []).append(name)
    published = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    for slot, label in enumerate(problem.slot_label):
        crew = held.get((label, problem.duties[int(problem.slot_duty[slot])]), [])
        for seat, name in enumerate(crew[: int(problem.seats[slot])]):
            published[problem.first_seat[slot] + seat] = code.get(name, -1)
    return replace(problem, published=published)


def _stickiness(settings: Mapping[str, Any]) -> int:
    """Return what keeping a published turn is worth, in thousandths of a turn, as the setting says."""
    from evenhand.rota.problem import KEEP

    change = settings.get("change", "few")
    if change in ("few", "best"):
        return KEEP if change == "few" else 0
    # a million turns are more than any rota can even out
    return round(1000 * min(_number(settings, "change", 0), 10**6))


_READERS: Final = {"fleet": _fleet, "candidates": _candidates, "roster": _roster, "turns": _turns}


def picked_problem(problem: Any, recipe: Recipe) -> Any:
    """Return the base problem with the recipe's picks, where the job does not read them with its tables.

    Raises:
        InputError: a pick names what is not there, or no candidate; all of them at once.
    """
    pinned = asking_named(recipe.job).pinned
    if pinned is None or not recipe.picks:
        return problem
    names: dict[str, list[tuple[str, ...]]] = {}
    away = {pick.names[0] for pick in recipe.picks if pick.kind == "away"}
    for pick in recipe.picks:
        if pick.kind == "away" or pick.names[1] not in away:
            names.setdefault(pick.kind, []).append(pick.names)
    return pinned(problem, names)


def solved(
    problem: Any,
    recipe: Recipe,
    before: Table | None = None,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Solve a recipe's problem, near the plan before where there is one.

    The setting ``change`` says how near: "best" takes the best plan there is, and of those as good the one
    with the fewest changes; "few" changes as little as can be; a number is what a change must bring, in
    points.

    Raises:
        InfeasibleError: the hard rules cannot all hold.
    """
    limits = Limits(seconds=seconds, effort=str(recipe.settings.get("effort", "normal")))
    progress = progress or Progress(seconds=seconds)
    asking = asking_named(recipe.job)
    if before is not None and asking.amend is not None:
        change, frozen = recipe.settings.get("change", "best"), str(recipe.settings.get("frozen", ""))
        near: Solution | None = asking.amend(problem, before, change, frozen, recipe.seed, limits, progress)
        if near is not None:
            return near
    method = str(recipe.settings.get("method", "auto"))
    solution = solve(problem, method=method, seed=recipe.seed, limits=limits, progress=progress)
    if before is not None and asking.nearest is not None:
        # nobody gains by a change between plans worth the same, and people know the one before
        solution = asking.nearest(solution, before, progress)
    return solution
