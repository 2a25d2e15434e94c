"""The same problem with people gone and others come: columns, numbers, rules and sizes follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.core.sentences import counted
from evenhand.tables import near
from evenhand.tables.numerals import decimals
from evenhand.teams.problem import Z_UNIT, Criterion, Number, Rule, TeamsProblem
from evenhand.teams.reading.columns import fold_value, folded, split_tags, standardised
from evenhand.teams.reading.sizes import even_sizes

LEAST_OF = {"together": 2, "apart": 2, "met": 2, "wish": 2, "friends": 2}
"""Fewest people that a rule of a kind speaks of; with fewer left it says nothing any more."""

WISHING = frozenset({"wish", "friends", "choice"})
"""Kinds that are the wish of their first person, and go when that person does."""


@dataclass(frozen=True, slots=True)
class Latecomer:
    """Somebody who comes.

    Attributes:
        name: the name.
        cells: value by column, as the plan's columns are called.
    """

    name: str
    cells: Mapping[str, str]


def latecomer(problem: TeamsProblem, name: str, values: Mapping[str, str], findings: Findings) -> Latecomer:
    """Check somebody who comes; unknown columns, numbers that are none and known names are noted."""
    tidy = " ".join(name.split())
    if not tidy:
        findings.error("is not a name", "Write who joins", column="join", came=name)
    if any(fold_value(known) == fold_value(tidy) for known in problem.people):
        findings.error(
            "is in the plan already", "Tell the two apart by another name", column="join", came=tidy
        )
    columns = [*(part.name for part in problem.criteria), *(part.name for part in problem.numbers)]
    known = {folded(column): column for column in [*problem.columns, *columns]}
    cells: dict[str, str] = {}
    for column, value in values.items():
        head = known.get(folded(column))
        if head is None:
            meant = near(column, list(known.values()))
            mend = f"Did you mean {meant}?" if meant else f"The plan has {', '.join(columns) or 'none'}"
            findings.error("is not a column of this plan", mend, column="join", came=column)
            continue
        cells[head] = str(value).strip()
        if any(number.name == head for number in problem.numbers) and cells[head]:
            _, wrong = decimals([cells[head]], semicolons=False)
            if wrong:
                findings.error("is not a number", "Write a number such as 12", column=head, came=cells[head])
    return Latecomer(tidy, cells)


def with_roster(
    problem: TeamsProblem, awards: Ints, gone: frozenset[int], fresh: Sequence[Latecomer], findings: Findings
) -> TeamsProblem:
    """Return the problem without those who are gone and with those who come.

    Numbers are standardised anew from what the problem keeps of them, to a thousandth of their standard
    deviation. Teams of one's choosing (``listed``) lose the places of those who are gone and give a place to
    each who comes, the smallest team first; else sizes are even again.

    Args:
        problem: as it is; its people stand in the order of their names.
        awards: the plan, which says whose place becomes free.
        gone: codes of people who are not there.
        fresh: people who come.
        findings: notes what cannot be.
    """
    left = [code for code in range(problem.n) if code not in gone]
    names = sorted([*(problem.people[code] for code in left), *(newcomer.name for newcomer in fresh)])
    if len(set(names)) < len(names):
        findings.error("joins twice", "Name everybody once", column="join")
        return problem
    if len(names) < len(problem.teams):
        mend = "Ask for fewer teams"
        findings.error(
            f"people are left for {counted(len(problem.teams), 'team')}",
            mend,
            came=str(len(names)),
            column="without",
        )
        return problem
    places = {name: code for code, name in enumerate(names)}
    # -1 for who is gone, so that a code can be looked up for everybody.
    now = np.array(
        [places.get(name, -1) if code not in gone else -1 for code, name in enumerate(problem.people)]
    )
    sizes = _sizes(problem, awards, gone, len(fresh), len(names), findings)
    criteria, recoded = [], []
    for index, criterion in enumerate(problem.criteria):
        used = {rule.value for rule in problem.rules if rule.criterion == index and rule.value >= 0}
        renewed, code_of = _criterion(problem, criterion, now, places, fresh, used)
        criteria.append(renewed)
        recoded.append(code_of)
    rules = [kept for rule in problem.rules if (kept := _rule(rule, now, recoded, len(problem.teams)))]
    missing = {criterion.name: criterion for criterion in problem.criteria}
    return replace(
        problem,
        people=tuple(names),
        sizes=sizes,
        criteria=tuple(criteria),
        numbers=tuple(
            _number(problem, number, missing.get(f"{number.name} missing"), now, places, fresh)
            for number in problem.numbers
        ),
        rules=tuple(rules),
        columns={
            column: _cells(column, cells, now, places, fresh) for column, cells in problem.columns.items()
        },
    )


def _sizes(
    problem: TeamsProblem, awards: Ints, gone: frozenset[int], more: int, people: int, findings: Findings
) -> Ints:
    if not problem.listed:
        return even_sizes(people, len(problem.teams))
    sizes = problem.sizes.copy()
    for code in sorted(gone):
        sizes[int(awards[code])] -= 1
    for _ in range(more):
        # To the smallest, the first of equals: so a place that became free is taken first.
        sizes[int(sizes.argmin())] += 1
    if not sizes.all():
        empty = problem.teams[int(sizes.argmin())]
        findings.error("would be empty", "Ask for fewer teams, too", came=empty, column="without")
    return sizes


def _criterion(
    problem: TeamsProblem,
    criterion: Criterion,
    now: Ints,
    places: Mapping[str, int],
    fresh: Sequence[Latecomer],
    used: set[int],
) -> tuple[Criterion, dict[int, int]]:
    """Return a column of the people now, and each old value's code in it."""
    held: list[tuple[int, str]] = [
        (int(now[person]), criterion.values[value])
        for person, value in zip(criterion.person.tolist(), criterion.value.tolist(), strict=True)
        if now[person] >= 0
    ]
    number = criterion.name.removesuffix(" missing")
    for newcomer in fresh:
        cell = newcomer.cells.get(criterion.name, "")
        if number != criterion.name and any(had.name == number for had in problem.numbers):
            cell = "" if newcomer.cells.get(number) else "missing"
        parts = [cell] if criterion.single else split_tags(cell)
        held += [(places[newcomer.name], part) for part in parts if part]
    # As the plan writes a value, where it is known; values that a rule names stay, even with nobody of them.
    shown = {fold_value(value): value for value in criterion.values}
    folds = {fold_value(text) for _, text in held} | {fold_value(criterion.values[value]) for value in used}
    labels = {fold: shown.get(fold, "") for fold in sorted(folds)}
    for _, text in held:
        labels[fold_value(text)] = labels[fold_value(text)] or text
    codes = {fold: code for code, fold in enumerate(labels)}
    pairs = sorted({(person, codes[fold_value(text)]) for person, text in held})
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    renewed = replace(
        criterion, values=tuple(labels.values()), person=array[:, 0].copy(), value=array[:, 1].copy()
    )
    return renewed, {old: codes.get(fold_value(value), -1) for old, value in enumerate(criterion.values)}


