"""Fair over time: who got a wish, who met whom, who had a role; and the next plan prefers those who got less.

A ledger counts one thing, its unit, and a plan is booked into a ledger for each thing that is to be fair:

- "wishes": everybody who wished is due an equal part of the wishes granted. The first wish counts 1, the
  second 1/2, the third 1/3. In the next plan the wish of somebody who is owed weighs more.
- "meetings": everybody is due as many people met as everybody else; each line names who was met. The next
  plan parts those who met, the last plan most.
- "roles": everybody who may fill a role is due an equal part of its turns; each role has an account of its
  own. The next plan gives the role to those who are owed most.

References:
    Why weights that grow with what is owed keep it small: Tassiulas and Ephremides, *Stability properties of
    constrained queueing systems* (1992), doi:10.1109/9.182479.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from math import isqrt
from typing import Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.core.errors import Finding, InputError
from evenhand.core.ledger import Ledger, Line
from evenhand.core.shares import TICKS, largest_remainder
from evenhand.core.units import decimals
from evenhand.teams.asking.effects import NAMED, listed
from evenhand.teams.judging.roles import holders
from evenhand.teams.judging.rules import Breach, breaches
from evenhand.teams.problem import Rule, TeamsProblem
from evenhand.teams.reading.people_rules import CHOICE_POINTS

UNITS: Final = ("wishes", "roles", "meetings")
"""What a ledger of teams can count; a plan that has several is booked as the first of them unless told."""

STEPS: Final = 4
"""Steps of weight to one wish owed. Two people who could have had each other's wish then differ by less than
1 + 1/STEPS wishes for good: a step is the least difference that is heeded. With 1 they could differ by two;
with 8 by 1.125, and prices twice as large gain nothing that anybody would notice."""

MET_POINTS: Final = 20
"""Points for a pair of the last plan that meets again: a fifth of a column's whole range, as --met-before."""

PLANS: Final = 12
"""Plans back that are heeded. Each counts half of the next, so the fifth one back costs a point already."""

MOST_LINES: Final = 200_000
"""Meetings that a plan may book: some 30 MB of a file that every later plan reads."""


def units_of(problem: TeamsProblem) -> tuple[str, ...]:
    """Return what a plan of this problem can be booked as, the likeliest first.

    >>> rows = [{"name": name, "friend": "Bo" * (name == "Ada")} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> units_of(TeamsProblem.from_rows(rows, teams=2, wishes="friend"))
    ('wishes', 'meetings')
    """
    kinds = {rule.kind for rule in problem.rules}
    have = {"wishes": bool(kinds & {"friends", "choice", "wish"}), "roles": "role" in kinds, "meetings": True}
    return tuple(unit for unit in UNITS if have[unit])


def lines_of_plan(problem: TeamsProblem, awards: Ints, unit: str) -> list[Line]:
    """Return what a plan made due to whom, and who received it, in a ledger's unit.

    Args:
        problem: what was planned.
        awards: the plan that was handed out.
        unit: one of ``UNITS``.

    Returns:
        Lines that balance, in each account. Meetings are a line for each person and teammate: O(n s) lines.

    Raises:
        InputError: the unit is unknown, or the plan has nothing of it.
    """
    if unit not in units_of(problem):
        lacks = {"wishes": "wishes or choices", "roles": "roles"}.get(unit)
        wrong = (
            f"cannot be counted: the plan has no {lacks}"
            if lacks
            else "is not something that a ledger of teams counts"
        )
        can = " or ".join(units_of(problem))
        mend = f"Count what it has, with --count {can}"
        raise InputError.one(wrong, mend, came=unit, column="unit")
    awards = np.asarray(awards, dtype=np.int64)
    make = {"wishes": _wish_lines, "roles": _turn_lines, "meetings": _meeting_lines}[unit]
    note = f"plan {_digest(problem, awards)}"
    return [line._replace(note=note) for line in make(problem, awards)]


def _wish_lines(problem: TeamsProblem, awards: Ints) -> list[Line]:
    got = _granted(problem, awards)
    names = sorted(got)
    due = largest_remainder(sum(got.values()), [1] * len(names)).tolist()
    return [Line(name, part, got[name]) for name, part in zip(names, due, strict=True)]


