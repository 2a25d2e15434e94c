"""The engine that works in this process: nothing is pickled, nothing can be lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evenhand.cluster.engine import Recipe, make

__all__ = ["Inline"]


class Inline:
    """All shards in this process, asked one after another."""

    def __init__(self) -> None:
        self._shards: list[Any] = []

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards."""
        self._shards = [make(recipe) for recipe in recipes]

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method on every shard."""
        return [getattr(shard, method)(*arguments) for shard in self._shards]

    def one(self, shard: int, method: str, *arguments: Any) -> Any:
        """Call a method on one shard."""
        return getattr(self._shards[shard], method)(*arguments)

    def close(self) -> None:
        """Let the shards go."""
        self._shards = []
