"""``quota-smooth``: of all plans within quota, the one with the least sum of squared lags, proven.

The sum runs over every slot (of a class and load) and every person: the lag after the slot, squared. It is a
least-cost flow, solved by HiGHS and checked in integers; see ``quota_arcs`` and ``quota_flow``.

References:
    Kubiak and Sethi, *A note on "Level schedules for mixed-model assembly lines in just-in-time production
    systems"* (1991), Management Science 37(1).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from evenhand.core.arrays import Bools, Ints
from evenhand.core.job import Answer, Limits
from evenhand.core.progress import Progress
from evenhand.rota.problem import RotaProblem
from evenhand.rota.solving.quota.arcs import arcs, lag_squares
from evenhand.rota.solving.quota.deal import deal
from evenhand.rota.solving.quota.flow import Network, least_cost, relaxed
from evenhand.rota.solving.quota.quota import Placed, handed
from evenhand.rota.solving.quota.quota import fits as quota_fits
from evenhand.rota.solving.quota.windows import Windows

HUGE = 2_000_000
"""Slots times people beyond which the network is not drawn."""


SECONDS_EACH: Final = 1e-6
"""Seconds that one arc takes to be drawn up and handed to HiGHS: 0.7 millionths for 0.2 and for 0.8 million
arcs. With half as many a short limit is overrun; with twice as many a limit that would do is not used."""


def fits(problem: RotaProblem) -> str:
    """Return why quota-smooth cannot take a problem, "" where it can."""
    cells = len(problem.seats) * len(problem.people)
    if cells > HUGE:
        return f"slots times people are {cells:,}, and it takes {HUGE:,}; the method 'quota' takes any size"
    return quota_fits(problem)


def run(problem: RotaProblem, seed: int, limits: Limits, progress: Progress) -> Answer:
    """Find the smoothest plan within quota.

    Promise:
        What ``quota`` promises, and no plan that keeps it has a smaller sum of squared lags; the prices in
        the certificate prove it. OPTIMAL only where no plan at all has a
        smaller one. Stopped early, it hands out what ``quota`` would.

    Ada and Bo are half a turn off after each odd week and even after the next, which no plan can better:

    >>> import evenhand as eh
    >>> rota = eh.RotaProblem.from_values(["Ada", "Bo"], eh.weekly("2026-01-05", 4), policy="ledger")
    >>> plan = eh.solve(rota, method="quota-smooth")
    >>> plan.shown(plan.objective), str(plan.status)
    ('1 turn squared', 'optimal')
    """
    del limits
    return handed(problem, seed, progress, lambda win: smooth(win, progress), begun=True)


def smooth(win: Windows, progress: Progress) -> Placed | None:
    """Place the jobs at least cost.

    Returns:
        The slot of each job, -1 for those left out; for the proof, the price of each slot in ``ticks``
        square ticks; and which arcs other plans of least cost may use. None where the first deal was cut.
    """
    if not win.person.size:
        return np.zeros(0, dtype=np.int64), _figures(win, np.zeros(0, dtype=np.int64), None), None
    size = int((np.minimum(win.deadline, win.slots - 1) - win.release + 1).sum())
    # Neither the arcs nor HiGHS can be stopped while the program is drawn up and taken.
    if progress.stop() or (progress.left is not None and progress.left < size * SECONDS_EACH):
        progress.cut = True
        return _begun(win)
    options = arcs(win)
    net = Network.of(win, options)
    solved = None if progress.stop() else relaxed(win, options, progress)
    jobs = win.person.size
    # Prices of the relaxation are near the exact ones, so that the check in integers begins almost done.
    start = np.zeros(net.nodes, dtype=np.int64)
    if solved is None:
        begun = _begun(win)
        if begun is None or progress.stop():
            return begun
        used = _flow_of(begun[0], net, options.job, options.slot, options.shared, options.optional)
    else:
        used, price = solved
        start[jobs : jobs + win.slots] = np.round(price * win.ticks).astype(np.int64)
    used, potential, _ = least_cost(net, used, start, progress)
    slot_of = np.full(jobs, -1, dtype=np.int64)
    served = np.flatnonzero(used[: options.job.size])
    slot_of[options.job[served]] = options.slot[served]
    # Stopped before the last negative cycle was found: the plan is within quota, but no prices prove it
    # smoothest.
    if potential is None:
        return slot_of, _figures(win, slot_of, None), None
    # Plans of least cost are those that use arcs of reduced cost 0, and all of those below 0: among them
    # views may choose, and the sum of squared lags stays the least, to the tick.
    reduced = net.cost + potential[net.tail] - potential[net.head]
    return (
        slot_of,
        _figures(win, slot_of, potential[jobs : jobs + win.slots] - potential[-1]),
        (reduced <= 0, reduced < 0),
    )


def _flow_of(places: Ints, net: Network, job: Ints, slot: Ints, shared: Ints, optional: Ints) -> Bools:
    """Return the flow that a deal is."""
    used = np.zeros(net.tail.size, dtype=bool)
    used[: job.size] = places[job] == slot
    used[job.size : job.size + optional.size] = places[optional] < 0
    meets = np.flatnonzero(used[: job.size] & (shared >= 0))
    used[job.size + optional.size + shared[meets]] = True
    return used


def _begun(win: Windows) -> Placed | None:
    """Return the first deal: quick, and worth having where the time is up."""
    begun = deal(win, lambda: False)
    return None if begun is None else (begun.slot_of, _figures(win, begun.slot_of, None), None)


def _figures(win: Windows, places: Ints, price: Ints | None) -> dict[str, Any]:
    """Return the sum of squared lags of a placing, and the prices that prove it least, for the proof."""
    step = np.zeros((win.slots, win.people), dtype=np.int64)
    placed = places >= 0
    step[places[placed], win.person[placed]] = 1
    value = lag_squares(win.due, np.cumsum(step, axis=0), win.ticks)
    # Prices are handed out only where they prove something; the checker takes their absence as no claim.
    proven = {} if price is None else {"slot_price": price}
    return {"squared_lags": value, **proven}
