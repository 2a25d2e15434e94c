"""The plan itself as blocks: each job's own way to look at it, all from the solution alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evenhand.core.sentences import counted
from evenhand.core.solution import Columns, Solution
from evenhand.core.units import decimals
from evenhand.report.text import Bars, Block, Grid, Text, name_key
from evenhand.report.views import days_shown, rest_of_week, short_day, used_of
from evenhand.tables.texts import listed

ACCOUNTS = 60
"""Lines of a rota's account that are shown; the rest stand in the files."""


LOOKED_UP = 2_000
"""People of one list that are sorted as people look names up."""

LOOKED_UP_IN_ALL = 50_000
"""People of a whole plan up to whom that is done; beyond, names stand by their letters."""

MOST_NAMED = 100
"""Members of a team that a screen names; a file and a pipe name all."""

MOST_VARIED = 400
"""Teams of which the screen shows how varied each is."""


def plan_blocks(solution: Solution, rows: int | None = None) -> list[Block]:
    """Return the plan as blocks, at most ``rows`` rows of it; None for all."""
    return VIEWS[solution.job](solution, rows)


def grid_of(columns: Columns, rows: int | None = None) -> Grid:
    """Return a table as a grid; columns of numbers stand on the right; hidden rows are counted."""
    heads = tuple(columns)
    total = max((len(cells) for cells in columns.values()), default=0)
    kept = total if rows is None else max(0, min(rows, total))
    right = frozenset(row for row, head in enumerate(heads) if _figures(columns[head]))
    cells = [[_cell(value) for value in list(columns[head])[:kept]] for head in heads]
    return Grid(heads, tuple(zip(*cells, strict=True)), right, note=_hidden(total, kept))


def _hidden(total: int, kept: int) -> str:
    if total <= kept:
        return ""
    more = counted(total - kept, "more row")
    return f"... and {more}: --rows {total} shows all, --out FILE writes all"


def _figures(cells: Any) -> bool:
    numbers = [isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells]
    return bool(numbers) and all(numbers)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return decimals(value, 2) if isinstance(value, float) else str(value)


def spread_line(solution: Solution) -> str:
    """Say how many claimants received how many units: ``21 got 1, 27 got 2; 147 could have and did not``."""
    statement = solution.statement
    if statement is None or len(statement.things) != 1:
        return ""
    counts = Counter(statement.received.tolist())
    none = int(((statement.received == 0) & (statement.entitlement > 0)).sum())
    got = ", ".join(f"{count:,} got {units:,}" for units, count in sorted(counts.items()) if units)
    missed = f"{none:,} could have got one and did not" if none else ""
    return "; ".join(part for part in (got, missed) if part)


def _allocation(solution: Solution, rows: int | None) -> list[Block]:
    problem, awards = solution.problem, solution.awards
    given = np.bincount(problem.day[awards], minlength=len(problem.days))
    known = problem.slots_given
    days = [
        (day, count, slots)
        for day, count, slots in zip(problem.days, given.tolist(), problem.slots.tolist(), strict=True)
        if count or known
    ]
    if known:
        # Sorted by day, as Saturday may be missing between days that are there.
        days = sorted([*days, *((day, 0, 0) for day in rest_of_week(problem.days))]) if days else []
    by_day = tuple(
        (short_day(day), float(count), _filled(count, slots) if known else f"{count:,}")
        for day, count, slots in days
    )
    spread = spread_line(solution)
    blocks: list[Block] = [Text(f"{spread}.")] if spread else []
    if len(problem.days) > 1:
        # Drawn to the most slots of a day, so that a bar that falls short shows the slots that are left.
        full = float(problem.slots.max(initial=0)) if known else 0.0
        blocks.append(Bars(by_day, "By day, of its slots" if known else "By day", full))
    return [*blocks, grid_of(_in_names(solution), rows)]


def _filled(given: int, slots: int) -> str:
    if not slots and not given:
        return "closed"
    left = f"{slots - given:,} left" if slots > given else "full"
    return f"{given:,} of {slots:,}, {left}, {used_of(given, slots)}"


