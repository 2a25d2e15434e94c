"""What an allocation's page and workbook both show, worked out once from problem and awards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np

from evenhand.allocation.problem import NO_LIMIT, AllocationProblem, GroupSet
from evenhand.core.arrays import Floats, Ints
from evenhand.core.sentences import counted, joined
from evenhand.core.solution import Solution
from evenhand.report.text import name_key
from evenhand.report.views import day_of, figure_of, short_day

EXPLAINED: Final = 3000
"""Awards up to which each says why it is there: more would make a page of megabytes that nobody opens."""


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called: a press fleet's own words, or the job's. ``stay`` says where the rest is."""

    item: str
    recipient: str
    award: str
    start: str
    stay: str


FLEET = Words("car", "partner", "loan", "slot", "stay in the yard")
ANY = Words("item", "recipient", "award", "slot", "were not handed out")


def words_of(problem: AllocationProblem) -> Words:
    """Return what things are called: a press fleet is known by its tier caps or by what its rules dropped."""
    fleet = any(group.name == "tier cap" for group in problem.groups) or bool(problem.dropped)
    return FLEET if fleet else ANY


@dataclass(frozen=True, slots=True)
class Use:
    """How far one group of a rule is used.

    Attributes:
        rule: the group set's name: "tier cap", "budget" or the user's.
        group: which one.
        used: total of this plan.
        free: what costs nothing (the first allowance), or the hard limit.
        hard: whether ``free`` is a hard limit.
        cost: points that what is beyond costs.
        unit: what is counted.
    """

    rule: str
    group: str
    used: float
    free: float
    hard: bool
    cost: float
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """One award, ready to be written.

    Attributes:
        candidate: its place in the problem.
        day: code of its day.
        who: what people call the recipient.
        item: what people call the item.
        ids: both ids where they go by other names, else "".
        item_id: the item's id where it goes by another name, else "".
        points: what it scores.
        number: 1 for the recipient's first award of this plan, 2 for the second.
    """

    candidate: int
    day: int
    who: str
    item: str
    ids: str
    item_id: str
    points: float
    number: int


@dataclass(frozen=True, slots=True)
class Left:
    """An item that was not given: its name, the reason in general, and what its best candidate would do."""

    item: str
    reason: str
    detail: str


@dataclass(frozen=True, eq=False)
class Parts:
    """One allocation, ready to be written; each part is worked out when it is first read.

    The screen's first line reads counts alone: names of every award, and the best candidate of every item
    that stays, would cost it seconds for millions of candidates.

    Attributes:
        problem: what was to be decided.
        awards: the candidates given, shape (given,).
    """

    problem: AllocationProblem
    awards: Ints

    @property
    def given(self) -> int:
        """How many awards there are."""
        return len(self.awards)

    @cached_property
    def words(self) -> Words:
        """What things are called."""
        return words_of(self.problem)

    @cached_property
    def days(self) -> tuple[tuple[str, int, int | None, str], ...]:
        """(day, awards given, slots, what is special) in order; slots are None where nobody gave any."""
        return _days(self.problem, self.awards)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every award, by day, then by what people call recipient and item."""
        return _lines(self.problem, self.awards)

    @cached_property
    def receivers(self) -> tuple[tuple[str, str, float, float, float], ...]:
        """(recipient, awards, points scored, points its own penalty takes, what the next would cost)."""
        return _receivers(self.problem, self.awards)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Caps, budgets and other groups that are used or nearly full."""
        return tuple(use for group in self.problem.groups for use in _uses(self.problem, group, self.awards))

    @cached_property
    def left(self) -> tuple[Left, ...]:
        """Every item not given, and why."""
        return _left(self.problem, self.awards, self.words)

    @cached_property
    def dropped(self) -> tuple[tuple[str, int], ...]:
        """(rule, candidates) that a pipeline dropped before."""
        return tuple((rule, count) for item, rule, count in self.problem.dropped if not item)

    @cached_property
    def counts(self) -> Counter[int]:
        """Awards of each recipient who has any, by code."""
        return Counter(self.problem.recipient[self.awards].tolist())


