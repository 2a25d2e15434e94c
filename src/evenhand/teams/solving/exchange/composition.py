"""Teams of unequal sizes: which people stand in the larger teams decides what the best plan can cost.

Where every team is within quota, a column costs only by how many people of each value all teams of one size
hold together: between floor and ceiling of its share a team's cost rises in a straight line. So the best way
to deal people to sizes is a small program, whatever the number of teams: how many people of each profile (the
same values in all columns) stand in teams of each size. Its value is a bound for every arrangement, and where
the people of each size can be dealt to their teams within quota, the plan meets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, gcd
from typing import Any

import numpy as np

from evenhand.core.arrays import Floats, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import FREE, Program, stacked
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.exchange.profiles import Board
from evenhand.teams.solving.exchange.repair import repair_teams
from evenhand.teams.solving.model.marginals import class_cost
from evenhand.teams.solving.model.objective import UnitCosts
from evenhand.teams.solving.model.yardstick import quota

LARGEST = 1_500
"""Profiles times sizes up to which the program is made: 330 profiles and two sizes take 0.03 s, 900 take
0.7 s. Larger rosters nearly always meet the bound of each column by itself."""

LARGEST_RELAXED = 6_000
"""The same without whole numbers, which takes a hundredth as long: 0.02 s for 900 profiles and two sizes."""

NODES = 50
"""Nodes after which the program gives up; most rosters need none. What it has proven by then is a bound."""

TURN, TURN_EACH = 20_000, 1_000
"""Tries of a repair of one size, and more a person. Of 34 teams of five with seven columns one repair in two
gets there with half or twice as many; another draw is worth more than more tries of the same.
"""

FINEST = 2**43
"""Most that columns within quota can cost in the program's units. The program's entries are ones, so floats
of 53 bits keep sums of that size within a thousandth of a unit; beyond, whole units would be at risk."""

ROUNDING = 0.9
"""Costs are whole, so a gap below this proves the best, with room for the solver's tolerance."""


@dataclass(frozen=True, slots=True)
class Face:
    """What all best ways to deal people to sizes have in common, and only they: a face of what is allowed.

    Where a price of the program without whole numbers is not 0, every best solution has its column at one
    end, and a solution that has all of them there is a best one. So nothing has to be weighed any more.

    Attributes:
        low, high: fewest and most people of each cell (see ``cells_of``).
        away: about what a person outside these costs.
        barred: what one of a profile costs in a class, shape (P, K); where it is above 0 none stands there.
    """

    low: Ints
    high: Ints
    away: Floats
    barred: Floats


