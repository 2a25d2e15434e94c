"""Small hard cases as a mixed-integer program: can the rules be kept, and what is the best?

Solved by HiGHS: Huangfu and Hall, *Parallelizing the dual revised simplex method* (2018),
doi:10.1007/s12532-017-0130-5. A limit on nodes, never on time, keeps the outcome the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil, gcd
from typing import Any

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.progress import Progress
from evenhand.linear.highs import CLOSE, FREE, USUAL, Program, stacked
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.rules import KIND_OF
from evenhand.teams.solving.exchange.atoms import Atoms, atoms_of
from evenhand.teams.solving.model.objective import UnitCosts

MOST = 6_000
"""Most whole-number unknowns of a program that is tried."""

NODES = 3_000
"""Nodes after which a program gives up to find an arrangement that keeps the rules."""

PROOF_NODES = 150
"""Nodes after which it gives up to prove the best: teams are alike, so a proof comes soon or never."""

WHOLE = 0.9
"""Costs are whole: a gap below this proves an optimum, with room for the solver's tolerance."""


MARGIN = 1e-8
"""Part of a program's value that is taken off its bound: ten times its tolerances. With the usual ones, a
hundred times wider, fewer plans are proven best and more to be so within 0.01 points."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a program said.

    Attributes:
        feasible: whether an arrangement can be; None where undecided.
        awards: one.
        best: whether it is the best.
        short: units of value by which another could be better at most; None where that is not known.
    """

    feasible: bool | None
    awards: Ints | None = None
    best: bool = False
    short: int | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """What it costs people to be in a team, whoever else is there.

    Attributes:
        points: of each person and team, beyond what cannot be saved, shape (n, T).
        most: points above which no better arrangement has anybody.
    """

    points: Ints
    most: int


