"""Why a recipient, an item, a day, a group or a pair stands as it does: from problem, awards and prices.

Every figure is a difference of two values of the judge or of two solved plans, or a limit that prices prove.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evenhand.allocation.asking.incremental_value import IncrementalValue
from evenhand.allocation.asking.lookup import ids_of, one_of, why_not
from evenhand.allocation.asking.what_if import what_if
from evenhand.allocation.job import JOB
from evenhand.allocation.judging.judge import objective, statement, tariff
from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.allocation.problem.allocation_problem import title
from evenhand.allocation.solving.model.pins import pins_worth
from evenhand.allocation.solving.model.pricing import Prices, priced, prices_of
from evenhand.allocation.solving.model.residual import Residual, residual_of
from evenhand.core import desk
from evenhand.core.arrays import Ints
from evenhand.core.errors import InfeasibleError
from evenhand.core.explanation import Explanation, Fact
from evenhand.core.progress import Progress
from evenhand.core.sentences import counted
from evenhand.core.solution import Solution, Status
from evenhand.core.units import decimals, figure, number_text, value_text

SHOWN = 3
"""Alternatives told of a subject: those that lose least at the prices; each is solved, 50 ms at LA size."""

TO = " to "
"""Between item and recipient in a question about a pair, as in a plan's own words."""


def subjects(problem: AllocationProblem, awards: Ints) -> dict[str, str]:
    """Return what ``explain`` takes: recipients, items, days, budgets and other groups.

    With each stand a few words: what people call it, and what the plan gives it.
    """
    chosen = np.asarray(awards, dtype=np.int64)

    def awards_of(codes: Ints, names: Sequence[str]) -> dict[str, str]:
        counts = np.bincount(codes[chosen], minlength=len(names)).tolist()
        return {
            name: f"{count or 'no'} award{'' if count == 1 else 's'}"
            for name, count in zip(names, counts, strict=True)
        }

    items = awards_of(problem.item, problem.items)
    taker = dict(zip(problem.item[chosen].tolist(), problem.recipient[chosen].tolist(), strict=True))
    for code, name in enumerate(problem.items):
        if items[name] == "1 award":
            items[name] = f"to {title(problem.recipients[taker[code]], problem.called)}"
    # One day alone is not a question: all awards are on it.
    days = awards_of(problem.day, problem.days) if len(problem.days) > 1 else {}
    takers = awards_of(problem.recipient, problem.recipients)
    # A name that is several things is asked about in this order, as in ``explain``: the last words win.
    known = dict.fromkeys(group_names(problem), "") | days | items | takers
    names = dict.fromkeys((*takers, *items, *days, *known))
    called = {name: problem.called.get(name, name) for name in names}
    return {name: known[name] if called[name] == name else f"{called[name]}: {known[name]}" for name in names}


def explain(problem: AllocationProblem, awards: Ints, proof: Mapping[str, Any], subject: str) -> Explanation:
    """Explain a recipient, an item, a day or a group; a name that is several is taken in that order.

    Args:
        problem: what was asked.
        awards: the plan.
        proof: of the method; its prices prove how much a plan with another award would lose at least.
        subject: an id or what people call it, or a pair: "VIN1 to P031"; ``subjects`` lists the ids.

    Raises:
        InputError: nobody and nothing has that name; the message names a near miss.
    """
    chosen = np.asarray(awards, dtype=np.int64)
    pair = _pair_asked(problem, subject)
    if pair is not None:
        headline, facts = _Lens(problem, chosen, proof).pair(*pair)
        text = f"{title(pair[0], problem.called)}{TO}{title(pair[1], problem.called)}"
        return Explanation("allocation", text, headline, tuple(facts))
    groups = group_names(problem)
    if subject in groups:
        headline, facts = explained(problem, chosen, subject)
        return Explanation("allocation", subject, headline, tuple(facts))
    people = (*problem.recipients, *problem.items)
    days = problem.days if len(problem.days) > 1 else ()
    kind = "recipient, item, day or budget"
    if subject in days:
        name = subject
    elif ids_of(subject, people, problem.called):
        name = one_of(subject, tuple(dict.fromkeys(people)), problem.called, kind)
    else:
        name = one_of(subject, (*people, *days, *groups), problem.called, kind)
    lens = _Lens(problem, chosen, proof)
    if name in problem.recipients:
        headline, facts = lens.recipient(problem.recipients.index(name))
    elif name in problem.items:
        headline, facts = lens.item(problem.items.index(name))
    else:
        headline, facts = lens.day(problem.days.index(name))
    return Explanation("allocation", title(name, problem.called), headline, tuple(facts))


