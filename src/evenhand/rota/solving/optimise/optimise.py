"""``optimise``: plans that keep side rules, with the least sum of squared lags after every slot.

References:
    Dantzig and Wolfe, *Decomposition principle for linear programs* (1960), doi:10.1287/opre.8.1.101: why a
    network of whole walks bounds so tightly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.seeded import keys
from evenhand.core.shares import TICKS
from evenhand.core.solution import Status
from evenhand.rota.problem import RotaProblem
from evenhand.rota.problem.side_rules import OPEN_SEATS
from evenhand.rota.solving.model.company import past_crews
from evenhand.rota.solving.model.entitlement import openings
from evenhand.rota.solving.model.presence import done, seat_able
from evenhand.rota.solving.model.seating import seated as seats_by_rank
from evenhand.rota.solving.model.squares import exact_squares
from evenhand.rota.solving.optimise.board import Board, board_of, kept
from evenhand.rota.solving.optimise.layers import least_of_all, least_weight
from evenhand.rota.solving.optimise.model import stretch
from evenhand.rota.solving.optimise.refine import Refined, Wanted, drawn_order, in_order, refined
from evenhand.rota.solving.optimise.rolling import rolling
from evenhand.rota.solving.optimise.search import MIDDLE, Outcome, Tell, lags, near, search, squares
from evenhand.rota.solving.optimise.soft import (
    LeastBreaks,
    least_breaks,
    rules_alone,
    seats_filled,
    seats_loose,
    tightened,
    weight_of,
)
from evenhand.rota.solving.optimise.start import dealt, ledger_start
from evenhand.rota.solving.optimise.stretch_swaps import with_fewer_breaks, with_stretches_exchanged

LARGE = 15_000
"""Cells (slots times those able) beyond which a rota is planned stretch by stretch. Below it whole rotas are
proven: at 8,000 cells in 4.0 s, where stretches take 4.4 s for the same sum and leave a gap of 1.8%
(``benchmarks/rota_optimise_constants.py``). Above it the program no longer fits a second or two, so twice the
value risks minutes, and half of it gives proofs away."""


EXCHANGED = 600
"""Cells beyond which people exchange stretches before any program runs. Below it programs mostly prove their
plan within the second that the exchanges take; beyond it a limit mostly ends them."""

FIRST = 0.4
"""Part of a time limit for these exchanges, which end by themselves after some seconds. A smaller part would
end them before a ward of months is even; a larger one would leave the programs no time to prove anything."""

FAULT = 1e-3
"""Parts of its sum of squares by which a plan may be below its bound: HiGHS rounds by some 1e-5 of it, and a
bound that is wrong is wrong by a turn. With none, rounding would be taken for a fault."""

SEARCH = 0.8
"""Part of a time limit after which the search for least squares stops; views and wishes have the rest, as in
a plan cut in mid-search one person may have every weekend. Half of it would leave more searches unproven; at
0.9 a limit of a few seconds leaves too little for one program."""


def run(problem: RotaProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Keep every side rule, and make the sum of squared lags after every slot least.

    Squares weigh a large lag more than several small ones, so the largest lag is small as well; the proof
    says by how much another plan could lower it.

    Promise:
        OPTIMAL only where no plan that keeps the rules has a smaller sum of squared lags; the bound holds
        for all of them. INFEASIBLE only where the rules are proven to be in conflict, and then the conflict
        is minimal: without any one of its rules the others could hold.

    >>> import evenhand as eh
    >>> weeks = eh.weekly("2026-01-05", 4)
    >>> rota = eh.RotaProblem.from_values(["Ada", "Bo", "Cy"], weeks, policy="ledger", rest=1)
    >>> plan = eh.solve(rota, method="optimise")
    >>> turns = list(plan.columns["name"])
    >>> any(one == after for one, after in zip(turns, turns[1:])), str(plan.status)
    (False, 'optimal')
    """
    with progress.stage("rules"):
        own = board_of(problem)
        # People in a drawn order: of plans alike, the seed and not the alphabet says who begins.
        order = np.argsort(keys(seed, problem.people, "rota"), kind="stable")
        board = drawn_order(own, order)
    least, filled = LeastBreaks(None), None
    if board.soft:
        with progress.stage("rules that may be broken"):
            least = _least(board, progress)
        if least.plan is None:
            return _nothing(board, Outcome(None, least.infeasible, 0.0), progress)
        if (least.plan.sum(axis=1) < board.seats).any():
            # What is due follows the seats that are filled, so the ledgers are laid out anew.
            filled = least.plan.sum(axis=1).astype(np.int64)
            own = board_of(problem, filled)
            board = drawn_order(own, order)
    # A search for breaks that its part of the limit ended leaves the rest of it to lags and views.
    was_cut, progress.cut = progress.cut, False
    loose = seats_filled(board)
    settled = NOTHING
    if filled is None and least.weight:
        with progress.stage("least squares"):
            least, settled = _every_choice(loose, least, progress)
    board = loose if least.plan is None else tightened(loose, least.plan)
    start, impossible = _start(board, least, progress)
    settled = replace(settled, infeasible=impossible)
    wanted = _wanted(problem, board, order)
    # Without a plan to fall back on, all the time goes into finding one.
    later = start is not None and (bool(problem.views) or bool(wanted.wish.any()))
    with progress.part(SEARCH if later else 1.0):

        def tell(plan: Bools, bound: float) -> None:
            awards = in_order(plan, order)
            value = _value(own, awards) + least.weight * problem.break_price
            # Another choice of breaks may have smaller lags, and this bound is for one choice.
            bound = 0.0 if least.weight else bound
            limit = min(value, _limit(problem, least, bound))
            progress.offer(seated(problem, own, awards), value, limit)

        gap = limits.gap / TICKS**2
        known = impossible or settled.plan is not None
        outcome = settled if known else _searched(board, progress, start, gap, tell)
        if outcome.plan is None:
            return _nothing(board, outcome, progress)
        plan = outcome.plan
        if filled is not None or _open_as_well(problem, least):
            # Other seats may stay open at the same weight, and what is due is another sum then: the bound of
            # this choice says nothing of those.
            outcome = replace(outcome, bound=0.0, narrowest=None)
        elif least.weight and settled.plan is None:
            with progress.stage("other breaks"):
                outcome, plan = _any_breaks(loose, outcome, plan, least, progress)
            board = tightened(loose, plan)
    # A search that its part of the limit ended is cut all the same; views go on in the time that is left.
    was_cut, progress.cut = progress.cut or was_cut, False
    with progress.stage("views and wishes"):
        least_sum = near(squares(board, plan), outcome.bound)
        better = refined(board, plan, wanted, progress, short=was_cut, proven=least_sum)
    progress.cut |= was_cut
    board, outcome = own, replace(outcome, plan=in_order(better.plan, order))
    return _answer(problem, board, outcome, seed, better, least)


