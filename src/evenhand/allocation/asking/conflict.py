"""Hard rules that cannot all hold: the smallest sets of them, and what relaxing each would allow, solved.

Every rule but the pins is kept by giving nothing, so a conflict is one rule and some pins. The smallest
set is the rule with the fewest pins that break it, the heaviest first: leave out any and the rest holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import numpy as np

from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.groups import NO_LIMIT
from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import InfeasibleError
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution
from evenhand.core.units import value_text

Loosen = Callable[[AllocationProblem, int], AllocationProblem]

LARGEST = 250_000
"""Candidates up to which ``told`` solves every relaxation."""


@dataclass(frozen=True, eq=False)
class Relaxation:
    """One rule of a conflict, loosened.

    Attributes:
        rule: the rule, a sentence.
        change: how it is loosened, a clause; "" for a rule that cannot be.
        outcome: the best plan then; None where other conflicts are left, or nothing can be loosened.
        left: conflicts that are left then.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> pins = [{"item": "car", "recipient": "Ada"}, {"item": "car", "recipient": "Ben"}]
        >>> conflict = eh.allocation.conflicts(eh.AllocationProblem.from_rows(rows, pins=pins))[0]
        >>> print(conflict.rules[1])
        car to Ada is pinned. Without that pin, the best plan gives 1 and has 5 points.
    """

    rule: str
    change: str
    outcome: Solution | None = field(default=None, repr=False)
    left: int = 0

    def __str__(self) -> str:
        if not self.change:
            return self.rule
        if self.outcome is None:
            others = "another conflict is" if self.left == 1 else f"{self.left} other conflicts are"
            return f"{self.rule} {self.change}, {others} left." if self.left else self.rule
        problem, value = self.outcome.problem, self.outcome.objective or 0
        given = len(self.outcome.awards)
        points = value_text(value, problem.unit)
        return f"{self.rule} {self.change}, the best plan gives {given:,} and has {points}."


@dataclass(frozen=True, eq=False)
class Conflict:
    """A smallest set of rules that cannot all hold.

    Attributes:
        rules: the rule that is broken, then the pins that break it; loosening any one ends this conflict.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> pins = [{"item": "car", "recipient": "Ada"}, {"item": "car", "recipient": "Ben"}]
        >>> conflict = eh.allocation.conflicts(eh.AllocationProblem.from_rows(rows, pins=pins))[0]
        >>> conflict.sentences[0]
        'car can be given once.'
    """

    rules: tuple[Relaxation, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rules, a sentence each."""
        return tuple(rule.rule for rule in self.rules)

    def __str__(self) -> str:
        return "\n".join(f"  - {rule}" for rule in self.rules)


@dataclass(frozen=True)
class _Rule:
    sentence: str
    limit: int
    members: tuple[int, ...]
    weights: tuple[int, ...]
    loosen: Loosen | None


@said_in_words
def conflicts(
    problem: AllocationProblem, *, solve: bool = True, progress: Progress | None = None
) -> list[Conflict]:
    """Return a smallest conflict of every rule that pins break, the smallest first; [] where a plan exists.

    Args:
        problem: what is asked.
        solve: whether to solve what each relaxation allows; where conflicts are left, that is said instead.
        progress: may interrupt; what is left is then not solved.

    Cost: a solve for each rule that pins break and for each of its pins, unless ``solve`` is false.

    Example:
        >>> import evenhand as eh
        >>> rows = [{"item": "car", "recipient": who, "score": 5} for who in ("Ada", "Ben")]
        >>> pins = [{"item": "car", "recipient": "Ada"}, {"item": "car", "recipient": "Ben"}]
        >>> problem = eh.AllocationProblem.from_rows(rows, pins=pins)
        >>> len(eh.allocation.conflicts(problem))
        2
    """
    progress = progress or Progress()
    relaxed = partial(_solved, solve=solve, progress=progress)
    out = []
    for rule, pins, total in _broken(problem):
        loose = None if rule.loosen is None else rule.loosen(problem, total)
        rules = [
            relaxed(rule.sentence, f"With {total:,}", loose)
            if loose is not None
            else Relaxation(rule.sentence, "")
        ]
        for index in pins:
            pinned = problem.pinned.copy()
            pinned[index] = False
            sentence = f"{problem.describe(index)} is pinned."
            rules.append(relaxed(sentence, "Without that pin", replace(problem, pinned=pinned)))
        out.append(Conflict(tuple(rules)))
    return sorted(out, key=lambda told_rule: len(told_rule.rules))


