"""The best people for each team of the rarer sizes: by swaps, which come near at once, or by a program.

The best people for a size (see ``composition.py``) cannot always be dealt to its teams within quota, least so
where the teams of that size are few. So each of those few is looked at by itself here, and all other teams,
of the commonest size, are taken together: what they cost depends on their people together while each of them
is within quota.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, gcd

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.linear.highs import FREE, Program, stacked
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.exchange.annealing import Annealer, SearchTables
from evenhand.teams.solving.exchange.atoms import atoms_of
from evenhand.teams.solving.exchange.composition import ROUNDING, Cell, FewTeams, cells_of
from evenhand.teams.solving.exchange.portfolio import WAITED
from evenhand.teams.solving.exchange.profiles import Board
from evenhand.teams.solving.model.objective import UnitCosts

MOST_SEATED = {"normal": 320, "thorough": 2_000}
"""Profiles times teams of the rarer sizes up to which the program is asked, by effort: 310 take a second, 600
take 2 to 10 s and are proven best in one of two. By swaps alone five of eight such rosters of 96 to 191
people end within two points of the bound (100 are a column's range), the others within 20. Beyond ``WAITED``
people normal effort asks as thorough does."""

SEATED_NODES = 100
"""Nodes of that program: rosters of 130 to 395 people with seven columns need 1 to 65."""

LARGEST = 2_000
"""People up to whom swaps are tried. With more, a size has so many teams that the repair gets there."""

RUNS, STEPS = 4, 500_000
"""Runs of swaps and the steps of each: a tenth of a second for all. Four times as many change
little."""

SLOWER = 25
"""The plain loop is as many times slower than the compiled one, so its runs are shorter."""

BEYOND = 2
"""What somebody beyond quota costs, in the dearest of all moves within quota. At 1 four rosters of
ten end with somebody beyond."""


def _few(costs: UnitCosts) -> tuple[int, tuple[int, ...]]:
    """Return the commonest class of teams, and the class of each team of the others."""
    teams = costs.classes.teams
    common = int(np.argmax(teams))
    return common, tuple(kind for kind in range(len(teams)) if kind != common for _ in range(teams[kind]))


def few_by_swaps(
    problem: TeamsProblem, costs: UnitCosts, roster: Board, counted: list[int], *, bound: int, seed: int,
    compiled: bool, progress: Progress,
) -> list[FewTeams]:  # fmt: skip
    """Return good people for each team of the rarer sizes, by annealing: each run within quota, best first.

    Args:
        problem: the problem.
        costs: its unit costs.
        roster: the people as profiles over ``counted``.
        counted: indices of the criteria that are to be spread.
        bound: what no arrangement can be below, at which a run ends.
        seed: decides the draws.
        compiled: which world to run in.
        progress: asked whether to stop.
    """
    common, kinds = _few(costs)
    if problem.n > LARGEST:
        return []
    cells, least = cells_of(problem, costs, roster, counted)
    sizes = [costs.classes.size[kind] for kind in kinds]
    sizes.append(problem.n - sum(sizes))
    # The commonest size is one large team here.
    teams = replace(
        problem, teams=tuple(str(team) for team in range(len(sizes))), sizes=np.array(sizes), listed=True,
        criteria=tuple(problem.criteria[index] for index in counted), numbers=(), rules=(),
    )  # fmt: skip
    unit = gcd(*(cell.slope for cell in cells)) or 1
    # Within quota a plan costs as much as the tables say above this.
    base = sum(cell.first - cell.slope * cell.low for cell in cells) - least
    tables = _Tables(teams, costs, cells, common, kinds, unit)
    aim = (bound - base) // unit
    search = Annealer(
        teams,
        costs,
        atoms_of(teams),
        teams.sizes,
        hard=False,
        compiled=compiled,
        priced=tables.priced,
        aim=aim,
    )
    draw = stream(seed, "few teams")
    reached: list[tuple[int, Ints]] = []
    for run in range(RUNS):
        if progress.stop() or (reached and min(reached, key=_cost_of)[0] <= aim):
            break
        # Far apart, so that run 1 of seed 0 is not run 0 of seed 1.
        place, cost = search.run(
            draw.permutation(np.repeat(np.arange(len(sizes)), sizes)), seed=seed + 1_000_003 * run,
            steps=STEPS if compiled else STEPS // SLOWER, progress=progress,
        )  # fmt: skip
        if not tables.outside(place).any():
            reached.append((cost, place))
    profile = np.empty(problem.n, dtype=np.int64)
    profile[roster.rank] = roster.profile
    out = []
    for _, place in sorted(reached, key=_cost_of):
        held = np.zeros((len(roster.first) - 1, len(sizes)), dtype=np.int64)
        np.add.at(held, (profile, place), 1)
        out.append(FewTeams(0, held[:, :-1], kinds))
    return out


def _cost_of(answer: tuple[int, Ints]) -> int:
    return answer[0]


class _Tables:
    """What the few teams and all others together cost by the people of each value."""

    def __init__(
        self, teams: TeamsProblem, costs: UnitCosts, cells: list[Cell], common: int, kinds: tuple[int, ...],
        unit: int,
    ) -> None:  # fmt: skip
        """Build them; ``cells`` run over the classes of a value, then over values."""
        classes = len(costs.classes.size)
        lines = len(cells) // classes
        dearest = max(2, *(abs(cell.slope) // unit for cell in cells))
        table: list[Ints] = []
        filled = 0
        begin = np.zeros((len(kinds) + 1, lines), dtype=np.int64)
        self._low, self._high = np.zeros_like(begin), np.zeros_like(begin)
        for number, cell in enumerate(cells):
            line = number // classes
            apart = cell.kind != common
            each = costs.classes.teams[cell.kind] if apart else 1
            here = np.flatnonzero(np.array([*kinds, common]) == cell.kind)
            low, high = cell.low // each, cell.high // each
            # One person may stand in a team beyond its size while two change places, and one to spare.
            people = np.arange(int(teams.sizes[here[0]]) + 3)
            beyond = np.maximum(low - people, 0) + np.maximum(people - high, 0)
            table.append(cell.slope // unit * people + BEYOND * dearest * beyond)
            begin[here, line] = filled
            filled += len(people)
            self._low[here, line], self._high[here, line] = low, high
        offsets = np.cumsum([0, *(len(column.values) for column in teams.criteria)])[:-1].tolist()
        none = np.zeros(0, dtype=np.int64)
        self.priced = SearchTables(
            atom=np.concatenate([column.person for column in teams.criteria]),
            line=np.concatenate(
                [column.value + start for column, start in zip(teams.criteria, offsets, strict=True)]
            ),
            lines=lines, table=np.concatenate(table), begin=begin.reshape(-1), rise=none, fall=none,
            ties=np.zeros((0, 3), dtype=np.int64), slot=np.full(lines, -1), need=none, short=none,
            # A quarter of the dearest move to begin with: a tenth and a half end further from the bound.
            heat=max(1, dearest // 4),
        )  # fmt: skip

    def outside(self, place: Ints) -> Ints:
        """Return the people beyond quota of each (team, line)."""
        shape = self._low.shape
        cell = place[self.priced.atom] * shape[1] + self.priced.line
        count = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
        return np.asarray(np.maximum(self._low - count, 0) + np.maximum(count - self._high, 0))


def few_by_program(
    problem: TeamsProblem, costs: UnitCosts, roster: Board, counted: list[int], *, effort: str,
    progress: Progress,
) -> FewTeams | None:  # fmt: skip
    """Return the best people for each team of the rarer sizes, all teams within quota; None where too large.

    How many of each profile stand in each of the few teams is an unknown.

    Args:
        problem: the problem.
        costs: its unit costs.
        roster: the people as profiles over ``counted``.
        counted: indices of the criteria that are to be spread.
        effort: ``normal`` or ``thorough``.
        progress: asked whether to stop.

    Promise:
        No arrangement with everybody within quota costs less than ``bound`` in the columns.
    """
    classes = costs.classes
    common_kind, kinds = _few(costs)
    profiles, teams = len(roster.first) - 1, len(kinds)
    if profiles * teams > MOST_SEATED[effort if problem.n <= WAITED else "thorough"]:
        return None
    cells, least = cells_of(problem, costs, roster, counted)
    people = np.bincount(roster.profile, minlength=profiles)
    # All people in the commonest size to begin with; whoever leaves for another changes the cost by as much.
    price, base = np.zeros((profiles, teams), dtype=np.int64), -least
    column = np.arange(profiles * teams).reshape(profiles, teams)
    # Each row: these columns together are so many at least and at most.
    rows = [(column[profile], 0, int(people[profile])) for profile in range(profiles)]
    rows += [(column[:, team], classes.size[kind], classes.size[kind]) for team, kind in enumerate(kinds)]
    for cell in cells:
        base += cell.first - cell.slope * cell.low
        if cell.kind == common_kind:
            everybody = int(people[cell.who].sum())
            base += cell.slope * everybody
            price[cell.who] -= cell.slope
            rows.append((column[cell.who], everybody - cell.high, everybody - cell.low))
            continue
        each = classes.teams[cell.kind]
        here = np.flatnonzero(np.array(kinds) == cell.kind)
        price[np.ix_(cell.who, here)] += cell.slope
        rows += [(column[cell.who, team], cell.low // each, cell.high // each) for team in here.tolist()]
    common = gcd(*price.reshape(-1).tolist()) or 1
    program = Program(nodes=SEATED_NODES, gap=0.5)
    program.load(
        price.reshape(-1) / common,
        stacked([(columns.reshape(-1).tolist(), [1.0] * columns.size) for columns, _, _ in rows]),
        np.array([low for _, low, _ in rows], dtype=float),
        np.array([high for _, _, high in rows], dtype=float),
        most=np.repeat(people, teams).astype(float), whole=True,
    )  # fmt: skip
    state = program.run(progress)
    if state == "infeasible" or not program.has_solution:
        return None
    seated = np.rint(program.values()).astype(np.int64).reshape(profiles, teams)
    bound = base + common * ceil(program.bound - ROUNDING) if program.bound > -FREE else 0
    if state == "optimal" and program.value - program.bound < ROUNDING:
        bound = base + int((price * seated).sum())
    return FewTeams(bound, seated, kinds)
