"""Why somebody is where they are, what elsewhere would cost, and why a score is not 1."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError
from evenhand.core.explanation import Explanation, Fact
from evenhand.core.sentences import counted
from evenhand.core.shares import TICKS
from evenhand.core.units import decimals
from evenhand.teams.asking.best_swaps import MEMBERS, Swap, SwapPrices, swaps_of
from evenhand.teams.asking.effects import rule_effects
from evenhand.teams.asking.meeting import local_times, meeting_times
from evenhand.teams.judging.roles import holders
from evenhand.teams.judging.score import balance, limited
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.reading.columns import fold_value
from evenhand.teams.reading.schedules import COMMON
from evenhand.teams.reading.who import Who

SHOWN = 20
"""Facts of one kind that are listed; the rest are counted."""


def subjects(problem: TeamsProblem, awards: Ints) -> dict[str, str]:
    """Return what ``explain`` takes: each person with the team, each team with its size, each criterion."""
    sizes = np.bincount(awards, minlength=len(problem.teams)).tolist()
    known = dict.fromkeys(
        (criterion.name for criterion in problem.criteria if not criterion.name.startswith(COMMON)),
        "balanced",
    )
    for name, size in zip(problem.teams, sizes, strict=True):
        known[name] = "1 person" if size == 1 else f"{size} people"
    people = {name: problem.teams[team] for name, team in zip(problem.people, awards.tolist(), strict=True)}
    # Where a name is both a person's and a team's, ``explain`` takes it for the person.
    return people | {name: held for name, held in known.items() if name not in people}


def explain(problem: TeamsProblem, awards: Ints, proof: Mapping[str, Any], subject: str) -> Explanation:
    """Explain a person's place, a team's mix or a criterion's score.

    Args:
        problem: the problem.
        awards: team codes, shape (n,).
        proof: what the method handed out; its certificate is told.
        subject: a person (a first name will do where only one has it), a team or a criterion; case does not
            matter. "Ada to Team 3" asks why Ada is not there, "Ada to Ben" why the two are not together.

    Raises:
        InputError: nobody and nothing bears that name; the message names near misses.
    """
    wanted = fold_value(subject)
    for names, tell in ((problem.people, _person), (problem.teams, _team)):
        for index, name in enumerate(names):
            if fold_value(name) == wanted:
                return tell(problem, awards, index)
    for index, criterion in enumerate(problem.criteria):
        if fold_value(criterion.name) == wanted:
            return _criterion(problem, awards, index, str(proof.get("certificate", "")))
    who = Who(problem.people)
    person = who.find(subject)
    if person is not None:
        return _person(problem, awards, problem.people.index(person))
    told = _pair(problem, awards, subject, who)
    if told is not None:
        return told
    several = who.bearers(subject)
    if len(several) > 1:
        raise InputError.one(f"may be {' or '.join(several[:4])}", "Write the whole name", came=subject)
    near = get_close_matches(subject, list(subjects(problem, awards))[:20_000], n=3, cutoff=0.5)
    raise InputError.one(
        "is not a person, team or criterion here",
        f"Did you mean {' or '.join(near)}?" if near else "Name a person, a team or a criterion",
        came=subject,
    )


def _pair(problem: TeamsProblem, awards: Ints, subject: str, who: Who) -> Explanation | None:
    """Explain "Ada to Team 3" or "Ada to Ben": why they are apart, what it would take; None for others."""
    words = subject.split(" to ")
    teams = {fold_value(name): code for code, name in enumerate(problem.teams)}
    for cut in range(1, len(words)):
        first, second = who.find(" to ".join(words[:cut])), " to ".join(words[cut:])
        other = who.find(second)
        team = teams.get(fold_value(second))
        if first is None or (other is None and team is None):
            continue
        person = problem.people.index(first)
        if team is not None:
            return _not_there(problem, awards, person, team)
        return _not_together(problem, awards, person, problem.people.index(str(other)))
    return None


def _not_there(problem: TeamsProblem, awards: Ints, person: int, team: int) -> Explanation:
    """Say what each swap into a team would change, the cheapest first."""
    name, where = problem.people[person], problem.teams[team]
    subject = f"{name} to {where}"
    if int(awards[person]) == team:
        return Explanation("teams", subject, f"{name} is in {where}.")
    swaps = _swaps_into(problem, awards, person, team, set())
    if not swaps:
        return Explanation("teams", subject, f"{where} has nobody {name} could change places with.")
    head = f"{name} is in {problem.teams[int(awards[person])]}, not in {where}: {_verdict(swaps[0], 'swap')}."
    return Explanation("teams", subject, head, tuple(_swap_facts(problem, awards, person, swaps)))


def _not_together(problem: TeamsProblem, awards: Ints, person: int, other: int) -> Explanation:
    """Say which swaps would bring two people together, the cheapest first."""
    names = problem.people[person], problem.people[other]
    subject = f"{names[0]} to {names[1]}"
    home, there = int(awards[person]), int(awards[other])
    if home == there:
        head = f"{names[0]} and {names[1]} are both in {problem.teams[home]}."
        return Explanation("teams", subject, head)
    both = [
        (swap, mover)
        for mover, team, stays in ((person, there, other), (other, home, person))
        for swap in _swaps_into(problem, awards, mover, team, {stays})
    ]
    if not both:
        head = f"{names[0]} and {names[1]} are apart, and no single swap would bring them together."
        return Explanation("teams", subject, head)
    both.sort(key=lambda pair: (len(pair[0].breaks), pair[0].value, pair[0].other))
    head = (
        f"{names[0]} is in {problem.teams[home]} and {names[1]} in {problem.teams[there]}: "
        f"{_verdict(both[0][0], 'swap that brings them together')}."
    )
    facts = [fact for swap, mover in both for fact in _swap_facts(problem, awards, mover, [swap])]
    return Explanation("teams", subject, head, tuple(facts[:SHOWN]))


def _swaps_into(problem: TeamsProblem, awards: Ints, person: int, team: int, stays: set[int]) -> list[Swap]:
    """Return a person's swaps with members of a team, the best first; those in ``stays`` do not move."""
    prices = SwapPrices(problem, awards)
    members = np.flatnonzero(awards == team)[:MEMBERS].tolist()
    swaps = [prices.swap(person, other) for other in members if other not in stays and other != person]
    return sorted(swaps, key=lambda swap: (len(swap.breaks), swap.value, swap.other))