def _start(board: Board, least: LeastBreaks, progress: Progress) -> tuple[Bools | None, bool]:
    """Return a plan to start from, and whether it is proven that there is none.

    It is dealt slot by slot, and on larger rotas evened by exchanges.
    """
    with progress.stage("ledger's plan"):
        start = ledger_start(board)
        start = least.plan if start is None else start
    if int(board.able.sum()) <= EXCHANGED:
        return start, False
    # Exchanges look for a first plan in vain where there is none, and a program of the rules alone is quick.
    first = LeastBreaks(start)
    if start is None:
        with progress.stage("rules alone"):
            first = rules_alone(board, progress)
        if first.infeasible:
            return None, True
    with progress.stage("exchanges"), progress.part(FIRST):
        start = with_stretches_exchanged(board, progress, start)
    return first.plan if start is None else start, False


def _every_choice(board: Board, least: LeastBreaks, progress: Progress) -> tuple[LeastBreaks, Outcome]:
    """Search every choice of breaks of the least weight at once; nothing where that has too many states."""
    if least.plan is None:
        return least, NOTHING
    # The plan that breaks least is not compared with: a sum counted wrongly is to meet the judge.
    best = least_of_all(board, progress, least.weight, float("inf"))
    if best is None:
        return least, NOTHING
    outcome = Outcome(best.plan, infeasible=False, bound=best.squares)
    return LeastBreaks(best.plan, best.weight, best.weight), outcome


def _searched(board: Board, progress: Progress, start: Bools | None, gap: float, tell: Tell) -> Outcome:
    """Search a large rota a stretch at a time, and all at once where that finds nothing or it is smaller."""
    large = int(board.able.sum()) > LARGE
    outcome = rolling(board, progress, start) if large else NOTHING
    if outcome.plan is not None or (large and progress.cut):
        return outcome
    outcome = search(board, progress, start, gap, tell)
    if outcome.plan is None and progress.cut and not large:
        # Any plan that keeps the rules, a fraction of a second late, is better than none.
        any_plan = rules_alone(board, Progress())
        outcome = replace(outcome, plan=any_plan.plan, infeasible=any_plan.infeasible)
    return outcome


