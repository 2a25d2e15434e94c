"""``quota``: with a known calendar, nobody is ever a whole turn ahead or behind, and the proof travels along.

The slots of one class and load are dealt for themselves, so that holidays and ordinary days are each even.
What history left owed is paid back first, as fast as presence allows: those ahead hand on their shares to
those owed, and the sum of shares stays what it was, so that the promise holds for the shares after that.

References:
    Tijdeman, *The chairman assignment problem* (1980), doi:10.1016/0012-365X(80)90269-1: the case without
    absences. Steiner and Yeomans, *Level schedules for mixed-model, just-in-time processes* (1993),
    doi:10.1287/mnsc.39.6.728: deadlines and matching in a convex graph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import keys
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.model.entitlement import openings, poured, shares
from evenhand.rota.solving.quota.arcs import lag_squares
from evenhand.rota.solving.quota.bound import squares_bound
from evenhand.rota.solving.quota.deal import deal
from evenhand.rota.solving.quota.views import evened
from evenhand.rota.solving.quota.windows import Windows, windows

__all__ = ["Free", "Part", "Placed", "fits", "handed", "parts", "run"]

Ints = NDArray[np.int64]
Slots = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """The slots of one class and load, dealt for themselves.

    Attributes:
        slots: their indices, rising, shape (s,).
        ticks: ticks to one turn: load x TICKS.
        share: ticks each slot is worth to each person, repayment included, shape (s, P).
        seats: seats that can be filled, shape (s,).
        repaid: (slot, person, ticks) where a share was moved to pay back what history left, shape (r, 3).
        unpaid: what of that was left at the end, in ticks, shape (P,).
    """

    slots: Slots = field(repr=False)
    ticks: int
    share: Ints = field(repr=False)
    seats: Ints = field(repr=False)
    repaid: Ints = field(repr=False)
    unpaid: Ints = field(repr=False)


def fits(problem: RotaProblem) -> str:
    """Return why the quota methods cannot take a problem, "" where they can."""
    if problem.ruled:
        return "it has side rules (rest, pairs, limits, fixed turns); the method 'optimise' keeps them"
    if problem.policy.grows.absent_too:
        return "its policy has absence caught up later, and quota freezes it; choose the policy 'ledger'"
    if len(problem.published):
        return "it has published turns to keep; the method 'optimise' keeps them"
    starts = problem.first_seat[:-1]
    if (problem.seat_skill != np.repeat(problem.seat_skill[starts], problem.seats)).any():
        return "the seats of a slot ask for different skills; the method 'optimise' fills those"
    if not problem.overlaps and problem.crowded:
        return "slots run at the same time; the method 'optimise' keeps people out of two at once"
    return ""


def parts(problem: RotaProblem) -> list[Part]:
    """Split a rota into parts of one class and load each, with shares and what can be filled."""
    share = shares(problem)
    kind = problem.slot_class * (int(problem.load.max(initial=1)) + 1) + problem.load
    owed = openings(problem)
    out = []
    codes, count = np.unique(np.repeat(kind, problem.seats), return_counts=True)
    for code in codes[np.argsort(-count, kind="stable")].tolist():
        slots = np.flatnonzero(kind == code)
        ticks = int(problem.load[slots[0]]) * TICKS
        mine = share if len(codes) == 1 else share[slots]
        seats = mine.sum(axis=1) // ticks
        account = int(problem.slot_class[slots[0]])
        unpaid = owed[account].copy()
        repaid = _repay(mine, unpaid, problem.weight, ticks)
        out.append(Part(slots, ticks, mine, seats, repaid, unpaid))
        # one part of a class pays all of it back, where slots of that class count differently
        owed[account] = 0
    return out


def _repay(share: Ints, unpaid: Ints, weight: Ints, ticks: int) -> Ints:
    """Move shares (in place) from those ahead to those owed until ``unpaid`` (in place) is 0."""
    moved: list[Ints] = []
    for slot in range(len(share)):
        if not unpaid.any():
            break
        here = share[slot]
        give = np.where(here > 0, np.clip(-unpaid, 0, here), 0)
        take = np.where(here > 0, np.clip(unpaid, 0, ticks - here), 0)
        total = int(min(give.sum(), take.sum()))
        change = poured(total, weight, take) - poured(total, weight, give)
        who = np.flatnonzero(change)
        moved.append(np.stack([np.full(who.size, slot), who, change[who]], axis=1))
        here += change
        unpaid -= change
    return np.concatenate([np.zeros((0, 3), dtype=np.int64), *moved])


def run(problem: RotaProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Deal every turn into its window.

    Promise:
        After every slot of a class, everybody has served the floor or the ceiling of what was due to them;
        every seat that can be filled is filled, and only able people serve.

    >>> import evenhand as eh
    >>> people = [{"name": "Ada"}, {"name": "Bo", "weight": 2}]
    >>> rota = eh.RotaProblem.from_tables(people, eh.weekly("2026-01-05", 6), policy="ledger")
    >>> plan = eh.solve(rota, method="quota")
    >>> bool(max(abs(account.lag).max() for account in eh.rota.accounts(rota, plan.awards)) < 1)
    True
    """
    del limits
    return handed(problem, seed, progress, lambda win: _dealt(win, progress))


