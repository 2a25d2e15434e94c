"""The judge of allocations: value, faults and what was due, from problem and awards alone."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from evenhand.allocation.problem import AllocationProblem, GroupSet
from evenhand.allocation.problem.day_order import ANY_DAY
from evenhand.core.arrays import Ints
from evenhand.core.codes import distinct
from evenhand.core.shares import TICKS, split
from evenhand.core.solution import Columns, Term, Verdict
from evenhand.core.statement import Statement
from evenhand.core.units import figure
from evenhand.measures import chip


def judge(problem: AllocationProblem, awards: Ints) -> Verdict:
    """Say what awards are worth and which hard rules they break.

    Args:
        problem: what was asked.
        awards: codes of the chosen candidates, in any order.

    Returns:
        The verdict. Its terms sum to the objective in integer units, exactly (Python integers).
    """
    chosen = [int(index) for index in awards]
    unknown = [index for index in chosen if not 0 <= index < len(problem)]
    # What does not exist is a fault and has no score; the rest is judged all the same.
    known = [index for index in chosen if 0 <= index < len(problem)]
    faults = [f"Candidate {index} does not exist." for index in unknown]
    faults += _faults(problem, known)
    terms = _terms(problem, known)
    return Verdict(
        objective=sum(term.value for term in terms),
        terms=tuple(terms),
        faults=tuple(faults),
        statement=statement(problem, np.array(known, dtype=np.int64)),
        headline=_headline(problem, known),
    )


def objective(problem: AllocationProblem, awards: Ints) -> int:
    """Return the value of awards in integer units: scores less costs, breaches aside."""
    return sum(term.value for term in _terms(problem, [int(candidate) for candidate in awards]))


def statement(problem: AllocationProblem, awards: Ints) -> Statement:
    """Return what was due and received.

    Each recipient with a candidate is due the share of its weight in all that was given out; the others
    are due nothing. Where no such recipient has a weight above 0, all of them count the same.
    """
    received = np.bincount(problem.recipient[awards], minlength=len(problem.recipients)).astype(np.int64)
    eligible = np.zeros(len(problem.recipients), dtype=np.bool_)
    eligible[problem.recipient] = True
    weight = np.where(eligible, problem.weight, 0)
    # All weights 0 would divide by 0; then all who can receive count the same.
    if not weight.any():
        weight = eligible.astype(np.int64)
    due = split(len(awards), weight) if len(awards) else np.zeros(len(weight), dtype=np.int64)
    return Statement.of_one_thing(problem.recipients, "awards", due, received, TICKS)


def columns(problem: AllocationProblem, awards: Ints) -> Columns:
    """Return the awards as a table a person reads: by day, then recipient, then item; score in points.

    What people call recipients and items stands beside their names where the problem knows it.
    """
    order = sorted(
        (int(candidate) for candidate in awards),
        key=lambda candidate: (problem.day[candidate], problem.recipient[candidate], problem.item[candidate]),
    )
    out: dict[str, list[str | float]] = {"day": [], "recipient": [], "item": [], "score": []}
    for candidate in order:
        out["day"].append(problem.days[problem.day[candidate]])
        out["recipient"].append(problem.recipients[problem.recipient[candidate]])
        out["item"].append(problem.items[problem.item[candidate]])
        out["score"].append(figure(int(problem.score[candidate]), problem.unit))
    if problem.days == (ANY_DAY,):
        del out["day"]
    for part in ("recipient", "item"):
        if any(name in problem.called for name in out[part]):
            out[f"{part} name"] = [problem.called.get(str(name), "") for name in out[part]]
    return out


def most_receivable(problem: AllocationProblem) -> Ints:
    """Return how many awards each recipient could receive if nobody else wanted any, shape (recipients,).

    An upper limit: it heeds its own candidates, its limits and the slots; not the groups, which are shared.
    """
    takers, dates = len(problem.recipients), len(problem.days)
    allowed = ~problem.forbidden
    day = np.bincount(
        problem.recipient[allowed] * dates + problem.day[allowed], minlength=takers * dates
    ).reshape(takers, dates)
    by_day = np.minimum(np.minimum(day, problem.recipient_day_limit), problem.slots[None, :]).sum(axis=1)
    things = max(1, len(problem.items))
    pairs = distinct(problem.recipient[allowed] * things + problem.item[allowed], takers * things)
    different = np.bincount(pairs // things, minlength=takers)
    most: Ints = np.minimum(np.minimum(by_day, different), problem.recipient_limit)
    return most


def nearest(problem: AllocationProblem, awards: Ints) -> Ints:
    """Return the whole outcome nearest to what was due, as units a recipient.

    Hamilton's apportionment of as many units as were given out, nobody above ``most_receivable``: unit by
    unit to whoever is owed most. It heeds each recipient's own limits, not what they share; so no plan
    can be nearer, though a plan this near may not exist. Cost: O(units log recipients).
    """
    due = statement(problem, awards).entitlement
    most = most_receivable(problem)
    units = np.zeros(len(due), dtype=np.int64)
    heap = [(-int(lag), index) for index, lag in enumerate(due) if most[index] > 0]
    heapq.heapify(heap)
    for _ in range(len(awards)):
        # Of those owed the same the first recipient, as the heap compares the code next.
        owed, index = heap[0]
        units[index] += 1
        if units[index] < most[index]:
            heapq.heapreplace(heap, (owed + TICKS, index))
        else:
            heapq.heappop(heap)
    return units


def _terms(problem: AllocationProblem, chosen: list[int]) -> list[Term]:
    scores = sum(int(problem.score[candidate]) for candidate in chosen)
    terms = [Term("score", scores, "Scores of all awards.")]
    terms += _fairness(problem, chosen)
    if problem.owed_bonus.any():
        bonuses = [int(problem.owed_bonus[who]) for who in {int(problem.recipient[row]) for row in chosen}]
        served = sum(1 for bonus in bonuses if bonus)
        terms.append(Term("owed", sum(bonuses), f"{served} who were owed from earlier weeks got something."))
    for group in problem.groups:
        totals = _totals(group, chosen)
        costs = [tariff(group, code, total) for code, total in totals.items()]
        cost, over = sum(costs), sum(map(bool, costs))
        many = "group is" if over == 1 else "groups are"
        terms.append(Term(group.name, -cost, f"{over} {many} beyond what is free."))
    return terms


def _fairness(problem: AllocationProblem, chosen: list[int]) -> Iterator[Term]:
    """Yield what each step of the penalty costs: lambda beyond the first mark, the step beyond the next.

    Counted here from awards and steps alone, although ``all_groups`` writes the penalty as a group for the
    methods: a fault there would otherwise be the judge's too.
    """
    counts = Counter(int(problem.recipient[index]) for index in chosen)
    for number, (beyond, points) in enumerate(problem.penalty.steps):
        awards_beyond = 0
        for recipient, count in counts.items():
            # A head start counts as awards had before; below 0 it leaves more free, never less than none.
            free = max(0, beyond - int(problem.head_start[recipient]))
            awards_beyond += max(0, count - free)
        name = ("fairness", "fairness step")[number] if number < 2 else f"fairness step {number}"  # noqa: PLR2004
        each = "award" if awards_beyond == 1 else "awards"
        sentence = f"{awards_beyond} {each} beyond {beyond} each, at {points:g} points."
        yield Term(name, -awards_beyond * round(points * problem.scale), sentence)


def _totals(group: GroupSet, chosen: list[int]) -> Counter[int]:
    totals: Counter[int] = Counter()
    for person in chosen:
        if group.of[person] >= 0:
            totals[int(group.of[person])] += int(group.weight[person])
    return totals


def tariff(group: GroupSet, code: int, total: int) -> int:
    """Return what a total of a group costs in units, by the definition in ``GroupSet``."""
    steps = zip(group.allowance[code].tolist(), group.slope[code].tolist(), strict=True)
    return sum(slope * max(0, total - allowance) for allowance, slope in steps)


def _faults(problem: AllocationProblem, chosen: list[int]) -> Iterator[str]:
    once = list(dict.fromkeys(chosen))
    for candidate, times in Counter(chosen).items():
        if times > 1:
            yield f"{problem.describe(candidate)} is awarded {times} times."
    yield from (
        f"{problem.describe(candidate)} is forbidden." for candidate in once if problem.forbidden[candidate]
    )
    for candidate in np.flatnonzero(problem.pinned).tolist():
        if candidate not in once:
            yield f"{problem.describe(candidate)} is pinned, but is not awarded."
    yield from _over(Counter(int(problem.item[candidate]) for candidate in once), _item_rule(problem))
    yield from _over(Counter(int(problem.day[candidate]) for candidate in once), _day_rule(problem))
    yield from _over(Counter(int(problem.recipient[candidate]) for candidate in once), _taker_rule(problem))
    places = Counter(
        int(problem.recipient[candidate]) * len(problem.days) + int(problem.day[candidate])
        for candidate in once
    )
    yield from _over(places, _place_rule(problem))
    for group in problem.groups:
        yield from _over(_totals(group, once), _group_rule(group))


Rule = Callable[[int], tuple[int, str]]
"""A group's code to its limit and the sentence of a breach, with {} for the total."""