def _pair_asked(problem: AllocationProblem, subject: str) -> tuple[str, str] | None:
    """Return the item and recipient that a question like "VIN to P031" asks about; None for any other."""
    # A name may hold " to " itself, so whole names come first.
    if subject in problem.recipients or subject in problem.items:
        return None
    places = [link.start() for link in re.finditer(TO, subject)]
    for place in places:
        first, second = subject[:place], subject[place + len(TO) :]
        second = next(
            (second[: -len(f" on {day}")] for day in problem.days if second.endswith(f" on {day}")), second
        )
        for item, recipient in ((first, second), (second, first)):
            if ids_of(item, problem.items, problem.called) and ids_of(
                recipient, problem.recipients, problem.called
            ):
                return (
                    one_of(item, problem.items, problem.called, "item"),
                    one_of(recipient, problem.recipients, problem.called, "recipient"),
                )
    if len(places) == 1 and subject not in group_names(problem):
        # One side is known by its form alone: say which of the two is not.
        first, second = subject.split(TO)
        if ids_of(first, problem.items, problem.called):
            one_of(second, problem.recipients, problem.called, "recipient")
        if ids_of(second, problem.recipients, problem.called):
            one_of(first, problem.items, problem.called, "item")
    return None


class _Lens:
    """One plan, seen through its values and prices."""

    def __init__(self, problem: AllocationProblem, awards: Ints, proof: Mapping[str, Any]) -> None:
        self.problem, self.awards = problem, np.asarray(awards, dtype=np.int64)
        self.values = IncrementalValue(problem, self.awards)
        self.proof = proof
        self.value = objective(problem, self.awards)
        self.residual: Residual = residual_of(problem, 0)
        self.prices: Prices = prices_of(proof, self.residual)
        exact = priced(self.residual, self.prices)
        self.bound = exact.bound
        loss = exact.loss(self.residual)
        rows = np.arange(len(problem)) if self.residual.live is None else self.residual.live
        self._rows, self._loss = rows, loss
        self.base = pins_worth(problem)

    def points(self, units: int) -> str:
        """Return units as points, as a person writes them."""
        return number_text(units, self.problem.unit)

    def worth(self, units: int) -> str:
        """Return units as points, with the word."""
        return value_text(units, self.problem.unit)

    def fact(self, name: str, sentence: str, units: int, about: str = "") -> Fact:
        """Return a fact whose figure is in points."""
        return Fact(name, sentence, figure(units, self.problem.unit), "points", about)

    def recipient(self, who: int) -> tuple[str, list[Fact]]:
        """Say what a recipient gets, what each award adds, what the next would cost, and why no other."""
        problem, name = self.problem, title(self.problem.recipients[who], self.problem.called)
        awarded = [index for index in self.values.awards if problem.recipient[index] == who]
        lines = statement(problem, self.awards)
        due = int(lines.entitlement[who]) / lines.ticks
        every = np.flatnonzero(problem.recipient == who)
        if not len(every):
            many = len(problem.items)
            facts = [
                Fact(
                    "barrier",
                    f"For {count:,} of {many:,} items: {clause}."
                    if many > 1
                    else f"For the one item: {clause}.",
                    count,
                    "",
                    clause,
                )
                for clause, count in self._barred(problem.recipients[who])
            ]
            return f"{name} receives nothing: it has no candidate.", facts
        facts = [self._adds(index) for index in awarded]
        others = [
            index
            for index in every.tolist()
            if index not in self.values.chosen and not problem.forbidden[index]
        ]
        if others:
            facts.append(self._next(name, len(awarded), others))
        facts += self._alternatives(others)
        headline = f"{name} receives {len(awarded)}, and was due {decimals(due, 2)}."
        return headline, facts

    def item(self, item: int) -> tuple[str, list[Fact]]:
        """Say where an item goes and what every other way would lose; or what keeps it from being given."""
        problem, name = self.problem, self.problem.items[item]
        awarded = [candidate for candidate in self.values.awards if problem.item[candidate] == item]
        every = np.flatnonzero(problem.item == item)
        facts = [self._adds(candidate) for candidate in awarded]
        for _, rule, count in (line for line in problem.dropped if line[0] == name):
            facts.append(
                Fact(
                    "dropped", f"{count} of its candidates were dropped by the rule: {rule}.", count, "", rule
                )
            )
        others = [
            candidate
            for candidate in every.tolist()
            if candidate not in self.values.chosen and not problem.forbidden[candidate]
        ]
        facts += self._alternatives(others)
        if awarded:
            return f"{problem.describe(awarded[0])}.", facts
        why = "no recipient can have it" if not len(every) else "no way to give it would raise the total"
        return f"{title(name, problem.called)} is not given: {why}.", facts

    def pair(self, item: str, recipient: str) -> tuple[str, list[Fact]]:
        """Say why an item does not go to a recipient: rules and until when, or what it would cost."""
        problem = self.problem
        both = f"{title(item, problem.called)} to {title(recipient, problem.called)}"
        of_pair = (problem.item == problem.items.index(item)) & (
            problem.recipient == problem.recipients.index(recipient)
        )
        every = np.flatnonzero(of_pair).tolist()
        given = [row for row in every if row in self.values.chosen]
        if given:
            return f"{problem.describe(given[0])} is in the plan.", [self._adds(given[0])]
        facts = []
        barred = why_not(problem, item, recipient)
        if barred:
            facts.append(Fact("barrier", f"It cannot be: {barred}.", None, "", both))
        closed = [row for row in every if problem.forbidden[row]]
        if closed:
            facts.append(Fact("forbidden", f"{problem.describe(closed[0])} is forbidden.", None, "", both))
        full = [problem.days[problem.day[row]] for row in every if not problem.slots[problem.day[row]]]
        if full:
            facts.append(Fact("full", f"No slots on {', '.join(full)}.", None, "", both))
        open_rows = [row for row in every if row not in closed and problem.slots[problem.day[row]]]
        if not open_rows:
            return f"{both} cannot be.", facts
        # After rules and days, as only what could be awarded has a price.
        if len(problem) > SOLVED:
            least_lost = min(self.loses(row) for row in open_rows)
            if least_lost:
                proven = f"every plan with it is at least {self.worth(least_lost)} below this one"
                return f"{both} is not in the plan: {proven}.", facts
            return (
                f"{both} is not in the plan; the problem is too large to say here what it would cost.",
                facts,
            )
        forced = self._cheapest(open_rows)
        if not forced:
            return f"{both} is not in the plan: no plan with it keeps every hard rule.", facts
        lost = -_value(forced[0])
        points = f"{lost:,.15g} {'point' if lost == 1 else 'points'}"
        cost = f"it would cost {points} at least" if lost > 0 else "it would be as good"
        return f"{both} is not in the plan: {cost}.", [*forced, *facts]

    def _cheapest(self, rows: list[int]) -> list[Fact]:
        """Say how far the best plans with a pair's candidates are below this one, the nearest first.

        Each day is solved until prices prove that no other day can be nearer.
        """
        facts: list[Fact] = []
        nearest: int | None = None
        for row in self._promising(rows, len(rows)):
            if nearest is not None and self.loses(row) >= nearest:
                break
            forced = self._forced(row)
            if forced is not None:
                lost = self.value - (forced.objective or 0)
                nearest = lost if nearest is None else min(nearest, lost)
                facts.append(self._told(row, self.problem.describe(row), forced))
        return sorted(facts, key=lambda fact: -_value(fact))[:SHOWN]

    def _barred(self, recipient: str) -> list[tuple[str, int]]:
        """Return the rules that keep a recipient from items, with the number of items of each, most first."""
        problem = self.problem
        counts: Counter[str] = Counter()
        for barrier in problem.barriers:
            if not barrier.recipients or recipient in barrier.recipients:
                counts[barrier.clause] += len(barrier.items or problem.items)
        return counts.most_common(SHOWN)

    def day(self, day: int) -> tuple[str, list[Fact]]:
        """Say how full a day is, what its last slot brings, and what one more could."""
        problem, name = self.problem, self.problem.days[day]
        awarded = [index for index in self.values.awards if problem.day[index] == day]
        slots = int(problem.slots[day])
        headline = f"{name} gives {len(awarded)} of {counted(slots, 'slot')}."
        wider = replace(
            problem, slots=np.where(np.arange(len(problem.slots)) == day, slots + 1, problem.slots)
        )
        left = residual_of(wider, 0)
        limit = priced(left, prices_of(self.proof, left)).bound // left.ticks + self.base
        most = max(0, limit - self.value)
        if len(awarded) < slots:
            return headline, [self._slack(wider, most, name)]
        facts = [self.fact("slot", f"Another slot would bring at most {self.worth(most)}.", most, name)]
        wider_values = IncrementalValue(wider, self.awards)
        best: tuple[int, int] | None = None
        for index in self._promising(np.flatnonzero(problem.day == day).tolist(), 40):
            gone = wider_values.room(index)
            if gone is not None:
                gain = wider_values.change([index], gone)
                best = max(best, (gain, -index)) if best else (gain, -index)
        if best and best[0] > 0:
            sentence = (
                f"Another slot would bring at least {self.points(best[0])}: {problem.describe(-best[1])}."
            )
            facts.append(self.fact("slot_at_least", sentence, best[0], name))
        if awarded:
            last = min(awarded, key=lambda index: (-self.values.change([], [index]), index))
            facts.append(self._adds(last))
        return headline, facts

    def _slack(self, wider: AllocationProblem, most: int, day: str) -> Fact:
        """Say what another slot brings to a day with a free one.

        Mostly nothing, which prices prove. But two awards together may need both slots and be better than
        what the plan has instead, where a budget takes the two or one other.
        """
        if most and len(wider) <= SOLVED:
            most = max(0, (desk.solve(JOB, wider).objective or 0) - self.value)
            if most:
                sentence = f"Another slot would bring {self.worth(most)}, with other awards."
                return self.fact("slot", sentence, most, day)
        if most:
            sentence = f"One slot is free already; another would bring at most {self.worth(most)}."
            return self.fact("slot", sentence, most, day)
        return self.fact("slot", "Another slot would bring nothing: one is free already.", 0, day)

    def _adds(self, candidate: int) -> Fact:
        left = np.array([award for award in self.values.awards if award != candidate], dtype=np.int64)
        adds = self.value - objective(self.problem, left)
        score = int(self.problem.score[candidate])
        less = f" (score {self.points(score)}, less {self.points(score - adds)})" if score != adds else ""
        text = self.problem.describe(candidate)
        pinned = " It is pinned." if self.problem.pinned[candidate] else ""
        return self.fact("adds", f"{text} adds {self.worth(adds)}{less}.{pinned}", adds, text)

    def _next(self, name: str, count: int, others: list[int]) -> Fact:
        """Say what one more award of this recipient would cost, in the group where it costs least."""
        costs = {index: self.values.costs(index) for index in others}
        index = min(
            others, key=lambda candidate_index: (sum(costs[candidate_index].values()), candidate_index)
        )
        total = sum(costs[index].values())
        parts = ", ".join(f"{rule} {self.points(units)}" for rule, units in costs[index].items())
        why = f": {parts}" if parts else ""
        amount = self.points(abs(total))
        many = "" if amount == "1" else "s"
        asks = f"cost {amount} point{many}" if total >= 0 else f"be worth {amount} more point{many}"
        sentence = f"Its award number {count + 1} would {asks}{why}."
        return self.fact("next_cost", sentence, total, name)

    def _alternatives(self, others: list[int]) -> list[Fact]:
        """Say of the most promising candidates how far the best plan with each is below this one.

        Each is solved with the candidate pinned: no exchange of one award for another is guessed. Where the
        problem is too large for that, the limit that the prices prove is told instead.
        """
        facts = []
        for row in self._promising(others, SHOWN):
            text = self.problem.describe(row)
            forced = self._forced(row) if len(self.problem) <= SOLVED else None
            if forced is not None:
                facts.append(self._told(row, text, forced))
                continue
            least = self.loses(row)
            if least > 0:
                sentence = f"Every plan with {text} is at least {self.worth(least)} below this one."
                facts.append(self.fact("loses_at_least", sentence, least, text))
        return sorted(facts, key=lambda fact: (fact.name != "instead", -_value(fact)))

    def _forced(self, row: int) -> Solution | None:
        """Return the best plan with a candidate; None where there is none."""
        pinned = self.problem.pinned.copy()
        pinned[row] = True
        try:
            return desk.solve(JOB, replace(self.problem, pinned=pinned))
        except InfeasibleError:
            return None

    def _told(self, row: int, text: str, forced: Solution) -> Fact:
        """Say what the best plan with a candidate is worth less, and what it gives up.

        Where one exchange reaches that value, the exchange is told; else how many awards change.
        """
        lost = self.value - (forced.objective or 0)
        gone = self.values.room(row)
        reached = gone is not None and self.values.change([row], gone) == -lost
        if gone and reached:
            text_instead = f" instead of {'; '.join(map(self.problem.describe, gone))}"
        else:
            others = len(set(self.values.awards) - set(forced.awards.tolist()))
            word = "award" if others == 1 else "awards"
            text_instead = "" if reached or not others else f", with {others} {word} changed,"
        moved = f"would {'lower' if lost > 0 else 'raise'} the total by {self.points(abs(lost))}"
        exact = "exact" if forced.status is Status.OPTIMAL else "the best found"
        sentence = f"{text}{text_instead} {moved if lost else 'would give as many points'} ({exact})."
        return self.fact("instead", sentence, -lost, text)

    def _promising(self, others: list[int], most: int) -> list[int]:
        return sorted(
            others,
            key=lambda candidate: (self._loss_of(candidate), -int(self.problem.score[candidate]), candidate),
        )[:most]

    def _loss_of(self, index: int) -> int:
        """Return the ticks that a candidate loses at the prices; very many for one that is not live."""
        place = int(np.searchsorted(self._rows, index))
        alive = place < len(self._rows) and self._rows[place] == index
        return int(self._loss[place]) if alive else NO_LIMIT

    def loses(self, index: int) -> int:
        """Return by how many units every plan with this candidate is worse at least, proven; or 0."""
        loss = self._loss_of(index)
        if loss == NO_LIMIT:
            return 0
        # Every plan is worth whole units, so under the bound it is worth the bound rounded down at most.
        return max(0, self.value - self.base - (self.bound - loss) // self.residual.ticks)


SOLVED = 250_000
"""Candidates up to which an explanation solves what more of a group would bring."""

LISTED = 5
"""Awards of a group that are listed."""


def _value(fact: Fact) -> float:
    return float(fact.value or 0)


@dataclass(frozen=True, slots=True)
class Binding:
    """A group that stops or prices the next award in it.

    Attributes:
        rule: the group set's name.
        label: the group's.
        used: total of the plan, in ``unit``.
        free: what costs nothing, or the limit.
        more: how much more was asked for: room for the lightest further award.
        brings: points that so much more brings, solved.
        exact: whether it is proven.
        unit: what is counted: "dollars", "loans".
    """

    rule: str
    label: str
    used: float
    free: float
    more: float
    brings: int | float | None
    exact: bool
    unit: str


def group_names(problem: AllocationProblem) -> dict[str, tuple[int, int]]:
    """Return the names that groups go by: the label, with its rule where two rules have it; set and code."""
    out: dict[str, tuple[int, int]] = {}
    labels = [label for group in problem.groups for label in group.labels]
    taken = {*problem.items, *problem.recipients, *problem.days}
    twice = {label for label in labels if label in taken} | (
        set() if len(set(labels)) == len(labels) else {label for label in labels if labels.count(label) > 1}
    )
    for number, group in enumerate(problem.groups):
        for code, label in enumerate(group.labels):
            out[f"{group.name}: {label}" if label in twice else label] = (number, code)
    return out


def binding(solution: Solution, most: int = 8, progress: Progress | None = None) -> list[Binding]:
    """Return the groups that bind, those that price or stop most first, each with what more would bring.

    Args:
        solution: the plan.
        most: how many are solved, each some 50 ms at Los Angeles size.
        progress: may interrupt.
    """
    problem: AllocationProblem = solution.problem
    progress = progress or Progress()
    bound_groups = []
    for name, (number, code) in group_names(problem).items():
        group = problem.groups[number]
        total = _total(group, solution.awards, code)
        if total and _lack(problem, solution.awards, group, code, total):
            bound_groups.append((-tariff(group, code, total), -total, name, number, code))
    out = []
    for _, _, _, number, code in sorted(bound_groups)[:most]:
        if progress.stop():
            break
        out.append(_bound(solution, number, code))
    return sorted(
        out, key=lambda bound_group: (-(bound_group.brings or 0), bound_group.rule, bound_group.label)
    )


def explained(problem: AllocationProblem, awards: Ints, name: str) -> tuple[str, list[Fact]]:
    """Say how far a group is used, what it costs, what is in it, and what more of it would bring."""
    number, code = group_names(problem)[name]
    group = problem.groups[number]
    total, free = _total(group, awards, code), _free(group, code)
    unit = _unit(group)
    kind = "at most" if group.limit[code] < NO_LIMIT else "free"
    top = "" if free >= NO_LIMIT else f", {_amount(group, free)} {kind}"
    headline = f"{group.name} {group.labels[code]}: {_amount(group, total)} used{top}."
    cost = tariff(group, code, total)
    facts = [Fact("used", f"{_amount(group, total)} are used.", _figure(group, total), unit, name)]
    if cost:
        sentence = f"What is beyond costs {value_text(cost, problem.unit)}."
        facts.append(Fact("costs", sentence, figure(cost, problem.unit), "points", name))
    inside = [person for person in awards.tolist() if group.of[person] == code]
    for person in sorted(inside, key=lambda person: (-int(group.weight[person]), person))[:LISTED]:
        weight = int(group.weight[person])
        sentence = f"{problem.describe(person)} counts {_amount(group, weight)}."
        facts.append(Fact("counts", sentence, _figure(group, weight), unit, problem.describe(person)))
    if _heaviest(problem, group, code) <= free:
        facts.append(Fact("more", "More of it would bring nothing: all candidates fit.", 0, "points", name))
    # Larger problems would make a question wait for two solves; they get the facts without this one.
    elif len(problem) <= SOLVED:
        facts.append(_more(desk.solve(JOB, problem), name, number, code))
    return headline, facts


def _more(solution: Solution, name: str, number: int, code: int) -> Fact:
    """Say what more of a group would bring, solved: room for another award, or for all of its candidates.

    That there is room for the lightest says nothing of the others: a heavier award, or two, may be better.
    """
    problem: AllocationProblem = solution.problem
    group = problem.groups[number]
    total = _total(group, solution.awards, code)
    roomy = not _lack(problem, solution.awards, group, code, total)
    more_of_group = _bound(
        solution, number, code, _heaviest(problem, group, code) - _free(group, code) if roomy else None
    )
    brings = more_of_group.brings or 0
    proven = "both plans are proven optimal" if more_of_group.exact else "not proven"
    if roomy and not brings:
        return Fact("more", f"More of it would bring nothing ({proven}).", 0, "points", name)
    more = _amount(group, round(more_of_group.more * _part(group)))
    head = "There is room for another award. " if roomy else ""
    points = f"{brings:,} {'point' if brings == 1 else 'points'}"
    sentence = f"{head}With {more} more the best plan has {points} more ({proven})."
    return Fact("more", sentence, brings, "points", name)


def _heaviest(problem: AllocationProblem, group: GroupSet, code: int) -> int:
    """Return the most that plans can take of a group: of every item its heaviest candidate."""
    inside = (group.of == code) & ~problem.forbidden
    heaviest = np.zeros(len(problem.items), dtype=np.int64)
    np.maximum.at(heaviest, problem.item[inside], group.weight[inside])
    return sum(heaviest.tolist())


def _bound(solution: Solution, number: int, code: int, lack: int | None = None) -> Binding:
    """Return what more of a group brings: ``lack`` units, or what the lightest further award lacks."""
    problem: AllocationProblem = solution.problem
    group = problem.groups[number]
    total, free = _total(group, solution.awards, code), _free(group, code)
    if lack is None:
        lack = _lack(problem, solution.awards, group, code, total)
    more = lack / _part(group)
    asked = what_if(solution, budgets={f"{group.name}: {group.labels[code]}": more})
    return Binding(
        group.name,
        group.labels[code],
        _figure(group, total),
        _figure(group, free),
        _figure(group, lack),
        asked.change,
        asked.exact,
        _unit(group),
    )


def _lack(problem: AllocationProblem, awards: Ints, group: GroupSet, code: int, total: int) -> int:
    """Return what the lightest further award lacks to be free, with what is over already; 0 for nothing."""
    inside = (group.of == code) & ~problem.forbidden
    inside[awards] = False
    weights = group.weight[inside]
    weights = weights[weights > 0]
    lightest = int(weights.min()) if len(weights) else 0
    return max(0, total + lightest - _free(group, code))


def _total(group: GroupSet, awards: Ints, code: int) -> int:
    return int(group.weight[awards[group.of[awards] == code]].sum())


def _free(group: GroupSet, code: int) -> int:
    """Return what costs nothing: up to the first step that costs, or the limit."""
    steps = zip(group.allowance[code].tolist(), group.slope[code].tolist(), strict=True)
    return int(min([int(group.limit[code]), *(allowance for allowance, slope in steps if slope)]))


def _part(group: GroupSet) -> int:
    return 100 if group.unit == "cents" else 1


def _unit(group: GroupSet) -> str:
    return "dollars" if group.unit == "cents" else group.unit


def _figure(group: GroupSet, amount: int) -> int | float:
    part = _part(group)
    return amount // part if amount % part == 0 else amount / part


def _amount(group: GroupSet, amount: int) -> str:
    figure, unit = _figure(group, amount), _unit(group)
    return f"${figure:,}" if unit == "dollars" else f"{figure:,} {unit}".rstrip()