Free = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""Which arcs may be used without a worse plan, and which must be."""

Placed = tuple[Ints, dict[str, Any], Free | None]
"""The slot of each job (-1 for none), figures for the proof, and which arcs are as good."""


def _dealt(win: Windows, progress: Progress) -> Placed | None:
    done = deal(win, progress.stop)
    return None if done is None else (done.at, {"mends": done.mends}, None)


def handed(
    problem: RotaProblem,
    seed: int,
    progress: Progress,
    place: Callable[[Windows], Placed | None],
) -> Answer:
    """Run a way of placing turns over all parts, and hand out awards with their certificate.

    Args:
        problem: the rota.
        seed: seed for tie-breaking: it says in which order people who stand alike are looked at.
        progress: times the stages.
        place: places the turns; None where it was cut.
    """
    # People are dealt in a drawn order, so that no place in the alphabet begins.
    drawn = np.argsort(keys(seed, problem.people, "rota"), kind="stable")
    # The last row is the total: parts are dealt one after the other, and each heeds what those before it
    # left, so that somebody behind in ordinary turns is ahead in holidays and not behind in both.
    views = len(problem.views)
    behind = np.zeros((views + 1, len(problem.people)), dtype=np.int64)
    seat_of = problem.first_seat[:-1]
    awards = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    before, after = np.zeros_like(awards), np.zeros_like(awards)
    sections = []
    with progress.stage("shares"):
        pieces = parts(problem)
    for part in pieces:
        with progress.stage("windows"):
            win = windows(part.share[:, drawn], part.seats, part.ticks)
        with progress.stage("deal"):
            placed = place(win)
        # Half a plan is none: a method that was stopped hands out nothing.
        if placed is None:
            return Answer(None, Status.UNKNOWN)
        at, figures, free = placed
        inside = np.ones((part.slots.size, views + 1), dtype=bool)
        inside[:, :views] = problem.slot_view[part.slots] > 0
        with progress.stage("views"):
            even = evened(win, at, inside, behind[:, drawn], progress, free)
        at = even.at
        if views:
            figures = {**figures, "views": {"excess": even.excess, "proven": even.proven}}
        job = np.flatnonzero(at >= 0)
        # By slot, then by person: which seat of a slot somebody gets does not depend on the order of the
        # search.
        job = job[np.lexsort((win.person[job], at[job]))]
        slot, person = at[job], win.person[job]
        who = drawn[person]
        rank = np.arange(job.size) - np.searchsorted(slot, slot)
        seat = seat_of[part.slots[slot]] + rank
        awards[seat] = who
        after[seat] = win.due[slot, person]
        for view in range(views + 1):
            here = inside[slot, view]
            behind[view] += part.share[inside[:, view]].sum(axis=0)
            np.subtract.at(behind[view], who[here], part.ticks)
        before[seat] = after[seat] - part.share[slot, who]
        sections.append(_section(part, figures))
    proof = {"seed": seed, "certificate": {"before": before, "after": after, "parts": sections}}
    with progress.stage("bound"):
        value, bound = _proven(problem, pieces, awards, sections)
    status = Status.OPTIMAL if bound is not None and bound == value else Status.FEASIBLE
    return Answer(awards, status, bound, proof)


def _proven(
    problem: RotaProblem, pieces: list[Part], awards: Ints, sections: list[dict[str, Any]]
) -> tuple[int, int | None]:
    """Return the sum of squared lags and a bound for any plan, within quota or not; None without prices."""
    # With several classes or loads each part has its own unit, and their prices do not add up to one bound.
    if len(pieces) != 1 or "slot_price" not in sections[0]:
        return 0, None
    (part,) = pieces
    share, begun = shares(problem), openings(problem)[problem.slot_class[part.slots[0]]]
    due = begun + np.cumsum(share, axis=0)
    served = np.zeros_like(due)
    taken = awards >= 0
    served[problem.seat_slot[taken], awards[taken]] = 1
    value = lag_squares(due, np.cumsum(served, axis=0), part.ticks)
    return value, squares_bound(due, share > 0, begun, part.seats, sections[0]["slot_price"], part.ticks)


def _section(part: Part, figures: dict[str, Any]) -> dict[str, Any]:
    repaid = part.repaid
    return {
        "first_slot": int(part.slots[0]),
        "repaid_slot": part.slots[repaid[:, 0]],
        "repaid_person": repaid[:, 1].copy(),
        "repaid_ticks": repaid[:, 2].copy(),
        **figures,
    }