def parts_of(solution: Solution) -> Parts:
    """Return what is shown of an allocation; each part costs its pass when it is first read."""
    return Parts(solution.problem, np.asarray(solution.awards, dtype=np.int64))


def nth(number: int) -> str:
    """Write an ordinal.

    >>> [nth(number) for number in (1, 2, 3, 11, 21)]
    ['1st', '2nd', '3rd', '11th', '21st']
    """
    tail = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def count_word(number: int) -> str:
    """Write a small count as a word, as sentences do; from eleven on in figures.

    >>> count_word(2), count_word(11)
    ('two', '11')
    """
    few = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return few[number] if 0 <= number < len(few) else f"{number:,}"


def _lines(problem: AllocationProblem, awards: Ints) -> tuple[Line, ...]:
    # By recipient first, so that "2nd" counts in the order of days, whatever order the awards came in.
    order = awards[np.lexsort((problem.item[awards], problem.day[awards], problem.recipient[awards]))]
    seen: Counter[int] = Counter()
    lines = []
    for candidate in order.tolist():
        recipient = int(problem.recipient[candidate])
        seen[recipient] += 1
        names = problem.recipients[recipient], problem.items[problem.item[candidate]]
        called = [problem.called.get(name, name) for name in names]
        ids = " · ".join(name for name, known in zip(names, called, strict=True) if known != name)
        points = float(problem.score[candidate] / problem.scale)
        item_id = names[1] if called[1] != names[1] else ""
        day = int(problem.day[candidate])
        lines.append(Line(candidate, day, called[0], called[1], ids, item_id, points, seen[recipient]))
    return tuple(
        sorted(lines, key=lambda line: (line.day, name_key(line.who), name_key(line.item), line.candidate))
    )


def name_of(problem: AllocationProblem, names: tuple[str, ...], code: int) -> str:
    """Return a name as people say it."""
    return problem.called.get(names[code], names[code])


def _name(problem: AllocationProblem, names: tuple[str, ...], code: int) -> str:
    """Return a name, with what people call it where the problem knows that."""
    name = names[code]
    called = problem.called.get(name, name)
    return f"{called} ({name})" if called != name else name


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def special_day(problem: AllocationProblem, day: str) -> str:
    """Return what a day is named by: "reduced (8 slots, not 15)"; "" for an ordinary day."""
    notes = (note for note in problem.warnings if note.column == "date" and note.came == day)
    return next((note.problem.partition(": ")[2] for note in notes), "")


def _days(problem: AllocationProblem, awards: Ints) -> tuple[tuple[str, int, int | None, str], ...]:
    given = np.bincount(problem.day[awards], minlength=len(problem.days)).tolist()
    # Slots that nobody gave only say that there is no limit: "1 of 4" would read as if three were missing.
    shown = [slots if problem.slots_given else None for slots in problem.slots.tolist()]
    return tuple(
        (day, count, slots, _capital(special_day(problem, day)))
        for day, count, slots in zip(problem.days, given, shown, strict=True)
    )


def _receivers(problem: AllocationProblem, awards: Ints) -> tuple[tuple[str, str, float, float, float], ...]:
    by_recipient: dict[int, list[int]] = {}
    for candidate in awards.tolist():
        by_recipient.setdefault(int(problem.recipient[candidate]), []).append(candidate)
    rows = []
    for code, got in sorted(
        by_recipient.items(), key=lambda pair: (-len(pair[1]), problem.recipients[pair[0]])
    ):
        start = head_start(problem, code)
        tariff = [penalty_at(problem, start, count) for count in (len(got), len(got) + 1)]
        listed = ", ".join(
            f"{problem.items[problem.item[candidate]]} on {problem.days[problem.day[candidate]]}"
            if len(problem.days) > 1
            else problem.items[problem.item[candidate]]
            for candidate in sorted(got, key=lambda candidate: int(problem.day[candidate]))
        )
        scored = sum(float(problem.score[candidate]) for candidate in got) / problem.scale
        rows.append(
            (_name(problem, problem.recipients, code), listed, scored, tariff[0], tariff[1] - tariff[0])
        )
    return tuple(rows)


