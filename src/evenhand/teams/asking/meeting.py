"""When everybody of a team can meet, in UTC and by each member's own clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from evenhand.core.arguments import said_in_words
from evenhand.core.arrays import Ints
from evenhand.teams.problem import TeamsProblem
from evenhand.teams.reading.schedules import ANY_WEEK, COMMON, LABEL
from evenhand.teams.reading.zones import Zone, zone_of

Span = tuple[datetime, datetime]
"""From and to, in UTC; a year of ``ANY_WEEK`` means any week."""

SLOTS: Final = re.compile(r"\((?:slots|begins) of (\d+) minutes")

SHOWN: Final = 4
"""Times of a team that a line shows; the rest are counted."""


def common_spans(problem: TeamsProblem, awards: Ints) -> list[list[Span]]:
    """Return the spans at which all of each team can meet, in order; [] where there is no schedule.

    Args:
        problem: made with ``times``.
        awards: team codes, shape (n,).

    >>> when = ["Mon 9-12", "Mon 9-12", "Mon 10-11; Tue 8-9", "Mon 10-11; Tue 8-9"]
    >>> rows = [{"name": name, "when": times} for name, times in zip("abcd", when)]
    >>> problem = TeamsProblem.from_rows(rows, teams=2, times="when", hours=1)
    >>> meeting_times(problem, np.array([0, 1, 0, 1]))
    ['Mon 10:00-11:00', 'Mon 10:00-11:00']
    """
    column = next((criterion for criterion in problem.criteria if criterion.name.startswith(COMMON)), None)
    length = SLOTS.search(column.name) if column is not None else None
    if column is None or length is None:
        return []
    # Of hours in a row a value is where they can begin, so each spans all of them.
    slot = timedelta(minutes=int(length.group(1)))
    begins = [datetime.strptime(label, LABEL).replace(tzinfo=UTC) for label in column.values]
    table = column.table(np.asarray(awards, dtype=np.int64), len(problem.teams))
    by_team: list[list[Span]] = []
    for row in table:
        spans: list[Span] = []
        for value in np.flatnonzero(row == 0).tolist():
            first, last = begins[value], begins[value] + slot
            if spans and first <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            else:
                spans.append((first, last))
        by_team.append(spans)
    return by_team


@said_in_words
def meeting_times(problem: TeamsProblem, awards: Ints) -> list[str]:
    """Return a line for each team: when all of it can meet; [] where there is no schedule.

    Cost: linear in the people and their times.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben"], "when": ["Mon 9-12", "Mon 10-14"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=1, times="when", hours=1)
        >>> eh.teams.meeting_times(problem, eh.solve(problem).awards)
        ['Mon 10:00-12:00']
    """
    every = common_spans(problem, awards)
    # Names of zones are looked up only where there is a schedule: the database of them takes 20 ms to load.
    ends = " UTC" if every and _zones(problem) else ""
    return [_said(spans, UTC) + (ends if spans else "") for spans in every]


@said_in_words
def local_times(problem: TeamsProblem, awards: Ints, team: int) -> list[tuple[str, str]]:
    """Return (zone, when a team can meet by that clock) for each zone of its members; [] without zones.

    Cost: linear in the people and their times.

    Example:
        >>> import evenhand as eh
        >>> people = {"name": ["Ada", "Ben"], "when": ["Mon 9-12", "Mon 10-14"], "zone": ["UTC+1", "UTC+2"]}
        >>> problem = eh.TeamsProblem.from_table(people, teams=1, times="when", hours=1, zone="zone")
        >>> eh.teams.local_times(problem, eh.solve(problem).awards, 0)
        [('UTC+1', 'Mon 9:00-12:00'), ('UTC+2', 'Mon 10:00-13:00')]
    """
    spans = common_spans(problem, awards)
    if not spans or not spans[team]:
        return []
    zones = _zones(problem)
    if not zones:
        return []
    members = np.flatnonzero(np.asarray(awards) == team).tolist()
    named = dict.fromkeys(sorted(zones[person] for person in members))
    return [(name, _said(spans[team], zone)) for name in named if (zone := zone_of(name)) is not None]


def _zones(problem: TeamsProblem) -> list[str]:
    """Return each person's zone as written; [] where no column of the plan holds zones alone."""
    for cells in problem.columns.values():
        if cells and all(cell and zone_of(cell) is not None for cell in cells):
            return list(cells)
    return []


def _said(spans: list[Span], zone: Zone) -> str:
    """Write spans by a clock: ``Mon 9:00-12:00, Wed 14:00-15:00 and 2 more``."""
    if not spans:
        return "no time in common"
    shown = [_one(first.astimezone(zone), last.astimezone(zone)) for first, last in spans[:SHOWN]]
    more = f" and {len(spans) - SHOWN} more" if len(spans) > SHOWN else ""
    return ", ".join(shown) + more


def _one(first: datetime, last: datetime) -> str:
    # Weekdays alone where any week is meant; the day before Monday is the Sunday of any week.
    any_week = abs((first.date() - ANY_WEEK).days) <= 8  # noqa: PLR2004 - a week, and a day on either side
    day = f"{first:%a}" if any_week else f"{first:%a} {first.day} {first:%b}"
    end = (
        "24:00"
        if last.time() == first.time().min and last.date() > first.date()
        else f"{last.hour}:{last:%M}"
    )
    return f"{day} {first.hour}:{first:%M}-{end}"