def _over(totals: Counter[int], rule: Rule) -> Iterator[str]:
    for code, total in totals.items():
        limit, sentence = rule(code)
        if total > limit:
            yield sentence.replace("{}", str(total))


def _item_rule(problem: AllocationProblem) -> Rule:
    return lambda code: (1, f"{problem.items[code]} goes to {{}} recipients or days.")


def _day_rule(problem: AllocationProblem) -> Rule:
    def rule(code: int) -> tuple[int, str]:
        limit = int(problem.slots[code])
        return limit, f"{problem.days[code]} has {{}} awards and {limit} slot{'' if limit == 1 else 's'}."

    return rule


def _taker_rule(problem: AllocationProblem) -> Rule:
    return lambda code: (
        int(problem.recipient_limit[code]),
        f"{problem.recipients[code]} gets {{}}, but may take {problem.recipient_limit[code]}.",
    )


def _place_rule(problem: AllocationProblem) -> Rule:
    def rule(code: int) -> tuple[int, str]:
        who, day = divmod(code, len(problem.days))
        limit = int(problem.recipient_day_limit[who, day])
        return limit, f"{problem.recipients[who]} gets {{}} on {problem.days[day]}, but may take {limit}."

    return rule


def _group_rule(group: GroupSet) -> Rule:
    return lambda code: (
        int(group.limit[code]),
        f"{group.name} {group.labels[code]}: {{}} {group.unit} is above the limit {group.limit[code]}.",
    )


