"""Why you: for every turn the standings at that slot; for every person an account over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Floats, Ints
from evenhand.core.errors import InputError
from evenhand.core.explanation import Explanation, Fact
from evenhand.core.sentences import clock, counted, joined
from evenhand.core.shares import TICKS
from evenhand.core.units import decimals
from evenhand.rota.asking.advice import missed_wishes, wishes_said
from evenhand.rota.asking.limits import kept_by_rules
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import slot_names, turn_ids
from evenhand.rota.solving.model.barriers import Barriers
from evenhand.rota.solving.model.presence import able, member_days, member_on, present_on
from evenhand.rota.solving.model.standing import Standing


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one person stood when a slot was given out.

    Attributes:
        name: who.
        lag: turns owed, this slot's share in it; below 0 is ahead.
        rank: 1 is next; 0 for those who could not take it.
        wait: days since the last turn, or since joining.
        serves: whether the plan gives them the slot.
        why_not: why they could not take it; "" where they could.
        turns_a_day: turns served so far over days of membership; 0 before the first day.
        priority: what the policy's order goes by, the larger the sooner: under ``rate`` the deficit a day
            with the policy's threshold, offset and damping (the penalised priority).
        mixed: serves before somebody ahead in order whom the policy puts on a level, to mix partners.
        same_day: serves another slot that starts on this day, and not this one.
    """

    name: str
    lag: float
    rank: int
    wait: int
    serves: bool
    why_not: str
    turns_a_day: float = 0.0
    priority: float = 0.0
    mixed: bool = False
    same_day: bool = False


def in_order(stood: Sequence[Stand]) -> bool:
    """Return whether a slot's crew came next by the policy, not by a look at the whole plan.

    Who was ahead of them may serve another slot of the day: the policy says who serves that day, and its
    slots are dealt out among these people.
    """
    ahead = [stand for stand in stood if stand.rank and not stand.same_day]
    crew = [stand for stand in stood if stand.serves]
    return all(stand.mixed or stand in ahead[: len(crew)] for stand in crew)


@said_in_words
def standings(problem: RotaProblem, awards: Ints, slot: int, seed: int = 0) -> list[Stand]:
    """Return where everybody stood at a slot, next first, then those who could not take it.

    Members only. Cost O(slots x people): the plan is replayed up to the slot.

    Example:
        >>> import evenhand as eh
        >>> rota = eh.RotaProblem.from_values(["Al", "Bo", "Cy"], eh.weekly("2026-01-05", 3), policy="ledger")
        >>> plan = eh.solve(rota)
        >>> [stand.rank for stand in eh.rota.standings(rota, plan.awards, 0)]
        [1, 2, 3]
    """
    standing, barriers = Standing(problem, seed), Barriers(problem)
    # The same engine as the method's, fed with the plan's turns: it shows what was known at that slot and
    # no more.
    for index in range(slot):
        standing.open(index)
        _serve(standing, barriers, index, awards)
    standing.open(slot)
    return _stood(standing, barriers, slot, awards)


def all_standings(problem: RotaProblem, awards: Ints, seed: int = 0) -> Iterator[list[Stand]]:
    """Yield the ``standings`` of each slot, the plan replayed once. Cost O(slots x people) in all."""
    standing, barriers = Standing(problem, seed), Barriers(problem)
    for slot in range(len(problem.slot_start)):
        standing.open(slot)
        yield _stood(standing, barriers, slot, awards)
        _serve(standing, barriers, slot, awards)


def _serve(standing: Standing, barriers: Barriers, slot: int, awards: Ints) -> None:
    """Book who serves the open slot."""
    barriers.served(slot, standing.serve_by(awards).tolist())


def _stood(standing: Standing, barriers: Barriers, slot: int, awards: Ints) -> list[Stand]:
    problem = standing.problem
    starts = problem.first_seat
    crew = set(awards[problem.turns_of(slot)].tolist())
    closed = barriers.closed(slot)
    can = standing.able_to[slot]
    day, last = int(problem.slot_start[slot]), int(problem.slot_end[slot])
    there, lag = present_on(problem, day, last), standing.lags()
    rank = [who for who in standing.ranked(can) if who not in closed]
    out = [_stand(standing, who, day, place, lag, crew, "") for place, who in enumerate(rank, 1)]
    low, high = (
        np.searchsorted(problem.slot_start, [day, day + 1]).tolist() if problem.views else (slot, slot)
    )
    elsewhere = set(awards[starts[low] : starts[high]].tolist()) - crew
    out = [replace(stand, same_day=who in elsewhere) for who, stand in zip(rank, out, strict=True)]
    ahead = [who for who in rank if who not in elsewhere]
    passed = [who for who in ahead[: len(crew)] if who not in crew]
    if passed and standing.company is not None:
        level = set(standing.order.as_good(standing, np.array(rank), passed[0]).tolist())
        out = [
            replace(stand, mixed=stand.serves and who not in ahead[: len(crew)] and who in level)
            for who, stand in zip(rank, out, strict=True)
        ]
    for who in np.flatnonzero(member_on(problem, day, last)).tolist():
        if who not in rank:
            reason = closed.get(who) or ("they lack the skill" if there[who] else "they are away")
            out.append(_stand(standing, who, day, 0, lag, crew, reason))
    return out