def _least(board: Board, progress: Progress) -> LeastBreaks:
    """Find the least weight of breaks; seats stay open only where that breaks less, or nothing else does."""
    price = min((rule.weight for rule in board.soft if rule.kind == OPEN_SEATS), default=0)
    closed = seats_filled(board)
    loose = seats_loose(board) if price else closed
    large = int(board.able.sum()) > EXCHANGED
    first = _first(loose, progress) if large else LeastBreaks(None)
    if first.infeasible:
        return first
    start = first.plan
    filled = start is not None and bool((start.sum(axis=1) == board.seats).all())
    # Lags and views have the rest of a limit: plans that break least may give one person every weekend.
    with progress.part(1.0 if start is None else FIRST):
        least = _least_of(closed, progress, start if filled else None)
        # With every seat filled for less than an open seat weighs, no plan with an open one breaks as little.
        if price and not (least.plan is not None and least.weight <= least.bound and least.weight < price):
            least = replace(
                least, bound=price if least.infeasible else min(price, least.bound), infeasible=False
            )
            if not progress.cut:
                least = _least_of(loose, progress, start if least.plan is None else least.plan)
    if least.plan is None and not (least.infeasible or large):
        # The limit was too short for any program: a plan that breaks more than need be is better than none.
        first = _first(loose, Progress(seconds=0.0))
    if first.plan is not None and (least.plan is None or first.weight < least.weight):
        return LeastBreaks(first.plan, first.weight, min(first.weight, least.bound))
    return least


def _first(board: Board, progress: Progress) -> LeastBreaks:
    """Find a plan that breaks little, and prove nothing: programs may find none for minutes."""
    start = dealt(replace(board, rules=(*board.rules, *board.soft)))
    if not kept(board, start):
        first = rules_alone(board, progress)
        if first.infeasible:
            return first
        start = dealt(board, filled=False) if first.plan is None else first.plan
    if not kept(board, start):
        return LeastBreaks(None)
    with progress.part(FIRST):
        fewer = with_fewer_breaks(board, progress, start)
    return LeastBreaks(fewer, weight_of(board, fewer))


def _least_of(board: Board, progress: Progress, start: Bools | None = None) -> LeastBreaks:
    """Find the least weight of breaks: slot by slot where that has few states, else by a program."""
    best = least_weight(board, progress)
    if best is None:
        return least_breaks(board, progress, start)
    return LeastBreaks(best.plan, best.weight, best.weight)


def _open_as_well(problem: RotaProblem, least: LeastBreaks) -> bool:
    """Whether a plan with an open seat could break as little as the plan found, which fills all."""
    prices = [rule.weight for rule in problem.rules if rule.kind == OPEN_SEATS and rule.weight]
    return bool(prices) and min(prices) <= least.weight


def _any_breaks(
    board: Board, outcome: Outcome, plan: Bools, least: LeastBreaks, progress: Progress
) -> tuple[Outcome, Bools]:
    """Search over every choice of breaks of the least weight; the bound then holds for all such plans.

    ``outcome`` was found for one choice, so its bound, and its least largest lag, say nothing of others.
    """
    if int(board.able.sum()) > MIDDLE or progress.cut:
        return replace(outcome, bound=0.0, narrowest=None), plan
    known = squares(board, plan)
    best = least_of_all(board, progress, least.weight, known)
    if best is not None and best.weight == least.weight:
        # The known plan stays where it is as good, and a smaller sum is a proof as well.
        better_known = near(known, best.squares)
        return replace(outcome, bound=best.squares, narrowest=None), plan if better_known else best.plan
    solved = stretch(board, progress, start=plan, breaks=least.weight)
    better = solved.plan is not None and squares(board, solved.plan) < known
    # The solver's limit on breaks is a float; what is taken is counted anew.
    if better and solved.plan is not None and weight_of(board, solved.plan) <= least.weight:
        plan = solved.plan
    return replace(outcome, bound=max(0.0, solved.bound), narrowest=None), plan


def _limit(problem: RotaProblem, least: LeastBreaks, squares_bound: float) -> int:
    """Return a limit for the whole value: the least breaks at their price, and the least squares."""
    return least.bound * problem.break_price + int(squares_bound * TICKS) * TICKS


