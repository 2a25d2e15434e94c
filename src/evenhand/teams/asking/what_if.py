"""What if somebody leaves or joins, two people share a team, or there is one team more? Planned anew.

Two answers stand side by side: the best plan that is found for the changed problem, whoever moves, and the
plan that moves as few people as can be found. The first says what the change is worth, the second what it
takes to keep the teams that people already know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from evenhand.core import desk
from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings, InfeasibleError
from evenhand.core.explanation import Fact
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Solution, Status
from evenhand.tables import near
from evenhand.teams.asking.effects import WISHES
from evenhand.teams.asking.explain import wish_facts
from evenhand.teams.asking.new_roster import latecomer, with_roster
from evenhand.teams.asking.swaps import change
from evenhand.teams.job import JOB
from evenhand.teams.judging.judge import judge
from evenhand.teams.judging.objective import price_list
from evenhand.teams.judging.summary import summary
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.reading.columns import fold_value
from evenhand.teams.reading.sizes import even_sizes, team_names
from evenhand.teams.reading.who import Who

Pick = Sequence[str]

SHOWN = 12
"""People who move that are listed; the rest are counted."""

LARGEST = 2**60
"""Most that all moves together may cost in the objective's integers: a method's totals are of 64 bits."""


@dataclass(frozen=True, eq=False)
class Near:
    """The plan of the changed problem that keeps most people where they are.

    Attributes:
        solution: the plan.
        moved: who changes teams, from where and where to, a clause each.
        joined: who comes, and where to, a clause each.
        change: points that it is better than the plan before (below 0: worse), as ``WhatIf.change``.
        effects: what is different, a clause each.
    """

    solution: Solution = field(repr=False)
    moved: tuple[str, ...]
    joined: tuple[str, ...]
    change: float
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Two plans, before and after a change of the problem, and the one with few moves.

    Attributes:
        asked: what was changed, a clause each.
        before: the plan as it is.
        after: the best plan found for the changed problem; None where its hard rules cannot all hold.
        near: the plan with the fewest moves found; None where there is none.
        change: points that the change brings (below 0: costs), of which 100 are a column's whole range; None
            where there is no plan. Where people or teams differ, each plan's points count from the best that
            its own people and teams allow, as scores do.
        effects: what is different in the best plan, a clause each: evenness, wishes, roles.
        conflict: where there is no plan: the rules that cannot all hold, a sentence each.
    """

    asked: tuple[str, ...]
    before: Solution = field(repr=False)
    after: Solution | None = field(repr=False)
    near: Near | None = field(default=None, repr=False)
    change: float | None = None
    effects: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether both plans are proven best, so that the change is the true price."""
        return self.before.status is Status.OPTIMAL and (
            self.after is None or self.after.status is Status.OPTIMAL
        )

    def __str__(self) -> str:
        asked = "; ".join(self.asked)
        if self.after is None:
            return "\n".join(
                [f"With {asked}: the hard rules cannot all hold.", *(f"  - {rule}" for rule in self.conflict)]
            )
        proven = "both plans are proven best" if self.exact else "not proven: one plan is only the best found"
        lines = [f"With {asked}: the best plan found is {_said(self.change or 0.0)} ({proven})."]
        lines += [f"  {effect}" for effect in self.effects]
        if self.near is not None:
            many = len(self.near.moved)
            people = f"{many:,} {'person changes' if many == 1 else 'people change'} teams"
            word = people if many else "nobody changes teams"
            lines.append(f"With the fewest moves found, {word}, and the plan is {_said(self.near.change)}.")
            clauses = [*self.near.joined, *self.near.moved]
            lines += [f"  {clause}" for clause in clauses[:SHOWN]]
            if len(clauses) > SHOWN:
                lines.append(f"  ... and {len(clauses) - SHOWN:,} more")
            lines += [f"  {effect}" for effect in self.near.effects]
        return "\n".join([*lines, f"  before: {self.before.headline}", f"  after:  {self.after.headline}"])


def _said(points: float) -> str:
    """Say a change of points: the plan is better, worse, or as good.

    >>> _said(-2.5), _said(0.0)
    ('2.5 points worse than now', 'as good as now')
    """
    # Two decimals are shown of points, 100 of which are a column's whole range: less would read as 0.
    if abs(points) < 0.005:  # noqa: PLR2004 - half of the last digit shown
        return "as good as now"
    size = f"{abs(points):,.2f}".rstrip("0").rstrip(".")
    return f"{size} {'point' if size == '1' else 'points'} {'better' if points > 0 else 'worse'} than now"


class Changed(TypedDict, total=False):
    """What ``what_if`` may change; see ``changed``."""

    without: Sequence[str]
    join: Mapping[str, Mapping[str, str]] | Sequence[str]
    pin: Sequence[Pick]
    forbid: Sequence[Pick]
    together: Sequence[Pick]
    apart: Sequence[Pick]
    teams: int | None
    weights: Mapping[str, int] | None


@said_in_words
def what_if(
    solution: Solution,
    *,
    seed: int | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    **changes: Unpack[Changed],
) -> WhatIf:
    """Change the problem of a plan, plan anew, and compare.

    Args:
        solution: the plan.
        seed: that of the plan if not given.
        limits: how long each of the two searches may go on.
        progress: may interrupt.
        **changes: see ``changed``: without, join, pin, forbid, together, apart, teams, weights.

    Returns:
        The plan, the best one found for the changed problem, and the one with the fewest moves found. The
        best is never worse than the one with few moves, nor than the plan as it is where that is still
        allowed. Cost: two searches.

    Raises:
        InputError: a name is unknown, or a number makes no sense; all of it at once.

    >>> import evenhand as eh
    >>> rows = [{"name": name, "office": "OORR"[at]} for at, name in enumerate(["Ada", "Bo", "Cy", "Di"])]
    >>> plan = eh.solve(eh.TeamsProblem.from_rows(rows, teams=2, balance="office"))
    >>> eh.teams.what_if(plan, together=[("Ada", "Bo")]).change
    -100.0
    """
    problem, asked = changed(solution.problem, solution.awards, **changes)
    seed = solution.seed if seed is None else seed
    try:
        after = desk.solve(JOB, problem, seed=seed, limits=limits, progress=progress, verbs=solution.verbs)
    except InfeasibleError as error:
        return WhatIf(asked, solution, None, conflict=error.conflict)
    return compared(asked, solution, after, fewest_moves(solution, problem, seed, limits, progress))


def compared(
    asked: Sequence[str], before: Solution, after: Solution, fewest: Solution | None = None
) -> WhatIf:
    """Put plans side by side; people are matched by name, so the problems may differ.

    Args:
        asked: what was changed, a clause each.
        before: the plan as it is.
        after: the plan of the changed problem.
        fewest: the plan of the changed problem that moves few people, if there is one.
    """
    problem: TeamsProblem = after.problem
    others = [] if fewest is None else [fewest.awards]
    if problem.people == before.problem.people and problem.teams == before.problem.teams:
        others.append(before.awards)
    # A search may miss what another found: the best of all is what the change is worth.
    for awards in others:
        verdict = judge(problem, awards)
        if not verdict.faults and verdict.objective < (after.objective or 0):
            # Both are plans of one problem, so the bound of the one holds for the other.
            after = desk.judged(
                JOB, problem, awards, seed=after.seed, bound=after.bound, proof=after.proof, verbs=after.verbs
            )
    near_plan = None
    if fewest is not None:
        effects = tuple(_effects(before, fewest))
        was, now = _places(before), _places(fewest)
        moved = tuple(f"{who}: {was[who]} to {now[who]}" for who in was if was[who] != now.get(who, was[who]))
        joined = tuple(f"{who} joins {now[who]}" for who in now if who not in was)
        near_plan = Near(fewest, moved, joined, _change(before, fewest), effects)
    effects = tuple(_effects(before, after))
    return WhatIf(tuple(asked), before, after, near_plan, _change(before, after), effects)


def _change(before: Solution, after: Solution) -> float:
    """Return by how many points a plan is better than the one before."""
    problem: TeamsProblem = after.problem
    value, point = before.objective or 0, price_list(before.problem).point
    if problem.people == before.problem.people and problem.teams == before.problem.teams:
        # With other weights the plan before has to be priced with them, too.
        value, point = judge(problem, before.awards).objective, price_list(problem).point
    return float(value / point - (after.objective or 0) / price_list(problem).point)


def _places(solution: Solution) -> dict[str, str]:
    problem: TeamsProblem = solution.problem
    return {
        name: problem.teams[team] for name, team in zip(problem.people, solution.awards.tolist(), strict=True)
    }


def _effects(before: Solution, after: Solution) -> list[str]:
    """Return what is different: by person where the people are the same, else line by line."""
    if before.problem.people == after.problem.people and before.problem.teams == after.problem.teams:
        difference = change(before.problem, before.awards, after.awards)
        # A pin that the problem before does not know may break its sizes; then lines say more.
        if not difference.verdict.faults:
            return list(difference.effects)
    was = {what: score or words for what, score, words in summary(before.problem, before.awards)}
    lines = []
    for what, score, words in summary(after.problem, after.awards):
        old, new = was.get(what), score or words
        if old is not None and old != new:
            percent = [f"{100 * float(share):.1f}%" for share in (old, new)] if score else [old, new]
            lines.append(f"{what} now: {percent[0].rstrip('.')}; then: {percent[1].rstrip('.')}")
    return lines


def fewest_moves(
    before: Solution,
    problem: TeamsProblem,
    seed: int,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Solution | None:
    """Return the plan of a problem that keeps most people in their team; None where none was found in time.

    It is judged as a plan of the problem alone: its points are those of evenness and wishes, not of moves.
    """
    places = _places(before)
    teams = {name: code for code, name in enumerate(problem.teams)}
    stay: dict[int, list[int]] = {}
    for code, name in enumerate(problem.people):
        team = teams.get(places.get(name, ""))
        if team is not None:
            stay.setdefault(team, []).append(code)
    prices = price_list(problem)
    # A move costs more than all else together can, where that fits into 64 bits; else as much as all columns.
    columns = 100 * (sum(c.weight for c in problem.criteria) + 2 * sum(n.weight for n in problem.numbers)) + 1
    wishes = sum(rule.weight * max(len(rule.people) ** 2, rule.low) for rule in problem.rules)
    price = columns + wishes if (columns + wishes) * prices.point * max(1, problem.n) < LARGEST else columns
    rules = tuple(
        Rule("stay", tuple(people), (team,), weight=price, said=f"stay in {problem.teams[team]}")
        for team, people in sorted(stay.items())
    )
    try:
        staying = replace(problem, rules=(*problem.rules, *rules))
        plan = desk.solve(JOB, staying, seed=seed, limits=limits, progress=progress)
    except InfeasibleError:
        return None
    return desk.judged(JOB, problem, plan.awards, seed=seed, verbs=before.verbs)


def refused(solution: Solution) -> list[Fact]:
    """Return each wish or choice that was not granted, with the swap that would grant it and its cost.

    Args:
        solution: a plan of teams with wishes.

    Returns:
        A fact a refusal, by name; ``value`` is what the objective rises by, below 0 where the swap would be
        better all told, None where no single swap grants it. Cost O(refusals x members x k).
    """
    problem: TeamsProblem = solution.problem
    asking = sorted({rule.people[0] for rule in problem.rules if rule.kind in WISHES})
    facts = [fact for person in asking for fact in wish_facts(problem, solution.awards, person)]
    return [fact for fact in facts if fact.sentence.startswith("Not granted")]


@said_in_words
def changed(
    problem: TeamsProblem,
    awards: Ints,
    *,
    without: Sequence[str] = (),
    join: Mapping[str, Mapping[str, str]] | Sequence[str] = (),
    pin: Sequence[Pick] = (),
    forbid: Sequence[Pick] = (),
    together: Sequence[Pick] = (),
    apart: Sequence[Pick] = (),
    teams: int | None = None,
    weights: Mapping[str, int] | None = None,
) -> tuple[TeamsProblem, tuple[str, ...]]:
    """Return a changed problem, and what was changed in words.

    Args:
        problem: as it is.
        awards: the plan, which says whose place becomes free where teams have sizes of their own.
        without: people who are not there.
        join: people who come, with their values by column; or names alone.
        pin: (person, team) pairs that must be.
        forbid: (person, team) pairs that must not be.
        together: groups of people who must share a team.
        apart: groups of people of whom no two may.
        teams: how many teams there are to be.
        weights: columns to how much they count.

    Raises:
        InputError: a name is unknown, or too little would be left; all at once.
    """
    findings = Findings()
    asked: list[str] = []
    coming = dict(join) if isinstance(join, Mapping) else {name: {} for name in join}
    gone = [
        code for name in without if (code := _code(problem.people, name, "person", "without", findings)) >= 0
    ]
    asked += [f"{problem.people[code]} away" for code in gone]
    fresh = [latecomer(problem, name, values, findings) for name, values in coming.items()]
    asked += [f"{name} joining" for name in coming]
    # With wrong names the roster stays as it is, so that the rest is checked and told with them.
    if (gone or fresh) and not findings.errors:
        problem = with_roster(problem, awards, frozenset(gone), fresh, findings)
    if teams is not None:
        problem = _so_many(problem, teams, findings)
        asked.append(f"{teams} {'team' if teams == 1 else 'teams'}")
    rules = [
        *_placed(problem, pin, "pin", asked, findings),
        *_placed(problem, forbid, "forbid", asked, findings),
        *_grouped(problem, together, "together", asked, findings),
        *_grouped(problem, apart, "apart", asked, findings),
    ]
    criteria, numbers = list(problem.criteria), list(problem.numbers)
    for column, weight in (weights or {}).items():
        names = [*(part.name for part in criteria), *(part.name for part in numbers)]
        code = _code(names, column, "balanced column", "weights", findings)
        if not _whole(weight) or weight < 0:
            findings.error(
                "is not a weight", "Give a whole number of 0 or more", column="weights", came=str(weight)
            )
        elif code >= len(criteria):
            numbers[code - len(criteria)] = replace(numbers[code - len(criteria)], weight=weight)
        elif code >= 0:
            criteria[code] = replace(criteria[code], weight=weight)
        asked.append(f"{column} weighing {weight}")
    findings.raise_errors()
    return replace(
        problem,
        rules=(*problem.rules, *rules),
        criteria=tuple(criteria),
        numbers=tuple(numbers),
    ), tuple(asked) or ("nothing changed",)


def _code(names: Sequence[str], name: str, kind: str, column: str, findings: Findings) -> int:
    """Return a name's code, -1 where nobody bears it, which is noted with the nearest name."""
    wanted = " ".join(fold_value(name).split())
    if kind == "person":
        who = Who(names)
        person = who.find(name)
        if person is not None:
            return names.index(person)
        several = who.bearers(name)
        if len(several) > 1:
            wrong = f"may be {' or '.join(several[:4])}"
            findings.error(wrong, "Write the whole name", came=name, column=column)
            return -1
    for code, known in enumerate(names):
        if " ".join(fold_value(known).split()) == wanted:
            return code
    meant = near(name, list(names))
    mend = f"Did you mean {meant}?" if meant else "Write the name as it stands in the plan"
    findings.error(f"is not a {kind} of this plan", mend, came=name, column=column)
    return -1