def _granted(problem: TeamsProblem, awards: Ints) -> dict[str, int]:
    """Return the ticks that each who wished received: 1, 1/2, 1/3 of a wish by place; 0 for none."""
    granted: dict[str, int] = {}
    choices: dict[int, list[int]] = {}
    for rule, breach in zip(problem.rules, breaches(problem, awards), strict=True):
        name = problem.people[rule.people[0]] if rule.people else ""
        if rule.kind == "friends":
            granted[name] = max(granted.get(name, 0), _by_place(rule, breach))
        elif rule.kind == "wish":
            # Of several single wishes, one that is granted is enough: nobody gets more by asking for more.
            granted[name] = max(granted.get(name, 0), 0 if breach.units else TICKS)
        elif rule.kind == "choice":
            choices.setdefault(rule.people[0], []).append(breach.units)
    for person, missed in choices.items():
        # A choice is missed in all rules before it; who is outside all of them has none.
        ticks = 0 if all(missed) else TICKS // (1 + sum(missed))
        granted[problem.people[person]] = max(granted.get(problem.people[person], 0), ticks)
    return granted


def _by_place(rule: Rule, breach: Breach) -> int:
    return TICKS // (1 + isqrt(breach.units)) if breach.units < rule.low else 0


def _turn_lines(problem: TeamsProblem, awards: Ints) -> list[Line]:
    filled = holders(problem, awards)
    lines = []
    for rule in problem.rules:
        if rule.kind != "role":
            continue
        role = problem.criteria[rule.criterion].name
        able = sorted(rule.people)
        got = [role in filled.get(person, ()) for person in able]
        due = largest_remainder(sum(got) * TICKS, [1] * len(able)).tolist()
        lines += [
            Line(problem.people[person], part, TICKS * had, account=role.casefold())
            for person, part, had in zip(able, due, got, strict=True)
        ]
    return lines


def _meeting_lines(problem: TeamsProblem, awards: Ints) -> list[Line]:
    order = np.argsort(awards, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(awards, minlength=len(problem.teams)))[:-1])
    lines, total = [], 0
    meetings = sum(len(group) * (len(group) - 1) for group in groups)
    if meetings > MOST_LINES:
        raise InputError.one(
            f"meetings are more than a ledger can hold ({MOST_LINES:,})",
            "Keep a ledger of meetings for smaller teams or fewer people", came=f"{meetings:,}",
        )  # fmt: skip
    for group in groups:
        names = [problem.people[person] for person in group.tolist()]
        for name in names:
            lines += [Line(name, 0, TICKS, thing=other) for other in names if other != name]
        total += len(names) * (len(names) - 1)
    due = largest_remainder(total * TICKS, [1] * problem.n).tolist() if problem.n else []
    return [*(Line(name, part, 0) for name, part in zip(problem.people, due, strict=True)), *lines]


def _digest(problem: TeamsProblem, awards: Ints) -> str:
    """Return a short hash of who is in which team and role, by which a plan booked twice is noticed."""
    filled = holders(problem, awards)
    text = "\n".join(
        f"{name}\t{awards[person]}\t{','.join(filled.get(person, ()))}"
        for person, name in enumerate(problem.people)
    )
    return sha256(text.encode()).hexdigest()[:12]


def last_label(ledger: Ledger) -> str:
    """Return the name of the period booked last; "" for none."""
    return next((entry.label for entry in reversed(ledger.entries) if entry.kind == "statement"), "")


