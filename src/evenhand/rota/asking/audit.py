"""Audit a schedule that a team has kept: who is owed what, and the fewest changes that put it right.

Everything is counted by the judge, so that an audit and a plan of evenhand's own have one yardstick. The
changes are found by a program of whole numbers (HiGHS) in four steps: first the worst total is brought as
near to one turn as can be, then all totals together, then the worst view; then as few coming turns as can
be change hands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.ledger import Ledger
from evenhand.core.sentences import clock
from evenhand.core.shares import TICKS
from evenhand.core.units import decimals
from evenhand.linear.highs import FREE, Program, stacked
from evenhand.rota.asking.amend import Change, spoken_day
from evenhand.rota.asking.ledger import UNIT, booked
from evenhand.rota.judging.attendance import has_skill, may_serve, members_on
from evenhand.rota.judging.due import Due, due_of
from evenhand.rota.judging.views import views_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import turn_ids
from evenhand.rota.solving.model.presence import seat_able
from evenhand.rota.solving.model.seating import seat_with_moves

NEAR = 1e-6
"""Turns by which a step may miss what the step before reached: ten times HiGHS's tolerance of a row. Ten
times more would still concern nobody; ten times less could leave the next step without any answer."""


TOTAL, SUM, VIEW, CHANGES = 0, 1, 2, 3
"""What is made small, in this order: the worst total beyond one turn, all totals beyond it together, the
worst view beyond it, and the turns that change hands."""


@dataclass(frozen=True, eq=False)
class Standings:
    """What was due to everybody and what they served, in turns, in total and in each view.

    Attributes:
        due, served: shape (P,). What somebody who left was owed, or was ahead, is due to those who stayed.
        views: lag in each view by its name, shape (P,) each: above 0 is owed.
        left: turns owed to each who left when they left (below 0: ahead), which the others shared.
    """

    due: Floats = field(repr=False)
    served: Ints = field(repr=False)
    views: dict[str, Floats]
    left: dict[str, float]

    @property
    def lag(self) -> Floats:
        """Turns owed; below 0 is ahead, shape (P,)."""
        return self.due - self.served


@dataclass(frozen=True, eq=False)
class Audit:
    """The result of an audit: standings, and the fewest changes that put them right.

    Attributes:
        problem: the schedule as a rota.
        awards: who serves by the schedule; changed: who serves after the changes.
        today: first day that can still be changed.
        members: who is a member today or by the end, shape (P,).
        so_far: standings by the turns before today; by_end: with the coming ones as they are; after: with the
            changes.
        changes: the turns that change hands, in order of time.
        fewest: whether it is proven that fewer changes do not do.
    """

    problem: RotaProblem
    awards: Ints = field(repr=False)
    changed: Ints = field(repr=False)
    today: int
    members: Bools = field(repr=False)
    so_far: Standings
    by_end: Standings
    after: Standings
    changes: tuple[Change, ...]
    fewest: bool


def audit(problem: RotaProblem, awards: Ints, today: int, until: int | None = None) -> Audit:
    """Audit a schedule.

    Args:
        problem: the schedule as a rota: its slots are past and coming ones.
        awards: who serves.
        today: the day, as an ordinal: slots that start on it or later can change.
        until: last day a slot that may change starts; None for all coming ones.

    Returns:
        Standings so far, by the end of the schedule and after the fewest changes that bring every member
        within one turn in total, and in each view where that can be done too; otherwise as near as can be.
        No change puts anybody into two slots at once, into a rest that the problem asks for, or into a seat
        whose skill they lack.
    """
    coming = problem.slot_start >= today
    due = due_of(problem, may_serve(problem), awards)
    past = np.where(coming[problem.seat_slot], -1, awards)
    so_far, by_end = _standings(problem, past, None), _standings(problem, awards, due)
    last = int(problem.slot_end.max())
    # Who leaves before the end still counts today, and who joins later counts by then.
    members = members_on(problem, min(today, last)) | members_on(problem, last)
    loose = coming & (problem.slot_start <= (last if until is None else until))
    changed, fewest = _changed(problem, awards, loose, by_end, members)
    after = _standings(problem, changed, None)
    told = _told(problem, awards, changed, by_end)
    return Audit(problem, awards, changed, today, members, so_far, by_end, after, told, fewest)


def _standings(problem: RotaProblem, awards: Ints, due: Due | None) -> Standings:
    due = due_of(problem, may_serve(problem), awards) if due is None else due
    taken = awards >= 0
    served = np.zeros(len(problem.people), dtype=np.int64)
    np.add.at(served, awards[taken], problem.load[problem.seat_slot[taken]])
    views = {view.name: view.lag / TICKS for view in views_of(problem, awards, due)}
    # the ledger of the schedule: leavers are closed when they leave, and newcomers begin at 0
    ledger = booked(Ledger(unit=UNIT), problem, awards, "schedule")
    lag = np.array([ledger.balances.get(name, 0) for name in problem.people]) / TICKS
    left = {name: sum(parts.values()) / TICKS for name, parts in sorted(ledger.head.left_with.items())}
    return Standings(lag + served, served, views, left)


def _changed(
    problem: RotaProblem, awards: Ints, loose: Bools, now: Standings, members: Bools
) -> tuple[Ints, bool]:
    """Return the schedule with the fewest changes to its loose slots, and whether that is proven."""
    accounts = [now.lag, *now.views.values()]
    # Everybody is within one turn already, which is as near as whole turns can promise: no change is worth
    # asking for.
    if not loose.any() or all(float(np.abs(lag[members]).max(initial=0)) <= 1 for lag in accounts):
        return awards, True
    board = _Board(problem, awards, loose, now, members)
    most = [FREE, FREE, FREE]
    held, proven = None, False
    # one after the other, each keeping what the steps before reached; the last counts the changes
    for step in (TOTAL, SUM, VIEW, CHANGES):
        value, held, proven = board.solved(step, most)
        if held is None:
            return awards, False
        if step != CHANGES:
            most[step] = value + NEAR
    return (awards, False) if held is None else (board.seated(held), proven)


class _Board:
    """The program: a column for each loose slot and each person who could serve it, and those for excesses.

    The excesses beyond one turn are the worst total, the sum of all totals, the worst view, and then each
    person's total.
    """

    def __init__(
        self, problem: RotaProblem, awards: Ints, loose: Bools, now: Standings, members: Bools
    ) -> None:
        self.problem, self.awards = problem, awards
        self.loose = np.flatnonzero(loose)
        can = may_serve(problem)
        self.crews = [set(awards[problem.turns_of(slot)].tolist()) for slot in self.loose.tolist()]
        # whoever is booked for a slot may stay in it, also where the calendar says they cannot
        self.cells = [
            (slot, who)
            for index, slot in enumerate(self.loose.tolist())
            for who in range(len(problem.people))
            if can[slot, who] or who in self.crews[index]
        ]
        self.place = {cell: index for index, cell in enumerate(self.cells)}
        self.rows: list[tuple[list[int], list[float]]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        # Which cells are the schedule's own: a turn changes hands where one of them is not served.
        self.kept = np.array(
            [who in self.crews[int(np.searchsorted(self.loose, slot))] for slot, who in self.cells],
            dtype=bool,
        )
        self._crews()
        self._skilled()
        self._apart()
        self._accounts(now, members)

    def _row(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        self.rows.append((columns, values))
        self.lower.append(low)
        self.upper.append(high)

    def _crews(self) -> None:
        by_slot: dict[int, list[int]] = {}
        for row, (slot, _) in enumerate(self.cells):
            by_slot.setdefault(slot, []).append(row)
        for slot, columns in by_slot.items():
            count = len(self.crews[int(np.searchsorted(self.loose, slot))])
            # As many people as the schedule has there: an audit moves turns and makes no new ones.
            self._row(columns, [1.0] * len(columns), count, count)

    def _skilled(self) -> None:
        """As many people with each skill as a slot's seats ask for, or as the schedule has there already."""
        problem, has = self.problem, has_skill(self.problem)
        for index, slot in enumerate(self.loose.tolist()):
            asked = problem.seat_skill[problem.turns_of(slot)]
            for skill in np.unique(asked[asked >= 0]).tolist():
                there = sum(bool(has[who, skill]) for who in self.crews[index] if who >= 0)
                fits = [self.place[slot, who] for who in np.flatnonzero(has[:, skill]).tolist()
                        if (slot, who) in self.place]  # fmt: skip
                self._row(fits, [1.0] * len(fits), min(int((asked == skill).sum()), there), FREE)

    def _apart(self) -> None:
        """Nobody is in two slots at once, or too soon after one, unless the schedule has them there."""
        problem = self.problem
        near = {slot: np.flatnonzero(_too_near(problem, slot)).tolist() for slot in self.loose.tolist()}
        for row, (slot, who) in enumerate(self.cells):
            for other in near[slot]:
                pair = self.place.get((other, who))
                if other > slot and pair is not None and not (self.kept[row] and self.kept[pair]):
                    self._row([row, pair], [1.0, 1.0], 0, 1)
                elif other != slot and pair is None and not self.kept[row] and self._serves(other, who):
                    self._row([row], [1.0], 0, 0)

    def _serves(self, slot: int, who: int) -> bool:
        return bool((self.awards[self.problem.turns_of(slot)] == who).any())

    def _accounts(self, now: Standings, members: Bools) -> None:
        """Tie each account to its excess: |lag| <= 1 + excess; and each total's to the worst and the sum."""
        problem, size = self.problem, len(self.cells)
        own = [size + 3 + who for who in range(len(problem.people))]
        for column in own:
            self._row([column, size + TOTAL], [1.0, -1.0], -FREE, 0)
        self._row([*own, size + SUM], [*([1.0] * len(own)), -1.0], -FREE, 0)
        inside = np.ones((len(problem.seats), 1 + len(now.views)), dtype=bool)
        inside[:, 1:] = problem.slot_view > 0
        for which, lag in enumerate([now.lag, *now.views.values()]):
            for who in np.flatnonzero(members).tolist():
                own_rows = [
                    row
                    for row, (slot, person) in enumerate(self.cells)
                    if person == who and inside[slot, which]
                ]
                loads = [float(problem.load[self.cells[row][0]]) for row in own_rows]
                # the lag with nothing of the loose slots served; each turn taken lowers it by its load
                free = float(lag[who]) + sum(
                    load for row, load in zip(own_rows, loads, strict=True) if self.kept[row]
                )
                excess = size + VIEW if which else size + 3 + who
                self._row([*own_rows, excess], [*loads, 1.0], free - 1, FREE)
                self._row([*own_rows, excess], [*loads, -1.0], -FREE, free + 1)

    def solved(self, step: int, limits: list[float]) -> tuple[float, Bools | None, bool]:
        """Minimise one of the excesses, or the changes; return the value, who serves, and if it is proven."""
        size, people = len(self.cells), len(self.problem.people)
        cost = np.zeros(size + 3 + people)
        if step == CHANGES:
            # As many kept turns as can be is as few changes as can be.
            cost[:size] = -self.kept.astype(np.float64)
        else:
            cost[size + step] = 1.0
        most = np.concatenate([np.ones(size), limits, np.full(people, FREE)])
        whole = np.arange(len(cost)) < size
        # far more nodes than a team's quarter needs; where they do not do, "fewest" is not claimed
        program = Program(nodes=20_000)
        lower, upper = np.array(self.lower), np.array(self.upper)
        program.load(cost, stacked(self.rows), lower, upper, most=most, whole=whole)
        state = program.run()
        if not program.has_solution:
            return 0.0, None, False
        values = program.values()
        return float(values @ cost), values[:size] > 0.5, state == "optimal"  # noqa: PLR2004 - 0 or 1, rounded

    def seated(self, held: Bools) -> Ints:
        """Return the schedule with who serves now: who stays keeps the seat, others sit in order of names."""
        out = self.awards.copy()
        serving: dict[int, list[int]] = {}
        for row in np.flatnonzero(held).tolist():
            slot, who = self.cells[row]
            serving.setdefault(slot, []).append(who)
        for slot, crew in serving.items():
            low, high = int(self.problem.first_seat[slot]), int(self.problem.first_seat[slot + 1])
            # By name order, so that the same changes give the same seats in every run.
            new = sorted(set(crew) - set(out[low:high].tolist()))
            if (self.problem.seat_skill[low:high] >= 0).any():
                everybody = np.ones(len(self.problem.people), dtype=bool)
                fits = seat_able(self.problem, slot, everybody)
                seat_of = {
                    seat: int(out[low + seat]) for seat in range(high - low) if int(out[low + seat]) in crew
                }
                # Whoever stays may move to another seat of the slot, where a skill has to be seated.
                for who in new:
                    if not seat_with_moves(fits, who, seat_of, set()):
                        seat_of[next(seat for seat in range(high - low) if seat not in seat_of)] = who
                out[low:high] = [seat_of[seat] for seat in range(high - low)]
                continue
            for seat in range(low, high):
                if int(out[seat]) not in crew:
                    out[seat] = new.pop(0)
        return out