def _whole(what: object) -> bool:
    """Whether it is a whole number; from Python anything may come."""
    return isinstance(what, int) and not isinstance(what, bool)


def _placed(
    problem: TeamsProblem, picks: Sequence[Pick], word: str, asked: list[str], findings: Findings
) -> list[Rule]:
    """Return a hard rule for each (person, team): there, or anywhere else."""
    rules = []
    for pick in picks:
        if isinstance(pick, str) or len(pick) != 2:  # noqa: PLR2004 - a person and a team
            came = pick if isinstance(pick, str) else ", ".join(str(part) for part in pick)
            mend = "Give a person and a team, as in Ada,Team 3"
            findings.error("is not a pick", mend, came=came, column=word)
            continue
        person = _code(problem.people, pick[0], "person", word, findings)
        team = _code(problem.teams, pick[1], "team", word, findings)
        if person < 0 or team < 0:
            continue
        name, where = problem.people[person], problem.teams[team]
        sentence = f"{name} {'in' if word == 'pin' else 'not in'} {where}"
        others = tuple(code for code in range(len(problem.teams)) if code != team)
        if word == "forbid" and not others:
            findings.error("is the only team", "Ask for more teams", came=where, column=word)
            continue
        asked.append(sentence)
        rules.append(Rule("allowed", (person,), (team,) if word == "pin" else others, said=sentence))
    return rules