def _wanted(problem: RotaProblem, board: Board, order: Ints) -> Wanted:
    """Return views and wishes, people in the drawn order."""
    inside = problem.slot_view > 0
    share = np.zeros(board.able.shape, dtype=np.int64)
    for account in board.accounts:
        share[account.slots] = np.diff(account.due, axis=0, prepend=account.due[:1] * 0)
        share[account.slots[:1]] -= openings(problem)[problem.slot_class[account.slots[:1]]][:, order]
    due = np.stack([share[inside[:, view]].sum(axis=0) for view in range(inside.shape[1])] or [share[0] * 0])
    # A ledger knows what is owed in each view: what the plan before left is made good in this one.
    due[: inside.shape[1]] += problem.booked_view[:, order]
    wish = np.zeros(board.able.shape)
    for person in np.unique(problem.wishes[:, 1]).tolist():
        own = problem.wishes[problem.wishes[:, 1] == person]
        # Everybody's wishes weigh as much together, whether they have one or twenty.
        wish[own[:, 0], person] = own[:, 2] / len(own)
    place = np.argsort(order)
    past = tuple(place[crew] for crew in past_crews(problem))
    # Each class is even by its own squares. Where there are several, what they come to together is looked at
    # as well: two classes may each round somebody up.
    total = sum((account.due[-1] for account in board.accounts), start=share[0] * 0)
    both = total if len(board.accounts) > 1 else None
    return Wanted(inside, due[: inside.shape[1]], problem.load, wish[:, order], past, both)


HUGE = 2_000_000
"""Slots times people beyond which a rota is not laid out at all."""

NOTHING = Outcome(None, infeasible=False, bound=0.0)
"""The outcome before any search: no plan, and nothing proven."""


def fits(problem: RotaProblem) -> str:
    """Return why the optimiser cannot take a problem: it knows every rule, so only for its size; else ""."""
    cells = len(problem.seats) * len(problem.people)
    if cells > HUGE:
        return f"slots times people are {cells:,}, and it takes {HUGE:,}; plan fewer slots at a time"
    return ""


def _nothing(board: Board, outcome: Outcome, progress: Progress) -> Answer:
    from evenhand.rota.solving.optimise.conflict import smallest

    if not outcome.infeasible:
        return Answer(None, Status.UNKNOWN)
    with progress.stage("conflict"):
        conflict = smallest(board, progress)
    if conflict is None:
        return Answer(None, Status.UNKNOWN)
    proof = {"minimal": conflict.minimal, "smallest": conflict.smallest}
    return Answer(None, Status.INFEASIBLE, proof=proof, conflict=conflict.sentences)


def _answer(
    problem: RotaProblem, board: Board, outcome: Outcome, seed: int, refined_to: Refined, least: LeastBreaks
) -> Answer:
    plan = outcome.plan
    assert plan is not None  # noqa: S101 - the caller looked
    lag = _value(board, plan)
    weight = weight_of(board, plan)
    value = lag + weight * problem.break_price
    # Both stages must be proven: the fewest breaks first, then the least lags among plans with as few.
    bound, squared = _limit(problem, least, outcome.bound), lag / TICKS**2
    proven = near(squared, outcome.bound) and weight == least.bound
    # A plan far below its bound shows a fault of the search, and the judge is to see both figures.
    if weight != least.bound or outcome.bound - squared <= FAULT * (1 + squared):
        bound = value if proven else min(value, bound)
    proof: dict[str, Any] = {"seed": seed, "least_largest_lag": outcome.narrowest, "turns": int(plan.sum())}
    if refined_to.excess is not None:
        proof["views"] = {"proven": refined_to.proven}
    if board.soft:
        proof["breaks"] = {"least": least.bound}
    return Answer(seated(problem, board, plan), Status.OPTIMAL if proven else Status.FEASIBLE, bound, proof)


def _value(board: Board, plan: Bools) -> int:
    """Return the sum of squared lags in square ticks, exactly."""
    return sum(exact_squares(lag) for lag in lags(board, plan))


def seated(problem: RotaProblem, board: Board, plan: Bools) -> Ints:
    """Return the person of each seat-turn, -1 for an open seat: who serves, matched to a seat they fit."""
    awards = np.full(int(problem.seats.sum()), -1, dtype=np.int64)
    frozen = done(problem)
    for slot in range(board.slots):
        turns, who = problem.turns_of(slot), np.flatnonzero(plan[slot])
        asked = problem.seat_skill[turns]
        if frozen[slot]:
            awards[turns] = problem.published[turns]
        elif (asked == asked[0]).all():
            awards[turns.start : turns.start + who.size] = who
        else:
            # The rules for skills saw to it that everybody who serves fits.
            awards[turns] = seats_by_rank(seat_able(problem, slot, plan[slot]), who.tolist())
    return awards
