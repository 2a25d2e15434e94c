"""One office's week, drawn from a seed: who there is, what they may have, what they had.

The skew is a real week's. About 27 partners stand high with two or three makes (rank A+, close by,
publishing nearly always), about two dozen have one A+ make and middling figures, all others lower ranks. So
without fairness the best partner of each popular make takes all of it, mode A reaches the stars and the upper
half of the middle, and mode B gives two to each star and one to each of the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from benchmarks.made_up_weeks.words import FIRST, LAST, MAKES
from numpy.typing import NDArray

from evenhand.core.seeded import stream

__all__ = ["Office", "draw_office"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

VEHICLES, PARTNERS, SLOTS = 226, 202, 15
STARS, MIDDLE = 27, 23
LOANS_A_YEAR = 2400
BUSY = 0.4
RANKS = ("A", "B", "C", "")
RANK_SHARES = (0.22, 0.40, 0.33, 0.05)


@dataclass(frozen=True, eq=False)
class Office:
    """Draws of one office as columns; codes point into ``MAKES`` and the partners.

    Attributes:
        name: the office.
        vehicle_make: code, shape (V,), ascending.
        vehicle_model: place among the make's models, shape (V,).
        vehicle_cost: dollars a loan, shape (V,).
        closeness: 0 to 1, shape (P,).
        publication: 0 to 1, shape (P,).
        outlets: names, P of them.
        approved_partner: code, one an approval.
        approved_make: code, one an approval.
        approved_rank: "A+", "A", "B", "C" or "", one an approval.
        past: columns partner, vehicle, days from the week's Monday to the start (< 0), length in days.
        running: columns partner, vehicle, days to the start (may be in the week), length in days.
        busy: columns vehicle, first and last day (from Monday) on which it cannot be had.
        slots: starts a day, Monday to Friday, and the notes.
        notes: what is special about each of the five days.
        room: how many loans' money each make has left, shape (makes,).
    """

    name: str
    vehicle_make: Ints
    vehicle_model: Ints
    vehicle_cost: Ints
    closeness: Floats
    publication: Floats
    outlets: tuple[str, ...]
    approved_partner: Ints
    approved_make: Ints
    approved_rank: tuple[str, ...]
    past: tuple[Ints, Ints, Ints, Ints]
    running: tuple[Ints, Ints, Ints, Ints]
    busy: tuple[Ints, Ints, Ints]
    slots: tuple[int, ...]
    notes: tuple[str, ...]
    room: Ints


def draw_office(seed: int, name: str, size: float, *, cost_per_vehicle: bool, tight: bool) -> Office:
    """Draw one office.

    Args:
        seed: same seed and name, same draws.
        name: the office; other names give unrelated draws.
        size: candidates as a multiple of 60,000; vehicles, partners and slots grow
            with its square root.
        cost_per_vehicle: whether every vehicle has its own cost, rather than every make.
        tight: whether budgets are small.
    """
    rng = stream(seed, f"fleet week / {name}")
    factor = float(np.sqrt(size))
    vehicles, partners = round(VEHICLES * factor), round(PARTNERS * factor)
    shares = np.array([count for _, _, count in MAKES], dtype=np.float64)
    make = np.sort(np.searchsorted(np.cumsum(shares) / shares.sum(), (np.arange(vehicles) + 0.5) / vehicles))
    model = np.array([rng.integers(len(MAKES[code][1])) for code in make], dtype=np.int64)
    by_make = rng.integers(6, 25, len(MAKES)) * 25
    cost = by_make[make] + (rng.integers(-5, 26, vehicles) * 7 if cost_per_vehicle else 0)
    tier = np.repeat([2, 1, 0], [round(STARS * factor), round(MIDDLE * factor), partners])[:partners]
    tier = tier[rng.permutation(partners)]
    low, high = np.array([0.0, 0.0, 0.70])[tier], np.array([0.8, 0.5, 1.0])[tier]
    closeness = np.round(low + (high - low) * rng.random(partners), 2)
    low, high = np.array([0.0, 0.05, 0.75])[tier], np.array([0.5, 0.6, 1.0])[tier]
    publication = np.round(low + (high - low) * rng.random(partners), 2)
    who, what, rank = _approvals(rng, tier, shares)
    past = _past(rng, tier, who, what, make, round(LOANS_A_YEAR * factor))
    return Office(
        name,
        make,
        model,
        np.asarray(cost, dtype=np.int64),
        closeness,
        publication,
        _outlets(rng, partners),
        who,
        what,
        rank,
        past,
        _running(rng, tier, make, round(28 * factor)),
        _busy(rng, vehicles),
        *_calendar(factor),
        _room(rng, tight=tight),
    )


def _outlets(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    order = rng.permutation(len(names)).tolist()
    rounds = [
        names[at] if turn == 0 else f"{names[at]} {turn + 1}"
        for turn in range(count // len(names) + 1)
        for at in order
    ]
    return tuple(rounds[:count])


def _approvals(rng: np.random.Generator, tier: Ints, shares: Floats) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Nine makes or so a partner; a star has A+ for two or three of them, the middle for one."""
    who, what, rank = [], [], []
    chance = shares / shares.sum()
    for partner, level in enumerate(tier.tolist()):
        approved = rng.choice(len(shares), size=int(rng.integers(6, 15)), replace=False, p=chance)
        best = (0, 1, int(rng.integers(1, 3)))[level]
        words = [RANKS[at] for at in rng.choice(len(RANKS), size=len(approved), p=RANK_SHARES)]
        words[:best] = ["A+"] * best
        who += [partner] * len(approved)
        what += approved.tolist()
        rank += words
    return np.array(who, dtype=np.int64), np.array(what, dtype=np.int64), tuple(rank)


