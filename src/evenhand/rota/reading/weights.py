"""Weights with dates: what was due is shared by the weights people had then, not by those they have now."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.core.errors import Findings
from evenhand.core.shares import TICKS, capped_shares
from evenhand.rota.reading.people import People


def weights_on(crowd: People, day: int) -> Ints:
    """Return everybody's weight on a day, shape (P,)."""
    out = crowd.weight.copy()
    # In order of days, so the last change up to that day stands.
    for person, begin, weight in crowd.changes.tolist():
        if begin <= day:
            out[person] = weight
    return out


def weights_of_then(
    crowd: People, columns: dict[str, Any], plan: tuple[int, int], findings: Findings
) -> dict[str, Any]:
    """Return the weights on the plan's first day, and what earlier ones add to weight x days of membership.

    A plan counts with the weights of its first day. One that changes later in it is told: plan up to that
    day, publish, and plan on from there.
    """
    first, last = plan
    now = weights_on(crowd, first)
    more = np.zeros(len(now), dtype=np.int64)
    for person, begin, weight in crowd.changes.tolist():
        if first < begin <= last:
            day = date.fromordinal(begin).isoformat()
            findings.warning(
                f"changes weight to {Fraction(weight, crowd.parts)} on {day}, inside this plan, "
                f"which counts with {Fraction(int(now[person]), crowd.parts)}",
                f"Plan until {day}, publish, and plan on from there",
                table="people", column="weight", came=crowd.names[person],
            )  # fmt: skip
    # Each past weight's difference to today's, times the days it held: the sum is what days alone leave
    # out.
    for person in range(len(now)):
        spans = [(1, int(crowd.weight[person]))]
        spans += [(begin, weight) for who, begin, weight in crowd.changes.tolist() if who == person]
        for (begin, weight), (end, _) in zip(spans, [*spans[1:], (first, 0)], strict=True):
            days = _member_days(columns, person, begin, min(end, first) - 1)
            more[person] += (weight - int(now[person])) * days
    return {"weight": now, "earlier_claim": more}


def _member_days(columns: dict[str, Any], person: int, first: int, last: int) -> int:
    own = columns["period_person"] == person
    begin = np.maximum(columns["period_start"][own], first)
    end = np.minimum(columns["period_end"][own], last)
    return int(np.maximum(end - begin + 1, 0).sum())


def booked_history(
    crowd: People, columns: dict[str, Any], served: Ints, away: Ints, slots: dict[str, Any]
) -> dict[str, Any]:
    """Return what history made due by the weights of then, as a ledger would have booked it.

    Args:
        crowd: people with their changes of weight.
        columns: memberships, and from which day history counts for each (``since``).
        served: (day, person, load) a turn, in order of days.
        away: (person, from, to) an absence.
        slots: the plan's slots: history counts into the class with most seats.
    """
    people = len(crowd.names)
    due, since, total = (np.zeros(people, dtype=np.int64) for _ in range(3))
    for day in np.unique(served[:, 0]).tolist():
        for load in np.unique(served[served[:, 0] == day, 2]).tolist():
            who = served[(served[:, 0] == day) & (served[:, 2] == load), 1]
            here = np.zeros(people, dtype=bool)
            inside = (columns["period_start"] <= day) & (day <= columns["period_end"])
            here[columns["period_person"][inside]] = True
            here[away[(away[:, 1] <= day) & (day <= away[:, 2]), 0]] = False
            here &= columns["since"] <= day
            here[who] = True
            ticks = len(who) * load * TICKS
            # somebody who served twice that day may leave fewer people than turns: then no share is capped
            cap = load * TICKS if len(who) <= here.sum() else ticks
            part = capped_shares(ticks, cap, np.where(here, weights_on(crowd, day), 0))
            due += part
            since += part
            # After adding: what the turn's own day made due is not waited for.
            since[who] = 0
            np.add.at(total, who, load)
    size = np.bincount(slots["slot_class"], weights=slots["seats"], minlength=len(slots["classes"]))
    lag = np.zeros((len(size), people), dtype=np.int64)
    # A table of turns says nothing of classes: all of it counts into the largest, as where no weight
    # changed.
    lag[int(size.argmax())] = due - total * TICKS
    return {"booked_due": due, "booked_since": since, "booked_lag": lag}
