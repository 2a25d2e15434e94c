"""What if: somebody less or more, an absence, a rule dropped, a turn decided. Planned anew, not estimated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypedDict, Unpack

import numpy as np

from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings, InfeasibleError, InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.sentences import counted, joined
from evenhand.core.shares import TICKS
from evenhand.core.solution import Solution
from evenhand.rota.asking.swaps import seat_named
from evenhand.rota.job import JOB
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import turn_ids
from evenhand.rota.rules import IN_PROGRAM
from evenhand.tables.texts import near_person


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Two rotas, before and after a change.

    Attributes:
        asked: what was changed, a clause each.
        before: the plan as it is; after: the plan of the changed rota, None where its rules cannot all hold.
        turns: by person, units of load in the plan before and after; 0 for who is not there.
        spread: turns from whoever is furthest ahead to whoever is owed most, before and after.
        moved: turns that somebody else serves; left_open: turns that nobody serves, before and after.
        conflict: where there is no plan: the rules that cannot all hold, a sentence each.
    """

    asked: tuple[str, ...]
    before: Solution = field(repr=False)
    after: Solution | None = field(repr=False)
    turns: dict[str, tuple[int, int]] = field(default_factory=dict)
    spread: tuple[float, float] = (0.0, 0.0)
    moved: int = 0
    left_open: tuple[int, int] = (0, 0)
    conflict: tuple[str, ...] = ()

    @property
    def change(self) -> int | None:
        """Turns more (below 0: fewer) that whoever gains most has to serve; None where there is no plan."""
        if self.after is None:
            return None
        return max((after - before for before, after in self.turns.values()), default=0)

    def __str__(self) -> str:
        asked = "; ".join(self.asked)
        if self.after is None:
            rules = [f"  - {rule}" for rule in self.conflict]
            return "\n".join([f"With {asked}: the hard rules cannot all hold.", *rules])
        return "\n".join([f"With {asked}: {self._price()}.", *self._others()])

    def _price(self) -> str:
        """Say who serves more and fewer turns."""
        parts = []
        for step, word in ((1, "more"), (-1, "fewer")):
            by_turns: dict[int, list[str]] = {}
            for name, (before, after) in self.turns.items():
                if (after - before) * step > 0:
                    by_turns.setdefault(abs(after - before), []).append(name)
            for count, names in sorted(by_turns.items(), reverse=True):
                serves, each = ("serve", " each") if len(names) > 1 else ("serves", "")
                parts.append(f"{joined(names)} {serves} {counted(count, 'turn')} {word}{each}")
        return "; ".join(parts) or "everybody serves as many turns"

    def _others(self) -> Iterator[str]:
        """Yield what else changes, a line each."""
        if (self.before.problem.load != 1).any():
            yield "  a turn that counts as several is several here"
        turns = counted(self.moved, "turn goes", "turns go")
        yield f"  {turns} to somebody else" if self.moved else "  no turn changes hands"
        before, after = self.spread
        yield f"  from the most ahead to the most owed: {before:.1f} turns before, {after:.1f} after"
        if any(self.left_open):
            yield f"  open turns: {self.left_open[0]} before, {self.left_open[1]} after"
        if self.after is not None:
            yield f"  before: {self.before.headline}"
            yield f"  after:  {self.after.headline}"


class Changed(TypedDict, total=False):
    """What ``what_if`` may change; see ``changed``."""

    without: Sequence[str]
    join: Sequence[str]
    away: Sequence[Sequence[str]]
    pin: Sequence[Sequence[str]]
    forbid: Sequence[Sequence[str]]
    drop: Sequence[str]


@said_in_words
def what_if(
    solution: Solution,
    *,
    seed: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    **changes: Unpack[Changed],
) -> WhatIf:
    """Change the rota of a plan, plan it anew and compare.

    Args:
        solution: the plan.
        seed: that of the plan if not given.
        limits: how long the search may go on.
        progress: may interrupt.
        changes: see ``changed``: without, join, away, pin, forbid, drop.

    Returns:
        Both plans and what differs, in turns. Cost: one solve.

    Raises:
        InputError: a name, a turn or a rule is unknown, or a day is none; all of it at once.

    >>> import evenhand as eh
    >>> rota = eh.RotaProblem.from_values(["Ada", "Bo", "Cy"], eh.weekly("2026-01-05", 6), policy="ledger")
    >>> print(str(eh.rota.what_if(eh.solve(rota, seed=1), without=["Cy"])).splitlines()[0])
    With Cy gone: Ada and Bo serve 1 turn more each; Cy serves 2 turns fewer.
    """
    problem, asked = changed(solution.problem, solution.awards, **changes)
    seed = solution.seed if seed is None else seed
    try:
        after = desk.solve(JOB, problem, seed=seed, limits=limits, progress=progress, verbs=solution.verbs)
    except InfeasibleError as error:
        return WhatIf(asked, solution, None, conflict=error.conflict)
    return compared(asked, solution, after)


