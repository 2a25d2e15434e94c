"""The search with rules: people, or those who stay together, are swapped by simulated annealing.

What a team pays is looked up: a table of whole numbers for each line (a value of a column) and count of its
people, a product for each number, a cost for each pair that stands together. So a swap is priced by a few
look-ups, whatever the rules are. Hard rules come first: one unit of them costs more than all else together.

References:
    Kirkpatrick, Gelatt and Vecchi, *Optimization by simulated annealing* (1983),
    doi:10.1126/science.220.4598.671.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import log
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress
from evenhand.teams.problem import Z_UNIT, Rule, TeamsProblem
from evenhand.teams.rules import KIND_OF, SearchTerms
from evenhand.teams.solving.exchange.atoms import Atoms
from evenhand.teams.solving.exchange.repair import draws
from evenhand.teams.solving.kernels.compiled import flat, kernel
from evenhand.teams.solving.model.objective import UnitCosts

LOGS = tuple(round(-log((i + 0.5) / 1024) * 1024) for i in range(1024))
"""-log of the middles of 1024 equal parts of the unit interval, in 1024ths."""

SOFT = 2**38
"""Most that all soft costs together may come to in a search; scaled down where they would exceed it."""

HARD = 2**40
"""What one unit of a broken hard rule costs in a search: more than all soft costs together."""

HARD_ALONE = 1000
"""What a unit costs where hard rules alone count: room for a temperature below one unit."""

Terms = list[tuple[Rule, SearchTerms]]


def improve(
    problem: TeamsProblem,
    costs: UnitCosts,
    atoms: Atoms,
    place: Ints,
    *,
    seed: int,
    steps: int,
    hard: bool,
    compiled: bool,
    progress: Progress,
    eighths: int = 8,
    barrier: int = 0,
) -> tuple[Ints, int]:
    """Lower the cost of a seating by swaps; return the seating and the cost left (0 is best for ``hard``).

    Args:
        problem: the problem.
        costs: its unit costs.
        atoms: what moves as one.
        place: team of each atom; its team sizes are kept.
        seed: decides the draws.
        steps: most swaps tried.
        hard: whether hard rules alone count.
        compiled: which world to run in.
        progress: polled between chunks.
        eighths: first temperature in eighths of what a typical swap costs; the last is 0.
        barrier: what a broken hard rule, or the most of a soft one, costs, in typical swaps; 0 for all of it.
    """
    # Sizes are taken from the seating, not from the problem: swaps keep them whatever they are.
    sizes = np.zeros(len(problem.teams), dtype=np.int64)
    np.add.at(sizes, place, atoms.weight)
    search = Annealer(problem, costs, atoms, sizes, hard=hard, compiled=compiled, barrier=barrier)
    return search.run(place, seed=seed, steps=steps, eighths=eighths, progress=progress)


class Annealer:
    """Runs of annealing over the same tables, which take longer to build than a short run takes."""

    def __init__(
        self,
        problem: TeamsProblem,
        costs: UnitCosts,
        atoms: Atoms,
        sizes: Ints,
        *,
        hard: bool,
        compiled: bool,
        barrier: int = 0,
        priced: SearchTables | None = None,
        aim: int | None = None,
    ) -> None:
        """Build the tables.

        Args:
            problem: the problem.
            costs: its unit costs.
            atoms: what moves as one.
            sizes: members of each team; swaps keep them, so the tables hold for every run.
            hard: whether hard rules alone count.
            compiled: which world to run in.
            barrier: see ``improve``.
            priced: tables to take instead of the problem's own.
            aim: cost at which a run ends, as nothing can be lower.
        """
        self._problem, self._atoms, self._hard, self._compiled = problem, atoms, hard, compiled
        self._priced = priced or search_tables(problem, costs, atoms, sizes, hard=hard, barrier=barrier)
        # With hard rules alone 0 is perfect and ends the loop. Otherwise similar columns price negative, so
        # no cost is known to be the least and the aim is out of reach.
        self._aim = aim if aim is not None else 0 if hard else -(2**62)
        # All of these depend on sizes and rules alone, so that one annealer serves many runs.
        self._still = _still(problem, atoms, self._priced, sizes, compiled=compiled)
        self._level = _levels(problem, atoms)
        self._movable = _movable(atoms, len(problem.teams))
        self._logs = flat(np.array(LOGS), compiled=compiled)
        self._run = kernel("anneal", compiled=compiled)

    def cost(self, place: Ints) -> int:
        """Return the cost of a seating in the search's own units."""
        return _cost(self._problem, self._atoms, place, self._priced, self._level)

    def team_costs(self, place: Ints) -> Ints:
        """Return what each team costs by its counts; pairs and numbers aside."""
        priced, teams = self._priced, len(self._problem.teams)
        total = np.bincount(place[priced.atom] * priced.lines + priced.line, minlength=teams * priced.lines)
        costs = priced.table[priced.begin + total] if len(priced.table) else np.zeros(teams, dtype=np.int64)
        return np.asarray(costs.reshape(teams, -1).sum(axis=1))

    def run(
        self,
        place: Ints,
        *,
        seed: int,
        steps: int,
        progress: Progress,
        eighths: int = 8,
        within: Ints | None = None,
    ) -> tuple[Ints, int]:
        """Anneal once; see ``improve``. ``within``: the teams that alone change, or all."""
        cost, compiled, hard = self.cost(place), self._compiled, self._hard
        teams = len(self._problem.teams)
        scene, movable = np.arange(teams) if within is None else within, self._movable
        if within is not None:
            movable = movable[np.isin(place[movable], within)]
        if len(scene) <= 1 or not len(movable):
            return place, cost
        work = [
            part if name not in MOVING else flat(part, compiled=compiled)
            for name, part in (self._still | self._seats(place)).items()
        ]
        where = [flat(array, compiled=compiled) for array in (movable, scene)]
        room = flat(np.zeros(len(self._atoms)), compiled=compiled)
        state = flat(np.array([*draws(seed, f"anneal {hard}"), cost, self._aim]), compiled=compiled)
        heat = self._priced.heat
        # Hard rules end at a quarter of the heat: at 0 no swap that breaks one more would ever be accepted.
        high, low = (heat, max(1, heat // 4)) if hard else (heat * eighths // 8, 0)
        # Between stages progress is polled and reported; at their ends the temperature follows a square law.
        done, stages = 0, 12 if steps > SHORT else 1
        while done < stages and not progress.stop() and state[2] > state[3]:
            from_, to = (high - low) * (stages - done) ** 2, (high - low) * (stages - done - 1) ** 2
            span = low + from_ // stages**2, low + to // stages**2, max(1, steps // stages)
            self._run(*work, *where, room, self._logs, state, *span)
            done += 1
            progress.report("exchange", int(state[2]) if hard else None)
        return np.array(work[7], dtype=np.int64), int(state[2])

    def _seats(self, place: Ints) -> dict[str, Any]:
        """Return the kernel's arrays that a run changes."""
        priced, teams, atoms = self._priced, len(self._problem.teams), self._atoms
        held = np.bincount(place, minlength=teams)
        start = np.asarray(self._still["start"], dtype=np.int64)
        member = np.zeros(int(start[-1]), dtype=np.int64)
        by_team = np.argsort(place, kind="stable")
        turn = np.arange(len(atoms)) - np.repeat(np.cumsum(held) - held, held)
        member[start[place[by_team]] + turn] = by_team
        total = np.bincount(place[priced.atom] * priced.lines + priced.line, minlength=teams * priced.lines)
        sums = np.zeros((teams, self._level.shape[1]), dtype=np.int64)
        np.add.at(sums, place, self._level)
        return {
            "member": member, "held": held, "team": place, "total": total, "sums": sums,
            "free": _free(total, priced, teams),
        }  # fmt: skip


MOVING = frozenset({"member", "held", "team", "total", "sums", "free"})
"""Arrays of the loop that a run changes; all others are made once."""

SHORT = 20_000
"""Steps up to which a run is one call of the loop: a few milliseconds compiled, which is soon enough to hear
of a stop. Twice or half changes the draws of no run that is longer than both."""


def _movable(atoms: Atoms, teams: int) -> Ints:
    if not len(atoms.closed):
        return np.arange(len(atoms), dtype=np.int64)
    return np.flatnonzero(atoms.closed.sum(axis=1) < teams - 1).astype(np.int64)


def _still(
    problem: TeamsProblem, atoms: Atoms, priced: SearchTables, sizes: Ints, *, compiled: bool
) -> dict[str, Any]:
    """Return the loop's arrays in its order, up to ``pulls``; those of ``MOVING`` are empty places."""
    teams, count = len(problem.teams), len(atoms)
    # An atom may count in a line several times: of several people, or as a rule weighs it.
    pairs, times = np.unique(priced.atom * priced.lines + priced.line, return_counts=True)
    first = np.concatenate([[0], np.cumsum(np.bincount(pairs // priced.lines, minlength=count))])
    start = np.concatenate([[0], np.cumsum(sizes + int(atoms.weight.max(initial=1)))])
    weight = atoms.weight.copy()
    fixed = np.ones(count, dtype=bool)
    fixed[_movable(atoms, teams)] = False
    # The loop reads a negative weight as: never chosen to move back.
    weight[fixed] = -1
    level = _levels(problem, atoms)
    friend, friends, tie = _friends(atoms, priced)
    pull, pulls = _pulls(problem, atoms)
    arrays = {
        "line": pairs % priced.lines, "times": times, "first": first, "weight": weight, "member": None,
        "start": start,
        "held": None, "team": None, "total": None, "lines": priced.lines, "table": priced.table,
        "begin": priced.begin, "level": level, "sums": None, "measures": level.shape[1],
        "rise": priced.rise, "fall": priced.fall, "friend": friend, "friends": friends, "tie": tie,
        "slot": priced.slot, "groups": len(priced.need) // max(1, teams), "free": None,
        "need": priced.need, "short": priced.short, "closed": atoms.closed.astype(np.int64),
        "pull": pull, "pulls": pulls,
    }  # fmt: skip
    return {
        name: part if part is None or isinstance(part, int) else flat(part, compiled=compiled)
        for name, part in arrays.items()
    }


def _free(total: Ints, priced: SearchTables, teams: int) -> Ints:
    """Return the slots at which nobody is, of each (team, group of slots)."""
    groups = len(priced.need) // max(1, teams)
    empty = np.zeros((teams, groups), dtype=np.int64)
    for group in range(groups):
        lines = np.flatnonzero(priced.slot == group)
        empty[:, group] = (total.reshape(teams, -1)[:, lines] == 0).sum(axis=1)
    return empty


def _pulls(problem: TeamsProblem, atoms: Atoms) -> tuple[Ints, Ints]:
    """Return whom each atom would rather be with by soft rules, or -1 - a team, and where each's begin."""
    pairs: list[tuple[int, int]] = []
    for rule in problem.rules:
        if not rule.weight:
            continue
        terms = KIND_OF[rule.kind].search(rule)
        if rule.teams and terms.line:
            pairs += [(int(atoms.of[who]), -1 - team) for who in rule.people for team in rule.teams]
        near = [(rule.people[0], other) for other in rule.people[1:]] if terms.near else []
        for who, other in near:
            atom, other_atom = int(atoms.of[who]), int(atoms.of[other])
            if atom != other_atom:
                pairs += [(atom, other_atom), (other_atom, atom)]
    pairs = sorted(set(pairs))
    pulls = np.concatenate([[0], np.cumsum(np.bincount([atom for atom, _ in pairs], minlength=len(atoms)))])
    return np.array([other for _, other in pairs], dtype=np.int64), pulls.astype(np.int64)


def _levels(problem: TeamsProblem, atoms: Atoms) -> Ints:
    """Return the numbers of each atom, shape (atoms, 2 x numbers)."""
    level = np.zeros((len(atoms), 2 * len(problem.numbers)), dtype=np.int64)
    for index, number in enumerate(problem.numbers):
        np.add.at(level[:, 2 * index], atoms.of, number.level)
        np.add.at(level[:, 2 * index + 1], atoms.of, number.spread)
    return level


def _friends(atoms: Atoms, priced: SearchTables) -> tuple[Ints, Ints, Ints]:
    merged: dict[tuple[int, int], int] = {}
    for a, b, cost in priced.ties.tolist():
        pair = (int(atoms.of[a]), int(atoms.of[b]))
        if pair[0] != pair[1]:
            # Both ways: the loop asks each moved atom for its friends, whichever of the two moves.
            for ends in (pair, pair[::-1]):
                merged[ends] = merged.get(ends, 0) + cost
    rows = sorted(merged.items())
    friends = np.concatenate([[0], np.cumsum(np.bincount([a for (a, _), _ in rows], minlength=len(atoms)))])
    other = np.array([b for (_, b), _ in rows], dtype=np.int64)
    return other, friends.astype(np.int64), np.array([cost for _, cost in rows], dtype=np.int64)


def _cost(problem: TeamsProblem, atoms: Atoms, place: Ints, priced: SearchTables, level: Ints) -> int:
    """Return the cost of a seating in the search's own units."""
    teams = len(problem.teams)
    atom, line = priced.atom, priced.line
    total = np.bincount(place[atom] * priced.lines + line, minlength=teams * priced.lines)
    cost = int(priced.table[priced.begin + total].sum()) if len(priced.table) else 0
    sums = np.zeros((teams, level.shape[1]), dtype=np.int64)
    np.add.at(sums, place, level)
    flat_sums = sums.reshape(-1)
    cost += int((flat_sums * flat_sums * priced.rise // priced.fall).sum())
    short = np.maximum(priced.need - _free(total, priced, teams).reshape(-1), 0)
    cost += int((short * priced.short).sum())
    first, second, tie = priced.ties.T
    return cost + int(tie[place[atoms.of[first]] == place[atoms.of[second]]].sum())


@dataclass(eq=False)
class SearchTables:
    """Tables and ties for one search.

    Attributes:
        atom, line: one entry for each unit an atom adds to a line; lines: number of lines.
        table, begin: costs by count, and where those of each (team, line) begin.
        rise, fall: a team's number costs S x S x rise // fall, of each (team, measure).
        ties: (person, person, cost of standing together), shape (ties, 3).
        slot: group of each line, -1 for none; need, short: of each (team, group).
        heat: what a typical swap costs.
    """

    atom: Ints = field(repr=False)
    line: Ints = field(repr=False)
    lines: int
    table: Ints = field(repr=False)
    begin: Ints = field(repr=False)
    rise: Ints = field(repr=False)
    fall: Ints = field(repr=False)
    ties: Ints = field(repr=False)
    slot: Ints = field(repr=False)
    need: Ints = field(repr=False)
    short: Ints = field(repr=False)
    heat: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """How objective units become the search's: soft costs are multiplied, a hard unit costs ``breach``."""

    soft: float
    breach: int
    point: int
    most: int = 2**62

    def of(self, rule: Rule) -> int:
        """Return what a unit of a rule costs in the search."""
        return round(self.soft * rule.weight * self.point) if rule.weight else self.breach


def search_tables(
    problem: TeamsProblem, costs: UnitCosts, atoms: Atoms, sizes: Ints, *, hard: bool, barrier: int = 0
) -> SearchTables:
    """Build the tables of a search.

    Args:
        problem: the problem.
        costs: its unit costs.
        atoms: what moves as one; a team may for a moment hold the largest one too many.
        sizes: members of each team.
        hard: whether hard rules alone count (a unit each 1000), to find a start that keeps them.
        barrier: see ``improve``.
    """
    offset = np.concatenate([[0], np.cumsum([len(c.values) for c in problem.criteria])]).astype(int).tolist()
    soft = _soft_range(problem, costs)
    scale = _Scale(0.0 if hard else min(1.0, SOFT / max(1, soft)), HARD_ALONE if hard else HARD, costs.point)
    typical = [costs.step[index] * steps for index, steps in enumerate(_swap_steps(problem, costs))]
    # Where a column or a rule is priced, numbers are levelled as the run cools; alone they have to heat it.
    if not any(typical) and not problem.rules:
        typical = [4 * sum(costs.number) // max(1, int(sizes.mean()) * problem.n)]
    heat = max(2, int(scale.soft * max([*typical, costs.point if problem.rules else 0, 0])) // 10)
    if barrier:
        scale = replace(scale, breach=barrier * heat, most=barrier * heat)
    terms = [(rule, KIND_OF[rule.kind].search(rule)) for rule in problem.rules]
    own = [(rule, term.line) for rule, term in terms if term.line]
    rows = _Rows(problem, costs, scale, int(atoms.weight.max(initial=1)))
    begin = np.zeros((len(sizes), offset[-1] + len(own)), dtype=np.int64)
    counted = [(rule, term.by_count) for rule, term in terms if term.by_count]
    for team, size in enumerate(sizes.tolist()):
        here = [(rule, units) for rule, units in counted if not rule.teams or team in rule.teams]
        for index, criterion in enumerate(problem.criteria):
            for value in range(len(criterion.values)):
                begin[team, offset[index] + value] = rows.column(index, value, size, here)
        for extra, (rule, (entries, units)) in enumerate(own):
            begin[team, offset[-1] + extra] = rows.own(rule, team, entries, units)
    atom = [atoms.of[criterion.person] for criterion in problem.criteria]
    line = [c.value + start for c, start in zip(problem.criteria, offset[:-1], strict=True)]
    for extra, (_, (entries, _)) in enumerate(own):
        people = np.array([person for person, times in entries for _ in range(times)], dtype=np.int64)
        atom.append(atoms.of[people])
        line.append(np.full(len(people), offset[-1] + extra))
    none = np.zeros(0, dtype=np.int64)
    slot, need, short = _slots(problem, terms, offset, len(own), scale)
    rise, fall = _measures(problem, costs, sizes, scale.soft)
    return SearchTables(
        atom=np.concatenate([none, *atom]).astype(np.int64),
        line=np.concatenate([none, *line]).astype(np.int64),
        lines=offset[-1] + len(own),
        table=np.array(rows.table, dtype=np.int64),
        begin=begin.reshape(-1),
        rise=rise,
        fall=fall,
        ties=_ties(terms, scale),
        slot=slot,
        need=need,
        short=short,
        # Where hard rules alone count a unit is 1000, and 600 lets one in two swaps that break one more pass.
        heat=600 if hard else heat,
    )


def _soft_range(problem: TeamsProblem, costs: UnitCosts) -> int:
    """Return about the most that all soft costs together come to; it only sets the scale."""
    total = sum(price * rule.steps for price, rule in zip(costs.step, costs.yardsticks, strict=True))
    total += 2 * sum(costs.number)
    # Of the people in a column, a quarter outside quota is more than a dealt start ever has.
    total += costs.off * problem.n * max(1, len(problem.criteria)) // 4
    for rule in problem.rules:
        people = max(len(rule.people) ** 2, rule.low) if rule.people else problem.n
        total += rule.weight * costs.point * people
    return total


def _swap_steps(problem: TeamsProblem, costs: UnitCosts) -> list[int]:
    """Return roughly how many steps of each criterion's yardstick one person in a wrong team costs."""
    out = []
    for criterion, rule in zip(problem.criteria, costs.yardsticks, strict=True):
        largest = int(criterion.counts.max(initial=0))
        out.append(2 * largest * (costs.classes.common // costs.classes.size[0]) * problem.n // rule.step)
    return out


Counted = list[tuple[Rule, Callable[[int], int]]]


@dataclass(slots=True)
class _Rows:
    """Cost tables in one array, equal tables stored once."""

    problem: TeamsProblem
    costs: UnitCosts
    scale: _Scale
    widest: int
    table: list[int] = field(default_factory=list)
    known: dict[tuple[object, ...], int] = field(default_factory=dict)

    def column(self, index: int, value: int, size: int, counted: Counted) -> int:
        """Return where the costs of a value's count in a team of a size begin."""
        here = [
            (rule, units) for rule, units in counted if rule.criterion == index and rule.value in {value, -1}
        ]
        key = (size, index, value, tuple(id(rule) for rule, _ in here))
        if key not in self.known:
            self.known[key] = len(self.table)
            # A team may hold the whole of the largest atom too many for a moment, and one to compare with.
            self.table += [
                self._cost(index, value, size, here, held) for held in range(size + self.widest + 2)
            ]
        return self.known[key]

    def _cost(self, index: int, value: int, size: int, here: Counted, held: int) -> int:
        criterion = self.problem.criteria[index]
        count, people = int(criterion.counts[value]), self.problem.n
        away = abs(people * held - count * size)
        price = self.costs.step[index] * (-1 if criterion.similar else 1)
        cost = price * count * (self.costs.classes.common // size) * away // self.costs.yardsticks[index].step
        if self.costs.off and criterion.weight:
            cost += self.costs.off * (away // people)
        hard = 0
        for rule, units in here:
            if rule.weight:
                cost += rule.weight * self.costs.point * units(held)
            else:
                hard += units(held)
        return round(self.scale.soft * cost) + self.scale.breach * hard

    def own(
        self, rule: Rule, team: int, entries: tuple[tuple[int, int], ...], units: Callable[[int, int], int]
    ) -> int:
        """Return where the costs of a rule's own line in a team begin."""
        most = sum(times for _, times in entries)
        costs = tuple(
            min(self.scale.most, self.scale.of(rule) * units(team, total)) for total in range(most + 2)
        )
        if costs not in self.known:
            self.known[costs] = len(self.table)
            self.table += costs
        return self.known[costs]


def _slots(
    problem: TeamsProblem, terms: Terms, offset: list[int], own: int, scale: _Scale
) -> tuple[Ints, Ints, Ints]:
    """Return the group of slots of each line; of each (team, group) the least free and the cost."""
    slot = np.full(offset[-1] + own, -1, dtype=np.int64)
    wanted = [rule for rule, term in terms if term.free_slots]
    groups = {
        criterion: index for index, criterion in enumerate(dict.fromkeys(rule.criterion for rule in wanted))
    }
    need = np.zeros((len(problem.teams), len(groups)), dtype=np.int64)
    short = np.zeros((len(problem.teams), len(groups)), dtype=np.int64)
    for rule in wanted:
        index = groups[rule.criterion]
        slot[offset[rule.criterion] : offset[rule.criterion + 1]] = index
        teams = list(rule.teams) or list(range(len(problem.teams)))
        need[teams, index] = np.maximum(need[teams, index], rule.low)
        short[teams, index] = np.maximum(short[teams, index], scale.of(rule))
    return slot, need.reshape(-1), short.reshape(-1)


def _measures(problem: TeamsProblem, costs: UnitCosts, sizes: Ints, scale: float) -> tuple[Ints, Ints]:
    """Return rise and fall so that S x S x rise // fall is near price x S^2 / (s n) and never overflows."""
    rise, fall = [], []
    for size in sizes.tolist():
        # No team's sum of z-scores passes 8 standard deviations a person, so S x S x rise stays in 61 bits.
        most = 2**61 // max(1, (8 * Z_UNIT * size) ** 2)
        for price in costs.number:
            for _ in range(2):
                whole = scale * price / (size * problem.n * Z_UNIT * Z_UNIT)
                up = max(1, min(most, 10**6))
                rise.append(up if whole > 0 else 0)
                fall.append(max(1, round(up / whole)) if whole > 0 else 1)
    return np.array(rise, dtype=np.int64), np.array(fall, dtype=np.int64)


def _ties(terms: Terms, scale: _Scale) -> Ints:
    ties = [(a, b, units * scale.of(rule)) for rule, term in terms for a, b, units in term.pairs]
    return np.array([tie for tie in ties if tie[2]], dtype=np.int64).reshape(-1, 3)