def _in_names(solution: Solution) -> Columns:
    """Return the plan as people read it: weekday, who, what, points; ids last, where names are known."""
    from evenhand.report.allocation_parts import words_of

    columns, words = solution.columns, words_of(solution.problem)
    count = len(columns["recipient"])
    if count <= LOOKED_UP:
        # Within a day: the days themselves stand in their order already.
        place_of = {day: place for place, day in enumerate(dict.fromkeys(columns.get("day", [])))}
        keys = [
            (place_of.get(day, 0), name_key(who), name_key(item))
            for day, who, item in zip(
                columns.get("day", [""] * count), columns["recipient"], columns["item"], strict=True
            )
        ]
        order = sorted(range(count), key=keys.__getitem__)
        columns = {head: [cells[row] for row in order] for head, cells in columns.items()}
    heads = {"recipient": words.recipient, "item": words.item}
    out: dict[str, Any] = {"day": days_shown(list(columns["day"]))} if "day" in columns else {}
    ids: dict[str, Any] = {}
    for column, head in heads.items():
        names = columns.get(f"{column} name", columns[column])
        out[head] = [name or code for name, code in zip(names, columns[column], strict=True)]
        if f"{column} name" in columns:
            ids[f"{head} id"] = columns[column]
    # Whatever else a plan's table holds, such as an office, stands between the points and the ids.
    names_shown = {"day", *heads, *(f"{column} name" for column in heads)}
    rest = {head: cells for head, cells in columns.items() if head not in names_shown}
    return {**out, **rest, **ids}


def _teams(solution: Solution, rows: int | None) -> list[Block]:
    from evenhand.teams import diversity, holders, meeting_times, seed_quality, summary

    problem, awards = solution.problem, solution.awards
    roles = holders(problem, awards)
    people, teams = problem.people, len(problem.teams)
    kept = teams if rows is None else min(rows, teams)
    # By a sort, and the teams shown alone: of a million people a screen shows a few.
    order, ends = np.argsort(awards, kind="stable"), np.cumsum(np.bincount(awards, minlength=teams))
    counts = np.diff(ends, prepend=0).tolist()
    members = [
        [
            f"{people[person]} ({', '.join(roles[person])})" if person in roles else people[person]
            for person in _as_looked_up(order[end - count : end].tolist(), people)
        ]
        for end, count in list(zip(ends.tolist(), counts, strict=True))[:kept]
    ]
    if rows is not None:
        # Whole on paper and in files; a screen would be filled by one team.
        members = [
            [*names[:MOST_NAMED], f"and {len(names) - MOST_NAMED:,} more"]
            if len(names) > MOST_NAMED
            else names
            for names in members
        ]
    # Beyond some hundred teams nobody compares them on a screen, and a line a team takes its time.
    varied = [mean for _, mean in diversity(problem, awards)] if teams <= MOST_VARIED else []
    shares = [f"{mean:.0%}" for mean in varied] if varied else [""] * teams
    # Without a schedule there is no column of it.
    times = meeting_times(problem, awards)
    meets = [[line] for line in times] or [[] for _ in shares]
    shown = zip(problem.teams[:kept], counts[:kept], members, shares[:kept], meets[:kept], strict=True)
    grid = Grid(
        ("team", "people", *(["diversity"] if varied else []), *(["can meet"] if times else []), "members"),
        tuple(
            (team, f"{count:,}", *([share] if varied else []), *when, listed(names))
            for team, count, names, share, when in shown
        ),
        frozenset({1, 2} if varied else {1}),
        note=_hidden(teams, kept),
    )
    old = seed_quality(problem, awards)
    quality = tuple(
        (what, f"{float(score):.1%}" if score else "",
         f"{old.scores[what]:.0%}" if score and what in old.scores else "", words)
        for what, score, words in summary(problem, awards)
    )  # fmt: skip
    table = Grid(("balanced", "evenness", "quality score", ""), quality, frozenset({1, 2}))
    return [grid, table] if quality else [grid]