def head_start(problem: AllocationProblem, code: int) -> int:
    """Return the awards a recipient counts as having had before."""
    return int(problem.head_start[code]) if len(problem.head_start) else 0


def penalty_at(problem: AllocationProblem, start: int, count: int) -> float:
    """Return what so many awards cost one recipient, in points, beside what it counts as having had."""
    return sum(points * max(0, count - max(0, beyond - start)) for beyond, points in problem.penalty.steps)


def explained(problem: AllocationProblem, parts: Parts) -> dict[int, tuple[str, ...]]:
    """Say of every award why it is there: at most four sentences, the rule that binds last.

    Nothing is solved: who scores more for the same item is read off the candidates, and what they would cost
    off the penalty. Cost O(candidates of the awarded items); none beyond ``EXPLAINED`` awards.
    """
    if len(parts.lines) > EXPLAINED:
        return {}
    begins = np.searchsorted(problem.item, np.arange(len(problem.items) + 1))
    free = problem.slots - np.bincount(
        problem.day[[line.candidate for line in parts.lines]], minlength=len(problem.days)
    )
    busy = {(int(problem.recipient[line.candidate]), line.day) for line in parts.lines}
    return {line.candidate: tuple(_why(problem, parts, line, begins, free, busy)) for line in parts.lines}


def _why(
    problem: AllocationProblem, parts: Parts, line: Line, begins: Ints, free: Ints, busy: set[tuple[int, int]]
) -> list[str]:
    words, candidate = parts.words, line.candidate
    code = int(problem.recipient[candidate])
    start = head_start(problem, code)
    step = penalty_at(problem, start, line.number) - penalty_at(problem, start, line.number - 1)
    less = f", less {figure_of(step)} as it is their {nth(line.number)} {words.item}" if step > 0 else ""
    more = f", plus {figure_of(-step)}" if step < 0 else ""
    sentences = [f"It scores {counted_points(line.points)}{less}{more}."]
    if problem.pinned[candidate]:
        sentences.append(f"It is pinned: this {words.award} was decided beforehand.")
    item = int(problem.item[candidate])
    every = np.arange(begins[item], begins[item + 1])
    # Only who scores strictly more needs a reason; among equals the draw of the seed decided.
    rivals = every[(problem.score[every] > problem.score[candidate]) & ~problem.forbidden[every]]
    rivals = rivals[problem.recipient[rivals] != code]
    if len(every) == 1:
        sentences.append(f"Nobody else could have this {words.item}.")
    elif not len(rivals):
        sentences.append(f"Nobody else scores more for this {words.item}.")
    else:
        sentences.append(_rivals(problem, parts, rivals, busy))
    slots = parts.days[line.day][2]
    if slots is not None and free[line.day] <= 0:
        day = parts.days[line.day][0]
        sentences.append(f"What limits it: all {counted(slots, words.start)}{_on(day)} are used.")
    return sentences


def _on(day: str) -> str:
    day_found = day_of(day)
    return f" of {day_found:%A}" if day_found else f" of {day}" if day else ""


def counted_points(points: float) -> str:
    """Write points with their noun: ``1 point``, ``1,090 points``."""
    return f"{figure_of(points)} {'point' if points == 1 else 'points'}"


