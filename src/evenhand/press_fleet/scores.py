"""Phase 7.8: what a loan is worth: rank, closeness, publication rate and history, as whole units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.press_fleet.history import History
from evenhand.press_fleet.roster import Roster
from evenhand.press_fleet.settings import FleetSettings

__all__ = ["approval_scores"]

Ints = NDArray[np.int64]


def approval_scores(roster: Roster, history: History, settings: FleetSettings, scale: int) -> Ints:
    """Return the score of every approval in integer units, shape (approvals,); all its candidates share it.

    w_rank x rank + w_geo x closeness + w_pub x publication rate + w_history x history, times ``scale``,
    rounded half to even. A publication rate of the approval wins over the partner's. History is the
    approval's figure if given, else 1 where the partner had this make before, else 0.
    """
    approvals, people = roster.approvals, roster.partners
    other = settings.other_rank_points
    rank = np.array([settings.rank_points.get(word, other) for word in approvals.rank], dtype=np.float64)
    publication = np.where(
        np.isnan(approvals.publication), people.publication[approvals.partner], approvals.publication
    )
    had = np.zeros((len(people.ids), len(roster.make_index)), dtype=np.float64)
    known = (history.partner >= 0) & (history.make >= 0)
    had[history.partner[known], history.make[known]] = 1.0
    past = np.where(np.isnan(approvals.history), had[approvals.partner, approvals.make], approvals.history)
    points = (
        settings.w_rank * rank
        + settings.w_geo * people.closeness[approvals.partner]
        + settings.w_pub * publication
        + settings.w_history * past
    )
    return np.round(points * scale).astype(np.int64)