def _headline(problem: AllocationProblem, chosen: list[int]) -> str:
    counts = sorted(Counter(int(problem.recipient[index]) for index in chosen).values())
    total = sum(counts)
    # Gini among receivers from sorted counts: sum of (2i - n - 1) x_i over n x total, exact.
    spread = sum((2 * place - len(counts) - 1) * count for place, count in enumerate(counts, 1))
    gini = Fraction(spread, len(counts) * total) if total else Fraction(0)
    missed = total > 0 and _misses(counts, _recipients_able(problem))
    text = chip(
        problem.penalty.text, len(counts), max(counts, default=0), gini, mark=bool(counts), missed=missed
    )
    return text if counts else f"Nothing is given out · {text}"


def _misses(counts: list[int], recipients: int) -> bool:
    """Whether awards miss a target of concentration that as many could meet among as many recipients.

    The Gini looks at receivers alone: one who takes all has a Gini of 0. So the word beside it heeds HHI
    below 0.10, the top five below 40 % and the top one below 15 % too, unless no plan could meet them.

    Args:
        counts: awards of those who receive any, ascending.
        recipients: how many could receive something.
    """
    total = sum(counts)
    spread = min(max(recipients, len(counts)), total)
    share, rest = divmod(total, spread)
    even = [share] * (spread - rest) + [share + 1] * rest
    return any(before < after for before, after in zip(_targets_met(counts), _targets_met(even), strict=True))


def _targets_met(held: list[int]) -> tuple[bool, bool, bool]:
    """Return whether awards, ascending, meet the targets of HHI, top five and top one, exactly."""
    total = sum(held)
    return (
        # Multiplied out into whole numbers: HHI < 1/10, top five < 2/5, top one < 3/20, with no rounding at
        # the edge.
        10 * sum(count * count for count in held) < total * total,
        5 * sum(held[-5:]) < 2 * total,
        20 * held[-1] < 3 * total,
    )


def _recipients_able(problem: AllocationProblem) -> int:
    """Count the recipients that have a candidate which is not forbidden."""
    # Nothing is copied where nothing is forbidden, as with millions of candidates.
    open_rows = ~problem.forbidden if problem.forbidden.any() else slice(None)
    able = np.bincount(problem.recipient[open_rows], minlength=len(problem.recipients))
    return int(np.count_nonzero(able))