def _as_looked_up(who: list[int], names: Sequence[str]) -> list[int]:
    """Return people in the order in which names are looked up: Person 2 before Person 10."""
    # Nobody looks a name up among thousands on a screen, and a million names would take seconds.
    if len(who) > LOOKED_UP or len(names) > LOOKED_UP_IN_ALL:
        return who
    return sorted(who, key=lambda person: name_key(names[person]))


def _slots(solution: Solution, rows: int | None) -> Grid:
    """Return a rota's plan with one row a slot: when, what, who; what is not used is left out."""
    from evenhand.report.rota_parts import turns

    columns = solution.columns
    crews: list[list[str]] = []
    marked = False
    for name, skill, note, seat in zip(
        *(columns[head] for head in ("name", "skill", "note", "seat")), strict=True
    ):
        # Two shifts of one duty and day are two slots: each begins with its first seat.
        if seat == 1:
            crews.append([])
        who = name or f"(open: {note})"
        if name and note:
            who, marked = f"{name} *", True
        crews[-1].append(f"{who} ({skill})" if skill else who)
    slots = turns(solution.problem, solution.awards)
    kept = len(slots) if rows is None else max(0, min(rows, len(slots)))
    several = len({turn.duty for turn in slots}) > 1
    shown = ("from", "until", "duty", "who") if several else ("from", "until", "who")
    days = days_shown([day for turn in slots for day in (turn.begin, turn.until)])
    lines = [
        (*days[2 * row : 2 * row + 2], *((turn.duty,) if several else ()), listed(crew))
        for row, (turn, crew) in enumerate(list(zip(slots, crews, strict=True))[:kept])
    ]
    star = "* breaks a rule that may be broken; which one stands below, and in the column note of a file"
    hidden = [part for part in (_hidden(len(slots), kept), star if marked else "", _zones(solution)) if part]
    return Grid(shown, tuple(lines), note="; ".join(hidden))


def _zones(solution: Solution) -> str:
    """Say where the times of each duty are those of the clock, where duties are in several time zones."""
    problem = solution.problem
    if len(set(problem.timezones)) == 1:
        return ""
    pairs = zip(problem.duties, problem.timezones, strict=True)
    return f"times are local: {listed([f'{duty} in {zone}' for duty, zone in pairs if zone])}"


def _rota(solution: Solution, rows: int | None) -> list[Block]:
    blocks: list[Block] = [_slots(solution, rows)]
    statement = solution.statement
    if statement is None:
        return blocks
    rates = _turns_a_day(solution)
    lines = [
        (statement.claimants[who], due / statement.ticks, got, lag / statement.ticks, rates[who : who + 1])
        for who, due, got, lag in zip(
            statement.claimant.tolist(),
            statement.entitlement.tolist(),
            statement.received.tolist(),
            statement.lag.tolist(),
            strict=True,
        )
    ]
    if len(lines) <= LOOKED_UP:
        lines.sort(key=lambda line: name_key(line[0]))
    account = Grid(
        ("person", "due", "served", "owed (+) or ahead (-)", *(["turns a day"] if rates else [])),
        tuple(
            (who, decimals(due, 2), f"{got:,}", decimals(lag, 2, sign=True), *rate)
            for who, due, got, lag, rate in lines[:ACCOUNTS]
        ),
        frozenset({1, 2, 3, 4}),
        note=f"... and {len(lines) - ACCOUNTS:,} more people" if len(lines) > ACCOUNTS else "",
    )
    return [*blocks, account]


def _turns_a_day(solution: Solution) -> list[str]:
    """Return turns over days of membership for each person, where the policy goes by days; else nothing."""
    problem, statement = solution.problem, solution.statement
    if statement is None or not problem.policy.grows.by_days or not len(problem.slot_end):
        return []
    from evenhand.rota.judging.attendance import days_inside

    days = days_inside(problem, int(problem.slot_end.max()) + 1).tolist()
    return [
        f"{got / day:.4f}" if day else "" for got, day in zip(statement.received.tolist(), days, strict=True)
    ]


VIEWS: dict[str, Callable[[Solution, int | None], list[Block]]] = {
    "allocation": _allocation,
    "teams": _teams,
    "rota": _rota,
}
