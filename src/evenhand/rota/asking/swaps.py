"""Who could take a turn, in order, and what a swap or a gift does to both accounts, before it is booked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import InputError
from evenhand.core.shares import TICKS
from evenhand.rota.judging.attendance import may_serve
from evenhand.rota.judging.faults import rules_broken
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.turns import turn_ids
from evenhand.rota.solving.model.standing import Standing


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who could take a turn.

    Attributes:
        name: who.
        lag: turns they are owed by the end of the plan as it stands: above 0 owed, below 0 ahead.
        after: the same once they have taken the turn.
        breaks: rules with a weight that it would break, a sentence each; empty where it breaks none.
    """

    name: str
    lag: float
    after: float
    breaks: tuple[str, ...] = ()


def seat_named(problem: RotaProblem, awards: Ints, turn: str, holder: str = "") -> int:
    """Return the seat-turn that is meant by a turn's id, a slot's id or a day, and who serves it.

    Raises:
        InputError: there is none, or it could be several.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 2))
    >>> seat_named(garden, np.array([0, 1]), "2026-01-12")
    1
    """
    ids = turn_ids(problem)
    # An id first: it means one turn, where a day may mean several.
    if turn in ids:
        return ids.index(turn)
    fits = [
        seat
        for seat, name in enumerate(ids)
        if (name.rpartition("/")[0] == turn or problem.slot_label[int(problem.seat_slot[seat])] == turn)
        and (not holder or (awards[seat] >= 0 and problem.people[int(awards[seat])] == holder))
    ]
    if len(fits) == 1:
        return fits[0]
    if fits:
        known = ", ".join(f"{ids[seat]} ({_name(problem, awards, seat)})" for seat in fits[:6])
        raise InputError.one("could be several turns", f"Give one of {known}", came=turn, column="turn")
    held = [ids[seat] for seat in range(len(ids)) if holder and _name(problem, awards, seat) == holder][:5]
    mend = f"{holder} has {', '.join(held)}" if held else f"Turns are named like {ids[0]}" if ids else ""
    raise InputError.one("is not a turn of this plan", mend, came=turn, column="turn")


def _name(problem: RotaProblem, awards: Ints, seat: int) -> str:
    return problem.people[int(awards[seat])] if awards[seat] >= 0 else "open"


def served_instead(awards: Ints, changed: dict[int, int]) -> Ints:
    """Return the plan with other people in some seats (-1 for nobody); the plan given stays as it was."""
    out = awards.copy()
    for seat, who in changed.items():
        out[seat] = who
    return out


def why_not(problem: RotaProblem, awards: Ints, changed: dict[int, int]) -> tuple[str, ...]:
    """Return the rules that a change of some seats would break, by the judge; empty where it breaks none.

    Seats given to nobody are no fault by themselves, but may leave somebody new alone or part a weekend.
    """
    free = _unpublished(problem)
    can = may_serve(free)
    # Faults the plan has already are not the swap's.
    before = set(rules_broken(free, awards, can))
    after = rules_broken(free, served_instead(awards, changed), can)
    return tuple(fault for fault in after if fault not in before)


def breaks_added(problem: RotaProblem, awards: Ints, changed: dict[int, int]) -> tuple[str, ...]:
    """Return the rules with a weight that a change of some seats would break, with what each break weighs.

    Rules with a weight may be broken, so they keep nobody from swapping; both should know before they do.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> weeks, rest = weekly("2026-01-05", 3), [{"rule": "rest", "value": 1, "weight": 5}]
    >>> garden = RotaProblem.from_values(["Ada", "Ben"], weeks, rules=rest, policy="ledger")
    >>> breaks_added(garden, np.array([0, 1, 0]), {1: 0})[0]
    'Ada serves 2026-01-12 without 1 start day of rest before (weight 5).'
    """
    free = _unpublished(problem)
    soft = [rule.weight for rule in free.rules]
    before = {(broken.rule, broken.sentence) for broken in breaks_of(free, awards)}
    after = breaks_of(free, served_instead(awards, changed))
    return tuple(
        f"{broken.sentence} (weight {soft[broken.rule]})."
        for broken in after
        if soft[broken.rule] and (broken.rule, broken.sentence) not in before
    )


def _unpublished(problem: RotaProblem) -> RotaProblem:
    """Return the rota without its published plan: a swap changes published turns on purpose."""
    return replace(problem, published=np.zeros(0, dtype=np.int64), frozen=0)


def takers(problem: RotaProblem, awards: Ints, seat: int, seed: int = 0) -> list[Taker]:
    """Return who could take a turn without breaking a rule, in order of whose turn it would be.

    Args:
        problem: the rota.
        awards: its plan.
        seat: the seat-turn.
        seed: of the draw among those who stand alike.

    Returns:
        Takers, whoever is owed most by the plan's end first; who stands alike, and all under round robin,
        in the policy's order at that slot. Those who would break a rule with a weight come after those
        who break none. Cost O(slots x people) for the ranking and a look by the judge for each person.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> garden = RotaProblem.from_values(["Ada", "Ben", "Cem"], weekly("2026-01-05", 2), policy="ledger")
    >>> sorted(taker.name for taker in takers(garden, np.array([0, 1]), 0))
    ['Ben', 'Cem']
    """
    slot = int(problem.seat_slot[seat])
    standing = Standing(problem, seed)
    for before in range(slot):
        standing.open(before)
        standing.serve_by(awards)
    standing.open(slot)
    serving = set(awards[problem.turns_of(slot)].tolist())
    # The policy's order says who would be next, and the judge says who may: only who is both is named.
    fine = np.zeros(len(problem.people), dtype=bool)
    for who in np.flatnonzero(standing.able_to[slot]).tolist():
        fine[who] = who not in serving and not why_not(problem, awards, {seat: who})
    lag = statement_of(problem, awards).lag / TICKS
    out = []
    for who in standing.ranked(fine):
        after = float(statement_of(problem, served_instead(awards, {seat: who})).lag[who] / TICKS)
        broken = breaks_added(problem, awards, {seat: who})
        out.append(Taker(problem.people[who], float(lag[who]), after, broken))
    # By the slot's order alone, who has a turn next week would come before who has none to the plan's end.
    # Thousandths of a turn are the rounding of shares; the sort is stable, so the policy's order stays there.
    by_wait = standing.order.by_wait
    return sorted(out, key=lambda taker: (bool(taker.breaks), 0.0 if by_wait else -round(taker.lag, 3)))


def effect(problem: RotaProblem, awards: Ints, changed: dict[int, int]) -> dict[str, tuple[float, float]]:
    """Return the lag by the end of the plan before and after, in turns, of everybody whose lag moves."""
    before = statement_of(problem, awards).lag / TICKS
    after = statement_of(problem, served_instead(awards, changed)).lag / TICKS
    # less than a hundredth of a turn is the rounding of shares, and nobody's concern
    moved = np.flatnonzero(np.abs(after - before) >= 0.005).tolist()  # noqa: PLR2004 - said above
    return {problem.people[who]: (float(before[who]), float(after[who])) for who in moved}