def _verdict(swap: Swap, what: str) -> str:
    """Say in a clause what the best of several swaps would do."""
    if swap.breaks:
        return f"every {what} would break a rule"
    if swap.value > 0:
        return f"every {what} would make the plan worse"
    return f"a {what} would be {'just as good' if not swap.value else 'better'}"


def _swap_facts(problem: TeamsProblem, awards: Ints, person: int, swaps: list[Swap]) -> list[Fact]:
    name = problem.people[person]
    return [
        Fact(
            "swap",
            f"{name} for {problem.people[swap.other]} of {problem.teams[swap.team]}: "
            f"{_losses(problem, awards, person, swap)}.",
            swap.value, "units", problem.people[swap.other],
        )
        for swap in swaps[:SHOWN]
    ]  # fmt: skip


def _person(problem: TeamsProblem, awards: Ints, person: int) -> Explanation:
    name, team = problem.people[person], problem.teams[int(awards[person])]
    best = swaps_of(problem, awards, person)
    mix = _mix(problem, person)
    facts = [Fact("holds", f"{name} brings {mix}.", None, "", name)] if mix else []
    facts += _roles(problem, awards, person) + wish_facts(problem, awards, person)
    if best:
        facts.append(_next_best(problem, awards, person, best[0]))
    in_order = sorted(best, key=lambda swap: swap.team)
    facts += [_elsewhere(problem, awards, person, swap) for swap in in_order[:SHOWN]]
    facts += [
        Fact("rule", f"A rule speaks of {name}: {rule.said}.", rule.weight, "points", rule.said)
        for rule in problem.rules
        if person in rule.people and rule.kind not in {"friends", "wish", "choice", "met", "role"}
    ]
    open_swaps = [swap for swap in best if not swap.breaks]
    if not best:
        head = f"{name} is in {team}: there is nobody to swap with."
    elif not open_swaps:
        head = f"{name} is in {team}: every swap we tried would break a rule."
    elif open_swaps[0].value > 0:
        head = f"{name} is in {team}: in every other team something would get worse."
    elif open_swaps[0].value == 0:
        even = sum(swap.value == 0 for swap in open_swaps)
        others = f"{even} other {'team' if even == 1 else 'teams'} would be just as good"
        head = f"{name} is in {team} by the draw of the seed: {others}."
    else:
        head = f"{name} is in {team}, and a swap with {problem.teams[open_swaps[0].team]} would be better."
    return Explanation("teams", name, head, tuple(facts))


