"""Every kind of side rule, hard or with a weight, against all plans of small rotas, counted plainly."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

import evenhand as eh
from evenhand.core.errors import InfeasibleError
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota import RotaProblem
from evenhand.rota.asking.soften import softened
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.problem.side_rules import SIDE_RULES, SideRule
from evenhand.rota.rules import IN_PROGRAM, KIND_OF
from evenhand.rota.solving.model.presence import able
from evenhand.rota.solving.optimise.board import board_of, breaks
from rota_boards import all_plans, served, squared_lags

MONDAY = date(2026, 1, 5)
NAMES = ("Ada", "Ben", "Cem", "Dov")
UNDRAWN = ("wish", "open seats")
"""Kinds that other tests draw: wishes are no rules, and open seats need plans with open seats."""


def awards_of(problem: RotaProblem, plan: Any) -> Any:
    """Return a plan of 0 and 1 as a person a seat; seats without a skill take anybody."""
    out = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    for slot, first in enumerate(problem.first_seat[:-1].tolist()):
        who = np.flatnonzero(plan[slot])
        out[first : first + who.size] = who
    return out


class Plain:
    """A plan as sets, and the breaks of a rule as plainly as the manual says them; history is of no duty."""

    def __init__(self, problem: RotaProblem, rule: SideRule, plan: Any) -> None:
        self.rule, self.problem = rule, problem
        self.crew = [set(np.flatnonzero(row).tolist()) for row in plan]
        self.who = list(rule.people) or list(range(len(problem.people)))
        self.start, self.end = problem.slot_start.tolist(), problem.slot_end.tolist()
        self.begin, self.finish = problem.slot_utc.tolist(), problem.finish_utc.tolist()
        self.counted = [s for s in range(len(self.start)) if rule.duty in {-1, int(problem.slot_duty[s])}]
        self.turns = [(p, s) for p in self.who for s in self.counted if p in self.crew[s]]
        self.past = {p: problem.history_day[problem.history_person == p].tolist() for p in self.who}
        self.newest = problem.history_day.max(initial=-1)
        self.before = sorted(set(problem.history_day.tolist())) if rule.duty < 0 else []
        self.days = self.before + sorted({self.start[s] for s in self.counted})

    def earlier(self, person: int, slot: int) -> list[int]:
        """Return a person's earlier turns of those that count."""
        return [s for p, s in self.turns if p == person and s < slot]

    def apart(self) -> int:
        """Count slots that both serve."""
        return sum(set(self.rule.people) <= crew for crew in self.crew)

    def together(self) -> int:
        """Count slots served without a helper."""
        return sum(self.who[0] in crew and not crew & set(self.rule.others) for crew in self.crew)

    def fixed(self) -> int:
        """Count turns left to others."""
        return sum(self.who[0] not in self.crew[s] for s in self.rule.slots)

    def forbidden(self) -> int:
        """Count turns taken all the same."""
        return sum(self.who[0] in self.crew[s] for s in self.rule.slots)

    def open_seats(self) -> int:
        """Count seats left open that somebody is there for; no rota here asks for skills."""
        here = np.minimum(able(self.problem).sum(axis=1), self.problem.seats).tolist()
        return sum(max(0, here[s] - len(self.crew[s])) for s in self.counted)

    def whole_weekends(self) -> int:
        """Count weekends parted, a person each."""
        ends = list(zip(self.rule.slots[::2], self.rule.slots[1::2], strict=True))
        return sum((p in self.crew[a]) != (p in self.crew[b]) for a, b in ends for p in self.who)

    def most(self) -> int:
        """Count turns that find as many as allowed in the days before them."""
        total = 0
        for p, s in self.turns:
            known = [self.start[t] for t in self.earlier(p, s)] + (self.past[p] if self.before else [])
            near = [day for day in known if self.start[s] - self.rule.days < day <= self.start[s]]
            total += len(near) >= self.rule.count
        return total

    def rest(self) -> int:
        """Count turns too few start days, or days, after another."""
        total = 0
        for p, s in self.turns:
            old = [(self.days.index(day), day) for day in self.past[p]]
            old += [(self.days.index(self.start[t]), self.end[t]) for t in self.earlier(p, s)]
            here = self.days.index(self.start[s])
            total += any(
                (self.rule.count and here - place <= self.rule.count)
                or (self.rule.days and self.start[s] - day <= self.rule.days)
                for place, day in old
            )
        return total

    def rest_hours(self) -> int:
        """Count turns too few minutes after another."""
        minutes = 60 * self.rule.count
        return sum(
            any(self.begin[s] - (day + 1) * 1440 < minutes for day in self.past[p])
            or any(self.begin[s] - self.finish[t] < minutes for t in self.earlier(p, s))
            for p, s in self.turns
        )

    def marks(self, person: int) -> list[bool]:
        """Return on which of the days, history's first, a person served."""
        served = {self.start[s] for p, s in self.turns if p == person}
        return [
            day in (self.past[person] if at < len(self.before) else served)
            for at, day in enumerate(self.days)
        ]

    def in_a_row(self) -> int:
        """Count days of the plan that follow as many served as allowed."""
        k, first = self.rule.count, len(self.before)
        runs = [self.marks(p) for p in self.who]
        return sum(all(run[at - k : at + 1]) for run in runs for at in range(max(first, k), len(run)))

    def least_in_a_row(self) -> int:
        """Count days on which a block begins that ends too soon; the plan's end ends none."""
        k, first, total = self.rule.count, len(self.before), 0
        for p in self.who:
            run = self.marks(p)
            for at in range(first, len(run)):
                goes_on = run[at - 1] if at > first else self.newest in self.past[p]
                total += run[at] and not goes_on and not all(run[at : at + k])
        return total