def _number(
    problem: TeamsProblem,
    number: Number,
    missing: Criterion | None,
    now: Ints,
    places: Mapping[str, int],
    fresh: Sequence[Latecomer],
) -> Number:
    raw = np.zeros(len(places))
    there = np.zeros(len(places), dtype=np.bool_)
    lacking = set() if missing is None else set(missing.person.tolist())
    for code in range(problem.n):
        if now[code] >= 0:
            raw[now[code]] = number.mean + number.sd * number.level[code] / Z_UNIT
            there[now[code]] = code not in lacking
    for newcomer in fresh:
        if newcomer.cells.get(number.name):
            raw[places[newcomer.name]] = decimals([newcomer.cells[number.name]])[0][0]
            there[places[newcomer.name]] = True
    return standardised(number.name, raw, there, weight=number.weight, priority=number.priority)


def _rule(rule: Rule, now: Ints, recoded: Sequence[Mapping[int, int]], teams: int) -> Rule | None:
    """Return a rule about the people now; None where nothing is left of it."""
    value = rule.value if rule.value < 0 else recoded[rule.criterion][rule.value]
    if not rule.people:
        return replace(rule, value=value)
    if rule.kind in WISHING and now[rule.people[0]] < 0:
        return None
    people = tuple(int(now[who]) for who in rule.people if now[who] >= 0)
    if len(people) < LEAST_OF.get(rule.kind, 1):
        return None
    # Groups are kept in the order of their codes; wishes and turns in their own.
    if rule.kind not in WISHING | {"role"}:
        people = tuple(sorted(people))
    low = min(rule.low, teams, len(people)) if rule.kind == "role" else rule.low
    return replace(rule, people=people, value=value, low=low)


def _cells(
    column: str, cells: Sequence[str], now: Ints, places: Mapping[str, int], fresh: Sequence[Latecomer]
) -> tuple[str, ...]:
    out = [""] * len(places)
    for code, cell in enumerate(cells):
        if now[code] >= 0:
            out[now[code]] = cell
    for newcomer in fresh:
        out[places[newcomer.name]] = newcomer.cells.get(column, "")
    return tuple(out)