def _grouped(
    problem: TeamsProblem, groups: Sequence[Pick], word: str, asked: list[str], findings: Findings
) -> list[Rule]:
    """Return a hard rule for each group of people."""
    rules = []
    for group in groups:
        codes = [] if isinstance(group, str) else [
            _code(problem.people, name, "person", word, findings) for name in group
        ]  # fmt: skip
        people = tuple(sorted({code for code in codes if code >= 0}))
        if len(set(codes)) < 2:  # noqa: PLR2004 - a group is two or more
            findings.error("names fewer than two people", "Name at least two", came=str(group), column=word)
            continue
        sentence = f"{', '.join(problem.people[code] for code in people)} {word}"
        asked.append(sentence)
        rules.append(Rule(word, people, said=sentence))
    return rules


def _so_many(problem: TeamsProblem, teams: int, findings: Findings) -> TeamsProblem:
    """Return the problem with another number of teams; the first keep their names."""
    if not _whole(teams) or not 1 <= teams <= max(1, problem.n):
        mend = f"Give a whole number from 1 to {problem.n}"
        findings.error("is not a number of teams", mend, came=str(teams), column="teams")
        return problem
    spoken_of = sorted({team for rule in problem.rules for team in rule.teams if team >= teams})
    if spoken_of:
        named = ", ".join(problem.teams[team] for team in spoken_of[:SHOWN])
        mend = "Plan anew with other rules, or ask for more teams"
        findings.error(
            f"would leave out {named}, of which rules speak", mend, came=str(teams), column="teams"
        )
        return problem
    kept = list(problem.teams[:teams])
    number = len(problem.teams)
    while len(kept) < teams:
        number += 1
        label = f"Team {number}"
        kept += [label] if label not in kept else []
    names = team_names(kept, teams, findings)
    return replace(problem, teams=names, sizes=even_sizes(problem.n, teams), listed=False)