def _rivals(problem: AllocationProblem, parts: Parts, rivals: Ints, busy: set[tuple[int, int]]) -> str:
    """Say of those who score more for the item why they do not have it: the best two of them by score."""
    words = parts.words
    best: dict[int, int] = {}
    for candidate in rivals[np.argsort(-problem.score[rivals], kind="stable")].tolist():
        best.setdefault(int(problem.recipient[candidate]), candidate)
    shown = list(best.items())[:2]
    names = joined([name_of(problem, problem.recipients, code) for code, _ in shown])
    figures = list(
        dict.fromkeys(figure_of(float(problem.score[candidate] / problem.scale)) for _, candidate in shown)
    )
    more = f" (and {len(best) - len(shown):,} more)" if len(best) > len(shown) else ""
    verb = "score" if len(shown) > 1 or more else "scores"
    head = f"{names}{more} {verb} {joined(figures)} for it"
    # The best of them speaks for both: the sentence gives one reason, and that is the strongest there is.
    code, candidate = shown[0]
    has = parts.counts[code]
    if not has:
        return f"{head}, but that would take another {words.award} from the plan that is worth more."
    alike = all(parts.counts[other] == has for other, _ in shown)
    they = "they have" if alike else f"{name_of(problem, problem.recipients, code)} has"
    if (code, int(problem.day[candidate])) in busy:
        return f"{head}, but {they} a {words.item} that day already."
    start = head_start(problem, code)
    cost = penalty_at(problem, start, has + 1) - penalty_at(problem, start, has)
    held = f"{count_word(has)} {words.item if has == 1 else words.item + 's'}"
    price = f". A {nth(has + 1)} would cost {counted_points(cost)}." if cost > 0 else "."
    return f"{head}, but {they} {held} already{price}"


def _totals(group: GroupSet, chosen: Ints) -> Ints:
    inside = chosen[group.of[chosen] >= 0]
    totals = np.zeros(len(group.labels), dtype=np.int64)
    np.add.at(totals, group.of[inside], group.weight[inside])
    return totals


def _tariff(group: GroupSet, code: Any, total: Ints) -> Ints:
    beyond = np.maximum(0, total[:, None] - group.allowance[code])
    return np.asarray((beyond * group.slope[code]).sum(axis=1))


def _uses(problem: AllocationProblem, group: GroupSet, awards: Ints) -> list[Use]:
    """Groups of which anything is used, those with the least left first."""
    totals = _totals(group, awards)
    cost = _tariff(group, np.arange(len(totals)), totals) / problem.scale
    hard = group.limit < NO_LIMIT
    first = group.allowance[:, 0] if group.allowance.shape[1] else np.zeros(len(totals), dtype=np.int64)
    free = np.where(hard, group.limit, first)
    part, unit = (100, "dollars") if group.unit == "cents" else (1, group.unit)
    shown = np.flatnonzero(totals > 0)
    order = shown[np.argsort(free[shown] - totals[shown], kind="stable")]
    return [
        Use(
            group.name,
            group.labels[code],
            totals[code].item() / part,
            free[code].item() / part,
            bool(hard[code]),
            float(cost[code]),
            unit,
        )
        for code in order.tolist()
    ]


def added(problem: AllocationProblem, awards: Ints) -> Floats:
    """Return what each candidate would add to the plan if it were simply added, in points, shape (n,).

    Slots are not looked at; what other hard rules forbid adds minus infinity.
    """
    worth = problem.worth.astype(np.float64)
    fine = ~problem.forbidden
    for group in problem.all_groups:
        if not group.labels:
            continue
        inside = group.of >= 0
        code = np.where(inside, group.of, 0)
        before = _totals(group, awards)[code]
        after = before + np.where(inside, group.weight, 0)
        worth -= _tariff(group, code, after) - _tariff(group, code, before)
        fine &= ~inside | (after <= group.limit[code])
    pairs = problem.recipient * len(problem.days) + problem.day
    had = np.bincount(pairs[awards], minlength=len(problem.recipients) * len(problem.days))
    fine &= (had < problem.recipient_day_limit.ravel())[pairs]
    taken = np.bincount(problem.recipient[awards], minlength=len(problem.recipients))
    fine &= (taken < problem.recipient_limit)[problem.recipient]
    return np.where(fine, worth / problem.scale, -np.inf)


