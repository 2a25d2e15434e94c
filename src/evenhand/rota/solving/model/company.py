"""Who served with whom: before the plan, as far as history tells, and slot by slot in a plan on line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from evenhand.core.arrays import Ints
from evenhand.rota.problem import RotaProblem

MOST_PEOPLE: Final = 300
"""People up to whom a plan slot by slot heeds who met whom. Of more, few meet a second time anyway: in pairs
each of 300 would serve for 299 turns without doing so. A table of 600 would cost four times the memory, and
each turn twice the time."""

MOST_SEATS: Final = 12
"""Seats of a slot up to which partners are mixed: of a larger crew nobody has one partner rather than
another. Each seat of a slot is a pass over the people; at 24 seats a slot would take twice as long."""


def meets(problem: RotaProblem) -> bool:
    """Return whether partners are mixed in a plan made slot by slot."""
    most = int(problem.seats.max(initial=0))
    return 1 < most <= MOST_SEATS and len(problem.people) <= MOST_PEOPLE


class Company:
    """How often each two people have served one slot together, history included.

    Attributes:
        met: times, shape (P, P); 0 on the diagonal.
    """

    def __init__(self, problem: RotaProblem) -> None:
        self.met = np.zeros((len(problem.people),) * 2, dtype=np.int64)
        for crew in past_crews(problem):
            self.add(crew)

    def add(self, crew: Sequence[int]) -> None:
        """Count a slot that these people serve together."""
        if len(crew) > 1:
            self.met[np.ix_(crew, crew)] += 1
            self.met[crew, crew] = 0

    def freshest(self, among: Ints, crew: Sequence[int]) -> Ints:
        """Return those of some people who met a crew least.

        Of these, those who met the others of ``among`` most often: whoever is left then has met less, and
        serves together later. Without that second look six people in pairs meet as evenly, but some serve
        twice running for it, and of twelve some pairs meet three times before others meet once.
        """
        times = self.met[np.ix_(among, np.asarray(crew))].sum(axis=1)
        least = times == times.min()
        with_others = self.met[np.ix_(among, among)].sum(axis=1)
        return np.asarray(among[least & (with_others == with_others[least].max())])


def past_crews(problem: RotaProblem) -> list[list[int]]:
    """Return the people of each day of history, each once and rising; days with one person are left out.

    History knows days and names, not duties: whoever served on one day is taken to have served together. Cost
    O(turns log turns).

    >>> from evenhand.rota import weekly
    >>> past = [{"date": "2025-12-29", "name": name} for name in ("Ben", "Ada")]
    >>> rota = RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 2, seats=2), history=past)
    >>> past_crews(rota)
    [[0, 1]]
    """
    order = np.argsort(problem.history_day, kind="stable")
    days, people = problem.history_day[order], problem.history_person[order]
    parts = np.split(people, np.flatnonzero(np.diff(days)) + 1)
    crews = [np.unique(part).tolist() for part in parts]
    return [crew for crew in crews if len(crew) > 1]
