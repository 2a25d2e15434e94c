"""How many teams, how large, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.assignment import FITS, FULL, assigned
from evenhand.core.errors import Findings
from evenhand.tables import Table, read
from evenhand.tables.descriptions import kinds_of
from evenhand.tables.texts import fold
from evenhand.teams.problem import Rule
from evenhand.teams.reading.columns import fold_value
from evenhand.teams.reading.people_rules import sizes_after
from evenhand.teams.rules.allowed import place_costs

ASSIGNED = 100_000
"""People times teams up to which sizes follow choices of rooms: a quarter of a second. Beyond, rooms are
filled evenly."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many teams and how large, as asked for; see ``TeamsProblem.from_table``."""

    teams: int | None = None
    size: int | None = None
    sizes: Sequence[int] | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """Sizes and names of the teams, and whether each team has exactly its own size.

    ``span``: least and most people of each, where rooms leave that open.
    """

    sizes: Ints
    names: tuple[str, ...]
    listed: bool
    span: tuple[Ints, Ints] | None = None


def seating(
    count: int,
    asked: Asked,
    rooms: Any,
    names: Sequence[str] | None,
    findings: Findings,
    *,
    before: Mapping[str, str] | None = None,
    people: Sequence[str] = (),
    chosen: Collection[str] | None = None,
) -> Seats:
    """Return the teams: as asked, in rooms, or as they were in a published plan; note what cannot be.

    ``chosen``: what people wrote as their choices, folded; None where nobody was asked.
    """
    plain = asked.teams is None and asked.size is None and asked.sizes is None
    if rooms is not None:
        return _in_rooms(count, asked, rooms, findings, chosen)
    if before is not None and plain:
        teams = list(dict.fromkeys(names or sorted(set(before.values()), key=_by_number)))[: max(1, count)]
        sizes = np.array(sizes_after(people, teams, before), dtype=np.int64)
        return Seats(sizes if count else sizes[:0], tuple(teams) if count else (), listed=True)
    if plain and (asked.least or asked.most) and count:
        # With a most, the fewest teams it allows; with the least alone, teams as near to it as can be.
        fewest = -(-count // asked.most) if asked.most else max(1, count // (asked.least or 1))
        asked = replace(asked, teams=fewest)
    sizes = team_sizes(count, teams=asked.teams, size=asked.size, sizes=asked.sizes, findings=findings)
    _within(sizes, asked, findings)
    # How many names fit is known only where it is known how many teams there are.
    named = team_names(names, len(sizes), Findings() if findings.errors else findings)
    return Seats(sizes, named, listed=asked.sizes is not None)


def _by_number(name: str) -> tuple[object, ...]:
    """Sort Team 10 behind Team 9."""
    return tuple((part.zfill(12) if part.isdigit() else part) for part in re.split(r"(\d+)", name))


def _within(sizes: Ints, asked: Asked, findings: Findings) -> None:
    """Note sizes below the least or above the most."""
    if not len(sizes):
        return
    low, high, count = int(sizes.min()), int(sizes.max()), int(sizes.sum())
    if asked.least is not None and asked.most is not None and asked.least > asked.most:
        mend = "Swap the two, or leave one out"
        findings.error(f"is above the most, {asked.most}", mend, column="min size", came=str(asked.least))
        return
    if asked.least is not None and low < asked.least:
        most = max(1, count // max(1, asked.least))
        findings.error(
            f"is more than the {low} {_person(low)} of a team",
            f"{count} people make {most} {_team(most)} of {asked.least} or more: ask for --teams {most}",
            column="min size", came=str(asked.least),
        )  # fmt: skip
    if asked.most is not None and high > asked.most:
        least = -(-count // max(1, asked.most))
        findings.error(
            f"is less than the {high} {_person(high)} of a team",
            f"{count} people need {least} {_team(least)} of {asked.most} or fewer: ask for --teams {least}",
            column="max size", came=str(asked.most),
        )  # fmt: skip


def _person(count: int) -> str:
    return "person" if count == 1 else "people"


def _team(count: int) -> str:
    return "team" if count == 1 else "teams"


def _headed(table: Table, column: str) -> str:
    """Return the head of a column of the rooms: our name for it, or another that people use."""
    kind = next(table_kind for table_kind in kinds_of("teams") if table_kind.name == "rooms")
    heads = {fold(head): head for head in reversed(list(table.columns))}
    words = (column, *kind.column(column).also)
    return next((heads[fold(word)] for word in words if fold(word) in heads), column)


def _in_rooms(
    count: int, asked: Asked, rooms: Any, findings: Findings, chosen: Collection[str] | None
) -> Seats:
    """Fill rooms as evenly as their capacities allow; free seats are said."""
    table = read(rooms, "rooms", findings, job="teams")
    if asked.size is not None or asked.sizes is not None:
        findings.error("does not go with rooms", "Leave it out: rooms say how many fit", column="size")
    label, capacity, floor = (_headed(table, column) for column in ("name", "capacity", "min"))
    if not table.need(label, capacity):
        return Seats(even_sizes(count, min(1, count)), team_names(None, min(1, count), findings), listed=True)
    before = len(findings.errors)
    seats = table.integers(capacity, low=1)
    least = (
        table.integers(floor, default=1, low=0) if table.has(floor) else np.ones(len(seats), dtype=np.int64)
    )
    _room_names(table, label)
    # Numbers that could not be read are told by cell; what they would add up to says nothing.
    if len(findings.errors) > before:
        return Seats(even_sizes(count, min(1, count)), team_names(None, min(1, count), findings), listed=True)
    for index in np.flatnonzero(least > seats).tolist():
        table.wrong(
            index, floor, f"is more than the {int(seats[index])} who fit", "Lower it, or give a larger room"
        )
    taken = np.arange(len(seats))[: asked.teams] if asked.teams else np.arange(len(seats))
    seats, least = seats[taken], np.maximum(least[taken], asked.least or 0)
    seats = np.minimum(seats, asked.most) if asked.most else seats
    names = tuple(str(table.columns[label][index]) for index in taken.tolist())
    if int(seats.sum()) < count:
        short = count - int(seats.sum())
        there = int(seats.sum())
        findings.error(
            f"has {there} {'seat' if there == 1 else 'seats'} for {count} people",
            f"Add rooms with {short} more {'seat' if short == 1 else 'seats'}",
            table=table.name, column=capacity,
        )  # fmt: skip
        # The run ends with the error above; so many seats let the rest be checked and told with it.
        seats = seats + short
    if int(least.sum()) > count:
        findings.error(
            f"needs {int(least.sum())} people and there are {count}", "Use fewer rooms, or lower the least",
            table=table.name, column=floor,
        )  # fmt: skip
        least = np.minimum(least, 0)
    free = int(seats.sum()) - count
    if free and count:
        words = "seat stays" if free == 1 else "seats stay"
        findings.warning(
            f"has room to spare: {free} {words} free", "Nothing has to be done", table=table.name
        )
    least = np.minimum(least, seats)
    held = np.ones(len(seats), dtype=bool)
    if chosen is not None:
        held = (least > 0) | np.array([fold_value(name) in chosen for name in names], dtype=bool)
        held |= int(seats[held].sum()) < count
    sizes = np.zeros_like(seats)
    sizes[held] = _level(count, least[held], seats[held])
    if count and not sizes.all():
        # A team of nobody has no share of anything, so it is none.
        held = sizes > 0
        empty = ", ".join(name for name, kept in zip(names, held.tolist(), strict=True) if not kept)
        findings.warning("stays empty", "Nothing has to be done", table=table.name, came=empty)
        names = tuple(name for name, kept in zip(names, held.tolist(), strict=True) if kept)
        sizes, least, seats = sizes[held], least[held], seats[held]
    span = (least, seats) if free and not findings.errors else None
    return Seats(sizes, team_names(names, len(sizes), findings), listed=True, span=span)


def _room_names(table: Table, label: str) -> None:
    """Note rooms without a name and names that come twice."""
    seen: dict[str, int] = {}
    for index, name in enumerate(table.columns[label]):
        if not name:
            table.wrong(index, label, "is empty", "Write what the room is called")
        elif seen.setdefault(fold_value(name), index) != index:
            mend = "Give every room its own name"
            table.wrong(index, label, f"stands in row {table.rows[seen[fold_value(name)]]} already", mend)


def _level(count: int, least: Ints, most: Ints) -> Ints:
    """Return sizes between least and most that sum to ``count`` and are as even as can be."""
    sizes = least.copy()
    for _ in range(int(count - sizes.sum())):
        # One more to the smallest that has room, the first of equals.
        room = np.flatnonzero(sizes < most)
        sizes[room[int(sizes[room].argmin())]] += 1
    return sizes


def sizes_for_choices(sizes: Ints, span: tuple[Ints, Ints], rules: Sequence[Rule]) -> Ints:
    """Return sizes within the span that serve choices of teams best, and are as even as those can be.

    Args:
        sizes: as even as rooms allow; they stay where nobody chose, or nothing serves better.
        span: least and most people of each team, both shape (T,).
        rules: all rules; those about a person's place count.
    """
    people, teams = int(sizes.sum()), len(sizes)
    chosen = any(rule.kind == "choice" for rule in rules)
    if not chosen or people * teams > ASSIGNED:
        return sizes
    cost, barred = place_costs(people, teams, rules)
    low, high = np.maximum(span[0], 1), span[1]
    number = np.arange(int(high.max()))
    # Each further seat costs one more than the one before, so even sizes cost least; all of them together
    # cost less than a point of a choice. Seats up to the least come before everything.
    point = 1 + people * len(number)
    forced = point * (1 + people * int(cost.max()))
    if forced * people > FITS:
        return sizes
    seats = np.where(number < low[:, None], number - forced, np.where(number < high[:, None], number, FULL))
    best = assigned(cost * point, barred, seats)
    return sizes if best is None else np.bincount(best.place, minlength=teams)


def even_sizes(people: int, teams: int) -> Ints:
    """Return sizes that differ by at most one, the larger first, shape (teams,)."""
    if not teams:
        return np.zeros(0, dtype=np.int64)
    floor, more = divmod(people, teams)
    return floor + (np.arange(teams) < more).astype(np.int64)


HOW_MANY = "Say how many teams: --teams 4, --size 5 or --sizes 5,5,4 (from Python teams=, size= or sizes=)"


def team_sizes(
    people: int, *, teams: int | None, size: int | None, sizes: Sequence[int] | None, findings: Findings
) -> Ints:
    """Return the sizes asked for, noting what cannot be.

    Exactly one of the three is taken: a number of teams (no more than people, and said), a size
    (ceil(people / size) teams), or a list of sizes that adds up.
    """
    given = [
        label for label, what in (("teams", teams), ("size", size), ("sizes", sizes)) if what is not None
    ]
    if teams is not None and sizes is not None and len(sizes) == teams and size is None:
        given.remove("teams")  # said twice, and the same
    if len(given) != 1:
        findings.error(
            f"{' and '.join(given)} are both given" if given else HOW_MANY, HOW_MANY if given else ""
        )
        return even_sizes(people, min(1, people))
    if sizes is not None:
        return _listed(people, sizes, findings)
    asked = teams if teams is not None else size
    label = "teams" if teams is not None else "size"
    if asked is None or not _positive(asked):
        findings.error(
            "is not a whole number of 1 or more", "Write a number such as 4", column=label, came=str(asked)
        )
        return even_sizes(people, min(1, people))
    if size is not None:
        return even_sizes(people, -(-people // int(size)))
    if int(asked) > people:
        findings.warning(
            f"teams were asked for and the table has {people} {_person(people)}",
            "Teams of one are made; ask for fewer",
            column="teams",
            came=str(asked),
        )
    return even_sizes(people, min(int(asked), people))


def _positive(what: object) -> bool:
    return isinstance(what, (int, np.integer)) and not isinstance(what, bool) and int(what) > 0


def _listed(people: int, sizes: Sequence[int], findings: Findings) -> Ints:
    bad = [size for size in sizes if not _positive(size)]
    for size in bad:
        findings.error(
            "is not a size of 1 or more", "Write sizes such as 5,5,6", column="sizes", came=str(size)
        )
    if bad:
        return even_sizes(people, min(1, people))
    total = sum(int(size) for size in sizes)
    if total != people:
        apart = abs(people - total)
        mend = f"Change the sizes so that they add up to {people}: they are {apart} too many"
        if total < people:
            mend = f"Change the sizes so that they add up to {people}: they are {apart} too few"
        findings.error(
            f"make {total} places for {people} people",
            mend,
            column="sizes",
            came=",".join(str(int(size)) for size in sizes),
        )
        return even_sizes(people, min(len(sizes), people))
    return np.array([int(size) for size in sizes], dtype=np.int64)


def team_names(names: Sequence[str] | None, teams: int, findings: Findings) -> tuple[str, ...]:
    """Return the teams' names: those given, the rest as "Team 7"; note doubles and too many."""
    own = [] if names is None else [str(name).strip() for name in names]
    if len(own) > teams:
        findings.error(
            f"{len(own)} names for one team" if teams == 1 else f"{len(own)} names for {teams} teams",
            "Give at most as many names as there are teams",
            column="names",
        )
    labels = [name or f"Team {index}" for index, name in enumerate(own[:teams], 1)]
    labels += [f"Team {index}" for index in range(len(labels) + 1, teams + 1)]
    seen: set[str] = set()
    # Names are looked up without regard to case, so "Red" and "red" would be one team.
    for label in labels if own else ():
        if fold_value(label) in seen:
            findings.error(
                "is the name of two teams", "Give every team its own name", column="names", came=label
            )
        seen.add(fold_value(label))
    return tuple(labels)
