"""Some offices of a run, and all offices as the search sees them.

The search (``offices``) never touches an office: it puts the same question to all of them and hears
numbers and plans. So it does not matter where an office lives. In one process the offices are one shard that
is called directly; ``evenhand.cluster`` keeps many shards in processes of their own.

A shard knows neither clock nor engine: what it answers depends on its parts and on the calls made so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from evenhand.allocation.solving.model.pricing import Prices
from evenhand.allocation.solving.offices.local import Office, Plan, Point
from evenhand.allocation.solving.offices.parts import Part
from evenhand.allocation.solving.offices.pieces import Piece
from evenhand.allocation.solving.offices.shared import Shared
from evenhand.core.arrays import Ints
from evenhand.core.progress import Progress

Asked = Ints | list[Ints]
"""Prices of what is shared: the same for all offices, or one an office, in the order of all offices."""

ENOUGH = 2.0**-6
"""Units between an office's plan and its bound that are not worth more work: a hundred offices together are
then less than two units off, and half of it costs another round of branching in most of them."""

CLOSE = 0.5
"""The same where plans are asked for at prices nearby: there only the plan is wanted, and no bound."""


READS = frozenset({"facts", "classes", "pool", "taken"})
"""Methods of a shard that change nothing in it: made anew, it need not hear them again."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What the search needs to know of an office before it asks.

    Attributes:
        awards: how many it can make at most.
        top: ticks a unit of each shared row above which no candidate of its is worth anything, shape (m,).
        heaviest: units that one candidate uses of each row at most, shape (m,).
    """

    awards: int
    top: Ints = field(repr=False)
    heaviest: Ints = field(repr=False)


class Shards(Protocol):
    """Keeps shards and calls their methods: ``evenhand.cluster.engine.Engine``, or this process."""

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method on every shard; the answers, in the order of the shards."""

    def each(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call a method on every shard, each with arguments of its own."""

    def one(self, shard: int, method: str, *arguments: Any) -> Any:
        """Call a method on one shard."""

    def step(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return what the search computes on its own between two calls; a journal may know it already."""


class Here:
    """One shard in this process."""

    def __init__(self, shard: Shard) -> None:
        self.shard = shard

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method on the shard."""
        return [getattr(self.shard, method)(*arguments)]

    def each(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call a method on the shard."""
        return [getattr(self.shard, method)(*own) for own in arguments]

    def one(self, shard: int, method: str, *arguments: Any) -> Any:
        """Call a method on the shard."""
        del shard
        return getattr(self.shard, method)(*arguments)

    def step(self, name: str, compute: Callable[[], Any]) -> Any:
        """Compute it: nothing is kept."""
        del name
        return compute()


class Shard:
    """Some offices of a run.

    Every method takes ``left``, the seconds that the search has left (None for no limit). In the process of
    the search its own progress decides instead, so that Ctrl-C reaches the office that is at work.
    """

    def __init__(self, parts: Sequence[Part], shared: Shared, progress: Progress | None = None) -> None:
        self.offices = [Office(part, len(shared)) for part in parts]
        self.shared = shared
        self.progress = progress
        self.told = [0] * len(self.offices)
        # Each office's own prices where it settled, None where it had no time to. They stay here: the search
        # needs them for explanations only, and they are larger than all that it hears.
        self.own_prices: list[Prices | None] = [None] * len(self.offices)
        self.first = 0

    def trim(self, number: int, prices: Asked, chosen: Ints, room: Ints) -> Plan:
        """Keep what of an office's plan fits into some room."""
        return self.offices[number].trim(self._at(prices, number), chosen, room)

    def keep(self, some: Sequence[int], chosen: Sequence[Ints]) -> list[Plan]:
        """Keep plans of some offices, by their numbers among all, that the search put together."""
        here = range(self.first, self.first + len(self.offices))
        out = []
        for number, own in zip(some, chosen, strict=True):
            if number in here:
                plan = self.offices[number - self.first].keep(own)
                assert plan is not None  # noqa: S101 - the search has checked every rule of the office
                out.append(plan)
        return out

    def placed(self, first: int) -> None:
        """Hear which number the shard's first office has among all, to find its own in a list of all."""
        self.first = first

    def _at(self, prices: Asked, number: int) -> Ints:
        """Return the prices for one of the shard's offices; they may be one for all, or one an office."""
        return prices[self.first + number] if isinstance(prices, list) else prices

    def _mine(self, some: Sequence[int]) -> list[int]:
        """Return those of some offices that are here, by their numbers in this shard."""
        return [number - self.first for number in some if 0 <= number - self.first < len(self.offices)]

    def classes(self) -> list[tuple[Ints, Ints]]:
        """Return row and units of every office's toll classes."""
        return [office.part.class_rows for office in self.offices]

    def pool(self, some: Sequence[int], most: int) -> list[Piece]:
        """Return the candidates of some offices that matter most where their LPs stand.

        Args:
            some: offices, by their numbers among all; those of other shards are passed over.
            most: candidates of each beside those of its LP, at most.
        """
        return [self.offices[number].piece(most) for number in self._mine(some)]

    def taken(self, rows: list[Ints]) -> list[Piece]:
        """Return given candidates of every office of all; those of the others are left out."""
        return [office.taken(rows[self.first + number]) for number, office in enumerate(self.offices)]

    def _watch(self, left: float | None) -> Progress:
        return self.progress or Progress(seconds=left)

    def fresh(self, number: int) -> list[Plan]:
        """Return the plans of an office that the search has not heard of, oldest first."""
        plans = list(self.offices[number].plans.values())
        # Each plan crosses to the search once; the shard remembers how many it has told.
        news, self.told[number] = plans[self.told[number] :], len(plans)
        return news

    def facts(self) -> list[Facts]:
        """Return the facts of every office."""
        out = []
        for office in self.offices:
            count = len(self.shared)
            top, heaviest = np.zeros(count + 1, dtype=np.int64), np.ones(count + 1, dtype=np.int64)
            for of, units in office.part.usage:
                weight = np.ones(len(of), dtype=np.int64) if units is None else units
                # Rounded up: at that price or above no candidate is worth its units.
                np.maximum.at(top, of, -(-office.own // np.maximum(1, weight)))
                np.maximum.at(heaviest, of, weight)
            out.append(Facts(office.residual.awards, top[:-1], heaviest[:-1]))
        return out

    def ask(self, some: Sequence[int], prices: Asked, left: float | None) -> list[tuple[Any, list[Plan]]]:
        """Return a point, or a crude bound where there is no time for one, and new plans, an office each.

        Args:
            some: offices, by their numbers among all; those of other shards are passed over.
            prices: for all or one an office.
            left: see the class.
        """
        watch, out = self._watch(left), []
        for number in self._mine(some):
            office = self.offices[number]
            # Without any point an office still has a bound: every item at its best.
            crude = watch.stop() and not office.points
            here = self._at(prices, number)
            answer: Point | int = office.crude(here) if crude else office.ask(here, watch)
            out.append((answer, self.fresh(number)))
        return out

    def settle(self, prices: Asked, left: float | None) -> list[tuple[int, list[Plan]]]:
        """Return the best bound at prices, and new plans, an office each."""
        watch = self._watch(left)
        out: list[tuple[int, list[Plan]]] = []
        for number, office in enumerate(self.offices):
            here = self._at(prices, number)
            if not office.points or watch.stop():
                known = [point.bound for point in office.points if np.array_equal(point.prices, here)]
                out.append((known[0] if known else office.crude(here), self.fresh(number)))
                continue
            bound = office.settle(here, ENOUGH * office.residual.ticks, watch)
            self.own_prices[number] = office.prices
            out.append((bound, self.fresh(number)))
        return out

    def vary(self, prices: Ints, branched: bool, left: float | None) -> list[list[Plan]]:  # noqa: FBT001 - it crosses a pipe
        """Look for plans at prices nearby; the new ones, an office each.

        Args:
            prices: ticks a unit of each shared row, shape (m,).
            branched: whether every office is branched over, or only its LP asked.
            left: see the class.
        """
        watch = self._watch(left)
        for office in self.offices:
            if watch.stop():
                break
            if branched:
                office.settle(prices, CLOSE * office.residual.ticks, watch)
            else:
                office.ask(prices, watch)
        return [self.fresh(number) for number in range(len(self.offices))]

    def fill(
        self,
        number: int,
        prices: Ints,
        room: tuple[Ints, Ints],
        most: tuple[int, int],
        chosen: Ints,
        left: float | None,
    ) -> list[Plan]:
        """Let one office decide again within the room that the others leave; its new plans."""
        office = self.offices[number]
        # Made anew under a time limit, a shard may not have found the plan that the search heard of.
        plan = office.plans.get(chosen.tobytes()) or office.keep(chosen)
        assert plan is not None  # noqa: S101 - the search chose it among plans that hold
        office.fill(prices, room, self.shared, most, plan, self._watch(left))
        return self.fresh(number)

    def survivors(self, prices: Asked, slack: int, bounds: Ints, left: float | None) -> list[Ints]:
        """Return the candidates of each office that a better plan could hold, in codes of its part.

        Args:
            prices: those that the bounds stand at, for all or one an office.
            slack: ticks between the plan and the bound of the whole.
            bounds: settled bound of each office of this shard, shape (offices,).
            left: see the class.
        """
        out = []
        for number, (office, settled) in enumerate(zip(self.offices, bounds.tolist(), strict=True)):
            office.return_to(self._at(prices, number), self._watch(left))
            lp, loss = office.lost()
            out.append(np.flatnonzero(loss <= slack - settled + lp))
        return out


class Offices:
    """All offices as the search sees them: numbered from 0, with every plan they have told of."""

    def __init__(self, shards: Shards, progress: Progress, ticks: int) -> None:
        self.shards, self.progress, self.ticks = shards, progress, ticks
        facts = shards.all("facts")
        self.facts: list[Facts] = [fact for part in facts for fact in part]
        sizes = [len(part) for part in facts]
        self.place = [(shard, inner) for shard, size in enumerate(sizes) for inner in range(size)]
        self.sizes = sizes
        self.plans: list[dict[bytes, Plan]] = [{} for _ in self.facts]
        ends = np.cumsum([0, *sizes])
        shards.each("placed", [(first,) for first in ends[:-1].tolist()])

    def __len__(self) -> int:
        return len(self.facts)

    def step(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return what the search computes from what it heard; a journal may know it already."""
        return self.shards.step(name, compute)

    def _keep(self, number: int, news: Sequence[Plan]) -> None:
        for plan in news:
            self.plans[number].setdefault(plan.chosen.tobytes(), plan)

    def classes(self) -> list[tuple[Ints, Ints]]:
        """Return row and units of every office's toll classes."""
        return [classes for part in self.shards.all("classes") for classes in part]

    def pool(self, some: Sequence[int], most: int) -> list[Piece]:
        """Return the candidates of some offices, in their order, that matter most where their LPs stand."""
        return [piece for part in self.shards.all("pool", list(some), most) for piece in part]

    def taken(self, rows: Sequence[Ints]) -> list[Piece]:
        """Return given candidates of every office."""
        return [piece for part in self.shards.all("taken", list(rows)) for piece in part]

    def trim(self, number: int, prices: Asked, plan: Plan, room: Ints) -> Plan:
        """Return what of an office's plan fits into some room of the shared rows."""
        shard, inner = self.place[number]
        trimmed: Plan = self.shards.one(shard, "trim", inner, prices, plan.chosen, room)
        self._keep(number, [trimmed])
        return trimmed

    def keep(self, some: Sequence[int], chosen: Sequence[Ints]) -> list[Plan]:
        """Keep plans of some offices, in rising order, that the search put together."""
        return [plan for part in self.shards.all("keep", list(some), list(chosen)) for plan in part]

    def ask(self, some: Sequence[int], prices: Asked) -> list[Point | int]:
        """Return the point of some offices, in rising order, at prices, or a crude bound where time is up."""
        # One call for all shards, so that they work side by side.
        answers = self.shards.all("ask", list(some), prices, self.progress.left)
        flat = [answer for part in answers for answer in part]
        for number, (_, news) in zip(some, flat, strict=True):
            self._keep(number, news)
        return [answer for answer, _ in flat]

    def settle(self, prices: Asked) -> list[int]:
        """Let every office find its best plan at prices; bounds there."""
        answers = [a for part in self.shards.all("settle", prices, self.progress.left) for a in part]
        for number, (_, news) in enumerate(answers):
            self._keep(number, news)
        return [bound for bound, _ in answers]

    def vary(self, prices: Ints, *, branched: bool) -> None:
        """Let every office look for plans at prices nearby."""
        answers = [a for part in self.shards.all("vary", prices, branched, self.progress.left) for a in part]
        for number, news in enumerate(answers):
            self._keep(number, news)

    def fill(
        self, number: int, prices: Ints, room: tuple[Ints, Ints], most: tuple[int, int], plan: Plan
    ) -> bool:
        """Let one office decide again within the room that the others leave; whether it found a new plan."""
        shard, inner = self.place[number]
        news = self.shards.one(shard, "fill", inner, prices, room, most, plan.chosen, self.progress.left)
        self._keep(number, news)
        return bool(news)

    def survivors(self, prices: Asked, slack: int, bounds: Sequence[int]) -> list[Ints]:
        """Return the candidates of each office that a better plan could hold."""
        ends = np.cumsum([0, *self.sizes])
        every = np.array(bounds, dtype=np.int64)
        own = np.split(every, ends[1:-1])
        parts = self.shards.each("survivors", [(prices, slack, part, self.progress.left) for part in own])
        return [rows for part in parts for rows in part]