def wish_facts(problem: TeamsProblem, awards: Ints, person: int) -> list[Fact]:
    """Say what became of a person's wish or choice; where refused, the swap that grants it and its cost."""
    facts = []
    name = problem.people[person]
    for rule in problem.rules:
        if rule.kind not in {"friends", "wish"} or rule.people[0] != person:
            continue
        near = [who for who in rule.people[1:] if awards[who] == awards[person]]
        if near:
            names = " and ".join(problem.people[who] for who in near)
            facts.append(Fact("wish", f"Granted: {rule.said}. {name} is with {names}.", 0, "points", name))
        else:
            friends = set(rule.people[1:])
            teams = {int(awards[who]) for who in friends}
            facts.append(_refused(problem, awards, person, rule.said, teams, friends))
    owed = max((rule.owed for rule in problem.rules if rule.owed and rule.people[0] == person), default=0)
    if owed:
        sentence = (
            f"From earlier plans {name} is owed {decimals(owed / TICKS, 2)} of a wish, so it counts more."
        )
        facts.append(Fact("owed", sentence, owed, "ticks", name))
    choices = [rule for rule in problem.rules if rule.kind == "choice" and rule.people[0] == person]
    if choices and int(awards[person]) not in choices[0].teams:
        facts.append(_refused(problem, awards, person, choices[0].said, set(choices[0].teams), set()))
    return facts


def _refused(
    problem: TeamsProblem, awards: Ints, person: int, wish: str, teams: set[int], friends: set[int]
) -> Fact:
    """Say which swap into one of these teams would grant a wish, and its cost; a friend has to stay there."""
    prices = SwapPrices(problem, awards)
    swaps = []
    for team in sorted(teams):
        members = np.flatnonzero(awards == team).tolist()
        swaps += [
            prices.swap(person, other)
            for other in members[:MEMBERS]
            if not friends or friends & (set(members) - {other})
        ]
    if not swaps:
        return Fact("wish", f"Not granted: {wish}. No single swap would grant it.", None, "points", wish)
    swap = min(swaps, key=lambda refused: (len(refused.breaks), refused.value, refused.other))
    other, where = problem.people[swap.other], problem.teams[swap.team]
    # The wish itself is what the swap is about; what else it does is its cost.
    name = problem.people[person]
    changes = [
        change for change in _changes(problem, awards, person, swap) if change != f"{name} gets a wish"
    ]
    cost = "; ".join(changes) or "nothing else changes"
    sentence = f"Not granted: {wish}. Changing places with {other} of {where} would grant it: {cost}."
    return Fact("wish", sentence, swap.value, "units", wish)


def _roles(problem: TeamsProblem, awards: Ints, person: int) -> list[Fact]:
    """Say which role a person has, and how far down the line of turns they stand."""
    name, team = problem.people[person], problem.teams[int(awards[person])]
    has = holders(problem, awards).get(person, [])
    facts = []
    for rule in problem.rules:
        if rule.kind != "role" or person not in rule.people:
            continue
        role, place = problem.criteria[rule.criterion].name, rule.people.index(person) + 1
        line = f"number {place} of {len(rule.people)} in line"
        sentence = (
            f"{name} is {role} of {team}: nobody there is before {name}, {line}."
            if role in has
            else f"{name} is not {role} now: {line}, and somebody of {team} is before."
        )
        facts.append(Fact("role", sentence, place, "place in line", role))
    return facts


def _next_best(problem: TeamsProblem, awards: Ints, person: int, swap: Swap) -> Fact:
    sentence = f"The next best swap is with {problem.people[swap.other]} of {problem.teams[swap.team]}"
    words = _losses(problem, awards, person, swap)
    return Fact("next_best", f"{sentence}: {words}.", swap.value, "units", problem.people[person])


def _elsewhere(problem: TeamsProblem, awards: Ints, person: int, swap: Swap) -> Fact:
    where, other = problem.teams[swap.team], problem.people[swap.other]
    words = _losses(problem, awards, person, swap)
    return Fact("elsewhere", f"In {where}, for {other}: {words}.", swap.value, "units", where)


def _losses(problem: TeamsProblem, awards: Ints, person: int, swap: Swap) -> str:
    """Say all that a swap changes; "nothing changes" only where nothing does."""
    return "; ".join(_changes(problem, awards, person, swap)) or "nothing changes"


