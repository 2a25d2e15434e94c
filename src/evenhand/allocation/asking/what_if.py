"""What if: an item or a recipient absent, a slot more, more money, a pin. Solved anew, not estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypedDict, Unpack

import numpy as np

from evenhand.allocation.asking.lookup import ids_of, one_of, why_not
from evenhand.allocation.job import JOB
from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.problem.allocation_problem import title
from evenhand.allocation.problem.groups import MOST, NO_LIMIT, GroupSet
from evenhand.allocation.problem.penalties import Penalty, named_penalty, on_grid
from evenhand.allocation.reading.day_names import day_name
from evenhand.core import desk
from evenhand.core.arguments import is_number, said_in_words, whole_number
from evenhand.core.arrays import Bools, Ints
from evenhand.core.errors import Findings, InfeasibleError, InputError
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status
from evenhand.core.units import figure, value_text
from evenhand.tables.texts import near_person

Pick = Sequence[str]

SHOWN = 12
"""Awards listed on each side; the rest are counted."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Two plans, before and after a change of the problem.

    Attributes:
        asked: what was changed, a clause each.
        before: the plan as it is.
        after: the plan of the changed problem; None where its hard rules cannot all hold.
        went: awards of the plan that the other does not have, in words.
        came: awards that only the other has.
        conflict: where there is no plan: the rules that cannot all hold, a sentence each.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> asked = eh.allocation.what_if(plan, without=["van"])
        >>> asked.asked, asked.change, asked.went
        (('van absent',), -8, ('van to Ann',))
    """

    asked: tuple[str, ...]
    before: Solution = field(repr=False)
    after: Solution | None = field(repr=False)
    went: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()

    @property
    def change(self) -> int | float | None:
        """Points that the change brings (below 0: costs); None where there is no plan."""
        if self.after is None or self.after.objective is None or self.before.objective is None:
            return None
        return figure(self.after.objective - self.before.objective, self.before.unit)

    @property
    def exact(self) -> bool:
        """Whether both plans are proven optimal, so that the change is the true price."""
        return self.before.status is Status.OPTIMAL and (
            self.after is None or self.after.status is Status.OPTIMAL
        )

    def __str__(self) -> str:
        asked = "; ".join(self.asked)
        if self.after is None:
            return "\n".join(
                [f"With {asked}: the hard rules cannot all hold.", *(f"  - {rule}" for rule in self.conflict)]
            )
        units = (self.after.objective or 0) - (self.before.objective or 0)
        figure = value_text(abs(units), self.before.unit)
        moved = f"{figure} {'more' if units > 0 else 'fewer'}" if units else "as many points"
        proven = (
            "both plans are proven optimal" if self.exact else "not proven: one plan is only the best found"
        )
        lines = [f"With {asked}: {moved} ({proven})."]
        for head, awards in (("no longer", self.went), ("instead", self.came)):
            lines += [f"  {head}: {award}" for award in awards[:SHOWN]]
            if len(awards) > SHOWN:
                lines.append(f"  {head}: ... and {len(awards) - SHOWN:,} more")
        return "\n".join([*lines, f"  before: {self.before.headline}", f"  after:  {self.after.headline}"])


class Changed(TypedDict, total=False):
    """What ``what_if`` may change; see ``changed``."""

    without: Sequence[str]
    slots: Mapping[str, int] | None
    budgets: Mapping[str, float] | None
    pin: Sequence[Pick]
    forbid: Sequence[Pick]
    penalty: Penalty | str | None


@said_in_words
def what_if(
    solution: Solution,
    *,
    seed: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    **changes: Unpack[Changed],
) -> WhatIf:
    """Change the problem of a plan, solve it anew and compare.

    Args:
        solution: the plan.
        seed: that of the plan if not given.
        limits: how long each search may go on.
        progress: may interrupt.
        changes: see ``changed``: without, slots, budgets, pin, forbid, penalty.

    Returns:
        Both plans and what differs. Cost: one solve, some 50 ms at Los Angeles size.

    Raises:
        InputError: a name is unknown, or a number makes no sense; all of it at once.

    Example:
        >>> import evenhand as eh
        >>> rows = {"item": ["car"] * 2 + ["van"] * 2, "recipient": ["Ann", "Bo"] * 2, "score": [9, 7, 8, 5]}
        >>> problem = eh.AllocationProblem.from_tables(rows, penalty="none")
        >>> plan = eh.solve(problem)
        >>> asked = eh.allocation.what_if(plan, without=["van"])
        >>> asked.change, asked.exact
        (-8, True)
    """
    problem, asked = changed(solution.problem, **changes)
    seed = solution.seed if seed is None else seed
    try:
        after = desk.solve(JOB, problem, seed=seed, limits=limits, progress=progress, verbs=solution.verbs)
    except InfeasibleError as error:
        return WhatIf(asked, solution, None, conflict=error.conflict)
    return compared(asked, solution, after)


def compared(asked: Sequence[str], before: Solution, after: Solution) -> WhatIf:
    """Put two plans side by side; awards are matched by name, so the problems may differ."""
    old, new = _named(before), _named(after)
    went = tuple(text for key, text in old.items() if key not in new)
    came = tuple(text for key, text in new.items() if key not in old)
    return WhatIf(tuple(asked), before, after, went, came)


def _named(solution: Solution) -> dict[tuple[str, str, str], str]:
    problem: AllocationProblem = solution.problem
    return {
        (
            problem.items[problem.item[candidate]],
            problem.recipients[problem.recipient[candidate]],
            problem.days[problem.day[candidate]],
        ): problem.describe(candidate)
        for candidate in solution.awards.tolist()
    }


@said_in_words
def changed(
    problem: AllocationProblem,
    *,
    without: Sequence[str] = (),
    slots: Mapping[str, int] | None = None,
    budgets: Mapping[str, float] | None = None,
    pin: Sequence[Pick] = (),
    forbid: Sequence[Pick] = (),
    penalty: Penalty | str | None = None,
) -> tuple[AllocationProblem, tuple[str, ...]]:
    """Return a changed problem, and what was changed in words.

    Args:
        problem: as it is.
        without: items and recipients that are not there.
        slots: slots more (below 0: fewer) a day.
        budgets: what a group has more (below 0: less), by its label: dollars of a budget, loans of a cap.
        pin: (item, recipient) or (item, recipient, day) that must be awarded.
        forbid: the same, that must not be.
        penalty: another price of fairness, or a mode's name.

    Raises:
        InputError: a name is unknown, a pick is not a candidate, or too little would be left; all at once.
    """
    findings = Findings()
    asked: list[str] = []
    more_slots = _named_numbers(slots, "slots", findings)
    more_budget = _named_numbers(budgets, "budgets", findings)
    # A name alone, or a pick alone, is one of a list.
    absent = [without] if isinstance(without, str) else without
    pinned, forbidden = _decided(problem, absent, (_picks(pin), _picks(forbid)), findings, asked)
    room = _slots(problem, more_slots, findings)
    asked += [
        f"{_signed(more)} slot{'s' if abs(more) != 1 else ''} on {day}" for day, more in more_slots.items()
    ]
    groups = problem.groups
    for label, more in more_budget.items():
        groups = _wider(groups, label, more, findings)
        asked.append(f"{_signed(more)} for {label}")
    findings.raise_errors()
    if penalty is not None and not isinstance(penalty, Penalty):
        penalty = on_grid(named_penalty(penalty, unit=problem.fair_unit), problem.scale)
    if penalty is not None:
        asked.append(f"fairness λ={penalty.text}")
    return replace(
        problem,
        pinned=pinned,
        forbidden=forbidden,
        slots=room,
        groups=groups,
        penalty=problem.penalty if penalty is None else penalty,
    ), tuple(asked) or ("nothing changed",)


def _decided(
    problem: AllocationProblem,
    absent: Sequence[str],
    picks: tuple[Sequence[Pick], Sequence[Pick]],
    findings: Findings,
    asked: list[str],
) -> tuple[Bools, Bools]:
    """Return which candidates must be and which must not, who is absent being neither; say it in words."""
    forbidden, pinned = problem.forbidden.copy(), problem.pinned.copy()
    for name in absent:
        forbidden |= _of_name(problem, name, findings)
        asked.append(f"{_titled(problem, name)} absent")
    pinned &= ~forbidden
    for flags, word, chosen in ((pinned, "pinned", picks[0]), (forbidden, "forbidden", picks[1])):
        for pick in chosen:
            flags[_picked(problem, pick, findings, single=word == "pinned")] = True
            on = "".join(f" on {day}" for day in pick[2:])
            asked.append(f"{' to '.join(_titled(problem, name) for name in pick[:2])}{on} {word}")
    for index in np.flatnonzero(pinned & forbidden).tolist():
        mend = "Take one of the two away"
        findings.error("is both pinned and forbidden", mend, came=problem.describe(index))
    return pinned, forbidden


def _picks(given: Any) -> Sequence[Pick]:
    """Return picks; ("car", "Ada") alone is one of them, a text none."""
    alone = (
        isinstance(given, (tuple, list)) and len(given) > 1 and all(isinstance(name, str) for name in given)
    )
    return [given] if alone or isinstance(given, str) else list(given)


def _named_numbers(given: Any, column: str, findings: Findings) -> dict[str, float]:
    """Return numbers by name; what is none, or so large that it would count as no limit, is noted."""
    if given is not None and not isinstance(given, Mapping):
        mend = f'Write {column}={{"name": 1}}'
        findings.error("is not a mapping of names to numbers", mend, column=column, came=str(given))
        return {}
    numbers = {}
    for name, more in (given or {}).items():
        if is_number(more) and abs(more) <= MOST:
            numbers[name] = more
        else:
            mend = "Give how many more, below 0 for fewer"
            findings.error(f"is not a number for {name}", mend, column=column, came=str(more))
    return numbers


def _signed(more: float) -> str:
    return f"{more:+,g}"


def _of_name(problem: AllocationProblem, name: str, findings: Findings) -> Bools:
    people = tuple(dict.fromkeys((*problem.items, *problem.recipients)))
    out = np.zeros(len(problem), dtype=np.bool_)
    known = _known(problem, name, people, "item or recipient", "without", findings)
    if known in problem.items:
        out |= problem.item == problem.items.index(known)
    elif known in problem.recipients:
        out |= problem.recipient == problem.recipients.index(known)
    return out


def _titled(problem: AllocationProblem, name: str) -> str:
    """Return name and id of what a question names; the text as it came where several are called so."""
    ids = ids_of(name, (*problem.items, *problem.recipients), problem.called)
    return title(ids[0], problem.called) if len(set(ids)) == 1 else name


def _known(
    problem: AllocationProblem, name: str, names: Sequence[str], kind: str, column: str, findings: Findings
) -> str:
    """Return the id that a name means; "" where it is unknown or several, which is noted."""
    try:
        return one_of(name, names, problem.called, kind, column)
    except InputError as error:
        findings.errors.extend(error.findings)
        return ""


def _unknown(findings: Findings, name: str, known: Sequence[str], kind: str, column: str) -> None:
    meant = near_person(name, known)
    article = "an" if kind[0] in "aeio" else "a"
    mend = f"Did you mean {meant}?" if meant else f"Name {article} {kind}"
    findings.error(f"is not {article} {kind} of this plan", mend, came=name, column=column)


def _picked(problem: AllocationProblem, pick: Pick, findings: Findings, *, single: bool) -> Bools:
    out = np.zeros(len(problem), dtype=np.bool_)
    column = "pin" if single else "forbid"
    if isinstance(pick, str) or not 2 <= len(pick) <= 3:  # noqa: PLR2004 - item, recipient, and perhaps day
        findings.error("is not a pick", "Give item and recipient, and the day", came=str(pick), column=column)
        return out
    mask = np.ones(len(problem), dtype=np.bool_)
    parts = (
        ("item", problem.items, problem.item),
        ("recipient", problem.recipients, problem.recipient),
        ("day", problem.days, problem.day),
    )
    ids: list[str] = []
    for (kind, names, codes), name in zip(parts, pick, strict=False):
        meant = _known(problem, day_name(name) if kind == "day" else name, names, kind, column, findings)
        ids.append(meant)
        if meant:
            mask &= codes == names.index(meant)
    count = int(mask.sum())
    if not all(ids):
        return out
    if not count:
        # The rule and until when, not only that it cannot be: that is what whoever asks has to mend.
        why = why_not(problem, ids[0], ids[1], ids[2:] or None)
        findings.error(f"is not a candidate: {why}", "Choose another", came=", ".join(pick), column=column)
    elif single and count > 1:
        findings.error(f"leaves {count} candidates open", "Name the day", came=", ".join(pick), column=column)
    return mask if not single or count == 1 else out


def _slots(problem: AllocationProblem, slots: Mapping[str, float], findings: Findings) -> Ints:
    room = problem.slots.copy()
    for cell, given in slots.items():
        day, more = day_name(cell), whole_number(given)
        if day not in problem.days:
            _unknown(findings, cell, problem.days, "day", "slots")
            continue
        if more is None:
            mend = "Give a whole number of slots"
            findings.error("is not a whole number", mend, came=_signed(given), column="slots")
            continue
        index = problem.days.index(day)
        if room[index] + more < 0:
            mend = f"{day} has {room[index]}: take away as many at most"
            findings.error("takes away more slots than there are", mend, came=_signed(more), column="slots")
        room[index] = max(0, room[index] + more)
    return room


def _wider(groups: tuple[GroupSet, ...], label: str, more: float, findings: Findings) -> tuple[GroupSet, ...]:
    """Return the groups with ``more`` for the one called so; "budget: LA / ..." names the set as well."""
    head, _, tail = label.partition(": ")
    fits = [
        (place, group.labels.index(name))
        for place, group in enumerate(groups)
        for name in (
            [label]
            if label in group.labels
            else [tail]
            if head == group.name and tail in group.labels
            else []
        )
    ]
    if len(fits) != 1:
        if fits:
            mend = "Name its rule too, such as " + repr(f"{groups[fits[0][0]].name}: {label}")
            findings.error("names a group in several rules", mend, came=label, column="budgets")
        else:
            known = [name for group in groups for name in group.labels]
            _unknown(findings, label, known, "group", "budgets")
        return groups
    place, code = fits[0]
    group = groups[place]
    # By its text, as 0.29 dollars are 29 cents and no float is.
    exact = Fraction(str(more)) * (100 if group.unit == "cents" else 1)
    if exact.denominator > 1:
        mend = f"Give whole {'cents' if group.unit == 'cents' else group.unit or 'numbers'}"
        findings.error(f"cannot be added to {label}", mend, came=_signed(more), column="budgets")
    units = int(exact)
    allowance, limit = group.allowance.copy(), group.limit.copy()
    if limit[code] < NO_LIMIT:
        limit[code] = max(0, limit[code] + units)
    allowance[code] = np.where(allowance[code] < NO_LIMIT, np.maximum(0, allowance[code] + units), NO_LIMIT)
    wider = replace(group, allowance=allowance, limit=limit)
    return (*groups[:place], wider, *groups[place + 1 :])
