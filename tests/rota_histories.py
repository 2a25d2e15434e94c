"""Random rotas for property tests: joins, leaves, returns, absences, weights, loads, history."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evenhand.rota import POLICIES, RotaProblem
from evenhand.rota.problem import OPEN

Ints = NDArray[np.int64]
START = 738_000


def ints(values: object) -> Ints:
    """Return values as an array of int64."""
    return np.asarray(values, dtype=np.int64)


def everybody(
    weights: list[int], slots: int, seats: int = 1, policy: str = "ledger", length: int = 0
) -> RotaProblem:
    """Return a rota in which all are members and able throughout."""
    people = len(weights)
    starts = START + 7 * np.arange(slots)
    return RotaProblem(
        people=tuple(f"p{at:04d}" for at in range(people)),
        weight=ints(weights),
        period_person=np.arange(people),
        period_start=ints([START - 400] * people),
        period_end=ints([OPEN] * people),
        slot_start=starts,
        slot_end=starts + length,
        seats=ints([seats] * slots),
        load=ints([1] * slots),
        slot_duty=ints([0] * slots),
        policy=POLICIES[policy],
    )


def _periods(draw: np.random.Generator, people: int) -> list[tuple[int, int, int]]:
    out = []
    for who in range(people):
        day = START - 50 if draw.random() < 0.5 else START - 100 + int(draw.integers(0, 300))
        for _ in range(int(draw.integers(1, 4))):
            last = day + int(draw.integers(20, 300)) if draw.random() < 0.6 else OPEN
            out.append((who, day, last))
            if last == OPEN:
                break
            day = last + 1 + int(draw.integers(0, 60)) * int(draw.random() < 0.8)
    return out


def random_rota(
    seed: int, people: int = 8, slots: int = 60, *, weights: bool = False, policy: str = "ledger"
) -> RotaProblem:
    """Return a rota of weekly slots with several periods a person, absences and a short history."""
    draw = np.random.default_rng(seed)
    periods = ints(_periods(draw, people))
    away = [
        (who, day, day + int(draw.integers(0, 30)))
        for who in range(people)
        for day in (START + draw.integers(0, slots * 7, int(draw.integers(0, 5)))).tolist()
    ]
    absent = ints(away).reshape(-1, 3)
    served = int(draw.integers(0, 20))
    starts = START + 7 * np.arange(slots)
    return RotaProblem(
        people=tuple(f"p{at:02d}" for at in range(people)),
        weight=ints(draw.integers(1, 5, people)) if weights else ints([3] * people),
        period_person=periods[:, 0].copy(),
        period_start=periods[:, 1].copy(),
        period_end=periods[:, 2].copy(),
        slot_start=starts,
        slot_end=starts + int(draw.integers(0, 7)),
        seats=ints(draw.integers(1, 4, slots)),
        load=ints(draw.integers(1, 3, slots)),
        slot_duty=ints([0] * slots),
        absent_person=absent[:, 0].copy(),
        absent_from=absent[:, 1].copy(),
        absent_to=absent[:, 2].copy(),
        history_day=np.sort(START - 1 - draw.integers(0, 60, served)).astype(np.int64),
        history_person=ints(draw.integers(0, people, served)),
        history_load=ints([1] * served),
        policy=POLICIES[policy],
    )