def _stand(
    standing: Standing, who: int, day: int, rank: int, lag: Ints, crew: set[int], why_not: str
) -> Stand:
    name, owed = standing.problem.people[who], float(lag[who]) / TICKS
    days = int(member_days(standing.problem, day)[who])
    rate = int(standing.served[who]) / days if days else 0.0
    value = float(standing.value(who))
    # Without a turn the wait is counted from the evening before joining.
    wait = day - int(standing.waits[who]) - int(not standing.turns[who])
    return Stand(name, owed, rank, wait, who in crew, why_not, rate, value)


@dataclass(frozen=True, eq=False)
class Account:
    """One person's account over time, a row a slot of the plan.

    Attributes:
        name: who.
        dates: first day of each slot, ISO.
        due: turns due so far after each slot; served: turns served so far; lag: due - served, with what
            leavers left to those who stayed; shape (S,), in turns.
        turns: whether the slot is theirs, shape (S,).
    """

    name: str
    dates: tuple[str, ...]
    due: Floats = field(repr=False)
    served: Floats = field(repr=False)
    lag: Floats = field(repr=False)
    turns: Bools = field(repr=False)


@said_in_words
def accounts(problem: RotaProblem, awards: Ints, seed: int = 0) -> list[Account]:
    """Return everybody's account, in order of names. Cost O(slots x people) array steps.

    Example:
        >>> import evenhand as eh
        >>> rota = eh.RotaProblem.from_values(["Al", "Bo", "Cy"], eh.weekly("2026-01-05", 3), policy="ledger")
        >>> plan = eh.solve(rota)
        >>> [(account.name, int(account.served[-1])) for account in eh.rota.accounts(rota, plan.awards)]
        [('Al', 1), ('Bo', 1), ('Cy', 1)]
    """
    slots, people = len(problem.slot_start), len(problem.people)
    standing = Standing(problem, seed)
    lag, served = np.zeros((slots, people)), np.zeros((slots, people))
    turns = np.zeros((slots, people), dtype=bool)
    for slot in range(slots):
        standing.open(slot)
        crew = standing.serve_by(awards)
        lag[slot], served[slot] = standing.lags() / TICKS, standing.served
        turns[slot, crew] = True
    if slots and not standing.by_slot:
        # Under days and totals what is due moves with every day: the account ends where the statement does.
        statement = statement_of(problem, awards)
        lag[-1] = statement.lag / statement.ticks
    dates = tuple(date.fromordinal(int(day)).isoformat() for day in problem.slot_start)
    return [
        Account(name, dates, (lag + served)[:, who], served[:, who], lag[:, who], turns[:, who])
        for who, name in enumerate(problem.people)
    ]


@said_in_words
def account(problem: RotaProblem, awards: Ints, name: str) -> Account:
    """Return one person's account.

    Raises:
        InputError: there is nobody of that name.

    Cost: that of all accounts: linear in slots times the people who could serve them.

    Example:
        >>> import evenhand as eh
        >>> rota = eh.RotaProblem.from_values(["Al", "Bo", "Cy"], eh.weekly("2026-01-05", 3), policy="ledger")
        >>> plan = eh.solve(rota)
        >>> [round(float(lag), 2) for lag in eh.rota.account(rota, plan.awards, "Al").lag]
        [0.33, 0.67, 0.0]
    """
    if name not in problem.people:
        raise _unknown(problem, name)
    return accounts(problem, awards)[problem.people.index(name)]


def subjects(problem: RotaProblem, awards: Ints) -> dict[str, str]:
    """Return what ``explain`` takes: each person with the turns, each slot (its date, and duty) with who."""
    turns = np.bincount(awards[awards >= 0], minlength=len(problem.people)).tolist()
    known = {
        name: counted(served, "turn") if served else "no turns"
        for name, served in zip(problem.people, turns, strict=True)
    }
    for slot, label in enumerate(_slots(problem)):
        crew = awards[problem.turns_of(slot)].tolist()
        # A person whose name is also a slot's label is asked about as a person, as in ``explain``.
        known.setdefault(label, ", ".join("open" if who < 0 else problem.people[who] for who in crew))
    return known