def broken(problem: RotaProblem, rule: SideRule, plan: Any) -> int:
    """Count the breaks of a rule plainly."""
    return int(getattr(Plain(problem, rule, plan), rule.kind.replace(" ", "_"))())


def random_rules(draw: np.random.Generator, people: Sequence[str], days: int) -> Iterator[dict[str, str]]:
    """Yield a handful of random rows of a rules table, with and without weights."""
    for _ in range(int(draw.integers(1, 5))):
        kind = str(draw.choice([word for one in IN_PROGRAM for word in one.words if one.kind not in UNDRAWN]))
        one, other, third = draw.choice(people, 3, replace=False).tolist()
        row = {"rule": kind, "weight": str(draw.integers(1, 4)) if draw.random() < 0.7 else ""}
        when = (MONDAY + timedelta(days=int(draw.integers(days)))).isoformat()
        named = one if draw.random() < 0.4 else ""
        duty = "night" if draw.random() < 0.5 else ""
        row |= {
            "rest": {"value": "1", "name": named},
            "rest days": {"value": str(draw.integers(1, 3)), "name": named},
            "rest hours": {"value": str(draw.choice([9, 20, 40])), "name": named},
            "apart": {"name": one, "with": other},
            "together": {"name": one, "with": f"{other}; {third}" if draw.random() < 0.5 else other},
            "most": {"value": "1", "days": str(draw.integers(2, 5)), "name": named, "duty": duty},
            "fixed": {"name": one, "date": when, "duty": "night"},
            "forbidden": {"name": one, "date": when, "duty": duty},
            "whole weekends": {"name": named, "duty": duty},
        }.get(kind, {"value": str(draw.integers(2, 4)), "name": named, "duty": duty})
        yield row


def rota(seed: int) -> RotaProblem:
    """Make a random rota of a few days around a weekend, some with two duties a day and a history."""
    draw = np.random.default_rng(seed)
    days, people = int(draw.integers(3, 6)), NAMES[: int(draw.integers(3, 5))]
    two = draw.random() < 0.4
    # From a Thursday on, so that a weekend lies inside.
    start = MONDAY + timedelta(days=int(draw.integers(2, 5)))
    size = 2 if two else 1 + int(draw.random() < 0.4)
    hours = {"at": "20:00", "hours": "8"}
    duties = [
        {
            "name": "night",
            "start": start.isoformat(),
            "every": "day",
            "count": str(min(days, 3) if two else days),
            "seats": "1" if two else str(size),
            **hours,
        }
    ]
    if two:
        duties.append(
            {
                "name": "day",
                "start": start.isoformat(),
                "every": "2 days",
                "count": "2",
                "at": "08:00",
                "hours": "8",
            }
        )
    history = []
    if draw.random() < 0.5:
        for back in (1, 2, 3):
            day = (start - timedelta(days=back)).isoformat()
            history.append({"date": day, "name": str(draw.choice(people))})
    absences = (
        [{"name": str(draw.choice(people)), "from": (start + timedelta(days=1)).isoformat(), "to": ""}]
        if draw.random() < 0.3
        else None
    )
    rules = list(random_rules(draw, people, days))
    for row in rules:
        if row.get("date"):
            row["date"] = start.isoformat()
            row["duty"] = "night"
        if row.get("duty") == "night" and not two and draw.random() < 0.5 and "date" not in row:
            row["duty"] = ""
    return RotaProblem.from_tables(
        [{"name": name} for name in people], duties, history=history, absences=absences,
        policy="ledger", rules=rules,
    )  # fmt: skip


