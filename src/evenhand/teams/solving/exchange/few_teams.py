"""The best people for each team of the rarer sizes: by swaps, which come near at once, or by a program.

The best people for a size (see ``composition.py``) cannot always be dealt to its teams within quota, least so
where the teams of that size are few. So each of those few is looked at by itself here, and all other teams,
of the commonest size, are taken together: what they cost depends on their people together while each of them
is within quota. What all best plans have in common is known from the prices of the program for sizes (its
``Face``), so people are looked for who have it, and nothing needs to be weighed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.core.seeded import stream
from evenhand.linear.highs import Program, stacked
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.solving.exchange.annealing import Annealer, SearchTables
from evenhand.teams.solving.exchange.atoms import atoms_of
from evenhand.teams.solving.exchange.composition import Face, FewTeams, cells_of
from evenhand.teams.solving.exchange.profiles import Board
from evenhand.teams.solving.model.objective import UnitCosts

OPEN = {"quick": 0, "normal": 700, "thorough": 10_000}
"""Profiles times teams of the rarer sizes, those barred aside, up to which the program is asked, by effort:
500 take 1 to 4 s, 7,600 take 9 s (1,000 people in 99 teams, seven columns)."""

NODES = {"quick": 1, "normal": 1, "thorough": 200}
"""Nodes of that program by effort: 200 and 1,000 people with seven columns need 1, and 130 need 50 to 66."""

LARGEST = 2_000
"""People up to whom swaps are tried. With more, a size has so many teams that the repair gets there."""

RUNS = {"quick": 1, "normal": 4, "thorough": 16}
"""Runs of swaps by effort."""

STEPS = 1_000_000
"""Steps of each, a tenth of a second. Six times as many end half as far from the bound."""

SLOWER = 25
"""The plain loop is as many times slower than the compiled one, so its runs are shorter."""

USUAL = 1_000
"""What a person outside the face costs in a search at the median price, and the heat it begins with."""

TURNS = {"quick": 0, "normal": 1, "thorough": 6}
"""Searches by effort for people who are on the face."""

ROUNDS, SHORT = 400, 10_000
"""Short runs of each such search and their steps: a second or less. Two of three get there with 130 and 179
people and seven columns; with runs three times as long fewer do."""

MORE = 500
"""What the weight of something broken grows by after a run; with twice as much one in two gets there."""

FLAT = 0.25
"""Power of its price that a person outside costs. At 1 (the price itself) five rosters of 106 to 1,000 people
end 0.3 to 4 points from the bound, at 0.25 they end 0.05 to 0.6 from it; at 0 more are beyond quota."""


class RareTeams:
    """Each team of the rarer sizes, and all others as one large team after them."""

    def __init__(
        self, problem: TeamsProblem, costs: UnitCosts, roster: Board, counted: list[int], face: Face
    ) -> None:
        """Take the teams of the rarer sizes.

        Args:
            problem: the problem.
            costs: its unit costs.
            roster: the people as profiles over ``counted``.
            counted: indices of the criteria that are to be spread.
            face: what the best plans have in common.
        """
        self._costs, self._roster, self._face = costs, roster, face
        classes = costs.classes
        common = int(np.argmax(classes.teams))
        self.kinds = tuple(
            kind for kind in range(len(classes.size)) if kind != common for _ in range(classes.teams[kind])
        )
        self._kind = np.array([*self.kinds, common])
        sizes = [classes.size[kind] for kind in self.kinds]
        sizes.append(problem.n - sum(sizes))
        self._teams = replace(
            problem, teams=tuple(str(team) for team in range(len(sizes))), sizes=np.array(sizes), listed=True,
            criteria=tuple(problem.criteria[index] for index in counted), numbers=(), rules=(),
        )  # fmt: skip
        self._profile = np.empty(problem.n, dtype=np.int64)
        self._profile[roster.rank] = roster.profile
        cells, _ = cells_of(problem, costs, roster, counted)
        shape = len(sizes), len(cells) // len(classes.size)
        # Of each (team, line) fewest and most within quota; of each line the profiles that have it.
        self._low, self._high = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        self._who = [cell.who for cell in cells[:: len(classes.size)]]
        for number, cell in enumerate(cells):
            here, line = np.flatnonzero(self._kind == cell.kind), number // len(classes.size)
            each = classes.teams[cell.kind] if cell.kind != common else 1
            self._low[here, line], self._high[here, line] = cell.low // each, cell.high // each
        # The face says more than quota of all other teams together, and of a size that one team has.
        alone = np.array([kind == common or classes.teams[kind] == 1 for kind in self._kind])[:, None]
        low, high = (ends.reshape(shape[1], -1).T[self._kind] for ends in (face.low, face.high))
        self._least, self._most = np.where(alone, low, self._low), np.where(alone, high, self._high)

    def near(self, *, effort: str, seed: int, compiled: bool, progress: Progress) -> Iterator[FewTeams]:
        """Yield people for each team who are within quota and near the face, the nearest first: by annealing.

        Args:
            effort: how many runs there are.
            seed: decides the draws.
            compiled: which world to run in.
            progress: asked whether to stop.
        """
        teams = self._teams
        if teams.n > LARGEST:
            return
        prices = self._face.away.reshape(self._low.shape[1], -1)[:, 0], self._face.barred
        there = np.concatenate([price[price > 0.0] for price in prices])
        usual = float(np.median(there)) if len(there) else 1.0
        away, barred = (np.rint(USUAL * (price / usual) ** FLAT).astype(np.int64) for price in prices)
        # Twice the dearest: at once more runs end beyond quota, above it they end further from the bound.
        beyond = 2 * max(USUAL, int(away.max(initial=0)), int(barred.max(initial=0)))
        tables = self._tables(np.broadcast_to(away, self._low.shape), barred, beyond)
        search, draw = self._search(tables, compiled=compiled), stream(seed, "few teams")
        reached: list[tuple[int, int, Ints]] = []
        for run in range(RUNS[effort]):
            if progress.stop():
                return
            # Far apart, so that run 1 of seed 0 is not run 0 of seed 1.
            place, cost = search.run(
                draw.permutation(np.repeat(np.arange(len(teams.sizes)), teams.sizes)),
                seed=seed + 1_000_003 * run, steps=STEPS if compiled else STEPS // SLOWER, progress=progress,
            )  # fmt: skip
            if not _outside(self._counts(place), self._low, self._high).any():
                reached.append((cost, run, place))
        for _, _, place in sorted(reached):
            yield self._held(place)

    def on_face(self, *, effort: str, seed: int, compiled: bool, progress: Progress) -> Iterator[FewTeams]:
        """Yield people for each team who are within quota and on the face: by searches, then by a program.

        Args:
            effort: how many searches there are.
            seed: decides the draws.
            compiled: which world to run in; the plain loop is too slow.
            progress: asked whether to stop.
        """
        draw = stream(seed, "on the face")
        for turn in range(TURNS[effort] if compiled and self._teams.n <= LARGEST else 0):
            place = draw.permutation(np.repeat(np.arange(len(self._kind)), self._teams.sizes))
            place_found = self._weighed(place, ROUNDS, seed + 1_000_003 * turn, progress)
            if place_found is not None:
                yield self._held(place_found)
        if progress.stop():
            return
        few = self._by_program(effort, progress)
        if few is not None:
            yield few

    def _weighed(self, place: Ints, rounds: int, seed: int, progress: Progress) -> Ints | None:
        """Return a seating on the face: short runs, after each of which what is still broken weighs more."""
        weight = np.full(self._low.shape, USUAL)
        barred = np.where(self._face.barred > 0.0, USUAL, 0)
        for round_ in range(rounds):
            if progress.stop():
                return None
            search = self._search(replace(self._tables(weight, barred, 0), heat=USUAL // 4), compiled=True)
            place, cost = search.run(place, seed=seed + 1_009 * round_, steps=SHORT, progress=progress)
            if not cost:
                return place
            weight[_outside(self._counts(place), self._least, self._most) > 0] += MORE
            wrong = self._profile, self._kind[place]
            np.add.at(barred, wrong, np.where(self._face.barred[wrong] > 0.0, MORE, 0))
        return None

    def _search(self, priced: SearchTables, *, compiled: bool) -> Annealer:
        teams = self._teams
        return Annealer(
            teams, self._costs, atoms_of(teams), teams.sizes, hard=False, compiled=compiled, priced=priced,
            aim=0,
        )  # fmt: skip

    def _counts(self, place: Ints) -> Ints:
        """Return the people of each (team, line)."""
        return np.concatenate([c.table(place, len(self._kind)) for c in self._teams.criteria], axis=1)

    def _held(self, place: Ints) -> FewTeams:
        """Return the people of each profile in each of the few teams."""
        held = np.zeros((len(self._roster.first) - 1, len(self._kind)), dtype=np.int64)
        np.add.at(held, (self._profile, place), 1)
        return FewTeams(held[:, :-1], self.kinds)

    def _tables(self, away: Ints, barred: Ints, beyond: int) -> SearchTables:
        """Return what it costs that people stand where no best plan has them.

        Args:
            away: cost of a person outside the face, of each (team, line).
            barred: cost of a person of each profile in each class.
            beyond: cost of a person beyond quota besides.
        """
        lines = self._low.shape[1]
        # Profiles that are barred somewhere have a line of their own; where they are not it costs nothing.
        shut = np.flatnonzero(barred.any(axis=1))
        most = int(np.bincount(self._profile).max()) + 2
        begin = np.zeros((len(self._kind), lines + len(shut)), dtype=np.int64)
        parts, filled = [np.zeros(most, dtype=np.int64)], most
        for team, size in enumerate(self._teams.sizes.tolist()):
            # One person may stand in a team beyond its size while two change places, and one to spare.
            people = np.arange(size + 3)[None, :]
            ends = (end[team][:, None] for end in (self._least, self._most, self._low, self._high))
            least, most_, low, high = ends
            cost = away[team][:, None] * _outside(people, least, most_) + beyond * _outside(people, low, high)
            begin[team, :lines] = filled + np.arange(lines) * (size + 3)
            parts.append(cost.reshape(-1))
            filled += cost.size
        for kind in range(barred.shape[1]):
            here = np.flatnonzero(self._kind == kind)
            begin[here[:, None], lines + np.arange(len(shut))] = filled + np.arange(len(shut)) * most
            parts.append((barred[shut, kind][:, None] * np.arange(most)).reshape(-1))
            filled += len(parts[-1])
        own = np.flatnonzero(np.isin(self._profile, shut))
        offsets = np.cumsum([0, *(len(column.values) for column in self._teams.criteria)]).tolist()
        columns = list(zip(self._teams.criteria, offsets, strict=False))
        none = np.zeros(0, dtype=np.int64)
        return SearchTables(
            atom=np.concatenate([*(column.person for column, _ in columns), own]),
            line=np.concatenate(
                [*(column.value + first for column, first in columns),
                 lines + np.searchsorted(shut, self._profile[own])]
            ),
            lines=begin.shape[1], table=np.concatenate(parts), begin=begin.reshape(-1), rise=none, fall=none,
            ties=np.zeros((0, 3), dtype=np.int64), slot=np.full(begin.shape[1], -1), need=none, short=none,
            # At a quarter of it runs end twice as far from the bound.
            heat=USUAL,
        )  # fmt: skip

    def _by_program(self, effort: str, progress: Progress) -> FewTeams | None:
        """Return people on the face and within quota: how many of each profile in each team is an unknown."""
        profiles, teams = len(self._roster.first) - 1, len(self.kinds)
        people = np.bincount(self._roster.profile, minlength=profiles)
        barred = self._face.barred[:, self._kind] > 0.0
        most = np.where(barred[:, :-1], 0, people[:, None])
        if np.count_nonzero(most) > OPEN[effort]:
            return None
        column = np.arange(profiles * teams).reshape(profiles, teams)
        # Each row: these columns together are so many at least and at most.
        rows = [
            (column[profile], int(people[profile]) if barred[profile, -1] else 0, int(people[profile]))
            for profile in range(profiles)
        ]
        sizes = self._teams.sizes.tolist()
        rows += [(column[:, team], sizes[team], sizes[team]) for team in range(teams)]
        for line, who in enumerate(self._who):
            ends = list(zip(self._least[:, line].tolist(), self._most[:, line].tolist(), strict=True))
            rows += [(column[who, team], *ends[team]) for team in range(teams)]
            everybody = int(people[who].sum())
            rows.append((column[who], everybody - ends[-1][1], everybody - ends[-1][0]))
        program = Program(nodes=NODES[effort], gap=0.5)
        program.load(
            np.zeros(profiles * teams),
            stacked([(columns.reshape(-1).tolist(), [1.0] * columns.size) for columns, _, _ in rows]),
            np.array([low for _, low, _ in rows], dtype=float),
            np.array([high for _, _, high in rows], dtype=float),
            most=most.reshape(-1).astype(float), whole=True,
        )  # fmt: skip
        if program.run(progress) == "infeasible" or not program.has_solution:
            return None
        return FewTeams(np.rint(program.values()).astype(np.int64).reshape(profiles, teams), self.kinds)


def _outside(people: Ints, least: Ints, most: Ints) -> Ints:
    return np.asarray(np.maximum(least - people, 0) + np.maximum(people - most, 0))
