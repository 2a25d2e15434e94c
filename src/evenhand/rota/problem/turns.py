"""A name for every slot and every turn that stays the same from plan to plan: duty, day, time, seat."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from evenhand.core.sentences import clock
from evenhand.rota.problem.rota_problem import RotaProblem


class SlotName(NamedTuple):
    """What identifies a slot from plan to plan.

    Attributes:
        duty: the duty's name.
        day: the day it starts, as ISO text; clock: minute of that day, -1 for whole days.
        which: 0 for the first such slot of the duty, 1 for the next: a table may list the same slot twice.
    """

    duty: str
    day: str
    clock: int
    which: int

    @property
    def when(self) -> str:
        """Day and time of day, as ISO text that sorts in order of time."""
        return self.day if self.clock < 0 else f"{self.day}T{clock(self.clock)}"

    def __str__(self) -> str:
        again = f"+{self.which + 1}" if self.which else ""
        return f"{self.duty}/{self.when}{again}"


def slot_names(problem: RotaProblem) -> list[SlotName]:
    """Return what each slot is known by, in order of slots."""
    out: list[SlotName] = []
    seen: dict[tuple[int, int, int], int] = {}
    columns = (problem.slot_duty, problem.slot_start, problem.slot_clock)
    for key in zip(*(column.tolist() for column in columns), strict=True):
        # Duty, day and time may stand twice in a table; counting them keeps names apart and the same from
        # plan to plan.
        seen[key] = seen.get(key, -1) + 1
        duty, day, clock = key
        out.append(SlotName(problem.duties[duty], date.fromordinal(day).isoformat(), clock, seen[key]))
    return out


def slot_ids(problem: RotaProblem) -> list[str]:
    """Return an id a slot: duty/day, with the time of day where it has one.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> duty = weekly("2026-01-05", 2, name="garden", at="09:00", hours=8)
    >>> slot_ids(RotaProblem.from_values(["Ada"], duty))
    ['garden/2026-01-05T09:00', 'garden/2026-01-12T09:00']
    """
    return [str(name) for name in slot_names(problem)]


def turn_ids(problem: RotaProblem) -> list[str]:
    """Return an id a seat-turn, in order of slots and seats: the slot's and the seat's number.

    The same duty, day, time and seat have the same id in every plan, whoever serves.

    >>> from evenhand.rota import RotaProblem, weekly
    >>> turn_ids(RotaProblem.from_values(["Ada", "Ben"], weekly("2026-01-05", 1, seats=2)))
    ['duty/2026-01-05/1', 'duty/2026-01-05/2']
    """
    return [
        f"{name}/{seat + 1}"
        for name, seats in zip(slot_ids(problem), problem.seats.tolist(), strict=True)
        for seat in range(seats)
    ]


def slot_of_turn(turn: str) -> str:
    """Return the slot's id of a turn's id.

    >>> slot_of_turn("garden/2026-01-05/2")
    'garden/2026-01-05'
    """
    return turn.rpartition("/")[0]
