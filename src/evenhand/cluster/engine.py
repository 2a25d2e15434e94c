"""What an engine does: keep shards somewhere, ask them all, and make anew those that are lost.

A shard is any object that a plain function makes of a description. An engine never looks inside: it makes
shards, calls one of their methods on all of them, and hands the answers back in the order of the shards,
whoever answered first. Engines therefore differ in where the work is done and never in what comes out;
``tests/cluster/test_engines.py`` holds every engine to the same answers, with workers killed in between.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from evenhand.core.errors import EvenhandError

TRIES = 5
"""Times a shard is made anew before the run gives it up. A process that dies for a passing reason (the
system is short of memory, somebody killed it) comes back at the first try; one that dies five times dies of
its own work, and a sixth try would only cost time."""

SHOWN = 200
"""Characters of a shard's name in a message: a shard of many offices bears all their names."""

Call = tuple[int, str, tuple[Any, ...]]
"""A shard's number, the name of its method, and the arguments."""


class LostError(EvenhandError):
    """A shard was lost again and again; the message says which one and how often."""


@dataclass(frozen=True)
class Recipe:
    """How to make a shard: a function by its name, and its arguments.

    Attributes:
        maker: ``"package.module:function"``. A name and no function, so that it reaches another process.
        arguments: what the function is called with; must be picklable.
        name: what a person calls the shard, in messages.
        reads: methods that change nothing in the shard, so that they need no replay when it is made anew.
        modules: what its work imports when it is first needed; an engine may import it once for all.

    >>> make(Recipe("fractions:Fraction", (3, 4), name="three quarters"))
    Fraction(3, 4)
    """

    maker: str
    arguments: tuple[Any, ...] = field(default=(), repr=False)
    name: str = ""
    reads: frozenset[str] = frozenset()
    modules: tuple[str, ...] = ()


def make(recipe: Recipe) -> Any:
    """Return the shard that a recipe describes."""
    module, _, function = recipe.maker.partition(":")
    return getattr(import_module(module), function)(*recipe.arguments)


class Made:
    """The shards that a process holds, by number."""

    def __init__(self) -> None:
        self._shards: dict[int, Any] = {}

    def answer(self, shard: int, what: Any, arguments: tuple[Any, ...] | None) -> tuple[bool, Any]:
        """Make a shard or call it.

        Args:
            shard: its number.
            what: the recipe, or the name of the method.
            arguments: of the method; None to make the shard.

        Returns:
            ``(True, value)``, or ``(False, error)`` where the shard itself raised.
        """
        try:
            if arguments is None:
                self._shards[shard] = make(what)
                return True, None
            return True, getattr(self._shards[shard], what)(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever a shard raises belongs to the driver
            return False, error


def out_of_memory(recipe: Recipe) -> LostError:
    """Return what is said of a shard that needs more memory than there is."""
    mend = "Use fewer --workers at a time, or a machine with more memory."
    return LostError(f"{named(recipe)}: there is not enough memory for this part. {mend}")


def made_anew(recipe: Recipe) -> str:
    """Return what is said of a shard whose process was lost."""
    return f"{named(recipe)}: the process ended and its work was done again in another"


def named(recipe: Recipe) -> str:
    """Return what a message calls a shard."""
    name = recipe.name if len(recipe.name) <= SHOWN else recipe.name[: SHOWN - 1] + "…"
    return name or "A part of the run"


class Engine(ABC):
    """Keeps shards and calls their methods.

    Attributes:
        shards: how many there are.
        notes: what a person should know of the run, such as a process that was lost, a sentence each.
    """

    def __init__(self) -> None:
        self.shards = 0
        self.notes: list[str] = []

    @abstractmethod
    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards; they are numbered in this order."""

    @abstractmethod
    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Make calls side by side, those of one shard in their order; the answers, in the order of the calls.

        Raises:
            LostError: a shard was lost ``TRIES`` times.
        """

    @abstractmethod
    def close(self) -> None:
        """Let all shards go; no process is left behind."""

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method with the same arguments on every shard; the answers, in the order of the shards."""
        return self.ask([(shard, method, arguments) for shard in range(self.shards)])

    def each(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call a method on every shard, each with arguments of its own."""
        return self.ask([(shard, method, own) for shard, own in enumerate(arguments)])

    def one(self, shard: int, method: str, *arguments: Any) -> Any:
        """Call a method on one shard."""
        return self.ask([(shard, method, arguments)])[0]

    def step(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return what the driver computes on its own between two calls; a journal may know it already."""
        del name
        return compute()


@contextmanager
def open_engine(workers: int, cluster: str = "") -> Iterator[Engine]:
    """Open the engine for that many worker processes, and close it whatever happens.

    Args:
        workers: 0 or 1 for this process alone, which needs no pickling and is the easiest to debug;
            2 or more for processes of their own.
        cluster: the address of a Ray cluster, whose processors then work; at most ``workers`` of them, all
            where that is 0.
    """
    engine: Engine
    if cluster:
        from evenhand.cluster.ray_engine import RayEngine

        engine = RayEngine(cluster, workers)
    elif workers < 2:  # noqa: PLR2004 - one worker is this process
        from evenhand.cluster.inline import Inline

        engine = Inline()
    else:
        from evenhand.cluster.processes import Processes

        engine = Processes(workers)
    try:
        yield engine
    finally:
        engine.close()
