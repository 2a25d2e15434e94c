"""What is loaded when first used: public names of a package, and functions that a table lists.

Importing a package, or the table of a job's methods, then costs little whatever stands behind its names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


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
        # Python keeps imported modules, so that only the first use of a name takes time.
        return getattr(import_module(home[name]), name)

    return load


class when_called:  # noqa: N801 - it stands where a function's name stands
    """A function of another module, which is imported when the function is called.

    Args:
        module: the module's full name. `tests/test_house.py` reads it as an import, so write it out.
        name: the function's name there.

    >>> when_called("evenhand.core.shares", "largest_remainder").name
    'largest_remainder'
    """

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Import the function and call it."""
        return getattr(import_module(self.module), self.name)(*args, **named)