def compared(asked: Sequence[str], before: Solution, after: Solution) -> WhatIf:
    """Put two plans of the same slots side by side; people are matched by name."""
    problems: tuple[RotaProblem, RotaProblem] = (before.problem, after.problem)
    served = [_turns(problem, plan.awards) for problem, plan in zip(problems, (before, after), strict=True)]
    names = dict.fromkeys((*problems[0].people, *problems[1].people))
    holders = [
        _holders(problem, plan.awards) for problem, plan in zip(problems, (before, after), strict=True)
    ]
    moved = sum(len(set(new) - set(old)) for old, new in zip(*(crews for crews in holders), strict=True))
    return WhatIf(
        tuple(asked),
        before,
        after,
        {name: (served[0].get(name, 0), served[1].get(name, 0)) for name in names},
        (_spread(problems[0], before.awards), _spread(problems[1], after.awards)),
        moved,
        (int((before.awards < 0).sum()), int((after.awards < 0).sum())),
    )


def _turns(problem: RotaProblem, awards: Ints) -> dict[str, int]:
    taken = awards >= 0
    load = np.bincount(
        awards[taken], weights=problem.load[problem.seat_slot[taken]], minlength=len(problem.people)
    )
    return dict(zip(problem.people, load.astype(int).tolist(), strict=True))


def _holders(problem: RotaProblem, awards: Ints) -> list[list[str]]:
    """Return who serves each slot; two who change seats within one serve as before."""
    crews = np.split(awards, problem.first_seat[1:-1])
    return [[problem.people[who] for who in crew.tolist() if who >= 0] for crew in crews]


def _spread(problem: RotaProblem, awards: Ints) -> float:
    """Return the turns from whoever is furthest ahead to whoever is owed most, among those still there."""
    last = int(problem.slot_start.max(initial=0))
    there = np.unique(problem.period_person[problem.period_end >= last])
    lag = statement_of(problem, awards).lag[there]
    return float(np.ptp(lag)) / TICKS if lag.size else 0.0


@said_in_words
def changed(
    problem: RotaProblem,
    awards: Ints,
    *,
    without: Sequence[str] = (),
    join: Sequence[str] = (),
    away: Sequence[Sequence[str]] = (),
    pin: Sequence[Sequence[str]] = (),
    forbid: Sequence[Sequence[str]] = (),
    drop: Sequence[str] = (),
) -> tuple[RotaProblem, tuple[str, ...]]:
    """Return a changed rota, and what was changed in words.

    Args:
        problem: as it is.
        awards: the plan, which says whose turns of a day can be meant.
        without: people who leave before the plan begins.
        join: names of people who come as it begins, with a weight of 1 and without skills.
        away: (person, first day, last day) of absences more.
        pin: (person, turn) that must be: the turn's id, its slot's, or its day.
        forbid: the same, that must not be.
        drop: kinds of rules left out, as they stand in the rules table.

    Raises:
        InputError: something is unknown or makes no sense; all at once.
    """
    findings = Findings()
    asked: list[str] = []
    first = int(problem.slot_start.min(initial=0))
    for name in join:
        if name in problem.people or not name.strip():
            findings.error("is in the rota already", "Name somebody new", came=name, column="join")
            continue
        problem = _joined(problem, name, first)
        asked.append(f"{name} joining")
    for name in without:
        who = _person(problem, name, "without", findings)
        if who >= 0:
            problem = _left(problem, who, first)
            asked.append(f"{name} gone")
    for row in away:
        name, begin, end = _three(row, findings)
        problem = _away(problem, name, begin, end, findings)
        asked.append(f"{name} away {begin} to {end}" if begin != end else f"{name} away {begin}")
    # Before turns are decided, which are rules themselves.
    for word in drop:
        problem = _without_rules(problem, word, findings)
        asked.append(f"no rule {word!r}")
    for picks, column in ((pin, "fixed"), (forbid, "forbidden")):
        for pick in picks:
            cell = _picked(problem, awards, pick, column, findings)
            if cell:
                rows: dict[str, Any] = {column: np.vstack([getattr(problem, column), cell])}
                problem = replace(problem, **rows)
                word = "serving" if column == "fixed" else "not serving"
                asked.append(f"{pick[0]} {word} {pick[1]}")
    findings.raise_errors()
    return problem, tuple(asked) or ("nothing changed",)


def _person(problem: RotaProblem, name: str, column: str, findings: Findings) -> int:
    if name in problem.people:
        return problem.people.index(name)
    meant = near_person(name, problem.people)
    mend = f"Did you mean {meant}?" if meant else "Name somebody of the rota"
    findings.error("is not in this rota", mend, came=name, column=column)
    return -1


def _three(row: Sequence[str], findings: Findings) -> tuple[str, str, str]:
    """Return person, first and last day; one day alone is both."""
    parts = [part.strip() for part in row]
    if len(parts) == 2:  # noqa: PLR2004 - a person and a day
        parts.append(parts[1])
    if len(parts) != 3:  # noqa: PLR2004 - a person and two days
        findings.error(
            "is not an absence", "Write it as NAME,2026-01-05,2026-01-11", came=",".join(row), column="away"
        )
        return ("", "", "")
    return (parts[0], parts[1], parts[2])


