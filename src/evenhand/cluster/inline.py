"""The engine that works in this process: nothing is pickled, nothing can be lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evenhand.cluster.engine import Call, Engine, Recipe, make, out_of_memory


class Inline(Engine):
    """All shards in this process, asked one after another."""

    def __init__(self) -> None:
        super().__init__()
        self._shards: list[Any] = []
        self._recipes: Sequence[Recipe] = ()

    def start(self, recipes: Sequence[Recipe]) -> None:
        """Make the shards."""
        self._recipes = recipes
        for recipe in recipes:
            try:
                self._shards.append(make(recipe))
            except MemoryError:
                raise out_of_memory(recipe) from None
        self.shards = len(recipes)

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Make the calls in their order."""
        return [self._asked(*call) for call in calls]

    def _asked(self, shard: int, method: str, arguments: tuple[Any, ...]) -> Any:
        try:
            return getattr(self._shards[shard], method)(*arguments)
        except MemoryError:
            raise out_of_memory(self._recipes[shard]) from None

    def close(self) -> None:
        """Let the shards go."""
        self._shards, self.shards = [], 0
