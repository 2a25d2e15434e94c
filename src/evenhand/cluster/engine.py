"""What an engine does: keep shards somewhere, ask them all, and make anew those that are lost.

A shard is any object that a plain function makes of a description. An engine never looks inside: it makes
shards, calls one of their methods on all of them, and hands the answers back in the order of the shards,
whoever answered first. Engines therefore differ in where the work is done and never in what comes out;
``tests/cluster/test_engines.py`` holds every engine to the same answers, with workers killed in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from evenhand.core.errors import EvenhandError

__all__ = ["TRIES", "Engine", "LostError", "Recipe", "make", "open_engine"]

TRIES = 5
"""Times a shard is made anew before the run gives it up. A process that dies for a passing reason (the
system is short of memory, somebody killed it) comes back at the first try; one that dies five times dies of
its own work, and a sixth try would only cost time."""


class LostError(EvenhandError):
    """A shard was lost again and again; the message says which one and how often."""


@dataclass(frozen=True)
class Recipe:
    """How to make a shard: a function by its name, and its arguments.

    Attributes:
        maker: ``"package.module:function"``. A name and no function, so that it reaches another process.
        arguments: what the function is called with; must be picklable.
        name: what a person calls the shard, in messages.

    >>> make(Recipe("fractions:Fraction", (3, 4), name="three quarters"))
    Fraction(3, 4)
    """

    maker: str
    arguments: tuple[Any, ...] = field(default=(), repr=False)
    name: str = ""


def make(recipe: Recipe) -> Any:
    """Return the shard that a recipe describes."""
    module, _, function = recipe.maker.partition(":")
    return getattr(import_module(module), function)(*recipe.arguments)


class Engine(Protocol):
    """Where shards live."""

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards; the calls below answer in this order."""

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method with the same arguments on every shard; the answers, in the order of the shards.

        Raises:
            LostError: a shard was lost ``TRIES`` times.
        """

    def one(self, shard: int, method: str, *arguments: Any) -> Any:
        """Call a method on one shard."""

    def close(self) -> None:
        """Let all shards go; no process is left behind."""


@contextmanager
def open_engine(workers: int) -> Iterator[Engine]:
    """Open the engine for that many worker processes, and close it whatever happens.

    Args:
        workers: 0 or 1 for this process alone, which needs no pickling and is the easiest to debug;
            2 or more for processes of their own.
    """
    from evenhand.cluster.inline import Inline
    from evenhand.cluster.processes import Processes

    engine: Engine = Inline() if workers < 2 else Processes(workers)  # noqa: PLR2004 - one worker is this one
    try:
        yield engine
    finally:
        engine.close()