@said_in_words
def published(
    ledger: Ledger, problem: TeamsProblem, awards: Ints, label: str = "", *, unit: str = ""
) -> Ledger:
    """Book a plan of teams.

    Args:
        ledger: as it is; it is not changed. A new one takes the plan's unit.
        problem: what was planned.
        awards: the plan that was handed out.
        label: the period's name; "plan 1", "plan 2" and so on if empty.
        unit: one of ``UNITS``; the ledger's own, or the likeliest, if empty.

    Promise:
        Nobody's standing depends on the order of rows, and all lags sum to exactly 0 in every account.

    Raises:
        InputError: the unit is not the ledger's, the plan has nothing of it, or is booked already.

    Cost: linear in the people and the ledger's accounts; in pairs where it counts meetings.

    >>> rows = [{"name": name, "friend": "Bo"} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, wishes="friend")
    >>> book = published(Ledger(), problem, np.array([0, 0, 1, 1]))
    >>> book.unit, {name: round(lag / TICKS, 2) for name, lag in book.balances.items()}
    ('wishes', {'Ada': -0.67, 'Cy': 0.33, 'Di': 0.33})
    """
    book = _of_unit(ledger, problem, unit)
    lines = lines_of_plan(problem, awards, book.unit)
    last = last_label(book)
    if not label and last and {line.note for line in book.booked(last)} == {line.note for line in lines}:
        raise InputError.one(
            f"is booked already, as {last}", "Give --label to book the same teams once more",
            came=f"plan of {problem.n} people",
        )  # fmt: skip
    return book.publish(label or f"plan {len(book.periods) + 1}", lines, unit=book.unit)


@said_in_words
def amended_in(ledger: Ledger, problem: TeamsProblem, awards: Ints, label: str = "") -> Ledger:
    """Book the difference where other teams were handed out; the last period if no label is given.

    Promise:
        Everybody then stands as if the new plan had been published at once.

    Raises:
        InputError: the period is not booked, or the plan has nothing of the ledger's unit.

    Cost: linear in the people and the ledger's entries.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben", "Cy", "Di"], "house": ["N", "S", "N", "S"]}
        >>> wishes = {"Ada": ["Ben"], "Cy": ["Di"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=2, balance="house", wishes=wishes)
        >>> plan = eh.solve(problem)
        >>> ledger = eh.teams.published(eh.Ledger(), problem, plan.awards)
        >>> other = eh.teams.arrange(problem, {"Ben": "Team 2", "Di": "Team 1"}, plan.awards)
        >>> amended = eh.teams.amended_in(ledger, problem, other)
        >>> sum(amended.balances.values())
        0
    """
    book = _of_unit(ledger, problem, "")
    return book.amend(label or last_label(book), None, lines_of_plan(problem, awards, book.unit))


@said_in_words
def taken_back(ledger: Ledger, label: str = "") -> Ledger:
    """Take a period back: everybody stands as before it. The entries stay, with others that undo them.

    Raises:
        InputError: the period is not booked, or is taken back already.

    Cost: linear in the ledger's entries.

    >>> rows = [{"name": name, "friend": "Bo"} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, wishes="friend")
    >>> set(taken_back(published(Ledger(), problem, np.array([0, 0, 1, 1]))).balances.values())
    {0}
    """
    name = label or last_label(ledger)
    if name in ledger.head.labels and not any(line.due or line.received for line in ledger.booked(name)):
        mend = "Nothing has to be done; --label names another period"
        raise InputError.one("is taken back already", mend, came=name, column="label")
    return ledger.amend(name, None, [], note="taken back")


def _of_unit(ledger: Ledger, problem: TeamsProblem, unit: str) -> Ledger:
    """Return the ledger, a fresh one with its unit.

    Raises:
        InputError: it counts something else.
    """
    if ledger.unit and unit and unit != ledger.unit:
        raise InputError.one(
            f"is not what the ledger counts: {ledger.unit}", "Keep a ledger of its own for each",
            came=unit, column="unit",
        )  # fmt: skip
    if ledger.unit and ledger.unit not in UNITS:
        raise InputError.one(
            f"the ledger counts {ledger.unit}, which a plan of teams has none of",
            f"Give a ledger of {', '.join(UNITS)}", column="unit",
        )  # fmt: skip
    # A ledger without entries may take any unit: its chain of hashes begins with the first.
    return ledger if ledger.unit else replace(ledger, unit=unit or units_of(problem)[0])


