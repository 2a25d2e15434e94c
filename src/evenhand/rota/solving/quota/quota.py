"""``quota``: with a known calendar, nobody is ever a whole turn ahead or behind, and the proof travels along.

The slots of one class and load are dealt for themselves, so that holidays and ordinary days are each even.
What history left owed is paid back first, as fast as presence allows: those ahead hand on their shares to
those owed, and the sum of shares stays what it was, so that the promise holds for the shares after that. A
turn that is fixed is paid for in the same way, around the day on which it is served.

References:
    Tijdeman, *The chairman assignment problem* (1980), doi:10.1016/0012-365X(80)90269-1: the case without
    absences. Steiner and Yeomans, *Level schedules for mixed-model, just-in-time processes* (1993),
    doi:10.1287/mnsc.39.6.728: deadlines and matching in a convex graph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import keys
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.problem import KEEP, RotaProblem
from evenhand.rota.solving.model.company import past_crews
from evenhand.rota.solving.model.entitlement import openings, shares
from evenhand.rota.solving.model.pins import contradiction, leaves_open
from evenhand.rota.solving.quota.arcs import lag_squares
from evenhand.rota.solving.quota.bound import squares_bound
from evenhand.rota.solving.quota.deal import deal
from evenhand.rota.solving.quota.mixing import mixed
from evenhand.rota.solving.quota.parts import Part, parts
from evenhand.rota.solving.quota.views import Piece, evened
from evenhand.rota.solving.quota.windows import Windows, windows


def fits(problem: RotaProblem) -> str:
    """Return why the quota methods cannot take a problem, "" where they can."""
    starts = problem.first_seat[:-1]
    mixed = problem.seat_skill != np.repeat(problem.seat_skill[starts], problem.seats)
    # The first reason is told, so the usual ones stand first; the last one costs most to find out.
    reasons = (
        (problem.ruled, "it has side rules (rest, pairs, limits); the method 'optimise' keeps them"),
        (
            problem.policy.grows.absent_too,
            "its policy has absence caught up later, and quota freezes it; choose the policy 'ledger'",
        ),
        (
            len(problem.published) and 0 < problem.stickiness < KEEP,
            "it weighs published turns against turns owed; the method 'online' does that",
        ),
        (mixed.any(), "the seats of a slot ask for different skills; the method 'optimise' fills those"),
        (
            not problem.overlaps and problem.crowded,
            "slots run at the same time; the method 'optimise' keeps people out of two at once",
        ),
        (
            problem.pinned and (contradiction(problem) or leaves_open(problem)),
            "its fixed or forbidden turns cannot all hold; the method 'optimise' names the conflict",
        ),
    )
    return next((reason for against, reason in reasons if against), "")


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


Free = tuple[Bools, Bools]
"""Which arcs may be used without a worse plan, and which must be."""

Placed = tuple[Ints, dict[str, Any], Free | None]
"""The slot of each job (-1 for none), figures for the proof, and which arcs are as good."""


def _dealt(win: Windows, progress: Progress) -> Placed | None:
    done = deal(win, progress.stop)
    return None if done is None else (done.slot_of, {"mends": done.mends}, None)


def handed(
    problem: RotaProblem,
    seed: int,
    progress: Progress,
    place: Callable[[Windows], Placed | None],
    *,
    begun: bool = False,
) -> Answer:
    """Run a way of placing turns over all parts, and hand out awards with their certificate.

    Args:
        problem: the rota.
        seed: seed for tie-breaking: it says in which order people who stand alike are looked at.
        progress: times the stages.
        place: places the turns; None where it was cut.
        begun: whether it places them even where the time is up.
    """
    # People are dealt in a drawn order, so that no place in the alphabet begins.
    drawn = np.argsort(keys(seed, problem.people, "rota"), kind="stable")
    with progress.stage("shares"):
        classes = parts(problem)
    pieces, sections = [], []
    for part in classes:
        if not begun and progress.stop():
            return Answer(None, Status.UNKNOWN)
        with progress.stage("windows"):
            win = windows(part.share[:, drawn], part.seats, part.ticks)
        with progress.stage("deal"):
            placed = place(win)
        # Half a plan is none: a method that was stopped hands out nothing.
        if placed is None:
            return Answer(None, Status.UNKNOWN)
        row_of, figures, free = placed
        inside = np.ones((part.slots.size, len(problem.views) + 1), dtype=bool)
        inside[:, :-1] = problem.slot_view[part.slots] > 0
        pieces.append(Piece(win, row_of, part.slots, part.plain[:, drawn], inside, part.ticks // TICKS, free))
        sections.append(_section(part, figures))
    certificate: dict[str, Any] = {"parts": sections}
    # One class without views is even by its windows alone, where all that was owed is paid back.
    idle = len(np.unique(problem.slot_class)) < len(problem.classes)
    if problem.views or idle or len(pieces) > 1 or any(part.unpaid.any() for part in classes):
        carried = np.concatenate([problem.booked_view, openings(problem).sum(axis=0)[None]])
        with progress.stage("views"):
            even = evened(pieces, carried[:, drawn], len(problem.seats), progress)
        pieces = [replace(piece, row_of=row_of) for piece, row_of in zip(pieces, even.row_of, strict=True)]
        certificate["views"] = {"excess": even.excess, "proven": even.proven}
    with progress.stage("pairs"):
        pieces = _mixed(problem, pieces, drawn, progress)
    awards, before, after = _seated(problem, classes, pieces, drawn)
    if len(problem.published):
        moved = _in_their_seats(problem, awards)
        awards, before, after = awards[moved], before[moved], after[moved]
    proof = {"seed": seed, "certificate": {"before": before, "after": after, **certificate}}
    with progress.stage("bound"):
        value, bound = _proven(problem, classes, awards, sections)
    status = Status.OPTIMAL if bound is not None and bound == value else Status.FEASIBLE
    return Answer(awards, status, bound, proof)


def _mixed(problem: RotaProblem, pieces: list[Piece], drawn: Ints, progress: Progress) -> list[Piece]:
    """Mix who serves with whom, where slots have several seats, among arrangements as good."""
    if int(problem.seats.max(initial=0)) < 2:  # noqa: PLR2004 - nobody meets anybody
        return pieces
    place = np.argsort(drawn)
    past = [place[crew].tolist() for crew in past_crews(problem)]
    return [
        replace(piece, row_of=mixed(piece, past, progress))
        if int(piece.win.seats.max(initial=0)) > 1
        else piece
        for piece in pieces
    ]


def _seated(
    problem: RotaProblem, classes: list[Part], pieces: list[Piece], drawn: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return awards, and what was due just before and just after each turn of them."""
    awards = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    before, after = np.zeros_like(awards), np.zeros_like(awards)
    seat_of = problem.first_seat[:-1]
    for part, piece in zip(classes, pieces, strict=True):
        win, row_of = piece.win, piece.row_of
        job = np.flatnonzero(row_of >= 0)
        # By slot, then by person: which seat of a slot somebody gets does not depend on the order of the
        # search.
        job = job[np.lexsort((win.person[job], part.slots[row_of[job]]))]
        row, person = row_of[job], win.person[job]
        slot = part.slots[row]
        seat = seat_of[slot] + np.arange(job.size) - np.searchsorted(slot, slot)
        awards[seat] = drawn[person]
        after[seat] = win.due[row, person]
        before[seat] = after[seat] - part.share[row, drawn[person]]
    return awards, before, after


def _in_their_seats(problem: RotaProblem, awards: Ints) -> Ints:
    """Return which seat-turn goes where, so that whoever keeps a published turn keeps its very seat."""
    place = np.arange(awards.size)
    first = problem.first_seat.tolist()
    for low, high in pairwise(first):
        held = problem.published[low:high].tolist()
        seat_of = {int(awards[seat]): seat for seat in range(low, high) if awards[seat] >= 0}
        kept = {low + seat: seat_of[who] for seat, who in enumerate(held) if who in seat_of}
        rest = iter(sorted({*range(low, high)} - {*kept.values()}))
        place[low:high] = np.array([kept[seat] if seat in kept else next(rest) for seat in range(low, high)])
    return place


def _proven(
    problem: RotaProblem, pieces: list[Part], awards: Ints, sections: list[dict[str, Any]]
) -> tuple[int, int | None]:
    """Return the sum of squared lags and a bound for any plan, within quota or not; None without prices."""
    # With several classes or loads each part has its own unit, and their prices do not add up to one bound.
    if len(pieces) != 1 or "slot_price" not in sections[0] or pieces[0].given.size:
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
        **({"given_slot": part.given[:, 0], "given_person": part.given[:, 1]} if part.given.size else {}),
        **figures,
    }