RULED_OUT: Final = {
    "vehicle not free on every day of the loan": "Not free on every day of a loan.",
    "no approval for the make": "Nobody is approved for the make.",
    "partner takes no starts that weekday": "Nobody who could have it takes cars on a free weekday.",
    "partner has a loan running": "Everybody who could have it has a loan running.",
    "cooldown": "Everybody who could have it had one like it lately.",
    "tier cap of 0": "Nobody may have this make in their tier.",
}
"""Rules of the press fleet that drop an item's last candidates, as a sentence."""


def _left(problem: AllocationProblem, awards: Ints, words: Words) -> tuple[Left, ...]:
    """Say of every item not given why: the rule that dropped it, or what its best candidate would add."""
    emptied = {item: (rule, count) for item, rule, count in problem.dropped if item}
    given = np.zeros(len(problem.items), dtype=np.bool_)
    given[problem.item[awards]] = True
    free = problem.slots - np.bincount(problem.day[awards], minlength=len(problem.days))
    worth = added(problem, awards)
    order = np.lexsort((-worth, problem.item))
    first = np.searchsorted(problem.item[order], np.arange(len(problem.items)))
    rows = []
    for code in np.flatnonzero(~given).tolist():
        name = _name(problem, problem.items, code)
        candidate = int(order[first[code]]) if first[code] < len(order) else -1
        if candidate < 0 or problem.item[candidate] != code:
            rule, count = emptied.get(problem.items[code], ("no candidate", 0))
            reason = RULED_OUT.get(rule, f"Ruled out: {rule}." if count else "Nobody asked for it.")
            rows.append(
                Left(name, reason, f"{rule}: the last {counted(count, 'candidate')}" if count else "")
            )
        else:
            room = int(free[problem.day[candidate]])
            rows.append(Left(name, *_stays(problem, candidate, float(worth[candidate]), room, words)))
    return tuple(rows)


def _stays(
    problem: AllocationProblem, candidate: int, worth: float, room: int, words: Words
) -> tuple[str, str]:
    """Return why the best candidate of an item was not taken, in general and in figures."""
    if worth == -np.inf:
        return f"Every {words.recipient} who could have it has reached a limit.", ""
    best = f"{name_of(problem, problem.recipients, problem.recipient[candidate])}{_at(problem, candidate)}"
    points = counted_points(abs(worth))
    if worth <= 0:
        loss = f"it would lose {points}" if worth else "it would change nothing"
        return "Giving it would cost more fairness points than it scores.", f"best for {best}: {loss}"
    if room <= 0:
        return f"No {words.start} was left on a day somebody wanted it.", f"{best} would add {points}"
    return "It would add points: this plan is not the best there is.", f"{best} would add {points}"


def _at(problem: AllocationProblem, candidate: int) -> str:
    day = problem.days[problem.day[candidate]]
    return f" on {short_day(day)}" if len(problem.days) > 1 else ""


def span(days: tuple[str, ...]) -> str:
    """Name a period by its days; "" where they are no dates.

    >>> span(("2026-09-28", "2026-10-02")), span(("2026-09-29", "2026-10-12")), span(("a", "b"))
    ('Week of 28 Sep', '29 Sep to 12 Oct', '')
    """
    days_found = [day_of(day) for day in days]
    dates = [day for day in days_found if day is not None]
    if not dates or len(dates) < len(days_found):
        return ""
    first, last = min(dates), max(dates)
    if first == last:
        return short_day(first)
    if (last - first).days < 7 and first.weekday() == 0:  # noqa: PLR2004 - a week that begins on Monday
        return f"Week of {first.day} {first:%b}"
    return f"{_day(first, last)} to {last.day} {last:%b}" if first.year == last.year else f"{first} to {last}"


def _day(first: date, last: date) -> str:
    return (
        f"{first.day}" if (first.month, first.year) == (last.month, last.year) else f"{first.day} {first:%b}"
    )