@said_in_words
def with_ledger(problem: TeamsProblem, ledger: Ledger) -> TeamsProblem:
    """Return the problem so that those who got less in earlier plans are preferred; hard rules stay.

    Args:
        problem: what is to be planned next.
        ledger: of one unit; for several things call it once with each ledger.

    Promise:
        Where two people could have each other's wish in any plan, and every plan is solved to the best, what
        they are owed never differs by more than 1 + 1/``STEPS`` wishes (proof in ``docs/how-it-works``).

    Raises:
        InputError: the ledger counts something else than teams do.

    Cost: linear in the people and the ledger's entries.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben", "Cy", "Di"], "house": ["N", "S", "N", "S"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=2, balance="house", wishes={"Ada": ["Ben"]})
        >>> ledger = eh.teams.published(eh.Ledger(), problem, eh.solve(problem).awards, "round 1")
        >>> len(eh.teams.with_ledger(problem, ledger).rules) >= len(problem.rules)
        True
    """
    book = _of_unit(ledger, problem, "")
    if book.unit not in units_of(problem):
        # No error, as not every plan has wishes; but somebody who gives the ledger expects it to count.
        sentence = f"The ledger counts {book.unit} and this plan has none, so it changes nothing"
        return replace(problem, warnings=(*problem.warnings, _note(sentence)))
    change = {"wishes": _owed_wishes, "roles": _owed_turns, "meetings": _met_before}[book.unit]
    return change(problem, book)


