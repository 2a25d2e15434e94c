"""Why a recipient, an item or a day stands as it does: from problem, awards and prices.

Every figure is a difference of two values of the judge, or a limit that the prices prove in integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.allocation.asking.explain_groups import explained, group_names
from evenhand.allocation.asking.incremental_value import Book
from evenhand.allocation.judging.judge import objective, statement
from evenhand.allocation.problem import NO_LIMIT, AllocationProblem
from evenhand.allocation.solving.model.pricing import Prices, priced, prices_of
from evenhand.allocation.solving.model.residual import Residual, pins_worth, residual_of
from evenhand.core.errors import InputError
from evenhand.core.explanation import Explanation, Fact
from evenhand.core.units import figure, number_text
from evenhand.tables import near

__all__ = ["explain", "subjects"]

Ints = NDArray[np.int64]

SHOWN = 3
"""Alternatives told of a subject."""

TRIED = 12
"""Alternatives tried for that: those that lose least at the prices."""


def subjects(problem: AllocationProblem, awards: Ints) -> tuple[str, ...]:
    """Return the names that ``explain`` takes: recipients, items, days, budgets and other groups."""
    del awards
    days = problem.days if len(problem.days) > 1 else ()
    return tuple(dict.fromkeys((*problem.recipients, *problem.items, *days, *group_names(problem))))


def explain(problem: AllocationProblem, awards: Ints, proof: Mapping[str, Any], subject: str) -> Explanation:
    """Explain a recipient, an item, a day or a group; a name that is several is taken in that order.

    Args:
        problem: what was asked.
        awards: the plan.
        proof: of the method; its prices prove how much a plan with another award would lose at least.
        subject: a name; ``subjects`` lists them.

    Raises:
        InputError: nobody and nothing has that name; the message names a near miss.
    """
    known = subjects(problem, awards)
    if subject not in known:
        meant = near(subject, known)
        mend = (
            f"Did you mean {meant}?"
            if meant
            else "Name a recipient, an item, a day or a budget of the problem"
        )
        raise InputError.one("is nobody and nothing of this problem", mend, came=subject)
    if subject in group_names(problem):
        headline, facts = explained(problem, np.asarray(awards, dtype=np.int64), subject)
        return Explanation("allocation", subject, headline, tuple(facts))
    lens = _Lens(problem, awards, proof)
    if subject in problem.recipients:
        headline, facts = lens.recipient(problem.recipients.index(subject))
    elif subject in problem.items:
        headline, facts = lens.item(problem.items.index(subject))
    else:
        headline, facts = lens.day(problem.days.index(subject))
    return Explanation("allocation", subject, headline, tuple(facts))


class _Lens:
    """One plan, seen through its values and prices."""

    def __init__(self, problem: AllocationProblem, awards: Ints, proof: Mapping[str, Any]) -> None:
        self.problem, self.awards = problem, np.asarray(awards, dtype=np.int64)
        self.book = Book(problem, self.awards)
        self.proof = proof
        self.value = objective(problem, self.awards)
        self.residual: Residual = residual_of(problem, 0)
        self.prices: Prices = prices_of(proof, self.residual)
        said = priced(self.residual, self.prices)
        self.bound = said.bound
        loss = said.loss(self.residual)
        rows = np.arange(len(problem)) if self.residual.live is None else self.residual.live
        self._rows, self._loss = rows, loss
        self.base = pins_worth(problem)

    def points(self, units: int) -> str:
        """Return units as points, as a person writes them."""
        return number_text(units, self.problem.unit)

    def fact(self, name: str, sentence: str, units: int, about: str = "") -> Fact:
        """Return a fact whose figure is in points."""
        return Fact(name, sentence, figure(units, self.problem.unit), "points", about)

    def recipient(self, who: int) -> tuple[str, list[Fact]]:
        """Say what a recipient gets, what each award adds, what the next would cost, and why no other."""
        problem, name = self.problem, self.problem.recipients[who]
        mine = [at for at in self.book.awards if problem.recipient[at] == who]
        lines = statement(problem, self.awards)
        due = int(lines.entitlement[who]) / lines.ticks
        every = np.flatnonzero(problem.recipient == who)
        if not len(every):
            return f"{name} receives nothing: it has no candidate.", []
        facts = [self._adds(at) for at in mine]
        others = [at for at in every.tolist() if at not in self.book.chosen and not problem.forbidden[at]]
        if others:
            facts.append(self._next(name, len(mine), others))
        facts += self._alternatives(others)
        headline = f"{name} receives {len(mine)}, and was due {due:.2f}."
        return headline, facts

    def item(self, item: int) -> tuple[str, list[Fact]]:
        """Say where an item goes and what every other way would lose; or what keeps it from being given."""
        problem, name = self.problem, self.problem.items[item]
        mine = [at for at in self.book.awards if problem.item[at] == item]
        every = np.flatnonzero(problem.item == item)
        facts = [self._adds(at) for at in mine]
        for _, rule, count in (line for line in problem.dropped if line[0] == name):
            facts.append(
                Fact(
                    "dropped", f"{count} of its candidates were dropped by the rule: {rule}.", count, "", rule
                )
            )
        others = [at for at in every.tolist() if at not in self.book.chosen and not problem.forbidden[at]]
        facts += self._alternatives(others)
        if mine:
            return f"{problem.describe(mine[0])}.", facts
        why = "no recipient can have it" if not len(every) else "no way to give it would raise the total"
        return f"{name} is not given: {why}.", facts

    def day(self, day: int) -> tuple[str, list[Fact]]:
        """Say how full a day is, what its last slot brings, and what one more could."""
        problem, name = self.problem, self.problem.days[day]
        mine = [at for at in self.book.awards if problem.day[at] == day]
        slots = int(problem.slots[day])
        headline = f"{name} gives {len(mine)} of {slots} slots."
        if len(mine) < slots:
            return headline, [
                self.fact("slot", "Another slot would bring nothing: one is free already.", 0, name)
            ]
        wider = problem.with_(slots=np.where(np.arange(len(problem.slots)) == day, slots + 1, problem.slots))
        left = residual_of(wider, 0)
        limit = priced(left, prices_of(self.proof, left)).bound // left.ticks + self.base
        most = max(0, limit - self.value)
        facts = [
            self.fact("slot", f"Another slot would bring at most {self.points(most)} points.", most, name)
        ]
        book = Book(wider, self.awards)
        best: tuple[int, int] | None = None
        for at in self._promising(np.flatnonzero(problem.day == day).tolist(), 40):
            gone = book.room(at)
            if gone is not None:
                gain = book.change([at], gone)
                best = max(best, (gain, -at)) if best else (gain, -at)
        if best and best[0] > 0:
            sentence = (
                f"Another slot would bring at least {self.points(best[0])}: {problem.describe(-best[1])}."
            )
            facts.append(self.fact("slot_at_least", sentence, best[0], name))
        if mine:
            last = min(mine, key=lambda at: (-self.book.change([], [at]), at))
            facts.append(self._adds(last))
        return headline, facts

    def _adds(self, at: int) -> Fact:
        left = np.array([one for one in self.book.awards if one != at], dtype=np.int64)
        adds = self.value - objective(self.problem, left)
        score = int(self.problem.score[at])
        less = f" (score {self.points(score)}, less {self.points(score - adds)})" if score != adds else ""
        text = self.problem.describe(at)
        pinned = " It is pinned." if self.problem.pinned[at] else ""
        return self.fact("adds", f"{text} adds {self.points(adds)} points{less}.{pinned}", adds, text)

    def _next(self, name: str, count: int, others: list[int]) -> Fact:
        """Say what one more award of this recipient would cost, in the group where it costs least."""
        costs = {at: self.book.costs(at) for at in others}
        at = min(others, key=lambda one: (sum(costs[one].values()), one))
        total = sum(costs[at].values())
        parts = ", ".join(f"{rule} {self.points(units)}" for rule, units in costs[at].items())
        why = f": {parts}" if parts else ""
        sentence = f"Its award number {count + 1} would cost {self.points(total)} points{why}."
        return self.fact("next_cost", sentence, total, name)

    def _alternatives(self, others: list[int]) -> list[Fact]:
        """Say of the most promising candidates what an exchange does, and what any plan with them loses."""
        tried = []
        for at in self._promising(others, TRIED):
            gone = self.book.room(at)
            change = None if gone is None else objective(self.problem, self.book.after(at, gone)) - self.value
            tried.append((NO_LIMIT if change is None else -change, at, gone))
        facts = []
        for lost, at, gone in sorted(tried, key=lambda one: one[:2])[:SHOWN]:
            text = self.problem.describe(at)
            if gone is not None:
                back = "; ".join(self.problem.describe(one) for one in gone)
                instead = f" instead of {back}" if gone else ""
                word = "lower" if lost > 0 else "raise"
                moved = (
                    f"would {word} the total by {self.points(abs(lost))}" if lost else "would change nothing"
                )
                facts.append(self.fact("instead", f"{text}{instead} {moved}.", -lost, text))
            least = self.loses(at)
            if least > 0:
                sentence = f"Every plan with {text} is at least {self.points(least)} points below this one."
                facts.append(self.fact("loses_at_least", sentence, least, text))
        return facts

    def _promising(self, others: list[int], most: int) -> list[int]:
        return sorted(others, key=lambda at: (self._loss_of(at), -int(self.problem.score[at]), at))[:most]

    def _loss_of(self, at: int) -> int:
        """Return the ticks that a candidate loses at the prices; very many for one that is not live."""
        place = int(np.searchsorted(self._rows, at))
        alive = place < len(self._rows) and self._rows[place] == at
        return int(self._loss[place]) if alive else NO_LIMIT

    def loses(self, at: int) -> int:
        """Return by how many units every plan with this candidate is worse at least, proven; or 0."""
        loss = self._loss_of(at)
        if loss == NO_LIMIT:
            return 0
        return max(0, self.value - self.base - (self.bound - loss) // self.residual.ticks)