@dataclass(slots=True)
class _Table:
    """Rows and columns gathered before they go to the solver."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[list[int], list[float]]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def column(self, cost: float, upper: float, *, whole: bool) -> int:
        """Add an unknown between 0 and ``upper``; return its index."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        """Add a row low <= sum of values x columns <= high."""
        self.rows.append((columns, values))
        self.low.append(low)
        self.high.append(high)

    def program(self, *, priced: bool, placed: bool) -> Program:
        """Return it as a program: priced ones end when costs, which are whole, can fall no further."""
        program = Program(
            nodes=PROOF_NODES if priced else NODES,
            gap=0.5 if priced else 1e-6,
            tolerance=CLOSE if placed else USUAL,
            whole_tolerance=CLOSE if placed else 1e-6,
        )
        program.load(
            np.array(self.cost),
            stacked(self.rows),
            np.array(self.low),
            np.array(self.high),
            most=np.array(self.upper),
            whole=np.array(self.whole),
        )
        return program


def small(problem: TeamsProblem) -> bool:
    """Whether a problem is small enough for a program."""
    return problem.n * len(problem.teams) <= MOST


def arrange_exactly(
    problem: TeamsProblem,
    rules: tuple[Rule, ...],
    progress: Progress,
    *,
    costs: UnitCosts | None = None,
    span: tuple[Ints, Ints] | None = None,
    placed: Places | None = None,
) -> Found:
    """Find an arrangement that keeps hard rules, of least cost if ``costs`` are given.

    Args:
        problem: the problem, ``small``.
        rules: the hard rules to keep; soft ones are passed over.
        progress: asked whether to stop.
        costs: costs of the criteria; the categories alone are priced.
        span: least and most people of each (team, line), lines being the criteria's values one after another.
        placed: what teams cost people, priced beside them.
    """
    atoms = atoms_of(problem, rules)
    program = _Table()
    group, index = _places(problem, atoms, rules, program, placed)
    if np.count_nonzero(program.upper[: index.size]) > MOST:
        return Found(feasible=None)
    lines = _line_rows(problem, atoms, group, index)
    _write_rules(_RuleRows(problem, atoms, program, group, index, lines), rules, span)
    common = 1
    if costs is not None:
        common = _price_rows(problem, program, lines, costs, whole=placed is not None)
        # What a place costs a group's people is known with its unknowns; only the common unit was not.
        scale = costs.point / common
        program.cost[: index.size] = [points * scale for points in program.cost[: index.size]]
    solver = program.program(priced=costs is not None, placed=placed is not None)
    state = solver.run(progress)
    if state == "infeasible":
        return Found(feasible=False)
    if not solver.has_solution:
        return Found(feasible=None)
    # The solver keeps whole numbers only within its tolerance.
    x = np.rint(solver.values()).astype(np.int64)
    awards = _read(problem, atoms, group, index, x)
    if costs is None or state != "optimal":
        return Found(feasible=True, awards=awards, best=state == "optimal")
    gap = solver.value - solver.bound
    if placed is not None:
        return Found(feasible=True, awards=awards, short=ceil(common * (gap + MARGIN * solver.value)))
    # The gap must be under one whole unit of cost.
    return Found(feasible=True, awards=awards, best=gap < WHOLE)


def _write_rules(writer: _RuleRows, rules: tuple[Rule, ...], span: tuple[Ints, Ints] | None) -> None:
    """Write the hard rules, and the least and most of each team and line."""
    if span is not None:
        for line, cells in enumerate(writer.lines):
            for team, (columns, values) in enumerate(cells):
                writer.bind(columns, values, float(span[0][team, line]), float(span[1][team, line]))
    for rule in rules:
        if not rule.weight:
            KIND_OF[rule.kind].program(rule, writer)


def _places(
    problem: TeamsProblem, atoms: Atoms, rules: tuple[Rule, ...], program: _Table, placed: Places | None
) -> tuple[list[list[int]], Ints]:
    """Make the unknowns: how many of each group of like atoms stand in each team; sizes are kept.

    They come first and group by group; each costs the points that ``placed`` says.
    """
    teams = len(problem.teams)
    # People named by a hard rule differ from those who look like them, so each is a group alone; all others
    # are told apart by values only, which takes away the solver's symmetry.
    alone = {
        int(atoms.of[person])
        for rule in rules
        if KIND_OF[rule.kind].names_people and not rule.weight
        for person in rule.people
    }
    seen: dict[tuple[Any, ...], list[int]] = {}
    held: list[list[tuple[int, int]]] = [[] for _ in range(len(atoms))]
    for number, criterion in enumerate(problem.criteria):
        for person, value in zip(criterion.person.tolist(), criterion.value.tolist(), strict=True):
            held[int(atoms.of[person])].append((number, value))
    points, barred = _held_to(atoms, teams, placed)
    for atom in range(len(atoms)):
        shut = tuple(barred[atom].tolist())
        own = atom if atom in alone else -1
        where = tuple(points[atom].tolist())
        seen.setdefault((own, int(atoms.weight[atom]), shut, where, tuple(sorted(held[atom]))), []).append(
            atom
        )
    group = list(seen.values())
    index = np.arange(len(group) * teams, dtype=np.int64).reshape(len(group), teams)
    for members in group:
        for team in range(teams):
            most = 0.0 if barred[members[0], team] else float(len(members))
            program.column(float(points[members[0], team]), most, whole=True)
    for unit, members in enumerate(group):
        program.row(index[unit].tolist(), [1.0] * teams, float(len(members)), float(len(members)))
    small_size, free = int(problem.sizes.min()), not problem.listed and not problem.even
    larger = []
    for team in range(teams):
        weights = [float(atoms.weight[members[0]]) for members in group]
        columns = index[:, team].tolist()
        # Sizes differ by one at most and which team is larger is open: a switch a team adds the one person.
        if free:
            larger.append(program.column(0.0, 1.0, whole=True))
            program.row([*columns, larger[-1]], [*weights, -1.0], float(small_size), float(small_size))
        else:
            program.row(columns, weights, float(problem.sizes[team]), float(problem.sizes[team]))
    return group, index


def _held_to(atoms: Atoms, teams: int, placed: Places | None) -> tuple[Ints, Bools]:
    """Return what each team costs each atom in points, and whether it is closed, both (atoms, T)."""
    points = np.zeros((len(atoms), teams), dtype=np.int64)
    barred = atoms.closed if len(atoms.closed) else np.zeros(points.shape, dtype=bool)
    if placed is not None:
        np.add.at(points, atoms.of, placed.points)
        barred = barred | (points > placed.most)
    return points, barred


def _line_rows(
    problem: TeamsProblem, atoms: Atoms, group: list[list[int]], places: Ints
) -> list[list[tuple[list[int], list[float]]]]:
    """Return the sum of unknowns that counts the people of each line and team, [line][team]."""
    number = np.empty(len(atoms), dtype=np.int64)
    for unit, members in enumerate(group):
        number[members] = unit
    lines = []
    for criterion in problem.criteria:
        for value in range(len(criterion.values)):
            people = criterion.person[criterion.value == value]
            share = np.bincount(number[atoms.of[people]], minlength=len(group)).astype(float)
            share /= np.array([len(members) for members in group])
            used = np.flatnonzero(share)
            lines.append(
                [(places[used, team].tolist(), share[used].tolist()) for team in range(places.shape[1])]
            )
    return lines


class _RuleRows:
    """What the kinds of rules write their rows with."""

    def __init__(
        self,
        problem: TeamsProblem,
        atoms: Atoms,
        program: _Table,
        group: list[list[int]],
        places: Ints,
        lines: list[list[tuple[list[int], list[float]]]],
    ) -> None:
        self.problem, self._atoms, self._program, self._at, self.lines = (
            problem,
            atoms,
            program,
            places,
            lines,
        )
        self._first = np.concatenate([[0], np.cumsum([len(c.values) for c in problem.criteria])])
        self._group = {atom: number for number, members in enumerate(group) for atom in members}

    def held(self, criterion: int, value: int, team: int) -> tuple[list[int], list[float]]:
        """Return the unknowns and factors whose sum is the people of a value in a team."""
        return self.lines[int(self._first[criterion]) + value][team]

    def places(self, people: Iterable[int], team: int) -> tuple[list[int], list[float]]:
        """Return the unknowns and factors whose sum is how many of these people stand in a team."""
        return _summed([int(self._at[self._group[int(self._atoms.of[person])], team]) for person in people])

    def switch(self, cost: float = 0.0) -> int:
        """Add an unknown that is 0 or 1."""
        return self._program.column(cost, 1.0, whole=True)

    def keep(
        self, rule: Rule, columns: list[int], values: list[float], low: float, high: float,
        *, rising: bool = False,
    ) -> None:  # fmt: skip
        """Add low <= sum <= high."""
        del rule, rising
        self._program.row(columns, values, low, high)

    def bind(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        """Add low <= sum <= high, always kept."""
        self._program.row(columns, values, low, high)

    def reward(self, rule: Rule, column: int) -> None:
        """Hard rules reward nothing."""


def _summed(columns: list[int]) -> tuple[list[int], list[float]]:
    """Return each column once with how often it came; a solver takes no column twice in a row."""
    once = dict.fromkeys(columns)
    return list(once), [float(columns.count(column)) for column in once]


def _price_rows(
    problem: TeamsProblem, program: _Table, lines: list[Any], costs: UnitCosts, *, whole: bool
) -> int:
    """Add the cost of each line and team, divided by what keeps costs small whole numbers; return that.

    ``whole``: whether fractions of people are barred from costing less than whole ones, a row a cell more.
    """
    line, parts = 0, []
    for index, criterion in enumerate(problem.criteria):
        for count in criterion.counts.tolist():
            for team, size in enumerate(problem.sizes.tolist()):
                each = costs.step[index] * count * (costs.classes.common // size)
                if each:
                    parts.append((line, team, count * size, each, costs.yardsticks[index].step))
            line += 1
    common = costs.point if whole else 0
    for _, _, due, each, step in parts:
        common = gcd(common, each * gcd(problem.n, due) // step)
    common = max(1, common)
    for where, team, due, each, step in parts:
        away = program.column(each / step / common, FREE, whole=False)
        columns, share = lines[where][team]
        scaled = [problem.n * part for part in share]
        program.row([*columns, away], [*scaled, -1.0], -FREE, float(due))
        program.row([*columns, away], [*scaled, 1.0], float(due), FREE)
        few, over = divmod(due, problem.n)
        if whole and over:
            # People are whole: between the floor and the ceiling of a share it costs no less than on the line
            # through both. Without it a third of a person in each team is free, and nothing gets proven.
            slope = problem.n - 2 * over
            program.row([*columns, away], [-slope * part for part in share] + [1.0], over - slope * few, FREE)
    return common


def _read(problem: TeamsProblem, atoms: Atoms, group: list[list[int]], places: Ints, x: Ints) -> Ints:
    place = np.zeros(len(atoms), dtype=np.int64)
    for unit, members in enumerate(group):
        place[members] = np.repeat(np.arange(len(problem.teams)), x[places[unit]])
    return place[atoms.of]