def _away(problem: RotaProblem, name: str, begin: str, end: str, findings: Findings) -> RotaProblem:
    """Return the rota with an absence more."""
    who = _person(problem, name, "away", findings)
    first, last = _day(begin, findings), _day(end, findings)
    if first > last > 0:
        findings.error("ends before it begins", "Exchange the days", came=f"{begin} to {end}", column="away")
    if who < 0 or not 0 < first <= last:
        return problem
    columns = {"absent_person": who, "absent_from": first, "absent_to": last}
    more: dict[str, Any] = {
        column: np.append(getattr(problem, column), value) for column, value in columns.items()
    }
    return replace(problem, **more)


def _day(text: str, findings: Findings) -> int:
    """Return a day's ordinal; 0 where it is none, which is noted."""
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        findings.error("is not a day", "Write it as 2026-01-05", came=text, column="away")
        return 0


def _joined(problem: RotaProblem, name: str, first: int) -> RotaProblem:
    """Return the rota with one person more, last in order, so that everybody keeps their place."""
    who = len(problem.people)
    # Whoever is new brings nothing along: nothing due, nothing served, no earlier weight.
    more: dict[str, Any] = {
        "people": (*problem.people, name),
        "weight": np.append(problem.weight, problem.weight_parts),
        "period_person": np.append(problem.period_person, who),
        "period_start": np.append(problem.period_start, first),
        "period_end": np.append(problem.period_end, int(problem.period_end.max(initial=first))),
        "since": np.append(problem.since, first),
    }
    for column in ("booked_due", "booked_since", "left_with", "earlier_claim"):
        if len(getattr(problem, column)):
            more[column] = np.append(getattr(problem, column), 0)
    for column in ("booked_lag", "booked_view"):
        if getattr(problem, column).size:
            more[column] = np.pad(getattr(problem, column), ((0, 0), (0, 1)))
    return replace(problem, **more)


def _left(problem: RotaProblem, who: int, first: int) -> RotaProblem:
    """Return the rota without a person from its first day on: what was served stays."""
    theirs = problem.period_person == who
    stays = ~theirs | (problem.period_start < first)
    end = np.where(theirs, np.minimum(problem.period_end, first - 1), problem.period_end)
    table: dict[str, Any] = {
        "period_person": problem.period_person[stays],
        "period_start": problem.period_start[stays],
        "period_end": end[stays],
    }
    # Their own turns that must be, must not be, or are wished go with them.
    for column in ("fixed", "forbidden", "wishes"):
        rows = getattr(problem, column)
        table[column] = rows[rows[:, 1] != who]
    absent = problem.absent_person != who
    for column in ("absent_person", "absent_from", "absent_to"):
        table[column] = getattr(problem, column)[absent]
    return replace(problem, **table)


def _picked(
    problem: RotaProblem, awards: Ints, pick: Sequence[str], column: str, findings: Findings
) -> tuple[int, int] | None:
    """Return slot and person of a pick."""
    option = "pin" if column == "fixed" else "forbid"
    if len(pick) != 2:  # noqa: PLR2004 - a person and a turn
        findings.error("is not a turn", "Give a person and a turn's day", came=",".join(pick), column=option)
        return None
    who = _person(problem, pick[0], option, findings)
    # All seats of a slot are alike here, so a day with one slot is enough.
    slots = sorted(
        {
            int(problem.seat_slot[seat])
            for seat, name in enumerate(turn_ids(problem))
            if pick[1] in {name, name.rpartition("/")[0], problem.slot_label[int(problem.seat_slot[seat])]}
        }
    )
    if who < 0 or len(slots) == 1:
        return (slots[0], who) if slots and who >= 0 else None
    try:
        return int(problem.seat_slot[seat_named(problem, awards, pick[1])]), who
    except InputError as error:
        findings.errors.extend(error.findings)
        return None


def _without_rules(problem: RotaProblem, word: str, findings: Findings) -> RotaProblem:
    """Return the rota without its rules of one kind, those that may be broken too."""
    kinds = [kind for kind in IN_PROGRAM if word in kind.words]
    known = sorted(
        {kind.words[0] for kind in IN_PROGRAM if kind.given(problem)} | {rule.kind for rule in problem.rules}
    )
    standing = any(kind.given(problem) for kind in kinds)
    codes = {kind.kind for kind in kinds}
    if not standing and not any(rule.kind in codes for rule in problem.rules):
        mend = f"This rota has {', '.join(known)}" if known else "This rota has no side rules"
        findings.error("is not a rule of this rota", mend, came=word, column="drop")
        return problem
    bare: dict[str, Any] = {}
    for kind in kinds:
        bare |= kind.columns([])
    return replace(problem, rules=tuple(rule for rule in problem.rules if rule.kind not in codes), **bare)
