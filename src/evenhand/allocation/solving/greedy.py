"""A first plan in one walk down the scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evenhand.allocation.problem import AllocationProblem
from evenhand.allocation.solving.model.pins import conflict
from evenhand.allocation.solving.model.pricing import Prices, no_prices
from evenhand.allocation.solving.model.residual import Residual, residual_of
from evenhand.allocation.solving.model.tariffs import Tariff
from evenhand.core.arrays import Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.core.solution import Status

LEAST = 4
"""Awards that a round may give at least, however few are left: else the last rounds would give one each."""
SHARE = 2
"""One in so many of the awards left is given in a round. On weeks with a cost per vehicle all at once make
plans 1 % worse, one in four 0.8 % better (`python -m benchmarks.constants greedy`). The LP's walk replaces
any of them within milliseconds, so this is as it was, and plans of ``greedy`` stay the same."""

ASKED = 1024
"""Items looked at between two looks at the clock: some milliseconds. A plan of fewer awards is never cut."""

SAMPLE = 50_000
"""Candidates of the sample where there is no time for all, about. Below twice as many there is none."""

SAMPLED = 0.01
"""Seconds that reading the sample takes where nothing else runs. Where it takes longer, so does all else."""

READ = 1e-7
"""Seconds a candidate until a first plan and a first bound stand: 0.6 s on 5.8 million. With half of it
limits between are passed; with twice as much, limits that suffice go unused."""

GRACE = 0.05
"""Seconds over the limit that a plan with a bound is worth: half of the 0.1 s that limits are held within.
With none, a limit of 0 on 200,000 candidates, which are read in 0.02 s, came back without a bound."""

CLOSED = 2**56
"""Ticks that no candidate is worth."""


def run(problem: AllocationProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Give the best candidate there is, again and again; nothing is proven."""
    del limits
    broken = conflict(problem)
    if broken:
        return Answer(None, Status.INFEASIBLE, conflict=broken)
    quick = hurried(problem, seed, progress)
    if quick is not None:
        return quick
    with progress.stage("greedy"):
        residual = residual_of(problem, seed)
        chosen, _ = first_plan(residual, progress=progress)
    progress.offer(residual.candidates(chosen), residual.units(residual.worth(chosen)))
    return Answer(residual.candidates(chosen), Status.FEASIBLE)