def _changes(problem: TeamsProblem, awards: Ints, person: int, swap: Swap) -> list[str]:
    """Return a clause for each column, number and rule that a swap changes."""
    after = awards.copy()
    after[[person, swap.other]] = after[[swap.other, person]]
    both = {person, swap.other}
    about = [
        rule
        for rule in problem.rules
        # Rules about columns name nobody, and any swap may change what they count.
        if rule.weight and (not rule.people or not both.isdisjoint(rule.people))
    ]
    parts = [
        f"{name} {'loses' if lost > 0 else 'gains'} {100 * abs(float(lost)):.1f}% of its evenness"
        for name, lost in swap.lost.items()
        if lost
    ]
    parts += [
        f"{name} gets {'less' if share > 0 else 'more'} even by {abs(share):.4%} of its variance"
        for name, share in swap.numbers.items()
        if share
    ]
    parts += rule_effects(problem, awards, after, about)
    if swap.outside:
        people = "person" if abs(swap.outside) == 1 else "people"
        parts.append(f"{abs(swap.outside)} {people} {'more' if swap.outside > 0 else 'fewer'} outside quota")
    parts += [f"breaks {rule}" for rule in swap.breaks]
    return parts


def _mix(problem: TeamsProblem, person: int) -> str:
    parts = []
    for criterion in problem.criteria:
        values = criterion.value[criterion.person == person].tolist()
        # When somebody can not meet would be a list of a hundred slots.
        if values and not criterion.name.startswith(COMMON):
            parts.append(f"{criterion.name}={' and '.join(criterion.values[value] for value in values)}")
    return ", ".join(parts)


def _team(problem: TeamsProblem, awards: Ints, team: int) -> Explanation:
    name = problem.teams[team]
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    facts: list[Fact] = []
    off = 0
    for criterion in problem.criteria:
        if criterion.name.startswith(COMMON):
            continue  # when people can meet is told as times
        row = criterion.table(awards, len(sizes))[team]
        low, high = _span(criterion.counts, sizes[team : team + 1], problem.n)
        for value, label in enumerate(criterion.values):
            held, due = int(row[value]), int(sizes[team]) * int(criterion.counts[value]) / max(1, problem.n)
            inside = low[0, value] <= held <= high[0, value]
            off += 0 if inside else 1
            word = "within quota" if inside else "outside quota"
            sentence = f"{criterion.name}={label}: {held}, the fair share is {decimals(due, 2)} ({word})."
            facts.append(Fact("mix", sentence, held, "people", f"{criterion.name}={label}"))
    meets = meeting_times(problem, awards)
    if meets:
        facts.insert(0, Fact("meets", f"All of {name} can meet: {meets[team]}.", None, "", name))
        local = local_times(problem, awards, team)
        facts[1:1] = [
            Fact("local", f"By the clock of {zone}: {when}.", None, "", zone) for zone, when in local
        ]
    head = f"{name} has {counted(int(sizes[team]), 'member')}, " + (
        "each kind within quota." if not off else f"{off} {'kind' if off == 1 else 'kinds'} outside quota."
    )
    return Explanation("teams", name, head, tuple(facts))


def _criterion(problem: TeamsProblem, awards: Ints, index: int, certificate: str) -> Explanation:
    criterion = problem.criteria[index]
    sizes = np.bincount(awards, minlength=len(problem.teams)).astype(np.int64)
    score = float(balance(problem, awards).scores[criterion.name])
    table = criterion.table(awards, len(sizes))
    low, high = _span(criterion.counts, sizes, problem.n)
    facts = []
    wrong = np.argwhere((table < low) | (table > high))
    for team, value in wrong[:SHOWN].tolist():
        span = (
            f"{low[team, value]} to {high[team, value]}"
            if low[team, value] < high[team, value]
            else low[team, value]
        )
        held = int(table[team, value])
        what = f"{criterion.name}={criterion.values[value]}"
        sentence = f"{problem.teams[team]} has {held} with {what}, within quota is {span}."
        facts.append(Fact("outside_quota", sentence, held, "people", problem.teams[team]))
    if len(wrong) > SHOWN:
        facts.append(Fact("more", f"And {len(wrong) - SHOWN} more like these.", len(wrong) - SHOWN, "lines"))
    words = limited(criterion, sizes)
    if words:
        sentence = f"Limited: {words}; the score measures against the best that this allows."
        facts.append(Fact("limited", sentence, None, "", criterion.name))
    if certificate:
        facts.append(Fact("certificate", certificate))
    if score == 1:
        head = f"{criterion.name} scores 1: it is as even as the counts allow."
    elif not len(wrong):
        head = f"{criterion.name} scores {score:.4f}: all within quota, another rounding would be closer."
    else:
        head = f"{criterion.name} scores {score:.4f}: {len(wrong)} counts stand outside quota."
    return Explanation("teams", criterion.name, head, tuple(facts))


def _span(counts: Ints, sizes: Ints, people: int) -> tuple[Ints, Ints]:
    """Return floor and ceiling of each team's fair share of each value, (T, V) each."""
    share = sizes[:, None] * counts[None, :]
    return share // max(1, people), -(-share // max(1, people))
