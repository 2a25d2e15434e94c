"""Who may not serve a slot, and why, given what was served before: rest, overlap, pairs, limits."""

from __future__ import annotations

from typing import Final

from evenhand.rota.problem import RotaProblem
from evenhand.rota.rules import ONLINE
from evenhand.rota.rules.base import Closing
from evenhand.rota.rules.clashes import earlier_clashes
from evenhand.rota.rules.named_turns import people_by_slot, pledged_elsewhere

OVERLAPS: Final = 20
"""Place of "they serve another slot at the same time" among the rules' ``online_place``: where two reasons
close a slot to somebody, that of the higher place is told."""


class Barriers:
    """Keeps what each person served last; ask ``closed`` before a slot, ``served`` after it.

    Slots are served in order; a later one may be asked about, and is then closed by what was served so far.
    """

    def __init__(self, problem: RotaProblem) -> None:
        self.problem = problem
        self.must, self.must_not = people_by_slot(problem.fixed), people_by_slot(problem.forbidden)
        self.pledged = pledged_elsewhere(problem)
        closing: list[tuple[int, Closing | None]] = [
            (kind.online_place, kind.closing(problem)) for kind in ONLINE
        ]
        if not problem.overlaps and problem.crowded:
            closing.append((OVERLAPS, _Busy(problem)))
        closing.sort(key=lambda place: place[0])
        self.closing = [what for _, what in closing if what is not None]

    @property
    def idle(self) -> bool:
        """Whether no rule at all can close a slot to anybody: then nothing need be asked."""
        free = not self.problem.ruled and not self.problem.pinned
        return free and bool(self.problem.overlaps or not self.problem.crowded)

    def closed(self, slot: int) -> dict[int, str]:
        """Return those who may not serve the slot whatever else happens in it, with the reason."""
        out: dict[int, str] = {}
        for what in self.closing:
            out |= what.closed(slot)
        return out

    def fixed(self, slot: int) -> list[int]:
        """Return those who must serve the slot."""
        return self.must.get(slot, [])

    def partners(self, who: int) -> list[int]:
        """Return those who may never serve one slot with this person."""
        pairs = self.problem.apart.tolist()
        return [second for first, second in pairs if first == who] + [
            first for first, second in pairs if second == who
        ]

    def served(self, slot: int, who: list[int]) -> None:
        """Note who served the slot; told of it a second time, the second counts."""
        for what in self.closing:
            what.served(slot, who)


class _Busy:
    """Who serves a slot that runs at the same time."""

    def __init__(self, problem: RotaProblem) -> None:
        self.meets = earlier_clashes(problem)
        self.crew: dict[int, list[int]] = {}

    def closed(self, slot: int) -> dict[int, str]:
        busy = [who for earlier in self.meets.get(slot, ()) for who in self.crew.get(earlier, ())]
        return dict.fromkeys(busy, "they serve another slot at the same time")

    def served(self, slot: int, who: list[int]) -> None:
        self.crew[slot] = who