def hurried(problem: AllocationProblem, seed: int, progress: Progress, each: float = 0.0) -> Answer | None:
    """Return a plan from a sample of the candidates where a limit leaves no time for all; else None.

    Six million candidates take a quarter of a second to be read once, and other solvers take seconds to be
    told of them. The plan keeps every hard rule, nothing is proven of it, and the progress says that it was
    cut.

    Args:
        problem: what was asked; its pins hold together.
        seed: of the draw among equals.
        progress: with the limit. How long all candidates would take is judged by the sample, at the machine's
            present load; that decides only whether the search is cut.
        each: seconds a candidate that the method needs at least, beside reading them.
    """
    stride = max(1, len(problem) // SAMPLE)
    short = progress.left is not None and progress.left < each * len(problem)
    if progress.left is None or (stride == 1 and not short):
        return None
    began = progress.left
    # Pinned candidates are in every plan, sampled or not: the residual books them by themselves.
    sample = residual_of(problem, seed, among=np.arange(0, len(problem), stride))
    needed = READ * len(problem) * max(1.0, (began - progress.left) / SAMPLED)
    if progress.left + GRACE > needed and not short and not progress.interrupted:
        return None
    progress.cut = True
    with progress.stage("greedy"):
        chosen, _ = first_plan(sample, progress=progress)
    awards = sample.candidates(chosen)
    progress.offer(awards, sample.units(sample.worth(chosen)))
    return Answer(awards, Status.FEASIBLE)


def first_plan(
    residual: Residual, most: int | None = None, progress: Progress | None = None
) -> tuple[Ints, Prices]:
    """Return chosen live candidates, sorted, and the prices that the plan suggests.

    In rounds: every candidate is priced at what it would add now, items are looked at by the best they could
    add, and a share of what is left is given, where nothing given in the round has changed that.
    Cost: a pass over the candidates a round, and a round gives up to half of what is left.

    Args:
        residual: what is to be decided.
        most: candidates to look at, about; beyond twice as many only every second, third, ... is.
        progress: may end it with what is given by then; asked seldom, so a plan of some hundreds is whole.
    """
    stride = 1 if most is None else max(1, len(residual) // most)
    if stride > 1:
        rows = np.arange(0, len(residual), stride)
        chosen, prices = first_plan(_thinned(residual, rows), progress=progress)
        return rows[chosen], prices
    state = State(residual)
    while state.left > 0:
        net = state.net()
        best = np.maximum.reduceat(net, residual.starts) if len(net) else np.zeros(0, dtype=np.int64)
        # Stable, so items of equal worth keep their order and the same input gives the same plan.
        order = np.argsort(-best, kind="stable")
        # Nothing that would lower the objective is given; what adds 0 still is, so that the item is handed
        # out.
        order = order[best[order] >= 0]
        quota, before = max(LEAST, state.left // SHARE), len(state.chosen)
        ends = np.append(residual.starts, len(net))
        for looked, item in enumerate(order.tolist(), 1):
            # A thousand take some milliseconds.
            if looked % ASKED == 0 and progress is not None and progress.stop():
                break
            low, high = ends[item], ends[item + 1]
            state.offer(int(low + np.argmax(net[low:high])), int(best[item]))
            if len(state.chosen) - before >= quota or state.left <= 0:
                break
        # Nothing of what is left adds anything: more rounds would find the same.
        if len(state.chosen) == before:
            break
        # Where a round takes milliseconds nobody need look at the clock.
        if len(residual) > 2 * SAMPLE and progress is not None and progress.stop():
            break
    return np.sort(np.array(state.chosen, dtype=np.int64)), state.prices()


def _thinned(residual: Residual, rows: Ints) -> Residual:
    """Return the residual with some of its candidates; groups and limits stay, numbered as they are."""
    tariffs = tuple(
        replace(tariff, of=tariff.of[rows], coef=None if tariff.coef is None else tariff.coef[rows])
        for tariff in residual.tariffs
    )
    live = rows if residual.live is None else residual.live[rows]
    kept = {name: getattr(residual, name)[rows] for name in ("item", "recipient", "day", "value")}
    return replace(residual, live=live, tariffs=tariffs, **kept)


class State:
    """What has been given so far."""

    def __init__(self, residual: Residual) -> None:
        self.residual = residual
        self.taken = np.zeros(len(residual.starts), dtype=np.bool_)
        self.slots = residual.slots.copy()
        self.places = residual.day_limit.ravel().copy()
        self.totals = [np.zeros(len(tariff.free) + 1, dtype=np.int64) for tariff in residual.tariffs]
        self.left = residual.awards
        self.chosen: list[int] = []

    def net(self) -> Ints:
        """Return what each candidate would add now, shape (n,); CLOSED where it cannot be given."""
        residual = self.residual
        closed = (np.minimum(self.slots[None, :], self.places.reshape(-1, len(self.slots))) <= 0) * CLOSED
        out = residual.value - closed.ravel()[residual.place]
        for person, (tariff, totals) in enumerate(zip(residual.tariffs, self.totals, strict=True)):
            if tariff.coef is None:
                out -= _next_costs(tariff, totals)[tariff.of]
            else:
                members = residual.members[person]
                out[members] -= _costs_of(tariff, totals, members)
        counts = np.diff(np.append(residual.starts, len(residual)))
        out[np.repeat(self.taken, counts)] = -1
        return out

    def prices(self) -> Prices:
        """Return the least value given on each full day, and what one more would cost in each group."""
        residual = self.residual
        least = np.full(len(self.slots), CLOSED)
        np.minimum.at(least, residual.day[self.chosen], residual.value[self.chosen])
        start = no_prices(residual)
        tariff = tuple(
            np.minimum(_next_costs(known, totals)[:-1], residual.value.max(initial=0))
            if known.coef is None and (known.quantum == 1).all()
            else zero
            for known, totals, zero in zip(residual.tariffs, self.totals, start.tariff, strict=True)
        )
        return Prices(
            np.where((self.slots <= 0) & (least < CLOSED), least, 0), start.place, tariff, start.cuts
        )

    def offer(self, index: int, worth: int) -> None:
        """Give a candidate if it still adds what it was priced at."""
        residual = self.residual
        item = int(np.searchsorted(residual.starts, index, side="right")) - 1
        day, place = residual.day[index], residual.place[index]
        if self.taken[item] or self.slots[day] <= 0 or self.places[place] <= 0:
            return
        net = int(residual.value[index])
        for tariff, totals in zip(residual.tariffs, self.totals, strict=True):
            group = int(tariff.of[index])
            if group >= 0:
                more = 1 if tariff.coef is None else int(tariff.coef[index])
                cost = tariff.marginal(group, int(totals[group]), more)
                net -= CLOSED if cost is None else cost
        if net < worth:
            return
        self.taken[item] = True
        self.slots[day] -= 1
        self.places[place] -= 1
        self.left -= 1
        self.chosen.append(index)
        for tariff, totals in zip(residual.tariffs, self.totals, strict=True):
            totals[tariff.of[index]] += 1 if tariff.coef is None else tariff.coef[index]


def _next_costs(tariff: Tariff, totals: Ints) -> Ints:
    """Return what one more costs in each group of a tariff of numbers, and 0 for no group, shape (g + 1,)."""
    count = totals[:-1]
    out = np.where(count < tariff.free, 0, CLOSED)
    low = tariff.free
    for segment in range(tariff.length.shape[1]):
        high = low + tariff.length[:, segment]
        out = np.where((count >= low) & (count < high), tariff.cost[:, segment], out)
        low = high
    return np.append(out, 0)


def _costs_of(tariff: Tariff, totals: Ints, members: Ints) -> Ints:
    """Return what each member of a tariff of weights would cost now."""
    of = tariff.of[members]
    weight = np.ones(len(of), dtype=np.int64) if tariff.coef is None else tariff.coef[members]
    now = totals[of]
    out = np.zeros(len(of), dtype=np.int64)
    low = tariff.free[of]
    for segment in range(tariff.length.shape[1]):
        high = low + tariff.length[of, segment]
        part = np.clip(now + weight, low, high) - np.clip(now, low, high)
        out += np.minimum(part.astype(np.float64) * tariff.cost[of, segment], CLOSED).astype(np.int64)
        low = high
    return np.where(now + weight > low, CLOSED, np.minimum(out, CLOSED))