def told(problem: AllocationProblem, progress: Progress | None = None) -> tuple[str, ...]:
    """Return the smallest conflict, each rule with what loosening it allows, and how many more there are."""
    # Larger problems get the conflict without what each relaxation would bring, as each is a solve.
    told_conflicts = conflicts(problem, solve=len(problem) <= LARGEST, progress=progress)
    if not told_conflicts:
        return ()
    said_of = tuple(str(rule) for rule in told_conflicts[0].rules)
    more = len(told_conflicts) - 1
    if not more:
        return said_of
    many = "more rules are" if more > 1 else "more rule is"
    return (*said_of, f"{more} {many} broken by pins: {told_conflicts[1].rules[0].rule}")


def _broken(problem: AllocationProblem) -> Iterator[tuple[_Rule, list[int], int]]:
    """Yield every broken rule with the fewest pins that break it, and the total of all its pins."""
    for rule in _rules(problem, np.flatnonzero(problem.pinned)):
        if sum(rule.weights) <= rule.limit:
            continue
        # The heaviest pins first pass the limit with the fewest.
        order = sorted(zip(rule.weights, rule.members, strict=True), key=lambda pair: (-pair[0], pair[1]))
        pins, total = [], 0
        for weight, place in order:
            pins.append(place)
            total += weight
            if total > rule.limit:
                break
        yield rule, pins, sum(rule.weights)


def _solved(
    rule: str, change: str, loose: AllocationProblem, *, solve: bool, progress: Progress
) -> Relaxation:
    left = sum(1 for _ in _broken(loose))
    if left or not solve or progress.stop():
        return Relaxation(rule, change, left=left)
    try:
        return Relaxation(rule, change, desk.solve(JOB, loose, progress=progress))
    except InfeasibleError:  # pragma: no cover - rules that pins do not break can hold
        return Relaxation(rule, change)


def _rules(problem: AllocationProblem, pinned: Ints) -> Iterator[_Rule]:
    """Yield each hard rule that pins touch."""
    for kind, codes in (("item", problem.item), ("day", problem.day), ("recipient", problem.recipient)):
        for code in np.unique(codes[pinned]).tolist():
            members = tuple(pinned[codes[pinned] == code].tolist())
            yield _simple(problem, kind, code, members)
    place = problem.recipient * len(problem.days) + problem.day
    for code in np.unique(place[pinned]).tolist():
        who, day = divmod(code, len(problem.days))
        limit = int(problem.recipient_day_limit[who, day])
        members = tuple(pinned[place[pinned] == code].tolist())
        sentence = f"{problem.recipients[who]} may take {limit} on {problem.days[day]}."
        yield _Rule(
            sentence,
            limit,
            members,
            (1,) * len(members),
            partial(_more, limit="recipient_day_limit", place=(who, day)),
        )
    for number, group in enumerate(problem.groups):
        for code in np.unique(group.of[pinned]).tolist():
            # No group, or one without a limit, can break nothing.
            if code < 0 or group.limit[code] >= NO_LIMIT:
                continue
            members = tuple(pinned[group.of[pinned] == code].tolist())
            limit = int(group.limit[code])
            sentence = f"{group.name} {group.labels[code]} has a limit of {limit} {group.unit}".rstrip() + "."
            weights = tuple(group.weight[list(members)].tolist())
            yield _Rule(sentence, limit, members, weights, partial(_more_of_group, number=number, code=code))


def _simple(problem: AllocationProblem, kind: str, code: int, members: tuple[int, ...]) -> _Rule:
    ones = (1,) * len(members)
    # An item is there once; no loosening makes it two.
    if kind == "item":
        return _Rule(f"{problem.items[code]} can be given once.", 1, members, ones, None)
    if kind == "day":
        slots = int(problem.slots[code])
        word = "slot" if slots == 1 else "slots"
        return _Rule(
            f"{problem.days[code]} has {slots} {word}.",
            slots,
            members,
            ones,
            partial(_more, limit="slots", place=code),
        )
    most = int(problem.recipient_limit[code])
    sentence = f"{problem.recipients[code]} may take {most} in all."
    return _Rule(sentence, most, members, ones, partial(_more, limit="recipient_limit", place=code))


def _at_least(values: Ints, place: int | tuple[int, int], amount: int) -> Ints:
    out = values.copy()
    # Never lower than it was: a relaxation must not break what held before.
    out[place] = max(int(out[place]), amount)
    return out


def _more(
    problem: AllocationProblem,
    amount: int,
    *,
    limit: Literal["slots", "recipient_limit", "recipient_day_limit"],
    place: int | tuple[int, int],
) -> AllocationProblem:
    return replace(problem, **{limit: _at_least(getattr(problem, limit), place, amount)})  # type: ignore[arg-type] # the three limits are arrays


def _more_of_group(problem: AllocationProblem, amount: int, *, number: int, code: int) -> AllocationProblem:
    group = problem.groups[number]
    wider = replace(group, limit=_at_least(group.limit, code, amount))
    return replace(problem, groups=(*problem.groups[:number], wider, *problem.groups[number + 1 :]))