def _owed_wishes(problem: TeamsProblem, ledger: Ledger) -> TeamsProblem:
    """Raise the weight of each wish by what its person is owed, in steps; the least owed keeps the least."""
    wished = [rule for rule in problem.rules if rule.kind in {"friends", "choice", "wish"}]
    lags = {person: _lag(ledger, problem.people[person]) for person in {rule.people[0] for rule in wished}}
    # To the nearest step, the same for what is owed and what is ahead.
    steps = {person: (2 * STEPS * lag + ledger.ticks) // (2 * ledger.ticks) for person, lag in lags.items()}
    least, most = min(steps.values(), default=0), max(steps.values(), default=0)
    if least == most:
        return problem
    factor = {person: STEPS + step - least for person, step in steps.items()}
    # Unserved costs more than all better places of others together: by as much as weights now differ.
    spread = -(-(STEPS + most - least) // STEPS)
    rules = tuple(
        _weighed(rule, factor[rule.people[0]], lags[rule.people[0]], spread)
        if rule.kind in {"friends", "choice", "wish"}
        else rule
        for rule in problem.rules
    )
    owed = {problem.people[person]: lag for person, lag in lags.items() if lag > 0 and steps[person] > 0}
    sentence = (
        f"{_who(owed, ledger.ticks)}: what they wish for counts more" if owed else "Nobody is owed a wish"
    )
    return replace(problem, rules=rules, warnings=(*problem.warnings, _note(sentence)))


def _weighed(rule: Rule, factor: int, lag: int, spread: int) -> Rule:
    """Return a wish with its person's weight; unserved stays above all better places of others together."""
    if rule.kind == "friends":
        return replace(rule, weight=rule.weight * factor, low=rule.low * spread, owed=max(0, lag))
    # "None of them" costs more than any later choice, and must stay above the others' together.
    none = rule.kind == "choice" and rule.weight > CHOICE_POINTS * len(rule.teams)
    last = spread if none else 1
    return replace(rule, weight=rule.weight * factor * last, owed=max(0, lag))


def _owed_turns(problem: TeamsProblem, ledger: Ledger) -> TeamsProblem:
    """Order those who may fill a role by what they are owed, the most first; of equals as drawn."""
    rules, notes = [], []
    for rule in problem.rules:
        if rule.kind != "role":
            rules.append(rule)
            continue
        role = problem.criteria[rule.criterion].name
        lags = {person: _lag(ledger, problem.people[person], role.casefold()) for person in rule.people}
        order = tuple(sorted(rule.people, key=lambda person: -lags[person]))
        chosen = order[: rule.low]
        names = [problem.people[person] for person in chosen]
        shown = listed(names)
        rules.append(replace(rule, people=order, said=f"{role}: it is the turn of {shown}"))
        notes.append(_note(f"It is the turn of {shown} as {role}, by what everybody is owed"))
    return replace(problem, rules=tuple(rules), warnings=(*problem.warnings, *notes))


def _met_before(problem: TeamsProblem, ledger: Ledger) -> TeamsProblem:
    """Add a soft rule for each earlier team, the last plan's counting most."""
    known = {name: code for code, name in enumerate(problem.people)}
    labels = [entry.label for entry in ledger.entries if entry.kind == "statement"]
    rules, pairs, plans = [], 0, 0
    for label in reversed(list(dict.fromkeys(labels))):
        # Lines of a period name everybody's teammates, so whoever shares a set of names shared a team.
        mates: dict[str, set[str]] = {}
        for line in ledger.booked(label):
            if line.thing:
                mates.setdefault(line.claimant, {line.claimant}).add(line.thing)
        teams = sorted(
            {tuple(sorted(known[name] for name in team if name in known)) for team in mates.values()}
        )
        teams = [team for team in teams if len(team) > 1]
        if not teams or plans == PLANS:
            continue
        ago = "in the last plan" if not plans else f"{plans + 1} plans ago"
        points = max(1, MET_POINTS >> plans)
        rules += [
            Rule("met", team, weight=points, said=f"{_names(problem, team)} met {ago}") for team in teams
        ]
        pairs += sum(len(team) * (len(team) - 1) // 2 for team in teams)
        plans += 1
    if not rules:
        return problem
    sentence = f"{pairs} earlier meetings in {plans} {'plan' if plans == 1 else 'plans'} are to be avoided"
    return replace(problem, rules=(*problem.rules, *rules), warnings=(*problem.warnings, _note(sentence)))


def preferred(problem: TeamsProblem, awards: Ints) -> list[str]:
    """Say in a sentence each what a plan did for those who got less before; [] where no ledger was used.

    >>> rows = [{"name": name, "friend": "Bo"} for name in ("Ada", "Bo", "Cy", "Di")]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, wishes="friend")
    >>> book = published(Ledger(), problem, np.array([0, 0, 1, 1]))
    >>> preferred(with_ledger(problem, book), np.array([1, 0, 0, 1]))
    ['1 of 2 people who were owed a wish got one; Di still waits.']
    """
    sentences = []
    owed = {rule.people[0]: rule.owed for rule in problem.rules if 2 * STEPS * rule.owed >= TICKS}
    if owed:
        got = _granted(problem, np.asarray(awards))
        wait = [problem.people[person] for person in sorted(owed) if not got[problem.people[person]]]
        people = "person" if len(owed) == 1 else "people"
        was = "was" if len(owed) == 1 else "were"
        tail = f"; {listed(wait)} still {'waits' if len(wait) == 1 else 'wait'}" if wait else ""
        sentences.append(
            f"{len(owed) - len(wait)} of {len(owed)} {people} who {was} owed a wish got one{tail}."
        )
    filled = holders(problem, np.asarray(awards))
    for rule in problem.rules:
        if rule.kind == "role":
            role = problem.criteria[rule.criterion].name
            had = sorted(person for person in rule.people if role in filled.get(person, ()))
            had.sort(key=lambda person: int(awards[person]))
            sentences.append(f"{role}: {listed([_in_team(problem, awards, who) for who in had])}.")
    return sentences


def _in_team(problem: TeamsProblem, awards: Ints, person: int) -> str:
    return f"{problem.people[person]} ({problem.teams[int(awards[person])]})"


def _lag(ledger: Ledger, name: str, account: str = "") -> int:
    return int(ledger.head.lags.get((name, account), 0))


def _names(problem: TeamsProblem, people: tuple[int, ...]) -> str:
    return listed([problem.people[person] for person in people])


def _who(owed: Mapping[str, int], ticks: int) -> str:
    """Say who is owed how much, the most first."""
    order = sorted(owed.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [f"{name} {decimals(lag / ticks, 2)}" for name, lag in order[:NAMED]]
    more = f" and {len(order) - NAMED} more" if len(order) > NAMED else ""
    verb = "is" if len(order) == 1 else "are"
    people = "person" if len(order) == 1 else "people"
    return f"{len(order)} {people} {verb} owed a wish or part of one ({', '.join(parts)}{more})"


def _note(sentence: str) -> Finding:
    return Finding("ledger", None, "", None, sentence, "Leave the ledger out to plan without it")