def _too_near(problem: RotaProblem, slot: int) -> Bools:
    """Return which slots nobody can serve beside this one: at the same time, or without the rest between."""
    begin, end = problem.slot_utc, problem.finish_utc
    gap = problem.rest_minutes
    out = (begin < end[slot] + gap) & (end + gap > begin[slot])
    if problem.rest_slots:
        rank = np.searchsorted(np.unique(problem.slot_start), problem.slot_start)
        out |= np.abs(rank - rank[slot]) <= problem.rest_slots
    if problem.rest_days:
        between = np.maximum(
            problem.slot_start - problem.slot_end[slot], problem.slot_start[slot] - problem.slot_end
        )
        out |= between - 1 < problem.rest_days
    return np.asarray(out)


def _told(problem: RotaProblem, before: Ints, after: Ints, now: Standings) -> tuple[Change, ...]:
    ids = turn_ids(problem)
    out = []
    for seat in np.flatnonzero(before != after).tolist():
        slot = int(problem.seat_slot[seat])
        duty = problem.duties[int(problem.slot_duty[slot])]
        day, time = spoken_day(int(problem.slot_start[slot]), year=True), clock(int(problem.slot_clock[slot]))
        what = f"{day} {time}".rstrip() + f", {duty}"
        old, new = int(before[seat]), int(after[seat])
        why = f"{problem.people[old]} {_stands(now.lag[old])}, {problem.people[new]} {_stands(now.lag[new])}"
        out.append(Change(ids[seat], what, problem.people[old], problem.people[new], why))
    return tuple(out)


def _stands(lag: float) -> str:
    size = decimals(abs(lag), 1)
    return "is even" if size == "0.0" else f"is {'owed' if lag > 0 else 'ahead'} {size}"