@dataclass(frozen=True, slots=True)
class Composition:
    """What the best way to deal people to sizes costs.

    Attributes:
        bound: no arrangement has a lower value in the columns.
        held: people of each (profile, class) that reach it, shape (P, K); None where the program gave up.
        face: what the best have in common, whole numbers aside; None where somebody must be outside quota.
    """

    bound: int
    held: Ints | None
    face: Face | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in all teams of one size: what its people there cost by their number.

    Attributes:
        who: profiles that have the value; kind: class of the teams.
        low, high: fewest and most people with all these teams within quota.
        slope: cost of one more person between the two; outside: of one beyond them.
        first: cost at ``low``.
    """

    who: Ints
    kind: int
    low: int
    high: int
    slope: int
    outside: int
    first: int

    def beyond(self, held: Ints) -> int:
        """Return the people outside quota."""
        people = int(held[self.who, self.kind].sum())
        return max(0, self.low - people, people - self.high)

    def value(self, held: Ints) -> int:
        """Return what the people cost, quota aside."""
        people = int(held[self.who, self.kind].sum())
        inside = min(max(people, self.low), self.high)
        return self.first + self.slope * (inside - self.low) + self.outside * self.beyond(held)


@dataclass(frozen=True, slots=True)
class FewTeams:
    """The best people for each team of the rarer sizes.

    Attributes:
        held: people of each (profile, team of a rarer size); kinds: class of each of those teams.
    """

    held: Ints
    kinds: tuple[int, ...]


def composition(
    problem: TeamsProblem, costs: UnitCosts, roster: Board, counted: list[int], progress: Progress
) -> Composition | None:
    """Return the best people for each size of team; None where the program would be too large or too fine.

    Args:
        problem: the problem; its rules are passed over, which can only lower the bound.
        costs: its unit costs.
        roster: the people as profiles over ``counted``.
        counted: indices of the criteria that are to be spread, in the board's order.
        progress: asked whether to stop.

    Promise:
        No arrangement costs less than ``bound``, quota first where quota comes first.
    """
    if (len(roster.first) - 1) * len(costs.classes.size) > LARGEST_RELAXED:
        return None
    cells, least = cells_of(problem, costs, roster, counted)
    common = gcd(*(price for cell in cells for price in (cell.slope, cell.outside)))
    if not common or sum(abs(cell.slope) * (cell.high - cell.low) for cell in cells) > FINEST * common:
        return None
    fewest = 0 if costs.off else None
    solved = _solved(roster, costs, cells, progress, common=common, beyond=fewest)
    if solved is None and costs.off:
        # Somebody must be outside quota: first as few as can be, then the cheapest of those plans.
        outside = _solved(roster, costs, cells, progress, common=0, beyond=None)
        if outside is None or outside[0] is None:
            return None
        fewest = sum(cell.beyond(outside[0]) for cell in cells)
        solved = _solved(roster, costs, cells, progress, common=common, beyond=fewest)
    if solved is None:
        return None
    held, floor, face = solved
    # What the program minimised, in units, stands above what the cells cost at their fewest people.
    columns = sum(cell.first for cell in cells) + floor * common
    if held is not None:
        columns = sum(cell.value(held) for cell in cells)
    return Composition(columns - least + costs.off * (fewest or 0), held, None if fewest else face)


def cells_of(
    problem: TeamsProblem, costs: UnitCosts, roster: Board, counted: list[int]
) -> tuple[list[Cell], int]:
    """Return all cells, and what the criteria cost at the best of each by itself."""
    profiles = len(roster.first) - 1
    of = np.repeat(np.arange(profiles), np.diff(roster.first))
    cells, least, line = [], 0, 0
    for index in counted:
        yard = costs.yardsticks[index]
        least += costs.step[index] * (yard.best // yard.step)
        for count in problem.criteria[index].counts.tolist():
            who = of[roster.line == line]
            line += 1
            for kind, (size, teams) in enumerate(zip(costs.classes.size, costs.classes.teams, strict=True)):
                due = count * size
                low, high = due // problem.n * teams, -(-due // problem.n) * teams
                # One step beyond either end, where each person costs the same; all are whole by ``step``.
                ends = [
                    class_cost(people, count, costs.classes, kind) * costs.step[index]
                    for people in (low, high, high + 1)
                ]
                slope = (ends[1] - ends[0]) // max(1, high - low)
                cells.append(
                    Cell(
                        who, kind, low, high, slope // yard.step, (ends[2] - ends[1]) // yard.step,
                        ends[0] // yard.step,
                    )
                )  # fmt: skip
    return cells, least


def _solved(
    roster: Board,
    costs: UnitCosts,
    cells: list[Cell],
    progress: Progress,
    *,
    common: int,
    beyond: int | None,
) -> tuple[Ints | None, int, Face] | None:
    """Solve the program; None where no way to deal people to sizes keeps ``beyond``, or nothing was proven.

    Args:
        roster: the people as profiles.
        costs: its unit costs, of which the classes are read.
        cells: what each value costs in each size.
        progress: asked whether to stop.
        common: unit of the prices; 0 to count the people outside quota instead.
        beyond: people outside quota, or None for any number.

    Returns:
        People of each (profile, class) if they are proven best; a bound, in units, of what they cost above
        the cells' first costs; and what the best have in common, whole numbers aside.
    """
    profiles, kinds = len(roster.first) - 1, len(costs.classes.size)
    people = np.bincount(roster.profile, minlength=profiles)
    rows: list[tuple[list[int], list[float]]] = []
    sides: list[float] = []
    for profile in range(profiles):
        rows.append(([profile * kinds + kind for kind in range(kinds)], [1.0] * kinds))
        sides.append(float(people[profile]))
    for kind, (size, teams) in enumerate(zip(costs.classes.size, costs.classes.teams, strict=True)):
        rows.append(([profile * kinds + kind for profile in range(profiles)], [1.0] * profiles))
        sides.append(float(size * teams))
    cost, most = [0.0] * (profiles * kinds), np.repeat(people, kinds).astype(float).tolist()
    outside: list[int] = []
    for cell in cells:
        # People inside quota above the lowest number, missing to it, and beyond the highest.
        first = len(cost)
        slope, price = (cell.slope / common, cell.outside / common) if common else (0.0, 1.0)
        cost += [slope, price, price]
        most += [float(cell.high - cell.low), FREE, FREE]
        outside += [first + 1, first + 2]
        rows.append(
            ([*(cell.who * kinds + cell.kind).tolist(), first, first + 1, first + 2],
             [*[1.0] * len(cell.who), -1.0, 1.0, -1.0])
        )  # fmt: skip
        sides.append(float(cell.low))
    if beyond is not None:
        rows.append((outside, [1.0] * len(outside)))
        sides.append(float(beyond))
    unknowns = profiles * kinds
    model = (np.array(cost), stacked(rows), np.array(sides), np.array(sides))
    relaxed = Program()
    relaxed.load(*model, most=np.array(most))
    if relaxed.run(progress) != "optimal":
        return None
    floor = ceil(relaxed.value - ROUNDING)
    face = _face(cells, relaxed.reduced_costs(), people, (profiles, kinds))
    if unknowns > LARGEST:
        return None, floor, face
    program = Program(nodes=NODES, gap=0.5)
    program.load(*model, most=np.array(most), whole=np.arange(len(cost)) < unknowns)
    state = program.run(progress)
    if state == "infeasible" or program.bound <= -FREE:
        return None
    floor = max(floor, ceil(program.bound - ROUNDING))
    if state != "optimal" or not program.has_solution or program.value - program.bound >= ROUNDING:
        return None, floor, face
    held = np.rint(program.values()[:unknowns]).astype(np.int64).reshape(profiles, kinds)
    return held, floor, face


def _face(cells: list[Cell], price: Floats, people: Ints, shape: tuple[int, int]) -> Face:
    """Read off reduced costs which columns stand at one end in every best solution."""
    unknowns = shape[0] * shape[1]
    # Reduced costs are sums of slopes; rounding errors are far below a unit, and a misread one costs a try.
    none = 1e-9 * max(1.0, float(np.abs(price).max(initial=0.0)))
    inside, stands = price[unknowns::3].reshape(-1, shape[1]), price[:unknowns].reshape(shape)
    low, high = (
        np.array([getattr(cell, end) for cell in cells]).reshape(inside.shape) for end in ("low", "high")
    )
    least, most = np.where(inside < -none, high, low), np.where(inside > none, low, high)
    # People of a value who do not stand in the other classes stand in this one.
    count = np.array([int(people[cell.who].sum()) for cell in cells]).reshape(inside.shape)
    low = np.maximum(least, count - most.sum(axis=1, keepdims=True) + most)
    high = np.minimum(most, count - least.sum(axis=1, keepdims=True) + least)
    away = np.broadcast_to(np.abs(inside).sum(axis=1, keepdims=True), inside.shape)
    barred = stands - stands.min(axis=1, keepdims=True)
    barred[barred <= none] = 0.0
    return Face(low.reshape(-1), high.reshape(-1), away.reshape(-1), barred)


def seated_by_size(
    problem: TeamsProblem, costs: UnitCosts, roster: Board, best: Composition | FewTeams, *, turns: int,
    **shared: Any,
) -> tuple[Ints, bool]:  # fmt: skip
    """Deal the people of each size to its teams and repair until all are within quota.

    Args:
        problem: the problem.
        costs: its unit costs.
        roster: the people as profiles.
        best: how many of each profile stand in each size, or in each team of the rarer sizes.
        turns: repairs of a size, each from another draw, before it is given up.
        shared: seed, compiled, progress; see ``repair_teams``.

    Returns:
        The profile in each seat, and whether all teams are within quota.
    """
    index = roster.at.copy()
    spread = [column for column in problem.criteria if column.weight and not column.similar]
    counts = np.concatenate([column.counts for column in spread])
    profiles = np.arange(len(roster.first) - 1)
    # The rarest size first: if its teams cannot be brought within quota, the others need no repair.
    for kind in np.argsort(costs.classes.teams, kind="stable").tolist():
        size, teams = costs.classes.size[kind], costs.classes.teams[kind]
        seats = roster.start[np.flatnonzero(costs.classes.of == kind)][:, None] + np.arange(size)
        if isinstance(best, FewTeams) and kind in best.kinds:
            columns = best.held[:, [team for team, own in enumerate(best.kinds) if own == kind]]
            index[seats] = np.array([np.repeat(profiles, column) for column in columns.T])
            continue
        if isinstance(best, FewTeams):
            held = np.bincount(roster.profile, minlength=len(profiles)) - best.held.sum(axis=1)
        elif best.held is not None:
            held = best.held[:, kind]
        low, high = quota(counts, np.array([size]), problem.n)
        start = np.arange(teams + 1) * size
        rank = np.arange(size * teams)
        seated = np.empty(size * teams, dtype=np.int64)
        # Likes stand next to each other in order of profile, so dealing round the teams spreads them.
        seated[start[rank % teams] + rank // teams] = np.repeat(profiles, held)
        sub = replace(roster, at=seated, start=start, low=low, high=high)
        off = 1
        for turn in range(turns):
            index[seats.reshape(-1)], off, _ = repair_teams(
                sub, seated, start, np.zeros(teams, dtype=np.int64), salt=f"size {size} {turn}",
                budget=TURN + TURN_EACH * len(seated), **shared,
            )  # fmt: skip
            if not off:
                break
        if off:
            return index, False
    return index, True
