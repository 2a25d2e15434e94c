"""Small rotas exactly: slot by slot, all plans whose future is the same are kept as one.

What may still happen to a plan depends on how much everybody has served in each ledger, and on how far each
rule that reaches over the open slots has been used; on nothing else. So of all plans that agree in this, only
the best is carried on: the one that breaks rules by least weight, then the one of the least sum of squared
lags. A state that cannot come below a known plan is dropped: from what a person has served, the least that
their lags must still add up to is known.

This is what an integer program does worst. Four people who are all alike can serve twenty nights in blocks in
as many ways as there are names to exchange, and it visits them all; here those are some thousand states.

References:
    Held and Karp, *A dynamic programming approach to sequencing problems* (Journal of the Society for
    Industrial and Applied Mathematics, 1962).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.progress import Progress
from evenhand.rota.rules.base import RowsOfRule
from evenhand.rota.solving.optimise.board import Board

CREWS: Final = 120
"""Crews that could serve one slot, up to which they are tried one by one: three of ten people, say."""

LOOKS: Final = 20
"""Times as many crews that are looked at for the few that the rules of their slot allow."""

WIDE: Final = 250_000
"""States times crews of one slot, about a third of a second; beyond it the search is given up, and the
integer program takes over. At twice as many, rotas are given up later."""

WORK: Final = 3_000_000
"""The same over all slots, three or four seconds: it ends the search on long rotas, slots of which are not
wide."""

BEAM = 500
"""States a slot that are carried on to a first plan, which prunes the search proper: the nearer that is to
the best, the fewer states the search keeps. At half and at twice, small rotas have the same plan in the same
time (``python -m benchmarks.constants rota-layers``)."""

NEVER: Final = 1 << 40
"""A weight beyond that of any rules: no plan leads on from here."""

TOLERANCE: Final = 1e-6
"""Square units by which a state may lie above the known plan: rounding, as in ``search.NEAR``."""


@dataclass(frozen=True, eq=False)
class Best:
    """The best plan of all, and what it comes to.

    Attributes:
        plan: who serves what, shape (S, P).
        weight: weight of its breaks; no plan breaks less.
        squares: its sum of squared lags in square units; no plan that breaks as little has less.
    """

    plan: Bools = field(repr=False)
    weight: int
    squares: float


@dataclass(frozen=True, slots=True)
class _Row:
    """A limit: what is served, times factors (shape (P,) for each slot), adds up to at most ``upper``.

    ``breach`` is the break that it is about where the rule may be broken, at ``weight`` once.
    """

    factors: dict[int, Floats]
    upper: float
    weight: int
    breach: tuple[int, int]

    @property
    def first(self) -> int:
        """The slot it begins with."""
        return min(self.factors)

    @property
    def last(self) -> int:
        """The slot it ends with."""
        return max(self.factors)


def least_of_all(board: Board, progress: Progress, weight: int, squares: float) -> Best | None:
    """Return the plan that breaks least and is most even, of all plans; None where there are too many states.

    Args:
        board: the rota, its soft rules included.
        progress: an interruption ends the search with None.
        weight: weight of the breaks of a known plan.
        squares: its sum of squared lags, in square units; infinite where none is known.

    Cost: states times crews of each slot, limited by ``WIDE`` and ``WORK``.
    """
    search = _search(board)
    if search is None:
        return None
    search.known = weight, squares
    search.ways = search.all_ways(progress) if board.soft else None
    if search.ways is not None:
        search.known = search.ways.weight, squares if search.ways.weight == weight else float("inf")
        # A plan to compare with: without one every state would be carried on.
        fair = search.run(progress, BEAM)
        if fair is not None:
            search.known = fair.weight, min(search.known[1], fair.squares)
    # With nothing to compare with, nearly all states would be carried on until there are too many.
    return None if search.known[1] == float("inf") else search.run(progress)


def least_weight(board: Board, progress: Progress) -> Best | None:
    """Return a plan that breaks least of all, with no claim on its lags; None with too many states."""
    search = _search(board)
    if search is None:
        return None
    search.ways = search.all_ways(progress)
    if search.ways is None:
        return None
    search.known = search.ways.weight, float("inf")
    return search.run(progress, BEAM)


def _search(board: Board) -> _Search | None:
    """Lay out the crews and rows of a rota; None where it has too many crews, or turns worth keeping."""
    # Published turns are worth something beside the lags, which is not counted here.
    if board.favour is not None or not board.slots:
        return None
    rows = [
        row for place, rule in enumerate((*board.rules, *board.soft)) for row in _rows(rule, place, board)
    ]
    crews = _crews(board, [row for row in rows if not row.weight and row.first == row.last])
    rows = [row for row in rows if row.weight or row.first != row.last]
    return None if crews is None else _Search(board, rows, crews)


def _rows(rule: RowsOfRule, place: int, board: Board) -> Iterator[_Row]:
    """Yield the rows of a rule, each with an upper limit only: a lower one changes the signs."""
    breach = rule.breach if rule.breach.size else np.zeros(rule.upper.size, dtype=np.int64)
    order = np.argsort(rule.row, kind="stable")
    parts = np.split(order, np.searchsorted(rule.row[order], np.arange(1, rule.upper.size)))
    for row, entries in enumerate(parts):
        factors: dict[int, Floats] = defaultdict(lambda: np.zeros(board.people))
        for entry in entries.tolist():
            factors[int(rule.slot[entry])][rule.person[entry]] += rule.factor[entry]
        if not factors:
            continue
        about = (place, int(breach[row]))
        if np.isfinite(rule.upper[row]):
            yield _Row(dict(factors), float(rule.upper[row]), rule.weight, about)
        if np.isfinite(rule.lower[row]):
            turned = {slot: -factor for slot, factor in factors.items()}
            yield _Row(turned, -float(rule.lower[row]), rule.weight, about)


def _crews(board: Board, rows: list[_Row]) -> list[Bools] | None:
    """Return who could serve each slot together, shape (crews, P) each; None where there are too many."""
    asked: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        asked[row.first].append(row)
    out = []
    for slot in range(board.slots):
        who = np.flatnonzero(board.able[slot] & (board.earliest <= slot)).tolist()
        seats = min(int(board.seats[slot]), len(who))
        # Rules within a slot may leave few crews of very many, and all of them would be looked at.
        if sum(comb(len(who), size) for size in range(seats + 1)) > LOOKS * CREWS:
            return None
        allowed = []
        # Seats are a rule of the slot like others, so a smaller crew is one where a seat may stay open.
        for size in range(seats, -1, -1):
            for crew in combinations(who, size):
                serves = np.zeros(board.people)
                serves[list(crew)] = 1
                if all(float(row.factors[slot] @ serves) <= row.upper for row in asked[slot]):
                    allowed.append(serves > 0)
                if len(allowed) > CREWS:
                    return None
        out.append(np.array(allowed, dtype=bool).reshape(len(allowed), board.people))
    return out


@dataclass(slots=True)
class _States:
    """What plans up to a slot have come to, a row a state.

    Attributes:
        served: units of load served by account and person, shape (N, accounts x P).
        rows, use: the rows that reach over later slots, and what they have added up to, shape (N, rows); or
            no rows, and the number of the state that rules are in, shape (N, 1).
        flags, flag: breaks of several rows of which one has ended, and whether they count already.
        weight, cost: weight of the breaks, and squared lags, so far, shape (N,).
    """

    served: NDArray[np.int16]
    rows: list[_Row]
    use: NDArray[Any]
    flags: list[tuple[int, int]]
    flag: NDArray[np.int16]
    weight: Ints
    cost: Floats

    def take(self, which: Ints) -> _States:
        """Return some of the states, in a table of their own."""
        return _States(
            self.served[which], self.rows, self.use[which], self.flags, self.flag[which],
            self.weight[which], self.cost[which],
        )  # fmt: skip


class _Search:
    """The layers of states, slot by slot."""

    def __init__(self, board: Board, rows: list[_Row], crews: list[Bools]) -> None:
        self.board, self.crews, self.known = board, crews, (0, float("inf"))
        self.ways: _Ways | None = None
        self.rows = rows
        self.opening: list[list[_Row]] = [[] for _ in range(board.slots)]
        ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row in rows:
            self.opening[row.first].append(row)
            if row.weight:
                ends[row.breach].append(row.last)
        # A break of several rows counts once, so it is remembered until the last of them is closed.
        self.until = {about: max(lasts) for about, lasts in ends.items() if len(lasts) > 1}
        self.account = np.zeros(board.slots, dtype=np.int64)
        for number, account in enumerate(board.accounts):
            self.account[account.slots] = number
        self.units = max((int(account.load.sum()) for account in board.accounts), default=0) + 1
        self.cost, self.ahead = self._costs()

    def _costs(self) -> tuple[list[Floats], Floats]:
        """Return the squared lags of each slot by person and units, and the least still to come after it.

        What is still to come, shape (S, accounts, P, units): from so many units on, each later slot of an
        account costs at least the square nearest to what is due, among counts that are not smaller.
        """
        board, count = self.board, np.arange(self.units)
        cost: list[Floats] = [np.zeros(0)] * board.slots
        ahead = np.zeros((board.slots, len(board.accounts), board.people, self.units))
        after = np.zeros((len(board.accounts), board.people, self.units))
        for slot in range(board.slots - 1, -1, -1):
            ahead[slot] = after
            number = int(self.account[slot])
            account = board.accounts[number]
            place = int(np.searchsorted(account.slots, slot))
            cost[slot] = (account.due[place][:, None] / account.ticks - count) ** 2
            # Turned round twice: the least over this many units and all larger numbers.
            after[number] += np.minimum.accumulate(cost[slot][:, ::-1], axis=1)[:, ::-1]
        return cost, ahead

    def all_ways(self, progress: Progress) -> _Ways | None:
        """Follow the rules alone, whatever everybody has served; None where it takes too much or none holds.

        How far rules are used has few states where they look back some days, and from each the weight that
        must still be broken is known exactly. Only states that come to the least weight are looked at later.
        """
        nothing = np.zeros((1, 0), dtype=np.int16)
        now = _States(nothing, [], nothing, [], nothing, np.zeros(1, dtype=np.int64), np.zeros(1))
        steps: list[tuple[Ints, Ints]] = []
        work = 0
        for slot in range(self.board.slots):
            shape = (len(now.weight), len(self.crews[slot]))
            work += shape[0] * shape[1]
            if progress.stop() or shape[0] * shape[1] > WIDE or work > WORK:
                return None
            parent, chosen = (index.ravel() for index in np.indices(shape))
            then = self._ruled(now, slot, parent, self.crews[slot][chosen])
            # Weights are kept a step and not added up: ways of any weight to one state are one state here.
            where = np.flatnonzero(self._close(then, slot))
            if not where.size:
                return None
            code, first = _codes(then, where)
            child = np.full(parent.size, -1, dtype=np.int64)
            child[where] = code
            steps.append((child.reshape(shape), then.weight.reshape(shape)))
            now = then.take(where[first])
            now.weight[:] = 0
        left = [np.zeros(len(now.weight), dtype=np.int64)]
        for child, weight in reversed(steps):
            left.append(np.where(child >= 0, weight + left[-1][child], NEVER).min(axis=1))
        return _Ways(steps, left[::-1])

    def run(self, progress: Progress, beam: int = 0) -> Best | None:
        """Go through all slots; None where it takes too much, or nothing is as good as the known plan.

        With ``beam`` only so many states of each slot are carried on, those of the least lags: the plan then
        breaks least, and need not be the most even.
        """
        people = self.board.people
        nothing = np.zeros((1, 0), dtype=np.int16)
        served = np.zeros((1, len(self.board.accounts) * people), dtype=np.int16)
        now = _States(served, [], nothing, [], nothing, np.zeros(1, dtype=np.int64), np.zeros(1))
        back: list[tuple[Ints, Ints]] = []
        work = 0
        for slot in range(self.board.slots):
            parent, chosen = (index.ravel() for index in np.indices((len(now.weight), len(self.crews[slot]))))
            # What leads to more breaks than must be is left out before it is laid out at all.
            if self.ways is not None:
                good = self.ways.lead_on(slot, now, parent, chosen)
                parent, chosen = parent[good], chosen[good]
            work += len(parent)
            if progress.stop() or len(parent) > WIDE or work > WORK:
                return None
            if self.ways is None:
                then = self._ruled(now, slot, parent, self.crews[slot][chosen])
                fine = self._close(then, slot)
            else:
                then = self.ways.after(slot, now, parent, chosen)
                fine = np.ones(len(parent), dtype=bool)
            self._serve(then, slot, self.crews[slot][chosen])
            least = self._least(slot, then)
            first = _firsts(then, fine & self._promising(then, least))
            if beam and first.size > beam:
                first = first[np.argsort(least[first], kind="stable")[:beam]]
            if not first.size:
                return None
            back.append((parent[first], chosen[first]))
            now = then.take(first)
        end = int(np.lexsort((now.cost, now.weight))[0])
        return Best(self._plan(back, end), int(now.weight[end]), float(now.cost[end]))

    def _serve(self, then: _States, slot: int, who: Bools) -> None:
        """Add what each crew serves in a slot: units, and squared lags."""
        people, number = self.board.people, int(self.account[slot])
        account = self.board.accounts[number]
        columns = slice(number * people, (number + 1) * people)
        load = int(account.load[int(np.searchsorted(account.slots, slot))])
        then.served[:, columns] += (who * load).astype(np.int16)
        then.cost += self.cost[slot][np.arange(people), then.served[:, columns]].sum(axis=1)

    def _ruled(self, now: _States, slot: int, parent: Ints, who: Bools) -> _States:
        """Return the states after each crew has served a slot, as far as rows are used."""
        then = now.take(parent)
        opening = self.opening[slot]
        then.rows, then.use = [*then.rows, *opening], np.pad(then.use, ((0, 0), (0, len(opening))))
        none = np.zeros(self.board.people)
        factors = np.array([row.factors.get(slot, none) for row in then.rows]).reshape(-1, len(none))
        then.use += (who @ factors.T).astype(np.int16)
        return then

    def _close(self, then: _States, slot: int) -> Bools:
        """Weigh the breaks whose rows end here, leave these rows out; return who keeps the hard ones."""
        ending: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index, row in enumerate(then.rows):
            if row.weight and row.last == slot:
                ending[row.breach].append(index)
        for about, ends in ending.items():
            broken = (then.use[:, ends] > np.array([then.rows[index].upper for index in ends])).any(axis=1)
            weight = then.rows[ends[0]].weight
            if about not in self.until:
                then.weight += weight * broken
                continue
            if about not in then.flags:
                then.flags, then.flag = [*then.flags, about], np.pad(then.flag, ((0, 0), (0, 1)))
            column = then.flags.index(about)
            then.weight += weight * (broken & (then.flag[:, column] == 0))
            then.flag[:, column] |= broken
        fine = np.ones(len(then.weight), dtype=bool)
        for index, row in enumerate(then.rows):
            later = [factor for other, factor in row.factors.items() if other > slot]
            if not row.weight:
                # A hard row must still be able to end within its limit.
                fine &= then.use[:, index] + sum(np.minimum(factor, 0).sum() for factor in later) <= row.upper
            # Used so little that nothing later can reach the limit: then how little is all one.
            room = row.upper - sum(np.maximum(factor, 0).sum() for factor in later)
            np.maximum(then.use[:, index], np.int16(np.floor(room)), out=then.use[:, index])
        kept = [index for index, row in enumerate(then.rows) if row.last > slot]
        then.rows, then.use = [then.rows[index] for index in kept], then.use[:, kept]
        stay = [index for index, about in enumerate(then.flags) if self.until[about] > slot]
        then.flags, then.flag = [then.flags[index] for index in stay], then.flag[:, stay]
        return fine

    def _least(self, slot: int, then: _States) -> Floats:
        """Return the squared lags that each state comes to at least, by the end."""
        people = self.board.people
        least = then.cost.copy()
        for number in range(len(self.board.accounts)):
            units = then.served[:, number * people : (number + 1) * people]
            least += self.ahead[slot, number][np.arange(people), units].sum(axis=1)
        return least

    def _promising(self, then: _States, least: Floats) -> Bools:
        """Return which states may still come to a plan no worse than the known one."""
        most, squares = self.known
        if squares == float("inf"):
            return then.weight <= most
        near = least <= squares + TOLERANCE * (1 + squares)
        return np.asarray((then.weight < most) | ((then.weight == most) & near))

    def _plan(self, back: list[tuple[Ints, Ints]], end: int) -> Bools:
        """Go back from the last state to the first, and say who served."""
        plan = np.zeros((self.board.slots, self.board.people), dtype=bool)
        for slot in range(self.board.slots - 1, -1, -1):
            parent, chosen = back[slot]
            plan[slot] = self.crews[slot][chosen[end]]
            end = int(parent[end])
        return plan


@dataclass(frozen=True, eq=False)
class _Ways:
    """How far rules can be used, slot by slot, and what each step breaks.

    Attributes:
        steps: for each slot the state that each crew leads to (-1 for none) and the weight of what ends
            broken there, shape (states, crews) each.
        left: weight that must still be broken from each state, before the first slot and after each.
    """

    steps: list[tuple[Ints, Ints]] = field(repr=False)
    left: list[Ints] = field(repr=False)

    @property
    def weight(self) -> int:
        """The least weight that any plan breaks."""
        return int(self.left[0][0])

    def lead_on(self, slot: int, now: _States, parent: Ints, chosen: Ints) -> Bools:
        """Return which crews lead to a plan of the least weight."""
        child, weight = self.steps[slot]
        state = _state(now)[parent]
        there = child[state, chosen]
        total = now.weight[parent] + weight[state, chosen] + self.left[slot + 1][there]
        return np.asarray((there >= 0) & (total <= self.weight))

    def after(self, slot: int, now: _States, parent: Ints, chosen: Ints) -> _States:
        """Return the states that crews lead to; the number of the state stands for how far rows are used."""
        child, weight = self.steps[slot]
        state, then = _state(now)[parent], now.take(parent)
        then.weight += weight[state, chosen]
        then.use = child[state, chosen][:, None]
        return then


def _state(now: _States) -> Ints:
    """Return the number of the state that rules are in; before the first slot there is one."""
    return np.asarray(now.use[:, 0] if now.use.size else np.zeros(len(now.weight), dtype=np.int64))


def _codes(then: _States, where: Ints) -> tuple[Ints, Ints]:
    """Number states of which all is the same but what they cost; return numbers, and the first of each."""
    parts = [then.served, then.use, then.flag]
    table = np.ascontiguousarray(np.concatenate(parts, axis=1)[where])
    if not table.shape[1]:
        return np.zeros(len(where), dtype=np.int64), np.zeros(1, dtype=np.int64)
    # One key a state: rows of bytes are compared at once.
    key = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    _, first, code = np.unique(key, return_index=True, return_inverse=True)
    return code.ravel(), first


def _firsts(then: _States, fine: Bools) -> Ints:
    """Return the best of each group of equal states: least weight, then least cost, then the earlier one."""
    where = np.flatnonzero(fine)
    if not where.size:
        return where
    code, _ = _codes(then, where)
    order = np.lexsort((where, then.cost[where], then.weight[where], code))
    first = np.ones(len(order), dtype=bool)
    first[1:] = code[order][1:] != code[order][:-1]
    return np.asarray(where[order[first]])