def _slots(problem: RotaProblem) -> list[str]:
    labels = list(problem.slot_label)
    several = (
        {label for label in labels if labels.count(label) > 1} if len(set(labels)) < len(labels) else set()
    )
    duty = [problem.duties[int(code)] for code in problem.slot_duty]
    out = [f"{label} {duty[index]}" if label in several else label for index, label in enumerate(labels)]
    alike = {name for name, times in Counter(out).items() if times > 1}
    # Two slots of one duty on one day are told apart as their turns are: by the time of day, else a number.
    names = slot_names(problem) if alike else []
    for index in [index for index, name in enumerate(out) if name in alike]:
        number = f" ({names[index].which + 1})" if names[index].which else ""
        out[index] = f"{out[index]} {clock(names[index].clock)}".rstrip() + number
    return out


def _unknown(problem: RotaProblem, subject: str) -> InputError:
    from difflib import get_close_matches

    known = [*problem.people, *_slots(problem)]
    meant = get_close_matches(subject, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(meant)}?" if meant else "Give a person's name, or the date of a slot"
    return InputError.one("is neither a person nor a slot of this rota", hint, came=subject)


def explain(problem: RotaProblem, awards: Ints, proof: Mapping[str, Any], subject: str) -> Explanation:
    """Explain a turn (by its id, or its date), all slots of a day, or a person's account (by name).

    Raises:
        InputError: it is none of these; near misses are named.
    """
    slots = _slots(problem)
    if subject in problem.people:
        return _person(problem, awards, subject)
    seed = int(proof.get("seed", 0))
    if subject in slots:
        return _turn(problem, awards, slots.index(subject), seed, subject)
    ids = turn_ids(problem)
    if subject in ids:
        slot = int(problem.seat_slot[ids.index(subject)])
        return _turn(problem, awards, slot, seed, slots[slot])
    if subject in problem.slot_label:
        return _day(problem, awards, slots, seed, subject)
    raise _unknown(problem, subject)


def _day(problem: RotaProblem, awards: Ints, slots: list[str], seed: int, day: str) -> Explanation:
    """Say of each slot of a day who serves, and who came next; a slot asked for by itself says all."""
    here = [slot for slot, label in enumerate(problem.slot_label) if label == day]
    facts: list[Fact] = []
    for slot in here:
        turn = _turn(problem, awards, slot, seed, slots[slot])
        facts.append(Fact("turn", turn.headline, None, "", slots[slot]))
        facts += [fact for fact in turn.facts if fact.name in {"runner_up", "open"}]
    asked = ", ".join(f'"{slots[slot]}"' for slot in here[:NAMED])
    facts.append(
        Fact("slots", f"Ask for one of them by its name, such as {asked}, for everybody's standing.")
    )
    return Explanation("rota", day, f"{day}: {len(here)} slots start.", tuple(facts))


NAMED: Final = 2
"""Slots of a day that are named as examples of what to ask for."""


def _turn(problem: RotaProblem, awards: Ints, slot: int, seed: int, label: str) -> Explanation:
    stood = standings(problem, awards, slot, seed)
    crew = [stand for stand in stood if stand.serves]
    by_days = problem.policy.grows.by_days
    names = joined([stand.name for stand in crew])
    facts: list[Fact] = []
    for stand in stood:
        place = f"number {stand.rank} in order" if stand.rank else stand.why_not
        side = turns_owed(stand.lag)
        rate = f", {stand.turns_a_day:.4f} turns a day, priority {stand.priority:+.5f}" if by_days else ""
        sentence = f"{stand.name} was {side}{rate}, waiting {counted(stand.wait, 'day')}: {place}."
        facts.append(Fact("standing", sentence, round(stand.lag, 6), "turns", stand.name))
    facts += _runner_up(stood, crew)
    open_seats = int((awards[problem.turns_of(slot)] < 0).sum())
    if open_seats:
        free = [stand for stand in stood if stand.rank]
        why = (
            "nobody who could take it was left" if not free else "a side rule or a skill kept the others out"
        )
        sentence = f"{counted(open_seats, 'seat stays', 'seats stay')} open: {why}."
        facts.append(Fact("open", sentence, open_seats, "seats"))
    # A plan of the policy takes the first in order; another method may have looked ahead, and then no order
    # explains it.
    first = in_order(stood)
    how = (
        f"next in order under the policy {problem.policy.name}"
        if first
        else "chosen with the whole plan in view"
    )
    last = max((stand.rank for stand in crew), default=0)
    before = [stand.name for stand in stood if stand.same_day and stand.rank < last]
    if first and before:
        sentence = (
            f"Before them in order, with another turn that day: {joined(before)}; "
            "who takes which is decided by how often each has had it."
        )
        facts.append(Fact("same_day", sentence, len(before), "people"))
    mixed = [stand.name for stand in crew if stand.mixed]
    if first and mixed:
        ahead = [stand for stand in stood if stand.rank and not stand.same_day]
        stood_level = [stand.name for stand in ahead[: len(crew)] if not stand.serves]
        sentence = (
            f"{joined(mixed)} served with the others less often than {joined(stood_level)}, "
            "who had waited longer but was due no sooner: partners are mixed."
        )
        facts.append(Fact("mixed", sentence, len(mixed), "people"))
    head = f"{label}: {names}, {how}." if crew else f"{label} is open: nobody could take it."
    return Explanation("rota", label, head, tuple(facts))


