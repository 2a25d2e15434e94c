"""Advice that looks ahead: what a policy or a rule will do, in plain words, and what avoids it.

Nothing here changes a plan. What another policy would give is not guessed: it is planned and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Bools, Ints
from evenhand.core.job import Limits
from evenhand.core.progress import Progress
from evenhand.core.sentences import counted
from evenhand.core.shares import TICKS
from evenhand.core.statement import Statement
from evenhand.core.units import at_least, at_most, decimals
from evenhand.measures.evenness import cv_floor
from evenhand.rota.asking.limits import kept_by_rules
from evenhand.rota.judging.attendance import is_frozen, members_on
from evenhand.rota.judging.judge import statement_of
from evenhand.rota.judging.side_rules import breaks_of
from evenhand.rota.judging.views import views_of
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.policies import POLICIES
from evenhand.rota.rules.base import slot_said
from evenhand.rota.solving.model.presence import able, member_on, seat_able
from evenhand.rota.solving.model.seating import fillable
from evenhand.rota.solving.online import online

TARGET = 0.10
"""The variation that people call even: 10%."""

# Counts are whole, so this means 2 turns or more: 1 is what rounding alone may give.
FAR = 1.5
"""Turns by which a newcomer's count may differ from the ledger's before it is said."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know before the plan is published.

    Attributes:
        kind: "broken", "limit", "forced", "too few", "dead end", "share", "wish", "account", "away",
            "holiday", "burden", "free ride" or "variation".
        sentence: what will happen, in plain words with figures.
        instead: the policy or setting that avoids it, and what that would give; "" where nothing does.
    """

    kind: str
    sentence: str
    instead: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} {self.instead}".strip()


@said_in_words
def advise(problem: RotaProblem, awards: Ints | None = None) -> list[Advice]:
    """Return what is worth knowing of a rota, most important first.

    Args:
        problem: the rota.
        awards: its plan; made by the policy if None, which costs O(slots x people).

    Example:
        >>> import evenhand as eh
        >>> people = [{"name": "Ada"}, {"name": "Ben"}]
        >>> solution = eh.solve(eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 4)))
        >>> [advice.kind for advice in eh.rota.advise(solution.problem, solution.awards)]
        []
    """
    can = able(problem)
    # A rota without slots has nothing to advise on, and the looks below need a first slot.
    if not len(problem.slot_start):
        return []
    plan = _played(problem) if awards is None else awards
    out = [] if awards is None else [*_broken(problem, awards), *_kept_off(problem, awards)]
    too_few = list(_rest(problem, can))
    out += too_few
    if awards is not None and not any(advice.kind == "too few" for advice in too_few):
        out += _dead_end(problem, awards)
    out += _skilled(problem, plan)
    out += _skilled_duties(problem, plan)
    if awards is not None:
        out += _wishes(problem, awards)
        out += _two_yardsticks(problem, awards)
        out += _away(problem, can, awards)
    # Only where days of membership say what is due do newcomers go first or spare the veterans.
    by_days = problem.policy.grows.by_days and problem.policy.order in {"relative", "absolute"}
    if by_days and not problem.ruled:
        out += _newcomers(problem)
    return out + list(_variation(problem, plan))


# Lower, and policies would be named that differ by rounding alone; higher, and a difference of a turn would
# pass unsaid.
NEARER: Final = 0.75
"""Turns by which another policy must keep the worst account nearer before it is named: whole turns alone
make a difference of half a turn between plans as good."""

TRIED: Final = 100_000
"""Slots times people up to which the other policies are played: a second or two for all."""


def by_one_yardstick(problem: RotaProblem, awards: Ints) -> Statement:
    """Return the statement by which policies are compared: due by the slots one could take, as ``ledger``."""
    return statement_of(replace(problem, policy=POLICIES["ledger"]), awards)


def worst_view(problem: RotaProblem, awards: Ints) -> dict[str, float]:
    """Return the most turns that anybody is off in any view, by the one yardstick; nothing without views."""
    alike = replace(problem, policy=POLICIES["ledger"])
    worst = [view.worst for view in views_of(alike, awards)]
    return {"Worst view": max(worst)} if worst else {}


def furthest(problem: RotaProblem, awards: Ints) -> float:
    """Return how far anybody's account is off, in turns, by the one yardstick that compares policies.

    What was due is the shares of the slots that one could take, plan and history together, whatever the
    policy; the rota's members at the plan's end are looked at.
    """
    return float(np.abs(_members_lag(problem, awards)).max(initial=0)) / TICKS


def _members_lag(problem: RotaProblem, awards: Ints) -> Ints:
    """Return the lags, by the one yardstick, of the rota's members at the plan's end; of all if none is."""
    inside = members_on(problem, int(problem.slot_end.max(initial=1)))
    return np.asarray(by_one_yardstick(problem, awards).lag[inside if inside.any() else slice(None)])


def nearer_policy(problem: RotaProblem, awards: Ints) -> Advice | None:
    """Return the named policy that would keep this team's accounts nearer, with figures, or None.

    What each policy would give is planned and counted, unless no plan could be so much nearer. Side rules
    leave little to a policy: then none is tried. Cost O(policies x slots x people) at most.
    """
    slots = len(problem.slot_start)
    if problem.ruled or not slots or slots * len(problem.people) > TRIED:
        return None
    lag = _members_lag(problem, awards)
    now = float(np.abs(lag).max(initial=0)) / TICKS
    # Turns are whole, so no plan that fills all seats brings an account nearer than to the nearest whole one.
    nearest = float(np.minimum(lag % TICKS, -lag % TICKS).max(initial=0)) / TICKS * bool((awards >= 0).all())
    if now - nearest < NEARER:
        return None
    candidates = []
    for code, policy in enumerate(POLICIES.values()):
        if policy != problem.policy:
            other = replace(problem, policy=policy)
            # Rounded to 9 digits, so that equal results tie and the order of the table decides, not a
            # float's last bit.
            candidates.append((round(furthest(problem, _played(other)), 9), code, policy.name))
            if candidates[-1][0] <= nearest:
                break
    least, _, name = min(candidates)
    if now - least < NEARER:
        return None
    near = "what was due" if at_most(least, 1) == "0.0" else f"{at_most(least, 1)} turns of what was due"
    near = "exactly at what was due" if near == "what was due" else f"within {near}"
    return Advice(
        "policy",
        f"Policy {name} would keep everybody {near}, history included; {problem.policy.name} leaves somebody "
        f"{decimals(now, 1)} turns off.",
    )


def holiday(turns: int, veterans: int, newcomers: int) -> int:
    """Return for how many slots veterans get no turn under ``rate``: T (m/v - 1), 0 where that is below 0.

    Args:
        turns: T, slots served before the newcomers came.
        veterans: v, people before, >= 1.
        newcomers: m, people who came.

    A newcomer's rate stays below a veteran's until all rates are equal, and there are m of them for T slots'
    worth of turns that v people shared.
    """
    return max(0, -(-turns * (newcomers - veterans) // veterans))


def _broken(problem: RotaProblem, awards: Ints) -> Iterator[Advice]:
    """Say of each rule that is broken how often, and where."""
    breaks = breaks_of(problem, awards)
    for number, rule in enumerate(problem.rules):
        where = [broken.sentence for broken in breaks if broken.rule == number]
        if where:
            more = f"; and {len(where) - NAMED} more" if len(where) > NAMED else ""
            weight = f" (weight {rule.weight})" if rule.weight > 1 else ""
            times = "once" if len(where) == 1 else f"{len(where)} times"
            sentence = f"Broken {times}: the rule that {rule.said}{weight}: {'; '.join(where[:NAMED])}{more}."
            yield Advice("broken", sentence)


NAMED: Final = 4
"""Breaks of one rule, or people whom rules keep from even, that advice names; the plan marks every break."""


def _kept_off(problem: RotaProblem, awards: Ints) -> Iterator[Advice]:
    """Say who is behind or ahead because a rule allows nothing else."""
    reasons = list(kept_by_rules(problem, awards).values())
    if reasons:
        sentences, more = reasons[:NAMED], len(reasons) - NAMED
        if more > 0:
            sentences.append("So is 1 more." if more == 1 else f"So are {more} more.")
        behind = any(" turns behind: " in reason for reason in sentences)
        yield Advice(
            "limit", " ".join(sentences), "A smaller weight makes fewer turns due." if behind else ""
        )


def _rest(problem: RotaProblem, can: Bools) -> Iterator[Advice]:
    """Look for rest that cannot be had, and for plans that leave no choice."""
    rest, seats = problem.rest_slots, int(problem.seats.max())
    count = can.sum(axis=1)
    steady = bool((can == can[0]).all() and (problem.seats == seats).all())
    need, days = seats * (rest + 1), counted(rest, "start day")
    starts = np.unique(problem.slot_start)
    first = np.searchsorted(problem.slot_start, starts)
    for slot in range(len(starts) if rest else 0):
        low, after = first[slot], slot + rest + 1
        high = first[after] if after < len(starts) else len(problem.slot_start)
        people, wanted = int(can[low:high].any(axis=0).sum()), int(problem.seats[low:high].sum())
        # The first such run of days is enough: it shows the fault, and more would say the same.
        if people < wanted:
            day = problem.slot_label[int(low)]
            yield Advice(
                "too few",
                f"From {day} on, {rest + 1} start days in a row need {wanted} different people, and {people} "
                "could serve: with this rest some seats stay open.",
                f"With {counted(seats, 'seat')}, {days} of rest need {need} people (seats x (rest + 1)); "
                f"with {counted(people, 'person', 'people')} the longest rest is "
                f"{max(people // seats - 1, 0)}.",
            )
            return
    if steady and int(count[0]) == need and len(starts) > rest + 1:
        crowd = counted(need, "person", "people")
        groups = (
            "the same people serve every slot" if not rest else f"{rest + 1} groups take turns in one order"
        )
        yield Advice(
            "forced",
            f"There is no choice after the first {'slot' if not rest else f'{rest + 1} slots'}: {crowd} for "
            f"{counted(seats, 'seat')}{f' with {days} of rest' if rest else ''} "
            f"means that {groups}. Every policy "
            "gives the same turns, up to who begins.",
            "One person more, or one start day of rest less, gives a choice." if rest else "",
        )


def _dead_end(problem: RotaProblem, awards: Ints) -> Iterator[Advice]:
    """Say where a plan made slot by slot left a seat open that a plan made at once may fill."""
    # A rota with a weight for open seats is planned at once, and its open seats are told as breaks.
    if not problem.ruled or problem.rules:
        return
    fixed = is_frozen(problem)
    slots = np.unique(problem.seat_slot[awards < 0])
    slots = slots[~fixed[slots] & (_could_fill(problem, slots) > _served(problem, awards)[slots])]
    if slots.size:
        where = ", ".join(problem.slot_label[slot] for slot in slots[:NAMED].tolist())
        more = f" and {slots.size - NAMED} more" if slots.size > NAMED else ""
        yield Advice(
            "dead end",
            f"The turns before it leave nobody free for a seat of {where}{more}.",
            "--method optimise plans all slots at once, and fills such seats where the rules let it.",
        )


def _served(problem: RotaProblem, awards: Ints) -> Ints:
    """Return how many seats of each slot are filled, shape (S,)."""
    return np.bincount(problem.seat_slot[awards >= 0], minlength=len(problem.seats))


def _could_fill(problem: RotaProblem, slots: Ints) -> Ints:
    """Return how many seats of each of some slots could be filled, were it the only one."""
    can = able(problem)
    return np.array(
        [fillable(seat_able(problem, slot, can[slot])) for slot in slots.tolist()], dtype=np.int64
    )


def _played(problem: RotaProblem) -> Ints:
    """Plan by the policy, slot by slot, and return a person a seat; -1 for open seats."""
    awards = online.run(problem, 0, Limits(), Progress()).awards
    assert awards is not None  # noqa: S101 - nothing can stop this progress
    return awards


def _skilled(problem: RotaProblem, plan: Ints) -> Iterator[Advice]:
    """Say what each way to share seats that ask for skills comes to, where the two differ."""
    first = problem.first_seat[:-1]
    mixed = (problem.seat_skill != np.repeat(problem.seat_skill[first], problem.seats)).any()
    slots = len(problem.slot_start)
    if not mixed or problem.ruled or len(problem.published) or slots * len(problem.people) > TRIED:
        return
    other = _played(replace(problem, share_able=1 - problem.share_able))
    size = len(problem.people)
    here, there = (np.bincount(turns[turns >= 0], minlength=size) for turns in (plan, other))
    if (here == there).all():
        return
    asked = np.unique(problem.seat_skill[problem.seat_skill >= 0])
    skilled = np.zeros(size, dtype=bool)
    skilled[problem.skill_person[np.isin(problem.skill_code, asked)]] = True
    names = " or ".join(problem.skills[code] for code in asked.tolist())
    member = members_on(problem, int(problem.slot_end.max()))

    def said(turns: Ints) -> str:
        groups = [turns[skilled & member], turns[~skilled & member]]
        spans = [_span(group) for group in groups if group.size]
        with_skill = f"{spans[0]} for each with {names}" if groups[0].size else ""
        return f"{with_skill}, {spans[-1]} for each of the others" if len(spans) > 1 else with_skill

    ways = ("each seat shared by those who fit it", "turns shared alike over all")
    now, then = (ways[0], ways[1]) if problem.share_able else (ways[1], ways[0])
    yield Advice(
        "share",
        f"Seats ask for skills. With {now} this plan gives {said(here)}.",
        f"With {then} (--share {'all' if problem.share_able else 'able'}) it would be {said(there)}.",
    )


def _skilled_duties(problem: RotaProblem, plan: Ints) -> Iterator[Advice]:
    """Say where duties that ask for a skill give those who have it more turns in all than the others."""
    first = problem.first_seat[:-1]
    whole = np.minimum.reduceat(problem.seat_skill, first) >= 0
    # A plan with rules evens lags of every slot, whatever the policy.
    by_slot = problem.policy.grows.by_slot or problem.ruled
    # Policies that count totals or days even these out by themselves, where neither rule nor view stands.
    if not whole.any() or whole.all() or not (by_slot or problem.views):
        return
    asked = np.unique(problem.seat_skill[whole[problem.seat_slot]])
    skilled = np.zeros(len(problem.people), dtype=bool)
    skilled[problem.skill_person[np.isin(problem.skill_code, asked)]] = True
    member = members_on(problem, int(problem.slot_end.max()))
    turns = np.bincount(plan[plan >= 0], minlength=len(problem.people))
    groups = turns[skilled & member], turns[~skilled & member]
    if not all(group.size for group in groups) or groups[0].mean() - groups[1].mean() <= FAR:
        return
    names = " or ".join(problem.skills[code] for code in asked.tolist())
    # Who has left by then had fewer slots to serve in, and is not counted.
    there = "of those there at the end " if turns[~member].any() else ""
    yield Advice(
        "share",
        f"Turns that ask for {names} {'are due' if by_slot else 'go'} to those who have it, and "
        f"{'all other turns' if by_slot else 'the turns of every other duty'} to everybody alike. "
        f"So {there}each with {names} has {_span(groups[0])}, each of the others {_span(groups[1])}.",
        _equal_totals(problem, skilled, member)
        or f"A smaller weight for those with {names} brings the totals nearer.",
    )


def _equal_totals(problem: RotaProblem, skilled: Bools, member: Bools) -> str:
    """Say what a policy that counts totals or days alone would come to; "" where that cannot be tried."""
    if problem.ruled or len(problem.published) or len(problem.slot_start) * len(problem.people) > TRIED:
        return ""
    # Without views: an even share of each other duty is what keeps the totals apart.
    policy = POLICIES["fewest"] if problem.policy.grows.by_slot else problem.policy
    plan = _played(replace(problem, policy=policy, views=(), view_rules=()))
    turns = np.bincount(plan[plan >= 0], minlength=len(problem.people))
    here, others = _span(turns[skilled & member]), _span(turns[~skilled & member])
    both = here if here == others else f"{here} for each of them, {others} for each of the others"
    return f"With --policy {policy.name} --views none it would be {both}."


def _wishes(problem: RotaProblem, awards: Ints) -> Iterator[Advice]:
    """Say how many wishes are met, and which are not."""
    words = [word for of_one in missed_wishes(problem, awards).values() for word in of_one]
    if len(problem.wishes):
        last = (
            "Wishes come last: they change nobody's number of turns. A rule (fixed, forbidden) goes before."
        )
        yield Advice("wish", wishes_said(len(problem.wishes), words), last if words else "")


def wishes_said(wishes: int, missed: list[str]) -> str:
    """Say how many wishes are met, and name those that are not.

    >>> wishes_said(3, ["Ben would like Fri 13 Feb"])
    '2 of 3 wishes are met. Not met: Ben would like Fri 13 Feb.'
    """
    if wishes == 1:
        return f"The one wish is not met: {missed[0]}." if missed else "The one wish is met."
    if not missed:
        return f"All {wishes} wishes are met."
    met = wishes - len(missed)
    more = f"; and {len(missed) - NAMED} more" if len(missed) > NAMED else ""
    are = "is" if met == 1 else "are"
    return f"{met} of {wishes} wishes {are} met. Not met: {'; '.join(missed[:NAMED])}{more}."


def missed_wishes(problem: RotaProblem, awards: Ints) -> dict[str, list[str]]:
    """Return for each person with wishes that are not met what they would have liked, by name.

    >>> import evenhand as eh
    >>> weeks, wished = eh.weekly("2026-01-05", 1), [("2026-01-05", name) for name in ("Al", "Bo")]
    >>> rota = eh.RotaProblem.from_values(["Al", "Bo"], weeks, prefer=wished)
    >>> len(missed_wishes(rota, eh.solve(rota).awards))
    1
    """
    serves = set(zip(problem.seat_slot.tolist(), awards.tolist(), strict=True))
    out: dict[str, list[str]] = {}
    for slot, who, sign in problem.wishes.tolist():
        if ((slot, who) in serves) != (sign > 0):
            name = problem.people[who]
            verb = "would like" if sign > 0 else "would rather not have"
            out.setdefault(name, []).append(f"{name} {verb} {slot_said(problem, slot)}")
    return out


def _two_yardsticks(problem: RotaProblem, awards: Ints) -> Iterator[Advice]:
    """Say where a plan was made by another account than the one that the policy shows."""
    if not problem.ruled or problem.policy.grows.by_slot:
        return
    shown, kept = statement_of(problem, awards), by_one_yardstick(problem, awards)
    gap = np.abs(shown.entitlement - kept.entitlement) / TICKS
    who = int(gap.argmax())
    if gap[who] > NEARER:
        yield Advice(
            "account",
            "With rules a plan keeps everybody near their part of the slots they could take. "
            f"By that {problem.people[who]} was due {decimals(kept.entitlement[who] / TICKS, 1)} turns, "
            f"by policy {problem.policy.name} {decimals(shown.entitlement[who] / TICKS, 1)}.",
            "With --policy ledger the table shows the accounts that the plan was made by.",
        )


def _away(problem: RotaProblem, can: Bools, awards: Ints) -> Iterator[Advice]:
    """Say where a policy that counts days makes turns due to somebody who is mostly away."""
    if problem.ruled or not problem.policy.grows.by_days:
        return
    lag = statement_of(problem, awards).lag - by_one_yardstick(problem, awards).lag
    away = ~can & np.stack([member_on(problem, int(day)) for day in problem.slot_start])
    lag = np.where(away.any(axis=0) & np.isin(np.arange(len(lag)), problem.absent_person), lag / TICKS, 0.0)
    who = int(lag.argmax())
    if lag[who] > FAR:
        yield Advice(
            "away",
            f"{problem.people[who]} is there for {int(can[:, who].sum())} of {counted(len(can), 'slot')}, "
            f"and policy {problem.policy.name} makes {decimals(lag[who], 1)} turns due for the others "
            "all the same, to be caught up later.",
            "Policy ledger makes turns due only to those who are there.",
        )


def _span(turns: Ints) -> str:
    """Say how many turns the people of a group have."""
    low, high = int(turns.min()), int(turns.max())
    return counted(low, "turn") if low == high else f"{low} to {high} turns"


def _newcomers(problem: RotaProblem) -> Iterator[Advice]:
    """Say what ``rate`` does to veterans and newcomers, and what the ledger would give instead."""
    past = np.bincount(problem.history_person, minlength=len(problem.people))
    here = member_on(problem, int(problem.slot_start[0]))
    old, new = here & (past > 0), here & (past == 0)
    # It takes both: without veterans nobody is passed over, without newcomers nobody gains.
    if not old.any() or not new.any():
        return
    ledger = replace(problem, policy=POLICIES["ledger"])
    planned, theirs = _played(problem), _played(ledger)
    free = holiday(len(np.unique(problem.history_day)), int(old.sum()), int(new.sum()))
    if free:
        first = _first(problem, planned, old)
        seen = f"slot {first + 1}" if first is not None else "no slot of this plan"
        other = _first(problem, theirs, old)
        known = int(old.sum())
        veterans = "the one of the history gets" if known == 1 else f"the {known} people of the history get"
        yield Advice(
            "holiday",
            f"Under {problem.policy.name} {veterans} no turn for about {counted(free, 'slot')} (their first "
            f"is {seen}), and {int(new.sum())} newcomers take them all.",
            f"The policy ledger gives a veteran a turn in slot {0 if other is None else other + 1}.",
        )
    yield from _burden(problem, new, planned, theirs)


def _first(problem: RotaProblem, awards: Ints, who: Bools) -> int | None:
    seats = np.flatnonzero(who[awards] & (awards >= 0))
    return int(problem.seat_slot[seats[0]]) if len(seats) else None


def _burden(problem: RotaProblem, new: Bools, planned: Ints, theirs: Ints) -> Iterator[Advice]:
    got = np.bincount(planned[planned >= 0], minlength=len(problem.people))
    fair = np.bincount(theirs[theirs >= 0], minlength=len(problem.people))
    gap = np.where(new, got - fair, 0)
    # The one who is furthest off stands for all.
    who = int(np.abs(gap).argmax())
    if abs(int(gap[who])) <= FAR:
        return
    kind = "burden" if gap[who] > 0 else "free ride"
    side = "more" if gap[who] > 0 else "fewer"
    yield Advice(
        kind,
        f"{problem.people[who]} is new and serves {counted(int(got[who]), 'turn')} under policy "
        f"{problem.policy.name}, {abs(int(gap[who]))} {side} than an equal share.",
        f"Policy ledger would give {int(fair[who])}.",
    )


def _variation(problem: RotaProblem, awards: Ints) -> Iterator[Advice]:
    """Say where whole turns alone keep the variation above the target."""
    due = statement_of(problem, awards).entitlement
    due = due[due > 0]
    expected = float(due.mean()) / TICKS if len(due) else 0.0
    floor = cv_floor(expected)
    if floor <= TARGET:
        return
    # Fifty parts of a turn: the floor depends on the fraction due, and all fractions must be below the
    # target. 1,000 turns is beyond any rota; the floor falls as 1 / (2 e).
    enough = next(
        turns for turns in range(1, 1000) if max(cv_floor(turns + part / 50) for part in range(50)) <= TARGET
    )
    yield Advice(
        "variation",
        f"A variation (CV) below {TARGET:.0%} cannot be reached: with {expected:.2f} turns due to each, "
        f"whole turns alone give at least {at_least(100 * floor, 1)}%.",
        f"From {enough} turns each on it can; until then compare with the floor.",
    )
