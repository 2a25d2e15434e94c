"""What an arrangement is worth, from problem and awards alone; shares no code with any method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.core.arrays import Ints
from evenhand.core.shares import TICKS
from evenhand.core.solution import Columns, Term, Verdict
from evenhand.core.statement import Statement
from evenhand.teams.judging.objective import PriceList, number_ticks, price_list
from evenhand.teams.judging.roles import holders
from evenhand.teams.judging.rules import breaches
from evenhand.teams.judging.score import Balance, balance, cost_in_ticks, outside
from evenhand.teams.problem import TeamsProblem


def judge(problem: TeamsProblem, awards: Ints) -> Verdict:
    """Judge an arrangement: its objective by term, faults, what was due, and one line to read.

    Args:
        problem: the problem.
        awards: team codes, shape (n,).

    Returns:
        The verdict. The objective is 0 exactly where every criterion is at its best and no soft rule is
        broken; see ``prices``. Cost O(n k + T V).
    """
    awards = np.asarray(awards, dtype=np.int64)
    # Before any price: what follows indexes teams by the codes, so codes out of range must not get there.
    faults = _misplaced(problem, awards)
    if faults:
        return Verdict(0, (), faults, _empty(), "This is not an arrangement of these people.")
    prices = price_list(problem)
    scored = balance(problem, awards)
    terms = _terms(problem, awards, prices, scored)
    broken: list[str] = []
    for rule, breach in zip(problem.rules, breaches(problem, awards), strict=True):
        # Only soft rules cost something; a broken hard rule is a fault, whatever the objective says.
        if rule.weight:
            terms.append(Term(breach.rule, rule.weight * prices.point * breach.units, breach.sentence))
        elif breach.units:
            broken.append(breach.sentence)
    objective = sum(term.value for term in terms)
    return Verdict(
        objective, tuple(terms), tuple(broken), statement(problem, awards), _headline(problem, awards, scored)
    )


def _misplaced(problem: TeamsProblem, awards: Ints) -> tuple[str, ...]:
    if awards.shape != (problem.n,):
        return (f"{len(awards)} places are given for {problem.n} people.",)
    teams = len(problem.teams)
    if problem.n and (awards.min() < 0 or awards.max() >= teams):
        return (f"A person stands in no team: team codes go from 0 to {teams - 1}.",)
    sizes = np.bincount(awards, minlength=teams)
    if problem.listed:
        wrong = np.flatnonzero(sizes != problem.sizes)
        return tuple(
            f"{problem.teams[team]} has {int(sizes[team])} members instead of {int(problem.sizes[team])}."
            for team in wrong.tolist()
        )
    if not np.array_equal(np.sort(sizes), np.sort(problem.sizes)):
        low, high = int(problem.sizes.min()), int(problem.sizes.max())
        return (f"Teams have {int(sizes.min())} to {int(sizes.max())} members instead of {low} to {high}.",)
    return ()


def _terms(problem: TeamsProblem, awards: Ints, prices: PriceList, scored: Balance) -> list[Term]:
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    tables = [criterion.table(awards, len(sizes)) for criterion in problem.criteria]
    terms = []
    if prices.off:
        people = sum(
            int(outside(table, criterion.counts, sizes).sum())
            for table, criterion in zip(tables, problem.criteria, strict=True)
            # Weight 0 is a column that is only reported: its people outside quota cost nothing.
            if criterion.weight
        )
        terms.append(
            Term("outside quota", prices.off * people, f"{people} people too many or too few in a team.")
        )
    for index, (table, criterion) in enumerate(zip(tables, problem.criteria, strict=True)):
        cost = cost_in_ticks(table, criterion.counts, sizes, prices.kinds)
        reason = scored.limited[criterion.name]
        sentence = f"score {float(scored.scores[criterion.name]):.3f}" + (f" ({reason})" if reason else "")
        terms.append(
            Term(criterion.name, prices.of_column(index, cost, similar=criterion.similar), f"{sentence}.")
        )
    for index, number in enumerate(problem.numbers):
        for word, scaled in (("mean", number.level), ("spread", number.spread)):
            sums = np.zeros(len(sizes), dtype=np.int64)
            np.add.at(sums, awards, scaled)
            value = number_ticks(prices.number[index], sums, sizes, problem.n)
            sentence = f"{_share(value, prices.number[index])} lies between teams."
            # The price is that of the whole variance, so value over price is the share of it that lies
            # between teams.
            terms.append(Term(f"{number.name} {word}", value, sentence))
    return terms


def _share(value: int, price: int) -> str:
    return f"{value / price:.4%} of the variance" if price else "nothing weighed"


TWO = 2
"""Different sizes that are said with "or": 12 or 13; more are a span, 3 to 9."""


def _headline(problem: TeamsProblem, awards: Ints, scored: Balance) -> str:
    sizes = np.bincount(awards, minlength=len(problem.teams))
    teams = len(problem.teams)
    if not teams:
        return "No people, no teams."
    low, high = int(sizes.min()), int(sizes.max())
    span = str(low) if problem.even else f"{low} {'or' if len(set(sizes.tolist())) == TWO else 'to'} {high}"
    parts = [f"{c.name} {float(scored.scores[c.name]):.3f}" for c in problem.criteria if c.weight]
    head = f"{teams} {'team' if teams == 1 else 'teams'} of {span}"
    if not parts:
        return f"{head}."
    tail = (
        "every team within quota"
        if not scored.teams_off
        else f"{scored.teams_off} of {teams} teams outside quota"
    )
    return f"{head}: balance {float(scored.overall):.3f} ({', '.join(parts)}); {tail}."


def statement(problem: TeamsProblem, awards: Ints) -> Statement:
    """Say what each team was due and got of every kind of person; O(T V)."""
    teams = len(problem.teams)
    counted = [criterion for criterion in problem.criteria if criterion.weight]
    things = tuple(f"{c.name}={value}" for c in counted for value in c.values)
    if not things:
        sizes = np.bincount(awards, minlength=teams).astype(np.int64)
        return Statement.of_one_thing(problem.teams, "people", sizes * TICKS, sizes)
    tables = [criterion.table(awards, teams) for criterion in counted]
    received = np.concatenate([table.T.reshape(-1) for table in tables]).astype(np.int64)
    sizes = np.bincount(awards, minlength=teams).astype(np.int64)
    due = np.concatenate([_due(int(count), sizes, problem.n) for c in counted for count in c.counts])
    claimant = np.tile(np.arange(teams), len(things))
    return Statement(problem.teams, things, claimant, np.repeat(np.arange(len(things)), teams), due, received)


def _due(count: int, sizes: Ints, people: int) -> Ints:
    """Return size x share in ticks, summing to count x TICKS exactly: leftovers to the largest remainders."""
    due = np.zeros(len(sizes), dtype=np.int64)
    parts = []
    for size in np.unique(sizes).tolist():
        of_size = np.flatnonzero(sizes == size)
        due[of_size], part = divmod(TICKS * count * size, people)
        parts.append((-part, size, of_size))
    left = TICKS * count - int(due.sum())
    # The largest remainder first; of equal ones the smaller size, so that the outcome is determined.
    for _, _, of_size in sorted(parts, key=lambda entry: entry[:2]):
        due[of_size[:left]] += 1
        left -= min(left, len(of_size))
    return due


def nearest(problem: TeamsProblem, awards: Ints) -> Ints:
    """Return the nearest whole outcome, a count a statement line: every fair share in whole people.

    It is the arrangement's own where that is within quota; else each kind's shares are rounded by largest
    remainder, which one arrangement may or may not reach for all kinds at once.
    """
    statement_now = statement(problem, awards)
    if statement_now.within_quota:
        return statement_now.received.copy()
    out = statement_now.received.copy()
    for thing in range(len(statement_now.things)):
        of_thing = np.flatnonzero(statement_now.thing == thing)
        floor = statement_now.entitlement[of_thing] // TICKS
        left = int(statement_now.received[of_thing].sum() - floor.sum())
        floor[np.argsort(-(statement_now.entitlement[of_thing] % TICKS), kind="stable")[:left]] += 1
        out[of_thing] = floor
    return out


def columns(problem: TeamsProblem, awards: Ints) -> Columns:
    """Return the arrangement as a table, team by team: team, person, and the person's balanced values."""
    order = np.argsort(awards, kind="stable")
    table: dict[str, list[str]] = {
        "team": np.repeat(
            _objects(problem.teams), np.bincount(awards, minlength=len(problem.teams))
        ).tolist(),
        "person": _objects(problem.people)[order].tolist(),
    }
    for name, cells in problem.columns.items():
        table[name if name not in table else f"{name} (given)"] = _objects(cells)[order].tolist()
    filled = holders(problem, awards)
    if filled:
        table["role" if "role" not in table else "role (by turn)"] = [
            ", ".join(filled.get(person, ())) for person in order.tolist()
        ]
    return table


def _objects(names: tuple[str, ...]) -> NDArray[np.object_]:
    """Return names as an array of Python strings, whatever their length."""
    out = np.empty(len(names), dtype=object)
    out[:] = names
    return out


def _empty() -> Statement:
    none = np.zeros(0, dtype=np.int64)
    return Statement((), (), none, none, none, none)