def turns_owed(lag: float) -> str:
    """Say a lag in words: ``owed 0.50 turns``, ``0.50 turns ahead`` or ``even``."""
    size = decimals(abs(lag), 2)
    if size == "0.00":
        return "even"
    return f"owed {size} turns" if lag > 0 else f"{size} turns ahead"


def _runner_up(stood: list[Stand], crew: list[Stand]) -> list[Fact]:
    others = [stand for stand in stood if stand.rank and not stand.serves and not stand.same_day]
    if not others or not crew:
        return []
    # Compared with the one of the crew who was owed least: they would have been the first to give way.
    runner, last = others[0], min(crew, key=lambda stand: (stand.lag, stand.wait))
    gap = last.lag - runner.lag
    if last.mixed and gap >= 0:
        return [Fact("runner_up", f"The runner-up was {runner.name}.", runner.rank, "rank", runner.name)]
    facts = [Fact("runner_up", f"The runner-up was {runner.name}.", runner.rank, "rank", runner.name)]
    if gap > 0:
        sentence = f"Owed {decimals(gap, 2)} turns more, {runner.name} would have come before {last.name}."
    elif gap == 0:
        sentence = f"{runner.name} and {last.name} were owed alike; the longer wait, then a draw, decided."
    else:
        sentence = (
            f"{runner.name} was owed {decimals(-gap, 2)} turns more than {last.name}, "
            "who was due sooner by the order."
        )
    facts.append(Fact("would_change", sentence, round(gap, 6), "turns", runner.name))
    facts.append(
        Fact("away", f"Had {last.name} been away, {runner.name} would have served.", None, "", last.name)
    )
    return facts


def _person(problem: RotaProblem, awards: Ints, name: str) -> Explanation:
    who = problem.people.index(name)
    own = account(problem, awards, name)
    can = able(problem)[:, who]
    when = [own.dates[slot] for slot in np.flatnonzero(own.turns)]
    facts = [
        Fact("turns", f"Turns: {', '.join(when) or 'none'}.", len(when), "turns", name),
        Fact(
            "able",
            f"Able to serve {int(can.sum())} of {counted(len(can), 'slot')}.",
            int(can.sum()),
            "slots",
            name,
        ),
    ]
    statement = statement_of(problem, awards)
    due, served = float(statement.entitlement[who]) / TICKS, int(statement.received[who])
    lag = due - served
    sentence = f"Due {decimals(due, 2)} turns and served {served}, history included."
    facts.append(Fact("due", sentence, round(due, 6), "turns", name))
    reason = kept_by_rules(problem, awards).get(name)
    if reason:
        facts.append(Fact("limit", reason, round(lag, 6), "turns", name))
    wishes, missed = int((problem.wishes[:, 1] == who).sum()), missed_wishes(problem, awards).get(name, [])
    if wishes:
        facts.append(Fact("wishes", wishes_said(wishes, missed), wishes - len(missed), "wishes", name))
    if len(own.lag):
        low, high = float(own.lag.min()), float(own.lag.max())
        sentence = f"Turn by turn, {name} stood between {turns_owed(low)} and {turns_owed(high)}."
        if turns_owed(low) == turns_owed(high):
            sentence = f"Turn by turn, {name} stood {turns_owed(low)}."
        facts.append(Fact("lag", sentence, round(lag, 6), "turns", name))
        side = turns_owed(lag)
        head = f"{name} serves {counted(len(when), 'turn')} of this plan and ends it {side}."
    else:
        head = f"{name}: the plan has no slots."
    return Explanation("rota", name, head, tuple(facts))
