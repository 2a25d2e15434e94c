"""What a change by hand does: to each criterion's exact score, to the value, to the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.core.solution import Verdict
from evenhand.teams.asking.effects import rule_effects
from evenhand.teams.judging.judge import judge
from evenhand.teams.judging.objective import price_list
from evenhand.teams.judging.score import balance
from evenhand.teams.judging.summary import summary
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.reading.columns import fold_value


@dataclass(frozen=True, slots=True)
class Change:
    """An arrangement beside another: what the judge says of it, and how scores and value moved.

    Attributes:
        verdict: of the new arrangement; its faults say which hard rules or sizes it breaks.
        value: new objective less the old; above 0 is worse.
        points: the same in points, of which 100 are a column's whole range.
        scores: criterion to (old, new) exact score.
        moved: people who changed teams, in order of name.
        effects: what changes, a clause each: evenness of columns and numbers, wishes, roles, meetings.
    """

    verdict: Verdict
    value: int
    points: float
    scores: Mapping[str, tuple[Fraction, Fraction]]
    moved: tuple[str, ...]
    effects: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"{len(self.moved)} moved: {', '.join(self.moved[:8])}" if self.moved else "Nobody moved."]
        lines += [f"  {effect}" for effect in (*self.effects, *self.verdict.faults)]
        return "\n".join([*lines, self.verdict.headline])


@said_in_words
def arrange(
    problem: TeamsProblem, wanted: Mapping[str, str | Sequence[str]], base: Ints | None = None
) -> Ints:
    """Turn an arrangement said by hand into awards.

    Args:
        problem: the problem.
        wanted: person to team, or team to a list of its people; names compare without regard to case.
        base: awards that hold for everybody not named; without it everybody must be named.

    Returns:
        Team codes, shape (n,). Sizes and rules are for the judge: see ``change``.

    Raises:
        InputError: unknown people or teams, people named twice or left out, all at once.

    Cost: linear in the people.

    Example:
        >>> import evenhand as eh
        >>> problem = eh.TeamsProblem.from_values(4, {"house": ["N", "N", "S", "S"]}, teams=2)
        >>> plan = eh.solve(problem)
        >>> first = problem.people[0]
        >>> moved = eh.teams.arrange(problem, {first: "Team 2"}, plan.awards)
        >>> problem.teams[moved[0]]
        'Team 2'
    """
    findings = Findings()
    people = {fold_value(name): index for index, name in enumerate(problem.people)}
    teams = {fold_value(name): index for index, name in enumerate(problem.teams)}
    awards = np.full(problem.n, -1, dtype=np.int64) if base is None else np.array(base, dtype=np.int64)
    named: set[int] = set()
    for key, what in wanted.items():
        pairs = [(key, what)] if isinstance(what, str) else [(person, key) for person in what]
        for person, team in pairs:
            who, where = people.get(fold_value(person)), teams.get(fold_value(team))
            if who is None:
                findings.error("is not on the roster", "Write the name as it stands there", came=person)
            if where is None:
                findings.error("is not a team", f"Choose one of {', '.join(problem.teams[:12])}", came=team)
            if who in named:
                findings.error("is named twice", "Name everybody once", came=person)
            if who is not None and where is not None:
                awards[who] = where
                named.add(who)
    for index in np.flatnonzero(awards < 0).tolist() if not findings.errors else []:
        findings.error("stands in no team", "Name a team for everybody", came=problem.people[index])
    findings.raise_errors()
    return awards


@said_in_words
def change(problem: TeamsProblem, before: Ints, after: Ints) -> Change:
    """Judge a changed arrangement beside the one it came from; O(n k + T V).

    Example:
        >>> import evenhand as eh
        >>> problem = eh.TeamsProblem.from_values(4, {"house": ["N", "N", "S", "S"]}, teams=2)
        >>> plan = eh.solve(problem)
        >>> print(eh.teams.change(problem, plan.awards, plan.awards))
        Nobody moved.
        2 teams of 2: balance 1.000 (house 1.000); every team within quota.
    """
    old, new = judge(problem, before), judge(problem, after)
    scores = {}
    if len(after) == problem.n:
        was, now = balance(problem, before).scores, balance(problem, after).scores
        scores = {name: (was[name], now[name]) for name in was}
    moved = tuple(problem.people[person] for person in np.flatnonzero(before != after).tolist())
    value = new.objective - old.objective
    effects = () if new.faults or len(after) != problem.n else _effects(problem, before, after, scores)
    return Change(new, value, value / price_list(problem).point, scores, moved, tuple(effects))


def _effects(
    problem: TeamsProblem, before: Ints, after: Ints, scores: Mapping[str, tuple[Fraction, Fraction]]
) -> list[str]:
    """Return what changes: columns by their evenness in percent, then numbers, then rules."""
    weighed = {criterion.name for criterion in problem.criteria if criterion.weight}
    sentences = []
    for name, (was, now) in scores.items():
        if was != now and name in weighed:
            word = "less" if now < was else "more"
            sentences.append(
                f"{name} becomes {word} even: {100 * float(was):.1f}% to {100 * float(now):.1f}%"
            )
    lines_before = {what: words for what, score, words in summary(problem, before) if not score}
    lines_after = {what: words for what, score, words in summary(problem, after) if not score}
    sentences += [
        f"{number.name}: {lines_after[number.name]}; before {lines_before[number.name]}"
        for number in problem.numbers
        if lines_before[number.name] != lines_after[number.name]
    ]
    return sentences + rule_effects(problem, before, after)


@said_in_words
def renamed(problem: TeamsProblem, names: Mapping[str, str]) -> TeamsProblem:
    """Return the same problem with some teams called otherwise; awards stay as they are.

    Raises:
        InputError: two teams would bear one name.

    Cost: linear in the teams.

    Example:
        >>> import evenhand as eh
        >>> problem = eh.TeamsProblem.from_values(4, {"house": ["N", "N", "S", "S"]}, teams=2)
        >>> plan = eh.solve(problem)
        >>> eh.teams.renamed(problem, {"Team 1": "Otters"}).teams
        ('Otters', 'Team 2')
    """
    return replace(problem, teams=tuple(names.get(team, team) for team in problem.teams))
