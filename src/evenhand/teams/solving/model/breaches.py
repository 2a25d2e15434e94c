"""How far an arrangement breaks each rule, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evenhand.teams.problem import NO_LIMIT, Rule, TeamsProblem

__all__ = ["breaches"]

Ints = NDArray[np.int64]


def breaches(problem: TeamsProblem, awards: Ints) -> Iterator[tuple[int, str]]:
    """Yield (units of breach, sentence) of every rule in order; 0 where it is kept."""
    tables: dict[int, Ints] = {}
    for rule in problem.rules:
        if rule.criterion >= 0 and rule.criterion not in tables:
            tables[rule.criterion] = problem.criteria[rule.criterion].table(awards, len(problem.teams))
        yield _KINDS[rule.kind](problem, awards, rule, tables)


Tables = dict[int, Ints]


def _where(problem: TeamsProblem, rule: Rule) -> list[int]:
    return list(rule.teams) or list(range(len(problem.teams)))


def _count(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del awards
    teams = _where(problem, rule)
    held = tables[rule.criterion][teams, rule.value]
    short, over = np.maximum(rule.low - held, 0), np.maximum(held - rule.high, 0)
    amount = int(short.sum() + over.sum())
    criterion = problem.criteria[rule.criterion]
    what = f"{criterion.name}={criterion.values[rule.value]}"
    wrong = np.flatnonzero(short + over).tolist()
    named = ", ".join(f"{problem.teams[teams[at]]} has {int(held[at])}" for at in wrong[:3])
    return amount, f"{rule.said or what}: {named or 'kept'}."


def _lone(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del awards
    teams = _where(problem, rule)
    held = tables[rule.criterion][teams]
    alone = held == 1 if rule.value < 0 else held[:, rule.value : rule.value + 1] == 1
    wrong = [problem.teams[teams[at]] for at in np.flatnonzero(alone.any(axis=1)).tolist()]
    return int(alone.sum()), f"{rule.said}: {'alone in ' + ', '.join(wrong[:3]) if wrong else 'kept'}."


def _together(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del problem, tables
    teams = {int(awards[person]) for person in rule.people}
    return len(
        teams
    ) - 1, f"{rule.said}: they stand in {len(teams)} {'team' if len(teams) == 1 else 'teams'}."


def _apart(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del tables
    held = np.bincount(awards[list(rule.people)], minlength=len(problem.teams))
    amount = int((held * (held - 1) // 2).sum())
    return amount, f"{rule.said}: {amount} {'pair stands' if amount == 1 else 'pairs stand'} together."


def _wish(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del problem, tables
    apart = int(awards[rule.people[0]] != awards[rule.people[1]])
    return apart, f"{rule.said}: {'not granted' if apart else 'granted'}."


def _allowed(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del tables
    wrong = [person for person in rule.people if int(awards[person]) not in rule.teams]
    named = ", ".join(f"{problem.people[at]} is in {problem.teams[int(awards[at])]}" for at in wrong[:3])
    return len(wrong), f"{rule.said}: {named or 'kept'}."


def _free(problem: TeamsProblem, awards: Ints, rule: Rule, tables: Tables) -> tuple[int, str]:
    del awards
    teams = _where(problem, rule)
    free = (tables[rule.criterion][teams] == 0).sum(axis=1)
    short = np.maximum(min(rule.low, NO_LIMIT) - free, 0)
    wrong = np.flatnonzero(short).tolist()
    named = ", ".join(f"{problem.teams[teams[at]]} has {int(free[at])}" for at in wrong[:3])
    return int(short.sum()), f"{rule.said}: {named or 'kept'}."


_KINDS = {
    "count": _count,
    "lone": _lone,
    "together": _together,
    "apart": _apart,
    "wish": _wish,
    "allowed": _allowed,
    "free": _free,
}