def hard_and_soft(problem: RotaProblem) -> list[SideRule]:
    """Return every rule of a problem, those of its columns too."""
    return [rule for kind in IN_PROGRAM for rule in kind.given(problem)] + list(problem.rules)


def compare(seed: int) -> Status:
    """Solve a random rota and hold it against every plan; return what became of it."""
    problem = rota(seed)
    rules = hard_and_soft(problem)
    best: tuple[int, int] | None = None
    busy = [
        (a, b)
        for a, b in itertools.combinations(range(len(problem.slot_start)), 2)
        if problem.slot_utc[a] < problem.finish_utc[b] and problem.slot_utc[b] < problem.finish_utc[a]
    ]
    for plan in all_plans(problem):
        if any((plan[a] & plan[b]).any() for a, b in busy):
            continue
        if any(broken(problem, rule, plan) for rule in rules if not rule.weight):
            continue
        weight = sum(rule.weight * broken(problem, rule, plan) for rule in rules)
        value = weight, squared_lags(problem, plan)
        best = value if best is None else min(best, value)
    try:
        solution = eh.solve(problem, method="optimise")
    except InfeasibleError:
        assert best is None, seed
        return Status.INFEASIBLE
    assert best is not None, seed
    assert solution.objective is not None
    weight, lags = divmod(solution.objective, problem.break_price)
    assert (weight, solution.status) == (best[0], Status.OPTIMAL), seed
    # The optimiser proves to a millionth of a turn squared.
    assert best[1] <= lags <= best[1] + 10**-6 * TICKS**2 * (1 + best[1] / TICKS**2), seed
    plan = served(problem, solution.awards)
    counted = sum(rule.weight * broken(problem, rule, plan) for rule in problem.rules)
    assert counted == weight, seed
    return Status.FEASIBLE if weight else Status.OPTIMAL


@pytest.mark.parametrize("start", [0, 20, 40] if os.environ.get("EVENHAND_SOAK") else [20])
def test_every_kind_of_rule_agrees_with_all_plans(start: int) -> None:
    """Breaks are least by weight, the sum of squared lags least among such plans, and no plan means none."""
    seen = {compare(seed) for seed in range(start, start + 20)}
    assert Status.FEASIBLE in seen
    assert Status.OPTIMAL in seen


@pytest.mark.parametrize("start", range(0, 30, 15))
def test_judge_board_and_plain_count_agree_on_every_plan(start: int) -> None:
    """The judge, the program's rows and the plain count find as many breaks of each rule, plan by plan."""
    kinds = set()
    for seed in range(start, start + 15):
        problem = rota(seed + 1000)
        free = softened(problem)
        soft = free.rules
        board = board_of(free)
        for plan in itertools.islice(all_plans(free), 0, 200, 7):
            found = breaks_of(free, awards_of(free, plan))
            for number, rule in enumerate(soft):
                by_judge = sum(1 for one in found if one.rule == number)
                assert by_judge == broken(free, rule, plan), (seed, rule)
                assert by_judge == breaks(board.soft[number], plan.astype(bool)), (seed, rule)
                kinds |= {rule.kind} if by_judge else set()
    assert len(kinds) >= 6


def test_every_kind_is_known_to_both_sides() -> None:
    """The kinds that may be broken are the same to the problem, to the methods and to the judge."""
    from evenhand.rota.judging import side_rules

    assert set(SIDE_RULES) == set(KIND_OF) - {"wish"} == set(side_rules._LOOKS)
