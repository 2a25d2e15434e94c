"""Tiny named worlds, a sentence each. Every method of a job is run in every world of that job that it fits.

A world is a maker: given a shuffle (a seed, or None for the order written here) it returns the problem from
rows in that order, so that tests can hold that row order does not matter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import evenhand as eh

__all__ = ["WORLDS", "World"]

World = Callable[[int | None], Any]


def shuffled(rows: Sequence[Mapping[str, Any]], shuffle: int | None) -> list[Mapping[str, Any]]:
    """Return the rows in another order."""
    out = list(rows)
    if shuffle is not None:
        random.Random(shuffle).shuffle(out)
    return out


def _candidates(
    scores: Mapping[str, Mapping[str, int]], days: Sequence[str] = ("2026-01-05",)
) -> list[dict[str, Any]]:
    return [
        {"item": item, "recipient": recipient, "day": day, "score": score}
        for item, row in scores.items()
        for recipient, score in row.items()
        for day in days
    ]


def everyone_equal(shuffle: int | None) -> Any:
    """Six equal items, four equal recipients: nothing but fairness to decide."""
    rows = _candidates({f"car {i}": dict.fromkeys("abcd", 500) for i in range(6)})
    return eh.AllocationProblem.from_rows(shuffled(rows, shuffle))


def one_loud_voice(shuffle: int | None) -> Any:
    """One recipient scores far above all others on every item and two slots a day."""
    rows = _candidates(
        {f"car {i}": {"loud": 1000 + i, "b": 700, "c": 650} for i in range(5)}, ["2026-01-05", "2026-01-06"]
    )
    slots = [{"day": "2026-01-05", "slots": 2}, {"day": "2026-01-06", "slots": 2}]
    return eh.AllocationProblem.from_rows(shuffled(rows, shuffle), capacity=shuffled(slots, shuffle))


def one_recipient_only(shuffle: int | None) -> Any:
    """A single recipient wants everything: the penalty is paid or the items stay."""
    rows = _candidates({f"car {i}": {"only": 300 * i} for i in range(5)})
    return eh.AllocationProblem.from_rows(shuffled(rows, shuffle), penalty=eh.mode_a())


def blackout(shuffle: int | None) -> Any:
    """No slot on any day: the empty plan is the only one."""
    rows = _candidates({"car": {"a": 100, "b": 90}})
    return eh.AllocationProblem.from_rows(
        shuffled(rows, shuffle), capacity=[{"day": "2026-01-05", "slots": 0}]
    )


def no_fairness(shuffle: int | None) -> Any:
    """Scores alone decide, one award a recipient and day."""
    rows = _candidates(
        {f"car {i}": {"a": 70 + i, "b": 60 + 2 * i, "c": 50 + 3 * i} for i in range(5)},
        ["2026-01-05", "2026-01-06"],
    )
    return eh.AllocationProblem.from_rows(shuffled(rows, shuffle), penalty=eh.no_penalty())


def two_by_two(shuffle: int | None) -> Any:
    """Four people of two kinds in two teams: perfect balance exists."""
    rows = [{"name": n, "kind": k} for n, k in zip("abcd", "xxyy", strict=True)]
    return eh.TeamsProblem.from_table(shuffled(rows, shuffle), teams=2, balance=["kind"])


def lonely_kinds(shuffle: int | None) -> Any:
    """Eight of one kind and one each of two others in two teams: no team can have all kinds."""
    rows = [{"name": f"p{i}", "kind": k} for i, k in enumerate("xxxxxxxxyz")]
    return eh.TeamsProblem.from_table(shuffled(rows, shuffle), teams=2, balance=["kind"])


def one_team(shuffle: int | None) -> Any:
    """Everybody in one team: nothing to decide, and that is optimal."""
    rows = [{"name": f"p{i}", "kind": "xy"[i % 2], "site": "pqr"[i % 3]} for i in range(5)]
    return eh.TeamsProblem.from_table(shuffled(rows, shuffle), teams=1, balance=["kind", "site"])


def odd_sizes(shuffle: int | None) -> Any:
    """Eleven people with two criteria in three teams, so sizes differ by one."""
    rows = [{"name": f"p{i:02}", "kind": "xxy"[i % 3], "site": "pqrst"[i % 5]} for i in range(11)]
    return eh.TeamsProblem.from_table(shuffled(rows, shuffle), teams=3, balance=["kind", "site"])


def garden(shuffle: int | None) -> Any:
    """Three people water for ten weeks in pairs, as the manual tells it."""
    people = [{"name": name, "joined": "2025-01-01"} for name in ("Hugs", "Kompono", "Jay")]
    duties = eh.weekly("2025-11-18", 10, seats=2)
    return eh.RotaProblem.from_tables(shuffled(people, shuffle), duties, policy="ledger")


def newcomer(shuffle: int | None) -> Any:
    """A fourth person joins after a year of history; one is away for three weeks."""
    people = [{"name": name, "joined": "2025-01-01"} for name in "ABC"] + [
        {"name": "Neu", "joined": "2026-01-05"}
    ]
    history = [{"date": f"2025-12-{day:02}", "name": name} for day, name in ((1, "A"), (8, "B"), (15, "C"))]
    absences = [{"name": "B", "from": "2026-01-10", "to": "2026-01-31"}]
    return eh.RotaProblem.from_tables(
        shuffled(people, shuffle),
        eh.weekly("2026-01-05", 8),
        absences=absences,
        history=shuffled(history, shuffle),
        policy="ledger",
    )


def half_timers(shuffle: int | None) -> Any:
    """Two full claims and two half claims share single turns."""
    people = [
        {"name": n, "joined": "2026-01-01", "weight": w} for n, w in (("A", 2), ("B", 2), ("c", 1), ("d", 1))
    ]
    return eh.RotaProblem.from_tables(shuffled(people, shuffle), eh.weekly("2026-01-05", 12), policy="ledger")


WORLDS: dict[str, tuple[World, ...]] = {
    "allocation": (everyone_equal, one_loud_voice, one_recipient_only, blackout, no_fairness),
    "teams": (two_by_two, lonely_kinds, one_team, odd_sizes),
    "rota": (garden, newcomer, half_timers),
}
