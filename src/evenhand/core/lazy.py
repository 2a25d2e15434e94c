"""Public names of a package that are loaded when first used, so that importing the package costs little."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["loaded_when_used"]


def loaded_when_used(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return a package's ``__getattr__``: it imports the module that defines a name and hands the name over.

    Args:
        package: the package's full name, for the error.
        homes: names by the module that defines them, below the package (``asking.what_if``).

    >>> loaded_when_used("evenhand.core", {"version": ("VERSION",)})("VERSION").count(".") > 0
    True
    """
    home = {name: f"{package}.{module}" for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(home[name]), name)

    return load
