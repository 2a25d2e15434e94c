"""Which rules cannot all hold: the smallest set of them, a sentence each.

A set of rules in conflict is minimal where leaving out any one of them makes the rest possible, and smallest
where no conflict has fewer rules. A deletion filter finds a minimal one; hitting sets of corrections then
look for a smaller one, and prove that there is none.

References:
    Chinneck and Dravnieks, *Locating minimal infeasible constraint sets in linear programs* (1991),
    doi:10.1287/ijoc.3.2.157.
    Ignatiev, Previti, Liffiton, Marques-Silva, *Smallest MUS extraction with minimal hitting set dualization*
    (CP 2015, LNCS 9255).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evenhand.core.progress import Progress
from evenhand.core.sentences import counted
from evenhand.linear.highs import Program
from evenhand.rota.solving.optimise.board import Board

# More branches prove more conflicts smallest and take longer; the conflict itself is minimal without them.
NODES = 40
"""Branches of one such round; a conflict that needs more is handed out as minimal, not as proven smallest.
With half, one of two rules was told as one of 16; twice changes nothing
(`python -m benchmarks.constants rota-conflict`)."""

# Above it the minimal conflict is handed out at once: a smaller one may exist, and is not claimed not to.
CELLS = 1000
"""Cells (slots times those able) up to which a smaller conflict is looked for."""

# Each round excludes one more set; more rounds can only find a smaller conflict or the proof that there is
# none.
ROUNDS = 16
"""Hitting sets tried for a smaller conflict before the minimal one is handed out as it is."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that cannot all hold.

    Attributes:
        rules: their indices in the board's rules, rising.
        minimal: whether leaving out any one of them makes the rest possible.
        smallest: whether it is proven that no conflict has fewer rules.
        sentences: what a person reads: a sum where one explains it, then the rules.
    """

    rules: tuple[int, ...]
    minimal: bool
    smallest: bool
    sentences: tuple[str, ...]


def smallest(board: Board, progress: Progress) -> Conflict | None:
    """Find the smallest set of rules in conflict.

    Args:
        board: the rota; who is able is given, everything else is a rule.
        progress: time and interruption; a cut search hands out the smallest set found so far.

    Returns:
        The conflict, or None where all rules can hold. Cost: an integer program a rule, and a pair of them
        a round.
    """
    model = _Model(board)
    everything = list(range(len(board.rules)))
    if model.possible(everything, progress):
        return None
    conflict, minimal = _filtered(model, everything, progress)
    proven = False
    if minimal and model.cells <= CELLS:
        conflict, proven = _shrunk(model, conflict, progress)
    conflict = sorted(conflict)
    sentences = [board.rules[index].sentence for index in conflict]
    return Conflict(tuple(conflict), minimal, proven, (*_sum(board, conflict), *sentences))


def _filtered(model: _Model, rules: list[int], progress: Progress) -> tuple[list[int], bool]:
    """Leave out rules, in halving runs from the last, as long as the rest stays impossible."""
    kept: list[int] = []
    pending = [rules]
    while pending:
        part = pending.pop()
        rest = [rule for other in pending for rule in other]
        if progress.stop():
            return kept + part + rest, False
        possible = model.possible(kept + rest, progress)
        if possible is None:
            return kept + part + rest, False
        if not possible:
            continue
        if len(part) == 1:
            kept += part
            continue
        middle = len(part) // 2
        pending += [part[:middle], part[middle:]]
    return kept, True


def _shrunk(model: _Model, conflict: list[int], progress: Progress) -> tuple[list[int], bool]:
    """Look for a conflict with fewer rules; return the smallest found and whether it is proven smallest."""
    corrections: list[list[int]] = []
    for _ in range(ROUNDS):
        if progress.stop():
            break
        hit = _hitting(corrections, len(model.board.rules), progress)
        if hit is None:
            break
        if len(hit) >= len(conflict):
            return conflict, True
        dropped = model.correction(hit, progress)
        if dropped is None:
            break
        if not dropped:
            return hit, True
        corrections.append(dropped)
    return conflict, False


def _hitting(sets: list[list[int]], size: int, progress: Progress) -> list[int] | None:
    """Return the smallest set of rules that meets every correction; None where the search was stopped."""
    if not sets:
        return []
    used = sorted({rule for part in sets for rule in part})
    column = {rule: place for place, rule in enumerate(used)}
    entries = np.array(
        [(row, column[rule]) for row, part in enumerate(sets) for rule in part], dtype=np.int64
    )
    program = Program()
    program.load(
        np.ones(len(used)),
        (entries[:, 0], entries[:, 1], np.ones(len(entries))),
        np.ones(len(sets)),
        np.full(len(sets), float(size)),
        whole=True,
    )
    if program.run(progress) != "optimal":
        return None
    chosen = program.values() > 0.5  # noqa: PLR2004 - nearest whole number
    return [used[place] for place in np.flatnonzero(chosen).tolist()]


class _Model:
    """Cells that somebody able could serve, as 0-1 columns, and the rows of any rules asked for."""

    def __init__(self, board: Board) -> None:
        self.board = board
        cells = np.flatnonzero(board.able)
        self.at = np.full(board.able.size, -1, dtype=np.int64)
        self.at[cells] = np.arange(cells.size)
        self.cells = int(cells.size)

    def _rows(self, rules: list[int], *, soft: bool) -> tuple[Any, ...]:
        """Stack the rows of rules; soft ones get a column more each, which lifts their limits."""
        row, column, value, lower, upper = [], [], [], [], []
        rows = 0
        for place, number in enumerate(rules):
            rule = self.board.rules[number]
            where = self.at[rule.slot * self.board.people + rule.person]
            inside = where >= 0
            size = rule.lower.size
            reach = np.bincount(rule.row, weights=np.abs(rule.factor), minlength=size)
            need = np.maximum(rule.lower, 0.0) + reach
            for sign in (1.0, -1.0) if soft else (0.0,):
                limit = {1.0: rule.lower, -1.0: rule.upper, 0.0: rule.lower}[sign]
                row += [rule.row[inside] + rows] + ([np.arange(size) + rows] if soft else [])
                column += [where[inside]] + ([np.full(size, self.cells + place)] if soft else [])
                value += [rule.factor[inside]] + (
                    [sign * (need + np.abs(np.where(np.isfinite(limit), limit, 0)))] if soft else []
                )
                lower.append(np.full(size, -np.inf) if sign < 0 else limit)
                upper.append(np.full(size, np.inf) if sign > 0 else rule.upper)
                rows += size
        return tuple(
            np.concatenate(part) if part else np.zeros(0) for part in (row, column, value, lower, upper)
        )

    def possible(self, rules: list[int], progress: Progress) -> bool | None:
        """Whether a plan keeps all these rules; None where the search was stopped before it knew."""
        row, column, value, lower, upper = self._rows(sorted(rules), soft=False)
        if not row.size:
            return bool(np.all(lower <= 0) and np.all(upper >= 0))
        program = Program()
        program.load(np.zeros(self.cells), (row, column, value), lower, upper, whole=True)
        state = program.run(progress)
        return None if state == "stopped" else state == "optimal"

    def correction(self, hard: list[int], progress: Progress) -> list[int] | None:
        """Return the fewest other rules to leave out so that the rest and ``hard`` hold; None where unproven.

        An empty list says that ``hard`` alone is in conflict.
        """
        possible = self.possible(hard, progress)
        if not possible:
            return None if possible is None else []
        soft = [index for index in range(len(self.board.rules)) if index not in set(hard)]
        parts = self._rows(soft, soft=True)
        firm = self._rows(sorted(hard), soft=False)
        shift = parts[3].size
        joined = [np.concatenate([a, b]) for a, b in zip(parts, (firm[0] + shift, *firm[1:]), strict=True)]
        cost = np.concatenate([np.zeros(self.cells), np.ones(len(soft))])
        row, column, value, lower, upper = joined
        program = Program(nodes=NODES)
        program.load(cost, (row, column, value), lower, upper, whole=True)
        if program.run(progress) != "optimal":
            return None
        lifted = program.values()[self.cells :] > 0.5  # noqa: PLR2004 - nearest whole
        return [soft[index] for index in np.flatnonzero(lifted).tolist()]


def _sum(board: Board, rules: list[int]) -> list[str]:
    """Say the sum behind seats against people within one stretch of rest, where that is all."""
    chosen = [board.rules[index] for index in rules]
    slots = sorted({int(slot) for told in chosen if told.kind == "seats" for slot in told.slot})
    rests = [rule for rule in chosen if rule.kind != "seats"]
    # The sum holds for the rest of everybody alone: who else rests is not among the figures.
    if len(rests) != 1 or not rests[0].rests_all or not slots or slots[-1] >= board.after[slots[0]]:
        return []
    free = board.able[slots] & (board.earliest <= np.array(slots)[:, None])
    have, need = int(free.any(axis=0).sum()), int(board.seats[slots].sum())
    people = counted(have, "person", "people")
    first, last = ((board.names or [""] * board.slots)[index] for index in (slots[0], slots[-1]))
    seats = {int(board.seats[slot]) for slot in slots}
    each = counted(seats.pop(), "seat") if len(seats) == 1 else f"{need} seats in all"
    return [f"{people}, {each} and {board.rest} need at least {need} people ({first} to {last})"]