def _past(
    rng: np.random.Generator, tier: Ints, who: Ints, what: Ints, make: Ints, count: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Loans of the last fourteen months; stars had more."""
    weight = np.array([1.0, 2.0, 4.0])[tier[who]]
    size = np.bincount(make, minlength=len(MAKES))
    weight = weight * (size[what] > 0)
    approval = rng.choice(len(who), size=count, p=weight / weight.sum())
    first = np.concatenate([[0], np.cumsum(size)])
    vehicle = first[what[approval]] + (rng.random(count) * size[what[approval]]).astype(np.int64)
    length = rng.choice(np.array([4, 7, 7, 7, 10]), size=count)
    start = -rng.integers(12, 430, count)
    return who[approval], vehicle, start, length


def _running(rng: np.random.Generator, tier: Ints, make: Ints, count: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Loans out at the moment, and two starts already booked for Wednesday; seldom with the stars."""
    weight = np.array([1.0, 0.5, 0.1])[tier]
    partner = rng.choice(len(tier), size=count + 2, replace=False, p=weight / weight.sum())
    vehicle = rng.choice(len(make), size=count + 2, replace=False)
    start = np.concatenate([-rng.integers(2, 7, count), [2, 2]])
    return partner, vehicle, start, np.full(count + 2, 7)


def _busy(rng: np.random.Generator, vehicles: int) -> tuple[Ints, Ints, Ints]:
    """Two vehicles in five come back, or leave for a show or the workshop, within the fortnight."""
    vehicle = np.flatnonzero(rng.random(vehicles) < BUSY)
    late = rng.random(len(vehicle)) < 1 / 2
    first = np.where(late, 0, rng.integers(7, 12, len(vehicle)))
    last = np.where(late, rng.integers(0, 4, len(vehicle)), 13)
    return vehicle, first, last


def _calendar(factor: float) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Fifteen starts a day on average; Wednesday takes more, as two are booked, and Thursday fewer."""
    usual = round(SLOTS * factor)
    more = round(3 * factor)
    slots = (usual, usual, usual + more + 2, usual - more, usual)
    return slots, ("", "", "second handover team", "travel to the test track", "")


def _room(rng: np.random.Generator, *, tight: bool) -> Ints:
    """Loans that the money left pays for, by make; a few makes have next to none even in an easy week."""
    room = rng.integers(1, 4, len(MAKES)) if tight else rng.integers(3, 14, len(MAKES))
    room[rng.choice(len(MAKES), size=3, replace=False)] = 1
    return room
